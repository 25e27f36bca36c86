//! `GET /contacts` and `POST /contacts/search` (S§1.4).

use axum::Json;
use axum::extract::{Query, State};
use doorstep_domain::edit::Edit;
use doorstep_store::{ContactQuery, SortField};

use super::shape::{CONTACT, ContactPageShown, contacts};
use crate::app::SharedApp;
use crate::rest::description::Shape::{List, Of, Whole, Word};
use crate::rest::description::{self, Field, Kind, key};
use crate::rest::fields::Fields;
use crate::rest::page::{Asked, PAGES, PAGINATION, PageQuery};
use crate::rest::segments::Reading;
use crate::rest::{Answer, Caller, RestError, Version};

/// Entries of a page when the client does not say (S§1.4: the text says 50, the service answers 10).
const PER_PAGE: i64 = 50;

/// Of `POST /contacts/search`.
pub(super) const SEARCH: &[Field] = &[
    Field::of("query", Kind::Query, "What is looked for.").needed(),
    Field::object(
        "sort",
        &[
            Field::text("field", "A field to sort by; created_at if left out."),
            Field::text("order", "ascending or descending, which it is if left out."),
        ],
        "The order.",
    ),
    PAGINATION,
    Field::flag("include_archived", "Beyond Intercom: archived ones too."),
];

/// A page of contacts.
pub(super) const CONTACT_LIST: description::Schema = description::Schema::new(
    "contact_list",
    "A page of contacts.",
    &[
        key("type", Word(&["list"])),
        key("data", List(&Of(&CONTACT))),
        key("total_count", Whole),
        key("pages", Of(&PAGES)),
    ],
);

/// `GET /contacts`: the newest first.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<PageQuery>,
    caller: Caller,
) -> Answer<Json<ContactPageShown>> {
    let asked = Asked::read(&query, &Fields::default(), PER_PAGE)?;
    let contacts = ContactQuery {
        filter: None,
        sort: SortField::CreatedAt,
        ascending: false,
        after: asked.after.clone(),
        include_archived: query.include_archived.as_deref() == Some("true"),
        limit: asked.per_page,
    };
    answer(&app, &caller, &asked, &contacts).await
}

/// `POST /contacts/search`.
pub async fn search(
    State(app): State<SharedApp>,
    Query(query): Query<PageQuery>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<ContactPageShown>> {
    let asked = Asked::read(&query, &fields, PER_PAGE)?;
    let filter = fields.get("query").ok_or_else(|| RestError::missing("query"))?;
    let reading = Reading::begin(&app, &caller).await?;
    let filter = reading.expanded(&app, &caller, reading.query(filter)?).await?;
    let (sort, ascending) = order(&fields, caller.version)?;
    let include_archived = fields.flag("include_archived")?.unwrap_or(false);
    let contacts = ContactQuery {
        filter: Some(filter),
        sort,
        ascending,
        after: asked.after.clone(),
        include_archived,
        limit: asked.per_page,
    };
    answer(&app, &caller, &asked, &contacts).await
}

fn order(fields: &Fields, version: Version) -> Answer<(SortField, bool)> {
    let sort = fields.object("sort")?.unwrap_or_default();
    let field = match sort.text("field")? {
        Edit::Set(name) => SortField::parse(&name).ok_or_else(|| {
            let known: Vec<&str> = SortField::names().collect();
            RestError::parameter("sort.field", format!("sort.field must be one of {}", known.join(", ")))
        })?,
        Edit::Keep | Edit::Clear => SortField::CreatedAt,
    };
    match sort.text("order")? {
        Edit::Set(order) if order == "ascending" => Ok((field, true)),
        Edit::Set(order) if order != "descending" => {
            let code = if version >= Version::V2_16 { "invalid_sort_order" } else { "parameter_invalid" };
            Err(RestError::sort_order(code, &order))
        }
        _ => Ok((field, false)),
    }
}

async fn answer(
    app: &SharedApp,
    caller: &Caller,
    asked: &Asked,
    query: &ContactQuery,
) -> Answer<Json<ContactPageShown>> {
    let page = app.store.search_contacts(caller.workspace.id, query).await?;
    let last = page.contacts.last().filter(|_| page.more).map(|last| (query.sort.of(last), &*last.id));
    let pages = asked.pages(page.total, last);
    let data = contacts(app, caller, page.contacts).await?;
    Ok(Json(ContactPageShown::of(data, page.total, pages)))
}
