//! `/companies`: making, retrieving, changing, deleting companies (S§3.3). Lists, the scroll and the search are in
//! `list.rs`, what belongs to one company in `attached.rs`, a contact's companies in `contacts/companies.rs`.

pub mod attached;
pub(super) mod describe;
pub mod list;
pub mod notes;

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::companies::{ADDRESS, monthly_spend, size, unknown_key};
use doorstep_domain::edit::Edit;
use doorstep_store::{CompanyRecord, CompanyWrite, company_object};
use serde::Deserialize;
use serde_json::{Value, json};

use super::description::Shape::{Any, List, Map as Keys, Object, Of, Text, Whole, Word};
use super::description::{Field, Kind, Schema, key};
use super::fields::Fields;
use super::tags::TAG;
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

/// What `save` and `update` read.
pub(super) const BODY: &[Field] = &[
    Field::id("company_id", "The site's own id; stays as it is once given."),
    Field::text("name", "Its name."),
    Field::text("plan", "The name of its plan."),
    Field::of("monthly_spend", Kind::Amount, "What it pays a month; the fraction is cut off."),
    Field::of("size", Kind::Amount, "How many people work there."),
    Field::text_up_to("website", ADDRESS, "Address of its website; not checked."),
    Field::text("industry", "What it does."),
    Field::time("remote_created_at", "When it became the site's customer."),
    Field::time("created_at", "Older name of remote_created_at."),
    Field::flag("update_last_request_at", "Somebody of it is there now."),
    Field::of("custom_attributes", Kind::Map, "Values of its custom attributes."),
];

/// As `company_object` makes it.
pub(super) const COMPANY: Schema = Schema::new(
    "company",
    "A company.",
    &[
        key("type", Word(&["company"])),
        key("id", Text),
        key("company_id", Text),
        key("app_id", Text),
        key("name", Text).optional(),
        key(
            "plan",
            Object(&[
                key("type", Word(&["plan"])).optional(),
                key("id", Text).optional(),
                key("name", Text).optional(),
            ]),
        ),
        key("monthly_spend", Whole),
        key("session_count", Whole),
        key("user_count", Whole),
        key("size", Whole).optional(),
        key("website", Text).optional(),
        key("industry", Text).optional(),
        key("remote_created_at", Whole).optional(),
        key("last_request_at", Whole).optional(),
        key("created_at", Whole),
        key("updated_at", Whole),
        key("tags", Object(&[key("type", Word(&["tag.list"])), key("tags", List(&Of(&TAG)))])),
        key("segments", Object(&[key("type", Word(&["segment.list"])), key("segments", List(&Any))])),
        key("custom_attributes", Keys(&Any)),
    ],
);

/// `?company_id=` or `?name=` asks for one; `?tag_id=` and `?segment_id=` for a list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FindQuery {
    company_id: Option<String>,
    name: Option<String>,
    tag_id: Option<String>,
    segment_id: Option<String>,
}

/// `GET /companies`: one by the site's own id or by name, else a list.
pub async fn find(
    State(app): State<SharedApp>,
    Query(query): Query<FindQuery>,
    Query(pages): Query<super::page::PageQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let workspace_id = caller.workspace.id;
    let found = match (&query.company_id, &query.name) {
        (Some(company_id), _) => app.store.company_by_company_id(workspace_id, company_id).await?,
        (None, Some(name)) => app.store.company_by_name(workspace_id, name).await?,
        (None, None) => {
            return list::of(&app, &caller, &pages, query.tag_id.as_deref(), query.segment_id.is_some())
                .await;
        }
    };
    Ok(Json(company(&caller, &found.ok_or_else(RestError::company_unknown)?)))
}

/// `POST /companies`: by the site's own id, made if there is none.
pub async fn save(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let write = read(&fields)?;
    let company_id = fields.needed_id("company_id")?;
    let done = app.store.upsert_company(caller.workspace.id, company_id, write, app.now()).await?;
    Ok(Json(company(&caller, &done)))
}

/// `GET /companies/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    Ok(Json(company(&caller, &named(&app, &caller, &id).await?)))
}

/// `PUT /companies/{id}`. The site's own id stays as it is, whatever the body says (S§3.3).
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let write = read(&fields)?;
    let done = app.store.update_company(caller.workspace.id, id, write, app.now()).await?;
    Ok(Json(company(&caller, &done)))
}

/// `DELETE /companies/{id}`: archived, its contacts detached.
pub async fn delete(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    let gone = app.store.delete_company(caller.workspace.id, id, app.now()).await?;
    Ok(Json(json!({"id": gone.id, "object": "company", "deleted": true})))
}

/// The company of a path.
pub(super) async fn named(app: &SharedApp, caller: &Caller, id: &str) -> Answer<CompanyRecord> {
    app.store.company(caller.workspace.id, id).await?.ok_or_else(RestError::company_unknown)
}

/// The object.
pub(super) fn company(caller: &Caller, record: &CompanyRecord) -> Value {
    company_object(&caller.workspace, record)
}

/// What a body asks for. Keys there are not are refused, which is so for companies only (S§3.3).
fn read(fields: &Fields) -> Answer<CompanyWrite> {
    if let Some(name) = unknown_key(fields.map()) {
        return Err(RestError::bad_parameter(name));
    }
    // The older name of the same.
    let remote_created_at = match fields.time("remote_created_at")? {
        Edit::Keep => fields.time("created_at")?,
        given => given,
    };
    Ok(CompanyWrite {
        name: fields.text("name")?,
        plan: fields.text("plan")?,
        monthly_spend: number(fields, "monthly_spend", monthly_spend)?,
        size: number(fields, "size", size)?,
        website: fields.text_up_to("website", ADDRESS)?,
        industry: fields.text("industry")?,
        remote_created_at,
        seen: fields.flag("update_last_request_at")?.unwrap_or(false),
        custom_attributes: fields.object("custom_attributes")?.unwrap_or_default().into_map(),
    })
}

fn number(
    fields: &Fields,
    name: &str,
    rule: impl Fn(&Value) -> Result<i64, &'static str>,
) -> Answer<Edit<i64>> {
    match fields.get(name) {
        None => Ok(Edit::Keep),
        Some(Value::Null) => Ok(Edit::Clear),
        Some(value) => match rule(value) {
            Ok(number) => Ok(Edit::Set(number)),
            Err(right) => Err(RestError::parameter(name, format!("{name} {right}"))),
        },
    }
}
