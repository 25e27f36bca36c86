//! What the customer's page (the embed script) and the Messenger's frame say to each other.
//!
//! The frame posts the string `"doorstep:hello"` to its parent as soon as its first script runs. The embed script checks
//! that it came from its own frame and from the server's origin, and answers with `"doorstep:port"` and a `MessagePort`,
//! which the frame accepts from its parent only. From then on both sides send JSON text of the types below through that
//! port; what comes before the widget runs is kept by the frame's first script (embed/frame/). That script itself says one thing
//! to the page: `{"type": "early", "shown": true|false}`, whether it shows something of the panel before [`FrameToHost::Ready`].
//! The ES module has no frame: it performs the same [`FrameToHost`] orders itself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::messenger::Page;

/// The setting under which the page gives what `trackEvent` said and the server does not have yet: an array of texts, each
/// the JSON of `name`, `at` (Unix milliseconds of the browser) and `metadata`. The page keeps them until
/// [`FrameToHost::Tracked`].
pub const EVENTS: &str = "doorstep_events";

/// From the page to the frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HostToFrame {
    /// The first message: everything the frame needs to know about the page and its visitor.
    Boot {
        /// Workspace id.
        app_id: String,
        /// The settings of `boot`, `intercomSettings` and `update`, merged.
        settings: Map<String, Value>,
        /// Cookie `intercom-id-<app_id>`, which the embed script has made if it was missing.
        visitor_id: String,
        /// Cookie `intercom-device-id-<app_id>`.
        device_id: String,
        /// Cookie `intercom-session-<app_id>`, if set and not empty.
        session: Option<String>,
        /// The page.
        page: Page,
        /// What to show at once: the panel was opened, or was open on the page before.
        open: Option<Open>,
        /// Whether the panel fills the screen (phones).
        mobile: bool,
        /// Whether somebody is about to look at the panel. Until then it is not drawn: a page where nobody comes near the
        /// launcher does not pay for it.
        near: bool,
    },
    /// Somebody is about to look at the panel.
    Near,
    /// `Intercom('update', …)`: the merged settings and the page as it is now.
    Update {
        /// All settings, merged.
        settings: Map<String, Value>,
        /// The page.
        page: Page,
    },
    /// Show the panel.
    Open {
        /// What to show.
        open: Open,
    },
    /// `startConversation` (M§2): a new conversation whose first message is sent at once. The page shows the panel before.
    Send {
        /// The message.
        text: String,
    },
    /// Hide the panel.
    Close,
    /// The page was shown or hidden by the browser (tab switch), or gained or lost focus.
    Visible {
        /// Whether a person can see it.
        visible: bool,
    },
    /// The panel changed between phone and desktop size.
    Mobile {
        /// Whether it fills the screen.
        mobile: bool,
    },
    /// End the session: forget everything, wipe storage, close the socket, and answer [`FrameToHost::Gone`]. The embed
    /// script has already told the server and expired the cookies.
    Shutdown,
}

/// What the panel shows when it opens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Open {
    /// As `Intercom('show')`: home, or the conversation list when something is unread.
    #[default]
    Default,
    /// Home.
    Home,
    /// The conversation list.
    Messages,
    /// A new conversation.
    NewMessage {
        /// Text to put into the composer.
        text: String,
    },
    /// One conversation.
    Conversation {
        /// Its id.
        id: String,
    },
    /// An outbound message that is no conversation yet: what the person writes answers it.
    Outbound {
        /// The name of its showing, which becomes the conversation's key.
        id: String,
        /// The message: its `id` is `0`, its `body` plain text. The frame does not say it back: the page keeps it.
        #[serde(skip_serializing, default)]
        part: Box<crate::messenger::Part>,
    },
}

/// From the frame to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FrameToHost {
    /// The panel can be used: the embed script takes its placeholder away.
    Ready,
    /// Write (or, with `None`, expire) the session cookie.
    Session {
        /// The secret.
        token: Option<String>,
        /// Seconds from now until it ends.
        max_age: i64,
    },
    /// The visitor id to keep from now on (the server refused the old one).
    Visitor {
        /// UUID v4.
        id: String,
    },
    /// The panel asks to be shown or hidden.
    Panel {
        /// Shown?
        open: bool,
    },
    /// What `openOnBoot` shall show after a page change.
    Screen {
        /// What is on screen now.
        open: Open,
    },
    /// Number of unread conversations.
    Unread {
        /// Count.
        count: u32,
    },
    /// Previews of unread messages stand in the closed panel's frame: it is to be shown this high above the launcher, on no
    /// ground, but not while the person types into the page (M§8.11).
    Preview {
        /// CSS pixels; 0 for none.
        height: u32,
    },
    /// A message came while the page is hidden, and no other tab says so: its title shows the number of unread
    /// conversations by turns, until the page is seen or nothing is unread.
    Alert,
    /// The visitor gave an email.
    EmailSupplied,
    /// The server has these events, or never will: the page forgets them.
    Tracked {
        /// The list as it came.
        events: Value,
    },
    /// Who the server says this is, for `whoami()`.
    Person {
        /// Public facts: `id`, `type`, `user_id`, `email`, `name`.
        person: Map<String, Value>,
    },
    /// A line for the page's developer.
    Console {
        /// `error`, `warn` or `debug`.
        level: String,
        /// The line.
        message: String,
    },
    /// Answer to [`HostToFrame::Shutdown`]: storage is wiped, the frame may be removed.
    Gone,
}
