//! Uploaded files: who may attach which, and what becomes of their rows. The bytes are the server's business; it removes
//! those that `gone_files` names, which a trigger fills whenever a row goes, whoever takes it away: a contact's erasure, a
//! deleted conversation, a redacted message, a day without a message.
//!
//! A row that waits says whose it is. A visitor has no other row (P1): theirs names the visitor id, goes with the message that
//! makes them a lead (P2), or after a day. An attached one is its part's and says no more.

use doorstep_domain::attachment::{Attached, FileFacts, read, write};
use doorstep_domain::message_text::PREVIEW_LIMIT;

use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::people::is_retired;

/// How long a file waits for its message, seconds: a day.
pub const WAITING: i64 = 24 * 3600;
/// Most files of a message.
pub const MOST_FILES: usize = 10;

/// Whose a file is while it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileOwner {
    /// A lead's or user's.
    Contact(String),
    /// A visitor's, by visitor id.
    Visitor(String),
    /// A teammate's.
    Admin(i64),
    /// A program's.
    Program,
}

/// A file whose bytes are about to come.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Its id: a random UUID, which is also what is needed to attach it.
    pub id: String,
    /// Workspace.
    pub workspace_id: i64,
    /// Whose.
    pub owner: FileOwner,
    /// Its name.
    pub name: String,
    /// Most bytes that may wait in the workspace; 0 for any number.
    pub most_waiting: i64,
    /// Now.
    pub now: i64,
}

/// A file to serve.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredFile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub content_type: String,
    /// Bytes.
    pub size: i64,
}

#[derive(sqlx::FromRow)]
struct Waiting {
    contact_id: Option<String>,
    visitor_id: Option<String>,
    admin_id: Option<i64>,
    name: String,
    content_type: String,
    size: i64,
    width: Option<i64>,
    height: Option<i64>,
}

impl Store {
    /// Makes room for a file. [`Error::VisitorRetired`]; [`Error::TooMuchWaiting`] if the workspace has too many bytes
    /// that nobody has sent.
    pub async fn begin_file(&self, new: NewFile) -> Result<()> {
        self.writer.run(new.workspace_id, move |conn| Box::pin(async move { begin(conn, &new).await })).await
    }

    /// The bytes are there. [`Error::NotFound`] if the row has gone meanwhile.
    pub async fn end_file(&self, workspace_id: i64, facts: FileFacts) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE files SET content_type = $3, size = $4, width = $5, height = $6, ready = TRUE \
                               WHERE id = $1 AND workspace_id = $2";
                    let FileFacts { id, content_type, size, width, height, .. } = facts;
                    match execute!(conn, sql, id, workspace_id, content_type, size, width, height)? {
                        0 => Err(Error::NotFound("file")),
                        _ => Ok(()),
                    }
                })
            })
            .await
    }

    /// A file that is not wanted any more before it was attached: refused, broken off, cancelled.
    pub async fn drop_file(&self, workspace_id: i64, id: String) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let sql = "DELETE FROM files WHERE id = $1 AND workspace_id = $2 AND part_id IS NULL";
                    execute!(conn, sql, id, workspace_id)?;
                    Ok(())
                })
            })
            .await
    }

    /// A file whose bytes are there.
    pub async fn file(&self, id: &str) -> Result<Option<StoredFile>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT id, name, content_type, size FROM files WHERE id = $1 AND ready";
        Ok(row!(&mut conn, StoredFile, sql, id)?)
    }

    /// Forgets files that no message came for within a day.
    pub async fn forget_waiting_files(&self, now: i64) -> Result<()> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    execute!(
                        conn,
                        "DELETE FROM files WHERE part_id IS NULL AND created_at < $1",
                        now - WAITING
                    )?;
                    Ok(())
                })
            })
            .await
    }

    /// Files whose bytes are to be removed.
    pub async fn gone_files(&self, limit: i64) -> Result<Vec<String>> {
        let mut conn = self.reader().await?;
        let found = rows!(&mut conn, (String,), "SELECT id FROM gone_files ORDER BY id LIMIT $1", limit)?;
        Ok(found.into_iter().map(|(id,)| id).collect())
    }

    /// The bytes of a file are removed.
    pub async fn forget_gone_file(&self, id: String) -> Result<()> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    execute!(conn, "DELETE FROM gone_files WHERE id = $1", id)?;
                    Ok(())
                })
            })
            .await
    }
}

async fn begin(conn: &mut Conn, new: &NewFile) -> Result<()> {
    let (mut contact, mut visitor, mut admin) = (None, None, None);
    match &new.owner {
        FileOwner::Contact(id) => contact = Some(id),
        FileOwner::Visitor(id) => visitor = Some(id),
        FileOwner::Admin(id) => admin = Some(*id),
        FileOwner::Program => {}
    }
    if let Some(visitor) = visitor
        && is_retired(conn, new.workspace_id, visitor).await?
    {
        return Err(Error::VisitorRetired);
    }
    let sql = "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM files WHERE workspace_id = $1 AND part_id IS NULL";
    let waiting = row!(conn, (i64,), sql, new.workspace_id)?.map_or(0, |(sum,)| sum);
    if new.most_waiting > 0 && waiting >= new.most_waiting {
        return Err(Error::TooMuchWaiting);
    }
    execute!(
        conn,
        "INSERT INTO files (id, workspace_id, contact_id, visitor_id, admin_id, name, content_type, size, ready, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, '', 0, FALSE, $7)",
        &new.id,
        new.workspace_id,
        contact,
        visitor,
        admin,
        &new.name,
        new.now
    )?;
    Ok(())
}

/// Who attaches.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By<'a> {
    /// A contact, with the visitor ids under which they may have uploaded.
    Contact(&'a str, [Option<&'a str>; 2]),
    /// A teammate.
    Admin(i64),
    /// A program.
    Program,
}

/// What a message with files keeps.
pub(crate) struct Claimed {
    /// For the part's `attachments`.
    pub(crate) attachments: Option<String>,
    /// For lists, when the message has no words.
    pub(crate) preview: String,
}

/// Finds the files of a message and adds them to the addresses it has. [`Error::File`] for one that is unknown, another's,
/// used already or not there yet. They are the part's only after [`attach`].
pub(crate) async fn claim(
    conn: &mut Conn,
    workspace_id: i64,
    by: By<'_>,
    ids: &[String],
    addresses: Option<&str>,
) -> Result<Claimed> {
    let mut all = read(addresses);
    let mut preview = String::new();
    for (index, id) in ids.iter().enumerate() {
        let sql = "SELECT contact_id, visitor_id, admin_id, name, content_type, size, width, height FROM files \
                   WHERE id = $1 AND workspace_id = $2 AND part_id IS NULL AND ready";
        let found = row!(conn, Waiting, sql, id, workspace_id)?.filter(|found| found.is_of(by));
        let unknown = || Error::File(id.clone());
        let Waiting { name, content_type, size, width, height, .. } = found.ok_or_else(unknown)?;
        if ids[..index].contains(id) {
            return Err(unknown());
        }
        if preview.is_empty() {
            preview = ["📎 ", &name].concat().chars().take(PREVIEW_LIMIT).collect();
        }
        all.push(Attached::File(FileFacts { id: id.clone(), name, content_type, size, width, height }));
    }
    if let (true, Some(Attached::Address(address))) = (preview.is_empty(), all.first()) {
        preview = ["📎 ", address].concat().chars().take(PREVIEW_LIMIT).collect();
    }
    Ok(Claimed { attachments: write(&all), preview })
}

/// Gives claimed files to their part.
pub(crate) async fn attach(conn: &mut Conn, ids: &[String], part_id: i64) -> Result<()> {
    for id in ids {
        let sql = "UPDATE files SET part_id = $2, contact_id = NULL, visitor_id = NULL, admin_id = NULL WHERE id = $1";
        execute!(conn, sql, id, part_id)?;
    }
    Ok(())
}

impl Waiting {
    fn is_of(&self, by: By<'_>) -> bool {
        match by {
            By::Contact(id, visitors) => {
                self.contact_id.as_deref() == Some(id)
                    || (self.visitor_id.is_some() && visitors.contains(&self.visitor_id.as_deref()))
            }
            By::Admin(id) => self.admin_id == Some(id),
            By::Program => self.contact_id.is_none() && self.visitor_id.is_none() && self.admin_id.is_none(),
        }
    }
}
