//! `GET /assets/{*path}`: the content-hashed files. Their names change with their content, so they never change.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::app::SharedApp;
use crate::assets::content_type;

const TYPE_OF_PARTS: &str = "application/javascript; charset=utf-8";

/// A hashed file.
pub async fn asset(State(app): State<SharedApp>, Path(path): Path<String>, request: HeaderMap) -> Response {
    let name = format!("assets/{path}");
    let mut response =
        app.assets.answer(&name, &request, content_type(&path), "public, max-age=31536000, immutable");
    if response.status() == StatusCode::NOT_FOUND
        && let Some(manifest) = app.assets.manifest()
        && let Some(part) = manifest.embed_part_like(&name)
    {
        // The page has the embed script of another build: of before an update, or of another node during one.
        response = app.assets.answer(part, &request, TYPE_OF_PARTS, "no-store");
    }
    // Modules and WebAssembly are also loaded by pages of other sites (`/doorstep.js`) and by the sandboxed frame.
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}
