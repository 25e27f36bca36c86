//! Companies: what contacts belong to (S§3.3, P12). Written by programs (`write.rs`) and by what pages say (`page.rs`),
//! attached to contacts (`attach.rs`), listed and searched (`search.rs`). The rules about their fields are in
//! `doorstep_domain::companies`.

mod attach;
mod page;
mod read;
mod search;
mod shape;
mod tags;
mod write;

pub(crate) use page::{news_of_page, take_from_page};
pub(crate) use read::company;
pub use search::{CompanyPage, CompanyQuery, CompanySort};
pub use shape::company_object;
pub use tags::CompanyRef;

use doorstep_domain::edit::Edit;
use serde_json::{Map, Value};

use crate::tags::Tag;

/// A company with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CompanyRecord {
    /// 24 hexadecimal digits.
    pub id: String,
    /// The site's own id.
    pub company_id: String,
    /// Name.
    pub name: Option<String>,
    /// Its plan.
    pub plan_id: Option<i64>,
    /// The plan's name.
    pub plan_name: Option<String>,
    /// What it pays a month.
    pub monthly_spend: i64,
    /// How many people work there.
    pub size: Option<i64>,
    /// Address of its website.
    pub website: Option<String>,
    /// What it does.
    pub industry: Option<String>,
    /// JSON object.
    pub custom_attributes: String,
    /// When it became the site's customer.
    pub remote_created_at: Option<i64>,
    /// When somebody of it was last seen.
    pub last_request_at: Option<i64>,
    /// Sessions of its people (P11: users only).
    pub session_count: i64,
    /// People that belong to it and are not archived.
    pub user_count: i64,
    /// First known.
    pub created_at: i64,
    /// Last changed.
    pub updated_at: i64,
    /// Its tags, by name.
    #[sqlx(skip)]
    pub tags: Vec<Tag>,
}

/// What a company's fields shall be. Absent ones stay as they are, or empty for a new company.
#[derive(Clone, Debug, Default)]
pub struct CompanyWrite {
    /// Name.
    pub name: Edit<String>,
    /// Name of its plan; an unknown one is made.
    pub plan: Edit<String>,
    /// What it pays a month; cleared, it is 0.
    pub monthly_spend: Edit<i64>,
    /// How many people work there.
    pub size: Edit<i64>,
    /// Address of its website.
    pub website: Edit<String>,
    /// What it does.
    pub industry: Edit<String>,
    /// Unix seconds.
    pub remote_created_at: Edit<i64>,
    /// Somebody of it is there now.
    pub seen: bool,
    /// Values by name; `null` removes. Only attributes of the workspace can be written.
    pub custom_attributes: Map<String, Value>,
}

/// The columns of a [`CompanyRecord`] of `companies c`.
macro_rules! company_columns {
    () => {
        "c.id, c.company_id, c.name, c.plan_id, (SELECT p.name FROM plans p WHERE p.id = c.plan_id) AS plan_name, \
         c.monthly_spend, c.size, c.website, c.industry, c.custom_attributes, c.remote_created_at, \
         c.last_request_at, c.session_count, c.created_at, c.updated_at, \
         (SELECT count(*) FROM contact_companies m JOIN contacts k ON k.id = m.contact_id \
         WHERE m.company_id = c.id AND k.archived_at IS NULL) AS user_count"
    };
}
pub(crate) use company_columns;
