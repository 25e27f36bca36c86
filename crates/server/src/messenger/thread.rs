//! `POST /messenger/{app_id}/thread`: the newest parts of one conversation, or those before or after one.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_protocol::messenger::{ThreadReply, ThreadRequest};

use super::{Counted, enter, id_of, reply};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::Client;
use crate::error::{Answer, AppError};
use crate::wire::Team;

/// Parts in one answer: more than the tallest phone shows, and so few that a slow one draws them in one task without a pause
/// that is felt (`cargo xtask bench widget`).
const PARTS: i64 = 20;

/// Most parts in an answer that goes back to one.
const MOST: i64 = 500;

/// Answers `thread`.
pub async fn thread(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    JsonBody(request): JsonBody<ThreadRequest>,
) -> Answer<Response> {
    let entry = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?;
    let contact = entry.person(&app, &request.caller).await?;
    let id = id_of("conversation_id", &request.conversation_id)?;
    let before = request.before.as_deref().map(|text| id_of("before", text)).transpose()?;
    let after = request.after.as_deref().map(|text| id_of("after", text)).transpose()?;
    let back_to = request.back_to.as_deref().map(|text| id_of("back_to", text)).transpose()?;
    let parts = match back_to {
        Some(back_to) => app.store.parts_since(id, back_to).await?.clamp(PARTS, MOST),
        None => PARTS,
    };
    let (workspace, owner) = (entry.workspace.id, Some(contact.id.as_str()));
    let found = match (before, after) {
        (Some(_), Some(_)) => {
            return Err(AppError::field("after", "give `before` or `after`, not both".to_owned()));
        }
        (None, Some(after)) => app.store.thread_after(workspace, owner, id, after, PARTS).await?,
        (before, None) => app.store.thread(workspace, owner, id, before, parts).await?,
    };
    let team = Team::of(&app, entry.workspace.id).await?;
    Ok(reply(&ThreadReply {
        conversation: team.conversation(found.conversation, &contact),
        parts: found.parts.into_iter().map(|part| team.part(part, &contact)).collect(),
        more: found.more,
        seq: found.seq,
    }))
}
