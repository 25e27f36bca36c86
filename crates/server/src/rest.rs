//! The REST API at the root paths of Intercom's description (S§1-3): one file a resource, a file a verb where a resource
//! has many. Here: the gate every call passes (token, version, rate), and who calls.
//!
//! Not here: rules about contacts (`doorstep_domain`), what is stored (`doorstep_store`).

pub mod admins;
pub mod changes;
pub mod companies;
pub mod contacts;
pub mod conversations;
pub mod data_attributes;
pub mod description;
pub mod emails;
mod error;
pub mod events;
pub mod exports;
mod fields;
pub mod me;
pub mod messages;
pub mod notes;
pub(crate) mod notification;
mod object;
pub mod openapi;
pub mod outbound;
mod page;
pub mod segments;
pub mod subscription_types;
pub mod subscriptions;
pub mod tags;
pub mod teams;
mod version;
pub mod visitors;
mod window;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use doorstep_store::{TokenAccess, Workspace};

use crate::app::SharedApp;
use crate::session::hash_of;
pub use error::RestError;
pub use version::Version;
pub use window::Windows;

/// Result of a handler.
pub type Answer<T> = Result<T, RestError>;

/// Who calls: a token's workspace, and how it wants to be answered.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The workspace of the token; nothing of another one can be reached.
    pub workspace: Workspace,
    /// The API's version this call speaks.
    pub version: Version,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        // Put there by `gate`, which every route of this API is behind.
        parts.extensions.get::<Self>().cloned().ok_or_else(RestError::token_invalid)
    }
}

/// Lets a call in: a fitting `Accept`, a live token that may do this, a version there is, and room in the token's
/// window. Answers of calls with a live token say how much room is left (S§1.0).
pub async fn gate(State(app): State<SharedApp>, mut request: Request, next: Next) -> Response {
    // No id has a NUL, and databases do not take one in a text.
    if request.uri().path().contains("%00") {
        return RestError::path_unknown().into_response();
    }
    let nul = |query: &str| query.split('&').find(|pair| pair.contains("%00")).map(ToOwned::to_owned);
    if let Some(pair) = request.uri().query().and_then(nul) {
        let name = pair.split('=').next().unwrap_or_default().replace("%00", "");
        return RestError::parameter(name, "NUL characters cannot be stored").into_response();
    }
    if !accepts_json(request.headers()) {
        return RestError::not_acceptable().into_response();
    }
    let Some(secret) = bearer(request.headers()) else { return RestError::token_missing().into_response() };
    let found = match app.store.token(&hash_of(secret)).await {
        Ok(Some(found)) => found,
        Ok(None) => return RestError::token_invalid().into_response(),
        Err(error) => return RestError::from(error).into_response(),
    };
    let room = app.windows.take(found.id, app.now());
    let mut response = if room.as_ref().is_some_and(|room| room.over) {
        RestError::too_many(room.as_ref().map_or(0, |room| room.limit)).into_response()
    } else if found.access == TokenAccess::Read && changes_something(&request) {
        RestError::forbidden().into_response()
    } else {
        match (Version::of(request.headers()), wrong_flag(&request)) {
            (Err(error), _) => error.into_response(),
            (Ok(_), Some(name)) => {
                RestError::parameter(name, format!("{name} must be true or false")).into_response()
            }
            (Ok(version), None) => {
                request.extensions_mut().insert(Caller { workspace: found.workspace, version });
                error::in_our_form(next.run(request).await).await
            }
        }
    };
    if let Some(room) = room {
        room.tell(response.headers_mut(), app.now());
    }
    response
}

/// A truth in the query that is neither of the two words; left empty, it counts as left out.
fn wrong_flag(request: &Request) -> Option<&'static str> {
    let route = request.extensions().get::<MatchedPath>()?;
    let operation = description::of_route(request.method().as_str(), route.as_str())?;
    let query = request.uri().query()?.as_bytes();
    let wrong = |name: &str| {
        let mut given = url::form_urlencoded::parse(query).filter(|(given, _)| given == name);
        given.any(|(_, value)| !["", "true", "false"].contains(&&*value))
    };
    operation.query.iter().find(|param| param.is_flag() && wrong(param.name)).map(|param| param.name)
}

/// Unknown methods are unknown paths (S§1.0).
pub async fn wrong_method() -> RestError {
    RestError::path_unknown()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(secret.trim()).filter(|secret| !secret.is_empty())
}

/// Clients send `*/*`, `application/json` or `application/vnd.intercom.3+json` (S§1.0), or nothing.
fn accepts_json(headers: &HeaderMap) -> bool {
    let fits = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default().to_ascii_lowercase();
        text.split(',').map(|part| part.split(';').next().unwrap_or_default().trim().to_owned()).any(|kind| {
            matches!(&*kind, "*/*" | "application/*" | "application/json" | "application/octet-stream")
                || (kind.starts_with("application/vnd.intercom.") && kind.ends_with("+json"))
        })
    };
    let mut all = headers.get_all(header::ACCEPT).iter().peekable();
    all.peek().is_none() || all.any(fits)
}

/// Searches are posted and change nothing; so is the list of companies.
fn changes_something(request: &Request) -> bool {
    match *request.method() {
        Method::GET | Method::HEAD => false,
        Method::POST => !reads_by_post(request.uri().path()),
        _ => true,
    }
}

/// Whether a `POST` to this path only looks.
fn reads_by_post(path: &str) -> bool {
    path.ends_with("/search") || path == "/companies/list"
}
