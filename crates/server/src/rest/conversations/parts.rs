//! `GET /conversations/{id}/parts` (ours, S§9): all parts of a conversation in pages, oldest first. The conversation itself
//! comes with its newest 500.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::shape::{PART, parts_shown};
use super::{DisplayQuery, number};
use crate::app::SharedApp;
use crate::rest::description::Shape::{List, Of, Whole, Word};
use crate::rest::description::{Schema, key};
use crate::rest::fields::Fields;
use crate::rest::page::{Asked, PAGES, PageQuery};
use crate::rest::{Answer, Caller, RestError};

/// Entries of a page when the client does not say.
const PER_PAGE: i64 = 50;

/// As `index` makes it.
pub(super) const PART_LIST: Schema = Schema::new(
    "conversation_part_list",
    "A page of a conversation's parts.",
    &[
        key("type", Word(&["conversation_part.list"])),
        key("conversation_parts", List(&Of(&PART))),
        key("total_count", Whole),
        key("pages", Of(&PAGES)),
    ],
);

/// Answers the call.
pub async fn index(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(page): Query<PageQuery>,
    Query(display): Query<DisplayQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let record = app.store.conversation_record(caller.workspace.id, number(&id)?).await?;
    let asked = Asked::read(&page, &Fields::default(), PER_PAGE)?;
    let after = match &asked.after {
        Some((_, id)) => id.parse().map_err(|_| {
            RestError::parameter("starting_after", "starting_after must be a cursor of a list of parts")
        })?,
        None => 0,
    };
    let found = app.store.parts_page(record.id, record.source_id, after, asked.per_page).await?;
    let last = found.parts.last().filter(|_| found.more).map(|last| last.id.to_string());
    let pages = asked.pages(found.total, last.as_ref().map(|id| (0, id.as_str())));
    let shown = parts_shown(&app, &caller, &record, &found.parts, display.plain()).await?;
    Ok(Json(json!({
        "type": "conversation_part.list",
        "conversation_parts": shown,
        "total_count": found.total,
        "pages": pages,
    })))
}
