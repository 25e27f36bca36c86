//! `/conversations`: begin, retrieve, update, delete (S§2.1, S§2.3). Answers and deeds are in `reply.rs`, lists and
//! searches in `search.rs`, the object in `shape.rs`, who is meant in `person.rs`, what a message says in `words.rs`.

pub mod attributes;
pub mod customers;
pub mod deleted;
pub(super) mod describe;
pub mod merge;
pub mod parts;
pub(super) mod person;
pub mod reply;
pub mod search;
pub(super) mod shape;
pub mod tags;
pub(super) mod words;

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::message_text::MessageText;
use doorstep_store::{ConversationWrite, NewConversation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::description::Shape::{Text, Truth, Word};
use super::description::{Field, Kind, Schema, key};
use super::fields::Fields;
use super::{Answer, Caller, RestError, Version};
use crate::app::SharedApp;
use shape::whole;

/// Longest address of a page.
const URL: usize = 2048;

/// Of `POST /conversations`.
const NEW: &[Field] = &[
    Field::object("from", person::SENDER, "Who writes.").needed(),
    words::BODY_FIELD.needed(),
    SUBJECT,
    REFERER,
    words::CREATED_AT,
    words::ATTACHMENT_URLS,
    words::ATTACHMENT_FILES,
];

/// Of a message.
pub(super) const SUBJECT: Field = Field::text("subject", "Its subject.");
/// Of a contact's message.
pub(super) const REFERER: Field = Field::text_up_to("referer", URL, "The page it comes from.");

/// Of `PUT /conversations/{id}`.
const CHANGE: &[Field] = &[
    Field::text("title", "Its title."),
    Field::flag("read", "Whether its person has read it."),
    Field::of("custom_attributes", Kind::Map, "Values of its attributes by name."),
    Field::id("company_id", "The company it is about, by our id."),
];

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
    let text = words::body_of(&fields)?.ok_or_else(|| RestError::missing("body"))?;
    begin(&app, &caller, &fields, &from, &text).await
}

/// Begins a conversation with a contact's text, and answers with the message. Also for `POST /messages`.
pub(super) async fn begin(
    app: &SharedApp,
    caller: &Caller,
    fields: &Fields,
    from: &Fields,
    text: &str,
) -> Answer<Json<Value>> {
    let text = MessageText::parse(text).map_err(|error| RestError::parameter("body", error.to_string()))?;
    let new = NewConversation {
        workspace_id: caller.workspace.id,
        body: text.html(),
        preview: text.preview(),
        // Wrong fields are refused before anybody is looked for.
        attachments: words::addresses(fields)?,
        files: Vec::new(),
        subject: fields.text("subject")?.over(None).unwrap_or_default(),
        url: fields.text_up_to("referer", URL)?.over(None),
        at: words::written_at(app, fields)?,
        now: app.now(),
        contact_id: person::sender(app, caller, from).await?,
    };
    let files = words::attached(app, caller, fields).await?;
    let new = NewConversation { attachments: files.addresses, files: files.ids, ..new };
    let (conversation, part) = app.store.begin_conversation(new).await?;
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

/// `PUT /conversations/{id}`: title, whether its person has read it, attributes, company.
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<DisplayQuery>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let write = ConversationWrite {
        title: fields.text("title")?,
        read: fields.flag("read")?,
        custom_attributes: fields.object("custom_attributes")?.unwrap_or_default().into_map(),
        company_id: fields.id("company_id")?,
    };
    let done = app.store.update_conversation(caller.workspace.id, number(&id)?, write, app.now()).await?;
    Ok(Json(whole(&app, &caller, &done, query.plain()).await?))
}

/// `?retain_metrics=`: whether what was counted stays in reports.
#[derive(Clone, Debug, Deserialize)]
pub struct DeleteQuery {
    retain_metrics: Option<String>,
}

/// `DELETE /conversations/{id}`: gone for good.
pub async fn delete(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<DeleteQuery>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_14)?;
    let retain = query.retain_metrics.as_deref() != Some("false");
    app.store.delete_conversation(caller.workspace.id, number(&id)?, retain, app.now()).await?;
    Ok(Json(json!({"id": id, "object": "conversation", "deleted": true})))
}

/// The id of a path; what is no number is no conversation.
fn number(id: &str) -> Answer<i64> {
    id.parse().map_err(|_| RestError::not_found("not_found", "Resource Not Found"))
}
