//! Everything the Messenger may ask of the world, as values. The shell performs them, in order.

use doorstep_protocol::host::FrameToHost;

/// One order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// POST `body` to `/messenger/<app_id>/<operation>` and answer with [`crate::Event::Http`]. Nothing is said about
    /// success to anybody until then.
    Http {
        /// Unique over the life of the page.
        id: u32,
        /// `ping`, `send`, …
        operation: &'static str,
        /// JSON.
        body: String,
    },
    /// Open the socket, closing an older one.
    OpenSocket {
        /// Unique over the life of the page.
        id: u32,
    },
    /// Send a text frame.
    SendSocket(String),
    /// Close the socket; no event answers.
    CloseSocket,
    /// Set or move a timer.
    SetTimer {
        /// Which.
        timer: Timer,
        /// Comes back in the event.
        generation: u32,
        /// Milliseconds from now.
        after_ms: u32,
    },
    /// Stop a timer.
    ClearTimer(Timer),
    /// Read every pair whose key begins with this and answer with [`crate::Event::Loaded`].
    Load {
        /// Comes back in the event.
        generation: u32,
        /// Prefix.
        prefix: String,
    },
    /// Write to storage.
    Store {
        /// Full key.
        key: String,
        /// Value.
        value: String,
    },
    /// Remove from storage.
    Remove {
        /// Full key.
        key: String,
    },
    /// Remove every key that begins with `prefix`, except those that begin with `keep`.
    Wipe {
        /// Prefix of the workspace.
        prefix: String,
        /// Prefix of the present identity; `None` wipes all.
        keep: Option<String>,
    },
    /// Keep what is stored in the browser, or for the life of the page only (setting `cookie_consent`): what is there moves.
    Keep(bool),
    /// Join the tabs' channel of this name (`None` leaves it).
    JoinTabs(Option<String>),
    /// Queue for the lock of this name, shared by all tabs, in place of an earlier one, and say so with
    /// [`crate::Event::Leading`] when it is ours (`None` lets go). Where there are no locks nothing happens.
    Claim(Option<String>),
    /// Tell the other tabs.
    Tab(String),
    /// Tell the page.
    Host(FrameToHost),
    /// Have a part of the Messenger (`parts/`) do something; nothing answers.
    UsePart {
        /// Which.
        name: &'static str,
        /// What it works on.
        data: String,
    },
    /// Put the cursor into the composer.
    FocusComposer,
    /// Scroll the thread to its end.
    ScrollToEnd,
    /// Say something to screen readers.
    Announce(Announcement),
    /// Make the sound of a new message, as far as the browser allows it.
    Chime,
}

/// What screen readers are told; the view has the words.
#[derive(Clone, Debug, PartialEq)]
pub enum Announcement {
    /// A teammate's message came.
    NewMessage {
        /// Who wrote.
        from: String,
        /// Plain text.
        text: String,
    },
    /// A message is not delivered yet.
    NotDelivered,
    /// A message was refused.
    Refused,
    /// The email was saved.
    EmailSaved,
    /// What was typed is not an email address.
    EmailInvalid,
}

/// The timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Try `ping` again.
    Ping,
    /// Try the outbox again.
    Outbox,
    /// Open the socket again.
    Socket,
    /// Nothing was heard for too long: on the socket, or of the tab that holds it.
    Silence,
    /// Write the draft.
    Draft,
    /// Forget that a teammate types.
    Typing,
    /// Coalesced `update`.
    Update,
    /// Try `read` again.
    Read,
    /// Try `thread` again.
    Thread,
    /// A message came: is it still unread?
    Chime,
    /// The addresses of files on screen are about to end.
    Links,
}
