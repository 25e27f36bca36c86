//! `GET /companies` without a name, `POST /companies/list`, `GET /companies/scroll`, `POST /companies/search`. Companies
//! nobody belongs to are in none of them (S§3.3).

use axum::Json;
use axum::extract::{Query, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_domain::edit::Edit;
use doorstep_domain::search::{self as language, COMPANY_FIELDS, Dates, parse};
use doorstep_store::{AttributeModel, CompanyQuery, CompanySort};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{COMPANY, company};
use crate::app::SharedApp;
use crate::rest::description::Shape::{List, Nothing, Object, Of, OrNull, Text, Whole, Word};
use crate::rest::description::{Field, Kind, Schema, key};
use crate::rest::fields::Fields;
use crate::rest::page::{Asked, PAGINATION, PageQuery};
use crate::rest::{Answer, Caller, RestError, Version};
use crate::workspace_settings::WorkspaceSettings;

/// Entries of a page when the client does not say.
const PER_PAGE: i64 = 15;
/// Entries of a step of the scroll.
const STEP: i64 = 100;

/// A page of companies.
pub(super) const LIST: Schema = Schema::new(
    "company_list",
    "A page of companies.",
    &[
        key("type", Word(&["list"])),
        key("data", List(&Of(&COMPANY))),
        key("total_count", Whole),
        key("pages", Of(&PAGES)),
    ],
);

/// As `pages_of` makes it.
const PAGES: Schema = Schema::new(
    "company_pages",
    "Where a page stands in its list; `next` is null on the last one.",
    &[
        key("type", Word(&["pages"])),
        key("page", Whole),
        key("per_page", Whole),
        key("total_pages", Whole),
        key("next", OrNull(&Object(&[key("page", Whole), key("starting_after", Text)]))),
    ],
);

/// A step of the scroll.
pub(super) const SCROLL: Schema = Schema::new(
    "company_scroll",
    "A step of the scroll; the last one has no companies and no parameter.",
    &[
        key("type", Word(&["list"])),
        key("data", List(&Of(&COMPANY))),
        key("pages", Nothing),
        key("total_count", Nothing),
        key("scroll_param", Text).optional(),
    ],
);

/// What `list` reads of its body.
pub(super) const LISTING: &[Field] = &[Field::text("order", "asc or desc."), PAGINATION];

/// What `search` reads.
pub(super) const SEARCH: &[Field] = &[
    Field::of("query", Kind::Query, "What must hold.").needed(),
    PAGINATION,
    Field::object(
        "sort",
        &[
            Field::text("field", "What companies are sorted by; created_at if left out."),
            Field::text("order", "ascending or descending."),
        ],
        "Their order.",
    ),
];

/// `?order=`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct OrderQuery {
    order: Option<String>,
}

/// `?scroll_param=`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ScrollQuery {
    scroll_param: Option<String>,
}

fn all(sort: CompanySort, asked: &Asked) -> CompanyQuery {
    CompanyQuery {
        filter: None,
        tag_id: None,
        sort,
        ascending: false,
        after: asked.after.clone(),
        offset: asked.offset(),
        limit: asked.per_page,
    }
}

/// All companies, or those with a tag; segments are of people, so none has companies.
pub(super) async fn of(
    app: &SharedApp,
    caller: &Caller,
    pages: &PageQuery,
    tag_id: Option<&str>,
    of_segment: bool,
) -> Answer<Json<Value>> {
    let asked = Asked::numbered(pages, &Fields::default(), PER_PAGE)?;
    if of_segment {
        return Ok(Json(
            json!({"type": "list", "data": [], "total_count": 0, "pages": pages_of(&asked, 0, None)}),
        ));
    }
    // What is no number is no tag.
    let tag_id = tag_id.map(|id| id.parse().unwrap_or(0));
    answer(app, caller, &asked, &CompanyQuery { tag_id, ..all(CompanySort::LastRequestAt, &asked) }).await
}

/// `POST /companies/list`: the one seen last first.
pub async fn list(
    State(app): State<SharedApp>,
    Query(pages): Query<PageQuery>,
    Query(query): Query<OrderQuery>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let asked = Asked::numbered(&pages, &fields, PER_PAGE)?;
    let order = match fields.text("order")? {
        Edit::Set(order) => Some(order),
        Edit::Keep | Edit::Clear => query.order,
    };
    let ascending = match order.as_deref() {
        None | Some("" | "desc") => false,
        Some("asc") => true,
        Some(_) => return Err(RestError::parameter("order", "order must be asc or desc")),
    };
    let query = CompanyQuery { ascending, ..all(CompanySort::LastRequestAt, &asked) };
    answer(&app, &caller, &asked, &query).await
}

/// `GET /companies/scroll`: all of them, the one known longest first. The parameter is a plain cursor: it does not run
/// out, and any number of scrolls may go on at once. The end is a step without companies and without a parameter.
pub async fn scroll(
    State(app): State<SharedApp>,
    Query(query): Query<ScrollQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let after = match query.scroll_param.filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(
            cursor(&text).ok_or_else(|| RestError::not_found("not_found", "scroll parameter not found"))?,
        ),
    };
    let query = CompanyQuery {
        filter: None,
        tag_id: None,
        sort: CompanySort::CreatedAt,
        ascending: true,
        after,
        offset: 0,
        limit: STEP,
    };
    let page = app.store.search_companies(caller.workspace.id, &query).await?;
    let data: Vec<Value> = page.companies.iter().map(|record| company(&caller, record)).collect();
    let mut shown = json!({"type": "list", "data": data, "pages": null, "total_count": null});
    if let Some(last) = page.companies.last() {
        let text = json!([last.created_at, last.id]).to_string();
        shown["scroll_param"] = URL_SAFE_NO_PAD.encode(text).into();
    }
    Ok(Json(shown))
}

fn cursor(text: &str) -> Option<(i64, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(text.as_bytes()).ok()?;
    let cursor: (i64, String) = serde_json::from_slice(&bytes).ok()?;
    (!cursor.1.contains('\0')).then_some(cursor)
}

/// `POST /companies/search` (Preview), in the language of `POST /contacts/search`.
pub async fn search(
    State(app): State<SharedApp>,
    Query(pages): Query<PageQuery>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_16)?;
    let asked = Asked::read(&pages, &fields, PER_PAGE)?;
    let filter = fields.get("query").ok_or_else(|| RestError::missing("query"))?;
    let attributes = app.store.attribute_kinds(caller.workspace.id, AttributeModel::Company).await?;
    let zone = WorkspaceSettings::read(&caller.workspace.settings).zone();
    let schema =
        language::Schema { fields: COMPANY_FIELDS, attributes: &attributes, zone: &zone, dates: Dates::Days };
    let filter = parse(&schema, filter)?;
    let sort = fields.object("sort")?.unwrap_or_default();
    let by = match sort.text("field")? {
        Edit::Set(name) => CompanySort::parse(&name).ok_or_else(|| {
            let known: Vec<&str> = CompanySort::names().collect();
            RestError::parameter("sort.field", format!("sort.field must be one of {}", known.join(", ")))
        })?,
        Edit::Keep | Edit::Clear => CompanySort::CreatedAt,
    };
    let ascending = match sort.text("order")? {
        Edit::Set(order) if order == "ascending" => true,
        Edit::Set(order) if order != "descending" => {
            return Err(RestError::sort_order("invalid_sort_order", &order));
        }
        _ => false,
    };
    let query = CompanyQuery { filter: Some(filter), ascending, ..all(by, &asked) };
    answer(&app, &caller, &asked, &query).await
}

async fn answer(
    app: &SharedApp,
    caller: &Caller,
    asked: &Asked,
    query: &CompanyQuery,
) -> Answer<Json<Value>> {
    let page = app.store.search_companies(caller.workspace.id, query).await?;
    let last = page.companies.last().filter(|_| page.more).map(|last| (query.sort.of(last), &*last.id));
    let pages = pages_of(asked, page.total, last);
    let data: Vec<Value> = page.companies.iter().map(|record| company(caller, record)).collect();
    Ok(Json(json!({"type": "list", "data": data, "total_count": page.total, "pages": pages})))
}

/// Here the last page says so with `null`.
fn pages_of(asked: &Asked, total: i64, last: Option<(i64, &str)>) -> Value {
    let mut pages = asked.pages(total, last);
    if pages.get("next").is_none() {
        pages["next"] = Value::Null;
    }
    pages
}
