//! The Messenger's own HTTP API. Every call is `POST /messenger/<app_id>/<operation>` with a JSON body sent as
//! `text/plain`, which browsers treat as a simple request: no preflight, no cookies, the session inside the body.
//!
//! A refusal is an HTTP status of 400 or more with an [`ErrorReply`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Who is asking: part of every request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Caller {
    /// The visitor's UUID from the cookie `intercom-id-<app_id>`, if the cookie has been set.
    pub visitor_id: Option<String>,
    /// The device's UUID from the cookie `intercom-device-id-<app_id>`.
    pub device_id: Option<String>,
    /// The session's secret from the cookie `intercom-session-<app_id>`.
    pub session: Option<String>,
}

/// The page the Messenger is shown on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// Address of the page, without its fragment's secrets: the host page decides what it sends.
    pub url: String,
    /// `page_title` of the settings, or the document's title.
    pub title: String,
    /// The document's referrer.
    pub referrer: String,
    /// `navigator.languages` of the visitor: tags in the order of preference, commas between them.
    pub language: String,
}

/// `ping`: says who is here and asks for everything the Messenger shows. Makes no row for an unknown visitor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PingRequest {
    /// Who is asking.
    #[serde(flatten)]
    pub caller: Caller,
    /// The settings given to `boot` and `update` as the page gave them; the server reads what it knows
    /// (`user_id`, `email`, `user_hash`, `name`, …) and ignores wrong types. [`crate::host::EVENTS`] are recorded if the
    /// answer names a lead or user; a repetition changes nothing.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// The page.
    #[serde(default)]
    pub page: Page,
    /// Whether this is the first ping from this address, so that a view of the page is recorded.
    #[serde(default)]
    pub viewed: bool,
}

/// Answer to [`PingRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PingReply {
    /// A new or prolonged session; `None` for a visitor who is unknown to the server.
    pub session: Option<Session>,
    /// Who the server says this is.
    pub person: Person,
    /// What the workspace shows.
    pub workspace: Workspace,
    /// The person's conversations, the most recently changed first.
    pub conversations: Vec<Conversation>,
    /// Everything up to and including this change is in the answer; the socket resumes here.
    pub seq: i64,
    /// Why a `user_id` or `email` in the settings was not accepted. The caller goes on as the visitor they were.
    pub refusal: Option<ErrorBody>,
    /// For the page's developer: what of [`crate::host::EVENTS`] was not recorded, and why; empty if all of it was.
    #[serde(default)]
    pub complaint: String,
}

/// A session: the secret that authorises everything but `ping`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The secret. Never logged.
    pub token: String,
    /// When it ends unless it is used before.
    pub expires_at: i64,
    /// In how many seconds that is, for a browser whose clock differs from the server's; 0 from a server that does not say.
    #[serde(default)]
    pub max_age: i64,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Session");
        shown.field("token", &"…").field("expires_at", &self.expires_at).field("max_age", &self.max_age);
        shown.finish()
    }
}

/// Visitor, lead or user (design, rules P1, P2, P7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Unknown; nothing is stored.
    #[default]
    Visitor,
    /// Has written, is not logged in.
    Lead,
    /// Booted with `user_id` or `email`.
    User,
}

/// The person in front of the Messenger, as far as the Messenger may know them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Contact id; `None` for a visitor.
    pub id: Option<String>,
    /// Visitor, lead or user.
    pub role: Role,
    /// The customer's own id of a user; a lead's visitor UUID.
    pub external_id: Option<String>,
    /// Email, if known.
    pub email: Option<String>,
    /// Name, if known.
    pub name: Option<String>,
}

/// When the thread asks a person without an email for one (P4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailCollection {
    /// After the first message; never blocks.
    #[default]
    AfterFirstMessage,
    /// The first message waits for it.
    RequiredAlways,
    /// The first message waits for it when the team is away.
    RequiredOutsideOfficeHours,
    /// Never.
    Never,
}

/// What a workspace shows in the Messenger.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Workspace {
    /// The company's name.
    pub name: String,
    /// Home's first line; empty for the language's own greeting ("Hi there").
    pub greeting: String,
    /// Home's second line; empty for the language's own ("How can we help?").
    pub introduction: String,
    /// First line of a new conversation; empty for "Ask us anything, or share your feedback.".
    pub team_intro: String,
    /// Language for those whose own the Messenger does not speak; a BCP 47 tag, empty for English.
    pub language: String,
    /// CSS colour of buttons and of the person's own messages.
    pub action_color: String,
    /// CSS colour behind the greeting.
    pub background_color: String,
    /// When to ask for an email.
    pub email_collection: EmailCollection,
    /// Up to three teammates' faces.
    pub team: Vec<Author>,
    /// When the team answers: the JSON of an [`Office`](crate::talk::Office), as text, because it is read where it is shown; empty
    /// if there is nothing to say.
    pub office: String,
    /// Whether a teammate's message may make a sound.
    pub sound: bool,
}

/// What an author is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthorKind {
    /// In the Messenger the visitor, lead or user in front of it; for teammates any of them.
    #[default]
    Contact,
    /// In the Messenger: somebody else who takes part in the conversation. There is no more of them than name and picture.
    Participant,
    /// A teammate.
    Admin,
    /// The system.
    Bot,
}

/// Who wrote a part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Author {
    /// Contact, teammate or system.
    pub kind: AuthorKind,
    /// Id among its kind.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Picture address; `None` shows initials.
    pub avatar: Option<String>,
    /// Whether this teammate is away.
    pub away: bool,
}

/// State of a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConversationState {
    /// Waits for somebody.
    #[default]
    Open,
    /// Closed; a reply opens it again.
    Closed,
    /// Sleeps until a time.
    Snoozed,
}

/// A conversation without its parts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// Decimal id.
    pub id: String,
    /// The key the client made when it began the conversation (see [`SendRequest::conversation_key`]); not for others who
    /// take part.
    pub key: Option<String>,
    /// State.
    pub state: ConversationState,
    /// Plain text of the newest visible part, at most 140 characters.
    pub preview: String,
    /// Who wrote the newest visible part.
    pub last_author: Author,
    /// When the newest visible part was written.
    pub updated_at: i64,
    /// The person put the notice of parts this old or older away; 0 for never.
    pub dismissed_at: i64,
    /// Parts of teammates and of others who take part that this person has not seen.
    pub unread: u32,
    /// The newest part of a contact that a teammate has seen, by part id; `None` for none yet.
    pub seen_by_team: Option<String>,
    /// The person's rating, once they were asked: 1 (terrible) to 5 (amazing), 0 before they have rated; with `.` behind it
    /// when it is final. Empty before.
    pub rating: String,
}

/// One entry of a thread that the person may see.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// Decimal id; grows within a conversation.
    pub id: String,
    /// The conversation it belongs to.
    pub conversation_id: String,
    /// The id its client made, if a Messenger sent it; not of another participant.
    pub client_id: Option<String>,
    /// Who wrote it.
    pub author: Author,
    /// HTML that the server has made safe; may be empty if something is attached.
    pub body: String,
    /// When the server took it.
    pub created_at: i64,
    /// Answers to choose from: the JSON of an array of [`QuickReply`](crate::talk::QuickReply)s, as text; empty for none.
    pub replies: String,
    /// What is attached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A file of a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// Id of the upload; empty for a file elsewhere that a program named by its address.
    pub id: String,
    /// Name.
    pub name: String,
    /// Address: of this server, from its root, and good for [`LINK_SECONDS`]; or elsewhere and whole.
    pub url: String,
    /// `type/subtype`.
    pub content_type: String,
    /// Bytes; 0 if unknown.
    pub size: i64,
    /// Width in pixels of a picture that may be shown; else 0.
    pub width: i64,
    /// Its height.
    pub height: i64,
}

/// How long the address of a file is good at least, seconds from the answer it is in (M§8.6). Asking for the thread again
/// gives fresh ones.
pub const LINK_SECONDS: i64 = 1_800;

/// Answer to `upload`: the bytes of a file as the body of `POST /messenger/<app_id>/upload`, with the [`Caller`] as JSON in
/// the header `X-Doorstep-Caller` and its name, percent-encoded, in `X-Doorstep-Name`. The file waits a day for its message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UploadReply {
    /// For [`SendRequest::attachments`].
    pub id: String,
    /// The name it is kept under.
    pub name: String,
    /// What it is.
    pub content_type: String,
    /// Bytes.
    pub size: i64,
}

/// `send`: one message. Repeating a request with the same `client_id` answers as the first time did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SendRequest {
    /// Who is asking. Without a session, `visitor_id` is needed: the visitor becomes a lead (P2).
    #[serde(flatten)]
    pub caller: Caller,
    /// UUID made by the client for this message, unique in the workspace.
    pub client_id: String,
    /// The conversation, if the server has told its id.
    pub conversation_id: Option<String>,
    /// UUID made by the client for a conversation the server may not know yet; all messages of the new
    /// conversation carry it. Needed when `conversation_id` is `None`.
    pub conversation_key: Option<String>,
    /// Plain text of at most 10,000 characters; may be empty if something is attached.
    pub body: String,
    /// The email of somebody who has none yet; needed with a first message where [`EmailCollection`] says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The UUID of the quick reply that this chooses; `body` is its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_uuid: Option<String>,
    /// Ids of uploads, at most ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
    /// The page.
    #[serde(default)]
    pub page: Page,
}

/// Answer to [`SendRequest`], given after the commit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SendReply {
    /// The session, if this made or prolonged one.
    pub session: Option<Session>,
    /// Who the sender now is.
    pub person: Person,
    /// The conversation.
    pub conversation: Conversation,
    /// The stored part.
    pub part: Part,
    /// Change number of the part.
    pub seq: i64,
}

/// `thread`: parts of one conversation, 50 of them: the newest, those right before `before`, or those right after `after`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadRequest {
    /// Who is asking.
    #[serde(flatten)]
    pub caller: Caller,
    /// The conversation.
    pub conversation_id: String,
    /// A part id: only older parts.
    #[serde(default)]
    pub before: Option<String>,
    /// A part id: only newer parts. Not together with `before`.
    #[serde(default)]
    pub after: Option<String>,
    /// A part id: as many of the newest parts as it takes to have this one too, at most 500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_to: Option<String>,
}

/// Answer to [`ThreadRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadReply {
    /// The conversation.
    pub conversation: Conversation,
    /// Parts, oldest first.
    pub parts: Vec<Part>,
    /// Whether there are older ones; asked for with `after`, whether there are newer ones.
    pub more: bool,
    /// Everything up to this change is in the answer.
    pub seq: i64,
}

/// `email`: the address typed into the email card (P4, P5). The lead stays unverified.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EmailRequest {
    /// Who is asking; needs a session.
    #[serde(flatten)]
    pub caller: Caller,
    /// The address as typed.
    pub email: String,
}

/// Answer to [`EmailRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmailReply {
    /// The person with the address.
    pub person: Person,
}

/// `read`: the person has seen a conversation up to a part. Answered with an empty object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadRequest {
    /// Who is asking; needs a session.
    #[serde(flatten)]
    pub caller: Caller,
    /// The conversation.
    pub conversation_id: String,
    /// The newest part seen.
    pub part_id: String,
}

/// `dismiss`: the person put the notice of a conversation away, which stays unread. Answered with an empty object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DismissRequest {
    /// Who is asking; needs a session.
    #[serde(flatten)]
    pub caller: Caller,
    /// The conversation.
    pub conversation_id: String,
    /// Its `updated_at` as it was shown.
    pub updated_at: i64,
}

/// `shutdown`: revokes the session and retires the visitor id (P10). Answered with an empty object, also when the
/// session is unknown or already revoked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShutdownRequest {
    /// Whose session.
    #[serde(flatten)]
    pub caller: Caller,
}

/// What a refusal says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorBody {
    /// Machine-readable: `session_invalid`, `parameter_invalid`, `parameter_not_found`, `not_found`, `app_unknown`,
    /// `identity_invalid`, `identity_missing`, `rate_limit_exceeded`, `blocked`, `server_error`; of files `file_empty`,
    /// `file_too_large`, `file_type_refused`, `upload_unknown`.
    pub code: String,
    /// For a developer: what is wrong and what would be right.
    pub message: String,
    /// The field that is wrong.
    pub field: Option<String>,
}

/// The body of every refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReply {
    /// What is wrong.
    pub error: ErrorBody,
}
