//! What hangs on contacts, as far as their own object shows it: ids of at most ten of each kind, the newest first, and how
//! many there are (S§1.1). Of all kinds and for all contacts of a page at once: a list costs one statement, as one contact does.

use std::collections::HashMap;

use crate::Store;
use crate::conn::{Bind, rows_bound};
use crate::error::Result;
use crate::many::{pieces, values};

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachments(HashMap<String, HashMap<AttachedKind, Attached>>);

/// Of one contact, in one text: what [`Attachments::of_one`] reads. `k` is the contact's row.
pub(super) fn of_one() -> String {
    format!(
        "(SELECT string_agg(kind || ' ' || total || ' ' || id, ',' ORDER BY kind, place) FROM ({}) numbered \
         WHERE place <= {MOST})",
        numbered("", "k.id")
    )
}

static NOTHING: Attached = Attached { ids: Vec::new(), total: 0 };

impl Attachments {
    /// One contact's things of a kind.
    pub fn of(&self, kind: AttachedKind, contact_id: &str) -> &Attached {
        self.0.get(contact_id).and_then(|all| all.get(&kind)).unwrap_or(&NOTHING)
    }

    /// Reads what [`of_one`] gave.
    pub(super) fn of_one(contact_id: &str, text: &str) -> Self {
        let mut found = Self::default();
        for one in text.split(',') {
            let mut words = one.splitn(3, ' ');
            let mut number = || words.next().and_then(|word| word.parse().ok());
            if let (Some(kind), Some(total), Some(id)) = (number(), number(), words.next()) {
                found.add(contact_id, kind, id.to_owned(), total);
            }
        }
        found
    }

    /// The next one of a kind.
    fn add(&mut self, contact_id: &str, kind: i64, id: String, total: i64) {
        let Some((kind, ..)) = usize::try_from(kind).ok().and_then(|number| KINDS.get(number)) else {
            return;
        };
        let entry = self.0.entry(contact_id.to_owned()).or_default().entry(*kind).or_default();
        entry.ids.push(id);
        entry.total = total;
    }
}

impl Store {
    /// What these contacts have.
    pub async fn attachments(&self, contact_ids: &[&str]) -> Result<Attachments> {
        let mut found = Attachments::default();
        let conn = &mut self.reader().await?;
        for piece in pieces(contact_ids) {
            let (rows, binds) = values(conn, piece.iter().map(|id| [Bind::from(*id)]));
            let sql = format!(
                "WITH m (person) AS ({rows}) SELECT kind, contact_id, id, total FROM ({}) numbered \
                 WHERE place <= {MOST} ORDER BY kind, contact_id, place",
                numbered("m CROSS JOIN ", "m.person")
            );
            for Row { kind, contact_id, id, total } in rows_bound!(&mut *conn, Row, sql, &binds)? {
                found.add(&contact_id, kind, id, total);
            }
        }
        Ok(found)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: i64,
    contact_id: String,
    id: String,
    total: i64,
}

/// The rows of all kinds that hang on `person`, those of each kind numbered from the newest.
fn numbered(from: &str, person: &str) -> String {
    let kinds = KINDS.iter().zip(0..).map(|((_, rows, id, order), number)| {
        format!(
            "SELECT CAST({number} AS BIGINT) AS kind, contact_id, CAST({id} AS TEXT) AS id, \
             count(*) OVER (PARTITION BY contact_id) AS total, \
             row_number() OVER (PARTITION BY contact_id ORDER BY {order}) AS place \
             FROM {from}{rows} AND contact_id = {person}"
        )
    });
    kinds.collect::<Vec<_>>().join(" UNION ALL ")
}
