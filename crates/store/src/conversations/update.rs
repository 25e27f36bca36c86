//! `PUT` of a conversation (S§2.3): title, read mark, attributes, company. Each attribute that changes leaves a part that
//! says so.

use doorstep_domain::edit::Edit;
use doorstep_domain::topics::Topic;
use serde_json::{Map, Value, json};

use super::{ConversationRecord, attributes, light, record};
use crate::Store;
use crate::companies;
use crate::conn::{Conn, execute};
use crate::error::{Error, Result};
use crate::messages::{Author, Extras, Text, add_part, changed, count_unread};
use crate::types::Conversation;

/// What shall change.
#[derive(Clone, Debug, Default)]
pub struct ConversationWrite {
    /// What teammates call it.
    pub title: Edit<String>,
    /// Whether its person has read it.
    pub read: Option<bool>,
    /// Values by name; `null` clears one.
    pub custom_attributes: Map<String, Value>,
    /// The company it is about.
    pub company_id: Edit<String>,
}

impl Store {
    /// Changes a conversation. [`crate::Error::NotFound`] for it or the `company`, [`crate::Error::Attribute`].
    pub async fn update_conversation(
        &self,
        workspace_id: i64,
        id: i64,
        write: ConversationWrite,
        now: i64,
    ) -> Result<ConversationRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    record(conn, workspace_id, id).await?;
                    let place = light(conn, workspace_id, id).await?;
                    if !matches!(write.title, Edit::Keep) {
                        let sql = "UPDATE conversations SET title = $2, updated_at = $3 WHERE id = $1";
                        execute!(conn, sql, id, write.title.over(None), now)?;
                    }
                    if let Some(read) = write.read {
                        let sql = if read {
                            "UPDATE conversations SET read_by_contact = \
                             coalesce((SELECT max(p.id) FROM parts p WHERE p.conversation_id = $1), 0) WHERE id = $1"
                        } else {
                            "UPDATE conversations SET read_by_contact = 0 WHERE id = $1"
                        };
                        execute!(&mut *conn, sql, id)?;
                        count_unread(conn, id).await?;
                    }
                    company(conn, &place, write.company_id, now).await?;
                    set_attributes(conn, &place, write.custom_attributes, now).await?;
                    let topic = (write.read == Some(true)).then_some(Topic::ConversationRead);
                    changed(conn, &place, topic, now).await?;
                    record(conn, workspace_id, id).await
                })
            })
            .await
    }
}

async fn company(conn: &mut Conn, place: &Conversation, company: Edit<String>, now: i64) -> Result<()> {
    if matches!(company, Edit::Keep) {
        return Ok(());
    }
    if let Edit::Set(id) = &company
        && companies::company(conn, place.workspace_id, id).await?.is_none()
    {
        return Err(Error::NotFound("company"));
    }
    let sql = "UPDATE conversations SET company_id = $2, updated_at = $3 WHERE id = $1";
    execute!(conn, sql, place.id, company.over(None), now)?;
    Ok(())
}

async fn set_attributes(
    conn: &mut Conn,
    place: &Conversation,
    values: Map<String, Value>,
    now: i64,
) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    attributes::check(conn, place.workspace_id, &values).await?;
    let mut all = attributes::read(conn, place.id).await?;
    for (name, value) in values {
        let before = all.insert(name.clone(), value.clone()).unwrap_or(Value::Null);
        if before == value {
            continue;
        }
        let details = json!({
            "attribute": {"name": name}, "value": {"name": spoken(&value), "previous": spoken(&before)},
        });
        let details = details.to_string();
        let extras = Extras { event_details: Some(&details), ..Extras::default() };
        let text = Text::event("conversation_attribute_updated_by_admin", extras, now);
        add_part(conn, place, &Author::bot(), &text).await?;
    }
    attributes::write(conn, place.workspace_id, place.id, all).await
}

/// A value as the part tells it: a text, or `null`.
fn spoken(value: &Value) -> Value {
    match value {
        Value::Null | Value::String(_) => value.clone(),
        other => Value::String(other.to_string()),
    }
}
