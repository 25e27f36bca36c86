//! `GET /doorstep.js`: the widget as an ES module for bundlers and pages, and its TypeScript declarations. Small texts
//! made by the server that point to the hashed files; browsers ask each time whether they changed.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::html::{assets_missing, script_json};
use crate::app::SharedApp;
use crate::assets::Manifest;

const TYPE: &str = "application/javascript; charset=utf-8";
const CACHE: &str = "no-cache";

/// A module that imports `js` and starts it with the WebAssembly file beside it.
pub fn loader(js: &str, wasm: &str) -> String {
    format!("import init from {};\ninit({{ module_or_path: {} }});\n", quoted(js), quoted(wasm))
}

/// The script of the frame's page, from its start (embed/frame/main.js).
pub fn frame(manifest: &Manifest, start: &str) -> String {
    let start = start
        .replace("__JS__", &quoted(&manifest.frame_js))
        .replace("__WASM__", &quoted(&manifest.frame_wasm));
    [start, parts(manifest, true)].concat()
}

/// What the widget asks its script for. `doorstepPart(name)` imports a part of it from beside this script;
/// `doorstepPart(name, …)` calls what it exports as `run` with the rest, if it can be had (src/browser/part.rs). Parts whose
/// names begin with `module-` do for pages what the embed script does: the frame has no use for them.
///
/// `doorstepFocus(element)` puts the keyboard into an element, at once or when the page gives the keyboard to this frame, which
/// it is about to do: if frame and page both claim it at the same time, Chromium leaves it nowhere. A press comes before either
/// (src/browser/focus.rs).
pub fn parts(manifest: &Manifest, framed: bool) -> String {
    let has_use = |(name, _): &(&String, &String)| !(framed && name.starts_with("module-"));
    // The frame's script stands in a page, and the parts beside the server's root.
    let root = if framed { "/" } else { "./" };
    let paths: serde_json::Map<String, serde_json::Value> = manifest
        .parts
        .iter()
        .filter(has_use)
        .map(|(name, path)| (name.clone(), format!("{root}{path}").into()))
        .collect();
    include_str!("parts.js").replace("__PARTS__", &script_json(&serde_json::Value::Object(paths)))
}

/// The address of an asset as a string of JavaScript.
fn quoted(path: &str) -> String {
    script_json(&serde_json::Value::String(format!("/{path}")))
}

/// Answers with a made script that is asked for again each time.
pub async fn revalidated(app: &SharedApp, text: String, request: &HeaderMap) -> Response {
    app.assets.answer_made(text, request, TYPE, CACHE).await
}

/// The module: everything the widget exports, with `init` that knows where its WebAssembly is.
pub async fn module(State(app): State<SharedApp>, request: HeaderMap) -> Response {
    let Some(manifest) = app.assets.manifest() else { return assets_missing() };
    let (js, wasm) = (relative(&manifest.widget_js), relative(&manifest.widget_wasm));
    // Whoever imports the module need not say where the server is: the module came from there.
    let text = format!(
        "import start, {{ set_base, set_locales }} from {js};\nexport * from {js};\n{parts}\
         const wasm = new URL({wasm}, import.meta.url);\n\
         let started;\n\
         export default function init(module_or_path = wasm) {{\n  \
         return (started ??= start({{ module_or_path }}).then((exports) => {{\n    \
         set_base(new URL('.', import.meta.url).href);\n    set_locales({locales});\n    \
         return exports;\n  }}));\n}}\n",
        parts = parts(&manifest, false),
        locales = script_json(&serde_json::Value::String(manifest.locale_paths())),
    );
    let mut response = revalidated(&app, text, &request).await;
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// As [`quoted`], but beside the module, so that it also holds on another site.
fn relative(path: &str) -> String {
    script_json(&serde_json::Value::String(format!("./{path}")))
}

/// `GET /doorstep.d.ts`.
pub async fn types(State(app): State<SharedApp>, request: HeaderMap) -> Response {
    let Some(manifest) = app.assets.manifest() else { return assets_missing() };
    let mut response =
        app.assets.answer(&manifest.module_types, &request, "text/plain; charset=utf-8", CACHE);
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
