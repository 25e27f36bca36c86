//! `POST /messenger/{app_id}/dismiss`: the person has put the notice of a conversation away.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_protocol::messenger::DismissRequest;

use super::{Counted, enter, id_of, nothing};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::Client;
use crate::error::Answer;

/// Answers `dismiss`.
pub async fn dismiss(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    JsonBody(request): JsonBody<DismissRequest>,
) -> Answer<Response> {
    let entry = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?;
    let contact = entry.person(&app, &request.caller).await?;
    let conversation_id = id_of("conversation_id", &request.conversation_id)?;
    app.store.dismiss(entry.workspace.id, contact.id, conversation_id, request.updated_at, app.now()).await?;
    Ok(nothing())
}
