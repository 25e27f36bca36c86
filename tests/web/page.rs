//! The page under test: the server in it, the widget's DOM, waiting.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, Event, HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent, ShadowRoot,
    Window,
};

/// Workspace of all tests.
pub(crate) const APP: &str = "demo";

/// Frames until a condition counts as never coming true.
const FRAMES: u32 = 300;

#[wasm_bindgen(module = "/tests/web/server.js")]
extern "C" {
    fn install();
    fn uninstall();
    #[wasm_bindgen(js_name = setDown)]
    pub(crate) fn set_down(down: bool);
    #[wasm_bindgen(js_name = requestCount)]
    pub(crate) fn request_count(operation: &str) -> u32;
    #[wasm_bindgen(js_name = lastRequest)]
    pub(crate) fn last_request(operation: &str) -> Option<String>;
    #[wasm_bindgen(js_name = openSockets)]
    pub(crate) fn open_sockets() -> u32;
    #[wasm_bindgen(js_name = blockStorage)]
    pub(crate) fn block_storage();
    #[wasm_bindgen(js_name = unblockStorage)]
    pub(crate) fn unblock_storage();
    #[wasm_bindgen(js_name = countListeners)]
    pub(crate) fn count_listeners();
    #[wasm_bindgen(js_name = heldListeners)]
    pub(crate) fn held_listeners() -> String;
    #[wasm_bindgen(js_name = stopCounting)]
    pub(crate) fn stop_counting();
    #[wasm_bindgen(js_name = cookie)]
    fn cookie_promise(name: &str) -> Promise;
}

/// A page with the server in it; everything is as before when it is dropped.
pub(crate) struct Page;

impl Page {
    /// A page nobody has been on.
    pub(crate) async fn new() -> Self {
        // A test that failed could not tidy up: a panic ends it without dropping anything.
        doorstep_widget::shutdown();
        uninstall();
        // What the last test's shutdown still had to say goes out now.
        frame().await;
        clean();
        install();
        Self
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        doorstep_widget::shutdown();
        uninstall();
        clean();
    }
}

/// Removes cookies and storage.
fn clean() {
    let cookies = doorstep_widget::browser::cookie::Cookies::open(APP);
    for name in ["id", "device-id", "session"] {
        cookies.expire(name);
    }
    let _ = window().local_storage().ok().flatten().map(|storage| storage.clear());
}

pub(crate) fn window() -> Window {
    web_sys::window().unwrap()
}

pub(crate) fn document() -> Document {
    window().document().unwrap()
}

/// Boots with only the workspace.
pub(crate) fn boot() {
    let settings = js_sys::Object::new();
    Reflect::set(&settings, &"app_id".into(), &APP.into()).unwrap();
    doorstep_widget::boot(settings.unchecked_ref());
}

/// Cookies of the widget by `document.cookie`.
pub(crate) fn cookies() -> String {
    Reflect::get(&document(), &"cookie".into()).unwrap().as_string().unwrap()
}

/// One cookie with its attributes, as the browser's `cookieStore` tells.
pub(crate) async fn cookie(name: &str) -> Option<serde_json::Value> {
    let found = JsFuture::from(cookie_promise(name)).await.unwrap();
    found.as_string().map(|text| serde_json::from_str(&text).unwrap())
}

/// Keys in local storage.
pub(crate) fn stored() -> Vec<String> {
    let storage = window().local_storage().unwrap().unwrap();
    (0..storage.length().unwrap()).map(|index| storage.key(index).unwrap().unwrap()).collect()
}

/// How many Messengers are in the page.
pub(crate) fn containers() -> u32 {
    document().query_selector_all("#intercom-container").unwrap().length()
}

fn shadow() -> Option<ShadowRoot> {
    document().get_element_by_id("intercom-container")?.shadow_root()
}

/// An element of the widget.
pub(crate) fn find(selector: &str) -> Option<Element> {
    shadow()?.query_selector(selector).unwrap()
}

/// How many elements of the widget match.
pub(crate) fn count(selector: &str) -> u32 {
    shadow().map_or(0, |root| root.query_selector_all(selector).unwrap().length())
}

/// Everything the widget says.
pub(crate) fn text() -> String {
    let Some(root) = shadow() else { return String::new() };
    let children = root.children();
    (0..children.length()).filter_map(|index| children.item(index)?.text_content()).collect()
}

/// Waits until a condition holds, one animation frame at a time.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..FRAMES {
        if condition() {
            return;
        }
        frame().await;
    }
    panic!("{what}: not within {FRAMES} frames; the widget says: {}", text());
}

/// Lets one animation frame pass.
pub(crate) async fn frame() {
    let promise = Promise::new(&mut |resolve: Function, _| {
        window().request_animation_frame(&resolve).unwrap();
    });
    JsFuture::from(promise).await.unwrap();
}

/// Waits for an element.
pub(crate) async fn wait_for(selector: &str) -> Element {
    until(selector, || find(selector).is_some()).await;
    find(selector).unwrap()
}

/// Writes into the composer and sends with Enter.
pub(crate) async fn write(message: &str) {
    let field: HtmlTextAreaElement = wait_for("textarea").await.unchecked_into();
    field.set_value(message);
    input(&field);
    frame().await;
    press(&field, "Enter");
}

/// Presses a key on an element.
pub(crate) fn press(element: &Element, key: &str) {
    let options = web_sys::KeyboardEventInit::new();
    options.set_key(key);
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    element.dispatch_event(&event).unwrap();
}

/// Types into the email field.
pub(crate) async fn type_email(address: &str) {
    let field: HtmlInputElement = wait_for("input[type=email]").await.unchecked_into();
    field.set_value(address);
    input(&field);
}

/// Submits the email field's form.
pub(crate) async fn submit_email() {
    let field: HtmlInputElement = wait_for("input[type=email]").await.unchecked_into();
    let form = field.form().expect("the email field stands in a form");
    let options = web_sys::EventInit::new();
    options.set_bubbles(true);
    options.set_cancelable(true);
    form.dispatch_event(&Event::new_with_event_init_dict("submit", &options).unwrap()).unwrap();
}

fn input(field: &HtmlElement) {
    let options = web_sys::EventInit::new();
    options.set_bubbles(true);
    field.dispatch_event(&Event::new_with_event_init_dict("input", &options).unwrap()).unwrap();
}
