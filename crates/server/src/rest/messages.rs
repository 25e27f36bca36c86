//! `POST /messages` (S§2.6): a teammate writes to contacts, or a contact to the team.
//!
//! What a teammate sends stands in each person's Messenger at once; a conversation it is, for this API and the inbox, when
//! the person has answered, or at once if the call says `create_conversation_without_contact_reply`. There is no delivery
//! of email yet: a message of type `email` keeps its subject, template, cc and bcc, and reaches people by the Messenger
//! only, which `source.recipients` says.

use axum::Json;
use axum::extract::State;
use doorstep_domain::message_html::MessageHtml;
use doorstep_store::NewMessage;
use serde_json::{Value, json};

use super::admins;
use super::conversations::person::{self, NAMED};
use super::conversations::{REFERER, SUBJECT, begin, words};
use super::description::Shape::{Of, OrNull, Text, Whole, Word};
use super::description::{Field, Kind, Operation, Schema, key};
use super::fields::Fields;
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

/// Most people of one message.
const RECIPIENTS: usize = 100;

pub(super) const OPERATIONS: &[Operation] =
    &[Operation::post("/messages", "createMessage", "Write to contacts, or to the team as one", &MESSAGE)
        .body(NEW)
        .refuses(&[409, 422])];

/// What `create` reads.
const NEW: &[Field] = &[
    Field::object("from", FROM, "Who writes: a teammate, or a contact.").needed(),
    Field::text("message_type", "Of a teammate: in_app (also inapp, conversation) or email."),
    words::BODY_FIELD.needed(),
    SUBJECT,
    Field::text("template", "How an email looks: plain or personal."),
    Field::of("to", PEOPLE, "Whom a teammate writes to: one, or an array."),
    Field::of("cc", PEOPLE, "Who gets a copy of an email."),
    Field::of("bcc", PEOPLE, "Who gets a copy of an email, unseen."),
    Field::flag(
        "create_conversation_without_contact_reply",
        "Whether it is a conversation before anybody answers.",
    ),
    words::CREATED_AT,
    REFERER,
    words::ATTACHMENT_URLS,
    words::ATTACHMENT_FILES,
];

const FROM: &[Field] = &[
    Field::text("type", "admin, lead, user or contact.").needed(),
    Field::id("id", "Our id."),
    Field::id("user_id", "A contact's id on the site."),
    Field::text("email", "A contact's email."),
];

const PEOPLE: Kind = Kind::Either(&[Kind::Object(RECIPIENT), Kind::List(&Kind::Object(RECIPIENT))]);

const RECIPIENT: &[Field] =
    &[Field::text("type", "lead, user or contact."), NAMED[0], NAMED[1], NAMED[2], NAMED[3]];

/// A contact's message has `conversation_id`, a teammate's the rest; `conversation_id` only once it is a conversation.
pub(super) const MESSAGE: Schema = Schema::new(
    "message",
    "A message.",
    &[
        key("type", Word(&["user_message", "admin_message"])),
        key("id", Text),
        key("created_at", Whole),
        key("body", Text),
        key("message_type", Word(&["inapp", "email"])),
        key("subject", Text).optional(),
        key("owner", OrNull(&Of(&admins::ADMIN))).optional(),
        key("conversation_id", Text).optional(),
    ],
);

/// Answers both forms.
pub async fn create(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let from = fields.object("from")?.ok_or_else(|| RestError::missing("from"))?;
    let body = words::body_of(&fields)?.filter(|body| !body.trim().is_empty());
    let body = body.ok_or_else(|| RestError::parameter("body", "Body is required"))?;
    if from.text("type")?.given().is_none_or(|kind| kind != "admin") {
        return begin(&app, &caller, &fields, &from, &body).await;
    }
    let message_type = message_type(&fields)?;
    let subject = fields.text("subject")?.over(None).unwrap_or_default();
    if message_type == "email" && subject.trim().is_empty() {
        let message = "No subject supplied for email message";
        return Err(RestError::unprocessable("parameter_not_found", message));
    }
    let admin_id = from
        .needed_id("id")?
        .parse()
        .map_err(|_| RestError::parameter("from.id", "from.id must be an id"))?;
    let message =
        MessageHtml::parse(&body).map_err(|error| RestError::parameter("body", error.to_string()))?;
    let to = people(&app, &caller, &fields, "to").await?;
    if to.is_empty() {
        return Err(RestError::missing("to"));
    }
    let mut copies = Vec::new();
    for kind in ["cc", "bcc"] {
        copies.extend(people(&app, &caller, &fields, kind).await?.into_iter().map(|contact| (kind, contact)));
    }
    let at = words::written_at(&app, &fields)?;
    let new = NewMessage {
        workspace_id: caller.workspace.id,
        admin_id,
        message_type,
        subject: subject.clone(),
        body: message.html.clone(),
        preview: message.preview,
        template: template(&fields)?,
        to,
        copies,
        begins_conversation: fields.flag("create_conversation_without_contact_reply")?.unwrap_or(false),
        at,
        now: app.now(),
    };
    let done = app.store.send_to_contacts(new).await?;
    let team = app.store.team(caller.workspace.id).await?;
    let teams = app.store.teams(caller.workspace.id).await?;
    let owner = team.iter().find(|admin| admin.id == admin_id).map(|admin| admins::shown(admin, &teams));
    let mut shown = json!({
        "type": "admin_message",
        "id": done.id.to_string(),
        "created_at": at,
        "subject": subject,
        // A text comes back as it was sent, HTML as it was kept.
        "body": if body.contains('<') { message.html } else { body },
        "message_type": message_type,
        "owner": owner,
    });
    if let Some(id) = done.conversation_id {
        shown["conversation_id"] = id.to_string().into();
    }
    Ok(Json(shown))
}

fn message_type(fields: &Fields) -> Answer<&'static str> {
    match fields.text("message_type")?.given().map(String::as_str) {
        // `conversation` is what the description's own example sends.
        Some("in_app" | "inapp" | "conversation") => Ok("inapp"),
        Some("email") => Ok("email"),
        Some(_) => Err(RestError::parameter("message_type", "message_type must be in_app or email")),
        None => Err(RestError::missing("message_type")),
    }
}

fn template(fields: &Fields) -> Answer<Option<String>> {
    let template = fields.text("template")?.over(None);
    if template.as_ref().is_some_and(|text| !["plain", "personal"].contains(&text.as_str())) {
        return Err(RestError::parameter("template", "template must be plain or personal"));
    }
    Ok(template)
}

/// The contacts of `to`, `cc` or `bcc`, each once.
async fn people(app: &SharedApp, caller: &Caller, fields: &Fields, name: &str) -> Answer<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for one in fields.objects(name, RECIPIENTS)? {
        let kind = one.text("type")?.over(None);
        if kind.is_some_and(|kind| !["user", "lead", "contact"].contains(&kind.as_str())) {
            return Err(RestError::parameter(one.path("type"), "type must be user, lead or contact"));
        }
        let found = person::named(app, caller, &one).await?;
        let found = found.ok_or_else(|| RestError::not_found("not_found", "User Not Found"))?;
        if !all.contains(&found) {
            all.push(found);
        }
    }
    Ok(all)
}
