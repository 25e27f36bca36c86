//! Work that programs ask for and come back for: exports. A job is a row from the first, so that it outlives the process:
//! whoever finds one waiting, or left behind by a node that died, does it. Not the place that does the work: that is the
//! server's `jobs.rs`.

use doorstep_domain::topics::Topic;
use serde_json::Value;

use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row};
use crate::error::{Error, Result, is_unique_violation};

/// How long what a job made can be fetched, seconds: two days (S§3.4).
const LIFE: i64 = 2 * 24 * 3600;
/// How long a node may work on a job before another one takes it over, seconds.
const LEASE: i64 = 60;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// Waits.
    Pending,
    /// A node works on it.
    InProgress,
    /// Done.
    Completed,
    /// Could not be done.
    Failed,
    /// Given up by who asked for it.
    Canceled,
}

const STATUSES: [(JobStatus, &str); 5] = [
    (JobStatus::Pending, "pending"),
    (JobStatus::InProgress, "in_progress"),
    (JobStatus::Completed, "completed"),
    (JobStatus::Failed, "failed"),
    (JobStatus::Canceled, "canceled"),
];

impl JobStatus {
    /// The stored and spoken word.
    pub fn as_str(self) -> &'static str {
        STATUSES.iter().find(|(known, _)| *known == self).map_or("failed", |(_, word)| word)
    }

    fn parse(text: &str) -> Self {
        STATUSES.iter().find(|(_, word)| *word == text).map_or(Self::Failed, |(known, _)| *known)
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub workspace_id: i64,
    /// The random name under which its result is fetched.
    pub identifier: String,
    /// How far it is.
    pub status: JobStatus,
    /// Asked for what was sent from this second on,
    pub range_from: i64,
    /// up to and including this one.
    pub range_to: i64,
    /// Until when its result can be fetched.
    pub expires_at: Option<i64>,
}

type Row = (i64, i64, String, String, i64, i64, Option<i64>);

fn job((id, workspace_id, identifier, status, range_from, range_to, expires_at): Row) -> Job {
    let status = JobStatus::parse(&status);
    Job { id, workspace_id, identifier, status, range_from, range_to, expires_at }
}

impl Store {
    /// Asks for an export. [`Error::Conflict`] while the workspace's last one is not done.
    pub async fn begin_export(
        &self,
        workspace_id: i64,
        identifier: String,
        (range_from, range_to): (i64, i64),
        now: i64,
    ) -> Result<Job> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let made = execute!(
                        conn,
                        "INSERT INTO jobs (workspace_id, identifier, kind, status, range_from, range_to, created_at) \
                         VALUES ($1, $2, 'content_export', 'pending', $3, $4, $5)",
                        workspace_id,
                        &identifier,
                        range_from,
                        range_to,
                        now
                    );
                    match made {
                        Err(error) if is_unique_violation(&error) => return Err(Error::Conflict("export")),
                        made => made?,
                    };
                    one(conn, workspace_id, &identifier).await
                })
            })
            .await
    }

    /// A workspace's job by its random name. [`Error::NotFound`].
    pub async fn export(&self, workspace_id: i64, identifier: &str) -> Result<Job> {
        one(&mut self.reader().await?, workspace_id, identifier).await
    }

    /// A workspace's job by its number. [`Error::NotFound`].
    pub async fn job(&self, workspace_id: i64, id: i64) -> Result<Job> {
        let sql = "SELECT id, workspace_id, identifier, status, range_from, range_to, expires_at FROM jobs \
                   WHERE workspace_id = $1 AND id = $2";
        let found = row!(&mut self.reader().await?, Row, sql, workspace_id, id)?;
        found.map(job).ok_or(Error::NotFound("job"))
    }

    /// Gives a job up that is not done; one that is stays as it is. [`Error::NotFound`].
    pub async fn cancel_export(&self, workspace_id: i64, identifier: String, now: i64) -> Result<Job> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    execute!(
                        conn,
                        "UPDATE jobs SET status = 'canceled', ended_at = $3 WHERE workspace_id = $1 AND identifier = $2 \
                         AND status IN ('pending', 'in_progress')",
                        workspace_id,
                        &identifier,
                        now
                    )?;
                    one(conn, workspace_id, &identifier).await
                })
            })
            .await
    }

    /// Takes the next job that waits or that its node left behind.
    pub async fn take_job(&self, now: i64) -> Result<Option<Job>> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE jobs SET status = 'in_progress', leased_until = $2 WHERE id = (SELECT min(id) \
                               FROM jobs WHERE status = 'pending' OR status = 'in_progress' AND leased_until < $1) \
                               AND (status = 'pending' OR leased_until < $1) \
                               RETURNING id, workspace_id, identifier, status, range_from, range_to, expires_at";
                    Ok(row!(conn, Row, sql, now, now + LEASE)?.map(job))
                })
            })
            .await
    }

    /// Ends a job, with what it made or without; one that was given up meanwhile stays so.
    ///
    /// `object` is what the notification of it shows.
    pub async fn end_job(&self, job: Job, output: Option<Vec<u8>>, object: Value, now: i64) -> Result<()> {
        self.writer
            .run(job.workspace_id, move |conn| {
                Box::pin(async move {
                    let status =
                        if output.is_some() { JobStatus::Completed } else { JobStatus::Failed }.as_str();
                    let ended = execute!(
                        conn,
                        "UPDATE jobs SET status = $2, output = $3, ended_at = $4, expires_at = $5 \
                         WHERE id = $1 AND status = 'in_progress'",
                        job.id,
                        status,
                        output,
                        now,
                        now + LIFE
                    )?;
                    if ended == 0 {
                        return Ok(());
                    }
                    announce(conn, News::only(Topic::JobCompleted, job.workspace_id, now).detail(&object))
                        .await
                })
            })
            .await
    }

    /// What an export made, while it can be fetched. [`Error::NotFound`].
    pub async fn export_output(&self, workspace_id: i64, identifier: &str, now: i64) -> Result<Vec<u8>> {
        let sql = "SELECT output FROM jobs WHERE workspace_id = $1 AND identifier = $2 AND expires_at > $3";
        let found = row!(&mut self.reader().await?, (Option<Vec<u8>>,), sql, workspace_id, identifier, now)?;
        found.and_then(|(output,)| output).ok_or(Error::NotFound("export"))
    }

    /// Drops what can no longer be fetched; gives of how many jobs.
    pub async fn forget_old_exports(&self, now: i64) -> Result<u64> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE jobs SET output = NULL WHERE expires_at <= $1 AND output IS NOT NULL";
                    Ok(execute!(conn, sql, now)?)
                })
            })
            .await
    }
}

async fn one(conn: &mut Conn, workspace_id: i64, identifier: &str) -> Result<Job> {
    let sql = "SELECT id, workspace_id, identifier, status, range_from, range_to, expires_at FROM jobs \
               WHERE workspace_id = $1 AND identifier = $2";
    row!(conn, Row, sql, workspace_id, identifier)?.map(job).ok_or(Error::NotFound("export"))
}
