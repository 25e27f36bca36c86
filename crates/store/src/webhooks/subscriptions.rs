//! Subscriptions: made, changed and ended by the REST API.

use doorstep_domain::topics::Topic;

use super::{Subscription, SubscriptionState, SubscriptionTerms};
use crate::Store;
use crate::changes::newest_seq;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};

#[derive(Clone, sqlx::FromRow)]
pub(super) struct Row {
    id: i64,
    workspace_id: i64,
    url: String,
    topics: String,
    state: String,
    state_reason: Option<String>,
    secret: String,
    api_version: String,
    iso_times: bool,
    throttled_until: i64,
    failing_since: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<Row> for Subscription {
    fn from(row: Row) -> Self {
        // Words of a newer version's database mean nothing here: unknown topics are not sent, unknown states do not send.
        let topics = row.topics.split(' ').filter_map(Topic::parse).collect();
        let state = SubscriptionState::parse(&row.state).unwrap_or(SubscriptionState::Disabled);
        let Row { url, secret, api_version, iso_times, .. } = row;
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            terms: SubscriptionTerms { url, topics, secret, api_version, iso_times, state },
            state_reason: row.state_reason,
            throttled_until: row.throttled_until,
            failing_since: row.failing_since,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn words(topics: &[Topic]) -> String {
    topics.iter().map(|topic| topic.as_str()).collect::<Vec<_>>().join(" ")
}

impl Store {
    /// A workspace's subscriptions, the first ones first.
    pub async fn subscriptions(&self, workspace_id: i64) -> Result<Vec<Subscription>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT * FROM webhook_subscriptions WHERE workspace_id = $1 ORDER BY id";
        Ok(rows!(&mut conn, Row, sql, workspace_id)?.into_iter().map(Subscription::from).collect())
    }

    /// A subscription. [`Error::NotFound`].
    pub async fn subscription(&self, workspace_id: i64, id: i64) -> Result<Subscription> {
        subscription(&mut self.reader().await?, workspace_id, id).await
    }

    /// Makes a subscription. It hears of what happens from now on.
    pub async fn create_subscription(
        &self,
        workspace_id: i64,
        terms: SubscriptionTerms,
        now: i64,
    ) -> Result<Subscription> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    listen_from_now(conn, workspace_id).await?;
                    let made = row!(
                        conn,
                        (i64,),
                        "INSERT INTO webhook_subscriptions (workspace_id, url, topics, state, secret, api_version, \
                         iso_times, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING id",
                        workspace_id,
                        &terms.url,
                        words(&terms.topics),
                        terms.state.as_str(),
                        &terms.secret,
                        &terms.api_version,
                        terms.iso_times,
                        now
                    )?;
                    let (id,) = made.ok_or(Error::NotFound("subscription"))?;
                    subscription(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Gives a subscription other terms. What was said about its failures is forgotten. [`Error::NotFound`].
    pub async fn update_subscription(
        &self,
        workspace_id: i64,
        id: i64,
        terms: SubscriptionTerms,
        now: i64,
    ) -> Result<Subscription> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    subscription(conn, workspace_id, id).await?;
                    listen_from_now(conn, workspace_id).await?;
                    execute!(
                        conn,
                        "UPDATE webhook_subscriptions SET url = $2, topics = $3, state = $4, secret = $5, \
                         api_version = $6, iso_times = $7, updated_at = $8, state_reason = NULL, throttled_until = 0, \
                         failing_since = NULL WHERE id = $1",
                        id,
                        &terms.url,
                        words(&terms.topics),
                        terms.state.as_str(),
                        &terms.secret,
                        &terms.api_version,
                        terms.iso_times,
                        now
                    )?;
                    subscription(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Removes a subscription with its queue and its log. [`Error::NotFound`].
    pub async fn delete_subscription(&self, workspace_id: i64, id: i64) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    subscription(conn, workspace_id, id).await?;
                    for sql in [
                        "DELETE FROM webhook_attempts WHERE delivery_id IN \
                         (SELECT id FROM webhook_deliveries WHERE subscription_id = $1)",
                        "DELETE FROM webhook_deliveries WHERE subscription_id = $1",
                        "DELETE FROM webhook_subscriptions WHERE id = $1",
                    ] {
                        execute!(conn, sql, id)?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

pub(super) async fn subscription(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<Subscription> {
    let sql = "SELECT * FROM webhook_subscriptions WHERE id = $1 AND workspace_id = $2";
    row!(conn, Row, sql, id, workspace_id)?.map(Subscription::from).ok_or(Error::NotFound("subscription"))
}

/// While nobody listens the cursor stands still; the first listener does not get what happened meanwhile.
async fn listen_from_now(conn: &mut Conn, workspace_id: i64) -> Result<()> {
    let newest = newest_seq(conn, workspace_id).await?;
    let sql = "UPDATE workspaces SET announced_seq = $2 WHERE id = $1 AND NOT EXISTS \
               (SELECT 1 FROM webhook_subscriptions WHERE workspace_id = $1 AND state <> 'disabled')";
    execute!(conn, sql, workspace_id, newest)?;
    Ok(())
}
