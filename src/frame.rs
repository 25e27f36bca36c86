//! The Messenger in its frame: mounted into `#app`, talking to the embed script by `MessagePort`.

use doorstep_core::Event;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser::host::framed::Framed;
use crate::browser::locale;
use crate::browser::timer::Timeout;
use crate::mount::mount;
use crate::shell::Shell;

/// Starts the Messenger if this page is its frame (`<html data-doorstep-frame data-app-id="…">`), for the life of the
/// page. Says whether it is.
pub fn start() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let Some(document) = window.document() else { return false };
    let Some(root) = document.document_element().filter(|root| root.has_attribute("data-doorstep-frame"))
    else {
        return false;
    };
    // The server's own page has it, and as what (crates/server/src/pages/frame.html).
    let Some(place) = document.get_element_by_id("app") else { return false };
    let place: HtmlElement = place.unchecked_into();
    locale::set_addresses(&root.get_attribute("data-locales").unwrap_or_default());
    let app_id = root.get_attribute("data-app-id").unwrap_or_default();
    let origin = window.location().origin().unwrap_or_default();
    let mut listening = None;
    let shell = Shell::start(&origin, &app_id, true, |handle| {
        let (framed, begins) = Framed::new(move |message| handle.dispatch(Event::Host(Box::new(message))));
        listening = Some(begins);
        Box::new(framed)
    });
    let ui = shell.ui();
    // In a task of its own: together they keep a slow page, which may share our thread, from answering.
    let mounting = Timeout::new(0, move || {
        // For the life of the page: the embed script removes the frame when it wants us gone.
        std::mem::forget(mount(place, ui));
        if let Some(listening) = listening {
            listening.begin();
        }
    });
    std::mem::forget((shell, mounting));
    true
}
