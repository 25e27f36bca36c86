//! `GET /emails`, `GET /emails/{id}` (2.15): addresses the workspace sends from (S§6.1). There are none, because Doorstep
//! sends no email yet.

use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use super::description::Shape::{List, Object, Word};
use super::description::{Operation, Schema, Success, key};
use super::{Answer, Caller, RestError, Version};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/emails", "listEmails", "List addresses to send from: none", &EMAIL_LIST)
        .since(Version::V2_15),
    Operation::get("/emails/{id}", "retrieveEmail", "None is kept: always 404", &EMAIL_LIST)
        .since(Version::V2_15)
        .answers(Success::Never),
];

const EMAIL_LIST: Schema = Schema::new(
    "email_list",
    "Addresses the workspace sends from.",
    &[key("type", Word(&["list"])), key("data", List(&Object(&[])))],
);

/// `GET /emails`.
pub async fn index(caller: Caller) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_15)?;
    Ok(Json(json!({"type": "list", "data": []})))
}

/// `GET /emails/{id}`.
pub async fn show(Path(_): Path<String>, caller: Caller) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_15)?;
    Err(RestError::not_found("not_found", "Email setting not found"))
}
