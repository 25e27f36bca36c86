//! Which languages the server has texts for. English needs no fetching: `text.rs` carries it.

use std::cell::RefCell;

use js_sys::{Object, Reflect};

use super::http;

thread_local! {
    static ADDRESSES: RefCell<Option<Object>> = const { RefCell::new(None) };
}

/// Tells where the texts are: JSON, language tag in lower case to path on the server (`{"de": "/assets/…json"}`), the
/// path empty for English. What is not such an object counts as none.
pub fn set_addresses(json: &str) {
    ADDRESSES.set(http::object(json));
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
