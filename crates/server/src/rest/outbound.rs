//! `/outbound_messages`, ours: what is shown to people by rules (docs/OUTBOUND.md). Intercom has no public API for the
//! content of its outbound messages (S§2.7).

mod describe;
mod read;

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_store::{OutboundMessage, OutboundState};
use serde_json::{Value, json};

pub(super) use self::describe::OPERATIONS;
use super::fields::Fields;
use super::page::{Asked, PageQuery};
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

/// Entries of a page without `per_page`.
const PAGE: i64 = 50;

/// `GET /outbound_messages`: the newest first.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<PageQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let asked = Asked::read(&query, &Fields::default(), PAGE)?;
    let before = asked.after.as_ref().map(|(id, _)| *id);
    let mut found = app.store.outbound_messages(caller.workspace.id, before, asked.per_page + 1).await?;
    let page = usize::try_from(asked.per_page).unwrap_or(usize::MAX);
    let more = found.len() > page;
    found.truncate(page);
    let total = app.store.outbound_total(caller.workspace.id).await?;
    let last = found.last().filter(|_| more).map(|last| (last.id, ""));
    Ok(Json(json!({
        "type": "list",
        "data": found.iter().map(shown).collect::<Vec<_>>(),
        "total_count": total,
        "pages": asked.pages(total, last),
    })))
}

/// `GET /outbound_messages/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    Ok(Json(shown(&app.store.outbound_message(caller.workspace.id, number(&id)?).await?)))
}

/// `POST /outbound_messages`: makes a draft; nobody sees it before it is published.
pub async fn create(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let new = read::read(&fields, None)?;
    Ok(Json(shown(&app.store.create_outbound(caller.workspace.id, new, app.now()).await?)))
}

/// `PUT /outbound_messages/{id}`: what is given. A live message goes on with it.
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let id = number(&id)?;
    let before = app.store.outbound_message(caller.workspace.id, id).await?;
    let write = read::read(&fields, Some(&before))?;
    Ok(Json(shown(&app.store.update_outbound(caller.workspace.id, id, write, app.now()).await?)))
}

/// `POST /outbound_messages/{id}/publish`: shows it.
pub async fn publish(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    turn(&app, &caller, &id, OutboundState::Live).await
}

/// `POST /outbound_messages/{id}/pause`: stops showing it, at once.
pub async fn pause(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    turn(&app, &caller, &id, OutboundState::Paused).await
}

async fn turn(app: &SharedApp, caller: &Caller, id: &str, state: OutboundState) -> Answer<Json<Value>> {
    let id = number(id)?;
    Ok(Json(shown(&app.store.set_outbound_state(caller.workspace.id, id, state, app.now()).await?)))
}

/// `DELETE /outbound_messages/{id}`.
pub async fn delete(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    app.store.delete_outbound(caller.workspace.id, number(&id)?, app.now()).await?;
    Ok(Json(json!({"id": id, "object": "outbound_message", "deleted": true})))
}

fn number(id: &str) -> Answer<i64> {
    id.parse().map_err(|_| RestError::not_found("not_found", "Resource Not Found"))
}

fn shown(message: &OutboundMessage) -> Value {
    let counts = message.counts;
    let mut frequency = json!({"type": message.frequency.as_str()});
    if let Some(days) = message.frequency.days() {
        frequency["days"] = days.into();
    }
    json!({
        "type": "outbound_message",
        "id": message.id.to_string(),
        "name": message.name,
        "kind": message.content.kind().as_str(),
        "state": message.state.as_str(),
        "admin_id": message.admin_id.to_string(),
        "body": message.content.body,
        "banner": message.content.banner_object(),
        "rules": message.rules.as_ref().map(doorstep_domain::outbound::Rules::object),
        "frequency": frequency,
        "priority": message.priority,
        "starts_at": message.starts_at,
        "stops_at": message.stops_at,
        "counts": {
            "sent": counts.sent,
            "seen": counts.seen,
            "clicked": counts.clicked,
            "dismissed": counts.dismissed,
            "replied": counts.replied,
        },
        "created_at": message.created_at,
        "updated_at": message.updated_at,
    })
}
