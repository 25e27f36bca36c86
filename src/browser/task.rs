//! Running a future in the background.

use std::pin::Pin;

/// Runs it to its end. Boxed, so that the code that drives futures is there once, not once a future.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    wasm_bindgen_futures::spawn_local(future);
}
