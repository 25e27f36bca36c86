//! Ending the session on the server when the page may go away in the same moment (P10). By script tag the embed
//! script does this.
//!
//! `fetch` with `keepalive` outlives the page; reqwasm has no such option, so this is a call of `fetch` itself. What
//! could not be sent is kept in local storage and sent at the next boot.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::storage::Storage;

/// Name of what is kept: not under `doorstep.<app_id>.`, which shutdown wipes.
fn key(app_id: &str) -> String {
    ["intercom.doorstep-revoke-", app_id].concat()
}

/// Sends the body of a `shutdown` request; keeps it until the server has answered.
pub fn send(url: String, app_id: String, body: String) {
    Storage::open().set(key(&app_id), body.clone());
    super::task::spawn(async move {
        if posted(&url, &body).await {
            let mut storage = Storage::open();
            // Another shutdown may have written its own in the meantime.
            if storage.get(&key(&app_id)).is_some_and(|kept| kept == body) {
                storage.remove(&key(&app_id));
            }
        }
    });
}

/// Sends what a former page could not.
pub fn send_kept(url: String, app_id: &str) {
    if let Some(body) = Storage::open().get(&key(app_id)) {
        send(url, app_id.to_owned(), body);
    }
}

/// Whether the server has answered, and not with a failure of its own.
async fn posted(url: &str, body: &str) -> bool {
    let options = Object::new();
    for (name, value) in [
        ("method", JsValue::from("POST")),
        ("body", body.into()),
        ("keepalive", true.into()),
        ("credentials", "omit".into()),
    ] {
        let _ = Reflect::set(&options, &name.into(), &value);
    }
    let global = js_sys::global();
    let promise = Reflect::get(&global, &"fetch".into())
        .and_then(JsCast::dyn_into::<Function>)
        .and_then(|fetch| fetch.call2(&global, &url.into(), &options))
        .and_then(JsCast::dyn_into::<Promise>);
    let Ok(promise) = promise else { return false };
    let Ok(response) = JsFuture::from(promise).await else { return false };
    let status = Reflect::get(&response, &"status".into()).ok().and_then(|status| status.as_f64());
    status.is_some_and(|status| (200.0..500.0).contains(&status) && status < 429.0)
}
