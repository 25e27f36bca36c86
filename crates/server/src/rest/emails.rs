//! `GET /emails`, `GET /emails/{id}` (2.15): addresses the workspace sends from (S§6.1). There are none, because Doorstep
//! sends no email yet.

use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use super::{Answer, Caller, RestError, Version};

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
