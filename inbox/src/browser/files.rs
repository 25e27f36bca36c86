//! The bytes of files that the teammate picked, until they are uploaded.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlInputElement;

use super::page;

thread_local! {
    static KEPT: RefCell<BTreeMap<String, JsValue>> = const { RefCell::new(BTreeMap::new()) };
}

/// Keeps what a file input holds, and empties it. Gives ids and names.
pub fn take(field: &HtmlInputElement) -> Vec<(String, String)> {
    let list = Reflect::get(field, &"files".into()).unwrap_or_default();
    let taken = keep(&list);
    field.set_value("");
    taken
}

/// Keeps the files of a list.
pub fn keep(list: &JsValue) -> Vec<(String, String)> {
    if !list.is_object() {
        return Vec::new();
    }
    let files = js_sys::Array::from(list);
    let one = |file: JsValue| {
        let name = Reflect::get(&file, &"name".into()).ok()?.as_string()?;
        let id = page::uuid();
        KEPT.with_borrow_mut(|kept| kept.insert(id.clone(), file));
        Some((id, name))
    };
    files.iter().filter_map(one).collect()
}

/// The files of a paste or drop, if it has any.
pub fn carried(event: &web_sys::Event) -> Vec<(String, String)> {
    let carrier = ["clipboardData", "dataTransfer"]
        .into_iter()
        .find_map(|name| Reflect::get(event, &name.into()).ok().filter(JsValue::is_object));
    let list = carrier.and_then(|carrier| Reflect::get(&carrier, &"files".into()).ok());
    list.map(|list| keep(&list)).unwrap_or_default()
}

/// A file's bytes.
pub fn get(id: &str) -> Option<JsValue> {
    KEPT.with_borrow(|kept| kept.get(id).cloned())
}

/// Lets go of a file.
pub fn forget(id: &str) {
    KEPT.with_borrow_mut(|kept| kept.remove(id));
}

/// What an event's target is, as a file input.
pub fn input(event: &web_sys::Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}
