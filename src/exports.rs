//! Intercom's commands as functions of the ES module.
//!
//! None of the functions throws. What cannot be done is said on the console.

use doorstep_protocol::host::Open;
use js_sys::Function;
use serde_json::{Map, Value};
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

/// Starts a conversation with this message, sent at once, and shows it.
#[wasm_bindgen(js_name = startConversation)]
pub fn start_conversation(text: Option<String>) {
    if let Some(instance) = instance::running() {
        instance.open(Open::NewMessage { text: String::new() });
        instance.send(text.unwrap_or_default());
    }
}

/// Shows a conversation; the list without an id.
#[wasm_bindgen(js_name = showConversation)]
pub fn show_conversation(#[wasm_bindgen(unchecked_param_type = "string | number | undefined")] id: &JsValue) {
    let id = id.as_string().or_else(|| id.as_f64().map(|number| number.to_string()));
    open(id.map_or(Open::Messages, |id| Open::Conversation { id }));
}

/// Shows a space. One that is not there shows home; a name that is none does nothing.
#[wasm_bindgen(js_name = showSpace)]
pub fn show_space(
    #[wasm_bindgen(
        unchecked_param_type = "\"home\" | \"messages\" | \"help\" | \"news\" | \"tasks\" | \"tickets\""
    )]
    space: &JsValue,
) {
    match space.as_string().as_deref() {
        Some("messages") => open(Open::Messages),
        Some("home" | "help" | "news" | "tasks" | "tickets") => open(Open::Home),
        _ => {}
    }
}

/// Shows home, for there are no articles, and says so on the console.
#[wasm_bindgen(js_name = showArticle)]
pub fn show_article(#[wasm_bindgen(unchecked_param_type = "string | number")] _id: &JsValue) {
    open(Open::Home);
    nothing_behind("showArticle");
}

/// Shows home, for there is no news, and says so on the console.
#[wasm_bindgen(js_name = showNews)]
pub fn show_news(#[wasm_bindgen(unchecked_param_type = "string | number")] _id: &JsValue) {
    open(Open::Home);
    nothing_behind("showNews");
}

/// Shows home, for there are no tickets, and says so on the console.
#[wasm_bindgen(js_name = showTicket)]
pub fn show_ticket(#[wasm_bindgen(unchecked_param_type = "string | number")] _id: &JsValue) {
    open(Open::Home);
    nothing_behind("showTicket");
}

/// Does nothing but say so on the console: there are no tours.
#[wasm_bindgen(js_name = startTour)]
pub fn start_tour(#[wasm_bindgen(unchecked_param_type = "string | number")] _id: &JsValue) {
    nothing_behind("startTour");
}

/// Does nothing but say so on the console: there are no surveys.
#[wasm_bindgen(js_name = startSurvey)]
pub fn start_survey(#[wasm_bindgen(unchecked_param_type = "string | number")] _id: &JsValue) {
    nothing_behind("startSurvey");
}

/// Does nothing but say so on the console: there are no checklists.
#[wasm_bindgen(js_name = startChecklist)]
pub fn start_checklist(#[wasm_bindgen(unchecked_param_type = "string | number")] _id: &JsValue) {
    nothing_behind("startChecklist");
}

/// Does nothing but say so on the console: there are no data connectors that could use them.
#[wasm_bindgen(js_name = setAuthTokens)]
pub fn set_auth_tokens(#[wasm_bindgen(unchecked_param_type = "Record<string, string>")] _tokens: &JsValue) {
    nothing_behind("setAuthTokens");
}

/// Hides notifications over the page (`true`) or shows them again; what is unread is counted all the same.
#[wasm_bindgen(js_name = hideNotifications)]
pub fn hide_notifications(hidden: Option<bool>) {
    if let Some(instance) = instance::running() {
        let hidden = Value::Bool(hidden.unwrap_or_default());
        instance.update(Map::from_iter([("hide_notifications".to_owned(), hidden)]));
    }
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

/// Called once, without arguments, when the server has said who the person is. At once if it has already.
#[wasm_bindgen]
pub fn ready(callback: Option<Function>) {
    let Some(callback) = callback else { return };
    instance::callbacks().ready.borrow_mut().push(callback);
    if instance::running().is_some_and(|instance| !instance.direct().person().is_empty()) {
        instance::callbacks().ready();
    }
}

/// Called with what is also said on the console, when something is wrong.
#[wasm_bindgen(js_name = onError)]
pub fn on_error(callback: Option<Function>) {
    instance::callbacks().error.replace(callback);
}

/// A command of Intercom's that has nothing behind it here: a line for the developer.
fn nothing_behind(command: &str) {
    web_sys::console::debug_1(&["Doorstep: no such thing here: ", command].concat().into());
}

fn open(what: Open) {
    if let Some(instance) = instance::running() {
        instance.open(what);
    }
}
