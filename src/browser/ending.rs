//! An end that scripts can wait for: an `AbortSignal`, given when this is dropped (ES module).

use wasm_bindgen::JsValue;
use web_sys::AbortController;

/// What ends with its owner.
pub struct Ending(Option<AbortController>);

impl Ending {
    /// One that has not come.
    pub fn new() -> Self {
        Self(AbortController::new().ok())
    }

    /// The signal.
    pub fn signal(&self) -> JsValue {
        self.0.as_ref().map(AbortController::signal).into()
    }
}

impl Default for Ending {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
