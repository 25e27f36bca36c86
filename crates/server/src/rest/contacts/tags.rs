//! `/contacts/{id}/tags`: one contact's tags (S§3.4).

use axum::Json;
use axum::extract::{Path, State};
use doorstep_store::TagRef;
use serde_json::{Value, json};

use super::named;
use crate::app::SharedApp;
use crate::rest::description::Field;
use crate::rest::fields::Fields;
use crate::rest::tags::{applied, number, owner};
use crate::rest::{Answer, Caller};

/// `GET /contacts/{id}/tags`.
pub async fn index(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let contact = named(&app, &caller, &id).await?;
    let tags = app.store.contact_tags(&contact.id).await?;
    let data: Vec<Value> = tags.iter().map(applied).collect();
    Ok(Json(json!({"type": "list", "data": data})))
}

/// What `create` reads.
pub(super) const TAGGING: &[Field] = &[Field::id("id", "The tag.").needed()];

/// `POST /contacts/{id}/tags`: puts a tag on; one that is there stays as it was.
pub async fn create(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let contact = named(&app, &caller, &id).await?;
    let tag = TagRef::Id(number(&fields.needed_id("id")?)?);
    let by = owner(&app, &caller).await?;
    let done = app.store.tag_contacts(caller.workspace.id, tag, vec![contact.id], by, app.now()).await?;
    Ok(Json(applied(&done)))
}

/// `DELETE /contacts/{id}/tags/{tag_id}`: takes it off.
pub async fn delete(
    State(app): State<SharedApp>,
    Path((id, tag_id)): Path<(String, String)>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    let contact = named(&app, &caller, &id).await?;
    let tag = TagRef::Id(number(&tag_id)?);
    let done = app.store.untag_contacts(caller.workspace.id, tag, vec![contact.id], true, app.now()).await?;
    Ok(Json(applied(&done)))
}
