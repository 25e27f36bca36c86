//! `POST /messenger/{app_id}/shutdown`: ends the browser's session (P10). Succeeds for unknown and ended sessions too,
//! so that a client can simply repeat it.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_protocol::messenger::ShutdownRequest;

use super::{Counted, enter, nothing, uuid_of};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::Client;
use crate::error::Answer;
use crate::session::hash_of;

/// Answers `shutdown`.
pub async fn shutdown(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    JsonBody(request): JsonBody<ShutdownRequest>,
) -> Answer<Response> {
    let workspace = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?.workspace;
    let session = request.caller.session.as_ref().map(|text| hash_of(text));
    let visitor_id = uuid_of("visitor_id", request.caller.visitor_id.as_ref())?;
    app.store.shutdown(workspace.id, session, visitor_id, app.now()).await?;
    Ok(nothing())
}
