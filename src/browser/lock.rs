//! A lock that all tabs of a site share (Web Locks). Let go, or its queue left, when dropped; the browser itself lets go of
//! the locks of a tab that is gone.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::task::spawn;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], catch)]
    fn request(name: &str, granted: &JsValue) -> Result<Promise, JsValue>;
}

/// A place in the queue for a lock, or the lock.
pub struct Lock(Rc<RefCell<Option<Function>>>);

impl Lock {
    /// Queues for the lock of this name; `granted` is told when it is ours. Where there are no locks (an insecure page, a
    /// sandbox) that is never.
    pub fn queue(name: &str, granted: impl FnOnce() + 'static) -> Self {
        let let_go = Rc::new(RefCell::new(None));
        let ours = Rc::downgrade(&let_go);
        let held = Closure::once_into_js(move || {
            // Dropped while it waited: what is returned lets go at once.
            let Some(ours) = ours.upgrade() else { return JsValue::UNDEFINED };
            let until = Promise::new(&mut |resolve, _| drop(ours.replace(Some(resolve))));
            granted();
            until.into()
        });
        if let Ok(request) = request(name, &held) {
            // A refusal is no error of the page.
            spawn(async move { drop(JsFuture::from(request).await) });
        }
        Self(let_go)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(let_go) = self.0.take() {
            let _ = let_go.call0(&JsValue::UNDEFINED);
        }
    }
}
