//! What can happen to the inbox ([`Event`]) and what it asks the browser to do ([`Effect`]). Values only.

use doorstep_protocol::inbox::{
    Contact, ConversationList, ConversationRow, EditContact, InboxFrame, LogIn, Me, ReplyDone, Thread,
};
use doorstep_protocol::messenger::{ConversationState, UploadReply};
use serde::{Deserialize, Serialize};

use super::model::{Field, Folder, Outgoing};

/// A call of the HTTP interface; it comes back with its answer, so that the state knows what was asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// `GET session`
    Me,
    /// `POST session`
    LogIn(LogIn),
    /// `DELETE session`
    LogOut,
    /// `GET conversations`
    List {
        /// Which list.
        folder: Folder,
        /// Cursor; `None` for the first page.
        before: Option<String>,
    },
    /// `GET conversations/{id}`
    Thread {
        /// The conversation.
        id: String,
        /// Only parts older than this one.
        before: Option<String>,
    },
    /// `POST conversations/{id}/reply`
    Reply {
        /// The conversation.
        id: String,
        /// UUID of the reply.
        client_id: String,
        /// Its text.
        body: String,
        /// Ids of uploads.
        attachments: Vec<String>,
    },
    /// `POST uploads`
    Upload {
        /// The browser's id of the file.
        id: String,
        /// Its name.
        name: String,
    },
    /// `POST conversations/{id}/state`
    SetState {
        /// The conversation.
        id: String,
        /// What it shall be.
        state: ConversationState,
    },
    /// `POST conversations/{id}/read`
    Seen {
        /// The conversation.
        id: String,
        /// The newest part seen.
        part_id: String,
    },
    /// `POST conversations/{id}/typing`
    Typing {
        /// The conversation.
        id: String,
    },
    /// `PUT contacts/{id}`
    EditContact {
        /// The contact.
        id: String,
        /// The change.
        change: EditContact,
    },
}

/// A good answer to a [`Call`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To `Me` and `LogIn`.
    Me(Me),
    /// To `List`.
    List(ConversationList),
    /// To `Thread`.
    Thread(Box<Thread>),
    /// To `Reply`.
    Reply(Box<ReplyDone>),
    /// To `SetState`.
    Conversation(Box<ConversationRow>),
    /// To `EditContact`.
    Contact(Box<Contact>),
    /// To `Upload`.
    Upload(UploadReply),
    /// To what has no answer.
    Nothing,
}

/// Why a [`Call`] was not answered well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// HTTP status; 0 when the server was not reached.
    pub status: u16,
    /// The server's explanation, possibly empty.
    pub message: String,
}

impl Failure {
    /// Whether the same call may succeed later: the server was away, busy or in trouble.
    pub fn may_pass(&self) -> bool {
        matches!(self.status, 0 | 408 | 429 | 500..)
    }
}

/// A key pressed anywhere in the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPress {
    /// `KeyboardEvent.key`.
    pub key: String,
    /// Whether the focus is in a field: then letters are text.
    pub in_text: bool,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The application began.
    Started {
        /// `location.pathname`.
        path: String,
        /// What storage held.
        kept: Kept,
    },
    /// The teammate moved through the tab's history.
    Path(String),
    /// Half a minute has passed: ages are shown anew.
    Tick,
    /// A call was answered.
    Answered(Call, Result<Answer, Failure>),
    /// The socket is open and everything up to `seq` was said.
    SocketWelcome {
        /// Change number.
        seq: i64,
    },
    /// The socket said something else.
    Socket(Box<InboxFrame>),
    /// The socket closed, or could not be opened.
    SocketClosed,
    /// A timer ended.
    Timer(Timer),
    /// The browser says the network is back.
    Online,
    /// The log-in form was sent.
    LogIn {
        /// Email.
        email: String,
        /// Password.
        password: String,
    },
    /// Log out.
    LogOut,
    /// Ask again who is logged in.
    RetrySession,
    /// Show another list.
    ShowFolder(Folder),
    /// The list's next page, or the first again after an error.
    MoreRows,
    /// Open a conversation.
    Open(String),
    /// From the conversation to the list.
    Back,
    /// Fetch the thread again after an error.
    RetryThread,
    /// Fetch older parts.
    OlderParts,
    /// The composer's text changed.
    Draft(String),
    /// A file was picked, pasted or dropped; the browser keeps it.
    Picked {
        /// The browser's id.
        id: String,
        /// Its name.
        name: String,
    },
    /// Take a picked file out.
    Unpick(String),
    /// The composer's text shall be sent.
    Send {
        /// UUID for it.
        client_id: String,
    },
    /// Send a refused reply again.
    RetryReply(String),
    /// Take a refused reply back into the composer.
    DiscardReply(String),
    /// Close or reopen the open conversation.
    SetState(ConversationState),
    /// Show or hide the person (where there is no room beside the thread).
    ShowPerson(bool),
    /// Begin to edit a field of the person.
    Edit(Field),
    /// The edited text changed.
    EditChanged(String),
    /// Save it.
    EditSave,
    /// Leave it as it was.
    EditCancel,
    /// Show or hide the list of shortcuts.
    ShowHelp(bool),
    /// A key was pressed.
    Key(KeyPress),
}

/// What outlives a reload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Id of the teammate it belongs to.
    pub owner: String,
    /// Drafts by conversation.
    pub drafts: std::collections::BTreeMap<String, String>,
    /// Replies that were not acknowledged.
    pub outbox: Vec<Outgoing>,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Send waiting replies.
    Outbox,
    /// Open the socket again.
    Socket,
    /// Forget who is typing.
    Typing,
    /// Ask again who is logged in.
    Session,
}

/// What gets the focus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The conversation's line in the list.
    Row(String),
    /// The thread's heading.
    Thread,
    /// The composer.
    Composer,
    /// The field that is edited.
    Field,
}

/// What the browser shall do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Make a call and bring the answer as [`Event::Answered`].
    Call(Call),
    /// Open the socket in place of the one there is.
    OpenSocket {
        /// The last change number we have.
        since: i64,
    },
    /// Close it.
    CloseSocket,
    /// Start a timer, in place of the same one before.
    Timer(Timer, u32),
    /// Put a path into the address bar.
    Path(String),
    /// Keep this for after a reload.
    Keep(Kept),
    /// The bytes of a file are not needed any more.
    DropFile(String),
    /// Focus something.
    Focus(Focus),
    /// Scroll the thread to its end.
    ScrollToEnd,
}
