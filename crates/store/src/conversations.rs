//! Conversations as the REST API sees them: whole records with their parts, begun, answered, assigned, snoozed, closed,
//! redacted, deleted. What the Messenger and the inbox do is in `messages.rs` and `threads.rs`.

mod actions;
mod attributes;
mod end;
mod merging;
mod outbound;
mod parts;
mod people;
mod rating;
mod receipts;
mod search;
mod surroundings;
mod tags;
mod update;

pub(crate) use actions::{closed_by, enter_state, leave_to_all};
pub use attributes::{
    AttributeChange, ConversationAttribute, ConversationDataType, NewConversationAttribute,
};
pub(crate) use end::go_along;
pub use end::{DeletedConversation, DeletedPage};
pub(crate) use merging::survivor;
pub use outbound::{MessageDone, NewMessage};
pub use parts::{PartPage, PartRecord};
pub use rating::ConversationRating;
pub use receipts::Receipt;
pub use search::{ConversationPage, ConversationQuery};
pub use surroundings::{Participant, Surroundings};
pub use tags::ConversationTag;
pub use update::ConversationWrite;

use crate::Store;
use crate::conn::{Conn, row};
use crate::error::{Error, Result};
use crate::threads::conversation;
use crate::types::Conversation;

/// A conversation with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ConversationRecord {
    /// Id.
    pub id: i64,
    /// Whose.
    pub contact_id: String,
    /// `open`, `closed` or `snoozed`.
    pub state: String,
    /// What teammates call it.
    pub title: Option<String>,
    /// The teammate it is assigned to.
    pub admin_assignee_id: Option<i64>,
    /// Begun.
    pub created_at: i64,
    /// Newest part.
    pub updated_at: i64,
    /// Since when the person waits.
    pub waiting_since: Option<i64>,
    /// When it opens again.
    pub snoozed_until: Option<i64>,
    /// The person's first message.
    pub first_replied_at: Option<i64>,
    /// The part it began with.
    pub source_id: Option<i64>,
    /// Whether its person has seen all of the team's messages.
    pub is_read: bool,
    /// The message it began with, if a program sent that to several people.
    pub message_id: Option<i64>,
    /// `conversation` or `email`.
    pub source_type: String,
    /// Its subject; empty for none.
    pub source_subject: String,
    /// The page it came from.
    pub source_url: Option<String>,
    /// `customer_initiated` or `admin_initiated`.
    pub delivered_as: String,
    /// The team it is assigned to.
    pub team_assignee_id: Option<i64>,
    /// `none`, `low`, `medium`, `high` or `urgent`.
    pub priority: String,
    /// JSON object.
    pub custom_attributes: String,
    /// The company it is about.
    pub company_id: Option<String>,
    /// The conversation it was merged into.
    pub merged_into: Option<i64>,
    /// What is counted and timed.
    #[sqlx(flatten)]
    pub statistics: Statistics,
    /// What its person says of it.
    #[sqlx(flatten)]
    pub rating: ConversationRating,
}

/// What is counted and timed of a conversation (S§2.4). Times are Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Statistics {
    /// Newest message of a contact.
    pub last_contact_reply_at: Option<i64>,
    /// First answer of the team after a contact's message.
    pub first_admin_reply_at: Option<i64>,
    /// Newest message of the team.
    pub last_admin_reply_at: Option<i64>,
    /// First assignment.
    pub first_assignment_at: Option<i64>,
    /// Newest assignment.
    pub last_assignment_at: Option<i64>,
    /// Newest assignment before the team's first answer.
    pub assigned_before_reply_at: Option<i64>,
    /// First answer of the team after the newest assignment.
    pub last_assignment_admin_reply_at: Option<i64>,
    /// First close.
    pub first_close_at: Option<i64>,
    /// Newest close.
    pub last_close_at: Option<i64>,
    /// Who closed it then.
    pub last_closed_by_id: Option<i64>,
    /// How often it was opened again.
    pub count_reopens: i64,
    /// How often it was assigned.
    pub count_assignments: i64,
    /// Parts beside the message it began with.
    pub count_parts: i64,
    /// Median of how long contacts waited for each answer.
    pub median_time_to_reply: Option<i64>,
}

/// Who does something in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Its person, by contact id.
    Contact(String),
    /// A teammate.
    Admin(i64),
    /// A program that names nobody.
    Program,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Says something to the other side; opens what is closed or snoozed.
    Comment,
    /// Offers answers to choose from, or, of a contact, chooses one.
    QuickReply,
    /// Says something to the team.
    Note,
    /// Closes.
    Close,
    /// Opens.
    Open,
    /// Puts it aside until then, Unix seconds.
    Snooze(i64),
    /// Gives it to a teammate, or to nobody. Opens what is closed.
    Assign(Option<i64>),
    /// Gives it to a team, or to none. Opens what is closed.
    AssignTeam(Option<i64>),
    /// Has the rules of assignment run over it; as there are none, nothing moves.
    RunRules,
}

/// A deed of the API in a conversation.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Workspace.
    pub workspace_id: i64,
    /// Where.
    pub conversation_id: i64,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// Safe HTML; may be empty for all but comments and notes.
    pub body: String,
    /// Plain text for lists.
    pub preview: String,
    /// JSON array of addresses.
    pub attachments: Option<String>,
    /// Ids of files that the program uploaded.
    pub files: Vec<String>,
    /// JSON object: quick replies.
    pub metadata: Option<String>,
    /// When it was done: now, or earlier for what is brought over from elsewhere.
    pub at: i64,
    /// Now.
    pub now: i64,
}

/// A conversation that a contact's message begins.
#[derive(Clone, Debug)]
pub struct NewConversation {
    /// Workspace.
    pub workspace_id: i64,
    /// Whose.
    pub contact_id: String,
    /// Safe HTML.
    pub body: String,
    /// Plain text for lists.
    pub preview: String,
    /// JSON array of addresses.
    pub attachments: Option<String>,
    /// Ids of files that the program uploaded.
    pub files: Vec<String>,
    /// Its subject; empty for none.
    pub subject: String,
    /// The page it came from.
    pub url: Option<String>,
    /// When it was written: now, or earlier for what is brought over from elsewhere.
    pub at: i64,
    /// Now.
    pub now: i64,
}

/// Columns of [`ConversationRecord`], of `conversations c`. Parts are looked into only where something can be found: nothing is
/// unread of what nobody counts as unread, and without an answer of the team there is no median of its times.
macro_rules! record_columns {
    () => {
        "c.*, (c.unread_by_contact = 0 OR NOT EXISTS (SELECT 1 FROM parts u WHERE u.conversation_id = c.id \
         AND u.author_kind = 'admin' AND u.shown AND u.id > c.read_by_contact)) AS is_read, \
         CASE WHEN c.last_admin_reply_at IS NOT NULL THEN (SELECT x.reply_seconds FROM (SELECT r.reply_seconds, \
         count(*) OVER () AS many, row_number() OVER (ORDER BY r.reply_seconds) AS place FROM parts r \
         WHERE r.conversation_id = c.id AND r.reply_seconds IS NOT NULL) x WHERE x.place = (x.many + 1) / 2) END \
         AS median_time_to_reply"
    };
}
use record_columns;

impl Store {
    /// A conversation of the API, unless its person is archived.
    pub async fn conversation_record(&self, workspace_id: i64, id: i64) -> Result<ConversationRecord> {
        record(&mut self.reader().await?, workspace_id, id).await
    }

    /// The newest conversation of a contact.
    pub async fn last_conversation_of(&self, workspace_id: i64, contact_id: &str) -> Result<Option<i64>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT id FROM conversations WHERE workspace_id = $1 AND contact_id = $2 AND NOT pending \
                   ORDER BY updated_at DESC, id DESC LIMIT 1";
        Ok(row!(&mut conn, (i64,), sql, workspace_id, contact_id)?.map(|(id,)| id))
    }
}

/// A conversation to write into.
async fn light(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<Conversation> {
    let found = conversation(conn, workspace_id, id).await?.filter(|found| !found.pending);
    found.ok_or(Error::NotFound("conversation"))
}

/// A conversation whose person is not archived.
async fn record(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<ConversationRecord> {
    let sql = concat!(
        "SELECT ",
        record_columns!(),
        " FROM conversations c JOIN contacts p ON p.id = c.contact_id AND p.archived_at IS NULL \
         WHERE c.id = $1 AND c.workspace_id = $2 AND NOT c.pending"
    );
    row!(conn, ConversationRecord, sql, id, workspace_id)?.ok_or(Error::NotFound("conversation"))
}
