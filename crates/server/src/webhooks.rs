//! Webhooks (S§4): reads the change log, queues a notification for every subscription that asked for its topic, and sends
//! what is due. The queue is in the database (`doorstep_store`, `webhooks`): several nodes share it, and a node that dies
//! leaves what it had taken to be sent again. What an item holds is `rest::notification`; the rules of delivery are
//! `doorstep_domain::webhooks`; what programs call is `rest::subscriptions`.

pub mod courier;

use std::time::Duration;

use doorstep_domain::topics::Topic;
use doorstep_domain::webhooks::{judge, signature_sha1, signature_sha256};
use doorstep_store::{
    Attempt, Due, FeedEntry, NewDelivery, Result, Subscription, SubscriptionState, Workspace,
};
use futures_util::future::join_all;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};
use uuid::Builder;

use crate::app::SharedApp;
use crate::rest::{Caller, RestError, Version, notification};

/// Changes read at once.
const PAGE: i64 = 200;
/// Requests of one node that are on their way at once.
const AT_ONCE: usize = 32;
/// How often the queue is looked at when nothing else says that something is due.
const EVERY: Duration = Duration::from_secs(2);
/// Commits of this time are read together.
const TOGETHER: Duration = Duration::from_millis(50);

/// Queues and sends until the server stops; then waits for what is on its way.
pub async fn run(app: SharedApp) {
    let mut stopping = app.stopping.subscribe();
    let mut wakes = app.store.wakes();
    let mut ticks = interval(EVERY);
    let mut on_their_way = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopping.changed() => break,
            woken = wakes.recv() => match woken {
                Err(RecvError::Closed) => break,
                Ok(_) | Err(RecvError::Lagged(_)) => sleep(TOGETHER).await,
            },
            Some(_) = on_their_way.join_next() => {}
            _ = ticks.tick() => {}
        }
        while wakes.try_recv().is_ok() {}
        if let Err(error) = announce(&app).await {
            tracing::warn!(%error, "could not queue notifications");
        }
        let free = AT_ONCE.saturating_sub(on_their_way.len());
        match app.store.claim_deliveries(app.now(), i64::try_from(free).unwrap_or(0)).await {
            Ok(taken) => {
                for due in taken {
                    let app = app.clone();
                    on_their_way.spawn(async move { send(&app, due).await });
                }
            }
            Err(error) => tracing::warn!(%error, "could not look for due notifications"),
        }
    }
    while on_their_way.join_next().await.is_some() {}
}

/// Queues what the log says that has not been queued yet.
pub async fn announce(app: &SharedApp) -> Result<()> {
    loop {
        let behind = app.store.unannounced().await?;
        let mut moved = false;
        for (workspace_id, from, newest) in behind {
            moved |= announce_page(app, workspace_id, from, newest).await?;
        }
        if !moved {
            return Ok(());
        }
    }
}

async fn announce_page(app: &SharedApp, workspace_id: i64, from: i64, newest: i64) -> Result<bool> {
    let Some(workspace) = app.store.workspace(workspace_id).await? else { return Ok(false) };
    let subscriptions = app.store.subscriptions(workspace_id).await?;
    let entries = app.store.change_feed(workspace_id, from, PAGE).await?;
    let full = i64::try_from(entries.len()).is_ok_and(|length| length == PAGE);
    let to = match entries.last() {
        Some(last) if full => last.seq,
        last => newest.max(last.map_or(0, |last| last.seq)),
    };
    let mut deliveries = Vec::new();
    for subscription in subscriptions.iter().filter(|one| one.terms.state != SubscriptionState::Disabled) {
        let since = |entry: &&FeedEntry| entry.created_at >= subscription.created_at;
        deliveries.extend(notifications(app, &workspace, subscription, entries.iter().filter(since)).await?);
    }
    app.store.announce_changes(workspace_id, (from, to), deliveries, app.now()).await
}

/// What changes say to a subscription.
pub async fn notifications<'a>(
    app: &SharedApp,
    workspace: &Workspace,
    subscription: &Subscription,
    entries: impl Iterator<Item = &'a FeedEntry> + Send,
) -> Result<Vec<NewDelivery>> {
    let terms = &subscription.terms;
    let version = Version::parse(&terms.api_version).unwrap_or(Version::DEFAULT);
    let caller = Caller { workspace: workspace.clone(), version };
    let mut all = Vec::new();
    for entry in entries {
        let topic = entry.topic.as_deref().and_then(Topic::parse);
        let Some(topic) = topic.filter(|topic| terms.topics.contains(topic)) else { continue };
        let unreadable =
            |_: RestError| doorstep_store::Error::Unavailable("a change could not be read".to_owned());
        let item =
            notification::item(app, &caller, entry, topic, terms.iso_times).await.map_err(unreadable)?;
        // What it was about is gone; so it will be said.
        let Some(item) = item else { continue };
        all.push(NewDelivery {
            subscription_id: subscription.id,
            seq: Some(entry.seq),
            notification_id: Some(notification_id(&workspace.app_id, entry.seq)),
            topic,
            contact_id: entry.contact_id.clone(),
            item: item.to_string(),
            created_at: entry.created_at,
        });
    }
    Ok(all)
}

/// The same for one change however often it is sent: receivers know by it what they have had.
fn notification_id(app_id: &str, seq: i64) -> String {
    let hash: [u8; 32] = Sha256::digest(format!("{app_id}\n{seq}").as_bytes()).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    format!("notif_{}", Builder::from_custom_bytes(bytes).into_uuid())
}

/// Queues a ping.
pub async fn ping(app: &SharedApp, workspace_id: i64, subscription_id: i64) -> Result<i64> {
    let new = NewDelivery {
        subscription_id,
        seq: None,
        notification_id: None,
        topic: Topic::Ping,
        contact_id: String::new(),
        // Intercom's own words (S§4.2).
        item: json!({"type": "ping", "message": "something something interzen"}).to_string(),
        created_at: app.now(),
    };
    app.store.queue_delivery(workspace_id, new, app.now()).await
}

/// Sends what is due now and waits for the answers; gives how many were sent.
pub async fn deliver(app: &SharedApp) -> Result<usize> {
    let taken = app.store.claim_deliveries(app.now(), i64::try_from(AT_ONCE).unwrap_or(1)).await?;
    Ok(join_all(taken.into_iter().map(|due| send(app, due))).await.len())
}

async fn send(app: &SharedApp, due: Due) {
    let at = app.now();
    let body = envelope(&due, at).to_string().into_bytes();
    let terms = &due.subscription.terms;
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, signature) in [
        ("x-hub-signature", signature_sha1(&terms.secret, &body)),
        ("x-hub-signature-256", signature_sha256(&terms.secret, &body)),
    ] {
        // Hexadecimal digits are a header.
        if let Ok(value) = HeaderValue::from_str(&signature) {
            headers.insert(name, value);
        }
    }
    let answered = app.courier.post(&terms.url, headers, body).await;
    let status = answered.status.as_ref().ok().copied();
    let outcome = match &answered.status {
        Ok(200..=299) => "delivered".to_owned(),
        Ok(status) => format!("the receiver answered {status}"),
        Err(error) => error.replace('\0', ""),
    };
    let attempt = Attempt {
        attempted_at: at,
        outcome,
        status: status.map(i64::from),
        duration_ms: answered.duration_ms,
        response: answered.response,
    };
    let chance = rand::random_range(0..=1000);
    let verdict = judge(status, answered.retry_after);
    if let Err(error) = app.store.record_attempt(due, attempt, verdict, chance).await {
        // The lease ends, and it is sent again: at least once.
        tracing::warn!(%error, "could not record what became of a notification");
    }
}

/// S§4.2.
fn envelope(due: &Due, now: i64) -> Value {
    let delivery = &due.delivery;
    let item: Value = serde_json::from_str(&delivery.item).unwrap_or_default();
    let is_ping = delivery.notification_id.is_none();
    json!({
        "type": "notification_event",
        "app_id": due.app_id,
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": delivery.notification_id,
        "topic": delivery.topic,
        "delivery_status": if is_ping { None } else { Some("pending") },
        "delivery_attempts": delivery.attempts + 1,
        "delivered_at": 0,
        "first_sent_at": delivery.first_sent_at.unwrap_or(now),
        "created_at": delivery.created_at,
        "self": null,
    })
}
