//! How often a contact did what, first and last: kept for ever and kept up to date by every event. Programs can say what
//! happened before they tracked events here (`event_imports`).

use crate::Store;
use crate::conn::{Conn, execute, rows};
use crate::error::Result;
use crate::events::{name_id, person};
use doorstep_domain::events::EventName;

/// What a contact did of one name.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EventSummary {
    /// The name as it was written first.
    pub name: String,
    /// How often.
    pub count: i64,
    /// First, Unix seconds.
    pub first_at: i64,
    /// Last, Unix seconds.
    pub last_at: i64,
}

/// What a program says happened.
#[derive(Clone, Debug)]
pub struct NewSummary {
    /// What.
    pub name: EventName,
    /// How often.
    pub count: i64,
    /// First, Unix seconds.
    pub first_at: i64,
    /// Last, Unix seconds.
    pub last_at: i64,
}

impl Store {
    /// What a contact ever did, the most recent first.
    pub async fn event_summaries(&self, contact_id: &str) -> Result<Vec<EventSummary>> {
        let mut conn = self.reader().await?;
        Ok(rows!(
            &mut conn,
            EventSummary,
            "SELECT n.name, s.count, s.first_at, s.last_at FROM event_summaries s JOIN event_names n ON n.id = s.name_id \
             WHERE s.contact_id = $1 ORDER BY s.last_at DESC, n.id",
            contact_id
        )?)
    }

    /// Takes a program's word for what happened. Saying it again changes nothing: the larger count, the earlier first and
    /// the later last time hold. [`Error::NotFound`], [`Error::TooManyEventNames`].
    ///
    /// [`Error::NotFound`]: crate::Error::NotFound
    /// [`Error::TooManyEventNames`]: crate::Error::TooManyEventNames
    pub async fn add_event_summaries(
        &self,
        workspace_id: i64,
        contact_id: String,
        summaries: Vec<NewSummary>,
        now: i64,
    ) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    person(conn, workspace_id, &contact_id).await?;
                    for summary in &summaries {
                        let name_id = name_id(conn, workspace_id, &summary.name, now).await?;
                        import(conn, &contact_id, name_id, summary).await?;
                    }
                    resum(conn, &contact_id).await
                })
            })
            .await
    }
}

async fn import(conn: &mut Conn, contact_id: &str, name_id: i64, given: &NewSummary) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO event_imports (contact_id, name_id, count, first_at, last_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (contact_id, name_id) DO UPDATE SET \
         count = CASE WHEN event_imports.count > $3 THEN event_imports.count ELSE $3 END, \
         first_at = CASE WHEN event_imports.first_at < $4 THEN event_imports.first_at ELSE $4 END, \
         last_at = CASE WHEN event_imports.last_at > $5 THEN event_imports.last_at ELSE $5 END",
        contact_id,
        name_id,
        given.count,
        given.first_at,
        given.last_at
    )?;
    Ok(())
}

/// Counts a contact's events anew: after something was said about them, and when two contacts' events came together or
/// apart (`merge.rs`).
pub(crate) async fn resum(conn: &mut Conn, contact_id: &str) -> Result<()> {
    execute!(conn, "DELETE FROM event_summaries WHERE contact_id = $1", contact_id)?;
    execute!(
        conn,
        "INSERT INTO event_summaries (contact_id, name_id, tracked, count, first_at, last_at) \
         SELECT $1, a.name_id, sum(a.tracked), max(a.count), min(a.first_at), max(a.last_at) FROM ( \
         SELECT name_id, count(*) AS tracked, count(*) AS count, min(created_at) AS first_at, max(created_at) AS last_at \
         FROM events WHERE contact_id = $1 GROUP BY name_id \
         UNION ALL SELECT name_id, 0, count, first_at, last_at FROM event_imports WHERE contact_id = $1) AS a \
         GROUP BY a.name_id",
        contact_id
    )?;
    Ok(())
}
