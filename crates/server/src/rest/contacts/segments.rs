//! `GET /contacts/{id}/segments`: the segments a contact is in now (S§3.4).

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::named;
use crate::app::SharedApp;
use crate::rest::segments::{Reading, shown};
use crate::rest::{Answer, Caller};

/// `GET /contacts/{id}/segments`.
pub async fn index(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let contact = named(&app, &caller, &id).await?;
    let all = app.store.segments(caller.workspace.id).await?;
    let reading = Reading::begin(&app, &caller).await?;
    let asked: Vec<_> = all.iter().map(|segment| reading.asks(segment)).collect();
    let is_in = app.store.is_found_by(caller.workspace.id, &contact.id, &asked).await?;
    let data: Vec<Value> =
        all.iter().zip(is_in).filter(|(_, is_in)| *is_in).map(|(segment, _)| shown(segment)).collect();
    Ok(Json(json!({"type": "list", "data": data})))
}
