//! `POST /inbox/api/uploads`: a teammate's file, as the Messenger's `upload` takes one: the bytes as the body, the name in
//! `X-Doorstep-Name`.

use axum::extract::{Request, State};
use axum::response::Response;
use doorstep_protocol::messenger::UploadReply;
use doorstep_store::FileOwner;

use super::Writing;
use crate::app::SharedApp;
use crate::attachments::{Incoming, receive};
use crate::error::Answer;
use crate::messenger::reply;
use crate::messenger::upload::{length, named};
use crate::session::hash_of;

/// Answers it.
pub async fn create(
    State(app): State<SharedApp>,
    Writing(teammate): Writing,
    request: Request,
) -> Answer<Response> {
    app.limits.upload(&hash_of(&format!("admin {}", teammate.admin.id)))?;
    let (name, said) = named(request.headers())?;
    let length = length(request.headers());
    let owner = FileOwner::Admin(teammate.admin.id);
    let incoming = Incoming { workspace_id: teammate.admin.workspace_id, owner, name, said };
    let facts = receive(&app, incoming, length, request.into_body()).await?;
    Ok(reply(&UploadReply {
        id: facts.id,
        name: facts.name,
        content_type: facts.content_type,
        size: facts.size,
    }))
}
