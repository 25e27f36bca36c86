//! `POST /conversations/{id}/tags` and `DELETE …/tags/{tag_id}` (S§2.3). The tags themselves are in `rest/tags.rs`.

use axum::Json;
use axum::extract::{Path, State};
use doorstep_store::Error;
use serde_json::Value;

use super::number;
use crate::app::SharedApp;
use crate::rest::description::Field;
use crate::rest::fields::Fields;
use crate::rest::tags::applied;
use crate::rest::{Answer, Caller, RestError};

/// Of `POST`.
pub(super) const TAG: &[Field] = &[Field::id("id", "The tag.").needed(), ADMIN_ID];

/// Of `DELETE`.
pub(super) const UNTAG: &[Field] = &[ADMIN_ID];

const ADMIN_ID: Field = Field::number("admin_id", "The teammate who does it.").needed();

/// `POST`: puts a tag on, and answers with it.
pub async fn create(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let admin_id = teammate(&fields)?;
    let tag_id = fields.needed_id("id")?.parse().map_err(|_| RestError::from(Error::NotFound("tag")))?;
    let workspace_id = caller.workspace.id;
    let done = app.store.tag_conversation(workspace_id, here(&id)?, tag_id, admin_id, app.now()).await;
    Ok(Json(applied(&done.map_err(refused)?.tag)))
}

/// `DELETE`: takes a tag off, and answers with it.
pub async fn delete(
    State(app): State<SharedApp>,
    Path((id, tag_id)): Path<(String, String)>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let admin_id = teammate(&fields)?;
    let tag_id = tag_id.parse().map_err(|_| RestError::from(Error::NotFound("tag")))?;
    let workspace_id = caller.workspace.id;
    let done = app.store.untag_conversation(workspace_id, here(&id)?, tag_id, admin_id, app.now()).await;
    Ok(Json(applied(&done.map_err(refused)?.tag)))
}

fn teammate(fields: &Fields) -> Answer<i64> {
    fields.number("admin_id")?.over(None).ok_or_else(|| RestError::missing("admin_id"))
}

fn here(id: &str) -> Answer<i64> {
    number(id).map_err(|_| refused(Error::NotFound("conversation")))
}

fn refused(error: Error) -> RestError {
    match error {
        Error::NotFound("conversation") => RestError::not_found("not_found", "Conversation not found"),
        Error::NotFound("tag") => RestError::not_found("tag_not_found", "Tag not found"),
        error => error.into(),
    }
}
