//! The change log: who reads it sees every change of a workspace once, in order. Numbers are taken under the workspace's
//! row lock inside the change's own transaction, so a number never becomes visible after a larger one.
//!
//! Sockets read it, webhooks and `GET /changes` do. Sockets go by [`ChangeKind`], the others by the topic (S§4.3). An
//! operation that Intercom has a topic for says so in the entry it writes anyway:
//! `append(conn, News::contact(workspace_id, id, now).topic(topic))`. What has no such entry, or a second topic, gets one of
//! its own, which sockets do not see: `announce(conn, News::only(topic, workspace_id, now).about(contact_id))`. A part
//! brings its topic by itself ([`Topic::of_part`], in `messages::add_part`).
//!
//! The `detail` is a JSON object with what cannot be read again when the notification is made, under the names that
//! [`Topic`] gives, in the shapes of the REST API: `{"tag": {"type": "tag", "id": "7", "name": "VIP"}}`. A company is
//! told whole, an event and a job are the detail themselves: it becomes the notification's item. No secrets: it goes out as it is.

use std::sync::Arc;

use doorstep_domain::topics::Topic;
use serde_json::Value;

use crate::Store;
use crate::conn::{Bind, Conn, row, rows};
use crate::error::{Error, Result};
use crate::many::{pieces, values};
use crate::together::Together;
use crate::types::{Change, ChangeKind, Conversation};

/// A change as its operation describes it.
#[derive(Clone, Debug)]
pub(crate) struct News<'a> {
    workspace_id: i64,
    kind: ChangeKind,
    /// Empty for what is about no contact.
    contact_id: &'a str,
    conversation_id: Option<i64>,
    part_id: Option<i64>,
    topic: Option<Topic>,
    detail: Option<String>,
    /// Whose sockets hear of it beside the contact's: ids with spaces between them.
    others: Option<&'a str>,
    now: i64,
}

impl<'a> News<'a> {
    /// A contact changed.
    pub(crate) fn contact(workspace_id: i64, contact_id: &'a str, now: i64) -> Self {
        let kind = ChangeKind::Contact;
        Self {
            workspace_id,
            kind,
            contact_id,
            conversation_id: None,
            part_id: None,
            topic: None,
            detail: None,
            others: None,
            now,
        }
    }

    /// A session of a contact ended.
    pub(crate) fn session_ended(workspace_id: i64, contact_id: &'a str, now: i64) -> Self {
        Self { kind: ChangeKind::SessionEnded, ..Self::contact(workspace_id, contact_id, now) }
    }

    /// A conversation changed otherwise than by a part, as far as one contact is concerned.
    pub(crate) fn conversation(workspace_id: i64, contact_id: &'a str, id: i64, now: i64) -> Self {
        let kind = ChangeKind::Conversation;
        Self { kind, conversation_id: Some(id), ..Self::contact(workspace_id, contact_id, now) }
    }

    /// The same for everybody who takes part in it.
    pub(crate) fn of(place: &'a Conversation, now: i64) -> Self {
        let news = Self::conversation(place.workspace_id, &place.contact_id, place.id, now);
        Self { others: place.others.as_deref(), ..news }
    }

    /// A conversation has a new part.
    pub(crate) fn part(place: &'a Conversation, part_id: i64, now: i64) -> Self {
        Self { kind: ChangeKind::Part, part_id: Some(part_id), ..Self::of(place, now) }
    }

    /// Something that no socket has to hear of.
    pub(crate) fn only(topic: Topic, workspace_id: i64, now: i64) -> Self {
        Self { kind: ChangeKind::Topic, topic: Some(topic), ..Self::contact(workspace_id, "", now) }
    }

    /// Names the contact it is about.
    pub(crate) fn about(self, contact_id: &'a str) -> Self {
        Self { contact_id, ..self }
    }

    /// Names the conversation and, if there is one, the part it is about.
    pub(crate) fn within(self, conversation_id: i64, part_id: Option<i64>) -> Self {
        Self { conversation_id: Some(conversation_id), part_id, ..self }
    }

    /// Says what the webhooks call it.
    pub(crate) fn topic(self, topic: impl Into<Option<Topic>>) -> Self {
        Self { topic: topic.into(), ..self }
    }

    /// What cannot be read again later.
    pub(crate) fn detail(self, detail: &Value) -> Self {
        Self { detail: Some(detail.to_string()), ..self }
    }
}

/// Appends a change and gives its number.
pub(crate) async fn append(conn: &mut Conn, news: News<'_>) -> Result<i64> {
    let seqs = append_all(conn, &[news]).await?;
    seqs.first().copied().ok_or(Error::NotFound("change"))
}

/// Appends changes in their order and gives their numbers.
pub(crate) async fn append_all(conn: &mut Conn, all: &[News<'_>]) -> Result<Vec<i64>> {
    let mut statements = Together::default();
    let seqs = append_with(conn, all, &mut statements).await?;
    statements.run(conn).await?;
    Ok(seqs)
}

/// The same, but the rows are written only when the statements run.
pub(crate) async fn append_with(
    conn: &mut Conn,
    all: &[News<'_>],
    statements: &mut Together,
) -> Result<Vec<i64>> {
    let mut seqs = Vec::with_capacity(all.len());
    for news in all {
        seqs.push(next_seq(conn, news.workspace_id).await?);
        if news.kind != ChangeKind::Topic {
            let others = news.others.unwrap_or_default().split_whitespace();
            for contact_id in std::iter::once(news.contact_id).chain(others) {
                conn.ledger().hear(news.workspace_id, contact_id);
            }
        }
    }
    let numbered: Vec<(&News<'_>, i64)> = all.iter().zip(seqs.iter().copied()).collect();
    for piece in pieces(&numbered) {
        let rows = piece.iter().map(|(news, seq)| {
            [
                Bind::from(news.workspace_id),
                Bind::from(*seq),
                Bind::from(name_of(news.kind)),
                Bind::from(news.contact_id),
                Bind::from(news.conversation_id),
                Bind::from(news.part_id),
                Bind::from(news.now),
                Bind::from(news.topic.map(Topic::as_str)),
                Bind::from(news.detail.as_deref()),
            ]
        });
        let (rows, binds) = values(conn, rows);
        let sql = "INSERT INTO changes (workspace_id, seq, kind, contact_id, conversation_id, part_id, created_at, \
                   topic, detail) ";
        statements.add(format!("{sql}{rows}"), binds);
    }
    Ok(seqs)
}

/// The next number: from the ledger if the transaction holds the workspace's row, else from the row.
async fn next_seq(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    if let Some(seq) = conn.ledger().next(workspace_id) {
        return Ok(seq);
    }
    let sql = "UPDATE workspaces SET seq = seq + 1 WHERE id = $1 RETURNING seq";
    Ok(row!(conn, (i64,), sql, workspace_id)?.ok_or(Error::NotFound("workspace"))?.0)
}

/// Appends a change whose number nobody asks for.
pub(crate) async fn announce(conn: &mut Conn, news: News<'_>) -> Result<()> {
    append(conn, news).await.map(drop)
}

/// One entry of the change log as webhooks and the change feed see it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FeedEntry {
    /// Its number; grows within a workspace.
    pub seq: i64,
    /// `part`, `conversation`, `contact`, or `topic` for what is there for its topic only.
    pub kind: String,
    /// What the webhooks call it (S§4.3), if they do.
    pub topic: Option<String>,
    /// Whose; empty for what is about no contact.
    pub contact_id: String,
    /// Where.
    pub conversation_id: Option<i64>,
    /// Which part.
    pub part_id: Option<i64>,
    /// JSON object with what cannot be read again.
    pub detail: Option<String>,
    /// When.
    pub created_at: i64,
}

type Row = (i64, String, String, Option<i64>, Option<i64>);

impl Store {
    /// The newest number of a workspace.
    pub async fn newest_seq(&self, workspace_id: i64) -> Result<i64> {
        newest_seq(&mut self.reader().await?, workspace_id).await
    }

    /// Changes of one contact after a number, oldest first, and those of the conversations they take part in; without what is
    /// there for a topic only.
    pub async fn changes_for_contact(
        &self,
        contact_id: &str,
        since: i64,
        limit: usize,
    ) -> Result<Vec<Change>> {
        let mut conn = self.reader().await?;
        let found = rows!(
            &mut conn,
            Row,
            // The log has a conversation's changes under its own person.
            "SELECT seq, kind, contact_id, conversation_id, part_id FROM changes \
             WHERE contact_id = $1 AND seq > $2 AND kind <> 'topic' \
             UNION ALL SELECT h.seq, h.kind, h.contact_id, h.conversation_id, h.part_id \
             FROM conversation_contacts g CROSS JOIN conversations c CROSS JOIN changes h \
             WHERE g.contact_id = $1 AND c.id = g.conversation_id AND c.contact_id <> $1 \
             AND h.contact_id = c.contact_id AND h.conversation_id = c.id AND h.seq > $2 \
             AND h.kind IN ('part', 'conversation') ORDER BY seq LIMIT $3",
            contact_id,
            since,
            i64::try_from(limit).unwrap_or(i64::MAX)
        )?;
        Ok(found.into_iter().map(change).collect())
    }

    /// Changes of a workspace after a number, oldest first; without what is there for a topic only.
    pub async fn changes_for_workspace(
        &self,
        workspace_id: i64,
        since: i64,
        limit: usize,
    ) -> Result<Vec<Change>> {
        let mut conn = self.reader().await?;
        let found = rows!(
            &mut conn,
            Row,
            "SELECT seq, kind, contact_id, conversation_id, part_id FROM changes \
             WHERE workspace_id = $1 AND seq > $2 AND kind <> 'topic' ORDER BY seq LIMIT $3",
            workspace_id,
            since,
            i64::try_from(limit).unwrap_or(i64::MAX)
        )?;
        Ok(found.into_iter().map(change).collect())
    }
}

impl Store {
    /// The oldest number the log still has; what was before it is forgotten. 0 for an empty log.
    pub async fn oldest_seq(&self, workspace_id: i64) -> Result<i64> {
        let mut conn = self.reader().await?;
        let sql = "SELECT min(seq) FROM changes WHERE workspace_id = $1";
        Ok(row!(&mut conn, (Option<i64>,), sql, workspace_id)?.and_then(|(seq,)| seq).unwrap_or(0))
    }

    /// All changes of a workspace after a number but the ends of sessions, oldest first, as webhooks and the change feed
    /// see them.
    pub async fn change_feed(&self, workspace_id: i64, after: i64, limit: i64) -> Result<Vec<FeedEntry>> {
        let mut conn = self.reader().await?;
        Ok(rows!(
            &mut conn,
            FeedEntry,
            "SELECT seq, kind, topic, contact_id, conversation_id, part_id, detail, created_at FROM changes \
             WHERE workspace_id = $1 AND seq > $2 AND kind <> 'session_ended' ORDER BY seq LIMIT $3",
            workspace_id,
            after,
            limit
        )?)
    }
}

/// Whom the changes after a number are about, as far as sockets have to hear of it.
pub(crate) async fn contacts_since(conn: &mut Conn, workspace_id: i64, since: i64) -> Result<Arc<[String]>> {
    let sql = "SELECT contact_id FROM changes WHERE workspace_id = $1 AND seq > $2 AND kind <> 'topic' \
               UNION SELECT g.contact_id FROM changes h CROSS JOIN conversation_contacts g \
               WHERE h.workspace_id = $1 AND h.seq > $2 AND h.kind IN ('part', 'conversation') \
               AND g.conversation_id = h.conversation_id";
    Ok(rows!(conn, (String,), sql, workspace_id, since)?.into_iter().map(|(id,)| id).collect())
}

pub(crate) async fn newest_seq(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    if let Some(seq) = conn.ledger().reached(workspace_id) {
        return Ok(seq);
    }
    Ok(row!(conn, (i64,), "SELECT seq FROM workspaces WHERE id = $1", workspace_id)?.map_or(0, |(seq,)| seq))
}

const KINDS: [(ChangeKind, &str); 5] = [
    (ChangeKind::Part, "part"),
    (ChangeKind::Conversation, "conversation"),
    (ChangeKind::Contact, "contact"),
    (ChangeKind::SessionEnded, "session_ended"),
    (ChangeKind::Topic, "topic"),
];

fn name_of(kind: ChangeKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| name)
}

fn change((seq, kind, contact_id, conversation_id, part_id): Row) -> Change {
    let kind =
        KINDS.iter().find(|(_, name)| *name == kind).map_or(ChangeKind::Conversation, |(kind, _)| *kind);
    // A part that is not new is named for the webhooks' sake.
    let part_id = part_id.filter(|_| kind == ChangeKind::Part);
    Change { seq, kind, contact_id, conversation_id, part_id }
}
