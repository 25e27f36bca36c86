//! Taking away: a part's words, a whole conversation; and which conversations are gone.

use doorstep_domain::topics::Topic;

use super::{ConversationRecord, PartRecord, light, record};
use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::messages::changed;
use crate::participants;

/// What stands in place of taken words (S§2.3).
const REDACTED: &str = "<p><i>This message was deleted</i></p>";

/// A conversation that is gone.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DeletedConversation {
    /// Its id.
    pub conversation_id: i64,
    /// Whether what was counted of it stays in reports.
    pub metrics_retained: bool,
    /// When.
    pub deleted_at: i64,
}

/// Some of them.
#[derive(Clone, Debug)]
pub struct DeletedPage {
    /// At most as many as asked for.
    pub conversations: Vec<DeletedConversation>,
    /// How many there are in all.
    pub total: i64,
}

impl Store {
    /// Takes away a part's words and what was attached. [`Error::NotFound`] for the conversation or the `part`.
    pub async fn redact(
        &self,
        workspace_id: i64,
        id: i64,
        part_id: i64,
        now: i64,
    ) -> Result<ConversationRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before = record(conn, workspace_id, id).await?;
                    let part_id = if before.message_id == Some(part_id) { before.source_id } else { Some(part_id) };
                    let sql = "UPDATE parts SET body = $3, redacted = TRUE, attachments = NULL, metadata = NULL, \
                               updated_at = $4 WHERE id = $1 AND conversation_id = $2 AND (body <> '' \
                               OR attachments IS NOT NULL)";
                    if execute!(conn, sql, part_id, id, REDACTED, now)? == 0 {
                        return Err(Error::NotFound("part"));
                    }
                    execute!(conn, "DELETE FROM files WHERE part_id = $1", part_id)?;
                    let newest = "SELECT * FROM parts WHERE conversation_id = $1 AND shown ORDER BY id DESC LIMIT 1";
                    let newest = row!(conn, PartRecord, newest, id)?;
                    let preview = newest.is_some_and(|newest| Some(newest.id) == part_id);
                    let sql = "UPDATE conversations SET updated_at = $2, preview = \
                               CASE WHEN $3 THEN 'This message was deleted' ELSE preview END WHERE id = $1";
                    execute!(conn, sql, id, now, preview)?;
                    let place = light(conn, workspace_id, id).await?;
                    // Told as a part, so that an open Messenger puts it in the place of the old one.
                    let news = News::part(&place, part_id.unwrap_or_default(), now);
                    announce(conn, news.topic(Topic::ConversationPartRedacted)).await?;
                    record(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Removes a conversation for good; its id is kept among those that are gone.
    pub async fn delete_conversation(
        &self,
        workspace_id: i64,
        id: i64,
        retain_metrics: bool,
        now: i64,
    ) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let place = light(conn, workspace_id, id).await?;
                    changed(conn, &place, Some(Topic::ConversationDeleted), now).await?;
                    for other in place.others() {
                        announce(conn, News::conversation(workspace_id, other, id, now)).await?;
                    }
                    let sql = "DELETE FROM files WHERE part_id IN (SELECT id FROM parts WHERE conversation_id = $1)";
                    execute!(conn, sql, id)?;
                    execute!(conn, "DELETE FROM parts WHERE conversation_id = $1", id)?;
                    execute!(conn, "DELETE FROM conversations WHERE id = $1", id)?;
                    remember(conn, workspace_id, id, retain_metrics, now).await
                })
            })
            .await
    }

    /// Ids of conversations that are gone, by when they went.
    pub async fn deleted_conversations(
        &self,
        workspace_id: i64,
        ascending: bool,
        offset: i64,
        limit: i64,
    ) -> Result<DeletedPage> {
        let mut conn = self.reader().await?;
        let sql = "SELECT count(*) FROM deleted_conversations WHERE workspace_id = $1";
        let total = row!(&mut conn, (i64,), sql, workspace_id)?.map_or(0, |(count,)| count);
        let sql = if ascending {
            "SELECT conversation_id, metrics_retained, deleted_at FROM deleted_conversations \
             WHERE workspace_id = $1 ORDER BY deleted_at, conversation_id LIMIT $2 OFFSET $3"
        } else {
            "SELECT conversation_id, metrics_retained, deleted_at FROM deleted_conversations \
             WHERE workspace_id = $1 ORDER BY deleted_at DESC, conversation_id DESC LIMIT $2 OFFSET $3"
        };
        let conversations = rows!(&mut conn, DeletedConversation, sql, workspace_id, limit, offset)?;
        Ok(DeletedPage { conversations, total })
    }
}

/// Keeps the id of a conversation that goes.
async fn remember(conn: &mut Conn, workspace_id: i64, id: i64, retain_metrics: bool, now: i64) -> Result<()> {
    let sql = "INSERT INTO deleted_conversations (conversation_id, workspace_id, metrics_retained, deleted_at) \
               VALUES ($1, $2, $3, $4)";
    execute!(conn, sql, id, workspace_id, retain_metrics, now)?;
    Ok(())
}

/// Says that a contact's conversations go with the contact, and keeps their ids. What is only a message so far is no
/// conversation anybody was told of. The rows are the caller's.
pub(crate) async fn go_along(conn: &mut Conn, workspace_id: i64, contact_id: &str, now: i64) -> Result<()> {
    let sql = "SELECT id FROM conversations WHERE contact_id = $1 AND NOT pending ORDER BY id";
    for (id,) in rows!(conn, (i64,), sql, contact_id)? {
        let news = News::only(Topic::ConversationDeleted, workspace_id, now);
        announce(conn, news.about(contact_id).within(id, None)).await?;
        // Nothing that was counted of them is left.
        remember(conn, workspace_id, id, false, now).await?;
    }
    participants::tell_others(conn, workspace_id, contact_id, now).await
}
