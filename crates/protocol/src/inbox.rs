//! What the teammates' inbox and the server say: JSON over `/inbox/api/…` with the inbox's session cookie.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `POST session` | [`LogIn`] | [`Me`] and the cookie; 401 `credentials_invalid`, 429 `rate_limit_exceeded` |
//! | `GET session` | | [`Me`]; 401 `session_invalid` when logged out |
//! | `DELETE session` | | 204 |
//! | `GET conversations?state=open\|closed&before=CURSOR` | | [`ConversationList`] |
//! | `GET conversations/{id}?before=PART_ID` | | [`Thread`] |
//! | `POST conversations/{id}/reply` | [`Reply`] | [`Thread`] part: [`ReplyDone`] |
//! | `POST conversations/{id}/state` | [`SetState`] | [`ConversationRow`] |
//! | `POST conversations/{id}/read` | [`SeenUpTo`] | 204 |
//! | `POST uploads` | the bytes of a file, its name percent-encoded in `X-Doorstep-Name` | [`UploadReply`](crate::messenger::UploadReply) |
//! | `PUT contacts/{id}` | [`EditContact`] | [`Contact`] |
//! | `GET socket?since=SEQ` | | WebSocket of [`InboxFrame`] |
//!
//! Calls that change something need the header `X-Doorstep-Inbox: 1`, which another site cannot send.

use serde::{Deserialize, Serialize};

use crate::messenger::{Author, ConversationState, Part, Role};
use crate::talk::Rating;

/// Email and password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogIn {
    /// Email of the teammate.
    pub email: String,
    /// Password. Never logged.
    pub password: String,
}

impl std::fmt::Debug for LogIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogIn").field("email", &self.email).field("password", &"…").finish()
    }
}

/// The logged-in teammate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Admin id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Email.
    pub email: String,
    /// The workspace's `app_id`.
    pub app_id: String,
    /// The workspace's name.
    pub workspace: String,
}

/// A person as the inbox shows them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Contact id.
    pub id: String,
    /// Lead or user.
    pub role: Role,
    /// Name, email or pseudonym: what to call them.
    pub display_name: String,
    /// Picture address; `None` shows initials.
    pub avatar: Option<String>,
    /// Name, if known.
    pub name: Option<String>,
    /// Email, if known.
    pub email: Option<String>,
    /// Whether the email is proven (P5).
    pub email_verified: bool,
    /// Phone, if known.
    pub phone: Option<String>,
    /// A user's own id, a lead's visitor UUID.
    pub external_id: Option<String>,
    /// First seen.
    pub created_at: i64,
    /// Last seen.
    pub last_seen_at: Option<i64>,
    /// The page of the last message.
    pub last_page: Option<String>,
}

/// A line of the conversation list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConversationRow {
    /// Decimal id.
    pub id: String,
    /// State.
    pub state: ConversationState,
    /// The person.
    pub contact: Contact,
    /// Plain text of the newest part, at most 140 characters.
    pub preview: String,
    /// Who wrote it.
    pub last_author: Author,
    /// When it was written.
    pub updated_at: i64,
    /// Since when the person waits for an answer; `None` when the team wrote last.
    pub waiting_since: Option<i64>,
    /// Parts of the person no teammate has seen.
    pub unread: u32,
    /// What the person says of it, once they were asked.
    pub rating: Option<Rating>,
}

/// A page of conversations, the most recently changed first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConversationList {
    /// Rows.
    pub conversations: Vec<ConversationRow>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// How many are open in all.
    pub open_count: u32,
    /// Everything up to this change is in the answer.
    pub seq: i64,
}

/// One conversation with its newest 50 parts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// The conversation.
    pub conversation: ConversationRow,
    /// Parts, oldest first.
    pub parts: Vec<Part>,
    /// Whether there are older ones.
    pub more: bool,
    /// The newest part the person has seen.
    pub seen_by_contact: Option<String>,
    /// Everything up to this change is in the answer.
    pub seq: i64,
}

/// A teammate's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// UUID made by the client; repeating it does not double the reply.
    pub client_id: String,
    /// Text of at most 10,000 characters with a little markup (`doorstep_domain::markup`); may be empty if something is
    /// attached.
    pub body: String,
    /// Ids of uploads, at most ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}

/// Answer to [`Reply`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplyDone {
    /// The conversation after it.
    pub conversation: ConversationRow,
    /// The part.
    pub part: Part,
}

/// Close or open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetState {
    /// `open` or `closed`.
    pub state: ConversationState,
}

/// What the teammate has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenUpTo {
    /// The newest part seen.
    pub part_id: String,
}

/// Changes to a person; a field left out stays, an empty string clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditContact {
    /// Email; any change makes it unverified (P5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// What the inbox's socket says. Resumes by `since` as the Messenger's does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::large_enum_variant, reason = "frames are said and forgotten")
)]
pub enum InboxFrame {
    /// Up to date as of `seq`.
    Welcome {
        /// Newest change number.
        seq: i64,
    },
    /// A new part.
    Part {
        /// Change number.
        seq: i64,
        /// The conversation after it.
        conversation: ConversationRow,
        /// The part.
        part: Part,
    },
    /// A conversation changed without a new part (state, person, seen).
    Conversation {
        /// Change number.
        seq: i64,
        /// The conversation after it.
        conversation: ConversationRow,
        /// The newest part the person has seen.
        seen_by_contact: Option<String>,
    },
    /// A conversation was deleted.
    Gone {
        /// Change number.
        seq: i64,
        /// Which.
        conversation_id: String,
    },
    /// The person in a conversation is typing.
    Typing {
        /// Where.
        conversation_id: String,
    },
    /// Every 25 seconds.
    Beat,
    /// The server ends the connection: `session_ended`, `restart`, `slow`.
    Bye {
        /// Why.
        reason: String,
    },
}
