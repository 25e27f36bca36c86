//! Pages for whoever runs the server: the root page, `/metrics`, and the answer to unknown addresses.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::html::plain_page;
use crate::app::SharedApp;

/// `GET /`: says what this is.
pub async fn root(State(app): State<SharedApp>) -> Response {
    let demo = if app.demo.is_some() { "<li><a href=\"/demo/\">The demo site</a></li>" } else { "" };
    let body = format!(
        "<h1>Doorstep</h1><p>This server answers the Messenger of a website. There is nothing to see here; \
         perhaps you look for:</p><ul><li><a href=\"/inbox\">The team's inbox</a></li>{demo}</ul>"
    );
    plain_page(StatusCode::OK, "Doorstep", &body)
}

/// `GET /metrics`, in Prometheus' text format.
pub async fn metrics(State(app): State<SharedApp>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.metrics.render())
        .into_response()
}

/// Any other address.
pub async fn not_found() -> Response {
    plain_page(
        StatusCode::NOT_FOUND,
        "Not found",
        "<h1>Not found</h1><p>There is nothing at this address.</p>",
    )
}

/// `GET /healthz`: 200 when the database answers.
pub async fn healthz(State(app): State<SharedApp>) -> Response {
    match app.store.ready().await {
        Ok(()) => (StatusCode::OK, "ok\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "health check failed");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}
