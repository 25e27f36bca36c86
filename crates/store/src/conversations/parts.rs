//! Parts as the REST API reads them: the newest of a conversation with it, all of them in pages.

use crate::Store;
use crate::conn::{row, rows};
use crate::error::Result;

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
    /// When it was written.
    pub created_at: i64,
    /// When its words were taken away.
    pub updated_at: Option<i64>,
    /// Whether its words were taken away.
    pub redacted: bool,
    /// The teammate an assignment goes to.
    pub assigned_to: Option<i64>,
    /// The team an assignment goes to.
    pub team_assigned_to: Option<i64>,
    /// The conversation's state after it.
    pub state: Option<String>,
    /// What is attached, as `doorstep_domain::attachment::read` reads it.
    pub attachments: Option<String>,
    /// JSON object: quick replies.
    pub metadata: Option<String>,
    /// JSON object: what an event changed.
    pub event_details: Option<String>,
}

/// Some parts, oldest first.
#[derive(Clone, Debug)]
pub struct PartPage {
    /// At most as many as asked for.
    pub parts: Vec<PartRecord>,
    /// Whether there are more.
    pub more: bool,
    /// How many there are in all.
    pub total: i64,
}

impl Store {
    /// The newest parts of a conversation, oldest first.
    pub async fn part_records(&self, conversation_id: i64, limit: i64) -> Result<Vec<PartRecord>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT * FROM parts WHERE conversation_id = $1 ORDER BY id DESC LIMIT $2";
        let mut found = rows!(&mut conn, PartRecord, sql, conversation_id, limit)?;
        found.reverse();
        Ok(found)
    }

    /// Parts of a conversation after a part, without the one it began with.
    pub async fn parts_page(
        &self,
        conversation_id: i64,
        source_id: Option<i64>,
        after: i64,
        limit: i64,
    ) -> Result<PartPage> {
        let mut conn = self.reader().await?;
        let source = source_id.unwrap_or(0);
        let sql = "SELECT count(*) FROM parts WHERE conversation_id = $1 AND id <> $2";
        let total = row!(&mut conn, (i64,), sql, conversation_id, source)?.map_or(0, |(count,)| count);
        let sql =
            "SELECT * FROM parts WHERE conversation_id = $1 AND id <> $2 AND id > $3 ORDER BY id LIMIT $4";
        let mut parts = rows!(&mut conn, PartRecord, sql, conversation_id, source, after, limit + 1)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = parts.len() > limit;
        parts.truncate(limit);
        Ok(PartPage { parts, more, total })
    }

    /// A part by id.
    pub async fn part_record(&self, workspace_id: i64, id: i64) -> Result<Option<PartRecord>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT * FROM parts WHERE id = $1 AND workspace_id = $2";
        Ok(row!(&mut conn, PartRecord, sql, id, workspace_id)?)
    }
}
