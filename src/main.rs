//! What runs when the module is loaded: in the frame, the Messenger; in a page that imports the module, nothing but what
//! the page calls.
//!
//! Without Rust's own `main`, whose preparations (arguments, standard output) no page needs.
#![no_main]

// Links the commands: nothing here calls them.
#[cfg(feature = "module")]
use doorstep_widget as _;

/// Called by the script that loads the module.
#[cfg(not(feature = "module"))]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    doorstep_widget::frame::start();
}
