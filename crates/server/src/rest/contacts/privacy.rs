//! `GET /contacts/{id}/export` and `POST /contacts/{id}/erase` (ours): what the law asks for, as one call each.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::app::SharedApp;
use crate::rest::description::Shape::{Any, List, Map, Text, Truth, Whole, Word};
use crate::rest::description::{Schema, key};
use crate::rest::{Answer, Caller};

/// Of `GET /contacts/{id}/export`.
pub(super) const EXPORT: Schema = Schema::new(
    "contact_export",
    "Everything kept about a person, by the name of what it is.",
    &[
        key("type", Word(&["contact_export"])),
        key("id", Text),
        key("exported_at", Whole),
        key("data", Map(&List(&Any))),
    ],
);

/// Of `POST /contacts/{id}/erase`.
pub(super) const ERASED: Schema = Schema::new(
    "contact_erased",
    "A person who was erased, and how much of what went.",
    &[key("type", Word(&["contact"])), key("id", Text), key("erased", Truth), key("removed", Map(&Whole))],
);

/// `GET /contacts/{id}/export`: the contact, whoever was merged into them, and all that belongs to them, without secrets.
pub async fn export(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let data = app.store.export_contact(caller.workspace.id, &id).await?;
    Ok(Json(json!({"type": "contact_export", "id": id, "exported_at": app.now(), "data": data})))
}

/// `POST /contacts/{id}/erase`: deleted, with the traces elsewhere. There is no way back.
pub async fn erase(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let (gone, removed) = app.store.erase_contact(caller.workspace.id, id, app.now()).await?;
    Ok(Json(json!({"type": "contact", "id": gone.id, "erased": true, "removed": removed})))
}
