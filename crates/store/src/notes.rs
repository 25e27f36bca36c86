//! Notes that the team writes about a contact or a company (S§3.4). Nobody but the team reads them.

use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::people::told;
use crate::types::ChangeKind;

/// What a note is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoteAbout {
    /// A contact, by id.
    Contact(String),
    /// A company, by our id.
    Company(String),
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Note {
    /// Id.
    pub id: i64,
    /// The contact it is about.
    pub contact_id: Option<String>,
    /// The company it is about.
    pub company_id: Option<String>,
    /// Who wrote it.
    pub admin_id: Option<i64>,
    /// Safe HTML.
    pub body: String,
    /// When.
    pub created_at: i64,
}

impl Store {
    /// Writes a note. [`Error::NotFound`] if the contact or company is not there, or `admin_id` is no teammate's.
    pub async fn create_note(
        &self,
        workspace_id: i64,
        about: NoteAbout,
        admin_id: Option<i64>,
        body: String,
        now: i64,
    ) -> Result<Note> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    subject(conn, workspace_id, &about).await?;
                    if let Some(admin) = admin_id {
                        let sql = "SELECT id FROM admins WHERE id = $1 AND workspace_id = $2";
                        row!(conn, (i64,), sql, admin, workspace_id)?.ok_or(Error::NotFound("note's author"))?;
                    }
                    let (contact_id, company_id) = match about {
                        NoteAbout::Contact(id) => (Some(id), None),
                        NoteAbout::Company(id) => (None, Some(id)),
                    };
                    let note = row!(
                        conn,
                        Note,
                        "INSERT INTO notes (workspace_id, contact_id, company_id, admin_id, body, created_at) \
                         VALUES ($1, $2, $3, $4, $5, $6) \
                         RETURNING id, contact_id, company_id, admin_id, body, created_at",
                        workspace_id,
                        &contact_id,
                        company_id,
                        admin_id,
                        body,
                        now
                    )?;
                    if let Some(contact_id) = contact_id {
                        let sql = "UPDATE contacts SET updated_at = $2 WHERE id = $1";
                        execute!(conn, sql, &contact_id, now)?;
                        told(conn, workspace_id, &contact_id, ChangeKind::Contact, now).await?;
                    }
                    note.ok_or(Error::NotFound("workspace"))
                })
            })
            .await
    }

    /// Notes about somebody, the newest first, and how many there are; a page beyond the end is empty.
    pub async fn notes(&self, about: &NoteAbout, skip: i64, limit: i64) -> Result<(Vec<Note>, i64)> {
        let mut conn = self.reader().await?;
        let (count, page, id) = match about {
            NoteAbout::Contact(id) => (
                "SELECT count(*) FROM notes WHERE contact_id = $1",
                "SELECT id, contact_id, company_id, admin_id, body, created_at FROM notes WHERE contact_id = $1 \
                 ORDER BY id DESC LIMIT $2 OFFSET $3",
                id,
            ),
            NoteAbout::Company(id) => (
                "SELECT count(*) FROM notes WHERE company_id = $1",
                "SELECT id, contact_id, company_id, admin_id, body, created_at FROM notes WHERE company_id = $1 \
                 ORDER BY id DESC LIMIT $2 OFFSET $3",
                id,
            ),
        };
        let total = row!(&mut conn, (i64,), count, id)?.map_or(0, |(count,)| count);
        Ok((rows!(&mut conn, Note, page, id, limit, skip)?, total))
    }

    /// One note.
    pub async fn note(&self, workspace_id: i64, id: i64) -> Result<Option<Note>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT id, contact_id, company_id, admin_id, body, created_at FROM notes \
                   WHERE id = $1 AND workspace_id = $2";
        Ok(row!(&mut conn, Note, sql, id, workspace_id)?)
    }
}

/// Whether the one a note is about is there.
async fn subject(conn: &mut Conn, workspace_id: i64, about: &NoteAbout) -> Result<()> {
    let (sql, id, what) = match about {
        NoteAbout::Contact(id) => (
            "SELECT id FROM contacts WHERE id = $1 AND workspace_id = $2 AND merged_into IS NULL",
            id,
            "contact",
        ),
        NoteAbout::Company(id) => (
            "SELECT id FROM companies WHERE id = $1 AND workspace_id = $2 AND archived_at IS NULL",
            id,
            "company",
        ),
    };
    row!(conn, (String,), sql, id, workspace_id)?.map(|_| ()).ok_or(Error::NotFound(what))
}
