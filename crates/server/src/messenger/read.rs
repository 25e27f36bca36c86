//! `POST /messenger/{app_id}/read`: the person has seen a conversation up to a part.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_protocol::messenger::ReadRequest;

use super::{Counted, enter, id_of, nothing};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::Client;
use crate::error::Answer;

/// Answers `read`.
pub async fn read(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    JsonBody(request): JsonBody<ReadRequest>,
) -> Answer<Response> {
    let entry = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?;
    let contact = entry.person(&app, &request.caller).await?;
    let conversation_id = id_of("conversation_id", &request.conversation_id)?;
    let part_id = id_of("part_id", &request.part_id)?;
    app.store
        .mark_read_by_contact(entry.workspace.id, contact.id, conversation_id, part_id, app.now())
        .await?;
    Ok(nothing())
}
