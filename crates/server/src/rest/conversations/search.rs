//! `GET /conversations` and `POST /conversations/search` (S§2.4, S§2.5), the most recently changed first.

use axum::Json;
use axum::extract::{Query, State};
use doorstep_domain::edit::Edit;
use doorstep_domain::search::{CONVERSATION_FIELDS, Dates, Schema, parse};
use doorstep_store::ConversationQuery;
use serde_json::Value;

use super::shape::{CONVERSATION, listed};
use crate::app::SharedApp;
use crate::rest::description::Shape::{List, Of, Whole, Word};
use crate::rest::description::{self, Field, Kind, key};
use crate::rest::fields::Fields;
use crate::rest::object::object;
use crate::rest::page::{Asked, PAGES, PAGINATION, PageQuery};
use crate::rest::{Answer, Caller, RestError};

/// Entries of a page when the client does not say (S§2.4).
const PER_PAGE: i64 = 20;

/// Of `POST /conversations/search`.
pub(super) const SEARCH: &[Field] = &[
    Field::of("query", Kind::Query, "What is looked for.").needed(),
    Field::object(
        "sort",
        &[
            Field::text("field", "updated_at."),
            Field::text("order", "ascending or descending, which it is if left out."),
        ],
        "The order.",
    ),
    PAGINATION,
];

/// A page of conversations.
pub(super) const CONVERSATION_LIST: description::Schema = description::Schema::new(
    "conversation_list",
    "A page of conversations.",
    &[
        key("type", Word(&["conversation.list"])),
        key("conversations", List(&Of(&CONVERSATION))),
        key("total_count", Whole),
        key("pages", Of(&PAGES)),
    ],
);

/// `GET /conversations`.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<PageQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let asked = Asked::read(&query, &Fields::default(), PER_PAGE)?;
    answer(&app, &caller, &asked, None, false).await
}

/// `POST /conversations/search`.
pub async fn search(
    State(app): State<SharedApp>,
    Query(query): Query<PageQuery>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let asked = Asked::read(&query, &fields, PER_PAGE)?;
    let filter = fields.get("query").ok_or_else(|| RestError::missing("query"))?;
    let attributes = app.store.conversation_attribute_kinds(caller.workspace.id).await?;
    let zone = jiff::tz::TimeZone::UTC;
    let schema =
        Schema { fields: CONVERSATION_FIELDS, attributes: &attributes, zone: &zone, dates: Dates::Seconds };
    let filter = parse(&schema, filter)?;
    let sort = fields.object("sort")?.unwrap_or_default();
    if let Edit::Set(field) = sort.text("field")?
        && field != "updated_at"
    {
        return Err(RestError::parameter("sort.field", "sort.field must be updated_at"));
    }
    let ascending = match sort.text("order")? {
        Edit::Set(order) if order == "ascending" => true,
        Edit::Set(order) if order != "descending" => {
            return Err(RestError::sort_order("invalid_sort_order", &order));
        }
        _ => false,
    };
    answer(&app, &caller, &asked, Some(filter), ascending).await
}

async fn answer(
    app: &SharedApp,
    caller: &Caller,
    asked: &Asked,
    filter: Option<doorstep_domain::search::Query>,
    ascending: bool,
) -> Answer<Json<Value>> {
    let wrong = || {
        RestError::parameter("starting_after", "starting_after must be a cursor of a list of conversations")
    };
    let after = match &asked.after {
        Some((at, id)) => Some((*at, id.parse().map_err(|_| wrong())?)),
        None => None,
    };
    let query = ConversationQuery { filter, ascending, after, limit: asked.per_page };
    let page = app.store.search_conversations(caller.workspace.id, &query).await?;
    let last =
        page.conversations.last().filter(|_| page.more).map(|last| (last.updated_at, last.id.to_string()));
    let pages = asked.pages(page.total, last.as_ref().map(|(at, id)| (*at, id.as_str())));
    let shown = listed(app, caller, &page.conversations, page.people).await?;
    Ok(Json(object! {
        "type": "conversation.list", "conversations": shown, "total_count": page.total, "pages": pages,
    }))
}
