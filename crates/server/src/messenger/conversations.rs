//! `POST /messenger/{app_id}/conversations`: the list alone, for a client that lost track.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_protocol::messenger::ShutdownRequest as CallerOnly;

use super::{Counted, enter, reply};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::Client;
use crate::error::Answer;
use crate::wire::Team;

/// Answers `conversations`.
pub async fn conversations(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    JsonBody(request): JsonBody<CallerOnly>,
) -> Answer<Response> {
    let entry = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?;
    let contact = entry.person(&app, &request.caller).await?;
    let (found, seq) = app.store.conversations_of(entry.workspace.id, &contact.id, 50).await?;
    let team = Team::of(&app, entry.workspace.id).await?;
    let conversations: Vec<_> = found.into_iter().map(|one| team.conversation(one, &contact)).collect();
    Ok(reply(&serde_json::json!({"conversations": conversations, "seq": seq})))
}
