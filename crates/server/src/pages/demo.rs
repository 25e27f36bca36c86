//! `/demo/…`, with `--demo` only: a fictional shop that carries the Messenger by the ordinary snippet, so that the whole
//! product can be tried in a minute. Its files are in `crates/server/demo/`.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use rust_embed::RustEmbed;

use super::html::{escape, page, script_json};
use crate::app::SharedApp;
use crate::assets::content_type;
use crate::demo::{DEMO_APP_ID, Demo};

#[derive(RustEmbed)]
#[folder = "demo"]
struct Files;

/// `GET /demo` and `GET /demo/`.
pub async fn home(state: State<SharedApp>, request: HeaderMap) -> Response {
    file(state, Path("index.html".to_owned()), request).await
}

/// `GET /demo` without a slash would break relative links.
pub async fn redirect() -> Redirect {
    Redirect::permanent("/demo/")
}

/// A file of the shop; `pricing` is `pricing.html`.
pub async fn file(State(app): State<SharedApp>, Path(path): Path<String>, request: HeaderMap) -> Response {
    let Some(demo) = &app.demo else { return super::operator::not_found().await };
    let path = if path.contains('.') { path } else { format!("{path}.html") };
    let Some(found) = Files::get(&path) else { return super::operator::not_found().await };
    let Ok(text) = String::from_utf8(found.data.into_owned()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if content_type(&path) != content_type("index.html") {
        return app.assets.answer_made(text, &request, content_type(&path), "no-cache").await;
    }
    let nonce = crate::session::readable_secret();
    page(StatusCode::OK, &policy(&nonce), fill(&text, demo, &app.public_url, &nonce))
}

/// A strict policy such as a careful shop would have: the Messenger needs our host for script, frame and calls only.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'self'; style-src 'self'; img-src 'self' data:; \
         frame-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// Puts the snippet and the demo user's facts into a page.
fn fill(text: &str, demo: &Demo, public_url: &str, nonce: &str) -> String {
    let ada = serde_json::json!({
        "user_id": demo.user_id, "user_hash": demo.user_hash, "email": demo.user_email, "name": demo.user_name,
        "app_id": DEMO_APP_ID, "api_base": public_url,
    });
    text.replace("{{nonce}}", nonce)
        .replace("{{snippet}}", &snippet(public_url, DEMO_APP_ID))
        .replace("{{ada}}", &escape(&ada.to_string()))
        .replace(
            "{{settings}}",
            &script_json(&serde_json::json!({"app_id": DEMO_APP_ID, "api_base": public_url})),
        )
}

/// The newest form of the standard snippet (M§1.1) with our address: what a customer puts into a page.
pub fn snippet(public_url: &str, app_id: &str) -> String {
    let address = script_json(&serde_json::Value::String(format!("{public_url}/widget/{app_id}")));
    format!(
        "(function(){{var w=window;var ic=w.Intercom;if(typeof ic===\"function\"){{\
         ic('update',w.intercomSettings);}}else{{var d=document;var i=function(){{i.c(arguments);}};i.q=[];\
         i.c=function(args){{i.q.push(args);}};w.Intercom=i;var l=function(){{var s=d.createElement('script');\
         s.type='text/javascript';s.async=true;s.src={address};\
         var x=d.getElementsByTagName('script')[0];x.parentNode.insertBefore(s,x);}};\
         if(document.readyState==='complete'){{l();}}else if(w.attachEvent){{w.attachEvent('onload',l);}}\
         else{{w.addEventListener('load',l,false);}}}}}})();"
    )
}
