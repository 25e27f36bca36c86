//! What was sent to whom with `POST /messages`, as exports have it (S§3.4): one receipt for each person it was to. Copies of
//! an email are no receipts, because no email is delivered. Sending is in `outbound.rs`; the file is the server's.

use crate::Store;
use crate::conn::rows;
use crate::error::Result;

/// A message that one person got.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Receipt {
    /// The message.
    pub message_id: i64,
    /// `inapp` or `email`.
    pub message_type: String,
    /// Its subject; empty for none.
    pub subject: String,
    /// Sent, Unix seconds.
    pub sent_at: i64,
    /// Who got it.
    pub contact_id: String,
    /// Their id on the site.
    pub external_id: Option<String>,
    /// Their email.
    pub email: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// The site's own id of the company they have belonged to longest.
    pub company_id: Option<String>,
    /// Their first answer, if it came within the time asked for, Unix seconds.
    pub first_reply_at: Option<i64>,
}

impl Store {
    /// Receipts of what was sent from `from` to `to` (Unix seconds, both included), by message and person, after those of
    /// `after`; at most `limit`.
    pub async fn receipts(
        &self,
        workspace_id: i64,
        (from, to): (i64, i64),
        after: Option<&Receipt>,
        limit: i64,
    ) -> Result<Vec<Receipt>> {
        let mut conn = self.reader().await?;
        let (message_id, contact_id) =
            after.map_or((0, ""), |last| (last.message_id, last.contact_id.as_str()));
        let sql = "SELECT m.id AS message_id, m.message_type, m.subject, m.created_at AS sent_at, \
                   k.id AS contact_id, k.external_id, k.email, k.name, \
                   (SELECT c.company_id FROM contact_companies x JOIN companies c ON c.id = x.company_id \
                    WHERE x.contact_id = k.id AND c.archived_at IS NULL ORDER BY x.attached_at, c.id LIMIT 1) \
                   AS company_id, \
                   (SELECT min(t.first_replied_at) FROM conversations t WHERE t.workspace_id = m.workspace_id \
                    AND coalesce(t.message_id, t.source_id) = m.id AND t.contact_id = k.id \
                    AND t.first_replied_at BETWEEN $2 AND $3) AS first_reply_at \
                   FROM messages m JOIN message_recipients r ON r.message_id = m.id AND r.kind = 'to' \
                   JOIN contacts k ON k.id = r.contact_id \
                   WHERE m.workspace_id = $1 AND m.created_at BETWEEN $2 AND $3 \
                   AND (m.id > $4 OR m.id = $4 AND k.id > $5) ORDER BY m.id, k.id LIMIT $6";
        Ok(rows!(&mut conn, Receipt, sql, workspace_id, from, to, message_id, contact_id, limit)?)
    }
}
