//! Intercom's commands as functions of the ES module.
//!
//! None of the functions throws. What cannot be done is said on the console.

use doorstep_protocol::host::Open;
use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::settings_types::{IntercomMetadata, IntercomPerson, IntercomSettings};
use crate::{browser, instance};

/// For the module's wrapper, which knows where it came from: the server's address.
#[wasm_bindgen]
pub fn set_base(url: &str) {
    instance::set_base(url);
}

/// For the module's wrapper: where the texts of other languages are, as JSON (language tag to path).
#[wasm_bindgen]
pub fn set_locales(json: &str) {
    browser::locale::set_addresses(json);
}

/// Starts the Messenger. On a running one it updates.
#[wasm_bindgen]
pub fn boot(settings: &IntercomSettings) {
    if let Err(problem) = instance::boot(instance::read_settings(settings)) {
        web_sys::console::error_1(&["Intercom Messenger error: ", problem].concat().into());
    }
}

/// Ends the session: nothing of the person remains in this browser, and the server refuses the old session.
#[wasm_bindgen]
pub fn shutdown() {
    instance::shutdown();
}

/// Updates the settings and reports the page. Calls in quick succession are one request.
#[wasm_bindgen]
pub fn update(settings: Option<IntercomSettings>) {
    if let Some(instance) = instance::running() {
        instance.update(settings.map(|settings| instance::read_settings(&settings)).unwrap_or_default());
    }
}

/// Shows the panel.
#[wasm_bindgen]
pub fn show() {
    open(Open::Default);
}

/// Hides the panel.
#[wasm_bindgen]
pub fn hide() {
    if let Some(instance) = instance::running() {
        instance.close();
    }
}

/// Shows the conversation list.
#[wasm_bindgen(js_name = showMessages)]
pub fn show_messages() {
    open(Open::Messages);
}

/// Shows a new conversation, with this text in the composer.
#[wasm_bindgen(js_name = showNewMessage)]
pub fn show_new_message(text: Option<String>) {
    open(Open::NewMessage { text: text.unwrap_or_default() });
}

/// Tracks an event of the person: at once for leads and users, with its own time for a visitor who writes later. Without a
/// name, which is a text, it does nothing.
#[wasm_bindgen(js_name = trackEvent)]
pub fn track_event(name: &JsValue, metadata: Option<IntercomMetadata>) {
    let Some(instance) = instance::running() else { return };
    let metadata = metadata.map_or(JsValue::NULL, JsValue::from);
    let tracked =
        name.as_string().ok_or("it needs a name, a text").and_then(|name| instance.track(&name, &metadata));
    if let Err(problem) = tracked {
        web_sys::console::error_1(&["Doorstep: trackEvent: ", problem].concat().into());
    }
}

/// The visitor's UUID; `undefined` before `boot`.
#[wasm_bindgen(js_name = getVisitorId)]
pub fn get_visitor_id() -> Option<String> {
    let instance = instance::running()?;
    instance.direct().act();
    Some(instance.direct().visitor_id())
}

/// Who the server says this is; `undefined` before it has answered.
#[wasm_bindgen]
pub fn whoami() -> IntercomPerson {
    let person =
        instance::running().map(|instance| instance.direct().person()).filter(|person| !person.is_empty());
    let value = person
        .and_then(|person| serde_json::to_string(&person).ok())
        .and_then(|text| js_sys::JSON::parse(&text).ok())
        .unwrap_or(JsValue::UNDEFINED);
    value.unchecked_into()
}

/// Called without arguments when the panel is shown.
#[wasm_bindgen(js_name = onShow)]
pub fn on_show(callback: Option<Function>) {
    instance::callbacks().show.replace(callback);
}

/// Called without arguments when the panel is hidden.
#[wasm_bindgen(js_name = onHide)]
pub fn on_hide(callback: Option<Function>) {
    instance::callbacks().hide.replace(callback);
}

/// Called with the number of unread conversations, at once and whenever it changes.
#[wasm_bindgen(js_name = onUnreadCountChange)]
pub fn on_unread_count_change(callback: Option<Function>) {
    let callbacks = instance::callbacks();
    callbacks.unread.replace(callback);
    let count = instance::running().map_or(0, |instance| instance.direct().unread());
    browser::host::direct::call(&callbacks.unread, Some(&count.into()));
}

/// Called without arguments when the visitor has given an email.
#[wasm_bindgen(js_name = onUserEmailSupplied)]
pub fn on_user_email_supplied(callback: Option<Function>) {
    instance::callbacks().email.replace(callback);
}

fn open(what: Open) {
    if let Some(instance) = instance::running() {
        instance.open(what);
    }
}
