//! What belongs to one company: `GET /companies/{id}/contacts`, `/segments`.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::named;
use crate::app::SharedApp;
use crate::rest::contacts::shape::{self, CONTACT, ContactPageShown};
use crate::rest::description::Shape::{Any, List, Of, Whole, Word};
use crate::rest::description::{Schema, key};
use crate::rest::fields::Fields;
use crate::rest::page::{Asked, PAGES, PageQuery};
use crate::rest::{Answer, Caller};

/// Entries of a page when the client does not say.
const PER_PAGE: i64 = 50;

/// People of a company.
pub(super) const CONTACTS: Schema = Schema::new(
    "company_attached_contacts",
    "A page of a company's contacts.",
    &[
        key("type", Word(&["list"])),
        key("data", List(&Of(&CONTACT))),
        key("total_count", Whole),
        key("pages", Of(&PAGES)),
    ],
);

/// Segments of a company.
pub(super) const SEGMENTS: Schema = Schema::new(
    "company_attached_segments",
    "A company's segments.",
    &[key("type", Word(&["list"])), key("data", List(&Any))],
);

/// `GET …/contacts`: the newest first.
pub async fn contacts(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
    caller: Caller,
) -> Answer<Json<ContactPageShown>> {
    let found = named(&app, &caller, &id).await?;
    let asked = Asked::read(&query, &Fields::default(), PER_PAGE)?;
    let page = app.store.contacts_of_company(&found.id, asked.after.clone(), asked.per_page).await?;
    let last = page.contacts.last().filter(|_| page.more).map(|last| (last.created_at, &*last.id));
    let pages = asked.pages(page.total, last);
    let data = shape::contacts(&app, &caller, page.contacts).await?;
    Ok(Json(ContactPageShown::of(data, page.total, pages)))
}

/// `GET …/segments`: none, because segments are of people.
pub async fn segments(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    named(&app, &caller, &id).await?;
    Ok(Json(json!({"type": "list", "data": []})))
}
