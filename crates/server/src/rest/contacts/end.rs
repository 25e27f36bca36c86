//! `DELETE /contacts/{id}`, `POST …/archive`, `…/unarchive`, `…/block` (S§1.5).

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use super::shape::reference;
use crate::app::SharedApp;
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, Version};

/// `DELETE`: the contact and their conversations are gone for good.
pub async fn delete(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    let gone = app.store.delete_contact(caller.workspace.id, id, app.now()).await?;
    Ok(Json(reference(&gone, "deleted", true)))
}

/// `POST …/archive`: invisible until they come back.
pub async fn archive(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let done = app.store.archive_contact(caller.workspace.id, id, true, app.now()).await?;
    Ok(Json(reference(&done, "archived", true)))
}

/// `POST …/unarchive`; of one that never was archived, too.
pub async fn unarchive(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let done = app.store.archive_contact(caller.workspace.id, id, false, app.now()).await?;
    Ok(Json(reference(&done, "archived", false)))
}

/// `POST …/block`: archived for good.
pub async fn block(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_14)?;
    let done = app.store.block_contact(caller.workspace.id, id, app.now()).await?;
    Ok(Json(reference(&done, "blocked", true)))
}
