//! `GET /frame/{app_id}`: the page inside the Messenger's frame. Any site may frame it, or the workspace's trusted domains
//! only; what it shows is decided by the session its parent passes in.
//!
//! Its first script stands in it (embed/frame/): it says hello and starts the WebAssembly. With `?new`, for somebody who is about to
//! begin a conversation, it also has a composer that is there before anything else has come: on a slow line they can write some
//! seconds earlier (docs/adr/0022).

use axum::extract::{self, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::html::{assets_missing, escape, page, plain_page};
use crate::app::SharedApp;
use crate::assets::Manifest;
use crate::error::Answer;
use crate::workspace_settings::WorkspaceSettings;

/// The early composer's words, and their English.
const WORDS: [(&str, &str); 5] = [
    ("language", "en"),
    ("direction", "ltr"),
    ("composer.label", "Message"),
    ("composer.placeholder", "Message…"),
    ("composer.send", "Send message"),
];

/// The query.
#[derive(Debug, Deserialize)]
pub struct Query {
    new: Option<String>,
}

/// The frame's page.
pub async fn frame(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    asked: extract::Query<Query>,
    request: HeaderMap,
) -> Answer<Response> {
    let Some(workspace) = app.store.workspace_by_app_id(&app_id).await? else {
        return Ok(plain_page(StatusCode::NOT_FOUND, "Doorstep", "<p>No workspace has this app id.</p>"));
    };
    let Some(manifest) = app.assets.manifest() else { return Ok(assets_missing()) };
    let text = |path: &str| String::from_utf8(app.assets.read(path)?.into_owned()).ok();
    let Some(start) = text(&manifest.frame_start) else { return Ok(assets_missing()) };
    let mut script = super::module::frame(&manifest, &start);
    let mut policy = Policy::default();
    let mut early = String::new();
    let parts =
        asked.new.is_some().then(|| Some((text(&manifest.early_script)?, text(&manifest.early_style)?)));
    if let Some((its_script, style)) = parts.flatten() {
        let words = app.assets.words(language(&request, &manifest), &WORDS);
        early = early_composer(&words, &style);
        policy.allow_style(&style);
        script.insert_str(0, &its_script);
    }
    policy.allow_script(&script);
    let html = format!(
        include_str!("frame.html"),
        app_id = escape(&app_id),
        locales = escape(&manifest.locale_paths()),
        js = escape(&manifest.frame_js),
        wasm = escape(&manifest.frame_wasm),
        early = early,
        script = script,
    );
    let mut response = page(StatusCode::OK, &policy.of(&WorkspaceSettings::read(&workspace.settings)), html);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    Ok(response)
}

fn early_composer(words: &[String; 5], style: &str) -> String {
    let [language, direction, label, placeholder, send] = words.each_ref().map(|word| escape(word));
    let form = format!(
        include_str!("early.html"),
        language = language,
        direction = direction,
        label = label,
        placeholder = placeholder,
        send = send,
    );
    format!("<style>{style}</style>\n{form}")
}

/// The first language of the browser that there are texts for, as the widget will choose it.
fn language<'a>(request: &'a HeaderMap, manifest: &Manifest) -> &'a str {
    let asked = request.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    asked
        .unwrap_or_default()
        .split(',')
        .map(|tag| tag.split(';').next().unwrap_or_default().trim())
        .find(|tag| *tag == "en" || tag.starts_with("en-") || manifest.locale(tag).is_some())
        .unwrap_or("en")
}

/// What the page may do: no inline script or style but those in it, by their hashes; WebAssembly; sockets to ourselves; pictures
/// of teammates from anywhere over https.
#[derive(Default)]
struct Policy {
    scripts: String,
    styles: String,
}

impl Policy {
    fn allow_script(&mut self, script: &str) {
        self.scripts.push_str(&source(script));
    }

    fn allow_style(&mut self, style: &str) {
        self.styles.push_str(&source(style));
    }

    /// With trusted domains the browser itself refuses to show the frame elsewhere (M§6.4). Without, there is no
    /// `frame-ancestors`: even `*` would leave out pages without an origin (sandboxed frames).
    fn of(&self, settings: &WorkspaceSettings) -> String {
        let Self { scripts, styles } = self;
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
             connect-src 'self' ws: wss:; img-src 'self' https: data: blob:; base-uri 'none'; form-action 'none'"
        );
        let domains = settings.trusted();
        if domains.are_all() {
            return policy;
        }
        format!("{policy}; frame-ancestors 'self' {}", domains.sources())
    }
}

fn source(text: &str) -> String {
    format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
