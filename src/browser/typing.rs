//! Whether the person is typing into the page (ES module): then nothing of ours may get in their way.

use std::cell::RefCell;

use web_sys::{Document, Element};

use super::listener::Listener;
use super::timer::Timeout;

/// How long after the last key, milliseconds.
const PAUSE_MS: u32 = 2_000;

/// Marks `ours` with `data-typing` while the person types anywhere else in the page.
pub fn mark(document: &Document, ours: &Element) -> Listener {
    let ours = ours.clone();
    let pause = RefCell::new(None);
    Listener::new(document, "input", move |event| {
        let inside = event.target().is_some_and(|target| js_sys::Object::is(&target, &ours));
        if inside {
            return;
        }
        let _ = ours.set_attribute("data-typing", "");
        let marked = ours.clone();
        let over = Timeout::new(PAUSE_MS, move || drop(marked.remove_attribute("data-typing")));
        pause.replace(Some(over));
    })
}
