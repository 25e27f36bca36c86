//! `/companies`: making, retrieving, changing, deleting companies (S§3.3). Lists, the scroll and the search are in
//! `list.rs`, what belongs to one company in `attached.rs`, a contact's companies in `contacts/companies.rs`.

pub mod attached;
pub mod list;

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::companies::{ADDRESS, monthly_spend, size, unknown_key};
use doorstep_domain::edit::Edit;
use doorstep_store::{CompanyRecord, CompanyWrite, company_object};
use serde::Deserialize;
use serde_json::{Value, json};

use super::fields::Fields;
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

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
