//! `GET /assets/{*path}`: the content-hashed files. Their names change with their content, so they never change.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use crate::app::SharedApp;
use crate::assets::content_type;

/// A hashed file.
pub async fn asset(State(app): State<SharedApp>, Path(path): Path<String>, request: HeaderMap) -> Response {
    let mut response = app.assets.answer(
        &format!("assets/{path}"),
        &request,
        content_type(&path),
        "public, max-age=31536000, immutable",
    );
    // Modules and WebAssembly are also loaded by pages of other sites (`/doorstep.js`) and by the sandboxed frame.
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}
