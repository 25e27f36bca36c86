//! Conversations as the REST API sees them: whole records with their parts, begun, answered, assigned, snoozed, closed,
//! redacted, deleted. What the Messenger and the inbox do is in `messages.rs` and `threads.rs`.

mod actions;
mod search;

pub use search::{ConversationPage, ConversationQuery};

use crate::Store;
use crate::conn::{Conn, row, rows};
use crate::error::{Error, Result};

/// Whether the person of `c` has seen all of the team's messages.
macro_rules! is_read {
    () => {
        "(NOT EXISTS (SELECT 1 FROM parts u WHERE u.conversation_id = c.id AND u.author_kind = 'admin' \
         AND u.shown AND u.id > c.read_by_contact))"
    };
}
use is_read;

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
}

/// A part with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PartRecord {
    /// Id; grows within a conversation.
    pub id: i64,
    /// Conversation.
    pub conversation_id: i64,
    /// See S§2.4.
    pub part_type: String,
    /// `contact`, `admin` or `bot`.
    pub author_kind: String,
    /// Their id.
    pub author_id: String,
    /// Safe HTML; empty for a part that only says what happened.
    pub body: String,
    /// When it was stored.
    pub created_at: i64,
    /// Whether its words were taken away.
    pub redacted: bool,
    /// The teammate an assignment goes to.
    pub assigned_to: Option<i64>,
}

/// Who does something in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Its person, by contact id.
    Contact(String),
    /// A teammate.
    Admin(i64),
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Says something to the other side; opens what is closed or snoozed.
    Comment,
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
    /// Now.
    pub now: i64,
}

impl Store {
    /// A conversation of the API, unless its person is archived.
    pub async fn conversation_record(&self, workspace_id: i64, id: i64) -> Result<ConversationRecord> {
        record(&mut self.reader().await?, workspace_id, id).await
    }

    /// The newest conversation of a contact.
    pub async fn last_conversation_of(&self, workspace_id: i64, contact_id: &str) -> Result<Option<i64>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT id FROM conversations WHERE workspace_id = $1 AND contact_id = $2 \
                   ORDER BY updated_at DESC, id DESC LIMIT 1";
        Ok(row!(&mut conn, (i64,), sql, workspace_id, contact_id)?.map(|(id,)| id))
    }

    /// The newest parts of a conversation, oldest first.
    pub async fn part_records(&self, conversation_id: i64, limit: i64) -> Result<Vec<PartRecord>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT * FROM parts WHERE conversation_id = $1 ORDER BY id DESC LIMIT $2";
        let mut found = rows!(&mut conn, PartRecord, sql, conversation_id, limit)?;
        found.reverse();
        Ok(found)
    }

    /// A part by id.
    pub async fn part_record(&self, workspace_id: i64, id: i64) -> Result<Option<PartRecord>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT * FROM parts WHERE id = $1 AND workspace_id = $2";
        Ok(row!(&mut conn, PartRecord, sql, id, workspace_id)?)
    }
}

/// A conversation whose person is not archived.
async fn record(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<ConversationRecord> {
    let sql = concat!(
        "SELECT c.*, ",
        is_read!(),
        " AS is_read FROM conversations c JOIN contacts p ON p.id = c.contact_id AND p.archived_at IS NULL \
         WHERE c.id = $1 AND c.workspace_id = $2"
    );
    row!(conn, ConversationRecord, sql, id, workspace_id)?.ok_or(Error::NotFound("conversation"))
}
