//! Reading conversations and their parts, as the person whose they are sees them; what others see who take part is in
//! `participants.rs`.

use std::collections::HashMap;

use crate::Store;
use crate::changes::newest_seq;
use crate::conn::{Conn, row, rows, rows_bound};
use crate::error::{Error, Result};
use crate::many::{pieces, values};
use crate::participants;
use crate::people::contact;
use crate::types::{Conversation, Part, Thread};

/// Columns of [`Conversation`].
macro_rules! conversation_columns {
    () => {
        "c.id, c.workspace_id, c.contact_id, c.client_key, c.state, c.created_at, c.updated_at, c.waiting_since, \
         c.read_by_contact, c.dismissed_at, c.read_by_team, c.preview, c.last_author_kind, c.last_author_id, \
         c.unread_by_contact, c.unread_by_team, c.seen_by_team, c.pending, \
         EXISTS (SELECT 1 FROM admins a WHERE a.id = c.admin_assignee_id AND a.away_mode_enabled \
          AND a.away_mode_reassign) AS assigned_away, c.rating_requested_at, c.rating_score, c.rating_remark, \
         c.rating_replied_at, c.rating_updated_at, c.rating_admin_id, \
         (SELECT string_agg(g.contact_id, ' ' ORDER BY g.added_at, g.contact_id) FROM conversation_contacts g \
          WHERE g.conversation_id = c.id AND g.contact_id <> c.contact_id) AS others, \
         (SELECT k.name FROM contacts k WHERE c.last_author_kind = 'contact' AND c.last_author_id <> c.contact_id \
          AND k.id = c.last_author_id) AS last_author_name, \
         (SELECT k.avatar FROM contacts k WHERE c.last_author_kind = 'contact' AND c.last_author_id <> c.contact_id \
          AND k.id = c.last_author_id) AS last_author_avatar"
    };
}
pub(crate) use conversation_columns;

/// Columns of [`Part`], of [`part_tables`].
macro_rules! part_columns {
    () => {
        "q.id, q.conversation_id, q.client_id, q.author_kind, q.author_id, q.body, q.attachments, q.metadata, q.created_at, q.shown, \
         k.name AS author_name, k.email AS author_email, k.avatar AS author_avatar"
    };
}
pub(crate) use part_columns;

/// Parts `q`, with the contacts `k` who wrote them.
macro_rules! part_tables {
    () => {
        "parts q LEFT JOIN contacts k ON k.id = q.author_id AND q.author_kind = 'contact'"
    };
}
pub(crate) use part_tables;

impl Store {
    /// The conversations a person takes part in, as they see them, the most recently changed first, and the change number
    /// they are as of.
    pub async fn conversations_of(
        &self,
        workspace_id: i64,
        contact_id: &str,
        limit: i64,
    ) -> Result<(Vec<Conversation>, i64)> {
        let mut conn = self.reader().await?;
        // The number first: a change between the two reads is then told again, never missed.
        let seq = newest_seq(&mut conn, workspace_id).await?;
        let found = rows!(
            &mut conn,
            Conversation,
            // `CROSS JOIN` has SQLite begin with what is theirs.
            concat!(
                "WITH m (place) AS (SELECT o.id FROM (SELECT id FROM conversations WHERE contact_id = $1 \
                 ORDER BY updated_at DESC, id DESC LIMIT $3) o \
                 UNION SELECT conversation_id FROM conversation_contacts WHERE contact_id = $1) SELECT ",
                conversation_columns!(),
                " FROM m CROSS JOIN conversations c WHERE c.id = m.place AND c.workspace_id = $2 \
                 ORDER BY c.updated_at DESC, c.id DESC LIMIT $3"
            ),
            contact_id,
            workspace_id,
            limit
        )?;
        Ok((participants::all_as_seen_by(&mut conn, found, contact_id).await?, seq))
    }

    /// A conversation as somebody sees it who takes part in it; nobody else does.
    pub async fn conversation_seen_by(
        &self,
        workspace_id: i64,
        id: i64,
        contact_id: &str,
    ) -> Result<Option<Conversation>> {
        let mut conn = self.reader().await?;
        match conversation(&mut conn, workspace_id, id).await? {
            Some(found) => participants::as_seen_by(&mut conn, found, contact_id).await,
            None => Ok(None),
        }
    }

    /// A conversation by id.
    pub async fn conversation(&self, workspace_id: i64, id: i64) -> Result<Option<Conversation>> {
        conversation(&mut self.reader().await?, workspace_id, id).await
    }

    /// A part by id.
    pub async fn part(&self, workspace_id: i64, id: i64) -> Result<Option<Part>> {
        let mut conn = self.reader().await?;
        Ok(row!(
            &mut conn,
            Part,
            concat!(
                "SELECT ",
                part_columns!(),
                " FROM ",
                part_tables!(),
                " WHERE q.id = $1 AND q.workspace_id = $2"
            ),
            id,
            workspace_id
        )?)
    }

    /// How many messages of a conversation there are from a part on.
    pub async fn parts_since(&self, id: i64, part_id: i64) -> Result<i64> {
        let mut conn = self.reader().await?;
        let sql = "SELECT count(*) FROM parts WHERE conversation_id = $1 AND id >= $2 AND shown";
        Ok(row!(&mut conn, (i64,), sql, id, part_id)?.map_or(0, |(count,)| count))
    }

    /// The newest messages of a conversation before `before`; notes and what has no words are left out. With `contact_id`, only if
    /// they take part in it, and as they see it.
    pub async fn thread(
        &self,
        workspace_id: i64,
        contact_id: Option<&str>,
        id: i64,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Thread> {
        let mut conn = self.reader().await?;
        let (found, person, seq) = owned(&mut conn, workspace_id, contact_id, id).await?;
        let mut parts = rows!(
            &mut conn,
            Part,
            concat!(
                "SELECT ",
                part_columns!(),
                " FROM ",
                part_tables!(),
                " WHERE q.conversation_id = $1 AND q.id < $2 AND q.shown ORDER BY q.id DESC LIMIT $3"
            ),
            id,
            before.unwrap_or(i64::MAX),
            limit + 1
        )?;
        let more = cut(&mut parts, limit);
        parts.reverse();
        Ok(Thread { conversation: found, contact: person, parts, more, seq })
    }

    /// As [`Store::thread`], the messages right after `after`; `more` says whether there are newer ones.
    pub async fn thread_after(
        &self,
        workspace_id: i64,
        contact_id: Option<&str>,
        id: i64,
        after: i64,
        limit: i64,
    ) -> Result<Thread> {
        let mut conn = self.reader().await?;
        let (found, person, seq) = owned(&mut conn, workspace_id, contact_id, id).await?;
        let mut parts = rows!(
            &mut conn,
            Part,
            concat!(
                "SELECT ",
                part_columns!(),
                " FROM ",
                part_tables!(),
                " WHERE q.conversation_id = $1 AND q.id > $2 AND q.shown ORDER BY q.id LIMIT $3"
            ),
            id,
            after,
            limit + 1
        )?;
        let more = cut(&mut parts, limit);
        Ok(Thread { conversation: found, contact: person, parts, more, seq })
    }
}

/// A conversation with its person, if it is there and (with `contact_id`) they take part in it; and the number everything
/// after is newer than.
async fn owned(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: Option<&str>,
    id: i64,
) -> Result<(Conversation, crate::Contact, i64)> {
    let seq = newest_seq(conn, workspace_id).await?;
    let found = conversation(conn, workspace_id, id).await?;
    let found = match (found, contact_id) {
        (Some(found), Some(contact_id)) => participants::as_seen_by(conn, found, contact_id).await?,
        (found, _) => found,
    };
    let found = found.ok_or(Error::NotFound("conversation"))?;
    let person = contact(conn, workspace_id, &found.contact_id).await?.ok_or(Error::NotFound("contact"))?;
    Ok((found, person, seq))
}

/// Leaves out what was read beyond the limit, and says whether there was any.
fn cut(parts: &mut Vec<Part>, limit: i64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = parts.len() > limit;
    parts.truncate(limit);
    more
}

pub(crate) async fn conversation(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
) -> Result<Option<Conversation>> {
    Ok(row!(
        conn,
        Conversation,
        concat!(
            "SELECT ",
            conversation_columns!(),
            " FROM conversations c WHERE c.id = $1 AND c.workspace_id = $2"
        ),
        id,
        workspace_id
    )?)
}

/// Conversations by id.
pub(crate) async fn conversations(
    conn: &mut Conn,
    workspace_id: i64,
    ids: &[i64],
) -> Result<HashMap<i64, Conversation>> {
    let mut all = HashMap::with_capacity(ids.len());
    for piece in pieces(ids) {
        let (rows, mut binds) = values(conn, piece.iter().map(|id| [(*id).into()]));
        binds.push(workspace_id.into());
        // `CROSS JOIN` has SQLite begin with the ids, and not read all of the workspace's.
        let sql = format!(
            concat!(
                "WITH m (place) AS ({}) SELECT ",
                conversation_columns!(),
                " FROM m CROSS JOIN conversations c WHERE c.id = m.place AND c.workspace_id = ${}"
            ),
            rows,
            binds.len()
        );
        let found = rows_bound!(&mut *conn, Conversation, sql, &binds)?;
        all.extend(found.into_iter().map(|found| (found.id, found)));
    }
    Ok(all)
}

/// The conversation a client began under this key.
pub(crate) async fn conversation_by_key(
    conn: &mut Conn,
    workspace_id: i64,
    key: &str,
) -> Result<Option<Conversation>> {
    Ok(row!(
        conn,
        Conversation,
        concat!(
            "SELECT ",
            conversation_columns!(),
            " FROM conversations c WHERE c.workspace_id = $1 AND c.client_key = $2"
        ),
        workspace_id,
        key
    )?)
}

pub(crate) async fn part_by_client_id(
    conn: &mut Conn,
    workspace_id: i64,
    client_id: &str,
) -> Result<Option<Part>> {
    Ok(row!(
        conn,
        Part,
        concat!(
            "SELECT ",
            part_columns!(),
            " FROM ",
            part_tables!(),
            " WHERE q.workspace_id = $1 AND q.client_id = $2"
        ),
        workspace_id,
        client_id
    )?)
}
