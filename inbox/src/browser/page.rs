//! The page: address, title, focus, scrolling, time, ids.

use std::fmt::Write as _;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

/// Unix seconds.
pub fn now() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit")]
    let now = (js_sys::Date::now() / 1000.0) as i64;
    now
}

/// Seconds to add to UTC for local time at a moment.
pub fn zone(at: i64) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit")]
    let date = js_sys::Date::new(&(at as f64 * 1000.0).into());
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a day")]
    let minutes = date.get_timezone_offset() as i64;
    -minutes * 60
}

/// A fresh UUID.
pub fn uuid() -> String {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    // Without a secure context there is no randomUUID.
    let mut bytes = [0_u8; 16];
    if let Some(crypto) = crypto {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `location.pathname`.
pub fn path() -> String {
    web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default()
}

/// Puts a path into the address bar.
pub fn push_path(path: &str) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history.filter(|_| self::path() != path) {
        let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(path));
    }
}

/// Sets the tab's title.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Focuses an element, and selects the text of a field.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        let _ = element.focus();
        if let Some(field) = element.dyn_ref::<HtmlInputElement>() {
            field.select();
        }
    }
}

/// Puts marks around what is selected in a field; the cursor stays inside.
pub fn surround(field: &web_sys::HtmlTextAreaElement, before: &str, after: &str) {
    let at = |end: Result<Option<u32>, _>| end.ok().flatten().unwrap_or_default();
    let (start, end) = (at(field.selection_start()), at(field.selection_end()));
    // Positions are UTF-16, as JavaScript counts.
    let text = js_sys::JsString::from(field.value());
    let selected = String::from(text.substring(start, end));
    let marked = [before, &selected, after].concat();
    let _ = field.set_range_text_with_start_and_end(&marked, start, end);
    let inside = start + u32::try_from(before.encode_utf16().count()).unwrap_or_default();
    let length = u32::try_from(selected.encode_utf16().count()).unwrap_or_default();
    let _ = field.focus();
    let _ = field.set_selection_range(inside, inside + length);
}

/// Scrolls an element to its end.
pub fn scroll_to_end(id: &str) {
    if let Some(element) = element(id) {
        element.set_scroll_top(element.scroll_height());
    }
}
