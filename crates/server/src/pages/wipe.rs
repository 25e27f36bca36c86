//! `GET /frame/{app_id}/wipe`: a page the embed script frames for a moment after `shutdown` when no Messenger frame is
//! there to do it: it removes what the Messenger stored under the server's origin (P10).

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::html::{escape, page};
use crate::app::SharedApp;

const POLICY: &str =
    "default-src 'none'; script-src 'self'; frame-ancestors *; base-uri 'none'; form-action 'none'";

/// Removes every key of one workspace and tells the parent. Storage may be blocked: then there is nothing to remove.
const SCRIPT: &str = r#"const prefix = `doorstep.${document.documentElement.dataset.appId}.`;
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    const storage = window[name];
    for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key);
  } catch {
    // Blocked by the browser: nothing was stored either.
  }
}
parent.postMessage("doorstep:wiped", "*");
"#;

/// The page.
pub async fn wipe(Path(app_id): Path<String>) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\" data-app-id=\"{}\"><head><meta charset=\"utf-8\"><title>Wipe</title>\
         <script type=\"module\" src=\"/wipe.js\"></script></head><body></body></html>\n",
        escape(&app_id)
    );
    page(StatusCode::OK, POLICY, html)
}

/// `GET /wipe.js`.
pub async fn script(State(app): State<SharedApp>, request: HeaderMap) -> Response {
    super::module::revalidated(&app, SCRIPT.to_owned(), &request).await
}
