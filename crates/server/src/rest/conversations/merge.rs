//! `POST /conversations/{id}/merge` (2.16): the conversation of the path into another.

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_store::Error;
use serde_json::Value;

use super::shape::whole;
use super::{DisplayQuery, number};
use crate::app::SharedApp;
use crate::rest::description::Field;
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError, Version};

/// What it reads.
pub(super) const MERGE: &[Field] =
    &[Field::number("merge_into_conversation_id", "The conversation that goes on.").needed()];

/// Answers with the conversation that goes on.
pub async fn create(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<DisplayQuery>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_16)?;
    let from = number(&id)?;
    let name = "merge_into_conversation_id";
    let into = fields.number(name).ok().and_then(|into| into.over(None));
    let into = into.ok_or_else(|| {
        RestError::parameter(name, "merge_into_conversation_id must be a valid integer conversation ID")
    })?;
    let failed = |message: &str| RestError::unprocessable("merge_failed", message);
    if from == into {
        app.store.conversation_record(caller.workspace.id, from).await?;
        return Err(failed("Cannot merge a conversation into itself"));
    }
    let done = app.store.merge_conversations(caller.workspace.id, from, into, app.now()).await;
    let done = done.map_err(|error| match error {
        Error::NotFound("primary") => failed("Primary conversation not found"),
        Error::Conflict(_) => failed("Secondary conversation has already been merged"),
        error => error.into(),
    })?;
    Ok(Json(whole(&app, &caller, &done, query.plain()).await?))
}
