//! Keys of identity verification and what came of it (M§6): several keys of a workspace may be active while a site's
//! servers change from one to the next. Secrets are stored as they are, because signatures are checked with them; a retired
//! one is forgotten. Counts are by day, site and outcome and say nothing about persons.

use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};

/// How long counts are kept, days.
const REMEMBERED: i64 = 35;
/// Seconds of a day.
const DAY: i64 = 24 * 3600;

/// A key. `Debug` does not show the secret.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IdentityKey {
    /// Its id.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// What a site's server signs with; empty when retired.
    pub secret: String,
    /// Made.
    pub created_at: i64,
    /// Proved somebody last; exact to a minute.
    pub last_used_at: Option<i64>,
    /// Out of use since.
    pub retired_at: Option<i64>,
}

impl std::fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityKey").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// How many pings of a site had an outcome on a day.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct IdentityCount {
    /// Days since 1970.
    pub day: i64,
    /// The page's host; empty if it is not known.
    pub site: String,
    /// `proven`, or what was wrong.
    pub outcome: String,
    /// How many.
    pub pings: i64,
}

/// Outcomes since the last time, to be added to what is stored.
#[derive(Clone, Debug, Default)]
pub struct IdentityNews {
    /// Workspace, site, outcome, and how many pings.
    pub counts: Vec<(i64, String, &'static str, i64)>,
    /// Keys that proved somebody.
    pub used: Vec<i64>,
}

impl Store {
    /// Adds a key and gives its id.
    pub async fn add_identity_key(
        &self,
        workspace_id: i64,
        name: String,
        secret: String,
        now: i64,
    ) -> Result<i64> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move { insert(conn, workspace_id, &name, &secret, now).await })
            })
            .await
    }

    /// A workspace's keys, the first ones first, retired ones included.
    pub async fn identity_keys(&self, workspace_id: i64) -> Result<Vec<IdentityKey>> {
        keys(&mut self.reader().await?, workspace_id).await
    }

    /// Takes a key out of use for good and forgets its secret. [`Error::NotFound`]; [`Error::LastKey`] while proofs are
    /// demanded and there is no other. One that is out of use already is no failure.
    pub async fn retire_identity_key(&self, workspace_id: i64, id: i64, now: i64) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let all = keys(conn, workspace_id).await?;
                    let key = all.iter().find(|key| key.id == id).ok_or(Error::NotFound("key"))?;
                    if key.retired_at.is_some() {
                        return Ok(());
                    }
                    let others = all.iter().any(|other| other.retired_at.is_none() && other.id != id);
                    let sql = "SELECT id FROM workspaces WHERE id = $1 AND identity_mode = 'required'";
                    if !others && row!(conn, (i64,), sql, workspace_id)?.is_some() {
                        return Err(Error::LastKey);
                    }
                    let sql = "UPDATE identity_keys SET retired_at = $2, secret = '' WHERE id = $1";
                    execute!(conn, sql, id, now)?;
                    Ok(())
                })
            })
            .await
    }

    /// Adds outcomes to those of today, and forgets old ones.
    pub async fn count_identities(&self, news: IdentityNews, now: i64) -> Result<()> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    for (workspace_id, site, outcome, pings) in &news.counts {
                        execute!(
                            conn,
                            "INSERT INTO identity_counts (workspace_id, day, site, outcome, pings) \
                             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (workspace_id, day, site, outcome) \
                             DO UPDATE SET pings = identity_counts.pings + excluded.pings",
                            workspace_id,
                            now / DAY,
                            site,
                            *outcome,
                            pings
                        )?;
                    }
                    for key in &news.used {
                        let sql = "UPDATE identity_keys SET last_used_at = $2 WHERE id = $1";
                        execute!(conn, sql, key, now)?;
                    }
                    execute!(conn, "DELETE FROM identity_counts WHERE day < $1", now / DAY - REMEMBERED)?;
                    Ok(())
                })
            })
            .await
    }

    /// Outcomes of the last days, today included; the newest day and the most frequent first.
    pub async fn identity_counts(
        &self,
        workspace_id: i64,
        days: i64,
        now: i64,
    ) -> Result<Vec<IdentityCount>> {
        let mut conn = self.reader().await?;
        Ok(rows!(
            &mut conn,
            IdentityCount,
            "SELECT day, site, outcome, pings FROM identity_counts WHERE workspace_id = $1 AND day > $2 \
             ORDER BY day DESC, pings DESC, site, outcome",
            workspace_id,
            now / DAY - days
        )?)
    }
}

async fn keys(conn: &mut Conn, workspace_id: i64) -> Result<Vec<IdentityKey>> {
    Ok(rows!(
        conn,
        IdentityKey,
        "SELECT id, name, secret, created_at, last_used_at, retired_at FROM identity_keys \
         WHERE workspace_id = $1 ORDER BY id",
        workspace_id
    )?)
}

/// Stores a key.
pub(crate) async fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    name: &str,
    secret: &str,
    now: i64,
) -> Result<i64> {
    let made = row!(
        conn,
        (i64,),
        "INSERT INTO identity_keys (workspace_id, name, secret, created_at) VALUES ($1, $2, $3, $4) RETURNING id",
        workspace_id,
        name,
        secret,
        now
    )?;
    Ok(made.ok_or(Error::NotFound("workspace"))?.0)
}
