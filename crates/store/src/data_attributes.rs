//! Custom attributes' definitions (S§3.2). The API writes only what is defined; what a page says at boot is defined by
//! saying it.

use std::collections::{BTreeMap, BTreeSet};

use doorstep_domain::search::Kind;
use doorstep_domain::segments::asks_for;
use serde_json::{Map, Value};

use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::workspaces::taken;

/// Most attributes of a workspace.
const LIMIT: i64 = 250;

/// What has the attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeModel {
    /// Leads and users.
    Contact,
    /// Companies.
    Company,
}

impl AttributeModel {
    /// The stored and spoken word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Company => "company",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Contact, Self::Company].into_iter().find(|model| model.as_str() == text)
    }
}

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataType {
    /// At most 255 characters.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// True or false.
    Boolean,
    /// Unix seconds.
    Date,
}

const TYPES: [(&str, DataType, Kind); 5] = [
    ("string", DataType::String, Kind::Text),
    ("integer", DataType::Integer, Kind::Number),
    ("float", DataType::Float, Kind::Number),
    ("boolean", DataType::Boolean, Kind::Bool),
    ("date", DataType::Date, Kind::Date),
];

impl DataType {
    /// The stored and spoken word.
    pub fn as_str(self) -> &'static str {
        TYPES.iter().find(|(_, known, _)| *known == self).map_or("string", |(word, ..)| word)
    }

    /// Reads the word; `datetime` is a date.
    pub fn parse(text: &str) -> Option<Self> {
        let text = if text == "datetime" { "date" } else { text };
        TYPES.iter().find(|(word, ..)| *word == text).map(|(_, known, _)| *known)
    }

    fn kind(self) -> Kind {
        TYPES.iter().find(|(_, known, _)| *known == self).map_or(Kind::Text, |(.., kind)| *kind)
    }

    /// The type a value has by itself.
    fn of(value: &Value) -> Self {
        match value {
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Float,
            Value::Number(_) => Self::Integer,
            _ => Self::String,
        }
    }

    fn accepts(self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Null) | (Self::Boolean, Value::Bool(_)) | (Self::Float, Value::Number(_)) => true,
            (Self::Integer | Self::Date, Value::Number(number)) => !number.is_f64(),
            (Self::String, Value::String(text)) => text.chars().count() <= 255,
            _ => false,
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Self::String => "a string of at most 255 characters",
            Self::Integer => "a whole number",
            Self::Float => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a time in Unix seconds",
        }
    }
}

/// A definition.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DataAttribute {
    /// Id.
    pub id: i64,
    /// See [`AttributeModel`].
    pub model: String,
    /// Name within `custom_attributes`.
    pub name: String,
    /// See [`DataType`].
    pub data_type: String,
    /// What it means.
    pub description: Option<String>,
    /// JSON array of the values there are; empty for any.
    pub options: String,
    /// Whether the Messenger may write it.
    pub messenger_writable: bool,
    /// Out of use.
    pub archived: bool,
    /// Who defined it.
    pub admin_id: Option<i64>,
    /// Defined.
    pub created_at: i64,
    /// Last changed.
    pub updated_at: i64,
}

impl DataAttribute {
    /// A page's value as one of this attribute: sites send numbers as texts and texts as numbers. `None` for what cannot be
    /// one.
    fn read_loosely(&self, value: &Value) -> Option<Value> {
        let data_type = DataType::parse(&self.data_type).unwrap_or(DataType::String);
        let value = match (data_type, value) {
            (DataType::String, Value::Number(_) | Value::Bool(_)) => Value::String(value.to_string()),
            (DataType::Integer | DataType::Float | DataType::Date, Value::String(text)) => {
                serde_json::from_str(text.trim()).ok().filter(Value::is_number)?
            }
            _ => value.clone(),
        };
        // What was a whole number on the first page may have a fraction on the next one.
        let number = data_type == DataType::Integer && value.is_number();
        (number || self.fits(&value).is_ok()).then_some(value)
    }

    /// Whether a value is of its type and, if it has options, one of them; the error is what would be right.
    fn fits(&self, value: &Value) -> std::result::Result<(), String> {
        let data_type = DataType::parse(&self.data_type).unwrap_or(DataType::String);
        if !data_type.accepts(value) {
            return Err(data_type.wanted().to_owned());
        }
        let options: Vec<String> = serde_json::from_str(&self.options).unwrap_or_default();
        match value {
            Value::String(text) if !options.is_empty() && !options.contains(text) => {
                Err(format!("one of: {}", options.join(", ")))
            }
            _ => Ok(()),
        }
    }
}

/// A definition to make.
#[derive(Clone, Debug)]
pub struct NewAttribute {
    /// What has it.
    pub model: AttributeModel,
    /// Its name: letters, digits, spaces, currency signs, `_` and `-`.
    pub name: String,
    /// What it holds.
    pub data_type: DataType,
    /// What it means.
    pub description: Option<String>,
    /// The values there are; empty for any.
    pub options: Vec<String>,
    /// Whether the Messenger may write it.
    pub messenger_writable: bool,
}

/// Changes to a definition.
#[derive(Clone, Debug, Default)]
pub struct AttributeWrite {
    /// Out of use or in use again.
    pub archived: Option<bool>,
    /// What it means.
    pub description: Option<String>,
    /// The values there are.
    pub options: Option<Vec<String>>,
    /// Whether the Messenger may write it.
    pub messenger_writable: Option<bool>,
}

impl Store {
    /// The definitions of a model (of all without), the first ones first.
    pub async fn data_attributes(
        &self,
        workspace_id: i64,
        model: Option<AttributeModel>,
        include_archived: bool,
    ) -> Result<Vec<DataAttribute>> {
        let mut conn = self.reader().await?;
        Ok(rows!(
            &mut conn,
            DataAttribute,
            "SELECT * FROM data_attributes WHERE workspace_id = $1 AND ($2 = '' OR model = $2) \
             AND ($3 OR NOT archived) ORDER BY id",
            workspace_id,
            model.map_or("", AttributeModel::as_str),
            include_archived
        )?)
    }

    /// What can be searched of a model's custom attributes.
    pub async fn attribute_kinds(
        &self,
        workspace_id: i64,
        model: AttributeModel,
    ) -> Result<BTreeMap<String, Kind>> {
        let all = self.data_attributes(workspace_id, Some(model), true).await?;
        let kind = |one: &DataAttribute| DataType::parse(&one.data_type).map_or(Kind::Text, DataType::kind);
        Ok(all.into_iter().map(|one| (one.name.clone(), kind(&one))).collect())
    }

    /// Makes a definition. [`Error::Attribute`] if the name is taken, by either model; [`Error::TooManyAttributes`].
    pub async fn create_data_attribute(
        &self,
        workspace_id: i64,
        new: NewAttribute,
        now: i64,
    ) -> Result<DataAttribute> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    if let Some(model) = model_of(conn, workspace_id, &new.name).await? {
                        let data = |model: &str| if model == "contact" { "people" } else { "company" };
                        let message = format!(
                            "You already have '{}' in your {} data. To save this as new {} data, use a different name.",
                            new.name,
                            data(&model),
                            data(new.model.as_str())
                        );
                        return Err(Error::Attribute { name: new.name, message });
                    }
                    if count(conn, workspace_id).await? >= LIMIT {
                        return Err(Error::TooManyAttributes(LIMIT));
                    }
                    let id = insert(conn, workspace_id, &new, now).await?;
                    one(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Changes a definition. [`Error::NotFound`]; [`Error::TooManyAttributes`] when one comes back that has no
    /// room; [`Error::AttributeInUse`] when one goes that segments ask for.
    pub async fn update_data_attribute(
        &self,
        workspace_id: i64,
        id: i64,
        write: AttributeWrite,
        now: i64,
    ) -> Result<DataAttribute> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before = one(conn, workspace_id, id).await?;
                    if before.archived
                        && write.archived == Some(false)
                        && count(conn, workspace_id).await? >= LIMIT
                    {
                        return Err(Error::TooManyAttributes(LIMIT));
                    }
                    if !before.archived
                        && write.archived == Some(true)
                        && in_segment(conn, workspace_id, &before).await?
                    {
                        return Err(Error::AttributeInUse);
                    }
                    execute!(
                        conn,
                        "UPDATE data_attributes SET archived = $2, description = $3, options = $4, \
                         messenger_writable = $5, updated_at = $6 WHERE id = $1",
                        id,
                        write.archived.unwrap_or(before.archived),
                        write.description.or(before.description),
                        write
                            .options
                            .map_or(before.options, |options| serde_json::json!(options).to_string()),
                        write.messenger_writable.unwrap_or(before.messenger_writable),
                        now
                    )?;
                    one(conn, workspace_id, id).await
                })
            })
            .await
    }
}

async fn one(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<DataAttribute> {
    let sql = "SELECT * FROM data_attributes WHERE id = $1 AND workspace_id = $2";
    row!(conn, DataAttribute, sql, id, workspace_id)?.ok_or(Error::NotFound("data attribute"))
}

async fn model_of(conn: &mut Conn, workspace_id: i64, name: &str) -> Result<Option<String>> {
    let sql = "SELECT model FROM data_attributes WHERE workspace_id = $1 AND name = $2";
    Ok(row!(conn, (String,), sql, workspace_id, name)?.map(|(model,)| model))
}

async fn count(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM data_attributes WHERE workspace_id = $1 AND NOT archived";
    Ok(row!(conn, (i64,), sql, workspace_id)?.map_or(0, |(count,)| count))
}

async fn insert(conn: &mut Conn, workspace_id: i64, new: &NewAttribute, now: i64) -> Result<i64> {
    let made = row!(
        conn,
        (i64,),
        "INSERT INTO data_attributes (workspace_id, model, name, data_type, description, options, \
         messenger_writable, archived, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, $8) \
         RETURNING id",
        workspace_id,
        new.model.as_str(),
        &new.name,
        new.data_type.as_str(),
        &new.description,
        serde_json::json!(new.options).to_string(),
        new.messenger_writable,
        now
    );
    Ok(made.map_err(taken("attribute"))?.ok_or(Error::NotFound("workspace"))?.0)
}

/// Whether a segment asks for an attribute.
async fn in_segment(conn: &mut Conn, workspace_id: i64, attribute: &DataAttribute) -> Result<bool> {
    if attribute.model != AttributeModel::Contact.as_str() {
        return Ok(false);
    }
    let sql = "SELECT query FROM segments WHERE workspace_id = $1 AND query IS NOT NULL";
    let field = format!("custom_attributes.{}", attribute.name);
    let asks = |query: &str| serde_json::from_str(query).is_ok_and(|query| asks_for(&query, &field));
    Ok(rows!(conn, (String,), sql, workspace_id)?.iter().any(|(query,)| asks(query)))
}

/// Whether the API may write these values for something of the model.
pub(crate) async fn check(
    conn: &mut Conn,
    workspace_id: i64,
    model: AttributeModel,
    values: &Map<String, Value>,
) -> Result<()> {
    for (name, value) in values {
        let refuse = |message: String| Err(Error::Attribute { name: name.clone(), message });
        let Some(found) = in_use(conn, workspace_id, model, name).await? else {
            return refuse(format!(
                "Custom attribute '{name}' does not exist; create it first with POST /data_attributes"
            ));
        };
        if let Err(wanted) = found.fits(value) {
            return refuse(format!("Custom attribute '{name}' must be {wanted}"));
        }
    }
    Ok(())
}

/// What a page changes of something's attributes: values that are other than the known ones, of attributes that are in use
/// and that the Messenger may write (M§3.2) or the site's own server signed (M§6.2), read as the attribute's type. The others are ignored.
pub(crate) async fn said_by_page(
    conn: &mut Conn,
    workspace_id: i64,
    model: AttributeModel,
    known: &Map<String, Value>,
    said: &Map<String, Value>,
    signed: &BTreeSet<String>,
) -> Result<Map<String, Value>> {
    let differs = |name: &str, value: &Value| known.get(name).unwrap_or(&Value::Null) != value;
    let mut kept = Map::new();
    for (name, value) in said.iter().filter(|(name, value)| differs(name, value)) {
        if let Some(found) = in_use(conn, workspace_id, model, name).await?
            && (found.messenger_writable || signed.contains(name))
            && let Some(value) = found.read_loosely(value)
            && differs(name, &value)
        {
            kept.insert(name.clone(), value);
        }
    }
    Ok(kept)
}

/// Whether [`learn`] would define something.
pub(crate) async fn learns(conn: &mut Conn, workspace_id: i64, values: &Map<String, Value>) -> Result<bool> {
    for (name, _) in values.iter().filter(|(_, value)| !value.is_null()) {
        if model_of(conn, workspace_id, name).await?.is_none() {
            return Ok(count(conn, workspace_id).await? < LIMIT);
        }
    }
    Ok(false)
}

async fn in_use(
    conn: &mut Conn,
    workspace_id: i64,
    model: AttributeModel,
    name: &str,
) -> Result<Option<DataAttribute>> {
    let sql =
        "SELECT * FROM data_attributes WHERE workspace_id = $1 AND name = $2 AND model = $3 AND NOT archived";
    Ok(row!(conn, DataAttribute, sql, workspace_id, name, model.as_str())?)
}

/// Defines what a page says that is not defined yet, as long as there is room (S§3.2: the snippet creates).
pub(crate) async fn learn(
    conn: &mut Conn,
    workspace_id: i64,
    model: AttributeModel,
    values: &Map<String, Value>,
    now: i64,
) -> Result<()> {
    for (name, value) in values.iter().filter(|(_, value)| !value.is_null()) {
        if model_of(conn, workspace_id, name).await?.is_some() || count(conn, workspace_id).await? >= LIMIT {
            continue;
        }
        let new = NewAttribute {
            model,
            name: name.clone(),
            data_type: DataType::of(value),
            description: None,
            options: Vec::new(),
            messenger_writable: true,
        };
        insert(conn, workspace_id, &new, now).await?;
    }
    Ok(())
}
