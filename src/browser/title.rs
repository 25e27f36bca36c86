//! The page's title, which says by turns that something is unread while the page is hidden (ES module; with the script tag
//! the page's script does it).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Window};

use super::listener::Listener;

/// How long each of the two titles stands, milliseconds. Browsers slow hidden pages down to about that.
const TURN_MS: i32 = 1_000;

/// A title that alternates; the page's own is back when this is dropped, and as soon as the page is seen.
pub struct Blink {
    window: Window,
    turns: i32,
    both: Rc<Titles>,
    _turn: Closure<dyn FnMut()>,
    _seen: Listener,
}

struct Titles {
    document: Document,
    count: u32,
    /// Whether the page was seen.
    over: Cell<bool>,
    /// What we wrote and what stood there before.
    written: RefCell<Option<(String, String)>>,
}

impl Blink {
    /// Begins. `None` where there is no page to show it.
    pub fn begin(count: u32) -> Option<Self> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let both = Rc::new(Titles {
            document: document.clone(),
            count,
            over: Cell::new(false),
            written: RefCell::default(),
        });
        let (turning, seen) = (Rc::clone(&both), Rc::clone(&both));
        let turn = Closure::<dyn FnMut()>::new(move || turning.turn());
        let callback = turn.as_ref().unchecked_ref();
        let turns = window.set_interval_with_callback_and_timeout_and_arguments_0(callback, TURN_MS).ok()?;
        let seen = Listener::new(&document, "visibilitychange", move |_| {
            seen.restore();
            seen.over.set(true);
        });
        both.turn();
        Some(Self { window, turns, both, _turn: turn, _seen: seen })
    }
}

impl Drop for Blink {
    fn drop(&mut self) {
        self.window.clear_interval_with_handle(self.turns);
        self.both.restore();
    }
}

impl Titles {
    fn turn(&self) {
        if self.restore() || self.over.get() || !self.document.hidden() {
            return;
        }
        let own = self.document.title();
        let ours = ["(", &self.count.to_string(), ") ", &own].concat();
        self.document.set_title(&ours);
        self.written.replace(Some((ours, own)));
    }

    /// Says whether ours was there. A title that the page has changed meanwhile is left alone.
    fn restore(&self) -> bool {
        let Some((ours, own)) = self.written.take() else { return false };
        // A browser may give the title back with its spaces put together.
        let same = |one: &str, other: &str| one.split_whitespace().eq(other.split_whitespace());
        if same(&self.document.title(), &ours) {
            self.document.set_title(&own);
        }
        true
    }
}
