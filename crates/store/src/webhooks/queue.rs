//! The queue: from the change log into deliveries, out of it by leases, and what an attempt makes of a delivery.

use doorstep_domain::topics::Topic;
use doorstep_domain::webhooks::{GIVES_UP, SUSPENDED, Verdict, wait_after};

use super::{Attempt, Delivery, Due, NewDelivery, SubscriptionState};
use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::webhooks::subscriptions::subscription;

/// A node that has not said what became of a delivery by then has died, seconds: three times what a receiver has for its
/// answer.
const LEASE: i64 = 15;
/// Deliveries of one subscription that are on their way at once: a slow receiver must not hold up the others'.
const AT_ONCE: i64 = 8;

impl Store {
    /// Workspaces with a subscription whose log goes on after what has been queued: id, the change queued last, and the
    /// newest.
    pub async fn unannounced(&self) -> Result<Vec<(i64, i64, i64)>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT w.id, w.announced_seq, w.seq FROM workspaces w WHERE w.seq > w.announced_seq AND EXISTS \
                   (SELECT 1 FROM webhook_subscriptions s WHERE s.workspace_id = w.id AND s.state <> 'disabled') \
                   ORDER BY w.id";
        Ok(rows!(&mut conn, (i64, i64, i64), sql)?)
    }

    /// Queues what the changes after `from` up to `to` say to the subscribers. Gives false, and queues nothing, if another
    /// node has done so.
    pub async fn announce_changes(
        &self,
        workspace_id: i64,
        (from, to): (i64, i64),
        deliveries: Vec<NewDelivery>,
        now: i64,
    ) -> Result<bool> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE workspaces SET announced_seq = $3 WHERE id = $1 AND announced_seq = $2";
                    if execute!(conn, sql, workspace_id, from, to)? == 0 {
                        return Ok(false);
                    }
                    for new in &deliveries {
                        queue(conn, workspace_id, new, now).await?;
                    }
                    Ok(true)
                })
            })
            .await
    }

    /// Queues one notification and gives the id of its delivery: a ping. [`Error::NotFound`].
    pub async fn queue_delivery(&self, workspace_id: i64, new: NewDelivery, now: i64) -> Result<i64> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    subscription(conn, workspace_id, new.subscription_id).await?;
                    queue(conn, workspace_id, &new, now).await
                })
            })
            .await
    }

    /// Takes deliveries that are due, at most `limit`; they are this caller's for fifteen seconds.
    pub async fn claim_deliveries(&self, now: i64, limit: i64) -> Result<Vec<Due>> {
        let mut conn = self.reader().await?;
        let found = due(&mut conn, now, limit).await?;
        drop(conn);
        if found.is_empty() {
            // Asked often, with nothing to do most of the time: the writer is left alone.
            return Ok(Vec::new());
        }
        // Looked for outside the writer, which a long queue would hold up; taken under conditions that still hold.
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    let mut taken = Vec::new();
                    for (id, workspace_id, app_id) in found {
                        let sql = "UPDATE webhook_deliveries SET leased_until = $2 WHERE id = $1 \
                                   AND state = 'pending' AND leased_until <= $3 RETURNING *";
                        // Another node was faster.
                        let Some(delivery) = row!(conn, Delivery, sql, id, now + LEASE, now)? else {
                            continue;
                        };
                        let subscription = subscription(conn, workspace_id, delivery.subscription_id).await?;
                        taken.push(Due { delivery, subscription, app_id });
                    }
                    Ok(taken)
                })
            })
            .await
    }

    /// Says what became of a delivery that was taken. `chance` (thousandths) spreads the repetitions.
    pub async fn record_attempt(
        &self,
        due: Due,
        attempt: Attempt,
        verdict: Verdict,
        chance: u16,
    ) -> Result<()> {
        self.writer
            .run(0, move |conn| Box::pin(async move { record(conn, &due, &attempt, verdict, chance).await }))
            .await
    }
}

/// Deliveries that are due: id, workspace and its public id. Those that are on their way count against their
/// subscription.
async fn due(conn: &mut Conn, now: i64, limit: i64) -> Result<Vec<(i64, i64, String)>> {
    let sql = "SELECT q.id, q.workspace_id, q.app_id FROM (SELECT d.id, d.workspace_id, d.due_at, d.leased_until, \
               w.app_id, ROW_NUMBER() OVER (PARTITION BY d.subscription_id ORDER BY \
               CASE WHEN d.leased_until > $1 THEN 0 ELSE 1 END, d.due_at, d.id) AS place FROM webhook_deliveries d \
               JOIN webhook_subscriptions s ON s.id = d.subscription_id JOIN workspaces w ON w.id = d.workspace_id \
               WHERE d.state = 'pending' AND d.due_at <= $1 AND (d.topic = 'ping' OR s.state = 'active') \
               AND s.throttled_until <= $1) q \
               WHERE q.leased_until <= $1 AND q.place <= $2 ORDER BY q.due_at, q.id LIMIT $3";
    Ok(rows!(conn, (i64, i64, String), sql, now, AT_ONCE, limit)?)
}

/// A change that is queued again, to be replayed, takes the place of its former delivery.
pub(super) async fn queue(conn: &mut Conn, workspace_id: i64, new: &NewDelivery, now: i64) -> Result<i64> {
    let made = row!(
        conn,
        (i64,),
        "INSERT INTO webhook_deliveries (workspace_id, subscription_id, seq, notification_id, topic, contact_id, item, \
         state, due_at, gives_up_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9, $10) \
         ON CONFLICT (subscription_id, seq) DO UPDATE SET item = excluded.item, contact_id = excluded.contact_id, \
         state = 'pending', attempts = 0, due_at = excluded.due_at, leased_until = 0, \
         gives_up_at = excluded.gives_up_at, first_sent_at = NULL, ended_at = NULL RETURNING id",
        workspace_id,
        new.subscription_id,
        new.seq,
        &new.notification_id,
        new.topic.as_str(),
        &new.contact_id,
        &new.item,
        now,
        // Whoever asks for a ping looks at once whether it has arrived.
        if new.topic == Topic::Ping { now } else { now + GIVES_UP },
        new.created_at
    )?;
    Ok(made.ok_or(Error::NotFound("subscription"))?.0)
}

async fn record(conn: &mut Conn, due: &Due, attempt: &Attempt, verdict: Verdict, chance: u16) -> Result<()> {
    let (id, at) = (due.delivery.id, attempt.attempted_at);
    // The subscription or the person may be gone since, and the delivery with them.
    let sql = "SELECT attempts, gives_up_at FROM webhook_deliveries WHERE id = $1";
    let Some((before, gives_up_at)) = row!(conn, (i64, i64), sql, id)? else { return Ok(()) };
    execute!(
        conn,
        "INSERT INTO webhook_attempts (delivery_id, attempted_at, outcome, status, duration_ms, response) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        at,
        &attempt.outcome,
        attempt.status,
        attempt.duration_ms,
        &attempt.response
    )?;
    let attempts = before + 1;
    let due_at = match verdict {
        Verdict::Throttled(wait) => at + wait,
        _ => at + wait_after(attempts, chance),
    };
    let (state, ended_at) = match verdict {
        Verdict::Delivered => ("delivered", Some(at)),
        Verdict::Gone => ("failed", Some(at)),
        Verdict::Failed | Verdict::Throttled(_) if due_at > gives_up_at => ("failed", Some(at)),
        Verdict::Failed | Verdict::Throttled(_) => ("pending", None),
    };
    execute!(
        conn,
        "UPDATE webhook_deliveries SET state = $2, attempts = $3, due_at = $4, leased_until = 0, ended_at = $5, \
         first_sent_at = coalesce(first_sent_at, $6) WHERE id = $1",
        id,
        state,
        attempts,
        due_at,
        ended_at,
        at
    )?;
    of_subscription(conn, due, verdict, at).await
}

/// What an attempt says about its receiver.
async fn of_subscription(conn: &mut Conn, due: &Due, verdict: Verdict, now: i64) -> Result<()> {
    let id = due.subscription.id;
    match verdict {
        Verdict::Delivered => {
            let sql = "UPDATE webhook_subscriptions SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL";
            execute!(conn, sql, id)?;
        }
        Verdict::Throttled(wait) => {
            let sql = "UPDATE webhook_subscriptions SET throttled_until = $2 WHERE id = $1";
            execute!(conn, sql, id, now + wait)?;
        }
        Verdict::Gone => disable(conn, id, "the receiver answered 410", now).await?,
        Verdict::Failed => {
            let sql = "UPDATE webhook_subscriptions SET failing_since = coalesce(failing_since, $2) WHERE id = $1 \
                       RETURNING failing_since";
            let since = row!(conn, (i64,), sql, id, now)?;
            if since.is_some_and(|(since,)| now - since > SUSPENDED) {
                disable(conn, id, "nothing arrived for a week", now).await?;
            }
        }
    }
    Ok(())
}

async fn disable(conn: &mut Conn, id: i64, reason: &str, now: i64) -> Result<()> {
    let sql = "UPDATE webhook_subscriptions SET state = $2, state_reason = $3, updated_at = $4 WHERE id = $1";
    execute!(conn, sql, id, SubscriptionState::Disabled.as_str(), reason, now)?;
    Ok(())
}
