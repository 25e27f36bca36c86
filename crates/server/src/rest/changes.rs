//! `GET /changes`: the change feed (ours). Every change of the workspace once, in order, for programs that keep a copy: they
//! remember a number and ask what came after it. What changed is then read by its id.

use axum::Json;
use axum::extract::{Query, State};
use doorstep_store::FeedEntry;
use serde::Deserialize;
use serde_json::{Value, json};

use super::description::Shape::{Any, List, Of, OrNull, Text, Truth, Whole, Word};
use super::description::{Operation, Param, Schema, key};
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

pub(super) const OPERATIONS: &[Operation] =
    &[Operation::get("/changes", "listChanges", "Read the change feed", &FEED).query(&[
        Param::number(
            "after",
            0,
            i64::MAX,
            "Only changes after this number: `next_after` of the page before.",
        ),
        Param::number("limit", 1, MOST, "Most entries of the page."),
    ])];

const FEED: Schema = Schema::new(
    "change_list",
    "Changes in their order, and where to go on.",
    &[
        key("type", Word(&["list"])),
        key("data", List(&Of(&CHANGE))),
        key("has_more", Truth),
        key("next_after", Whole),
        key("oldest_seq", Whole),
        key("newest_seq", Whole),
    ],
);

/// As `shown` makes it.
const CHANGE: Schema = Schema::new(
    "change",
    "Something that changed. `topic` is Intercom's word for it, if there is one; `detail` what cannot be read by the ids.",
    &[
        key("type", Word(&["change"])),
        key("seq", Whole),
        key("kind", Word(&["part", "conversation", "contact", "other"])),
        key("topic", OrNull(&Text)),
        key("contact_id", OrNull(&Text)),
        key("conversation_id", OrNull(&Text)),
        key("conversation_part_id", OrNull(&Text)),
        key("detail", OrNull(&Any)),
        key("created_at", Whole),
    ],
);

/// Entries of a page if none is asked for.
const PAGE: i64 = 100;
/// Most entries of a page.
const MOST: i64 = 1000;

/// `?after=&limit=`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct IndexQuery {
    after: Option<String>,
    limit: Option<String>,
}

/// `GET /changes`.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<IndexQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let after = match query.after.as_deref().filter(|text| !text.is_empty()) {
        None => 0,
        Some(text) => text.parse().ok().filter(|seq| *seq >= 0).ok_or_else(|| {
            RestError::parameter("after", "after must be a number from `seq` or `next_after` of an answer")
        })?,
    };
    let limit = match query.limit.as_deref().filter(|text| !text.is_empty()) {
        None => PAGE,
        Some(text) => text.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or_else(|| {
            RestError::parameter("limit", format!("limit must be a number from 1 to {MOST}"))
        })?,
    };
    let workspace_id = caller.workspace.id;
    // The number first: what comes between the two readings is then told, and not skipped.
    let newest = app.store.newest_seq(workspace_id).await?;
    let oldest = app.store.oldest_seq(workspace_id).await?;
    let mut found = app.store.change_feed(workspace_id, after, limit + 1).await?;
    let has_more = i64::try_from(found.len()).is_ok_and(|length| length > limit);
    if has_more {
        found.pop();
    }
    let last = found.last().map_or(after, |last| last.seq);
    // Ends of sessions take numbers too and are not told.
    let next_after = if has_more { last } else { last.max(newest) };
    let data: Vec<Value> = found.iter().map(shown).collect();
    Ok(Json(json!({
        "type": "list", "data": data, "has_more": has_more, "next_after": next_after, "oldest_seq": oldest,
        "newest_seq": newest,
    })))
}

fn shown(entry: &FeedEntry) -> Value {
    let detail: Option<Value> = entry.detail.as_deref().and_then(|text| serde_json::from_str(text).ok());
    json!({
        "type": "change",
        "seq": entry.seq,
        "kind": if entry.kind == "topic" { "other" } else { &*entry.kind },
        "topic": entry.topic,
        "contact_id": Some(&entry.contact_id).filter(|id| !id.is_empty()),
        "conversation_id": entry.conversation_id.map(|id| id.to_string()),
        "conversation_part_id": entry.part_id.map(|id| id.to_string()),
        "detail": detail,
        "created_at": entry.created_at,
    })
}
