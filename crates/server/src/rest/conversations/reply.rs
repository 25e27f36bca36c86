//! `POST /conversations/{id}/reply`, `…/parts` and `/conversations/redact` (S§2.2, S§2.3). Ruby's client posts the deeds
//! of `parts` to `reply`: both read both.

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::edit::Edit;
use doorstep_domain::message_html::MessageHtml;
use doorstep_domain::message_text::{MessageError, MessageText};
use doorstep_store::{Action, Actor, Deed, Error};
use serde_json::Value;

use super::shape::whole;
use super::{ATTACHMENT_FILES, ATTACHMENT_URLS, BODY, DisplayQuery, body_of, no_attachments, number, person};
use crate::app::SharedApp;
use crate::rest::description::Field;
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError};

/// Of both paths.
pub(super) const REPLY: &[Field] = &[
    Field::text("message_type", "comment, note, close, open, snoozed or assignment.").needed(),
    Field::text("type", "admin, user or team; admin if left out."),
    Field::id("admin_id", "The teammate who does it."),
    Field::id("intercom_user_id", "The contact who writes, by our id."),
    Field::id("user_id", "The contact who writes, by the site's own id."),
    Field::text("email", "The contact who writes, by email."),
    Field::text_up_to("body", BODY, "The words; a teammate's may be HTML."),
    Field::time("snoozed_until", "For snoozed: until when."),
    Field::id("assignee_id", "For assignment: to whom; 0 for nobody."),
    ATTACHMENT_URLS,
    ATTACHMENT_FILES,
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
    no_attachments(&fields)?;
    let actor = actor(&app, &caller, &fields).await?;
    let conversation_id = match (&*id, &actor) {
        ("last", Actor::Contact(contact)) => {
            let last = app.store.last_conversation_of(caller.workspace.id, contact).await?;
            last.ok_or_else(|| RestError::not_found("not_found", "Resource Not Found"))?
        }
        _ => number(&id)?,
    };
    let action = action(&app, &fields)?;
    if matches!(actor, Actor::Contact(_)) && action != Action::Comment {
        return Err(RestError::parameter("message_type", "message_type must be comment for a contact"));
    }
    let (body, preview) = words(&fields, &actor, action)?;
    let deed = Deed {
        workspace_id: caller.workspace.id,
        conversation_id,
        actor,
        action,
        body,
        preview,
        now: app.now(),
    };
    let done = app.store.act(deed).await.map_err(|error| match error {
        Error::NotFound("admin") => RestError::not_found("admin_not_found", "Admin not found"),
        Error::NotFound("assignee") => RestError::not_found("admin_not_found", "Assignee not found"),
        error => error.into(),
    })?;
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
            if team && assignee != 0 {
                return Err(RestError::not_found("team_not_found", "Team not found"));
            }
            Action::Assign(Some(assignee).filter(|assignee| *assignee != 0))
        }
        _ => {
            return Err(RestError::parameter(
                "message_type",
                "message_type must be comment, note, close, open, snoozed or assignment",
            ));
        }
    })
}

/// Safe HTML and preview. Contacts write text, teammates' programs may send a little HTML.
fn words(fields: &Fields, actor: &Actor, action: Action) -> Answer<(String, String)> {
    let wrong = |error: MessageError| RestError::parameter("body", error.to_string());
    let needed = matches!(action, Action::Comment | Action::Note);
    let Some(body) = body_of(fields)? else {
        return if needed { Err(RestError::missing("body")) } else { Ok((String::new(), String::new())) };
    };
    match actor {
        Actor::Contact(_) => {
            let text = MessageText::parse(&body).map_err(wrong)?;
            Ok((text.html(), text.preview()))
        }
        Actor::Admin(_) => {
            let message = MessageHtml::parse(&body).map_err(wrong)?;
            Ok((message.html, message.preview))
        }
    }
}
