//! People who take part in a conversation beside its own person, in the Messenger: what they see of it, what they have read,
//! and how it becomes theirs. Who joins and goes is in `conversations/people.rs`.
//!
//! They see what its person sees, with their own marks of what was read and put away. The client's key and the rating are
//! the person's alone. While that person is archived, nobody sees it.

use std::collections::HashMap;

use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::messages::{changed, count_unread};
use crate::threads::conversation;
use crate::types::Conversation;

/// What somebody's part in a conversation is.
#[derive(sqlx::FromRow)]
struct Part {
    conversation_id: i64,
    read_up_to: i64,
    dismissed_at: i64,
    unread: i64,
    owner_name: Option<String>,
    owner_avatar: Option<String>,
}

/// What somebody takes part in; the condition on a conversation follows.
macro_rules! parts_of {
    ($only:literal) => {
        concat!(
            "SELECT g.conversation_id, g.read_up_to, g.dismissed_at, (SELECT count(*) FROM parts q \
             WHERE q.conversation_id = g.conversation_id AND q.id > g.read_up_to AND q.shown \
             AND (q.author_kind = 'admin' OR q.author_kind = 'contact' AND q.author_id <> g.contact_id)) AS unread, \
             k.name AS owner_name, k.avatar AS owner_avatar FROM conversation_contacts g \
             JOIN conversations c ON c.id = g.conversation_id JOIN contacts k ON k.id = c.contact_id \
             WHERE g.contact_id = $1 AND k.archived_at IS NULL",
            $only
        )
    };
}

impl Part {
    /// The conversation as this one sees it.
    fn sees(self, found: Conversation) -> Conversation {
        let by_owner = found.last_author_kind == "contact" && found.last_author_id == found.contact_id;
        let (last_author_name, last_author_avatar) = if by_owner {
            (self.owner_name, self.owner_avatar)
        } else {
            (found.last_author_name, found.last_author_avatar)
        };
        Conversation {
            client_key: None,
            read_by_contact: self.read_up_to,
            dismissed_at: self.dismissed_at,
            unread_by_contact: self.unread,
            rating: crate::ConversationRating::default(),
            last_author_name,
            last_author_avatar,
            ..found
        }
    }
}

/// A conversation as somebody sees it; `None` if they take no part.
pub(crate) async fn as_seen_by(
    conn: &mut Conn,
    found: Conversation,
    contact_id: &str,
) -> Result<Option<Conversation>> {
    if found.contact_id == contact_id {
        return Ok(Some(found));
    }
    if !found.others().any(|other| other == contact_id) {
        return Ok(None);
    }
    let part = row!(conn, Part, parts_of!(" AND g.conversation_id = $2"), contact_id, found.id)?;
    Ok(part.map(|part| part.sees(found)))
}

/// The same with several, in their order, without those they take no part in.
pub(crate) async fn all_as_seen_by(
    conn: &mut Conn,
    found: Vec<Conversation>,
    contact_id: &str,
) -> Result<Vec<Conversation>> {
    if found.iter().all(|one| one.contact_id == contact_id) {
        return Ok(found);
    }
    let parts = rows!(conn, Part, parts_of!(""), contact_id)?;
    let mut parts: HashMap<i64, Part> = parts.into_iter().map(|part| (part.conversation_id, part)).collect();
    let seen = found.into_iter().filter_map(|one| {
        if one.contact_id == contact_id { Some(one) } else { Some(parts.remove(&one.id)?.sees(one)) }
    });
    Ok(seen.collect())
}

/// A conversation, as it is stored, that is open to somebody: their own or one they take part in. Nobody else's is there for
/// them.
pub(crate) async fn open_to(
    conn: &mut Conn,
    found: Option<Conversation>,
    contact_id: &str,
) -> Result<Option<Conversation>> {
    match found {
        Some(found) if found.contact_id != contact_id => {
            Ok(as_seen_by(conn, found.clone(), contact_id).await?.map(|_| found))
        }
        found => Ok(found),
    }
}

/// Somebody who takes part has seen a conversation up to a part. Their own tabs hear of it; the team is not told, because the
/// conversation's own person may not have seen it.
pub(crate) async fn read(
    conn: &mut Conn,
    place: &Conversation,
    contact_id: &str,
    part_id: i64,
    now: i64,
) -> Result<()> {
    let sql = "UPDATE conversation_contacts SET read_up_to = $3 WHERE conversation_id = $1 AND contact_id = $2 \
               AND read_up_to < $3 AND EXISTS (SELECT 1 FROM parts WHERE id = $3 AND conversation_id = $1)";
    if execute!(&mut *conn, sql, place.id, contact_id, part_id)? > 0 {
        announce(conn, News::conversation(place.workspace_id, contact_id, place.id, now)).await?;
    }
    Ok(())
}

/// Somebody who takes part has put the notice of parts away that were this old (Unix seconds).
pub(crate) async fn dismiss(
    conn: &mut Conn,
    place: &Conversation,
    contact_id: &str,
    up_to: i64,
    now: i64,
) -> Result<()> {
    let sql = "UPDATE conversation_contacts SET dismissed_at = $3 WHERE conversation_id = $1 AND contact_id = $2 \
               AND dismissed_at < $3 AND $3 <= $4";
    if execute!(&mut *conn, sql, place.id, contact_id, up_to, place.updated_at)? > 0 {
        announce(conn, News::conversation(place.workspace_id, contact_id, place.id, now)).await?;
    }
    Ok(())
}

/// Makes a conversation somebody's own who takes part in it; whose it was has no part in it any more.
pub(crate) async fn hand_on(conn: &mut Conn, place: &Conversation, to: &str, now: i64) -> Result<()> {
    let (id, from) = (place.id, &place.contact_id);
    let sql = "UPDATE conversations SET contact_id = $2, \
               read_by_contact = coalesce((SELECT g.read_up_to FROM conversation_contacts g \
               WHERE g.conversation_id = $1 AND g.contact_id = $2), 0), \
               dismissed_at = coalesce((SELECT g.dismissed_at FROM conversation_contacts g \
               WHERE g.conversation_id = $1 AND g.contact_id = $2), 0) WHERE id = $1";
    execute!(&mut *conn, sql, id, to)?;
    let sql = "DELETE FROM conversation_contacts WHERE conversation_id = $1 AND (contact_id = $2 OR contact_id = $3)";
    execute!(&mut *conn, sql, id, to, from)?;
    count_unread(conn, id).await?;
    // Whoever goes on resuming finds there what they have not heard of.
    let sql = "UPDATE changes SET contact_id = $3 WHERE contact_id = $2 AND conversation_id = $1 \
               AND kind IN ('part', 'conversation')";
    execute!(&mut *conn, sql, id, from, to)?;
    // The one who is gone loses sight of it, the next one gets it.
    announce(conn, News::conversation(place.workspace_id, from, id, now)).await?;
    let theirs = conversation(conn, place.workspace_id, id).await?.ok_or(Error::NotFound("conversation"))?;
    changed(conn, &theirs, None, now).await
}

/// Tells everybody who takes part in a contact's own conversations that they may see them no more, or again.
pub(crate) async fn tell_others(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    now: i64,
) -> Result<()> {
    let sql = "SELECT g.conversation_id, g.contact_id FROM conversations c \
               JOIN conversation_contacts g ON g.conversation_id = c.id \
               WHERE c.contact_id = $1 AND g.contact_id <> $1 ORDER BY g.conversation_id, g.contact_id";
    for (id, other) in rows!(conn, (i64, String), sql, contact_id)? {
        announce(conn, News::conversation(workspace_id, &other, id, now)).await?;
    }
    Ok(())
}

/// Counts anew what is unread in a contact's own conversations with others: whose words are whose has changed.
pub(crate) async fn recount(conn: &mut Conn, contact_id: &str) -> Result<()> {
    let sql = "SELECT DISTINCT c.id FROM conversations c JOIN conversation_contacts g ON g.conversation_id = c.id \
               WHERE c.contact_id = $1 ORDER BY c.id";
    for (id,) in rows!(conn, (i64,), sql, contact_id)? {
        count_unread(conn, id).await?;
    }
    Ok(())
}
