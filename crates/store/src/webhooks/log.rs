//! What became of notifications: the deliveries of a subscription with their attempts, sending them again, and forgetting
//! them.

use doorstep_domain::webhooks::GIVES_UP;

use super::queue::queue;
use super::subscriptions::subscription;
use super::{Attempt, Delivery, NewDelivery};
use crate::Store;
use crate::changes::FeedEntry;
use crate::conn::{execute, row, rows};
use crate::error::{Error, Result};

/// How long an ended delivery is kept, seconds: thirty days.
const REMEMBERED: i64 = 30 * 24 * 3600;
/// How long the change log is kept, seconds: a year.
const LOG_REMEMBERED: i64 = 365 * 24 * 3600;
/// Most rows that are forgotten at once: other writes wait meanwhile.
const AT_ONCE: i64 = 1000;

impl Store {
    /// A subscription's deliveries before an id, the newest first. [`Error::NotFound`] for the subscription.
    pub async fn deliveries(
        &self,
        workspace_id: i64,
        subscription_id: i64,
        state: Option<&str>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Delivery>> {
        let mut conn = self.reader().await?;
        subscription(&mut conn, workspace_id, subscription_id).await?;
        let sql = "SELECT * FROM webhook_deliveries WHERE subscription_id = $1 AND id < $2 \
                   AND ($3 = '' OR state = $3) ORDER BY id DESC LIMIT $4";
        let before = before.unwrap_or(i64::MAX);
        Ok(rows!(&mut conn, Delivery, sql, subscription_id, before, state.unwrap_or_default(), limit)?)
    }

    /// A delivery and its attempts, oldest first. [`Error::NotFound`].
    pub async fn delivery(
        &self,
        workspace_id: i64,
        subscription_id: i64,
        id: i64,
    ) -> Result<(Delivery, Vec<Attempt>)> {
        let mut conn = self.reader().await?;
        let sql =
            "SELECT * FROM webhook_deliveries WHERE id = $1 AND subscription_id = $2 AND workspace_id = $3";
        let found = row!(&mut conn, Delivery, sql, id, subscription_id, workspace_id)?;
        let found = found.ok_or(Error::NotFound("delivery"))?;
        let sql = "SELECT attempted_at, outcome, status, duration_ms, response FROM webhook_attempts \
                   WHERE delivery_id = $1 ORDER BY id";
        let attempts = rows!(&mut conn, Attempt, sql, id)?;
        Ok((found, attempts))
    }

    /// Sends a delivery again, as it was. [`Error::NotFound`].
    pub async fn replay_delivery(
        &self,
        workspace_id: i64,
        subscription_id: i64,
        id: i64,
        now: i64,
    ) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE webhook_deliveries SET state = 'pending', attempts = 0, due_at = $4, \
                               gives_up_at = $5, first_sent_at = NULL, ended_at = NULL \
                               WHERE id = $1 AND subscription_id = $2 AND workspace_id = $3";
                    match execute!(conn, sql, id, subscription_id, workspace_id, now, now + GIVES_UP)? {
                        0 => Err(Error::NotFound("delivery")),
                        _ => Ok(()),
                    }
                })
            })
            .await
    }

    /// Changes with a topic of a stretch of time, both ends included, after a number, oldest first.
    pub async fn topics_between(
        &self,
        workspace_id: i64,
        (from, to): (i64, i64),
        after: i64,
        limit: i64,
    ) -> Result<Vec<FeedEntry>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT seq, kind, topic, contact_id, conversation_id, part_id, detail, created_at FROM changes \
                   WHERE workspace_id = $1 AND created_at >= $2 AND created_at <= $3 AND seq > $4 \
                   AND topic IS NOT NULL ORDER BY seq LIMIT $5";
        Ok(rows!(&mut conn, FeedEntry, sql, workspace_id, from, to, after, limit)?)
    }

    /// Queues notifications once more, or for the first time.
    pub async fn queue_replay(&self, workspace_id: i64, all: Vec<NewDelivery>, now: i64) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    for new in &all {
                        subscription(conn, workspace_id, new.subscription_id).await?;
                        queue(conn, workspace_id, new, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Ends deliveries that have waited too long (their subscription is paused), and drops what ended thirty days ago and
    /// changes of a year ago; gives how many rows.
    pub async fn forget_old_deliveries(&self, now: i64) -> Result<u64> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE webhook_deliveries SET state = 'failed', ended_at = $1 \
                               WHERE state = 'pending' AND gives_up_at < $1 AND leased_until <= $1";
                    execute!(conn, sql, now)?;
                    let sql = "SELECT id FROM webhook_deliveries WHERE state <> 'pending' AND ended_at < $1 \
                               ORDER BY id LIMIT $2";
                    let mut gone = 0;
                    for (id,) in rows!(conn, (i64,), sql, now - REMEMBERED, AT_ONCE)? {
                        execute!(conn, "DELETE FROM webhook_attempts WHERE delivery_id = $1", id)?;
                        gone += execute!(conn, "DELETE FROM webhook_deliveries WHERE id = $1", id)?;
                    }
                    Ok(gone)
                })
            })
            .await
    }

    /// Drops changes of a year ago; gives how many. The newest of a workspace stay, so that its log is never empty.
    pub async fn forget_old_changes(&self, now: i64) -> Result<u64> {
        let mut conn = self.reader().await?;
        let workspaces = rows!(&mut conn, (i64,), "SELECT id FROM workspaces ORDER BY id")?;
        drop(conn);
        let mut gone = 0;
        for (workspace_id,) in workspaces {
            gone += self
                .writer
                .run(workspace_id, move |conn| {
                    Box::pin(async move {
                        // By number, up to the first that is young enough: the log has no holes but at its beginning.
                        let sql = "SELECT max(seq) FROM (SELECT seq, created_at FROM changes WHERE workspace_id = $1 \
                                   ORDER BY seq LIMIT $3) oldest WHERE created_at < $2";
                        let upto = row!(conn, (Option<i64>,), sql, workspace_id, now - LOG_REMEMBERED, AT_ONCE)?;
                        let Some((Some(upto),)) = upto else { return Ok(0) };
                        let sql = "DELETE FROM changes WHERE workspace_id = $1 AND seq <= $2 \
                                   AND seq < (SELECT seq FROM workspaces WHERE id = $1)";
                        Ok(execute!(conn, sql, workspace_id, upto)?)
                    })
                })
                .await?;
        }
        Ok(gone)
    }
}
