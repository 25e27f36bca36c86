//! Requests: the only user of reqwasm. None carries cookies; what is posted is sent as `text/plain`, which needs no
//! preflight.

use doorstep_core::HttpOutcome;
use js_sys::{JSON, Object};
use reqwasm::http::{Request, RequestCredentials};
use wasm_bindgen::JsCast;
use web_sys::AbortController;

use super::timer::Timeout;

/// A server that has not answered after this long counts as gone.
const LONGEST_MS: u32 = 30_000;

/// Posts JSON text and returns the answer as text, whatever its status.
pub async fn post(url: &str, body: String) -> HttpOutcome {
    let abort = AbortController::new().ok();
    let signal = abort.as_ref().map(AbortController::signal);
    let _limit = Timeout::new(LONGEST_MS, move || {
        if let Some(abort) = abort {
            abort.abort();
        }
    });
    // A text is sent as `text/plain` by itself.
    let request =
        Request::post(url).credentials(RequestCredentials::Omit).abort_signal(signal.as_ref()).body(body);
    let Ok(response) = request.send().await else { return HttpOutcome::Lost };
    match response.text().await {
        Ok(body) => HttpOutcome::Answer { status: response.status(), body },
        Err(_) => HttpOutcome::Lost,
    }
}

/// Fetches a JSON object. `None` when the server cannot be reached or answers with something else.
pub async fn get(url: &str) -> Option<Object> {
    text(url).await.and_then(|json| object(&json))
}

/// Fetches a text. `None` when the server cannot be reached or says that something is wrong.
pub async fn text(url: &str) -> Option<String> {
    let response = Request::get(url).credentials(RequestCredentials::Omit).send().await.ok()?;
    if response.ok() { response.text().await.ok() } else { None }
}

/// JSON text that is an object.
pub fn object(json: &str) -> Option<Object> {
    JSON::parse(json).ok()?.dyn_into().ok()
}
