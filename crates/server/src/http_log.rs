//! Around every request: an id, one log line, one counter. Logs the route's pattern, never the address itself, a body,
//! a secret or an email.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::app::SharedApp;

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request that is being answered; `None` outside of one.
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// Gives the request an id (answered as `X-Request-Id`), logs and counts its answer.
pub async fn observe(State(app): State<SharedApp>, request: Request, next: Next) -> Response {
    let id = uuid::Uuid::new_v4().to_string();
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let span = tracing::info_span!("request", id, %method, route);
    let started = Instant::now();
    let mut response = REQUEST_ID.scope(id.clone(), next.run(request)).instrument(span.clone()).await;
    let status = response.status().as_u16();
    app.metrics.answered(status);
    span.in_scope(|| {
        let milliseconds = started.elapsed().as_millis();
        if status >= 500 {
            tracing::warn!(status, milliseconds, "answered {status}");
        } else {
            tracing::debug!(status, milliseconds, "answered {status}");
        }
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}
