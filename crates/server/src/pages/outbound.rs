//! `GET /widget/{app_id}/outbound/{version}`: the part of the embed script that shows outbound messages, with the public
//! half of the live messages' rules inside. The embed script names it, and says on which pages it may be needed, only while
//! there are live messages (`pages/widget.rs`), and so does the answer to pages with the ES module; other pages never ask for it.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use doorstep_domain::outbound::Rules;
use doorstep_domain::outbound::page::{PageMessage, first_look};
use doorstep_store::OutboundMessage;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::html::{assets_missing, script_json};
use crate::app::SharedApp;
use crate::error::Answer;

/// The free identifier in the part that stands for the rules.
const PLACEHOLDER: &str = "__DOORSTEP_RULES__";
const TYPE: &str = "application/javascript; charset=utf-8";

/// What the embed script has to know: the regular expression that a page must match for the part to be of use, and where
/// the part is. `None` without live messages, or where the part has not been built.
pub async fn hint(app: &SharedApp, app_id: &str, workspace_id: i64) -> Answer<Option<Value>> {
    let live = app.store.live_outbound(workspace_id, app.now()).await?;
    let rules: Vec<&Rules> = live.iter().filter_map(|message| message.rules.as_ref()).collect();
    let (Some(when), Some(text)) = (first_look(&rules), text(app, &live)) else { return Ok(None) };
    let app_id: String = url::form_urlencoded::byte_serialize(app_id.as_bytes()).collect();
    let part = format!("widget/{app_id}/outbound/{}.js", version(&text));
    Ok(Some(json!([when, part])))
}

/// The part. Any version is answered with today's; only today's may be kept.
pub async fn part(
    State(app): State<SharedApp>,
    Path((app_id, wanted)): Path<(String, String)>,
    request: HeaderMap,
) -> Answer<Response> {
    let workspace = app.store.workspace_by_app_id(&app_id).await?;
    let live = match &workspace {
        Some(workspace) => app.store.live_outbound(workspace.id, app.now()).await?,
        None => Vec::new(),
    };
    let Some(text) = text(&app, &live) else { return Ok(assets_missing()) };
    let today = wanted.strip_suffix(".js") == Some(&*version(&text));
    let cache = if today { "public, max-age=31536000, immutable" } else { "no-store" };
    let mut response = app.assets.answer_made(text, &request, TYPE, cache).await;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(response)
}

fn text(app: &SharedApp, live: &[OutboundMessage]) -> Option<String> {
    let part = app.assets.manifest().and_then(|manifest| app.assets.read(&manifest.embed_outbound))?;
    let compact = |message: &OutboundMessage| {
        let rules = message.rules.as_ref()?;
        let (frequency, starts_at, stops_at) = (message.frequency, message.starts_at, message.stops_at);
        Some(PageMessage { id: message.id, rules, frequency, starts_at, stops_at }.compact())
    };
    let rules: Vec<Value> = live.iter().filter_map(compact).collect();
    Some(String::from_utf8_lossy(&part).replacen(PLACEHOLDER, &script_json(&rules.into()), 1))
}

/// The beginning of the content's SHA-256.
fn version(text: &str) -> String {
    let mut first = [0; 8];
    first.copy_from_slice(&Sha256::digest(text.as_bytes())[..8]);
    format!("{:016x}", u64::from_be_bytes(first))
}
