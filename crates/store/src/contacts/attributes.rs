//! Custom attributes: a JSON object in the contact's or company's row, which is what is read, and one row each in
//! `contact_attributes` or `company_attributes`, which is what is searched. Always written together, here.

use serde_json::{Map, Value};

use crate::conn::{Conn, execute, row};
use crate::error::Result;

/// A contact's custom attributes.
pub(crate) async fn read(conn: &mut Conn, contact_id: &str) -> Result<Map<String, Value>> {
    let found = row!(conn, (String,), "SELECT custom_attributes FROM contacts WHERE id = $1", contact_id)?;
    Ok(found.and_then(|(text,)| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// What has attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A lead or user.
    Contact,
    /// A company.
    Company,
}

impl Owner {
    /// Forgets the rows of the owner `$1`, adds one, and stores the object.
    fn statements(self) -> [&'static str; 3] {
        match self {
            Self::Contact => [
                "DELETE FROM contact_attributes WHERE contact_id = $1",
                // The last two are kept by a trigger from here on (migration 20).
                "INSERT INTO contact_attributes \
                 (contact_id, name, workspace_id, text_value, number_value, created_at, live) \
                 SELECT k.id, $2, $3, $4, $5, k.created_at, \
                 k.merged_into IS NULL AND k.archived_at IS NULL AND k.blocked_at IS NULL \
                 FROM contacts k WHERE k.id = $1",
                "UPDATE contacts SET custom_attributes = $2 WHERE id = $1",
            ],
            Self::Company => [
                "DELETE FROM company_attributes WHERE company_id = $1",
                "INSERT INTO company_attributes (company_id, name, workspace_id, text_value, number_value) \
                 VALUES ($1, $2, $3, $4, $5)",
                "UPDATE companies SET custom_attributes = $2 WHERE id = $1",
            ],
        }
    }
}

/// Replaces a contact's custom attributes; `null` values are left out.
pub(crate) async fn write(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    attributes: Map<String, Value>,
) -> Result<()> {
    write_of(conn, Owner::Contact, workspace_id, contact_id, attributes).await
}

/// Replaces the custom attributes of a contact or company; `null` values are left out.
pub(crate) async fn write_of(
    conn: &mut Conn,
    owner: Owner,
    workspace_id: i64,
    id: &str,
    mut attributes: Map<String, Value>,
) -> Result<()> {
    let [forget, add, store] = owner.statements();
    attributes.retain(|_, value| !value.is_null());
    execute!(conn, forget, id)?;
    for (name, value) in &attributes {
        let text = match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        };
        execute!(conn, add, id, name, workspace_id, text, value.as_f64())?;
    }
    let text = Value::Object(attributes).to_string();
    execute!(conn, store, id, text)?;
    Ok(())
}
