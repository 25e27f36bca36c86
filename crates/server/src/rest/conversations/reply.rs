//! `POST /conversations/{id}/reply`, `…/parts` and `/conversations/redact` (S§2.2, S§2.3). Ruby's client posts the deeds
//! of `parts` to `reply`: both read both.

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::edit::Edit;
use doorstep_domain::message_text::MessageText;
use doorstep_store::{Action, Actor, Deed, Error};
use serde_json::Value;

use super::shape::whole;
use super::{DisplayQuery, number, person, words};
use crate::app::SharedApp;
use crate::rest::description::Field;
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError, Version};
use crate::workspace_settings::WorkspaceSettings;

/// Of both paths.
pub(super) const REPLY: &[Field] = &[
    Field::text("message_type", "comment, quick_reply, note, close, open, snoozed or assignment.").needed(),
    Field::text("type", "admin, user or team; admin if left out."),
    Field::id("admin_id", "The teammate who does it."),
    Field::id("intercom_user_id", "The contact who writes, by our id."),
    Field::id("user_id", "The contact who writes, by the site's own id."),
    Field::text("email", "The contact who writes, by email."),
    words::BODY_FIELD,
    Field::time("snoozed_until", "For snoozed: until when."),
    Field::id("assignee_id", "For assignment: to which teammate, or team with type team; 0 for nobody."),
    words::REPLY_OPTIONS,
    words::CREATED_AT,
    words::ATTACHMENT_URLS,
    words::ATTACHMENT_FILES,
    Field::flag("skip_notifications", "Read; nobody is notified but by the Messenger itself."),
];

/// Of `POST /conversations/redact`.
pub(super) const REDACT: &[Field] = &[
    Field::text("type", "conversation_part or source.").needed(),
    Field::id("conversation_id", "Which conversation.").needed(),
    Field::id("conversation_part_id", "For conversation_part: which."),
    Field::id("source_id", "For source: which."),
];

/// Answers both paths.
pub async fn create(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<DisplayQuery>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let actor = actor(&app, &caller, &fields).await?;
    let conversation_id = match (&*id, &actor) {
        ("last", Actor::Contact(contact)) => {
            let last = app.store.last_conversation_of(caller.workspace.id, contact).await?;
            last.ok_or_else(|| RestError::not_found("not_found", "Resource Not Found"))?
        }
        _ => number(&id)?,
    };
    let action = action(&app, &fields)?;
    if matches!(actor, Actor::Contact(_)) && !matches!(action, Action::Comment | Action::QuickReply) {
        return Err(RestError::parameter(
            "message_type",
            "message_type must be comment or quick_reply for a contact",
        ));
    }
    // Nobody is notified of an answer but by the Messenger itself; read so that a wrong value is refused.
    fields.flag("skip_notifications")?;
    let (body, preview, metadata) = said(&fields, &actor, action)?;
    let at = words::written_at(&app, &fields)?;
    let files = words::attached(&app, &caller, &fields).await?;
    if body.is_empty() && matches!(action, Action::Comment | Action::Note) && files.is_empty() {
        return Err(RestError::missing("body"));
    }
    let deed = Deed {
        workspace_id: caller.workspace.id,
        conversation_id,
        action,
        body,
        preview,
        attachments: files.addresses,
        files: files.ids,
        metadata,
        at,
        now: app.now(),
        actor,
    };
    let mut done = app.store.act(deed).await?;
    if action == Action::Close
        && WorkspaceSettings::read(&caller.workspace.settings).conversation_ratings
        && app.store.ask_for_rating(caller.workspace.id, done.id, app.now()).await?
    {
        done = app.store.conversation_record(caller.workspace.id, done.id).await?;
    }
    Ok(Json(whole(&app, &caller, &done, query.plain()).await?))
}

/// `POST /conversations/{id}/run_assignment_rules`, up to 2.11. There are no rules here: the part says that they were run,
/// and nobody is assigned.
pub async fn run_rules(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<DisplayQuery>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    caller.version.ends(Version::V2_11)?;
    let deed = Deed {
        workspace_id: caller.workspace.id,
        conversation_id: number(&id)?,
        actor: Actor::Program,
        action: Action::RunRules,
        body: String::new(),
        preview: String::new(),
        attachments: None,
        files: Vec::new(),
        metadata: None,
        at: app.now(),
        now: app.now(),
    };
    let done = app.store.act(deed).await?;
    Ok(Json(whole(&app, &caller, &done, query.plain()).await?))
}

/// `POST /conversations/redact`.
pub async fn redact(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let conversation_id = number(&fields.needed_id("conversation_id")?)?;
    let part = match fields.text("type")? {
        Edit::Set(kind) if kind == "conversation_part" => fields.needed_id("conversation_part_id")?,
        Edit::Set(kind) if kind == "source" => fields.needed_id("source_id")?,
        _ => return Err(RestError::parameter("type", "type must be conversation_part or source")),
    };
    let unknown = || {
        RestError::not_found(
            "conversation_part_or_message_not_found",
            "Conversation part or message not found",
        )
    };
    let part = part.parse().map_err(|_| unknown())?;
    let done = app.store.redact(caller.workspace.id, conversation_id, part, app.now()).await;
    let done = done.map_err(|error| match error {
        Error::NotFound("part") => unknown(),
        error => error.into(),
    })?;
    Ok(Json(whole(&app, &caller, &done, false).await?))
}

async fn actor(app: &SharedApp, caller: &Caller, fields: &Fields) -> Answer<Actor> {
    match fields.text("type")?.over(None).as_deref() {
        Some("user" | "lead" | "contact") => Ok(Actor::Contact(person::replying(app, caller, fields).await?)),
        // `team` says that an assignment goes to a team; a teammate still does it.
        Some("admin" | "team") | None => {
            let admin = fields.needed_id("admin_id")?;
            let admin =
                admin.parse().map_err(|_| RestError::parameter("admin_id", "admin_id must be an id"))?;
            Ok(Actor::Admin(admin))
        }
        Some(_) => Err(RestError::parameter("type", "type must be admin or user")),
    }
}

fn action(app: &SharedApp, fields: &Fields) -> Answer<Action> {
    let kind = fields.text("message_type")?.over(None);
    Ok(match kind.as_deref() {
        Some("comment") => Action::Comment,
        Some("quick_reply") => Action::QuickReply,
        Some("note") => Action::Note,
        Some("close") => Action::Close,
        Some("open") => Action::Open,
        Some("snoozed") => {
            let Edit::Set(until) = fields.time("snoozed_until")? else {
                return Err(RestError::missing("snoozed_until"));
            };
            if until <= app.now() {
                return Err(RestError::parameter("snoozed_until", "snoozed_until must be in the future"));
            }
            Action::Snooze(until)
        }
        Some("assignment") => {
            let assignee = fields.needed_id("assignee_id")?;
            let assignee: i64 = assignee.parse().map_err(|_| {
                RestError::parameter("assignee_id", "assignee_id must be an id, or 0 for nobody")
            })?;
            let team = fields.text("type")?.given().is_some_and(|kind| kind == "team");
            let assignee = Some(assignee).filter(|assignee| *assignee != 0);
            if team { Action::AssignTeam(assignee) } else { Action::Assign(assignee) }
        }
        _ => {
            return Err(RestError::parameter(
                "message_type",
                "message_type must be comment, quick_reply, note, close, open, snoozed or assignment",
            ));
        }
    })
}

/// Safe HTML, preview and quick replies.
fn said(fields: &Fields, actor: &Actor, action: Action) -> Answer<(String, String, Option<String>)> {
    let options = match action {
        Action::Comment | Action::QuickReply => words::reply_options(fields)?,
        _ => Vec::new(),
    };
    if action == Action::QuickReply && options.is_empty() {
        return Err(RestError::missing("reply_options"));
    }
    let metadata = if options.is_empty() { None } else { words::quick_metadata(actor, &options) };
    let body = match words::body_of(fields)? {
        Some(body) => body,
        // What can be chosen is shown as lines to answer to; what was chosen is what the contact says.
        None if action == Action::QuickReply => {
            let texts: Vec<&str> = options.iter().map(|(text, _)| text.as_str()).collect();
            let text = MessageText::parse(&texts.join("\n"));
            let text = text.map_err(|error| RestError::parameter("reply_options", error.to_string()))?;
            return Ok((text.html(), text.preview(), metadata));
        }
        None => return Ok((String::new(), String::new(), metadata)),
    };
    let (html, preview) = words::words(actor, &body)?;
    Ok((html, preview, metadata))
}
