//! `GET /frame/{app_id}`: the page inside the Messenger's frame, and `GET /frame.js`, which starts the WebAssembly in
//! it. Any site may frame it, or the workspace's trusted domains only; what it shows is decided by the session its parent
//! passes in.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::html::{assets_missing, escape, page, plain_page};
use crate::app::SharedApp;
use crate::error::Answer;
use crate::workspace_settings::WorkspaceSettings;

/// Without `frame-ancestors` (trusted domains add them): even `*` would leave out pages without an origin (sandboxed frames). No inline script or style; WebAssembly; sockets to ourselves; pictures of teammates from anywhere over https.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self' ws: wss:; img-src 'self' https: data: blob:; base-uri 'none'; form-action 'none'";

/// The frame's page.
pub async fn frame(State(app): State<SharedApp>, Path(app_id): Path<String>) -> Answer<Response> {
    let Some(workspace) = app.store.workspace_by_app_id(&app_id).await? else {
        return Ok(plain_page(StatusCode::NOT_FOUND, "Doorstep", "<p>No workspace has this app id.</p>"));
    };
    let Some(manifest) = app.assets.manifest() else { return Ok(assets_missing()) };
    let html = format!(
        include_str!("frame.html"),
        app_id = escape(&app_id),
        locales = escape(&manifest.locale_paths()),
        js = escape(&manifest.frame_js),
        wasm = escape(&manifest.frame_wasm),
    );
    Ok(page(StatusCode::OK, &policy(&WorkspaceSettings::read(&workspace.settings)), html))
}

/// With trusted domains the browser itself refuses to show the frame elsewhere (M§6.4).
fn policy(settings: &WorkspaceSettings) -> String {
    let domains = settings.trusted();
    if domains.are_all() {
        return POLICY.to_owned();
    }
    format!("{POLICY}; frame-ancestors 'self' {}", domains.sources())
}

/// The module that starts the widget in the frame.
pub async fn script(State(app): State<SharedApp>, request: HeaderMap) -> Response {
    let Some(manifest) = app.assets.manifest() else { return assets_missing() };
    let text = super::module::frame(&manifest);
    let mut response = super::module::revalidated(&app, text, &request).await;
    // In a sandbox the frame has no origin, and a module is fetched by the rules for other origins.
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
