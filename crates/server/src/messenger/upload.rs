//! `POST /messenger/{app_id}/upload`: the bytes of one file as the body. Who calls is in the header `X-Doorstep-Caller` (JSON
//! of [`Caller`]), the name, percent-encoded, in `X-Doorstep-Name`: progress is shown while it goes, and for that browsers
//! ask other origins first anyway.
//!
//! A visitor who has not written yet may upload: the file is kept for a day under their visitor id and goes with the message
//! that makes them a lead (P2). Nothing is stored of the visitor themselves (P1). Whose file it is decides who may attach it.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use doorstep_protocol::messenger::{Caller, UploadReply};
use doorstep_store::FileOwner;

use super::{Counted, enter, reply, uuid_of};
use crate::app::SharedApp;
use crate::attachments::{Incoming, receive};
use crate::client::Client;
use crate::error::{Answer, AppError};

/// Longest header read.
const LONGEST: usize = 4096;

/// Answers `upload`.
pub async fn upload(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    request: Request,
) -> Answer<Response> {
    let headers = request.headers();
    let caller = caller(headers)?;
    let (name, said) = named(headers)?;
    let length = length(headers);
    let entry = enter(&app, &app_id, &caller, &client, Counted::Upload).await?;
    let owner = if caller.session.as_ref().is_some_and(|session| !session.is_empty()) {
        FileOwner::Contact(entry.person(&app, &caller).await?.id)
    } else {
        let visitor_id = uuid_of("visitor_id", caller.visitor_id.as_ref())?;
        FileOwner::Visitor(visitor_id.ok_or_else(AppError::session_invalid)?)
    };
    let incoming = Incoming { workspace_id: entry.workspace.id, owner, name, said };
    let facts = receive(&app, incoming, length, request.into_body()).await?;
    Ok(reply(&UploadReply {
        id: facts.id,
        name: facts.name,
        content_type: facts.content_type,
        size: facts.size,
    }))
}

/// Browsers ask before a page of another site may send these headers.
pub async fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST")),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("content-type, x-doorstep-caller, x-doorstep-name"),
        ),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Answer<&'a str> {
    let value = headers.get(HeaderName::from_static(name)).map(|value| value.to_str().unwrap_or("\u{fffd}"));
    let value =
        value.ok_or_else(|| AppError::field_missing(name, format!("the header `{name}` is missing")))?;
    if value.len() > LONGEST || value.contains('\u{fffd}') {
        return Err(AppError::field(
            name,
            format!("the header `{name}` must be ASCII of at most {LONGEST} characters"),
        ));
    }
    Ok(value)
}

fn caller(headers: &HeaderMap) -> Answer<Caller> {
    let name = "x-doorstep-caller";
    serde_json::from_str(text(headers, name)?).map_err(|error| {
        AppError::field(name, format!("the header `{name}` must be a caller as JSON: {error}"))
    })
}

/// The file's name and what the sender says of its kind.
pub(crate) fn named(headers: &HeaderMap) -> Answer<(String, String)> {
    let pair = format!("n={}", text(headers, "x-doorstep-name")?.replace(['&', '+'], "_"));
    let name = url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, name)| name.into_owned());
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok((name.unwrap_or_default(), said.to_owned()))
}

/// How long the sender says the body is.
pub(crate) fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
