//! Listing and searching contacts: a checked query becomes one SQL text with its values beside it. Pages go by key, not
//! by offset, so that they stay fast and lose nothing while contacts come and go.

use doorstep_domain::search::{Field, Query, Test};

use crate::Store;
use crate::conn::{Bind, Conn, rows_bound};
use crate::contacts::ContactRecord;
use crate::error::Result;
use crate::search_sql::{Holds, Place, Sql};

/// What contacts are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortField {
    /// When they became known.
    CreatedAt,
    /// When they last changed.
    UpdatedAt,
    /// When they were last seen; never counts as the earliest.
    LastSeenAt,
    /// When they signed up.
    SignedUpAt,
    /// When they last wrote.
    LastRepliedAt,
    /// When they were last written to.
    LastContactedAt,
}

const SORT_FIELDS: [(&str, SortField, &str); 6] = [
    ("created_at", SortField::CreatedAt, "k.created_at"),
    ("updated_at", SortField::UpdatedAt, "k.updated_at"),
    ("last_seen_at", SortField::LastSeenAt, "coalesce(k.last_seen_at, 0)"),
    ("signed_up_at", SortField::SignedUpAt, "coalesce(k.signed_up_at, 0)"),
    ("last_replied_at", SortField::LastRepliedAt, "coalesce(k.last_replied_at, 0)"),
    ("last_contacted_at", SortField::LastContactedAt, "coalesce(k.last_contacted_at, 0)"),
];

impl SortField {
    /// By its name in the API.
    pub fn parse(name: &str) -> Option<Self> {
        SORT_FIELDS.iter().find(|(known, ..)| *known == name).map(|(_, field, _)| *field)
    }

    /// The names there are.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SORT_FIELDS.iter().map(|(name, ..)| *name)
    }

    /// A contact's value.
    pub fn of(self, contact: &ContactRecord) -> i64 {
        match self {
            Self::CreatedAt => contact.created_at,
            Self::UpdatedAt => contact.updated_at,
            Self::LastSeenAt => contact.last_seen_at.unwrap_or(0),
            Self::SignedUpAt => contact.signed_up_at.unwrap_or(0),
            Self::LastRepliedAt => contact.last_replied_at.unwrap_or(0),
            Self::LastContactedAt => contact.last_contacted_at.unwrap_or(0),
        }
    }

    fn sql(self) -> &'static str {
        SORT_FIELDS.iter().find(|(_, field, _)| *field == self).map_or("k.created_at", |(.., sql)| sql)
    }
}

/// Which contacts, in which order.
#[derive(Clone, Debug)]
pub struct ContactQuery {
    /// What must hold; all of them without.
    pub filter: Option<Query>,
    /// What they are sorted by, then by id.
    pub sort: SortField,
    /// The smallest first.
    pub ascending: bool,
    /// Sort value and id of the last one before this page.
    pub after: Option<(i64, String)>,
    /// Archived ones too.
    pub include_archived: bool,
    /// Most contacts of the page.
    pub limit: i64,
}

/// Some contacts.
#[derive(Clone, Debug)]
pub struct ContactPage {
    /// At most as many as asked for.
    pub contacts: Vec<ContactRecord>,
    /// Whether there are more.
    pub more: bool,
    /// How many there are in all.
    pub total: i64,
}

impl Store {
    /// Contacts that were neither merged away nor blocked.
    pub async fn search_contacts(&self, workspace_id: i64, query: &ContactQuery) -> Result<ContactPage> {
        let conn = &mut self.reader().await?;
        let looked = looked_for(workspace_id, query);
        let first = query.after.is_none() && query.filter.as_ref().is_some_and(names_ids);
        let (mut contacts, total) = if first {
            counted_page(conn, looked, query).await?
        } else if query.filter.is_none() && !query.include_archived {
            all_of_them(conn, looked, query).await?
        } else {
            let total = count(conn, &looked.sql).await?;
            let few = query.filter.as_ref().is_some_and(|filter| total <= FEW && !bounds(filter, query.sort));
            (page(conn, looked, query, few).await?, total)
        };
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let more = contacts.len() > limit;
        contacts.truncate(limit);
        Ok(ContactPage { contacts, more, total })
    }
}

/// Whether a filter takes ids from another table, and not as what must not be: those are looked up once, for the number of
/// contacts and for the page. Of a column's filter the number is read off an index, and the page ends early.
fn names_ids(filter: &Query) -> bool {
    match filter {
        Query::All(all) => all.iter().any(names_ids),
        Query::Any(all) => !all.is_empty() && all.iter().all(names_ids),
        Query::Not(_) => false,
        Query::Filter(filter) => {
            matches!(filter.field, Field::Attribute(_) | Field::Event(..))
                && matches!(filter.test, Test::In(_) | Test::Range { .. })
        }
    }
}

/// Whether what contacts are sorted by has a bound in the filter: in that order the first that are looked at are found.
fn bounds(filter: &Query, sort: SortField) -> bool {
    match filter {
        Query::All(all) => all.iter().any(|one| bounds(one, sort)),
        Query::Filter(filter) => match (&filter.field, &filter.test) {
            (Field::Own(name), Test::Range { .. }) => sort.sql().strip_prefix("k.") == Some(*name),
            _ => false,
        },
        Query::Any(_) | Query::Not(_) => false,
    }
}

async fn count(conn: &mut Conn, sql: &Sql) -> Result<i64> {
    let count = format!("SELECT count(*){}", sql.text);
    Ok(rows_bound!(conn, (i64,), count, &sql.binds)?.first().map_or(0, |(count,)| *count))
}

/// So many that a filter leaves are found before they are sorted. Of more, a page's are soon found in the order they are sorted
/// by: which of the two is faster SQLite guesses, and now and then wrongly.
const FEW: i64 = 20_000;

/// One more than the page has, where there is one more; of `few` or many.
async fn page(
    conn: &mut Conn,
    mut looked: Looked,
    query: &ContactQuery,
    few: bool,
) -> Result<Vec<ContactRecord>> {
    looked.beyond(query);
    let found = if few { looked.hits(query) } else { looked.in_order(query) };
    Ok(rows_bound!(conn, ContactRecord, of_those(&found, "", query), &looked.sql.binds)?)
}

#[derive(sqlx::FromRow)]
struct Counted {
    #[sqlx(flatten)]
    contact: ContactRecord,
    total: i64,
}

/// The first page, and how many there are in all.
async fn counted_page(
    conn: &mut Conn,
    mut looked: Looked,
    query: &ContactQuery,
) -> Result<(Vec<ContactRecord>, i64)> {
    let found = looked.hits(query);
    let rows = rows_bound!(conn, Counted, of_those(&found, ", f.total", query), &looked.sql.binds)?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(|row| row.contact).collect(), total))
}

/// A page without a filter. Counting a million rows takes longer than reading a page of them: triggers keep the number of all
/// (migration 6), and it comes with the page.
async fn all_of_them(
    conn: &mut Conn,
    mut looked: Looked,
    query: &ContactQuery,
) -> Result<(Vec<ContactRecord>, i64)> {
    const ALL: &str = "SELECT contact_count FROM workspaces WHERE id = $1";
    let asked = looked.sql.binds.len();
    looked.beyond(query);
    let found = looked.in_order(query);
    let total = format!(", ({ALL}) AS total");
    let rows = rows_bound!(conn, Counted, of_those(&found, &total, query), &looked.sql.binds)?;
    let total = match rows.first() {
        Some(row) => row.total,
        // A page behind the last one, or nobody at all.
        None => rows_bound!(conn, (i64,), ALL, &looked.sql.binds[..asked])?.first().map_or(0, |(all,)| *all),
    };
    Ok((rows.into_iter().map(|row| row.contact).collect(), total))
}

/// The rows of those found, with `more` columns beside them. Which first, then their rows: what is found and not on the page is
/// read off an index.
fn of_those(found: &str, more: &str, query: &ContactQuery) -> String {
    let (_, order) = direction(query);
    format!(
        "SELECT k.*{more} FROM ({found}) f CROSS JOIN contacts k WHERE k.id = f.found \
         ORDER BY f.place {order}, k.id {order}"
    )
}

/// What is beyond another in the order, and the order.
fn direction(query: &ContactQuery) -> (&'static str, &'static str) {
    if query.ascending { (">", "ASC") } else { ("<", "DESC") }
}

/// ` FROM …` of contacts that are looked for, and what stands there for their id and for what they are sorted by.
struct Looked {
    sql: Sql,
    id: &'static str,
    by: &'static str,
}

impl Looked {
    /// Only those after the last one of the page before.
    fn beyond(&mut self, query: &ContactQuery) {
        let (id, by, (than, _)) = (self.id, self.by, direction(query));
        if let Some((value, last)) = &query.after {
            let (value, last) = (self.sql.bind(Bind::Int(*value)), self.sql.bind(Bind::Text(last.clone())));
            let beyond = format!(" AND ({by} {than} {value} OR ({by} = {value} AND {id} {than} {last}))");
            self.sql.text.push_str(&beyond);
        }
    }

    /// As many as a page has, and one: each with the value it is sorted by, found in their order.
    fn in_order(&mut self, query: &ContactQuery) -> String {
        let limit = self.sql.bind(Bind::Int(query.limit + 1));
        let (Self { sql, id, by }, (_, order)) = (self, direction(query));
        format!(
            "SELECT {id} AS found, {by} AS place{} ORDER BY {by} {order}, {id} {order} LIMIT {limit}",
            sql.text
        )
    }

    /// The same, found before they are sorted, and with the number of all.
    fn hits(&mut self, query: &ContactQuery) -> String {
        let limit = self.sql.bind(Bind::Int(query.limit + 1));
        let (Self { sql, id, by }, (_, order)) = (self, direction(query));
        format!(
            "WITH hits AS MATERIALIZED (SELECT {id} AS found, {by} AS place{}) \
             SELECT found, place, (SELECT count(*) FROM hits) AS total FROM hits \
             ORDER BY place {order}, found {order} LIMIT {limit}",
            sql.text
        )
    }
}

/// Those that a query asks for. One attribute alone, in the usual order, is looked up where attributes are: each says there
/// whether its contact is seen, and since when it is known (migration 20).
fn looked_for(workspace_id: i64, query: &ContactQuery) -> Looked {
    if let Some((name, test)) = query.filter.as_ref().and_then(one_attribute)
        && query.sort == SortField::CreatedAt
        && !query.include_archived
    {
        let mut sql = Sql::new(place, workspace_id);
        sql.text.push_str(" FROM contact_attributes a");
        sql.of_attribute(name, test);
        sql.text.push_str(" AND a.live");
        return Looked { sql, id: "a.contact_id", by: "a.created_at" };
    }
    let sql = found(workspace_id, query.filter.as_ref(), query.include_archived);
    Looked { sql, id: "k.id", by: query.sort.sql() }
}

/// The name and the test of a filter that asks for one attribute to have some value, and for nothing else.
fn one_attribute(filter: &Query) -> Option<(&str, &Test)> {
    match filter {
        Query::All(all) | Query::Any(all) => match &**all {
            [one] => one_attribute(one),
            _ => None,
        },
        Query::Filter(one) if names_ids(filter) => match &one.field {
            Field::Attribute(name) => Some((name, &one.test)),
            _ => None,
        },
        Query::Filter(_) | Query::Not(_) => None,
    }
}

/// ` FROM contacts k WHERE …` for the contacts of a workspace that are neither merged away nor blocked.
pub(crate) fn found(workspace_id: i64, filter: Option<&Query>, include_archived: bool) -> Sql {
    let mut sql = Sql::new(place, workspace_id);
    sql.text.push_str(" FROM contacts k WHERE k.workspace_id = $1 AND k.merged_into IS NULL");
    sql.text.push_str(" AND k.blocked_at IS NULL");
    if !include_archived {
        sql.text.push_str(" AND k.archived_at IS NULL");
    }
    if let Some(filter) = filter {
        sql.text.push_str(" AND ");
        sql.query(filter);
    }
    sql
}

fn place(field: &Field) -> Place {
    let name = match field {
        Field::Attribute(name) => {
            return Place::Attribute(name.clone(), "k.id IN (SELECT a.contact_id FROM contact_attributes a");
        }
        Field::Event(name, fact) => return Place::Event(name.clone(), fact.clone()),
        Field::Own(name) => *name,
    };
    match name {
        "id" => Place::Column("k.id", Holds::Text),
        "role" => Place::Column("k.role", Holds::Text),
        "name" => Place::Column("k.name", Holds::Text),
        "avatar" => Place::Column("k.avatar", Holds::Text),
        "email" => Place::Column("k.email_norm", Holds::Email),
        "email_domain" => Place::Column("k.email_domain", Holds::Email),
        "phone" | "formatted_phone" => Place::Column("k.phone", Holds::Text),
        "external_id" => Place::Column("k.external_id", Holds::Text),
        "language_override" => Place::Column("k.language_override", Holds::Text),
        "browser" => Place::Column("k.browser", Holds::Text),
        "browser_version" => Place::Column("k.browser_version", Holds::Text),
        "browser_language" => Place::Column("k.browser_language", Holds::Text),
        "os" => Place::Column("k.os", Holds::Text),
        "owner_id" => Place::Column("k.owner_id", Holds::Whole),
        "created_at" => Place::Column("k.created_at", Holds::Whole),
        "signed_up_at" => Place::Column("k.signed_up_at", Holds::Whole),
        "updated_at" => Place::Column("k.updated_at", Holds::Whole),
        "last_seen_at" => Place::Column("k.last_seen_at", Holds::Whole),
        "last_contacted_at" => Place::Column("k.last_contacted_at", Holds::Whole),
        "last_replied_at" => Place::Column("k.last_replied_at", Holds::Whole),
        "tag_id" => Place::Member("SELECT c.contact_id FROM contact_tags c WHERE c.tag_id"),
        "unsubscribed_from_emails" => Place::Column("k.unsubscribed_from_emails", Holds::Bool),
        _ => Place::Nowhere,
    }
}
