//! The change log: who reads it sees every change of a workspace once, in order. Numbers are taken under the workspace's
//! row lock inside the change's own transaction, so a number never becomes visible after a larger one.

use std::sync::Arc;

use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::types::{Change, ChangeKind};

/// A change as its operation describes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct News<'a> {
    pub(crate) workspace_id: i64,
    pub(crate) kind: ChangeKind,
    pub(crate) contact_id: &'a str,
    pub(crate) conversation_id: Option<i64>,
    pub(crate) part_id: Option<i64>,
    pub(crate) now: i64,
}

/// Appends a change and gives its number.
pub(crate) async fn append(conn: &mut Conn, news: News<'_>) -> Result<i64> {
    let (seq,) = row!(
        conn,
        (i64,),
        "UPDATE workspaces SET seq = seq + 1 WHERE id = $1 RETURNING seq",
        news.workspace_id
    )?
    .ok_or(Error::NotFound("workspace"))?;
    execute!(
        conn,
        "INSERT INTO changes (workspace_id, seq, kind, contact_id, conversation_id, part_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        news.workspace_id,
        seq,
        name_of(news.kind),
        news.contact_id,
        news.conversation_id,
        news.part_id,
        news.now
    )?;
    Ok(seq)
}

type Row = (i64, String, String, Option<i64>, Option<i64>);

impl Store {
    /// The newest number of a workspace.
    pub async fn newest_seq(&self, workspace_id: i64) -> Result<i64> {
        newest_seq(&mut self.reader().await?, workspace_id).await
    }

    /// Changes of one contact after a number, oldest first.
    pub async fn changes_for_contact(&self, contact_id: &str, since: i64, limit: i64) -> Result<Vec<Change>> {
        let mut conn = self.reader().await?;
        let found = rows!(
            &mut conn,
            Row,
            "SELECT seq, kind, contact_id, conversation_id, part_id FROM changes \
             WHERE contact_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            contact_id,
            since,
            limit
        )?;
        Ok(found.into_iter().map(change).collect())
    }

    /// Changes of a workspace after a number, oldest first.
    pub async fn changes_for_workspace(
        &self,
        workspace_id: i64,
        since: i64,
        limit: i64,
    ) -> Result<Vec<Change>> {
        let mut conn = self.reader().await?;
        let found = rows!(
            &mut conn,
            Row,
            "SELECT seq, kind, contact_id, conversation_id, part_id FROM changes \
             WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            workspace_id,
            since,
            limit
        )?;
        Ok(found.into_iter().map(change).collect())
    }
}

/// Whom the changes after a number are about.
pub(crate) async fn contacts_since(conn: &mut Conn, workspace_id: i64, since: i64) -> Result<Arc<[String]>> {
    let sql = "SELECT DISTINCT contact_id FROM changes WHERE workspace_id = $1 AND seq > $2";
    Ok(rows!(conn, (String,), sql, workspace_id, since)?.into_iter().map(|(id,)| id).collect())
}

pub(crate) async fn newest_seq(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    Ok(row!(conn, (i64,), "SELECT seq FROM workspaces WHERE id = $1", workspace_id)?.map_or(0, |(seq,)| seq))
}

const KINDS: [(ChangeKind, &str); 4] = [
    (ChangeKind::Part, "part"),
    (ChangeKind::Conversation, "conversation"),
    (ChangeKind::Contact, "contact"),
    (ChangeKind::SessionEnded, "session_ended"),
];

fn name_of(kind: ChangeKind) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| name)
}

fn change((seq, kind, contact_id, conversation_id, part_id): Row) -> Change {
    let kind =
        KINDS.iter().find(|(_, name)| *name == kind).map_or(ChangeKind::Conversation, |(kind, _)| *kind);
    Change { seq, kind, contact_id, conversation_id, part_id }
}
