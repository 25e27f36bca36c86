//! The conversation of a chat message. It begins with the message as a teammate's part, under the showing's name as its
//! key, and is only a message (`pending`) until the person answers, as with `POST /messages` (S§2.6).

use doorstep_domain::message_text::MessageText;
use doorstep_domain::outbound::delivery::message_of;

use super::{OutboundMessage, deliver, once};
use crate::conn::{Conn, execute, row};
use crate::error::{Error, Result};
use crate::messages::{Author, Extras, Text, add_part, count_unread};
use crate::threads::{conversation, conversation_by_key};
use crate::types::{Contact, Conversation};

/// The chat message that a conversation of this key answers.
pub(crate) async fn answered(
    conn: &mut Conn,
    workspace_id: i64,
    key: &str,
) -> Result<Option<OutboundMessage>> {
    let Some(id) = message_of(key) else { return Ok(None) };
    Ok(once(conn, workspace_id, id).await?.filter(|message| message.content.banner.is_none()))
}

/// Begins the conversation. Its delivery is `automated` (S§2.4).
pub(crate) async fn begin(
    conn: &mut Conn,
    message: &OutboundMessage,
    person: &Contact,
    key: &str,
    now: i64,
) -> Result<Conversation> {
    let (id,) = row!(
        conn,
        (i64,),
        "INSERT INTO conversations (workspace_id, contact_id, client_key, state, created_at, updated_at, pending, \
         delivered_as) VALUES ($1, $2, $3, 'open', $4, $4, TRUE, 'automated') RETURNING id",
        person.workspace_id,
        &person.id,
        key,
        now
    )?
    .ok_or(Error::NotFound("conversation"))?;
    let place = conversation(conn, person.workspace_id, id).await?.ok_or(Error::NotFound("conversation"))?;
    let author = Author { kind: "admin", id: message.admin_id.to_string() };
    // What was checked when it was written is read again only to be shown.
    let words = MessageText::parse(&message.content.body).ok();
    let (body, preview) = words.map(|words| (words.html(), words.preview())).unwrap_or_default();
    let text = Text {
        client_id: None,
        part_type: "comment",
        body: &body,
        preview: &preview,
        extras: Extras::default(),
        page: None,
        at: now,
        now,
    };
    let (part, _) = add_part(conn, &place, &author, &text).await?;
    // They have it before their eyes.
    execute!(&mut *conn, "UPDATE conversations SET read_by_contact = $2 WHERE id = $1", id, part.id)?;
    count_unread(conn, id).await?;
    conversation(conn, person.workspace_id, id).await?.ok_or(Error::NotFound("conversation"))
}

/// The same for somebody who opened or closed the message and has not answered.
pub(super) async fn keep(
    conn: &mut Conn,
    message: &OutboundMessage,
    person: &Contact,
    key: &str,
    now: i64,
) -> Result<()> {
    if conversation_by_key(conn, person.workspace_id, key).await?.is_none() {
        begin(conn, message, person, key, now).await?;
    }
    Ok(())
}

/// A person wrote into a conversation that was only a message until then.
pub(crate) async fn replied(conn: &mut Conn, place: &Conversation, now: i64) -> Result<()> {
    let Some(key) = place.client_key.as_deref().filter(|_| place.pending) else { return Ok(()) };
    let Some(message_id) = message_of(key) else { return Ok(()) };
    deliver::replied(conn, key, message_id, &place.contact_id, now).await
}
