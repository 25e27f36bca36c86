//! `POST /messenger/{app_id}/send`: one message. Answered after the commit; a repetition answers as the first time did.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use doorstep_domain::email::Email;
use doorstep_domain::message_text::{MessageError, MessageText};
use doorstep_protocol::messenger::{SendReply, SendRequest};
use doorstep_store::{ConversationRef, EmailGiven, MOST_FILES, SendMessage};

use super::{Counted, SESSION_TTL, enter, id_of, reply, session_of, uuid_of, visit_of};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::Client;
use crate::error::{Answer, AppError};
use crate::session::{Secret, hash_of};
use crate::wire::{Team, person};

/// Longest address of a page kept.
const URL_LIMIT: usize = 2000;

/// Answers `send`.
pub async fn send(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    headers: HeaderMap,
    JsonBody(request): JsonBody<SendRequest>,
) -> Answer<Response> {
    let entry = enter(&app, &app_id, &request.caller, &client, Counted::Message).await?;
    let workspace = entry.workspace;
    let text = words(&request.body, &request.attachments)?;
    let client_id = uuid_of("client_id", Some(&request.client_id))?
        .ok_or_else(|| AppError::field_missing("client_id", "`client_id` is empty; it must be a UUID"))?;
    let fresh = Secret::fresh();
    let (place, given_email) = (conversation(&request)?, email(&request)?);
    let given = request.caller.session.as_ref().filter(|text| !text.is_empty());
    let sent = app
        .store
        .send_message(SendMessage {
            workspace_id: workspace.id,
            session: given.map(|text| hash_of(text)),
            visitor_id: uuid_of("visitor_id", request.caller.visitor_id.as_ref())?,
            device_id: uuid_of("device_id", request.caller.device_id.as_ref())?,
            fresh_session: fresh.hash(),
            client_id,
            conversation: place,
            body: text.as_ref().map(MessageText::html).unwrap_or_default(),
            preview: text.as_ref().map(MessageText::preview).unwrap_or_default(),
            email: EmailGiven { email: given_email, needed: entry.settings.needs_email(app.now()) },
            chosen: uuid_of("reply_uuid", request.reply_uuid.as_ref())?,
            files: request.attachments,
            page_url: request.page.url.chars().filter(|c| !c.is_control()).take(URL_LIMIT).collect(),
            visit: visit_of(&headers, &request.page),
            now: app.now(),
            session_ttl: SESSION_TTL,
        })
        .await?;
    if !sent.repeated {
        app.metrics.message_accepted();
    }
    // Who has just written is who spoke last; only a repetition may find a teammate there.
    let team =
        if sent.repeated { Team::of(&app, workspace.id).await? } else { Team::nobody(&app, workspace.id) };
    Ok(reply(&SendReply {
        session: session_of(sent.session, &fresh, given, app.now()),
        person: person(Some(&sent.contact)),
        conversation: team.conversation(sent.conversation, &sent.contact),
        part: team.part(sent.part, &sent.contact),
        seq: sent.seq,
    }))
}

fn email(request: &SendRequest) -> Answer<Option<String>> {
    let given = request.email.as_deref().filter(|text| !text.trim().is_empty());
    let email = given.map(Email::parse).transpose();
    let email = email.map_err(|error| AppError::field("email", error.to_string()))?;
    Ok(email.map(|email| email.as_str().to_owned()))
}

/// The words of a message; none are needed if something is attached.
fn words(body: &str, files: &[String]) -> Answer<Option<MessageText>> {
    few(files)?;
    match MessageText::parse(body) {
        Ok(text) => Ok(Some(text)),
        Err(MessageError::Empty) if !files.is_empty() => Ok(None),
        Err(error) => Err(AppError::field("body", error.to_string())),
    }
}

/// Refuses more files than a message may have.
pub(crate) fn few(files: &[String]) -> Answer<()> {
    if files.len() > MOST_FILES {
        return Err(AppError::field(
            "attachments",
            format!("`attachments` must have at most {MOST_FILES} entries"),
        ));
    }
    Ok(())
}

fn conversation(request: &SendRequest) -> Answer<ConversationRef> {
    if let Some(id) = &request.conversation_id {
        return Ok(ConversationRef::Id(id_of("conversation_id", id)?));
    }
    let key = uuid_of("conversation_key", request.conversation_key.as_ref())?;
    key.map(ConversationRef::Key).ok_or_else(|| {
        AppError::field_missing("conversation_key", "give `conversation_id`, or a UUID as `conversation_key`")
    })
}
