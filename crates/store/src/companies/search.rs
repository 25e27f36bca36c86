//! Listing and searching companies. Pages go by key; by number, too, for clients that count (S§8.2).

use doorstep_domain::search::{Field, Query};

use crate::Store;
use crate::companies::tags::with_tags;
use crate::companies::{CompanyRecord, company_columns};
use crate::conn::{Bind, rows_bound};
use crate::error::Result;
use crate::search_sql::{Holds, Place, Sql};

/// What companies are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompanySort {
    /// When they became known.
    CreatedAt,
    /// When they last changed.
    UpdatedAt,
    /// When somebody of them was last seen; never counts as the earliest.
    LastRequestAt,
}

const SORT_FIELDS: [(&str, CompanySort, &str); 3] = [
    ("created_at", CompanySort::CreatedAt, "c.created_at"),
    ("updated_at", CompanySort::UpdatedAt, "c.updated_at"),
    ("last_request_at", CompanySort::LastRequestAt, "coalesce(c.last_request_at, 0)"),
];

impl CompanySort {
    /// By its name in the API.
    pub fn parse(name: &str) -> Option<Self> {
        SORT_FIELDS.iter().find(|(known, ..)| *known == name).map(|(_, field, _)| *field)
    }

    /// The names there are.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SORT_FIELDS.iter().map(|(name, ..)| *name)
    }

    /// A company's value.
    pub fn of(self, company: &CompanyRecord) -> i64 {
        match self {
            Self::CreatedAt => company.created_at,
            Self::UpdatedAt => company.updated_at,
            Self::LastRequestAt => company.last_request_at.unwrap_or(0),
        }
    }

    fn sql(self) -> &'static str {
        SORT_FIELDS.iter().find(|(_, field, _)| *field == self).map_or("c.created_at", |(.., sql)| sql)
    }
}

/// Which companies, in which order.
#[derive(Clone, Debug)]
pub struct CompanyQuery {
    /// What must hold; all of them without.
    pub filter: Option<Query>,
    /// Only those with this tag.
    pub tag_id: Option<i64>,
    /// What they are sorted by, then by id.
    pub sort: CompanySort,
    /// The smallest first.
    pub ascending: bool,
    /// Sort value and id of the last one before this page.
    pub after: Option<(i64, String)>,
    /// How many to leave out before the page; 0 with `after`.
    pub offset: i64,
    /// Most companies of the page.
    pub limit: i64,
}

/// Some companies.
#[derive(Clone, Debug)]
pub struct CompanyPage {
    /// At most as many as asked for.
    pub companies: Vec<CompanyRecord>,
    /// Whether there are more.
    pub more: bool,
    /// How many there are in all.
    pub total: i64,
}

impl Store {
    /// Companies somebody belongs to: others are not listed (S§3.3).
    pub async fn search_companies(&self, workspace_id: i64, query: &CompanyQuery) -> Result<CompanyPage> {
        let mut conn = self.reader().await?;
        let mut sql = Sql::new(place, workspace_id);
        sql.text.push_str(
            " FROM companies c WHERE c.workspace_id = $1 AND c.archived_at IS NULL AND EXISTS \
             (SELECT 1 FROM contact_companies m JOIN contacts k ON k.id = m.contact_id \
             WHERE m.company_id = c.id AND k.archived_at IS NULL)",
        );
        if let Some(tag_id) = query.tag_id {
            let tag_id = sql.bind(Bind::Int(tag_id));
            let tagged =
                format!(" AND c.id IN (SELECT t.company_id FROM company_tags t WHERE t.tag_id = {tag_id})");
            sql.text.push_str(&tagged);
        }
        if let Some(filter) = &query.filter {
            sql.text.push_str(" AND ");
            sql.query(filter);
        }
        let count = format!("SELECT count(*){}", sql.text);
        let total = rows_bound!(&mut conn, (i64,), count, &sql.binds)?.first().map_or(0, |(count,)| *count);
        let by = query.sort.sql();
        let (than, order) = if query.ascending { (">", "ASC") } else { ("<", "DESC") };
        if let Some((value, id)) = &query.after {
            let (value, id) = (sql.bind(Bind::Int(*value)), sql.bind(Bind::Text(id.clone())));
            let beyond = format!(" AND ({by} {than} {value} OR ({by} = {value} AND c.id {than} {id}))");
            sql.text.push_str(&beyond);
        }
        let limit = sql.bind(Bind::Int(query.limit + 1));
        let offset = sql.bind(Bind::Int(query.offset));
        let text = format!(
            "SELECT {}{} ORDER BY {by} {order}, c.id {order} LIMIT {limit} OFFSET {offset}",
            company_columns!(),
            sql.text
        );
        let mut companies = rows_bound!(&mut conn, CompanyRecord, text, &sql.binds)?;
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let more = companies.len() > limit;
        companies.truncate(limit);
        let companies = with_tags(&mut conn, companies).await?;
        Ok(CompanyPage { companies, more, total })
    }
}

fn place(field: &Field) -> Place {
    let name = match field {
        Field::Attribute(name) => {
            return Place::Attribute(name.clone(), "c.id IN (SELECT a.company_id FROM company_attributes a");
        }
        Field::Event(..) => return Place::Nowhere,
        Field::Own(name) => *name,
    };
    match name {
        "id" => Place::Column("c.id", Holds::Text),
        "company_id" => Place::Column("c.company_id", Holds::Text),
        "name" => Place::Column("c.name", Holds::Text),
        "plan.name" => Place::Column("(SELECT p.name FROM plans p WHERE p.id = c.plan_id)", Holds::Text),
        "website" => Place::Column("c.website", Holds::Text),
        "industry" => Place::Column("c.industry", Holds::Text),
        "monthly_spend" => Place::Column("c.monthly_spend", Holds::Whole),
        "size" => Place::Column("c.size", Holds::Whole),
        "session_count" => Place::Column("c.session_count", Holds::Whole),
        "user_count" => Place::Column(
            "(SELECT count(*) FROM contact_companies m JOIN contacts k ON k.id = m.contact_id \
             WHERE m.company_id = c.id AND k.archived_at IS NULL)",
            Holds::Whole,
        ),
        "created_at" => Place::Column("c.created_at", Holds::Whole),
        "updated_at" => Place::Column("c.updated_at", Holds::Whole),
        "remote_created_at" => Place::Column("c.remote_created_at", Holds::Whole),
        "last_request_at" => Place::Column("c.last_request_at", Holds::Whole),
        _ => Place::Nowhere,
    }
}
