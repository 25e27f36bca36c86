//! Everything that can happen to the Messenger. The shell makes events; nothing else does.

use doorstep_protocol::host::HostToFrame;

use crate::effect::Timer;

/// When an event happened, and the randomness it may use: the core has neither clock nor dice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// Unix milliseconds.
    pub now_ms: i64,
    /// Evenly distributed, for jitter.
    pub random: u32,
    /// Three UUIDs never used before.
    pub fresh: [String; 3],
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The page said something. The first is `Boot`.
    Host(Box<HostToFrame>),
    /// What storage held under the prefix of [`crate::Effect::Load`]; key and value.
    Loaded {
        /// Generation of the effect.
        generation: u32,
        /// Pairs.
        pairs: Vec<(String, String)>,
    },
    /// The person did something.
    User(UserAction),
    /// A request ended.
    Http {
        /// Of the effect.
        id: u32,
        /// How.
        outcome: HttpOutcome,
    },
    /// The socket opened.
    SocketOpened {
        /// Of the effect.
        id: u32,
    },
    /// A text frame came.
    SocketFrame {
        /// Of the effect.
        id: u32,
        /// JSON of `doorstep_protocol::live::ServerFrame`.
        text: String,
    },
    /// The socket closed, or could not be opened.
    SocketClosed {
        /// Of the effect.
        id: u32,
    },
    /// A timer fired.
    TimerFired {
        /// Which.
        timer: Timer,
        /// Generation of the effect.
        generation: u32,
    },
    /// Another tab said something: JSON as given to [`crate::Effect::Tab`].
    Tab(String),
    /// The lock of [`crate::Effect::Claim`] is ours.
    Leading(String),
    /// The page was left, and may be kept by the browser (`true`); or it came back.
    Away(bool),
    /// The browser's network state changed.
    Online(bool),
    /// The page was shown or hidden.
    Visible(bool),
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq)]
pub enum HttpOutcome {
    /// The server answered.
    Answer {
        /// HTTP status.
        status: u16,
        /// Body, as text.
        body: String,
    },
    /// No answer: network, timeout, blocked.
    Lost,
}

/// What a person does in the panel.
#[derive(Clone, Debug, PartialEq)]
pub enum UserAction {
    /// The launcher (ES module only; in the frame the page has it): shows or hides the panel.
    LauncherClicked,
    /// Hides the panel.
    Close,
    /// Back from a conversation to where it was opened from, from the list to home.
    Back,
    /// To home.
    ShowHome,
    /// To the conversation list.
    ShowMessages,
    /// To a new conversation.
    StartConversation,
    /// To the conversation with this row key.
    OpenConversation(String),
    /// The composer's text after a change.
    DraftChanged(String),
    /// Send the composer's text.
    Send,
    /// Send a refused or undelivered message again, by item key.
    RetryMessage(String),
    /// Delete a refused message, by item key.
    DeleteMessage(String),
    /// Fetch older messages.
    LoadOlder,
    /// Fetch the messages after those that are there ([`crate::view_model::Thread::newer`]).
    LoadNewer,
    /// To the newest message.
    ToEnd,
    /// The email field's text after a change.
    EmailChanged(String),
    /// Submit the email field.
    EmailSubmitted,
    /// Do without giving an email.
    EmailSkipped,
    /// What the person did in a part of the Messenger (`parts/`), as the part says it (`ending.rs`).
    Part(String),
    /// The button of a [`crate::view_model::LoadState::Failed`] screen.
    Retry,
    /// Put the preview of the conversation with this row key away; `None` for all.
    Dismiss(Option<String>),
    /// The sound off, or on again.
    SoundToggled,
    /// The end of the thread is on screen: what is there counts as read.
    ReachedEnd,
    /// The end of the thread is no longer on screen.
    LeftEnd,
}
