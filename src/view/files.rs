//! Files of messages and of the composer. They are drawn, chosen and uploaded by `parts/attach.js`, which is fetched when there
//! is one: here are the few listeners that must be there before.

use js_sys::{Array, JsString, Reflect};
use wasm_bindgen::JsValue;
use web_sys::Event;

use crate::browser::part;
use crate::text::Words;
use crate::ui::Ui;

/// Files that are pasted or dragged here are taken; without this the browser would leave the page for them.
pub(crate) fn take(ui: Ui, event: &Event) {
    let get = |from: &JsValue, name: &str| Reflect::get(from, &name.into()).unwrap_or_default();
    let dragged = get(event, "dataTransfer");
    let carrier = if dragged.is_object() { dragged } else { get(event, "clipboardData") };
    let types = Array::from(&get(&carrier, "types"));
    let has = |kind: &str| types.includes(&JsString::from(kind), 0);
    // What has words, too, is pasted as words: spreadsheets add a picture of theirs.
    if !has("Files") || has("text/plain") {
        return;
    }
    event.prevent_default();
    // Both lists are empty once we return.
    let taken = Array::from(&get(&carrier, "files"));
    taken.unshift(&event.current_target().into());
    part::run("attach", &taken, &event.type_(), &ui.words(Words::texts));
}
