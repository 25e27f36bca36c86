//! The usual message: somebody with a live session writes the next message of a conversation of theirs. One statement finds
//! all that `send` must know; everything else goes the longer way in `messages.rs`.

use crate::conn::{Conn, row};
use crate::error::Result;
use crate::hex;
use crate::people::contact_columns;
use crate::threads::conversation;
use crate::types::{Contact, Conversation, ConversationRef, SendMessage, SessionOutcome};

/// Who writes, under which session, and where.
pub(super) type Usual = (Contact, SessionOutcome, Conversation);

#[derive(sqlx::FromRow)]
struct Found {
    #[sqlx(flatten)]
    contact: Contact,
    expires_at: i64,
    place_id: i64,
    repeated: bool,
}

/// Finds them; `None` if anything about this message is not usual.
pub(super) async fn find(conn: &mut Conn, message: &SendMessage) -> Result<Option<Usual>> {
    let Some(session) = &message.session else { return Ok(None) };
    let (id, key) = match &message.conversation {
        ConversationRef::Id(id) => (Some(*id), None),
        ConversationRef::Key(key) => (None, Some(key.as_str())),
    };
    let found = row!(
        conn,
        Found,
        concat!(
            "SELECT ",
            contact_columns!(),
            ", s.expires_at, c.id AS place_id, EXISTS (SELECT 1 FROM parts p WHERE p.workspace_id = $2 \
             AND p.client_id = $4) AS repeated FROM messenger_sessions s \
             JOIN contacts k ON k.id = s.contact_id AND k.workspace_id = s.workspace_id AND k.merged_into IS NULL \
             JOIN conversations c ON c.contact_id = k.id AND c.workspace_id = k.workspace_id \
             WHERE s.hash = $1 AND s.workspace_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 \
             AND (c.id = $5 OR c.client_key = $6) AND c.merged_into IS NULL"
        ),
        hex(session),
        message.workspace_id,
        message.now,
        &message.client_id,
        id,
        key
    )?;
    let Some(found) = found else { return Ok(None) };
    let away = found.contact.archived_at.is_some() || found.contact.blocked_at.is_some();
    if found.repeated || away {
        return Ok(None);
    }
    let place = conversation(conn, message.workspace_id, found.place_id).await?;
    Ok(place.map(|place| (found.contact, SessionOutcome::Kept(found.expires_at), place)))
}
