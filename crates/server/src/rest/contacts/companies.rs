//! `/contacts/{id}/companies`: what a contact belongs to (S§3.3).

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::edit::Edit;
use serde_json::{Value, json};

use super::named;
use crate::app::SharedApp;
use crate::rest::companies::{COMPANY, company};
use crate::rest::description::Shape::{List, Object, Of, OrNull, Text, Whole, Word};
use crate::rest::description::{Field, Schema, key};
use crate::rest::fields::Fields;
use crate::rest::page::{Asked, PageQuery};
use crate::rest::{Answer, Caller, RestError};

/// Entries of a page when the client does not say.
const PER_PAGE: i64 = 50;

/// What `attach` reads.
pub(super) const ATTACHING: &[Field] = &[Field::id("id", "The company's id.").needed()];

/// A page of a contact's companies.
pub(super) const COMPANIES: Schema = Schema::new(
    "contact_attached_companies",
    "A page of a contact's companies, under two names.",
    &[
        key("type", Word(&["list"])),
        key("data", List(&Of(&COMPANY))),
        key("companies", List(&Of(&COMPANY))),
        key("total_count", Whole),
        key(
            "pages",
            Object(&[
                key("type", Word(&["pages"])),
                key("page", Whole),
                key("per_page", Whole),
                key("total_pages", Whole),
                key("next", OrNull(&Text)),
            ]),
        ),
    ],
);

/// `GET`: under both keys, because the description's example says `data` and its schema `companies`. A page after the last
/// one is empty, which is how clients find the end (S§8.2).
pub async fn index(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let found = named(&app, &caller, &id).await?;
    let asked = Asked::numbered(&query, &Fields::default(), PER_PAGE)?;
    let (companies, total) =
        app.store.companies_of_contact(&found.id, asked.offset(), asked.per_page).await?;
    let data: Vec<Value> = companies.iter().map(|record| company(&caller, record)).collect();
    let mut pages = asked.pages(total, None);
    let more = asked.offset() + asked.per_page < total;
    // An address here, not a cursor (S§8.4: `pages_link`).
    pages["next"] = if more {
        let (per_page, page) = (asked.per_page, asked.page + 1);
        let base = &app.public_url;
        format!("{base}/contacts/{}/companies?per_page={per_page}&page={page}", found.id).into()
    } else {
        Value::Null
    };
    Ok(Json(json!({
        "type": "list", "data": data, "companies": data, "total_count": total, "pages": pages,
    })))
}

/// `POST`: attaches the company of the body's `id`.
pub async fn attach(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let found = named(&app, &caller, &id).await?;
    let Edit::Set(company_id) = fields.id("id")? else { return Err(RestError::company_missing()) };
    let done = app.store.attach_company(caller.workspace.id, found.id, company_id, app.now()).await?;
    Ok(Json(company(&caller, &done)))
}

/// `DELETE …/{company_id}`.
pub async fn detach(
    State(app): State<SharedApp>,
    Path((id, company_id)): Path<(String, String)>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    let found = named(&app, &caller, &id).await?;
    let done = app.store.detach_company(caller.workspace.id, found.id, company_id, app.now()).await?;
    Ok(Json(company(&caller, &done)))
}
