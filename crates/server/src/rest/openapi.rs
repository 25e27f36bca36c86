//! `GET /openapi.json`: the API's own description. Nothing in it is secret: no token is asked for.

use axum::Json;
use serde_json::Value;

use super::description::document;

/// Answers `GET /openapi.json`.
pub async fn show() -> Json<Value> {
    Json(document())
}
