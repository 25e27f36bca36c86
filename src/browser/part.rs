//! Parts of the Messenger that are fetched when they are used (`parts/`): hand-written ES modules with styles of their own,
//! so that the panel opens without them. Called by the views that need one.
//!
//! The script that starts us (crates/server/src/pages/module.rs) says where the parts are, by the function
//! `doorstepPart(name, …)`. Where there is none (browser tests) no part is there.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Event;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = doorstepPart, catch)]
    fn import(name: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_name = doorstepPart, catch)]
    fn start(name: &str, place: &JsValue, data: &str, texts: &Object) -> Result<JsValue, JsValue>;
}

/// What the module `parts/<name>.js` exports. The browser fetches it once. `None` when it cannot be had: unknown, or no
/// network; asking again tries again where the browser lets it.
pub async fn load(name: &str) -> Option<Object> {
    JsFuture::from(import(name).ok()?).await.ok()?.dyn_into().ok()
}

/// Calls what `parts/<name>.js` exports as `run`: with a place in the document or whatever else it works on, its data, and
/// the texts of the present language. Nothing happens when the part cannot be had.
pub fn run(name: &str, place: &JsValue, data: &str, texts: &Object) {
    let _ = start(name, place, data, texts);
}

/// As [`run`], for a part that takes an object and gives something back (ES module).
#[cfg(feature = "module")]
pub async fn begin(name: &str, given: &Object) -> Option<JsValue> {
    let begun: Promise = start(name, given, "", &Object::new()).ok()?.dyn_into().ok()?;
    JsFuture::from(begun).await.ok()
}

/// What a part says by its event.
pub fn said(event: &Event) -> String {
    Reflect::get(event, &"detail".into()).ok().and_then(|said| said.as_string()).unwrap_or_default()
}
