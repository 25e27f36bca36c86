//! Merging a conversation into another (2.16, S§2.3): the one that goes is closed and points to the other, which goes on
//! with the people of both. Parts stay where they were written; what the contacts write from then on goes where the
//! conversation goes on.

use super::{ConversationRecord, closed_by, light, people, record};
use crate::Store;
use crate::conn::{Conn, execute, row};
use crate::error::{Error, Result};
use crate::messages::{Author, Extras, Text, add_part};
use crate::types::Conversation;

impl Store {
    /// Merges, and gives the conversation that goes on. [`Error::NotFound`] for the `conversation` that goes or the
    /// `primary`, [`Error::Conflict`] if it was merged before.
    pub async fn merge_conversations(
        &self,
        workspace_id: i64,
        from: i64,
        into: i64,
        now: i64,
    ) -> Result<ConversationRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let secondary = record(conn, workspace_id, from).await?;
                    let primary = match record(conn, workspace_id, into).await {
                        Err(Error::NotFound(_)) => return Err(Error::NotFound("primary")),
                        found => found?,
                    };
                    if secondary.merged_into.is_some() {
                        return Err(Error::Conflict("merge"));
                    }
                    // A circle would leave no conversation that goes on.
                    if primary.merged_into.is_some() {
                        return Err(Error::NotFound("primary"));
                    }
                    let (gone, stays) =
                        (light(conn, workspace_id, from).await?, light(conn, workspace_id, into).await?);
                    say(conn, &gone, "close", from, into, Some("closed"), now).await?;
                    let sql = "UPDATE conversations SET state = 'closed', snoozed_until = NULL, waiting_since = NULL, \
                               merged_into = $2 WHERE id = $1";
                    execute!(conn, sql, from, into)?;
                    closed_by(conn, from, None, now).await?;
                    let mut contacts = people::others(conn, from).await?;
                    contacts.insert(0, gone.contact_id.clone());
                    for contact in contacts {
                        people::join(conn, &stays, &contact, now).await?;
                    }
                    say(conn, &stays, "merged_primary_conversation", from, into, None, now).await?;
                    record(conn, workspace_id, into).await
                })
            })
            .await
    }
}

/// The conversation that goes on with what this one was merged into, over any number of merges; `None` if it goes on itself,
/// also because the others are gone.
pub(crate) async fn survivor(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<Option<i64>> {
    let sql = "SELECT s.id FROM conversations c JOIN conversations s ON s.id = c.merged_into \
               WHERE c.id = $1 AND c.workspace_id = $2";
    let mut last = None;
    // A circle cannot be: what was merged away takes nothing in.
    while let Some((next,)) = row!(conn, (i64,), sql, last.unwrap_or(id), workspace_id)? {
        last = Some(next);
    }
    Ok(last)
}

async fn say(
    conn: &mut Conn,
    place: &Conversation,
    part_type: &'static str,
    from: i64,
    into: i64,
    state: Option<&str>,
    now: i64,
) -> Result<()> {
    let details = serde_json::json!({
        "secondary_conversation_id": from.to_string(), "primary_conversation_id": into.to_string(),
    });
    let details = details.to_string();
    let extras = Extras { event_details: Some(&details), state, ..Extras::default() };
    add_part(conn, place, &Author::bot(), &Text::event(part_type, extras, now)).await?;
    Ok(())
}
