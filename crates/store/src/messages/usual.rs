//! The usual message: somebody with a live session writes the next message of a conversation of theirs. All that wait are
//! looked up and written together; everything else goes the longer way in `messages.rs`.

use std::collections::{HashMap, HashSet};

use super::first::is_plain;
use super::parts::{NewPart, add_parts, answered};
use super::{Author, Text};
use crate::conn::{Conn, rows_bound};
use crate::error::{Error, Result};
use crate::hex;
use crate::identify::SEEN_STEP;
use crate::many::{pieces, values};
use crate::people::contact_columns;
use crate::threads::conversations;
use crate::types::{
    Change, ChangeKind, Contact, Conversation, ConversationRef, SendMessage, Sent, SessionOutcome,
};

/// What becomes of a message.
pub(crate) enum Turn {
    /// It is written.
    Done(Box<Sent>),
    /// It is not usual.
    Alone,
    /// Its sender or its UUID has another message here: it is asked again when that is written.
    Later,
}

#[derive(sqlx::FromRow)]
struct Found {
    number: i64,
    #[sqlx(flatten)]
    contact: Contact,
    expires_at: i64,
    place_id: i64,
    repeated: bool,
}

/// Writes the usual ones among a workspace's messages and says of each what becomes of it.
pub(crate) async fn send_usual(conn: &mut Conn, messages: &[Box<SendMessage>]) -> Result<Vec<Turn>> {
    let mut turns: Vec<Turn> = messages.iter().map(|_| Turn::Alone).collect();
    let (mut senders, mut client_ids) = (HashSet::new(), HashSet::new());
    let mut chosen = Vec::new();
    for (index, found) in find(conn, messages).await? {
        let message = &messages[index];
        if !client_ids.insert(&*message.client_id) || !senders.insert(found.contact.id.clone()) {
            turns[index] = Turn::Later;
        } else if is_usual(message, &found) {
            chosen.push((index, found));
        }
    }
    let places: Vec<i64> = chosen.iter().map(|(_, found)| found.place_id).collect();
    let before = read(conn, messages, &places).await?;
    // The first answer to what was only a message so far means more, and so does one to a teammate who is away.
    let usual = |place: &Conversation| !place.pending && !place.assigned_away;
    chosen.retain(|(_, found)| before.get(&found.place_id).is_some_and(usual));
    let mut new = Vec::with_capacity(chosen.len());
    let authors: Vec<Author> =
        chosen.iter().map(|(_, found)| Author { kind: "contact", id: found.contact.id.clone() }).collect();
    for ((index, found), author) in chosen.iter().zip(&authors) {
        let place = before.get(&found.place_id).ok_or(Error::NotFound("conversation"))?;
        new.push(NewPart { place, author, text: Text::of(&messages[*index], place, None, None) });
    }
    let added = add_parts(conn, &new).await?;
    let after: Vec<Conversation> =
        new.iter().zip(&added).map(|(new, (part, _))| answered(new, part.id)).collect();
    for (((index, found), (part, seq)), conversation) in chosen.into_iter().zip(added).zip(after) {
        let session = SessionOutcome::Kept(found.expires_at);
        let contact = as_seen(found.contact.clone(), &messages[index]);
        let change = Change {
            seq,
            kind: ChangeKind::Part,
            contact_id: contact.id.clone(),
            conversation_id: Some(conversation.id),
            part_id: Some(part.id),
        };
        conn.ledger().tell(change, conversation.clone(), contact, part.clone());
        let sent = Sent { contact: found.contact, session, conversation, part, seq, repeated: false };
        turns[index] = Turn::Done(Box::new(sent));
    }
    Ok(turns)
}

/// The writer as the message leaves them (`update_people` in `parts.rs`).
fn as_seen(mut contact: Contact, message: &SendMessage) -> Contact {
    let step = contact.last_seen_at.is_some_and(|at| at <= message.now && message.now - at < SEEN_STEP);
    contact.last_seen_at = contact.last_seen_at.filter(|_| step).or(Some(message.now));
    if !message.page_url.is_empty() {
        contact.last_page = Some(message.page_url.clone());
    }
    contact
}

fn is_usual(message: &SendMessage, found: &Found) -> bool {
    let away = found.contact.archived_at.is_some() || found.contact.blocked_at.is_some();
    !found.repeated && !away && message.files.is_empty() && is_plain(message, &found.contact)
}

async fn read(
    conn: &mut Conn,
    messages: &[Box<SendMessage>],
    places: &[i64],
) -> Result<HashMap<i64, Conversation>> {
    let Some(first) = messages.first() else { return Ok(HashMap::new()) };
    conversations(conn, first.workspace_id, places).await
}

/// Finds who writes, under which session, and where; in the order of the messages, without those about which anything is
/// not usual.
async fn find(conn: &mut Conn, messages: &[Box<SendMessage>]) -> Result<Vec<(usize, Found)>> {
    let mut asked = Vec::with_capacity(messages.len());
    for (message, number) in messages.iter().zip(0_i64..) {
        if let Some(session) = &message.session {
            asked.push((number, hex(session), message));
        }
    }
    let mut all = Vec::with_capacity(asked.len());
    for piece in pieces(&asked) {
        let rows = piece.iter().map(|(number, hash, message)| {
            let (id, key) = match &message.conversation {
                ConversationRef::Id(id) => (Some(*id), None),
                ConversationRef::Key(key) => (None, Some(key.as_str())),
            };
            let client_id = message.client_id.as_str();
            [
                (*number).into(),
                hash.as_str().into(),
                message.now.into(),
                client_id.into(),
                id.into(),
                key.into(),
            ]
        });
        let (rows, mut binds) = values(conn, rows);
        binds.push(piece[0].2.workspace_id.into());
        // `CROSS JOIN` has SQLite begin with the messages.
        let sql = format!(
            concat!(
                "WITH m (number, hash, now_at, client_id, place, place_key) AS ({}) SELECT m.number, ",
                contact_columns!(),
                ", s.expires_at, c.id AS place_id, EXISTS (SELECT 1 FROM parts p WHERE p.workspace_id = ${workspace} \
                 AND p.client_id = m.client_id) AS repeated FROM m CROSS JOIN messenger_sessions s \
                 JOIN contacts k ON k.id = s.contact_id AND k.workspace_id = s.workspace_id \
                 JOIN conversations c ON c.contact_id = k.id AND c.workspace_id = k.workspace_id \
                 WHERE s.hash = m.hash AND s.workspace_id = ${workspace} AND s.revoked_at IS NULL AND s.expires_at > m.now_at \
                 AND k.merged_into IS NULL AND c.merged_into IS NULL AND (c.id = m.place OR c.client_key = m.place_key)"
            ),
            rows,
            workspace = binds.len()
        );
        all.extend(rows_bound!(&mut *conn, Found, sql, &binds)?);
    }
    all.sort_unstable_by_key(|found| found.number);
    Ok(all.into_iter().filter_map(|found| Some((usize::try_from(found.number).ok()?, found))).collect())
}
