//! The on-screen keyboard of phones covers no part of the panel (ES module): `parts/module-keyboard.js` sees to it.

use std::cell::Cell;

use js_sys::{Object, Reflect};
use web_sys::ShadowRoot;

use super::ending::Ending;
use super::{page, part};

/// Keeps the panel clear of it; until dropped.
pub struct Keyboard {
    /// Where the panel is.
    root: Option<ShadowRoot>,
    heeded: Cell<bool>,
    ending: Ending,
}

impl Keyboard {
    /// Does nothing yet.
    pub fn new(root: Option<ShadowRoot>) -> Self {
        Self { root, heeded: Cell::default(), ending: Ending::new() }
    }

    /// Heeds it from now on, if this is a phone.
    pub fn heed(&self) {
        let Some(root) = self.root.as_ref().filter(|_| !self.heeded.get() && page::mobile()) else { return };
        self.heeded.set(true);
        let given = Object::new();
        // A new object takes every property.
        let _ = Reflect::set(&given, &"root".into(), root);
        let _ = Reflect::set(&given, &"signal".into(), &self.ending.signal());
        part::run("module-keyboard", &given, "", &Object::new());
    }
}
