//! Attributes of conversations (2.16 `/conversations/attributes`): their definitions, and their values in a conversation,
//! kept as a JSON object in its row, which is what is read, and as one row each, which is what is searched.

use std::collections::BTreeMap;

use doorstep_domain::search::Kind;
use serde_json::{Map, Value, json};

use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};

/// Most attributes of a workspace.
const LIMIT: i64 = 250;

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationDataType {
    /// A text.
    String,
    /// A whole number.
    Integer,
    /// One of the labels of its options.
    List,
    /// A number.
    Decimal,
    /// True or false.
    Boolean,
    /// Unix seconds.
    Datetime,
    /// References; can be defined, not written here.
    Relationship,
    /// Files; can be defined, not written here.
    Files,
}

const TYPES: [(&str, ConversationDataType, Kind); 8] = [
    ("string", ConversationDataType::String, Kind::Text),
    ("integer", ConversationDataType::Integer, Kind::Number),
    ("list", ConversationDataType::List, Kind::Text),
    ("decimal", ConversationDataType::Decimal, Kind::Number),
    ("boolean", ConversationDataType::Boolean, Kind::Bool),
    ("datetime", ConversationDataType::Datetime, Kind::Date),
    ("relationship", ConversationDataType::Relationship, Kind::Text),
    ("files", ConversationDataType::Files, Kind::Text),
];

impl ConversationDataType {
    /// The stored and spoken word.
    pub fn as_str(self) -> &'static str {
        TYPES.iter().find(|(_, known, _)| *known == self).map_or("string", |(word, ..)| word)
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        TYPES.iter().find(|(word, ..)| *word == text).map(|(_, known, _)| *known)
    }

    /// What must be right about a value; `None` if it is.
    fn wanted(self, value: &Value, options: &[Value]) -> Option<String> {
        let fits = match (self, value) {
            (_, Value::Null) | (Self::Boolean, Value::Bool(_)) | (Self::Decimal, Value::Number(_)) => true,
            (Self::Integer, Value::Number(number)) => !number.is_f64(),
            (Self::Datetime, Value::Number(number)) => number.as_i64().is_some(),
            (Self::String, Value::String(text)) => text.chars().count() <= 10_000,
            (Self::List, Value::String(text)) => {
                options.iter().any(|option| option["label"] == text.as_str() && option["archived"] != true)
            }
            _ => false,
        };
        let wanted = || match self {
            Self::String => "a string of at most 10000 characters".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Decimal => "a number".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::Datetime => "a time in Unix seconds".to_owned(),
            Self::List => {
                let open = options.iter().filter(|option| option["archived"] != true);
                let labels: Vec<&str> = open.filter_map(|option| option["label"].as_str()).collect();
                format!("one of: {}", labels.join(", "))
            }
            Self::Relationship | Self::Files => {
                format!("null: values of type {} cannot be written here", self.as_str())
            }
        };
        (!fits).then(wanted)
    }
}

/// A definition.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ConversationAttribute {
    /// Id.
    pub id: i64,
    /// Name within `custom_attributes`.
    pub name: String,
    /// What it means.
    pub description: String,
    /// See [`ConversationDataType`].
    pub data_type: String,
    /// Whether teammates must fill it.
    pub required: bool,
    /// Whether a text may have several lines.
    pub multiline: bool,
    /// JSON array of the teams that see it; empty for all.
    pub team_ids: String,
    /// JSON array of a list's options: `id`, `label`, `archived`.
    pub options: String,
    /// JSON object: what a relationship refers to.
    pub reference: Option<String>,
    /// Out of use.
    pub archived: bool,
    /// Who defined it.
    pub admin_id: Option<i64>,
    /// Defined.
    pub created_at: i64,
    /// Last changed.
    pub updated_at: i64,
}

/// A definition to make.
#[derive(Clone, Debug)]
pub struct NewConversationAttribute {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub data_type: ConversationDataType,
    /// Everything else.
    pub change: AttributeChange,
}

/// Changes to a definition.
#[derive(Clone, Debug, Default)]
pub struct AttributeChange {
    /// Its name.
    pub name: Option<String>,
    /// What it means.
    pub description: Option<String>,
    /// Whether teammates must fill it.
    pub required: Option<bool>,
    /// Whether a text may have several lines.
    pub multiline: Option<bool>,
    /// Teams that see it.
    pub team_ids: Option<Vec<String>>,
    /// All options of a list.
    pub options: Option<Vec<Value>>,
    /// What a relationship refers to.
    pub reference: Option<Value>,
    /// Out of use.
    pub archived: Option<bool>,
}

impl Store {
    /// The definitions, the newest first.
    pub async fn conversation_attributes(
        &self,
        workspace_id: i64,
        include_archived: bool,
    ) -> Result<Vec<ConversationAttribute>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT * FROM conversation_attributes WHERE workspace_id = $1 AND ($2 OR NOT archived) \
                   ORDER BY id DESC";
        Ok(rows!(&mut conn, ConversationAttribute, sql, workspace_id, include_archived)?)
    }

    /// A definition. [`Error::NotFound`].
    pub async fn conversation_attribute(&self, workspace_id: i64, id: i64) -> Result<ConversationAttribute> {
        one(&mut self.reader().await?, workspace_id, id).await
    }

    /// What can be searched of conversations' attributes.
    pub async fn conversation_attribute_kinds(&self, workspace_id: i64) -> Result<BTreeMap<String, Kind>> {
        let all = self.conversation_attributes(workspace_id, true).await?;
        let kind = |one: &ConversationAttribute| {
            TYPES.iter().find(|(word, ..)| *word == one.data_type).map_or(Kind::Text, |(.., kind)| *kind)
        };
        Ok(all.into_iter().map(|one| (one.name.clone(), kind(&one))).collect())
    }

    /// Makes a definition. [`Error::Attribute`] if the name is taken or there are too many.
    pub async fn create_conversation_attribute(
        &self,
        workspace_id: i64,
        new: NewConversationAttribute,
        now: i64,
    ) -> Result<ConversationAttribute> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    free(conn, workspace_id, &new.name, 0).await?;
                    let sql = "SELECT count(*) FROM conversation_attributes WHERE workspace_id = $1 AND NOT archived";
                    if row!(conn, (i64,), sql, workspace_id)?.is_some_and(|(count,)| count >= LIMIT) {
                        let message = format!("a workspace has at most {LIMIT} conversation attributes; archive one");
                        return Err(Error::Attribute { name: new.name, message });
                    }
                    let change = new.change;
                    let (id,) = row!(
                        conn,
                        (i64,),
                        "INSERT INTO conversation_attributes (workspace_id, name, description, data_type, required, \
                         multiline, team_ids, options, reference, archived, created_at, updated_at) \
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE, $10, $10) RETURNING id",
                        workspace_id,
                        &new.name,
                        change.description.unwrap_or_default(),
                        new.data_type.as_str(),
                        change.required.unwrap_or(false),
                        change.multiline.unwrap_or(false),
                        json!(change.team_ids.unwrap_or_default()).to_string(),
                        Value::Array(change.options.unwrap_or_default()).to_string(),
                        change.reference.map(|reference| reference.to_string()),
                        now
                    )?
                    .ok_or(Error::NotFound("workspace"))?;
                    one(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Changes a definition; a new name takes the values along. [`Error::NotFound`], [`Error::Attribute`] if the name is
    /// taken.
    pub async fn update_conversation_attribute(
        &self,
        workspace_id: i64,
        id: i64,
        change: AttributeChange,
        now: i64,
    ) -> Result<ConversationAttribute> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before = one(conn, workspace_id, id).await?;
                    let name = change.name.unwrap_or_else(|| before.name.clone());
                    if name != before.name {
                        free(conn, workspace_id, &name, id).await?;
                        rename(conn, workspace_id, &before.name, &name).await?;
                    }
                    execute!(
                        conn,
                        "UPDATE conversation_attributes SET name = $2, description = $3, required = $4, \
                         multiline = $5, team_ids = $6, options = $7, reference = $8, archived = $9, \
                         updated_at = $10 WHERE id = $1",
                        id,
                        &name,
                        change.description.unwrap_or(before.description),
                        change.required.unwrap_or(before.required),
                        change.multiline.unwrap_or(before.multiline),
                        change.team_ids.map_or(before.team_ids, |ids| json!(ids).to_string()),
                        change.options.map_or(before.options, |options| Value::Array(options).to_string()),
                        change.reference.map(|reference| reference.to_string()).or(before.reference),
                        change.archived.unwrap_or(before.archived),
                        now
                    )?;
                    one(conn, workspace_id, id).await
                })
            })
            .await
    }
}

async fn one(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<ConversationAttribute> {
    let sql = "SELECT * FROM conversation_attributes WHERE id = $1 AND workspace_id = $2";
    row!(conn, ConversationAttribute, sql, id, workspace_id)?.ok_or(Error::NotFound("conversation attribute"))
}

async fn free(conn: &mut Conn, workspace_id: i64, name: &str, except: i64) -> Result<()> {
    let sql = "SELECT id FROM conversation_attributes WHERE workspace_id = $1 AND name = $2 AND id <> $3 \
               AND NOT archived";
    if row!(conn, (i64,), sql, workspace_id, name, except)?.is_none() {
        return Ok(());
    }
    let message = format!("You already have '{name}' in your conversation data; use a different name");
    Err(Error::Attribute { name: name.to_owned(), message })
}

async fn rename(conn: &mut Conn, workspace_id: i64, from: &str, to: &str) -> Result<()> {
    let sql =
        "SELECT conversation_id FROM conversation_attribute_values WHERE workspace_id = $1 AND name = $2";
    for (id,) in rows!(conn, (i64,), sql, workspace_id, from)? {
        let mut values = read(conn, id).await?;
        if let Some(value) = values.remove(from) {
            values.insert(to.to_owned(), value);
        }
        write(conn, workspace_id, id, values).await?;
    }
    Ok(())
}

/// Whether these values may be written. [`Error::Attribute`].
pub(super) async fn check(conn: &mut Conn, workspace_id: i64, values: &Map<String, Value>) -> Result<()> {
    for (name, value) in values {
        let refuse = |message: String| Err(Error::Attribute { name: name.clone(), message });
        let sql =
            "SELECT * FROM conversation_attributes WHERE workspace_id = $1 AND name = $2 AND NOT archived";
        let Some(found) = row!(conn, ConversationAttribute, sql, workspace_id, name)? else {
            return refuse(format!(
                "Custom attribute '{name}' does not exist; create it first with POST /conversations/attributes"
            ));
        };
        let options: Vec<Value> = serde_json::from_str(&found.options).unwrap_or_default();
        let data_type = ConversationDataType::parse(&found.data_type).unwrap_or(ConversationDataType::String);
        if let Some(wanted) = data_type.wanted(value, &options) {
            return refuse(format!("Custom attribute '{name}' must be {wanted}"));
        }
    }
    Ok(())
}

/// A conversation's values.
pub(super) async fn read(conn: &mut Conn, id: i64) -> Result<Map<String, Value>> {
    let found = row!(conn, (String,), "SELECT custom_attributes FROM conversations WHERE id = $1", id)?;
    Ok(found.and_then(|(text,)| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Replaces a conversation's values; `null` ones are left out.
pub(super) async fn write(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
    mut values: Map<String, Value>,
) -> Result<()> {
    values.retain(|_, value| !value.is_null());
    execute!(conn, "DELETE FROM conversation_attribute_values WHERE conversation_id = $1", id)?;
    for (name, value) in &values {
        let text = match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        };
        let sql = "INSERT INTO conversation_attribute_values \
                   (conversation_id, name, workspace_id, text_value, number_value) VALUES ($1, $2, $3, $4, $5)";
        execute!(conn, sql, id, name, workspace_id, text, value.as_f64())?;
    }
    let text = Value::Object(values).to_string();
    execute!(conn, "UPDATE conversations SET custom_attributes = $2 WHERE id = $1", id, text)?;
    Ok(())
}
