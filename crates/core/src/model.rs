//! Everything the Messenger remembers. Plain data with a few look-ups; the rules stand in the files around.

use doorstep_protocol::host::Open;
use doorstep_protocol::messenger::{Caller, Conversation, Page, Part, Person, Workspace};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::files::File;
use crate::view_model::{EmailState, Notice, Screen};

/// The memory. `Default` is the state before `boot` and after `shutdown`.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, not a state machine in disguise")]
pub(crate) struct Model {
    /// Grows with every forgetting; timers and loads of an older one are ignored.
    pub(crate) generation: u32,
    /// The last id given to a request or a socket. Never reset, so that late answers are recognised.
    pub(crate) last_id: u32,
    /// Whether we are in a frame.
    pub(crate) framed: bool,
    /// Whether the browser says there is no network.
    pub(crate) offline: bool,
    /// Whether the page is hidden.
    pub(crate) hidden: bool,
    /// Whether nothing may be kept in the browser.
    pub(crate) keeps_nothing: bool,
    /// Whether the page was left and is kept by the browser.
    pub(crate) away: bool,

    /// When the last event happened, Unix seconds.
    pub(crate) now: i64,

    /// Whether `boot` has come.
    pub(crate) booted: bool,
    /// Workspace id.
    pub(crate) app_id: String,
    /// All settings, merged.
    pub(crate) settings: Map<String, Value>,
    /// The page.
    pub(crate) page: Page,
    /// Whether the panel fills the screen.
    pub(crate) mobile: bool,
    /// Whether somebody is about to look at the panel, or has.
    pub(crate) near: bool,
    /// Who we say we are.
    pub(crate) caller: Caller,
    /// Who the server says we are.
    pub(crate) person: Person,
    /// What the workspace shows.
    pub(crate) workspace: Workspace,
    /// Whether the server has ever answered a ping.
    pub(crate) known: bool,
    /// Whether the server has answered a ping for who we are now. Nothing else is asked before.
    pub(crate) settled: bool,
    /// `ping`.
    pub(crate) ping: Ping,
    /// How often in a row the server did not know our session.
    pub(crate) session_losses: u32,
    /// Identity part of storage keys.
    pub(crate) identity: String,

    /// Whether the person became another, so that the next list of conversations says which are still theirs.
    pub(crate) relist: bool,
    /// Conversations, in no order.
    pub(crate) conversations: Vec<Thread>,
    /// Whether the page on screen has not been reported as viewed.
    pub(crate) viewed: bool,
    /// Messages not acknowledged, in the order of writing.
    pub(crate) outbox: Vec<Outgoing>,
    /// Requests on their way.
    pub(crate) requests: Vec<(u32, Request)>,
    /// The socket.
    pub(crate) socket: Socket,
    /// What this tab is to the others.
    pub(crate) lead: crate::lead::Lead,
    /// The identity the lead is claimed for; empty for none.
    pub(crate) claimed: String,
    /// Everything up to this change is known.
    pub(crate) seq: i64,

    /// Whether the panel is shown.
    pub(crate) open: bool,
    /// Whether it has been shown on this page.
    pub(crate) opened_before: bool,
    /// Which screen.
    pub(crate) screen: Screen,
    /// Where `Back` leads from a thread.
    pub(crate) back_to: Screen,
    /// The conversation on the thread screen, by key.
    pub(crate) current: Option<String>,
    /// A conversation that a page change left on screen and that is not known here yet, by key.
    pub(crate) restored: Option<String>,
    /// Whether the end of the thread is on screen.
    pub(crate) at_end: bool,
    /// Draft of the next new conversation, before it has a key.
    pub(crate) new_draft: String,
    /// Its files.
    pub(crate) new_files: Vec<File>,
    /// The draft that is not written yet, by conversation key.
    pub(crate) draft_dirty: Option<String>,
    /// The email card.
    pub(crate) email: EmailForm,
    /// The conversation whose rating the server did not take, by key.
    pub(crate) rating_failed: Option<String>,
    /// Who types where: conversation id and name.
    pub(crate) typing: Option<(String, String)>,
    /// When we last told that we type, Unix milliseconds.
    pub(crate) typing_told: i64,
    /// Whether `read` failed and waits.
    pub(crate) read_waits: bool,
    /// How often `read` failed in a row.
    pub(crate) read_failures: u32,
    /// How often `thread` failed in a row.
    pub(crate) thread_failures: u32,
    /// The conversation, by id, of a message that may be worth a sound.
    pub(crate) chime: Option<String>,
    /// Whether the person wants no sound.
    pub(crate) muted: bool,
    /// A line above the content.
    pub(crate) notice: Option<Notice>,

    /// What the page was last told.
    pub(crate) told: Told,
}

/// State of `ping`.
#[derive(Debug, Default)]
pub(crate) struct Ping {
    /// A ping is wanted as soon as none is on its way.
    pub(crate) wanted: bool,
    /// Do not send one before the timer fires.
    pub(crate) waits: bool,
    /// Failures in a row.
    pub(crate) failures: u32,
    /// The events that the ping on its way brings.
    pub(crate) events: Vec<Value>,
    /// The refusal that was last reported, so that it is reported once.
    pub(crate) refusal: String,
}

/// State of the socket.
#[derive(Debug, Default)]
pub(crate) struct Socket {
    /// The socket we hold, open or opening.
    pub(crate) id: Option<u32>,
    /// Whether changes come in: it has said welcome, or the tab that leads has.
    pub(crate) live: bool,
    /// Do not open before the timer fires.
    pub(crate) waits: bool,
    /// Failures in a row.
    pub(crate) failures: u32,
}

/// What the page was last told, to tell it changes only.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Number of unread conversations.
    pub(crate) unread: Option<u32>,
    /// Height of the previews.
    pub(crate) preview: u32,
    /// Screen.
    pub(crate) screen: Option<Open>,
    /// Person.
    pub(crate) person: Option<Person>,
}

/// The email card's memory.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, not a state machine in disguise")]
pub(crate) struct EmailForm {
    /// What is in the field.
    pub(crate) value: String,
    /// How far it got.
    pub(crate) state: EmailState,
    /// The conversation in which it was given: there the card says so.
    pub(crate) given_in: Option<String>,
    /// Valid and waiting for a session.
    pub(crate) pending: bool,
    /// Goes with the next message, which needs one.
    pub(crate) carried: bool,
    /// The server wants one with a first message, whatever the workspace said before.
    pub(crate) demanded: bool,
    /// The person does not want to give one.
    pub(crate) skipped: bool,
}

/// Requests, by what their answer is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Request {
    /// `ping`.
    Ping,
    /// `send` of this client id.
    Send(String),
    /// `thread` of this conversation key.
    Thread {
        /// Conversation key.
        key: String,
        /// Which of its parts.
        span: Span,
    },
    /// `email`.
    Email,
    /// `read` of this conversation key.
    Read(String),
    /// `rate` of this conversation key.
    Rate(String),
    /// `dismiss`.
    Dismiss,
}

/// Which parts of a conversation are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Span {
    /// The newest.
    Newest,
    /// Those right before this part id.
    Before(u64),
    /// Those right after this part id.
    After(u64),
}

/// Whether a conversation's parts are there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Parts {
    /// Not asked for, or known to be behind.
    #[default]
    Stale,
    /// On their way.
    Loading,
    /// There.
    Fresh,
    /// Asked for in vain.
    Failed,
    /// There, but the newest were let go while older ones are read (`window.rs`).
    Behind,
}

/// A conversation.
#[derive(Debug, Default)]
pub(crate) struct Thread {
    /// Stable name: the client-made key, or the server's id.
    pub(crate) key: String,
    /// The server's id.
    pub(crate) id: Option<String>,
    /// What the server last said about it.
    pub(crate) about: Conversation,
    /// The change up to which that is so.
    pub(crate) as_of: i64,
    /// Its parts, by ascending id.
    pub(crate) parts: Vec<Part>,
    /// Whether `parts` reaches the newest.
    pub(crate) state: Parts,
    /// Up to this part id there is no hole in `parts`.
    pub(crate) solid_to: u64,
    /// Whether the server has older ones.
    pub(crate) more: bool,
    /// The composer.
    pub(crate) draft: String,
    /// The composer's files.
    pub(crate) files: Vec<File>,
    /// Until then the addresses of what is attached are good, Unix milliseconds; 0 for none.
    pub(crate) links_until: i64,
    /// Its parts are asked for again for the sake of these addresses only: what is on screen stays where it is.
    pub(crate) renews: bool,
    /// Seen and reported up to this part id.
    pub(crate) read_to: u64,
}

/// A message not acknowledged. Stored, one key a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Outgoing {
    /// UUID of the message.
    pub(crate) client_id: String,
    /// Key of its conversation.
    pub(crate) key: String,
    /// Server's id of the conversation, once known.
    pub(crate) conversation_id: Option<String>,
    /// Text.
    pub(crate) body: String,
    /// Its files; it is sent when all of them are uploaded.
    pub(crate) files: Vec<File>,
    /// When it was written, Unix milliseconds; also the order.
    pub(crate) at_ms: i64,
    /// The quick reply it chooses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply: Option<String>,
    /// The server's words when it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
    /// Attempts that failed since the page was loaded.
    #[serde(skip)]
    pub(crate) failures: u32,
    /// Not to be tried before, Unix milliseconds.
    #[serde(skip)]
    pub(crate) not_before: i64,
    /// Another tab has it acknowledged; kept on screen until the part comes.
    #[serde(skip)]
    pub(crate) done: bool,
}

impl Model {
    /// The conversation with this key or id.
    pub(crate) fn find(&self, key: &str) -> Option<&Thread> {
        self.conversations.iter().find(|thread| thread.answers_to(key))
    }

    /// The conversation with this key or id.
    pub(crate) fn find_mut(&mut self, key: &str) -> Option<&mut Thread> {
        self.conversations.iter_mut().find(|thread| thread.answers_to(key))
    }

    /// The conversation on screen, also when the panel is hidden.
    pub(crate) fn shown(&self) -> Option<&Thread> {
        if self.screen != Screen::Thread {
            return None;
        }
        self.find(self.current.as_deref()?)
    }

    /// Whether this conversation has messages waiting.
    pub(crate) fn has_outgoing(&self, key: &str) -> bool {
        self.outbox.iter().any(|message| message.key == key)
    }

    /// Whether a request of this kind is on its way.
    pub(crate) fn asks(&self, request: &Request) -> bool {
        self.requests.iter().any(|(_, other)| other == request)
    }
}

impl Outgoing {
    /// Whether it waits for an email.
    pub(crate) fn held(&self) -> bool {
        self.not_before == crate::outbox::HELD
    }
}

impl Thread {
    /// Whether `key` is its key, its id, or the key its first client made.
    pub(crate) fn answers_to(&self, key: &str) -> bool {
        self.key == key || self.id.as_deref() == Some(key) || self.about.key.as_deref() == Some(key)
    }

    /// Whether its composer holds nothing.
    pub(crate) fn is_untouched(&self) -> bool {
        self.draft.is_empty() && self.files.is_empty()
    }

    /// The newest part's id, 0 for none.
    pub(crate) fn newest(&self) -> u64 {
        self.parts.last().map_or(0, |part| part_number(&part.id))
    }
}

/// A part id as a number; ids are decimal, anything else counts as 0.
pub(crate) fn part_number(id: &str) -> u64 {
    id.parse().unwrap_or(0)
}
