//! `/conversations`: begin, retrieve, update, delete (S§2.1, S§2.3). Answers and deeds are in `reply.rs`, lists and
//! searches in `search.rs`, the object in `shape.rs`, who is meant in `person.rs`.

pub(super) mod describe;
mod person;
pub mod reply;
pub mod search;
mod shape;

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::edit::Edit;
use doorstep_domain::message_text::MessageText;
use serde::Deserialize;
use serde_json::{Value, json};

use super::description::Shape::{Text, Truth, Whole, Word};
use super::description::{Field, Kind, Schema, key};
use super::fields::Fields;
use super::{Answer, Caller, RestError, Version};
use crate::app::SharedApp;
use shape::whole;

/// Longest body a client may send, in characters; what is too long for a message is refused by the domain.
const BODY: usize = 100_000;

/// Of `POST /conversations`.
const NEW: &[Field] = &[
    Field::object("from", person::SENDER, "Who writes.").needed(),
    Field::text_up_to("body", BODY, "What they write, as text.").needed(),
    ATTACHMENT_URLS,
    ATTACHMENT_FILES,
];

const ATTACHMENT_URLS: Field =
    Field::of("attachment_urls", Kind::List(&Kind::Text(BODY)), "Not there yet: must be empty.");
const ATTACHMENT_FILES: Field =
    Field::of("attachment_files", Kind::List(&Kind::Map), "Not there yet: must be empty.");

/// Of `PUT /conversations/{id}`.
const CHANGE: &[Field] =
    &[Field::text("title", "Its title."), Field::flag("read", "Whether the team has read it.")];

/// Of `POST /conversations`.
const MESSAGE: Schema = Schema::new(
    "message",
    "A message.",
    &[
        key("type", Word(&["user_message"])),
        key("id", Text),
        key("created_at", Whole),
        key("body", Text),
        key("message_type", Word(&["inapp"])),
        key("conversation_id", Text),
    ],
);

/// Of `DELETE /conversations/{id}`.
const DELETED: Schema = Schema::new(
    "conversation_deleted",
    "A deleted conversation.",
    &[key("id", Text), key("object", Word(&["conversation"])), key("deleted", Truth)],
);

/// `?display_as=plaintext`.
#[derive(Clone, Debug, Deserialize)]
pub struct DisplayQuery {
    display_as: Option<String>,
}

impl DisplayQuery {
    fn plain(&self) -> bool {
        self.display_as.as_deref() == Some("plaintext")
    }
}

/// `POST /conversations`: a contact's message begins one; a visitor becomes a lead by it (P2).
pub async fn create(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let from = fields.object("from")?.ok_or_else(|| RestError::missing("from"))?;
    let text = body_of(&fields)?.ok_or_else(|| RestError::missing("body"))?;
    let text = MessageText::parse(&text).map_err(|error| RestError::parameter("body", error.to_string()))?;
    no_attachments(&fields)?;
    let contact_id = person::sender(&app, &caller, &from).await?;
    let (conversation, part) = app
        .store
        .begin_conversation(caller.workspace.id, contact_id, text.html(), text.preview(), app.now())
        .await?;
    Ok(Json(json!({
        "type": "user_message",
        "id": part.id.to_string(),
        "created_at": part.created_at,
        "body": text.as_str(),
        "message_type": "inapp",
        "conversation_id": conversation.id.to_string(),
    })))
}

/// `GET /conversations/{id}`, with its newest 500 parts.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<DisplayQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let found = app.store.conversation_record(caller.workspace.id, number(&id)?).await?;
    Ok(Json(whole(&app, &caller, &found, query.plain()).await?))
}

/// `PUT /conversations/{id}`: title, and whether its person has read it.
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<DisplayQuery>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let title = match fields.text("title")? {
        Edit::Keep => None,
        Edit::Clear => Some(None),
        Edit::Set(title) => Some(Some(title)),
    };
    let read = fields.flag("read")?;
    let done =
        app.store.update_conversation(caller.workspace.id, number(&id)?, title, read, app.now()).await?;
    Ok(Json(whole(&app, &caller, &done, query.plain()).await?))
}

/// `DELETE /conversations/{id}`: gone for good.
pub async fn delete(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_14)?;
    app.store.delete_conversation(caller.workspace.id, number(&id)?, app.now()).await?;
    Ok(Json(json!({"id": id, "object": "conversation", "deleted": true})))
}

/// The id of a path; what is no number is no conversation.
fn number(id: &str) -> Answer<i64> {
    id.parse().map_err(|_| RestError::not_found("not_found", "Resource Not Found"))
}

/// The text of a message, if there is one.
fn body_of(fields: &Fields) -> Answer<Option<String>> {
    Ok(fields.text_up_to("body", BODY)?.over(None))
}

fn no_attachments(fields: &Fields) -> Answer<()> {
    for name in ["attachment_urls", "attachment_files"] {
        if fields.get(name).is_some_and(|value| value.as_array().is_some_and(|list| !list.is_empty())) {
            return Err(RestError::parameter(name, "attachments are not supported yet; leave them out"));
        }
    }
    Ok(())
}
