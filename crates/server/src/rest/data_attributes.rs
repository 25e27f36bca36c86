//! `/data_attributes`: custom attributes' definitions (S§3.2).

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::attributes::{Standard, standard};
use doorstep_domain::edit::Edit;
use doorstep_store::{
    AttributeModel, AttributeWrite, ConversationAttribute, ConversationDataType, DataAttribute, DataType,
    Error, NewAttribute,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::description::Shape::{List, Of, OrNull, Text, Truth, Whole, Word};
use super::description::{Field, Kind, Operation, Param, Schema, key};
use super::fields::Fields;
use super::page::INCLUDE_ARCHIVED;
use super::{Answer, Caller, RestError, Version};
use crate::app::SharedApp;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/data_attributes", "lisDataAttributes", "List custom attributes", &LIST)
        .query(&[MODEL, INCLUDE_ARCHIVED])
        .refuses(&[422]),
    Operation::post("/data_attributes", "createDataAttribute", "Define a custom attribute", &ATTRIBUTE)
        .body(NEW),
    Operation::put("/data_attributes/{id}", "updateDataAttribute", "Change a custom attribute", &ATTRIBUTE)
        .body(CHANGE)
        .refuses(&[422]),
];

const MODEL: Param = Param::word(
    "model",
    &["contact", "company", "conversation"],
    "Whose attributes; conversation up to 2.15 only.",
);

/// Most characters of a name.
const NAME: usize = 190;

const NEW: &[Field] = &[
    Field::text_up_to("name", NAME, "Letters, digits, currency signs, spaces, - and _.").needed(),
    Field::text_up_to("model", NAME, "contact or company.").needed(),
    Field::text_up_to("data_type", NAME, "string, integer, float, boolean, datetime, date or options.")
        .needed(),
    DESCRIPTION,
    OPTIONS,
    WRITABLE,
];

const CHANGE: &[Field] =
    &[Field::flag("archived", "Whether it is out of use."), DESCRIPTION, OPTIONS, WRITABLE];

const DESCRIPTION: Field = Field::text("description", "For the team.");
const OPTIONS: Field = Field::of(
    "options",
    Kind::List(&Kind::Object(&[Field::text("value", "1 to 255 characters.").needed()])),
    "What the values may be, if not anything.",
);
const WRITABLE: Field = Field::flag("messenger_writable", "Whether a page may set it at boot.");

const LIST: Schema = Schema::new(
    "data_attribute_list",
    "Custom attributes.",
    &[key("type", Word(&["list"])), key("data", List(&Of(&ATTRIBUTE)))],
);

/// As `shown` makes it.
const ATTRIBUTE: Schema = Schema::new(
    "data_attribute",
    "A custom attribute.",
    &[
        key("type", Word(&["data_attribute"])),
        key("id", Whole).optional(),
        key("model", Word(&["contact", "company", "conversation"])),
        key("name", Text),
        key("full_name", Text),
        key("label", Text),
        key("description", OrNull(&Text)),
        key("data_type", Word(&["string", "integer", "float", "boolean", "datetime", "date"])),
        key("options", List(&Text)).optional(),
        key("api_writable", Truth),
        key("ui_writable", Truth),
        key("messenger_writable", Truth),
        key("custom", Truth),
        key("archived", Truth),
        key("admin_id", OrNull(&Text)).optional(),
        key("created_at", Whole).optional(),
        key("updated_at", Whole).optional(),
    ],
);

/// `?model=&include_archived=`.
#[derive(Clone, Debug, Deserialize)]
pub struct IndexQuery {
    model: Option<String>,
    include_archived: Option<String>,
}

/// `GET /data_attributes`.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<IndexQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let (standard, all): (Vec<Standard>, _) = match query.model.as_deref() {
        Some("conversation") if caller.version < Version::V2_16 => {
            let archived = query.include_archived.as_deref() == Some("true");
            let all = app.store.conversation_attributes(caller.workspace.id, archived).await?;
            let data: Vec<Value> = all.iter().filter_map(shown_of_conversations).collect();
            return Ok(Json(json!({"type": "list", "data": data})));
        }
        Some("conversation") => {
            let message = "use /conversations/attributes for conversation attributes";
            return Err(RestError::unprocessable("parameter_invalid", message));
        }
        Some(model) if AttributeModel::parse(model).is_none() => {
            return Err(RestError::parameter("model", "model must be contact or company"));
        }
        model => {
            let archived = query.include_archived.as_deref() == Some("true");
            let model = model.and_then(AttributeModel::parse);
            let all = app.store.data_attributes(caller.workspace.id, model, archived).await?;
            (standard(model.map(AttributeModel::as_str)).collect(), all)
        }
    };
    let data: Vec<Value> = standard.iter().map(shown_standard).chain(all.iter().map(shown)).collect();
    Ok(Json(json!({"type": "list", "data": data})))
}

/// One that everything of a model has: without an id, because it cannot be changed.
fn shown_standard(attribute: &Standard) -> Value {
    json!({
        "type": "data_attribute",
        "model": attribute.model,
        "name": attribute.name(),
        "full_name": attribute.full_name,
        "label": attribute.label,
        "description": attribute.description,
        "data_type": attribute.data_type,
        "api_writable": attribute.api_writable,
        "ui_writable": false,
        "messenger_writable": attribute.messenger_writable,
        "custom": false,
        "archived": false,
    })
}

/// One of conversations, as it was listed before they had calls of their own (up to 2.15): without an id, because these
/// calls cannot change it, and without types that were unknown then.
fn shown_of_conversations(attribute: &ConversationAttribute) -> Option<Value> {
    let data_type = match ConversationDataType::parse(&attribute.data_type)? {
        ConversationDataType::String | ConversationDataType::List => "string",
        ConversationDataType::Integer => "integer",
        ConversationDataType::Decimal => "float",
        ConversationDataType::Boolean => "boolean",
        ConversationDataType::Datetime => "datetime",
        ConversationDataType::Relationship | ConversationDataType::Files => return None,
    };
    let mut shown = json!({
        "type": "data_attribute",
        "model": "conversation",
        "name": attribute.name,
        "full_name": format!("custom_attributes.{}", attribute.name),
        "label": attribute.name,
        "description": attribute.description,
        "data_type": data_type,
        "api_writable": true,
        "ui_writable": false,
        "messenger_writable": false,
        "custom": true,
        "archived": attribute.archived,
        "admin_id": attribute.admin_id.map(|id| id.to_string()),
        "created_at": attribute.created_at,
        "updated_at": attribute.updated_at,
    });
    let options: Vec<Value> = serde_json::from_str(&attribute.options).unwrap_or_default();
    let open = options.iter().filter(|option| option["archived"] != true);
    let labels: Vec<Value> = open.map(|option| option["label"].clone()).collect();
    if !labels.is_empty() {
        shown["options"] = labels.into();
    }
    Some(shown)
}

/// `POST /data_attributes`.
pub async fn create(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let word = |name: &'static str| -> Answer<String> {
        match fields.text_up_to(name, NAME)? {
            Edit::Set(text) => Ok(text),
            Edit::Keep | Edit::Clear => Err(RestError::missing(name)),
        }
    };
    let name = word("name")?;
    // Currency signs are all that may stand beside letters, digits, spaces and the two lines.
    let allowed = |c: char| c.is_alphanumeric() || "$€£¥ _-".contains(c);
    if !name.chars().all(allowed) {
        return Err(RestError::parameter(
            "name",
            "Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens",
        ));
    }
    let model = AttributeModel::parse(&word("model")?).ok_or_else(|| {
        RestError::parameter("model", "The Data Attribute model field must be either contact or company")
    })?;
    let given = word("data_type")?;
    let options = options(&fields)?;
    let data_type = if given == "options" { Some(DataType::String) } else { DataType::parse(&given) };
    let data_type = data_type.ok_or_else(|| {
        RestError::parameter(
            "data_type",
            "Data Type isn't an option: use string, integer, float, boolean, datetime, date or options",
        )
    })?;
    if given == "options" && options.as_ref().is_none_or(|options| options.len() < 2) {
        return Err(RestError::parameter("options", "options must have at least two entries with a value"));
    }
    let new = NewAttribute {
        model,
        name,
        data_type,
        description: fields.text("description")?.over(None),
        options: options.unwrap_or_default(),
        messenger_writable: fields.flag("messenger_writable")?.unwrap_or(false),
    };
    match app.store.create_data_attribute(caller.workspace.id, new, app.now()).await {
        Err(Error::Attribute { message, .. }) => Err(RestError::parameter("name", message)),
        made => Ok(Json(shown(&made?))),
    }
}

/// `PUT /data_attributes/{id}`: all but name, model and type.
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let id = id.parse().map_err(|_| RestError::not_found("field_not_found", "Field Not Found"))?;
    let write = AttributeWrite {
        archived: fields.flag("archived")?,
        description: fields.text("description")?.over(None),
        options: options(&fields)?,
        messenger_writable: fields.flag("messenger_writable")?,
    };
    let done = app.store.update_data_attribute(caller.workspace.id, id, write, app.now()).await?;
    Ok(Json(shown(&done)))
}

/// `[{"value": "1-10"}, …]`.
fn options(fields: &Fields) -> Answer<Option<Vec<String>>> {
    let wrong = || {
        RestError::parameter(
            "options",
            "options must be an array of objects with a `value` of 1 to 255 characters",
        )
    };
    let Some(value) = fields.get("options").filter(|value| !value.is_null()) else { return Ok(None) };
    let items = value.as_array().filter(|items| items.len() <= 250).ok_or_else(wrong)?;
    let text = |item: &Value| {
        let text = item.get("value").and_then(Value::as_str)?;
        (1..=255).contains(&text.chars().count()).then(|| text.to_owned())
    };
    items.iter().map(|item| text(item).ok_or_else(wrong)).collect::<Answer<Vec<_>>>().map(Some)
}

fn shown(attribute: &DataAttribute) -> Value {
    let options: Vec<String> = serde_json::from_str(&attribute.options).unwrap_or_default();
    let mut shown = json!({
        "type": "data_attribute",
        "id": attribute.id,
        "model": attribute.model,
        "name": attribute.name,
        "full_name": format!("custom_attributes.{}", attribute.name),
        "label": attribute.name,
        "description": attribute.description,
        "data_type": attribute.data_type,
        "api_writable": true,
        "ui_writable": false,
        "messenger_writable": attribute.messenger_writable,
        "custom": true,
        "archived": attribute.archived,
        "admin_id": attribute.admin_id.map(|id| id.to_string()),
        "created_at": attribute.created_at,
        "updated_at": attribute.updated_at,
    });
    if !options.is_empty() {
        shown["options"] = options.into();
    }
    shown
}
