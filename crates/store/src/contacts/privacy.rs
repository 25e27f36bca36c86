//! What the law asks for (GDPR): everything kept about a person as one object, and its erasure with the traces. Both go by
//! the list of what belongs to a contact (`merge/belongings.rs`), so that a new table is part of them by its line there.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;

use super::end::{gone, live, merged_into};
use crate::Store;
use crate::conn::{Conn, execute, rows};
use crate::contacts::ContactLookup;
use crate::contacts::ContactRecord;
use crate::contacts::read::lookup;
use crate::error::{Error, Result};
use crate::merge::belongings::{ATTACHED, BELONGINGS};
use crate::merge::journal::columns;

/// Columns that are secrets or say nothing to anybody.
const HIDDEN: [&str; 3] = ["hash", "journal", "removed"];
/// What ids lead to, so that an export can be read without us: column, table, column of its name.
const NAMED: [(&str, &str, &str); 3] = [
    ("tag_id", "tags", "name"),
    ("company_id", "companies", "name"),
    ("subscription_type_id", "subscription_types", "name"),
];

impl Store {
    /// Everything kept about a person: the contact's row, and for each table what belongs to them and to what was merged
    /// into them, under the table's name. Secrets are left out. [`Error::NotFound`].
    pub async fn export_contact(&self, workspace_id: i64, id: &str) -> Result<Map<String, Value>> {
        let mut conn = self.reader().await?;
        let ContactLookup::Found(found) = lookup(&mut conn, workspace_id, id).await? else {
            return Err(Error::NotFound("contact"));
        };
        let mut ids = vec![found.id];
        ids.extend(merged_into(&mut conn, workspace_id, &ids[0]).await?);
        let mut export = Map::new();
        for id in &ids {
            add(&mut export, "contacts", dump(&mut conn, "contacts", "id = $1", id).await?);
            for line in BELONGINGS.iter().filter(|line| line.exported) {
                let condition = format!("{} = $1 AND {}", line.column, line.only);
                add(&mut export, line.table, dump(&mut conn, line.table, &condition, id).await?);
            }
        }
        Ok(export)
    }

    /// Deletes a contact as [`Store::delete_contact`] does, and what is left of them elsewhere: what they wrote in others'
    /// conversations becomes empty, the log forgets details. Gives the contact and how many rows of which table went.
    pub async fn erase_contact(
        &self,
        workspace_id: i64,
        id: String,
        now: i64,
    ) -> Result<(ContactRecord, BTreeMap<&'static str, u64>)> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let found = live(conn, workspace_id, &id).await?;
                    let mut ids = merged_into(conn, workspace_id, &id).await?;
                    ids.push(id.clone());
                    let mut counts = BTreeMap::new();
                    for id in &ids {
                        let sql =
                            "UPDATE changes SET detail = NULL WHERE contact_id = $1 AND detail IS NOT NULL";
                        *counts.entry("change_details").or_default() += execute!(conn, sql, id)?;
                    }
                    let gone = gone(conn, workspace_id, &found, now).await?;
                    for id in &ids {
                        let sql = "DELETE FROM files WHERE part_id IN (SELECT id FROM parts WHERE workspace_id = $2 \
                                   AND author_kind = 'contact' AND author_id = $1)";
                        *counts.entry("files").or_default() += execute!(conn, sql, id, workspace_id)?;
                        let sql = "UPDATE parts SET body = '', attachments = NULL, redacted = TRUE \
                                   WHERE workspace_id = $2 AND author_kind = 'contact' AND author_id = $1";
                        *counts.entry("parts_emptied").or_default() += execute!(conn, sql, id, workspace_id)?;
                        let sql = "UPDATE conversations SET preview = '' WHERE workspace_id = $2 \
                                   AND last_author_kind = 'contact' AND last_author_id = $1";
                        execute!(conn, sql, id, workspace_id)?;
                    }
                    for (table, count) in gone {
                        *counts.entry(table).or_default() += count;
                    }
                    Ok((found, counts))
                })
            })
            .await
    }
}

fn add(export: &mut Map<String, Value>, table: &str, found: Vec<Value>) {
    let list = export.entry(table).or_insert_with(|| json!([]));
    if let Value::Array(list) = list {
        list.extend(found);
    }
}

/// Rows of a table as objects, with what is attached to them inside.
async fn dump(conn: &mut Conn, table: &str, condition: &str, id: &str) -> Result<Vec<Value>> {
    let order = if columns(conn, table).await?.iter().any(|(name, _)| name == "id") { "id" } else { "1" };
    let sql = match conn {
        Conn::Sqlite(_) => {
            let names = columns(conn, table).await?;
            let pairs: Vec<String> = names.iter().map(|(name, _)| format!("'{name}', {name}")).collect();
            format!(
                "SELECT json_object({}) FROM {table} WHERE {condition} ORDER BY {order}",
                pairs.join(", ")
            )
        }
        Conn::Postgres(_) => {
            format!(
                "SELECT CAST(row_to_json({table}) AS TEXT) FROM {table} WHERE {condition} ORDER BY {order}"
            )
        }
    };
    let mut found = Vec::new();
    for (text,) in rows!(conn, (String,), AssertSqlSafe(sql), id)? {
        let mut object: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
        object.retain(|name, value| !HIDDEN.contains(&name.as_str()) && !value.is_null());
        for (column, named, name) in NAMED {
            if let Some(id) = object.get(column).and_then(Value::as_i64) {
                let sql = format!("SELECT {name} FROM {named} WHERE id = $1");
                let found = rows!(conn, (Option<String>,), AssertSqlSafe(sql), id)?;
                if let Some((Some(text),)) = found.into_iter().next() {
                    object.insert(column.replace("_id", "_name"), Value::String(text));
                }
            }
        }
        for attached in ATTACHED.iter().filter(|attached| attached.to == table && attached.exported) {
            if let Some(parent) = object.get("id").and_then(Value::as_i64) {
                let condition = format!("{} = {parent} AND CAST($1 AS TEXT) IS NOT NULL", attached.column);
                let inner = Box::pin(dump(conn, attached.table, &condition, id)).await?;
                object.insert(attached.table.to_owned(), Value::Array(inner));
            }
        }
        found.push(Value::Object(object));
    }
    Ok(found)
}
