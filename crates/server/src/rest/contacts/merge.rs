//! `POST /contacts/merge` and `GET /contacts/{id}/merge_history` (S§1.6).

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::contacts::MergeRules;
use doorstep_store::{ContactLookup, Error, UNDO};
use serde::Deserialize;
use serde_json::{Value, json};

use super::shape::contact;
use crate::app::SharedApp;
use crate::rest::description::Shape::{List, Object, OrNull, Text, Truth, Whole, Word};
use crate::rest::description::{Field, Schema, key};
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError, Version};

/// Of `POST /contacts/merge`.
pub(super) const MERGE: &[Field] = &[
    Field::id("from", "The lead's id.").needed(),
    Field::id("into", "The user's id.").needed(),
    Field::flag("skip_duplicate_validation", "Merge even if they share no email or phone (2.16)."),
    Field::flag("lead_into_lead", "Beyond Intercom: a lead may go into a lead."),
];

/// Of `GET /contacts/{id}/merge_history`.
pub(super) const HISTORY: Schema = Schema::new(
    "merge_history_list",
    "What was merged into a user, the newest first.",
    &[
        key("type", Word(&["list"])),
        key(
            "data",
            List(&Object(&[
                key("type", Word(&["merge_history"])),
                key("source_contact_id", Text),
                key("source_contact_role", Word(&["lead", "user"])),
                key("merged_at", Whole),
                // Ours: for `POST /merges/{id}/undo`.
                key("id", Text),
                key("undoable_until", OrNull(&Whole)),
            ])),
        ),
        key("next_cursor", OrNull(&Text)),
        key("has_more", Truth),
    ],
);

/// Most entries of a page of history.
const MOST: i64 = 150;

/// `POST /contacts/merge`: a lead into a user. From 2.16 on only duplicates, unless the body says otherwise.
pub async fn create(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let (from, into, rules) = asked(&caller, &fields)?;
    let merged = app.store.merge_contacts(caller.workspace.id, from, into, rules, app.now()).await;
    Ok(Json(contact(&app, &caller, &merged.map_err(unknown)?).await?))
}

/// Who shall go into whom, and what is allowed.
pub(super) fn asked(caller: &Caller, fields: &Fields) -> Answer<(String, String, MergeRules)> {
    let (from, into) = (fields.needed_id("from")?, fields.needed_id("into")?);
    let skip = fields.flag("skip_duplicate_validation")?.unwrap_or(false);
    let duplicates_only = caller.version >= Version::V2_16 && !skip;
    let leads = fields.flag("lead_into_lead")?.unwrap_or(false);
    Ok((from, into, MergeRules { duplicates_only, leads }))
}

/// S§1.6: the one place where a contact that is unknown is spelt so.
pub(super) fn unknown(error: Error) -> RestError {
    match error {
        Error::NotFound(_) => RestError::not_found("not_found", "Contact Not Found"),
        error => error.into(),
    }
}

/// `?per_page=&cursor=`.
#[derive(Clone, Debug, Deserialize)]
pub struct HistoryQuery {
    per_page: Option<i64>,
    cursor: Option<i64>,
}

/// `GET /contacts/{id}/merge_history`: what was merged into a user, the newest first.
pub async fn history(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<HistoryQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_16)?;
    let unknown = || RestError::not_found("not_found", "Contact not found");
    let ContactLookup::Found(found) = app.store.contact_record(caller.workspace.id, &id).await? else {
        return Err(unknown());
    };
    // Of a lead only if another lead was merged into it (ours); Intercom knows histories of users.
    if found.role != "user" && app.store.merges_into(&found.id, None, 1).await?.is_empty() {
        return Err(unknown());
    }
    let per_page = query.per_page.unwrap_or(50);
    if !(1..=MOST).contains(&per_page) {
        return Err(RestError::parameter("per_page", format!("per_page must be a number from 1 to {MOST}")));
    }
    let mut merges = app.store.merges_into(&found.id, query.cursor, per_page + 1).await?;
    let limit = usize::try_from(per_page).unwrap_or(usize::MAX);
    let has_more = merges.len() > limit;
    merges.truncate(limit);
    let next = merges.last().filter(|_| has_more).map(|last| last.id.to_string());
    let now = app.now();
    let data: Vec<Value> = merges
        .iter()
        .map(|merge| {
            json!({
                "type": "merge_history",
                "source_contact_id": merge.from_id,
                "source_contact_role": merge.from_role,
                "merged_at": merge.merged_at,
                "id": merge.id.to_string(),
                "undoable_until": Some(merge.merged_at + UNDO).filter(|until| merge.undoable && *until >= now),
            })
        })
        .collect();
    Ok(Json(json!({"type": "list", "data": data, "next_cursor": next, "has_more": has_more})))
}
