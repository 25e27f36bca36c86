//! What can happen to the inbox ([`Event`]) and what it asks the browser to do ([`Effect`]). Values only.

use doorstep_protocol::inbox::{
    Contact, ConversationList, ConversationRow, EditContact, InboxFrame, LogIn, Me, Reply, ReplyDone, Thread,
};
use doorstep_protocol::messenger::ConversationState;

use super::outbox::Outgoing;
use super::person::Field;

/// Which list the teammate looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Folder {
    /// Conversations that wait for somebody.
    #[default]
    Open,
    /// Conversations that are done.
    Closed,
}

impl Folder {
    /// The value of the query parameter `state`.
    pub fn query(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// Whether a conversation in `state` belongs to this list.
    pub fn holds(self, state: ConversationState) -> bool {
        match self {
            Self::Open => state == ConversationState::Open,
            Self::Closed => state == ConversationState::Closed,
        }
    }
}

/// A call of the HTTP interface. It comes back with its answer, so that the state knows what was asked.
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
        /// Cursor of the page; `None` for the first.
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
        /// The reply.
        reply: Reply,
    },
    /// `POST conversations/{id}/state`
    SetState {
        /// The conversation.
        id: String,
        /// What it shall be.
        state: ConversationState,
        /// Whether this takes back the change before it: the toast then offers nothing.
        undo: bool,
    },
    /// `POST conversations/{id}/read`
    Seen {
        /// The conversation.
        id: String,
        /// The newest part seen.
        part_id: String,
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
    /// To `LogOut` and `Seen`.
    Nothing,
}

/// Why a [`Call`] was not answered well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// HTTP status; 0 when the server was not reached or did not answer in time.
    pub status: u16,
    /// The server's code, `""` if it gave none.
    pub code: String,
    /// The server's explanation, `""` if it gave none.
    pub message: String,
    /// The field the server refused.
    pub field: Option<String>,
}

impl Failure {
    /// Whether the same call may succeed later: the server was away, overloaded or in trouble.
    pub fn may_pass(&self) -> bool {
        self.status == 0 || self.status == 408 || self.status == 429 || self.status >= 500
    }
}

/// A key pressed anywhere in the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPress {
    /// `KeyboardEvent.key`.
    pub key: String,
    /// Ctrl, Alt or Meta was held: never ours.
    pub modified: bool,
    /// The focus is in a text field.
    pub in_text: bool,
    /// The focus is in the conversation list.
    pub in_list: bool,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The application began.
    Started {
        /// `location.pathname`.
        path: String,
        /// What the tab's storage held.
        kept: Kept,
    },
    /// The teammate moved through the tab's history.
    PathChanged(String),
    /// Time has passed; comes about every 20 seconds and when a timer ends.
    Tick,
    /// A timer of [`Effect::Timer`] ended.
    TimerEnded(Timer),
    /// The tab became visible or hidden.
    Visible(bool),
    /// The browser says the network is back.
    Online,
    /// A call was answered.
    Answered(Call, Result<Answer, Failure>),
    /// The socket opened.
    SocketOpened,
    /// The socket said something.
    SocketFrame(Box<InboxFrame>),
    /// The socket closed or could not be opened.
    SocketClosed,
    /// The log-in form was sent.
    LogIn {
        /// Email.
        email: String,
        /// Password.
        password: Secret,
    },
    /// Log out.
    LogOut,
    /// Try again to find out who is logged in.
    CheckSession,
    /// Show another list.
    ShowFolder(Folder),
    /// Fetch the list's next page, or the first again after an error.
    LoadMore,
    /// Open a conversation.
    Open(String),
    /// Back from the conversation to the list.
    Back,
    /// Fetch the thread again after an error.
    ReloadThread,
    /// Fetch older parts.
    LoadOlder,
    /// The thread was scrolled.
    Scrolled {
        /// Its end is in view.
        at_end: bool,
    },
    /// The "new messages" pill was pressed.
    JumpToEnd,
    /// The composer's text changed.
    DraftChanged(String),
    /// The composer's text shall be sent.
    Send {
        /// UUID for it.
        client_id: String,
    },
    /// Send a failed reply again.
    Retry {
        /// The reply.
        client_id: String,
    },
    /// Take a failed reply back into the composer.
    Discard {
        /// The reply.
        client_id: String,
    },
    /// Close or reopen the open conversation.
    SetState(ConversationState),
    /// Take back the state change the toast tells of.
    Undo,
    /// The toast was dismissed.
    DismissToast,
    /// Show or hide the person pane (where it does not fit beside the thread).
    ShowPerson(bool),
    /// Begin to edit a field of the person.
    Edit(Field),
    /// The edited text changed.
    EditChanged(String),
    /// Save the edited text.
    EditSave,
    /// Leave the field as it was.
    EditCancel,
    /// Show or hide the list of shortcuts.
    ShowShortcuts(bool),
    /// A key was pressed.
    Key(KeyPress),
}

/// What the tab's storage held when the application began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Id of the teammate the rest belongs to.
    pub owner: Option<String>,
    /// Drafts: conversation and text.
    pub drafts: Vec<(String, String)>,
    /// Replies that were not acknowledged.
    pub outbox: Vec<Outgoing>,
}

/// A password on its way from the form to the call: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a timer is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Send the waiting replies of a conversation.
    SendAgain(String),
    /// Hide the toast with this number.
    Toast(u32),
    /// Forget who is typing.
    Typing,
}

/// What may get the focus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The conversation's line in the list.
    Row(String),
    /// The thread's heading.
    Thread,
    /// The composer.
    Composer,
    /// The log-in form's first empty field.
    LogIn,
    /// The field of the person that is edited, or its button.
    Person(Field),
    /// Nothing.
    Nothing,
}

/// What the browser shall do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Make a call and bring the answer as [`Event::Answered`].
    Call(Call),
    /// Open the socket after a while, in place of the one there is.
    OpenSocket {
        /// The last change number we have.
        since: i64,
        /// How long to wait; the shell adds up to a quarter at random.
        after_ms: u32,
    },
    /// Close the socket.
    CloseSocket,
    /// Bring [`Event::TimerEnded`] after a while.
    Timer(Timer, u32),
    /// Put an address into the address bar.
    Navigate {
        /// The path.
        path: String,
        /// Take the place of the current history entry.
        replace: bool,
    },
    /// Keep a draft in the tab's storage; empty: forget it.
    KeepDraft {
        /// The conversation.
        conversation_id: String,
        /// The text.
        text: String,
    },
    /// Keep the replies that are not acknowledged.
    KeepOutbox(Vec<Outgoing>),
    /// Keep whose drafts these are.
    KeepOwner(String),
    /// Forget everything in the tab's storage.
    ForgetKept,
    /// Set the document's title.
    Title(String),
    /// Move the focus, once the page shows the new state.
    Focus(Focus),
    /// Scroll the thread to its end, once the page shows the new state.
    ScrollToEnd,
    /// Keep what the thread shows in its place while older parts appear above.
    KeepPlace,
}
