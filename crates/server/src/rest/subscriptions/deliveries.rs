//! `/subscriptions/{id}/deliveries`: what was sent to a subscription and what came of it, and sending it again (ours).

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::edit::Edit;
use doorstep_store::{Attempt, Delivery, SubscriptionState};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{named, number};
use crate::app::SharedApp;
use crate::rest::fields::Fields;
use crate::rest::page::{Asked, PageQuery};
use crate::rest::{Answer, Caller, RestError};
use crate::webhooks;

/// Entries of a page if none is asked for.
const PAGE: i64 = 50;
/// Most changes of one replay.
const REPLAYED: usize = 1000;

/// `?state=`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct IndexQuery {
    state: Option<String>,
}

/// `GET /subscriptions/{id}/deliveries`: the newest first.
pub async fn index(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<IndexQuery>,
    Query(page): Query<PageQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let asked = Asked::read(&page, &Fields::default(), PAGE)?;
    let state = query.state.as_deref().filter(|state| !state.is_empty());
    if state.is_some_and(|state| !["pending", "delivered", "failed"].contains(&state)) {
        return Err(RestError::parameter("state", "state must be pending, delivered or failed"));
    }
    let before = asked.after.as_ref().map(|(id, _)| *id);
    let (workspace_id, id) = (caller.workspace.id, number("id", &id)?);
    let mut found = app.store.deliveries(workspace_id, id, state, before, asked.per_page + 1).await?;
    let more = i64::try_from(found.len()).is_ok_and(|length| length > asked.per_page);
    if more {
        found.pop();
    }
    let mut pages = json!({"type": "pages", "page": asked.page, "per_page": asked.per_page});
    if let Some(last) = found.last().filter(|_| more) {
        pages["next"] = asked.pages(0, Some((last.id, "")))["next"].clone();
    }
    let data: Vec<Value> = found.iter().map(shown).collect();
    Ok(Json(json!({"type": "list", "data": data, "pages": pages})))
}

/// `GET /subscriptions/{id}/deliveries/{delivery_id}`: with its item and its attempts.
pub async fn show(
    State(app): State<SharedApp>,
    Path((id, delivery_id)): Path<(String, String)>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let (id, delivery_id) = (number("id", &id)?, number("delivery_id", &delivery_id)?);
    let (found, attempts) = app.store.delivery(caller.workspace.id, id, delivery_id).await?;
    let mut one = shown(&found);
    one["item"] = serde_json::from_str(&found.item).unwrap_or_default();
    one["attempts"] = attempts.iter().map(attempt).collect();
    Ok(Json(one))
}

/// `POST /subscriptions/{id}/deliveries/{delivery_id}/replay`: sends it again as it was.
pub async fn replay(
    State(app): State<SharedApp>,
    Path((id, delivery_id)): Path<(String, String)>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let (id, delivery_id) = (number("id", &id)?, number("delivery_id", &delivery_id)?);
    let workspace_id = caller.workspace.id;
    app.store.replay_delivery(workspace_id, id, delivery_id, app.now()).await?;
    Ok(Json(shown(&app.store.delivery(workspace_id, id, delivery_id).await?.0)))
}

/// `POST /subscriptions/{id}/replay`: sends everything of a stretch of time, both ends included, also what was never sent
/// because the subscription was disabled or did not exist. Items are made anew from what is there now.
pub async fn replay_range(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let subscription = named(&app, &caller, &id).await?;
    let Edit::Set(from) = fields.time("created_at_after")? else {
        return Err(RestError::missing("created_at_after"));
    };
    let to = fields.time("created_at_before")?.over(None).unwrap_or_else(|| app.now());
    if to < from {
        let message = "created_at_before must not be before created_at_after";
        return Err(RestError::parameter("created_at_before", message));
    }
    if subscription.terms.state == SubscriptionState::Disabled {
        return Err(RestError::client_error("the subscription is disabled; set its state to active first"));
    }
    let after = match fields.number("after")? {
        Edit::Set(after) => after,
        Edit::Keep | Edit::Clear => 0,
    };
    let limit = i64::try_from(REPLAYED).unwrap_or(1);
    let entries = app.store.topics_between(caller.workspace.id, (from, to), after, limit).await?;
    let all = webhooks::notifications(&app, &caller.workspace, &subscription, entries.iter()).await?;
    let queued = all.len();
    app.store.queue_replay(caller.workspace.id, all, app.now()).await?;
    let has_more = entries.len() == REPLAYED;
    let next = entries.last().filter(|_| has_more).map(|last| last.seq);
    Ok(Json(json!({"type": "replay", "queued": queued, "has_more": has_more, "next_after": next})))
}

fn shown(delivery: &Delivery) -> Value {
    json!({
        "type": "notification_delivery",
        "id": delivery.id.to_string(),
        "subscription_id": delivery.subscription_id.to_string(),
        "notification_id": delivery.notification_id,
        "seq": delivery.seq,
        "topic": delivery.topic,
        "state": delivery.state,
        "delivery_attempts": delivery.attempts,
        "next_attempt_at": Some(delivery.due_at).filter(|_| delivery.state == "pending"),
        "first_sent_at": delivery.first_sent_at,
        "ended_at": delivery.ended_at,
        "created_at": delivery.created_at,
    })
}

fn attempt(attempt: &Attempt) -> Value {
    json!({
        "type": "notification_attempt",
        "attempted_at": attempt.attempted_at,
        "outcome": attempt.outcome,
        "status": attempt.status,
        "duration_ms": attempt.duration_ms,
        "response": attempt.response,
    })
}
