//! Which languages the server has texts for, and fetching one. English needs no fetching: `text.rs` carries it.

use std::cell::RefCell;

use js_sys::{JSON, Object, Reflect};
use reqwasm::http::{Request, RequestCredentials};
use wasm_bindgen::JsCast;

thread_local! {
    static ADDRESSES: RefCell<Option<Object>> = const { RefCell::new(None) };
}

/// Tells where the texts are: JSON, language tag to path on the server (`{"de": "/assets/…json"}`). What is not such
/// an object counts as none.
pub fn set_addresses(json: &str) {
    ADDRESSES.set(read(json));
}

/// The path of the texts for a language tag: the tag itself, else its first part (`de-AT`: `de`).
pub fn path(language: &str) -> Option<String> {
    let tag = language.replace('_', "-");
    let primary = tag.split('-').next().unwrap_or_default();
    ADDRESSES.with_borrow(|addresses| {
        let addresses = addresses.as_ref()?;
        [tag.as_str(), primary]
            .into_iter()
            .find_map(|tag| Reflect::get(addresses, &tag.into()).ok()?.as_string())
    })
}

/// Fetches texts. `None` when the server cannot be reached or answers with something else.
pub async fn fetch(url: &str) -> Option<Object> {
    let response = Request::get(url).credentials(RequestCredentials::Omit).send().await.ok()?;
    if !response.ok() {
        return None;
    }
    read(&response.text().await.ok()?)
}

/// A flat object of texts.
pub fn read(json: &str) -> Option<Object> {
    JSON::parse(json).ok()?.dyn_into().ok()
}
