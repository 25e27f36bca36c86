//! POST requests: the only user of reqwasm. Bodies are sent as `text/plain`, which needs no preflight and carries no
//! cookies.

use doorstep_core::HttpOutcome;
use reqwasm::http::{Request, RequestCredentials};
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
    let request = Request::post(url)
        .header("Content-Type", "text/plain;charset=UTF-8")
        .credentials(RequestCredentials::Omit)
        .abort_signal(signal.as_ref())
        .body(body);
    let Ok(response) = request.send().await else { return HttpOutcome::Lost };
    match response.text().await {
        Ok(body) => HttpOutcome::Answer { status: response.status(), body },
        Err(_) => HttpOutcome::Lost,
    }
}
