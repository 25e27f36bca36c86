//! `GET /inbox` and everything below it: the shell of the teammates' application, which routes in the browser.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::html::{assets_missing, escape, page};
use crate::app::SharedApp;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self' ws: wss:; img-src 'self' https: data: blob:; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'self'";

/// The shell.
pub async fn inbox(State(app): State<SharedApp>) -> Response {
    let Some(manifest) = app.assets.manifest() else { return assets_missing() };
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Inbox · Doorstep</title>\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1,viewport-fit=cover\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <link rel=\"stylesheet\" href=\"/{css}\">\n<link rel=\"modulepreload\" href=\"/{js}\">\n\
         <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"/inbox.js\"></script>\n</head>\n<body>\n<div id=\"app\"></div>\n\
         </body>\n</html>\n",
        css = escape(&manifest.inbox_css),
        js = escape(&manifest.inbox_js),
        wasm = escape(&manifest.inbox_wasm),
    );
    let mut response = page(StatusCode::OK, POLICY, html);
    response.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// `GET /inbox.js`: starts the application.
pub async fn script(State(app): State<SharedApp>, request: HeaderMap) -> Response {
    let Some(manifest) = app.assets.manifest() else { return assets_missing() };
    let text = super::module::loader(&manifest.inbox_js, &manifest.inbox_wasm);
    super::module::revalidated(&app, text, &request).await
}
