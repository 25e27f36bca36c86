//! `POST /messenger/{app_id}/ping`: who is here, and everything the Messenger shows. Makes no row for an unknown visitor.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use doorstep_domain::companies::CompanyData;
use doorstep_domain::identity::{Checked, Key, Refusal, Verdict, VerificationMode, check};
use doorstep_domain::settings::{BootSettings, Claim};
use doorstep_protocol::messenger::{ErrorBody, PingReply, PingRequest};
use doorstep_store::{Identified, Identify, SessionOutcome, Workspace};
use serde_json::{Map, Value};

use super::track::track;
use super::{Counted, SESSION_TTL, enter, is_crawler, reply, session_of, uuid_of, visit_of};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::{Client, Site};
use crate::error::Answer;
use crate::session::{Secret, SecretHash, hash_of};
use crate::wire::{Team, person};

/// Conversations in one answer.
const CONVERSATIONS: i64 = 50;

/// Answers `ping`.
pub async fn ping(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    headers: HeaderMap,
    JsonBody(request): JsonBody<PingRequest>,
) -> Answer<Response> {
    let entry = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?;
    let (workspace, settings) = (entry.workspace, entry.settings);
    // The frame is ours; the page around it says where it stands.
    let site = match client.site {
        Site::Ours if !request.page.url.is_empty() => Site::at(&app, &headers, &request.page.url),
        other => other,
    };
    site.trusted_by(&settings.trusted())?;
    let checked = check_identity(&app, &workspace, &site, &request.settings).await?;
    let refusal = refusal_of(&checked, workspace.identity_mode);
    let refused = matches!(checked.verdict, Verdict::Refused(_));
    let given = request.caller.session.as_ref().filter(|text| !text.is_empty());
    let fresh = Secret::fresh();
    let found = if is_crawler(&headers) {
        Identified { contact: None, session: SessionOutcome::None, visitor_retired: false }
    } else {
        // A page that names somebody we do not believe must not show what an earlier user left open.
        let session = match given.map(|text| hash_of(text)) {
            Some(hash) if refused => own(&app, workspace.id, hash, checked.expired_user.as_deref()).await?,
            session => session,
        };
        // Neither is what it says of companies believed then.
        let companies = if refused { Vec::new() } else { CompanyData::all(&checked.settings) };
        let question = Identify {
            workspace_id: workspace.id,
            visitor_id: uuid_of("visitor_id", request.caller.visitor_id.as_ref())?,
            device_id: uuid_of("device_id", request.caller.device_id.as_ref())?,
            session,
            about: about(&checked.settings, checked.claim.is_none() && !refused),
            claim: checked.claim,
            companies,
            visit: visit_of(&headers, &request.page),
            fresh_session: fresh.hash(),
            now: app.now(),
            session_ttl: session_ttl(&request.settings),
        };
        app.store.identify(question).await?
    };
    let complaints = match &found.contact {
        Some(contact) => track(&app, &workspace, contact, &request).await?,
        None => Vec::new(),
    };
    let team = Team::of(&app, workspace.id).await?;
    let (conversations, seq) = match &found.contact {
        None => (Vec::new(), app.store.newest_seq(workspace.id).await?),
        Some(contact) => {
            let (all, seq) = app.store.conversations_of(workspace.id, &contact.id, CONVERSATIONS).await?;
            (all.into_iter().map(|one| team.conversation(one, contact)).collect(), seq)
        }
    };
    let beat = app.pulse.of(&app.store, workspace.id, &settings, app.now()).await?;
    let (faces, usually) = (team.faces(&beat.answered_by, &workspace.name), beat.usually(&settings));
    Ok(reply(&PingReply {
        session: session_of(found.session, &fresh, given, app.now()),
        person: person(found.contact.as_ref()),
        workspace: settings.shown(workspace.name, faces, usually, app.now()),
        conversations,
        seq,
        refusal,
        complaint: complaints.join("\n"),
    }))
}

/// Who the page says this is, if it may be believed (M§6). Counted, without a word about the person.
async fn check_identity(
    app: &SharedApp,
    workspace: &Workspace,
    site: &Site,
    settings: &Map<String, Value>,
) -> Answer<Checked> {
    let named = ["user_id", "email", "intercom_user_jwt", "intercomEncryptedPayload"];
    let stored = if named.iter().any(|name| settings.contains_key(*name)) {
        app.store.identity_keys(workspace.id).await?
    } else {
        Vec::new()
    };
    let active = stored.iter().filter(|key| key.retired_at.is_none());
    let keys: Vec<Key<'_>> = active.map(|key| Key { id: key.id, secret: &key.secret }).collect();
    let checked = check(workspace.identity_mode, &keys, settings, app.now());
    app.metrics.identity.note(workspace.id, workspace.identity_mode, site.name(), checked.verdict);
    if let Verdict::Refused(reason) | Verdict::Unproven { reason } = checked.verdict
        && workspace.identity_mode != VerificationMode::Off
    {
        let (app_id, mode) = (&workspace.app_id, workspace.identity_mode.as_str());
        tracing::info!(%app_id, mode, site = site.name(), reason = reason.as_str(), "a user was not proven");
    }
    Ok(checked)
}

/// What a page says of a person whom it does not name: whoever the session or the visitor id brings back (P3).
fn about(settings: &Map<String, Value>, unnamed: bool) -> Option<Claim> {
    unnamed.then(|| BootSettings::read(settings).about())
}

/// What the page's developer reads on the console (M§2.3): why the user was not let in, or, while the workspace only
/// reports, would not be.
fn refusal_of(checked: &Checked, mode: VerificationMode) -> Option<ErrorBody> {
    let (reason, words) = match checked.verdict {
        Verdict::Refused(reason) => (reason, "The visitor stays anonymous."),
        Verdict::Unproven { reason } if mode == VerificationMode::Report => {
            (reason, "The user was let in, because this workspace only reports so far.")
        }
        _ => return None,
    };
    let code = match reason {
        Refusal::HashInvalid => "identity_invalid".to_owned(),
        other => format!("identity_{}", other.as_str()),
    };
    let dot = if reason.to_string().ends_with('.') { "" } else { "." };
    let message = format!("{reason}{dot} {words}");
    Some(ErrorBody { code, message, field: Some(reason.setting().to_owned()) })
}

/// The session, if it is the user's whose token has run out: it was given while the token was good.
async fn own(
    app: &SharedApp,
    workspace_id: i64,
    session: SecretHash,
    user: Option<&str>,
) -> Answer<Option<SecretHash>> {
    let Some(user) = user else { return Ok(None) };
    let found = app.store.contact_by_session(workspace_id, &session, app.now()).await?;
    let same = found.is_some_and(|person| person.is_user() && person.external_id.as_deref() == Some(user));
    Ok(same.then_some(session))
}

/// `session_duration` in milliseconds can shorten the session, to five minutes at least (M§4.4).
fn session_ttl(settings: &Map<String, Value>) -> i64 {
    let milliseconds = settings.get("session_duration").and_then(Value::as_i64);
    milliseconds.map_or(SESSION_TTL, |value| (value / 1000).clamp(300, SESSION_TTL))
}
