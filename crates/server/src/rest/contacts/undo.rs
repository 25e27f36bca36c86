//! `POST /contacts/merge/preview` (after Intercom's Preview, S§1.6) and `POST /merges/{id}/undo` (ours): looking before a
//! merge, and taking it back for thirty days.

use axum::Json;
use axum::extract::{Path, State};
use doorstep_store::{ContactRecord, MergePreview};
use serde_json::{Map, Value, json};

use super::merge::{asked, unknown};
use super::shape::{CONTACT, contact};
use crate::app::SharedApp;
use crate::rest::description::Shape::{List, Map as Keys, Object, Of, Text, Truth, Whole, Word};
use crate::rest::description::{Schema, Shape, key};
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError};

const SIDE: Shape =
    Object(&[key("type", Word(&["contact"])), key("id", Text), key("role", Word(&["lead", "user"]))]);

/// Of `POST /contacts/merge/preview`.
pub(super) const PREVIEW: Schema = Schema::new(
    "contact_merge_preview",
    "What a merge would do.",
    &[
        key("type", Word(&["contact_merge_preview"])),
        key("from", SIDE),
        key("into", SIDE),
        key("mergeable", Truth),
        key(
            "block_reasons",
            List(&Word(&["invalid_merge_role_pair", "same_contact", "no_shared_identifier"])),
        ),
        key(
            "attributes",
            Object(&[
                key("adopted", Keys(&Shape::Any)),
                key("merged", List(&Text)),
                key("discarded", Keys(&Shape::Any)),
            ]),
        ),
        key("moved", Keys(&Whole)),
    ],
);

/// Of `POST /merges/{id}/undo`.
pub(super) const UNDONE: Schema = Schema::new(
    "merge_undone",
    "A merge that was undone.",
    &[
        key("type", Word(&["merge"])),
        key("id", Text),
        key("undone", Truth),
        key("contact", Of(&CONTACT)),
        key("into", Of(&CONTACT)),
    ],
);

/// `POST /contacts/merge/preview`.
pub async fn preview(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let (from, into, rules) = asked(&caller, &fields)?;
    let ahead = app.store.preview_merge(caller.workspace.id, &from, &into, rules).await.map_err(unknown)?;
    let side = |contact: &ContactRecord| json!({"type": "contact", "id": contact.id, "role": contact.role});
    let MergePreview { from, into, refusals, adopted, discarded, united, moved } = &ahead;
    let reasons: Vec<&str> = refusals.iter().map(|refusal| refusal.as_str()).collect();
    let moved: Map<String, Value> =
        moved.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
    Ok(Json(json!({
        "type": "contact_merge_preview",
        "from": side(from),
        "into": side(into),
        "mergeable": reasons.is_empty(),
        "block_reasons": reasons,
        "attributes": {"adopted": adopted, "merged": united, "discarded": discarded},
        "moved": moved,
    })))
}

/// `POST /merges/{id}/undo`: the merged contact is there again, with what was theirs.
pub async fn undo(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let gone = || {
        let words = "Merge not found: it was undone already, is older than thirty days, or never was";
        RestError::not_found("not_found", words)
    };
    let number = id.parse().map_err(|_| gone())?;
    let undone = app.store.undo_merge(caller.workspace.id, number, app.now()).await;
    let undone = undone.map_err(|error| match error {
        doorstep_store::Error::NotFound(_) => gone(),
        error => error.into(),
    })?;
    Ok(Json(json!({
        "type": "merge",
        "id": id,
        "undone": true,
        "contact": contact(&app, &caller, &undone.contact).await?,
        "into": contact(&app, &caller, &undone.survivor).await?,
    })))
}
