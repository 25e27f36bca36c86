//! The facts the inbox shows.

use std::collections::BTreeMap;

use doorstep_protocol::inbox::{ConversationRow, Me};
use doorstep_protocol::messenger::{ConversationState, Part};
use serde::{Deserialize, Serialize};

use super::event::{Effect, Kept};
use super::route::Route;

/// Who is logged in.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Session {
    /// Not known yet.
    #[default]
    Asking,
    /// The server cannot be reached.
    Unreachable,
    /// Nobody.
    Out {
        /// The form was sent.
        busy: bool,
        /// What was wrong with it.
        problem: Option<String>,
    },
    /// This teammate.
    In(Me),
}

/// Which list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Folder {
    /// Conversations that wait for somebody.
    #[default]
    Open,
    /// Conversations that are done.
    Closed,
}

impl Folder {
    /// The query parameter `state`, and the name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// Whether a conversation in `state` belongs here.
    pub fn holds(self, state: ConversationState) -> bool {
        (self == Self::Closed) == (state == ConversationState::Closed)
    }
}

/// Whether something that must be fetched is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Load {
    /// On its way.
    #[default]
    Loading,
    /// There.
    Ready,
    /// It could not be fetched.
    Failed,
}

/// The open conversation.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct OpenThread {
    /// Its id.
    pub id: String,
    /// Whether it is there.
    pub state: Load,
    /// Whether the server knows it.
    pub missing: bool,
    /// Its line; present once it is ready.
    pub row: Option<ConversationRow>,
    /// Parts, oldest first.
    pub parts: Vec<Part>,
    /// Whether there are older ones.
    pub more: bool,
    /// Whether older ones are on their way.
    pub loading_older: bool,
    /// The newest part the person has seen.
    pub seen_by_contact: Option<String>,
    /// When it was asked for, Unix seconds.
    pub loaded_at: i64,
    /// It is asked for again for the addresses of its files only.
    pub renews: bool,
}

/// How far a reply got.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Progress {
    /// Waits for its turn.
    #[default]
    Queued,
    /// On its way.
    Sending,
    /// Refused for good, with the server's words.
    Refused(String),
}

/// A file in the composer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// The browser's id.
    pub id: String,
    /// Name.
    pub name: String,
    /// The server's id, once it is uploaded.
    pub upload: Option<String>,
    /// Why it could not be uploaded.
    pub problem: Option<String>,
}

/// A reply the server has not acknowledged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// UUID.
    pub client_id: String,
    /// Where.
    pub conversation_id: String,
    /// What.
    pub body: String,
    /// Ids of its uploads.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// Their names.
    #[serde(default)]
    pub names: Vec<String>,
    /// When it was written, Unix seconds.
    pub at: i64,
    /// How far it got.
    #[serde(skip)]
    pub progress: Progress,
    /// How often it failed.
    #[serde(skip)]
    pub failures: u32,
}

/// A field of the person that can be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Email.
    Email,
    /// Name.
    Name,
    /// Phone.
    Phone,
}

impl Field {
    /// All, in the order shown.
    pub const ALL: [Self; 3] = [Self::Email, Self::Name, Self::Phone];

    /// The label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::Name => "Name",
            Self::Phone => "Phone",
        }
    }
}

/// A field being edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which.
    pub field: Field,
    /// What is typed.
    pub value: String,
    /// On its way.
    pub busy: bool,
    /// Why it was refused.
    pub problem: Option<String>,
}

/// Everything.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub struct Model {
    /// Unix seconds of the last event.
    pub now: i64,
    /// Who is logged in.
    pub session: Session,
    /// Id of the teammate whose drafts and replies these are.
    pub owner: String,
    /// Where.
    pub route: Route,
    /// Which list.
    pub folder: Folder,
    /// The list, the most recently changed first.
    pub rows: Vec<ConversationRow>,
    /// Whether the list is there.
    pub list: Load,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// How many were open in all when the list was loaded.
    pub listed_open: u32,
    /// The open conversation.
    pub thread: Option<OpenThread>,
    /// Drafts by conversation.
    pub drafts: BTreeMap<String, String>,
    /// Files in the composers, by conversation.
    pub files: BTreeMap<String, Vec<Picked>>,
    /// Replies not acknowledged, the oldest first.
    pub outbox: Vec<Outgoing>,
    /// Whether the socket is open.
    pub live: bool,
    /// Whether it was open before: only then its loss is worth a line.
    pub was_live: bool,
    /// How often in a row the socket could not be opened.
    pub socket_failures: u32,
    /// The last change number we have.
    pub seq: i64,
    /// In which conversation the person is typing.
    pub typing: Option<String>,
    /// When typing was last told to the person.
    pub told_typing: i64,
    /// The field being edited.
    pub edit: Option<Edit>,
    /// Whether the person is shown where there is no room for it beside the thread.
    pub person_shown: bool,
    /// Whether the list of shortcuts is shown.
    pub help: bool,
    /// A line about something that went wrong.
    pub problem: Option<String>,
}

impl Model {
    /// The teammate.
    pub fn me(&self) -> Option<&Me> {
        match &self.session {
            Session::In(me) => Some(me),
            _ => None,
        }
    }

    /// The text in the composer.
    pub fn draft(&self) -> &str {
        self.route.conversation().and_then(|id| self.drafts.get(id)).map_or("", String::as_str)
    }

    /// The files in the composer.
    pub fn picked(&self) -> &[Picked] {
        self.route.conversation().and_then(|id| self.files.get(id)).map_or(&[], Vec::as_slice)
    }

    /// How many are open in all: counted where the whole list is here, else as the server last said.
    pub fn open_count(&self) -> usize {
        let whole = self.folder == Folder::Open && self.list == Load::Ready && self.next.is_none();
        if whole { self.rows.len() } else { self.listed_open as usize }
    }

    /// Unread conversations of the list.
    pub fn unread(&self) -> usize {
        self.rows.iter().filter(|row| row.unread > 0 && row.state == ConversationState::Open).count()
    }

    pub(super) fn keep(&self) -> Effect {
        Effect::Keep(Kept {
            owner: self.owner.clone(),
            drafts: self.drafts.clone(),
            outbox: self.outbox.clone(),
        })
    }

    /// Puts a conversation's newest state wherever it is shown.
    pub(super) fn put(&mut self, row: ConversationRow) {
        if let Some(thread) = self.thread.as_mut().filter(|thread| thread.id == row.id) {
            thread.row = Some(row.clone());
        }
        self.rows.retain(|other| other.id != row.id);
        if self.folder.holds(row.state) {
            let at = self.rows.iter().position(|other| other.updated_at <= row.updated_at);
            // Behind the last row that is loaded it will come with its page.
            match at {
                Some(at) => self.rows.insert(at, row),
                None if self.next.is_none() => self.rows.push(row),
                None => {}
            }
        }
    }
}
