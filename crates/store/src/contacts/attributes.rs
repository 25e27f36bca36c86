//! Custom attributes: a JSON object in the contact's row, which is what is read, and one row each in
//! `contact_attributes`, which is what is searched. Always written together, here.

use serde_json::{Map, Value};

use crate::conn::{Conn, execute, row};
use crate::error::Result;

/// A contact's custom attributes.
pub(crate) async fn read(conn: &mut Conn, contact_id: &str) -> Result<Map<String, Value>> {
    let found = row!(conn, (String,), "SELECT custom_attributes FROM contacts WHERE id = $1", contact_id)?;
    Ok(found.and_then(|(text,)| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Replaces a contact's custom attributes; `null` values are left out.
pub(crate) async fn write(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    mut attributes: Map<String, Value>,
) -> Result<()> {
    attributes.retain(|_, value| !value.is_null());
    execute!(conn, "DELETE FROM contact_attributes WHERE contact_id = $1", contact_id)?;
    for (name, value) in &attributes {
        let text = match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        };
        execute!(
            conn,
            "INSERT INTO contact_attributes (contact_id, name, workspace_id, text_value, number_value) \
             VALUES ($1, $2, $3, $4, $5)",
            contact_id,
            name,
            workspace_id,
            text,
            value.as_f64()
        )?;
    }
    let text = Value::Object(attributes).to_string();
    execute!(conn, "UPDATE contacts SET custom_attributes = $2 WHERE id = $1", contact_id, text)?;
    Ok(())
}
