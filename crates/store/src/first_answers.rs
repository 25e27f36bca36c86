//! Who answered new conversations first, and when: what the Messenger's faces and its usual reply time are made of (M§8.7).
//! The server asks now and then and remembers the answer (`server/src/pulse.rs`).

use crate::Store;
use crate::conn::rows;
use crate::error::Result;

/// Most answers of one look: enough for a median.
const MOST: i64 = 500;

/// The first answer to a conversation.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FirstAnswer {
    /// When the person first wrote, Unix seconds.
    pub asked_at: i64,
    /// When a teammate first answered, Unix seconds.
    pub answered_at: i64,
    /// The teammate.
    pub admin_id: i64,
}

impl Store {
    /// The first answers since a time, the newest first.
    pub async fn first_answers(&self, workspace_id: i64, since: i64) -> Result<Vec<FirstAnswer>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT c.first_replied_at AS asked_at, c.first_admin_reply_at AS answered_at, \
                   CAST(p.author_id AS BIGINT) AS admin_id FROM conversations c JOIN parts p ON p.id = \
                   (SELECT min(f.id) FROM parts f WHERE f.conversation_id = c.id AND f.author_kind = 'admin' \
                   AND f.shown AND f.created_at >= c.first_replied_at) \
                   WHERE c.workspace_id = $1 AND c.first_admin_reply_at >= $2 AND NOT c.pending \
                   ORDER BY c.first_admin_reply_at DESC LIMIT $3";
        Ok(rows!(&mut conn, FirstAnswer, sql, workspace_id, since, MOST)?)
    }
}
