//! Puts the keyboard where it belongs. How, and why not at once, is said in the script that starts us
//! (crates/server/src/pages/module.rs); where there is none (browser tests) it is put there at once.

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = doorstepFocus, catch)]
    fn lead(element: &HtmlElement) -> Result<(), JsValue>;
}

/// Focuses an element as soon as the browser has this document's window focused.
pub fn focus(element: &HtmlElement) {
    if lead(element).is_err() {
        let _ = element.focus();
    }
}
