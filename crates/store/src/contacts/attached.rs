//! What hangs on contacts, as far as their own object shows it: ids of at most ten of each kind, the newest first, and how
//! many there are (S§1.1). For all contacts of a page at once, so that a list costs as many queries as one contact.

use std::collections::HashMap;

use crate::Store;
use crate::conn::{Bind, rows_bound};
use crate::error::Result;

/// Most ids of a kind.
const MOST: i64 = 10;

/// A kind of thing that contacts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttachedKind {
    /// Tags.
    Tag,
    /// Notes.
    Note,
    /// Companies.
    Company,
    /// Subscription types they want no messages of.
    OptedOut,
    /// Subscription types they asked for.
    OptedIn,
}

/// Each kind: its rows, the id in them, and what makes a row the newest. Texts of this crate.
const KINDS: [(AttachedKind, &str, &str, &str); 5] = [
    (AttachedKind::Tag, "contact_tags WHERE TRUE", "tag_id", "applied_at DESC, tag_id DESC"),
    (AttachedKind::Note, "notes WHERE TRUE", "id", "id DESC"),
    (
        AttachedKind::Company,
        "contact_companies WHERE TRUE",
        "company_id",
        "attached_at DESC, company_id DESC",
    ),
    (
        AttachedKind::OptedOut,
        "contact_subscriptions WHERE NOT opted_in",
        "subscription_type_id",
        "said_at DESC, subscription_type_id DESC",
    ),
    (
        AttachedKind::OptedIn,
        "contact_subscriptions WHERE opted_in",
        "subscription_type_id",
        "said_at DESC, subscription_type_id DESC",
    ),
];

/// One contact's things of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// At most ten, the newest first.
    pub ids: Vec<String>,
    /// How many there are.
    pub total: i64,
}

/// What many contacts have.
#[derive(Clone, Debug, Default)]
pub struct Attachments(HashMap<(AttachedKind, String), Attached>);

impl Attachments {
    /// One contact's things of a kind.
    pub fn of(&self, kind: AttachedKind, contact_id: &str) -> Attached {
        self.0.get(&(kind, contact_id.to_owned())).cloned().unwrap_or_default()
    }
}

impl Store {
    /// What these contacts have.
    pub async fn attachments(&self, contact_ids: &[&str]) -> Result<Attachments> {
        let mut found = Attachments::default();
        if contact_ids.is_empty() {
            return Ok(found);
        }
        let mut conn = self.reader().await?;
        let binds: Vec<Bind> = contact_ids.iter().map(|id| Bind::Text((*id).to_owned())).collect();
        let places: Vec<String> = (1..=binds.len()).map(|number| format!("${number}")).collect();
        let places = places.join(", ");
        for (kind, rows, id, order) in KINDS {
            let sql = format!(
                "SELECT contact_id, id, total FROM (SELECT contact_id, CAST({id} AS TEXT) AS id, \
                 count(*) OVER (PARTITION BY contact_id) AS total, \
                 row_number() OVER (PARTITION BY contact_id ORDER BY {order}) AS place \
                 FROM {rows} AND contact_id IN ({places})) AS numbered WHERE place <= {MOST} ORDER BY contact_id, place"
            );
            for (contact_id, id, total) in rows_bound!(&mut conn, (String, String, i64), sql, &binds)? {
                let entry = found.0.entry((kind, contact_id)).or_default();
                entry.ids.push(id);
                entry.total = total;
            }
        }
        Ok(found)
    }
}
