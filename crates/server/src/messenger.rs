//! The Messenger's own HTTP API, `POST /messenger/{app_id}/{verb}`: one file a verb. What they share is here: finding
//! the workspace, counting the request, and the person of a session.

pub mod conversations;
pub mod dismiss;
pub mod email;
pub mod outbound;
pub mod ping;
pub mod rate;
pub mod read;
pub mod send;
pub mod shutdown;
pub mod thread;
mod track;
pub mod upload;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use doorstep_domain::visit::{Reported, Visit};
use doorstep_protocol::messenger::{Caller, Page, Session};
use doorstep_store::{Contact, SessionOutcome, Workspace};
use serde::Serialize;
use uuid::Uuid;

use crate::app::SharedApp;
use crate::client::Client;
use crate::error::{Answer, AppError};
use crate::session::{Secret, hash_of};
use crate::workspace_settings::WorkspaceSettings;

/// Life of a session: one week, sliding (M§4.1).
pub const SESSION_TTL: i64 = 7 * 24 * 3600;

/// A request that may be answered.
pub(crate) struct Entry {
    pub(crate) workspace: Workspace,
    pub(crate) settings: WorkspaceSettings,
}

/// What kind of request is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    Message,
    Upload,
    Call,
}

/// Counts the request, finds its workspace, and refuses sites that are not trusted.
pub(crate) async fn enter(
    app: &SharedApp,
    app_id: &str,
    caller: &Caller,
    client: &Client,
    counted: Counted,
) -> Answer<Entry> {
    app.limits.address(&client.address.0)?;
    let key = hash_of(caller.session.as_ref().or(caller.visitor_id.as_ref()).unwrap_or(&client.address.0));
    match counted {
        Counted::Message => app.limits.message(&key)?,
        Counted::Upload => app.limits.upload(&key)?,
        Counted::Call => app.limits.call(&key)?,
    }
    let workspace = match counted {
        Counted::Message => app.store.recent_workspace(app_id).await?,
        Counted::Call | Counted::Upload => app.store.workspace_by_app_id(app_id).await?,
    };
    let workspace = workspace.ok_or_else(AppError::app_unknown)?;
    let settings = WorkspaceSettings::read(&workspace.settings);
    client.site.trusted_by(&settings.trusted())?;
    Ok(Entry { workspace, settings })
}

impl Entry {
    /// The person of the caller's session; 401 without a live one.
    pub(crate) async fn person(&self, app: &SharedApp, caller: &Caller) -> Answer<Contact> {
        let secret = caller.session.as_ref().ok_or_else(AppError::session_invalid)?;
        let found = app.store.contact_by_session(self.workspace.id, &hash_of(secret), app.now()).await?;
        found.ok_or_else(AppError::session_invalid)
    }
}

/// The caller's visitor id; anything but a UUID is refused, so that nobody chooses a guessable one.
pub(crate) fn uuid_of(field: &str, given: Option<&String>) -> Answer<Option<String>> {
    let Some(text) = given.filter(|text| !text.is_empty()) else { return Ok(None) };
    match Uuid::try_parse(text) {
        Ok(uuid) => Ok(Some(uuid.hyphenated().to_string())),
        Err(_) => Err(AppError::field(field, format!("`{field}` must be a UUID"))),
    }
}

/// What the client is told about its session.
pub(crate) fn session_of(
    outcome: SessionOutcome,
    fresh: &Secret,
    given: Option<&String>,
    now: i64,
) -> Option<Session> {
    let (token, expires_at) = match outcome {
        SessionOutcome::Fresh(expires_at) => (fresh.text().to_owned(), expires_at),
        SessionOutcome::Kept(expires_at) => (given?.clone(), expires_at),
        SessionOutcome::None => return None,
    };
    Some(Session { token, expires_at, max_age: expires_at - now })
}

/// A decimal id as clients send it.
pub(crate) fn id_of(field: &str, text: &str) -> Answer<i64> {
    text.parse()
        .ok()
        .filter(|id| *id > 0)
        .ok_or_else(|| AppError::field(field, format!("`{field}` must be a decimal id as this API gave it")))
}

/// JSON that no cache keeps.
pub(crate) fn reply(body: &impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The body of an answer that says only that it worked.
pub(crate) fn nothing() -> Response {
    reply(&serde_json::json!({}))
}

/// What the browser says of the visit.
pub(crate) fn visit_of(headers: &HeaderMap, page: &Page) -> Visit {
    Visit::read(Reported {
        user_agent: user_agent(headers),
        page: &page.url,
        referrer: &page.referrer,
        languages: &page.language,
    })
}

fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Whether the browser calls itself a robot; robots leave no traces.
pub(crate) fn is_crawler(headers: &HeaderMap) -> bool {
    let agent = user_agent(headers).to_ascii_lowercase();
    ["bot", "crawl", "spider", "slurp", "facebookexternalhit", "lighthouse"]
        .iter()
        .any(|word| agent.contains(word))
}
