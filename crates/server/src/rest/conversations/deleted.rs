//! `GET /conversations/deleted` (2.16): ids of conversations that are gone, in numbered pages.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::SharedApp;
use crate::rest::description::Shape::{List, Object, OrNull, Text, Truth, Whole, Word};
use crate::rest::description::{Param, Schema, key};
use crate::rest::{Answer, Caller, RestError, Version};

/// Entries of a page when the client does not say.
const PER_PAGE: i64 = 20;
/// Most entries of a page.
const MOST: i64 = 60;
/// Most pages.
const PAGES: i64 = 1_000_000;

/// What may stand behind the `?`.
pub(super) const QUERY: &[Param] = &[
    Param::number("page", 1, PAGES, "Which page."),
    Param::number("per_page", 1, MOST, "Entries of a page; 20 if left out."),
    Param::word("order", &["asc", "desc"], "The first or the last that went first, which it is if left out."),
];

/// As `index` makes it.
pub(super) const DELETED_LIST: Schema = Schema::new(
    "deleted_conversation_list",
    "A page of conversations that are gone.",
    &[
        key("type", Word(&["conversations.list"])),
        key(
            "conversations",
            List(&Object(&[
                key("type", Word(&["conversation"])),
                key("id", Text),
                key("metrics_retained", Truth),
                key("deleted_at", Whole),
            ])),
        ),
        key("total_count", Whole),
        key(
            "pages",
            Object(&[
                key("type", Word(&["pages"])),
                key("next", OrNull(&Text)),
                key("page", Whole),
                key("per_page", Whole),
                key("total_pages", Whole),
            ]),
        ),
    ],
);

/// `?page=&per_page=&order=`.
#[derive(Clone, Debug, Deserialize)]
pub struct DeletedQuery {
    page: Option<String>,
    per_page: Option<String>,
    order: Option<String>,
}

/// Answers the call.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<DeletedQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_16)?;
    let number =
        |name: &str, text: Option<&String>, default: i64, most: i64| match text {
            None => Ok(default),
            Some(text) => text.parse().ok().filter(|number| (1..=most).contains(number)).ok_or_else(|| {
                RestError::parameter(name, format!("{name} must be a number from 1 to {most}"))
            }),
        };
    let per_page = number("per_page", query.per_page.as_ref(), PER_PAGE, MOST)?;
    let page = number("page", query.page.as_ref(), 1, PAGES)?;
    let order = query.order.as_deref().unwrap_or("desc");
    if !["asc", "desc"].contains(&order) {
        return Err(RestError::parameter("order", "order must be asc or desc"));
    }
    let found = app
        .store
        .deleted_conversations(caller.workspace.id, order == "asc", (page - 1) * per_page, per_page)
        .await?;
    let total_pages = (found.total + per_page - 1) / per_page;
    let next = (page < total_pages).then(|| {
        let (base, page) = (app.public_url.trim_end_matches('/'), page + 1);
        format!("{base}/conversations/deleted?per_page={per_page}&order={order}&page={page}")
    });
    let shown = found.conversations.iter().map(|one| {
        json!({
            "type": "conversation",
            "id": one.conversation_id.to_string(),
            "metrics_retained": one.metrics_retained,
            "deleted_at": one.deleted_at,
        })
    });
    Ok(Json(json!({
        "type": "conversations.list",
        "conversations": shown.collect::<Vec<_>>(),
        "total_count": found.total,
        "pages": {
            "type": "pages", "next": next, "page": page, "per_page": per_page, "total_pages": total_pages,
        },
    })))
}
