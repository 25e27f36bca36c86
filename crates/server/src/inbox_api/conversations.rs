//! `/inbox/api/conversations…`: the list, a thread, replying, closing and opening, seen. All within the teammate's own
//! workspace: another's conversation does not exist.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use doorstep_domain::markup::Markup;
use doorstep_domain::message_text::MessageError;
use doorstep_protocol::inbox::{ConversationList, Reply, ReplyDone, SeenUpTo, SetState, Thread};
use doorstep_protocol::messenger::ConversationState;
use doorstep_store::{AdminReply, Conversation, Cursor};
use serde::Deserialize;

use super::{Teammate, Writing};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::error::{Answer, AppError};
use crate::live::{Typing, Typist};
use crate::messenger::{id_of, reply, send::few, uuid_of};
use crate::wire::Team;
use crate::workspace_settings::WorkspaceSettings;

/// Rows of one page of the list.
const ROWS: i64 = 30;
/// Parts of one page of a thread.
const PARTS: i64 = 50;

/// Which part of the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Listing {
    /// `open` (default), `closed` or `snoozed`.
    pub state: Option<String>,
    /// Cursor of the page before.
    pub before: Option<String>,
}

/// `GET conversations`.
pub async fn index(
    State(app): State<SharedApp>,
    Query(listing): Query<Listing>,
    teammate: Teammate,
) -> Answer<Response> {
    let state = listing.state.as_deref().unwrap_or("open");
    if !["open", "closed", "snoozed"].contains(&state) {
        return Err(AppError::field("state", "`state` must be `open`, `closed` or `snoozed`"));
    }
    let after = listing.before.as_deref().map(cursor).transpose()?;
    let workspace_id = teammate.admin.workspace_id;
    let page = app.store.inbox(workspace_id, state, after, ROWS).await?;
    let team = Team::of(&app, workspace_id).await?;
    Ok(reply(&ConversationList {
        conversations: page.rows.into_iter().map(|(found, contact)| team.row(found, &contact)).collect(),
        next: page.next.map(|next| format!("{}.{}", next.updated_at, next.id)),
        open_count: u32::try_from(page.open_count).unwrap_or(u32::MAX),
        seq: page.seq,
    }))
}

fn cursor(text: &str) -> Answer<Cursor> {
    let parsed = text
        .split_once('.')
        .and_then(|(at, id)| Some(Cursor { updated_at: at.parse().ok()?, id: id.parse().ok()? }));
    parsed.ok_or_else(|| AppError::field("before", "`before` must be `next` of the page before"))
}

/// Which parts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Before {
    /// A part id: only older parts.
    pub before: Option<String>,
}

/// `GET conversations/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(Before { before }): Query<Before>,
    teammate: Teammate,
) -> Answer<Response> {
    let workspace_id = teammate.admin.workspace_id;
    let before = before.as_deref().map(|text| id_of("before", text)).transpose()?;
    let found = app.store.thread(workspace_id, None, id_of("id", &id)?, before, PARTS).await?;
    let team = Team::of(&app, workspace_id).await?;
    let seen = found.conversation.read_by_contact;
    let parts = found.parts.into_iter().map(|part| team.part_for_team(part, &found.contact)).collect();
    Ok(reply(&Thread {
        conversation: team.row(found.conversation, &found.contact),
        parts,
        more: found.more,
        seen_by_contact: (seen > 0).then(|| seen.to_string()),
        seq: found.seq,
    }))
}

/// `POST conversations/{id}/reply`.
pub async fn answer(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Writing(teammate): Writing,
    JsonBody(request): JsonBody<Reply>,
) -> Answer<Response> {
    few(&request.attachments)?;
    let text = match Markup::parse(&request.body) {
        Ok(text) => Some(text),
        Err(MessageError::Empty) if !request.attachments.is_empty() => None,
        Err(error) => return Err(AppError::field("body", error.to_string())),
    };
    let client_id = uuid_of("client_id", Some(&request.client_id))?
        .ok_or_else(|| AppError::field_missing("client_id", "`client_id` is empty; it must be a UUID"))?;
    let workspace_id = teammate.admin.workspace_id;
    let (conversation, part, _) = app
        .store
        .reply_as_admin(AdminReply {
            workspace_id,
            admin_id: teammate.admin.id,
            conversation_id: id_of("id", &id)?,
            client_id,
            preview: text.as_ref().map(|text| text.preview.clone()).unwrap_or_default(),
            body: text.map(|text| text.html).unwrap_or_default(),
            files: request.attachments,
            now: app.now(),
        })
        .await?;
    app.metrics.reply_accepted();
    let team = Team::of(&app, workspace_id).await?;
    let contact = app.store.contact(workspace_id, &conversation.contact_id).await?;
    let contact = contact.ok_or_else(|| AppError::not_found("contact"))?;
    let part = team.part_for_team(part, &contact);
    Ok(reply(&ReplyDone { conversation: team.row(conversation, &contact), part }))
}

/// `POST conversations/{id}/state`.
pub async fn set_state(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Writing(teammate): Writing,
    JsonBody(request): JsonBody<SetState>,
) -> Answer<Response> {
    let state = match request.state {
        ConversationState::Open => "open",
        ConversationState::Closed => "closed",
        ConversationState::Snoozed => {
            return Err(AppError::field("state", "`state` must be `open` or `closed`"));
        }
    };
    let workspace_id = teammate.admin.workspace_id;
    let admin_id = teammate.admin.id;
    let id = id_of("id", &id)?;
    let mut found = app.store.set_state(workspace_id, id, admin_id, state, app.now()).await?;
    if state == "closed"
        && let Some(workspace) = app.store.workspace(workspace_id).await?
        && WorkspaceSettings::read(&workspace.settings).conversation_ratings
        && app.store.ask_for_rating(workspace_id, id, app.now()).await?
    {
        found = app.store.conversation(workspace_id, id).await?.unwrap_or(found);
    }
    row(&app, found).await
}

/// `POST conversations/{id}/read`.
pub async fn read(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Writing(teammate): Writing,
    JsonBody(request): JsonBody<SeenUpTo>,
) -> Answer<Response> {
    let part_id = id_of("part_id", &request.part_id)?;
    let workspace_id = teammate.admin.workspace_id;
    app.store.mark_read_by_team(workspace_id, id_of("id", &id)?, part_id, app.now()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST conversations/{id}/typing`: forwarded to the open sockets of everybody who takes part, not stored.
pub async fn typing(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Writing(teammate): Writing,
) -> Answer<Response> {
    let workspace_id = teammate.admin.workspace_id;
    let found = app.store.conversation(workspace_id, id_of("id", &id)?).await?;
    let found = found.ok_or_else(|| AppError::not_found("conversation"))?;
    let people: Vec<String> = found.people().map(ToOwned::to_owned).collect();
    let typing =
        Typing { workspace_id, conversation_id: found.id, by: Typist::Admin, name: teammate.admin.name };
    app.typing.tell(&people, &typing);
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn row(app: &SharedApp, found: Conversation) -> Answer<Response> {
    let team = Team::of(app, found.workspace_id).await?;
    let contact = app.store.contact(found.workspace_id, &found.contact_id).await?;
    let contact = contact.ok_or_else(|| AppError::not_found("contact"))?;
    Ok(reply(&team.row(found, &contact)))
}
