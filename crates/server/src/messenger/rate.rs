//! `POST /messenger/{app_id}/rate`: what the person says of a conversation that was closed (M§8.9).

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_domain::rating::Given;
use doorstep_protocol::talk::{RateReply, RateRequest};

use super::{Counted, enter, id_of, reply};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::Client;
use crate::error::Answer;
use crate::wire::Team;

/// Answers `rate`.
pub async fn rate(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    JsonBody(request): JsonBody<RateRequest>,
) -> Answer<Response> {
    let entry = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?;
    let contact = entry.person(&app, &request.caller).await?;
    let id = id_of("conversation_id", &request.conversation_id)?;
    let given = Given { score: request.rating, remark: request.remark };
    let workspace_id = entry.workspace.id;
    let rated = app.store.rate_conversation(workspace_id, contact.id.clone(), id, given, app.now()).await?;
    let team = Team::of(&app, workspace_id).await?;
    Ok(reply(&RateReply { conversation: team.conversation(rated, &contact) }))
}
