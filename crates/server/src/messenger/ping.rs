//! `POST /messenger/{app_id}/ping`: who is here, and everything the Messenger shows. Makes no row for an unknown visitor.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use doorstep_domain::companies::CompanyData;
use doorstep_domain::identity::{Refusal, Verdict, verify};
use doorstep_domain::settings::{BootSettings, Claim};
use doorstep_protocol::messenger::{ErrorBody, PingReply, PingRequest};
use doorstep_store::{Identified, Identify, SessionOutcome, Workspace};
use serde_json::{Map, Value};

use super::{Counted, SESSION_TTL, enter, is_crawler, reply, session_of, uuid_of};
use crate::address::ClientAddress;
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::error::Answer;
use crate::session::{Secret, hash_of};
use crate::wire::{Team, person};
use crate::workspace_settings::WorkspaceSettings;

/// Conversations in one answer.
const CONVERSATIONS: i64 = 50;

/// Answers `ping`.
pub async fn ping(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    address: ClientAddress,
    headers: HeaderMap,
    JsonBody(request): JsonBody<PingRequest>,
) -> Answer<Response> {
    let entry = enter(&app, &app_id, &request.caller, &address, Counted::Call).await?;
    let workspace = entry.workspace;
    let (claim, refusal) = claim_of(&workspace, &request.settings);
    let given = request.caller.session.as_ref().filter(|text| !text.is_empty());
    let fresh = Secret::fresh();
    let found = if is_crawler(&headers) {
        Identified { contact: None, session: SessionOutcome::None, visitor_retired: false }
    } else {
        // A page that names somebody we do not believe must not show what an earlier user left open.
        let session = given.filter(|_| refusal.is_none()).map(|text| hash_of(text));
        // Neither is what it says of companies believed then.
        let companies = if refusal.is_none() { CompanyData::all(&request.settings) } else { Vec::new() };
        let question = Identify {
            workspace_id: workspace.id,
            visitor_id: uuid_of("visitor_id", request.caller.visitor_id.as_ref())?,
            device_id: uuid_of("device_id", request.caller.device_id.as_ref())?,
            session,
            claim,
            companies,
            fresh_session: fresh.hash(),
            now: app.now(),
            session_ttl: session_ttl(&request.settings),
        };
        app.store.identify(question).await?
    };
    let team = Team::of(&app.store, workspace.id).await?;
    let (conversations, seq) = match &found.contact {
        None => (Vec::new(), app.store.newest_seq(workspace.id).await?),
        Some(contact) => {
            let (all, seq) = app.store.conversations_of(workspace.id, &contact.id, CONVERSATIONS).await?;
            (all.into_iter().map(|one| team.conversation(one, contact)).collect(), seq)
        }
    };
    let faces = team.faces();
    Ok(reply(&PingReply {
        session: session_of(found.session, &fresh, given),
        person: person(found.contact.as_ref()),
        workspace: WorkspaceSettings::read(&workspace.settings).shown(workspace.name, faces),
        conversations,
        seq,
        refusal,
    }))
}

/// Who the page says this is, if it may be believed, else why not (M§2.3, M§6).
fn claim_of(workspace: &Workspace, settings: &Map<String, Value>) -> (Option<Claim>, Option<ErrorBody>) {
    let said = BootSettings::read(settings);
    let Some(subject) = said.identity_subject() else { return (None, None) };
    let verdict =
        verify(workspace.identity_mode, &[&workspace.identity_secret], subject, said.user_hash.as_deref());
    match verdict {
        Verdict::Proven => (said.claim(true), None),
        Verdict::Unproven { .. } => (said.claim(false), None),
        Verdict::Refused(refusal) => (None, Some(refused(refusal))),
    }
}

/// Intercom's wording (M§2.3), so that developers find what they know.
fn refused(refusal: Refusal) -> ErrorBody {
    let (code, message) = match refusal {
        Refusal::Missing => (
            "identity_missing",
            "Missing user_hash. A valid user_hash is required to authenticate users when Identity Verification is enabled.",
        ),
        Refusal::Invalid => ("identity_invalid", "Invalid user_hash"),
    };
    ErrorBody { code: code.to_owned(), message: message.to_owned(), field: Some("user_hash".to_owned()) }
}

/// `session_duration` in milliseconds can shorten the session, to five minutes at least (M§4.4).
fn session_ttl(settings: &Map<String, Value>) -> i64 {
    let milliseconds = settings.get("session_duration").and_then(Value::as_i64);
    milliseconds.map_or(SESSION_TTL, |value| (value / 1000).clamp(300, SESSION_TTL))
}
