//! `/conversations/attributes` (2.16): definitions of conversations' custom attributes, and the options of lists.

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::edit::Edit;
use doorstep_store::{
    AttributeChange, ConversationAttribute, ConversationDataType, Error, NewConversationAttribute,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::SharedApp;
use crate::rest::description::{Field, Kind, Schema, Shape, key};
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError, Version};

/// Most characters of a name.
const NAME: usize = 190;
/// Most options of a list, teams of an attribute.
const MOST: usize = 500;

/// Of `POST /conversations/attributes`.
pub(super) const NEW: &[Field] = &[
    Field::text_up_to("name", NAME, "Its name within `custom_attributes`.").needed(),
    Field::text("data_type", "string, integer, list, decimal, boolean, datetime, relationship or files.")
        .needed(),
    DESCRIPTION,
    REQUIRED,
    TEAMS,
    MULTILINE,
    REFERENCE,
    Field::of("options", Kind::List(&Kind::Object(LABEL)), "For list: what there is to choose."),
];

/// Of `PUT /conversations/attributes/{id}`.
pub(super) const CHANGE: &[Field] = &[
    Field::text_up_to("name", NAME, "Its name; values go along."),
    DESCRIPTION,
    REQUIRED,
    TEAMS,
    MULTILINE,
    REFERENCE,
];

/// Of both calls for options.
pub(super) const LABEL: &[Field] = &[Field::text("label", "What is shown.").needed()];

const DESCRIPTION: Field = Field::text("description", "What it means.");
const REQUIRED: Field = Field::flag("required", "Whether teammates must fill it.");
const MULTILINE: Field = Field::flag("multiline", "For string: whether it may have several lines.");
const TEAMS: Field =
    Field::of("visible_to_team_ids", Kind::List(&Kind::Id), "Teams that see it; empty for all.");
const REFERENCE: Field = Field::object(
    "reference",
    &[Field::text("type", "one or many.").needed(), Field::text("object_type_id", "What it refers to.")],
    "For relationship: what it refers to.",
);

/// As `shown` makes it.
pub(super) const ATTRIBUTE: Schema = Schema::new(
    "conversation_attribute",
    "A custom attribute of conversations.",
    &[
        key("type", Shape::Word(&["conversation_attribute"])),
        key("id", Shape::Whole),
        key("name", Shape::Text),
        key("description", Shape::Text),
        key("data_type", Shape::Text),
        key("required", Shape::Truth),
        key("visible_to_team_ids", Shape::List(&Shape::Text)),
        key("archived", Shape::Truth),
        key("created_at", Shape::Whole),
        key("updated_at", Shape::Whole),
        key("admin_id", Shape::OrNull(&Shape::Text)),
        key("multiline", Shape::Truth).optional(),
        key(
            "options",
            Shape::List(&Shape::Object(&[
                key("id", Shape::Text),
                key("label", Shape::Text),
                key("archived", Shape::Truth),
            ])),
        )
        .optional(),
        key(
            "reference",
            Shape::OrNull(&Shape::Object(&[
                key("type", Shape::Word(&["one", "many"])),
                key("object_type_id", Shape::OrNull(&Shape::Text)),
            ])),
        )
        .optional(),
    ],
);

/// As `index` makes it.
pub(super) const ATTRIBUTE_LIST: Schema = Schema::new(
    "conversation_attribute_list",
    "The custom attributes of conversations.",
    &[key("type", Shape::Word(&["list"])), key("data", Shape::List(&Shape::Of(&ATTRIBUTE)))],
);

/// `?include_archived=`.
#[derive(Clone, Debug, Deserialize)]
pub struct IndexQuery {
    include_archived: Option<String>,
}

/// `GET /conversations/attributes`.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<IndexQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_16)?;
    let archived = query.include_archived.as_deref() == Some("true");
    let all = app.store.conversation_attributes(caller.workspace.id, archived).await?;
    let data: Vec<Value> = all.iter().map(shown).collect();
    Ok(Json(json!({"type": "list", "data": data})))
}

/// `POST /conversations/attributes`.
pub async fn create(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_16)?;
    let Edit::Set(name) = fields.text_up_to("name", NAME)? else { return Err(RestError::missing("name")) };
    let Edit::Set(given) = fields.text("data_type")? else { return Err(RestError::missing("data_type")) };
    let data_type = ConversationDataType::parse(&given).ok_or_else(|| {
        let allowed = "string, integer, list, decimal, boolean, datetime, relationship, files";
        let message = format!("data_type '{given}' is not valid. Allowed types: {allowed}");
        RestError::unprocessable("parameter_invalid", message).at("data_type")
    })?;
    let mut change = change(&fields, data_type)?;
    if data_type == ConversationDataType::List {
        let options = fields.entries("options", MOST)?.unwrap_or_default();
        let options = options.iter().map(|one| Ok(option(&label(one)?))).collect::<Answer<_>>()?;
        change.options = Some(options);
    }
    if data_type == ConversationDataType::Relationship && change.reference.is_none() {
        return Err(RestError::missing("reference"));
    }
    change.name = None;
    let new = NewConversationAttribute { name, data_type, change };
    let made = app.store.create_conversation_attribute(caller.workspace.id, new, app.now()).await;
    Ok(Json(shown(&made.map_err(name_taken)?)))
}

/// `GET /conversations/attributes/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    Ok(Json(shown(&found(&app, &caller, &id).await?)))
}

/// `PUT /conversations/attributes/{id}`: everything but the type.
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let before = found(&app, &caller, &id).await?;
    let change = change(&fields, type_of(&before))?;
    write(&app, &caller, before.id, change).await
}

/// `DELETE /conversations/attributes/{id}`: out of use; what conversations have of it stays.
pub async fn delete(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    let before = found(&app, &caller, &id).await?;
    let change = AttributeChange { archived: Some(true), ..AttributeChange::default() };
    write(&app, &caller, before.id, change).await
}

/// `POST /conversations/attributes/{id}/options`.
pub async fn create_option(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let before = found(&app, &caller, &id).await?;
    let mut options = options_of(&before)?;
    if options.len() >= MOST {
        let message = format!("a list has at most {MOST} options");
        return Err(RestError::unprocessable("parameter_invalid", message));
    }
    options.push(option(&only_label(&fields)?));
    let change = AttributeChange { options: Some(options), ..AttributeChange::default() };
    write(&app, &caller, before.id, change).await
}

/// `PUT /conversations/attributes/{id}/options/{option_id}`: another label.
pub async fn update_option(
    State(app): State<SharedApp>,
    Path((id, option_id)): Path<(String, String)>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    change_option(&app, &caller, &id, &option_id, |option| {
        option["label"] = only_label(&fields)?.into();
        Ok(())
    })
    .await
}

/// `DELETE /conversations/attributes/{id}/options/{option_id}`: no longer to choose; conversations that have it keep it.
pub async fn delete_option(
    State(app): State<SharedApp>,
    Path((id, option_id)): Path<(String, String)>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    change_option(&app, &caller, &id, &option_id, |option| {
        option["archived"] = true.into();
        Ok(())
    })
    .await
}

async fn change_option(
    app: &SharedApp,
    caller: &Caller,
    id: &str,
    option_id: &str,
    edit: impl FnOnce(&mut Value) -> Answer<()>,
) -> Answer<Json<Value>> {
    let before = found(app, caller, id).await?;
    let mut options = options_of(&before)?;
    let option = options.iter_mut().find(|option| option["id"] == option_id);
    edit(
        option.ok_or_else(|| {
            RestError::not_found("conversation_attribute_not_found", "List option not found")
        })?,
    )?;
    let change = AttributeChange { options: Some(options), ..AttributeChange::default() };
    write(app, caller, before.id, change).await
}

async fn found(app: &SharedApp, caller: &Caller, id: &str) -> Answer<ConversationAttribute> {
    caller.version.needs(Version::V2_16)?;
    let id = id.parse().map_err(|_| RestError::from(Error::NotFound("conversation attribute")))?;
    Ok(app.store.conversation_attribute(caller.workspace.id, id).await?)
}

async fn write(app: &SharedApp, caller: &Caller, id: i64, change: AttributeChange) -> Answer<Json<Value>> {
    let done = app.store.update_conversation_attribute(caller.workspace.id, id, change, app.now()).await;
    Ok(Json(shown(&done.map_err(name_taken)?)))
}

fn name_taken(error: Error) -> RestError {
    match error {
        Error::Attribute { message, .. } => RestError::parameter("name", message),
        error => error.into(),
    }
}

/// What a body asks for beside the type and the options.
fn change(fields: &Fields, data_type: ConversationDataType) -> Answer<AttributeChange> {
    let multiline = fields.flag("multiline")?;
    let reference = match fields.object("reference")? {
        Some(reference) => {
            let kind = reference.text("type")?.over(None).unwrap_or_default();
            let object = reference.text("object_type_id")?.over(None);
            let relates = data_type == ConversationDataType::Relationship;
            if relates && !["one", "many"].contains(&kind.as_str()) {
                return Err(RestError::parameter("reference.type", "reference.type must be one or many"));
            }
            // Of other types it says nothing.
            relates.then(|| json!({"type": kind, "object_type_id": object}))
        }
        None => None,
    };
    Ok(AttributeChange {
        name: fields.text_up_to("name", NAME)?.over(None),
        description: match fields.text("description")? {
            Edit::Keep => None,
            given => Some(given.over(None).unwrap_or_default()),
        },
        required: fields.flag("required")?,
        multiline: multiline.filter(|_| data_type == ConversationDataType::String),
        team_ids: fields.texts("visible_to_team_ids", MOST)?,
        options: None,
        reference,
        archived: None,
    })
}

fn type_of(attribute: &ConversationAttribute) -> ConversationDataType {
    ConversationDataType::parse(&attribute.data_type).unwrap_or(ConversationDataType::String)
}

fn options_of(attribute: &ConversationAttribute) -> Answer<Vec<Value>> {
    if type_of(attribute) != ConversationDataType::List {
        let message = "Options can only be managed on list attributes";
        return Err(RestError::unprocessable("parameter_invalid", message));
    }
    Ok(serde_json::from_str(&attribute.options).unwrap_or_default())
}

fn option(label: &str) -> Value {
    json!({"id": Uuid::new_v4().to_string(), "label": label, "archived": false})
}

fn label(fields: &Fields) -> Answer<String> {
    let refuse =
        |message: &str| Err(RestError::unprocessable("parameter_invalid", message).at(fields.path("label")));
    match fields.get("label") {
        Some(Value::String(text)) if text.trim().is_empty() => refuse("label is required"),
        Some(Value::String(text)) if text.chars().count() <= 255 => Ok(text.clone()),
        Some(Value::String(_)) => refuse("label must have at most 255 characters"),
        None | Some(Value::Null) => refuse("label is required"),
        Some(_) => refuse("label must be a string"),
    }
}

fn only_label(fields: &Fields) -> Answer<String> {
    if fields.map().keys().any(|name| name != "label") {
        return Err(RestError::unprocessable("parameter_invalid", "only 'label' is accepted"));
    }
    label(fields)
}

fn shown(attribute: &ConversationAttribute) -> Value {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|_| json!([]));
    let mut shown = json!({
        "type": "conversation_attribute",
        "id": attribute.id,
        "name": attribute.name,
        "description": attribute.description,
        "data_type": attribute.data_type,
        "required": attribute.required,
        "visible_to_team_ids": read(&attribute.team_ids),
        "archived": attribute.archived,
        "created_at": attribute.created_at,
        "updated_at": attribute.updated_at,
        "admin_id": attribute.admin_id.map(|id| id.to_string()),
    });
    match type_of(attribute) {
        ConversationDataType::String => shown["multiline"] = attribute.multiline.into(),
        ConversationDataType::List => shown["options"] = read(&attribute.options),
        ConversationDataType::Relationship => {
            shown["reference"] = attribute.reference.as_deref().map_or(Value::Null, read);
        }
        _ => {}
    }
    shown
}
