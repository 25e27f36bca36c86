//! What goes in and out of the store. Times are Unix seconds given by the caller; secrets come as their SHA-256.

mod conversation;

pub use conversation::{Conversation, Part, Thread};

use crate::scene::Fresh;
use doorstep_domain::companies::CompanyData;
use doorstep_domain::edit::Edit;
use doorstep_domain::identity::VerificationMode;
use doorstep_domain::settings::Claim;
use doorstep_domain::visit::Visit;

/// SHA-256 of a secret.
pub type SecretHash = [u8; 32];

/// "Look at the log": sent after a commit. A hint only; nothing depends on its arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wake {
    /// Whose log.
    pub workspace_id: i64,
    /// Its newest number before the news.
    pub since: i64,
    /// Its newest number.
    pub seq: i64,
    /// Whom the news are about. Whoever follows one contact looks only when it is named: without this every socket would
    /// read the log after every commit. Empty when there is nothing for a socket in them.
    pub contacts: std::sync::Arc<[String]>,
    /// What the commit wrote, if that is known without reading it again.
    pub fresh: Option<std::sync::Arc<Fresh>>,
}

/// A workspace to create.
#[derive(Clone, Debug)]
pub struct NewWorkspace {
    /// The public id in snippets.
    pub app_id: String,
    /// The company's name.
    pub name: String,
    /// What it demands of pages that name a user.
    pub identity_mode: VerificationMode,
    /// Its first key of identity verification; none if empty. Not logged.
    pub identity_secret: String,
    /// What the Messenger shows, as JSON text.
    pub settings: String,
    /// Now.
    pub now: i64,
}

/// A workspace.
#[derive(Clone)]
pub struct Workspace {
    /// Internal id.
    pub id: i64,
    /// The public id in snippets.
    pub app_id: String,
    /// The company's name.
    pub name: String,
    /// What it demands of pages that name a user.
    pub identity_mode: VerificationMode,
    /// What the Messenger shows, as JSON text.
    pub settings: String,
    /// Made.
    pub created_at: i64,
}

impl std::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workspace")
            .field("id", &self.id)
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

/// Changes to a workspace; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceWrite {
    /// The company's name.
    pub name: Option<String>,
    /// What it demands of pages that name a user.
    pub identity_mode: Option<VerificationMode>,
    /// What the Messenger shows, as JSON text.
    pub settings: Option<String>,
}

/// What an API token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAccess {
    /// Look only.
    Read,
    /// Everything.
    Write,
}

impl TokenAccess {
    /// The stored and spoken word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Read, Self::Write].into_iter().find(|access| access.as_str() == text)
    }
}

/// A live API token.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its id.
    pub id: i64,
    /// What it may do.
    pub access: TokenAccess,
    /// Whose it is.
    pub workspace: Workspace,
}

/// A token as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TokenRow {
    /// Its id.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// `read` or `write`.
    pub access: String,
    /// Made.
    pub created_at: i64,
    /// Out of use since.
    pub revoked_at: Option<i64>,
}

/// A teammate to create.
#[derive(Clone)]
pub struct NewAdmin {
    /// Workspace.
    pub workspace_id: i64,
    /// Log-in name.
    pub email: String,
    /// Display name.
    pub name: String,
    /// PHC string.
    pub password_hash: String,
    /// Now.
    pub now: i64,
}

impl std::fmt::Debug for NewAdmin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAdmin").field("workspace_id", &self.workspace_id).finish_non_exhaustive()
    }
}

/// A teammate.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Admin {
    /// Id.
    pub id: i64,
    /// Workspace.
    pub workspace_id: i64,
    /// Log-in name.
    pub email: String,
    /// Display name.
    pub name: String,
    /// What they do.
    pub job_title: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Not answering at present.
    pub away_mode_enabled: bool,
    /// While away, conversations that are answered leave them.
    pub away_mode_reassign: bool,
}

/// Changes to a teammate; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct AdminWrite {
    /// Display name.
    pub name: Option<String>,
    /// What they do.
    pub job_title: Edit<String>,
    /// Address of a picture.
    pub avatar: Edit<String>,
    /// Not answering at present.
    pub away_mode_enabled: Option<bool>,
    /// While away, conversations that are answered leave them.
    pub away_mode_reassign: Option<bool>,
}

/// A lead or a user.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Contact {
    /// 24 hexadecimal digits.
    pub id: String,
    /// Workspace.
    pub workspace_id: i64,
    /// `lead` or `user`.
    pub role: String,
    /// A user's own id; a lead's visitor UUID.
    pub external_id: Option<String>,
    /// The browser's visitor UUID while the contact is a lead.
    pub visitor_id: Option<String>,
    /// Email as written.
    pub email: Option<String>,
    /// Whether it is proven (P5).
    pub email_verified: bool,
    /// Name.
    pub name: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Page of the last message.
    pub last_page: Option<String>,
    /// First seen.
    pub created_at: i64,
    /// Last seen.
    pub last_seen_at: Option<i64>,
    /// Archived: invisible until they come back.
    pub archived_at: Option<i64>,
    /// Blocked: may not come back.
    pub blocked_at: Option<i64>,
}

impl Contact {
    /// Whether the contact is a user.
    pub fn is_user(&self) -> bool {
        self.role == "user"
    }
}

/// Who is in front of the Messenger: the question of `ping`.
#[derive(Clone, Debug)]
pub struct Identify {
    /// Workspace.
    pub workspace_id: i64,
    /// Cookie `intercom-id-*`.
    pub visitor_id: Option<String>,
    /// Cookie `intercom-device-id-*`.
    pub device_id: Option<String>,
    /// Cookie `intercom-session-*`.
    pub session: Option<SecretHash>,
    /// Who the page says this is; already verified where the workspace demands it.
    pub claim: Option<Claim>,
    /// What the page says of whoever it is, without naming them (P3).
    pub about: Option<Claim>,
    /// The companies the page says they belong to (P12).
    pub companies: Vec<CompanyData>,
    /// What the browser says.
    pub visit: Visit,
    /// To be stored if a new session is needed.
    pub fresh_session: SecretHash,
    /// Now.
    pub now: i64,
    /// Life of a session, seconds.
    pub session_ttl: i64,
}

impl Identify {
    /// What the page says of the person, named or not.
    pub(crate) fn said(&self) -> Option<&Claim> {
        self.claim.as_ref().or(self.about.as_ref())
    }
}

/// What became of the caller's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionOutcome {
    /// `fresh_session` was stored; it ends then.
    Fresh(i64),
    /// The session given is valid and ends then.
    Kept(i64),
    /// There is none.
    None,
}

/// Answer to [`Identify`].
#[derive(Clone, Debug)]
pub struct Identified {
    /// The lead or user; `None` for a visitor who is unknown.
    pub contact: Option<Contact>,
    /// The session.
    pub session: SessionOutcome,
    /// The visitor id was retired: the browser takes a new one.
    pub visitor_retired: bool,
}

/// Which conversation a message goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConversationRef {
    /// One the server has told the id of.
    Id(i64),
    /// One the client has begun; the same key means the same conversation.
    Key(String),
}

/// A message of a visitor, lead or user.
#[derive(Clone, Debug)]
pub struct SendMessage {
    /// Workspace.
    pub workspace_id: i64,
    /// Cookie `intercom-session-*`.
    pub session: Option<SecretHash>,
    /// Cookie `intercom-id-*`.
    pub visitor_id: Option<String>,
    /// Cookie `intercom-device-id-*`.
    pub device_id: Option<String>,
    /// To be stored if a new session is needed.
    pub fresh_session: SecretHash,
    /// The client's UUID of this message.
    pub client_id: String,
    /// Where it goes.
    pub conversation: ConversationRef,
    /// Safe HTML.
    pub body: String,
    /// Plain text of at most 140 characters for lists; the files' if empty.
    pub preview: String,
    /// The email that comes with it.
    pub email: crate::messages::EmailGiven,
    /// The id of the quick reply it chooses.
    pub chosen: Option<String>,
    /// Ids of uploaded files.
    pub files: Vec<String>,
    /// The page it was written on.
    pub page_url: String,
    /// What the browser says; kept if the message makes a lead.
    pub visit: Visit,
    /// Now.
    pub now: i64,
    /// Life of a session, seconds.
    pub session_ttl: i64,
}

/// Answer to [`SendMessage`].
#[derive(Clone, Debug)]
pub struct Sent {
    /// Who wrote.
    pub contact: Contact,
    /// The session.
    pub session: SessionOutcome,
    /// The conversation after it.
    pub conversation: Conversation,
    /// The part.
    pub part: Part,
    /// Change number of the part; the newest of the workspace when it was repeated.
    pub seq: i64,
    /// The same `client_id` had been stored before.
    pub repeated: bool,
}

/// A teammate's answer.
#[derive(Clone, Debug)]
pub struct AdminReply {
    /// Workspace.
    pub workspace_id: i64,
    /// Who.
    pub admin_id: i64,
    /// Where.
    pub conversation_id: i64,
    /// The client's UUID of this message.
    pub client_id: String,
    /// Safe HTML.
    pub body: String,
    /// Plain text of at most 140 characters for lists; the files' if empty.
    pub preview: String,
    /// Ids of uploaded files.
    pub files: Vec<String>,
    /// Now.
    pub now: i64,
}

/// Changes to a contact: `None` stays, an empty string clears.
#[derive(Clone, Debug, Default)]
pub struct ContactEdit {
    /// Email, already parsed; any change makes it unverified (P5).
    pub email: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Whether the person typed it themselves: nobody else says that the email is theirs.
    pub by_person: bool,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A new part.
    Part,
    /// A conversation without a new part.
    Conversation,
    /// A contact.
    Contact,
    /// A contact's session was revoked.
    SessionEnded,
    /// Nothing a socket shows; there for its topic.
    Topic,
}

/// One entry of the change log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number; grows within a workspace.
    pub seq: i64,
    /// What.
    pub kind: ChangeKind,
    /// Whose.
    pub contact_id: String,
    /// Where.
    pub conversation_id: Option<i64>,
    /// Which part is new.
    pub part_id: Option<i64>,
}
