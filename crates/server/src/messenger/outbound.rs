//! `POST /messenger/{app_id}/outbound` and `…/outbound/report`: a page asks for an outbound message whose rules it found
//! met, and tells what became of it. What the message says comes from here only, so that pausing one works at once and
//! what is meant for some reaches no others.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_domain::outbound::delivery::message_of;
use doorstep_protocol::outbound::{OutboundReply, OutboundReport, OutboundRequest, OutboundShown};
use doorstep_store::{Claimed, DeliveryClaim, DeliveryReport, OutboundDeed};

use super::{Counted, enter, nothing, reply, uuid_of};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::Client;
use crate::error::{Answer, AppError};
use crate::session::hash_of;
use crate::wire::Team;

/// Answers `outbound`.
pub async fn ask(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    JsonBody(request): JsonBody<OutboundRequest>,
) -> Answer<Response> {
    let workspace = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?.workspace;
    let (delivery_id, message_id) = delivery(&request.delivery_id)?;
    let claim = DeliveryClaim {
        workspace_id: workspace.id,
        message_id,
        counts: app.showings.is_new(workspace.id, &delivery_id, "sent"),
        delivery_id,
        session: request.caller.session.as_ref().filter(|text| !text.is_empty()).map(|text| hash_of(text)),
        visitor_id: uuid_of("visitor_id", request.caller.visitor_id.as_ref())?,
        met: request.met,
        now: app.now(),
    };
    let Claimed::Message(message) = app.store.claim_outbound(claim).await? else {
        return Ok(reply(&OutboundReply::default()));
    };
    let author = Team::of(&app, workspace.id).await?.teammate(message.admin_id);
    let [close, answer] =
        app.assets.words(&request.language, &[("close", "Close"), ("composer.placeholder", "Message…")]);
    let shown = OutboundShown {
        banner: message.content.banner_object(),
        body: message.content.body,
        author,
        workspace: workspace.name,
        close,
        reply: answer,
        at: app.now(),
    };
    Ok(reply(&OutboundReply { message: Some(shown) }))
}

/// Answers `outbound/report`.
pub async fn report(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    JsonBody(request): JsonBody<OutboundReport>,
) -> Answer<Response> {
    let workspace = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?.workspace;
    let (delivery_id, _) = delivery(&request.delivery_id)?;
    let deed = match &*request.what {
        "seen" => OutboundDeed::Seen,
        "clicked" => OutboundDeed::Clicked,
        "dismissed" => OutboundDeed::Dismissed,
        _ => return Err(AppError::field("what", "`what` must be seen, clicked or dismissed")),
    };
    let report = DeliveryReport {
        workspace_id: workspace.id,
        counts: app.showings.is_new(workspace.id, &delivery_id, &request.what),
        delivery_id,
        session: request.caller.session.as_ref().filter(|text| !text.is_empty()).map(|text| hash_of(text)),
        visitor_id: uuid_of("visitor_id", request.caller.visitor_id.as_ref())?,
        deed,
        now: app.now(),
    };
    app.store.report_outbound(report).await?;
    Ok(nothing())
}

/// The showing's name and the message in it.
fn delivery(given: &str) -> Answer<(String, i64)> {
    let name = uuid_of("delivery_id", Some(&given.to_owned()))?;
    name.and_then(|name| message_of(&name).map(|id| (name, id))).ok_or_else(|| {
        let what = "`delivery_id` must be a UUID of version 8 whose last twelve digits are the message's id";
        AppError::field("delivery_id", what)
    })
}
