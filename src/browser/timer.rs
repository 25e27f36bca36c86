//! `setTimeout`, cancelled when dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// A timeout that has not fired.
pub struct Timeout {
    id: Option<i32>,
    // Kept alive until the browser calls it or we cancel it.
    _callback: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls back once, after so many milliseconds, unless dropped before.
    pub fn new(after_ms: u32, callback: impl FnOnce() + 'static) -> Self {
        let callback = Closure::<dyn FnMut()>::once(callback);
        let after = i32::try_from(after_ms).unwrap_or(i32::MAX);
        let id = web_sys::window().and_then(|window| {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    callback.as_ref().unchecked_ref(),
                    after,
                )
                .ok()
        });
        Self { id, _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let (Some(id), Some(window)) = (self.id, web_sys::window()) {
            window.clear_timeout_with_handle(id);
        }
    }
}
