//! Which languages the server has texts for, and fetching one. English needs no fetching: `text.rs` carries it.

use std::cell::RefCell;

use js_sys::{JSON, Object, Reflect};
use reqwasm::http::{Request, RequestCredentials};
use wasm_bindgen::JsCast;

thread_local! {
    static ADDRESSES: RefCell<Option<Object>> = const { RefCell::new(None) };
}

/// Tells where the texts are: JSON, language tag in lower case to path on the server (`{"de": "/assets/…json"}`), the
/// path empty for English. What is not such an object counts as none.
pub fn set_addresses(json: &str) {
    ADDRESSES.set(read(json));
}

/// The path of the first language there are texts for: tags in the order of preference, commas between them. A tag is
/// looked for without its last part when it is not there (`de-AT`: `de`). Empty for English, and where there is none.
pub fn path(languages: &str) -> String {
    let tags = languages.replace('_', "-").to_ascii_lowercase();
    ADDRESSES
        .with_borrow(|addresses| tags.split(',').find_map(|tag| known(addresses.as_ref()?, tag)))
        .unwrap_or_default()
}

fn known(addresses: &Object, mut tag: &str) -> Option<String> {
    loop {
        if let Some(path) = Reflect::get(addresses, &tag.into()).ok()?.as_string() {
            return Some(path);
        }
        tag = tag.rsplit_once('-')?.0;
    }
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
