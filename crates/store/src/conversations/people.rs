//! Contacts who take part in a conversation beside the one it belongs to (S§2.3 `customers`): they join and go. They stand in
//! the API's answers, and see it in their Messenger (`participants.rs`). When the person it belongs to is taken away, it
//! becomes the next one's.

use super::{Actor, ConversationRecord, actions, light, record};
use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, rows};
use crate::error::{Error, Result};
use crate::messages::{Extras, Text, add_part};
use crate::participants;
use crate::people::contact;
use crate::types::Conversation;

impl Store {
    /// Lets a contact take part; one who does already stays. [`Error::NotFound`] for the conversation, the contact or the
    /// teammate (`admin`).
    pub async fn add_participant(
        &self,
        workspace_id: i64,
        id: i64,
        contact_id: String,
        actor: Actor,
        now: i64,
    ) -> Result<ConversationRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    record(conn, workspace_id, id).await?;
                    let place = light(conn, workspace_id, id).await?;
                    actions::author(conn, &place, &actor).await?;
                    let person = contact(conn, workspace_id, &contact_id).await?;
                    person.filter(|person| person.archived_at.is_none()).ok_or(Error::NotFound("contact"))?;
                    if join(conn, &place, &contact_id, now).await? {
                        event(conn, &place, &actor, "participant_added", &contact_id, now).await?;
                    }
                    record(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Ends a contact's part. [`Error::NotFound`] for the conversation, a `contact` who takes no part or the teammate
    /// (`admin`), [`Error::Conflict`] for the last one.
    pub async fn remove_participant(
        &self,
        workspace_id: i64,
        id: i64,
        contact_id: String,
        actor: Actor,
        now: i64,
    ) -> Result<ConversationRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    record(conn, workspace_id, id).await?;
                    let place = light(conn, workspace_id, id).await?;
                    actions::author(conn, &place, &actor).await?;
                    let others = others(conn, id).await?;
                    let next = if place.contact_id == contact_id {
                        Some(others.first().ok_or(Error::Conflict("last customer"))?.clone())
                    } else {
                        None
                    };
                    if next.is_none() && !others.contains(&contact_id) {
                        return Err(Error::NotFound("contact"));
                    }
                    event(conn, &place, &actor, "participant_removed", &contact_id, now).await?;
                    if let Some(next) = next {
                        participants::hand_on(conn, &place, &next, now).await?;
                    } else {
                        let sql = "DELETE FROM conversation_contacts WHERE conversation_id = $1 AND contact_id = $2";
                        execute!(&mut *conn, sql, id, &contact_id)?;
                        // They lose sight of it.
                        announce(conn, News::conversation(workspace_id, &contact_id, id, now)).await?;
                    }
                    record(conn, workspace_id, id).await
                })
            })
            .await
    }
}

/// Adds a contact. Says whether they are new.
pub(super) async fn join(conn: &mut Conn, place: &Conversation, contact_id: &str, now: i64) -> Result<bool> {
    if place.contact_id == contact_id {
        return Ok(false);
    }
    let sql = "INSERT INTO conversation_contacts (conversation_id, contact_id, workspace_id, added_at) \
               VALUES ($1, $2, $3, $4) ON CONFLICT (conversation_id, contact_id) DO NOTHING";
    let new = execute!(&mut *conn, sql, place.id, contact_id, place.workspace_id, now)? > 0;
    if new {
        // They see it from now on.
        announce(conn, News::conversation(place.workspace_id, contact_id, place.id, now)).await?;
    }
    Ok(new)
}

/// Who takes part beside the conversation's person.
pub(super) async fn others(conn: &mut Conn, id: i64) -> Result<Vec<String>> {
    // A merge may have made one of them the conversation's own person.
    let sql = "SELECT p.contact_id FROM conversation_contacts p JOIN conversations c ON c.id = p.conversation_id \
               WHERE p.conversation_id = $1 AND p.contact_id <> c.contact_id ORDER BY p.added_at, p.contact_id";
    Ok(rows!(conn, (String,), sql, id)?.into_iter().map(|(id,)| id).collect())
}

async fn event(
    conn: &mut Conn,
    place: &Conversation,
    actor: &Actor,
    part_type: &'static str,
    contact_id: &str,
    now: i64,
) -> Result<()> {
    let author = actions::author(conn, place, actor).await?;
    let details = serde_json::json!({"participant": {"type": "contact", "id": contact_id}}).to_string();
    let extras = Extras { event_details: Some(&details), ..Extras::default() };
    add_part(conn, place, &author, &Text::event(part_type, extras, now)).await?;
    Ok(())
}
