//! What a merge would do, without doing it (after S§1.6's preview): values that would be taken over or left behind, what
//! would move, and why it would be refused.

use doorstep_domain::contacts::{MergeRefusal, MergeRules, Outcome, merge_refusals, outcome};
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;

use super::belongings::{BELONGINGS, Merged};
use super::live;
use crate::Store;
use crate::conn::row;
use crate::contacts::{ContactRecord, attributes};
use crate::error::Result;

/// What a merge would do.
#[derive(Clone, Debug)]
pub struct MergePreview {
    /// The contact that would go.
    pub from: ContactRecord,
    /// The one that would stay.
    pub into: ContactRecord,
    /// Why not; empty if it can be done.
    pub refusals: Vec<MergeRefusal>,
    /// Values the survivor would take over, by name.
    pub adopted: Map<String, Value>,
    /// Values that would be left behind, by name.
    pub discarded: Map<String, Value>,
    /// Kinds of things both have, which would be united.
    pub united: Vec<&'static str>,
    /// How many things of which kind would move.
    pub moved: Vec<(&'static str, i64)>,
}

impl Store {
    /// Looks ahead. [`crate::Error::NotFound`].
    pub async fn preview_merge(
        &self,
        workspace_id: i64,
        from: &str,
        into: &str,
        rules: MergeRules,
    ) -> Result<MergePreview> {
        let mut conn = self.reader().await?;
        let from = live(&mut conn, workspace_id, from).await?;
        let into = live(&mut conn, workspace_id, into).await?;
        let refusals = merge_refusals(from.traits(), into.traits(), from.id == into.id, rules);
        let (mut united, mut moved) = (Vec::new(), Vec::new());
        for line in BELONGINGS.iter().filter(|line| line.column == "contact_id") {
            let of = async |conn: &mut _, id: &str| -> Result<i64> {
                let sql =
                    format!("SELECT count(*) FROM {} WHERE contact_id = $1 AND {}", line.table, line.only);
                Ok(row!(conn, (i64,), AssertSqlSafe(sql), id)?.map_or(0, |(count,)| count))
            };
            let union = matches!(line.merged, Merged::Unites { .. });
            if !union && !matches!(line.merged, Merged::Moves { .. }) {
                continue;
            }
            let name = line.table.strip_prefix("contact_").unwrap_or(line.table);
            let count = of(&mut conn, &from.id).await?;
            if union && count > 0 && of(&mut conn, &into.id).await? > 0 {
                united.push(name);
            }
            moved.push((name, count));
        }
        let (mut adopted, mut discarded) = (Map::new(), Map::new());
        let lost = values(&from, attributes::read(&mut conn, &from.id).await?);
        let kept = values(&into, attributes::read(&mut conn, &into.id).await?);
        for (name, value) in lost {
            match outcome(Some(&value), kept.get(&name)) {
                Some(Outcome::Adopted) => drop(adopted.insert(name, value)),
                Some(Outcome::Discarded) => drop(discarded.insert(name, value)),
                None => {}
            }
        }
        Ok(MergePreview { from, into, refusals, adopted, discarded, united, moved })
    }
}

/// The values a merge decides about, without the empty ones.
fn values(contact: &ContactRecord, attributes: Map<String, Value>) -> Map<String, Value> {
    let all = json!({
        "email": contact.email,
        "phone": contact.phone,
        "name": contact.name,
        "avatar": contact.avatar,
        "owner_id": contact.owner_id.map(|id| id.to_string()),
        "language_override": contact.language_override,
    });
    let mut all = match all {
        Value::Object(all) => all,
        _ => Map::new(),
    };
    all.extend(attributes.into_iter().map(|(name, value)| (format!("custom_attributes.{name}"), value)));
    all.retain(|_, value| !value.is_null());
    all
}
