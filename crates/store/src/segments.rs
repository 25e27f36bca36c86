//! Segments: saved searches (S§3.4). Stored is what they ask; who is in one is looked up when it is asked for, so that it is
//! never out of date (docs/adr). What their queries mean is read by the caller: the language is `doorstep_domain`'s.

use doorstep_domain::search::Query;
use doorstep_domain::segments::USUAL;

use crate::Store;
use crate::conn::{Bind, Conn, execute, row, rows, rows_bound};
use crate::contacts::found;
use crate::error::{Error, Result};
use crate::messages::new_contact_id;
use crate::search_sql::Sql;

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Segment {
    /// 24 hexadecimal digits.
    pub id: String,
    /// Name.
    pub name: String,
    /// `user`, or `contact` for leads.
    pub person_type: String,
    /// JSON of the search language; everybody of the type without.
    pub query: Option<String>,
    /// Made.
    pub created_at: i64,
    /// Last changed.
    pub updated_at: i64,
}

/// A segment to make.
#[derive(Clone, Debug)]
pub struct NewSegment {
    /// Name.
    pub name: String,
    /// `user`, or `contact` for leads.
    pub person_type: &'static str,
    /// JSON of the search language, read and found right.
    pub query: Option<String>,
}

/// Changes to a segment; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct SegmentWrite {
    /// Name.
    pub name: Option<String>,
    /// `user`, or `contact` for leads.
    pub person_type: Option<&'static str>,
    /// JSON of the search language, read and found right; `Some(None)` for everybody of the type.
    pub query: Option<Option<String>>,
}

impl Store {
    /// All segments, the oldest first.
    pub async fn segments(&self, workspace_id: i64) -> Result<Vec<Segment>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT * FROM segments WHERE workspace_id = $1 ORDER BY created_at, id";
        Ok(rows!(&mut conn, Segment, sql, workspace_id)?)
    }

    /// One segment. [`Error::NotFound`].
    pub async fn segment(&self, workspace_id: i64, id: &str) -> Result<Segment> {
        of(&mut self.reader().await?, workspace_id, id).await
    }

    /// Makes a segment.
    pub async fn create_segment(&self, workspace_id: i64, new: NewSegment, now: i64) -> Result<Segment> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let id = insert(conn, workspace_id, &new, now).await?;
                    of(conn, workspace_id, &id).await
                })
            })
            .await
    }

    /// Changes a segment. [`Error::NotFound`].
    pub async fn update_segment(
        &self,
        workspace_id: i64,
        id: String,
        write: SegmentWrite,
        now: i64,
    ) -> Result<Segment> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before = of(conn, workspace_id, &id).await?;
                    execute!(
                        conn,
                        "UPDATE segments SET name = $2, person_type = $3, query = $4, updated_at = $5 WHERE id = $1",
                        &id,
                        write.name.unwrap_or(before.name),
                        write.person_type.map_or(before.person_type, ToOwned::to_owned),
                        write.query.unwrap_or(before.query),
                        now
                    )?;
                    of(conn, workspace_id, &id).await
                })
            })
            .await
    }

    /// Forgets a segment; nobody in it changes. [`Error::NotFound`].
    pub async fn delete_segment(&self, workspace_id: i64, id: String) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let sql = "DELETE FROM segments WHERE id = $1 AND workspace_id = $2";
                    let gone = execute!(conn, sql, id, workspace_id)?;
                    if gone == 0 { Err(Error::NotFound("segment")) } else { Ok(()) }
                })
            })
            .await
    }

    /// How many visible contacts each query finds.
    pub async fn count_contacts(&self, workspace_id: i64, queries: &[Query]) -> Result<Vec<i64>> {
        let mut conn = self.reader().await?;
        let mut counts = Vec::with_capacity(queries.len());
        for query in queries {
            let sql = found(workspace_id, Some(query), false);
            let text = format!("SELECT count(*){}", sql.text);
            let counted = rows_bound!(&mut conn, (i64,), text, &sql.binds)?;
            counts.push(counted.first().map_or(0, |(count,)| *count));
        }
        Ok(counts)
    }

    /// Which of the queries find a contact.
    pub async fn is_found_by(
        &self,
        workspace_id: i64,
        contact_id: &str,
        queries: &[Query],
    ) -> Result<Vec<bool>> {
        let mut conn = self.reader().await?;
        let mut answers = Vec::with_capacity(queries.len());
        for query in queries {
            let mut sql: Sql = found(workspace_id, Some(query), false);
            let id = sql.bind(Bind::Text(contact_id.to_owned()));
            let text = format!("SELECT count(*){} AND k.id = {id}", sql.text);
            let counted = rows_bound!(&mut conn, (i64,), text, &sql.binds)?;
            answers.push(counted.first().is_some_and(|(count,)| *count > 0));
        }
        Ok(answers)
    }
}

/// Gives a new workspace the usual segments.
pub(crate) async fn insert_usual(conn: &mut Conn, workspace_id: i64, now: i64) -> Result<()> {
    for usual in USUAL {
        let new = NewSegment {
            name: usual.name.to_owned(),
            person_type: if usual.of_users { "user" } else { "contact" },
            query: usual.query.map(ToOwned::to_owned),
        };
        insert(conn, workspace_id, &new, now).await?;
    }
    Ok(())
}

async fn insert(conn: &mut Conn, workspace_id: i64, new: &NewSegment, now: i64) -> Result<String> {
    let id = new_contact_id();
    execute!(
        conn,
        "INSERT INTO segments (id, workspace_id, name, person_type, query, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        &id,
        workspace_id,
        &new.name,
        new.person_type,
        &new.query,
        now
    )?;
    Ok(id)
}

async fn of(conn: &mut Conn, workspace_id: i64, id: &str) -> Result<Segment> {
    let sql = "SELECT * FROM segments WHERE id = $1 AND workspace_id = $2";
    row!(conn, Segment, sql, id, workspace_id)?.ok_or(Error::NotFound("segment"))
}
