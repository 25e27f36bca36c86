//! `GET /contacts/duplicates` and `GET /contacts/{id}/duplicates` (ours, S§9): contacts that share an email or phone, as a
//! list to look through. Nothing is merged on it.

use axum::Json;
use axum::extract::{Path, Query, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_store::{Error, Shared};
use serde_json::{Value, json};

use super::shape::{CONTACT, contact, contacts};
use crate::app::SharedApp;
use crate::rest::description::Shape::{List, Object, Of, OrNull, Text, Truth, Whole, Word};
use crate::rest::description::{Schema, key};
use crate::rest::{Answer, Caller, RestError};

/// Of `GET /contacts/duplicates`.
pub(super) const GROUPS: Schema = Schema::new(
    "contact_duplicate_list",
    "Groups of contacts that share an email or phone.",
    &[
        key("type", Word(&["list"])),
        key(
            "data",
            List(&Object(&[
                key("type", Word(&["contact_duplicates"])),
                key("shared", Word(&["email", "phone"])),
                key("value", Text),
                key("total_count", Whole),
                key("contacts", List(&Of(&CONTACT))),
            ])),
        ),
        key("next_cursor", OrNull(&Text)),
        key("has_more", Truth),
    ],
);

/// Of `GET /contacts/{id}/duplicates`.
pub(super) const OTHERS: Schema = Schema::new(
    "contact_duplicates_of",
    "Contacts that share one's email or phone.",
    &[
        key("type", Word(&["list"])),
        key(
            "data",
            List(&Object(&[
                key("type", Word(&["contact_duplicate"])),
                key("shared", List(&Word(&["email", "phone"]))),
                key("contact", Of(&CONTACT)),
            ])),
        ),
    ],
);

/// `?per_page=&cursor=`.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct GroupQuery {
    per_page: Option<usize>,
    cursor: Option<String>,
}

/// Most groups of a page.
const MOST: usize = 50;

/// `GET /contacts/duplicates`: by email, then by phone.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<GroupQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let per_page = query.per_page.unwrap_or(20);
    if !(1..=MOST).contains(&per_page) {
        return Err(RestError::parameter("per_page", format!("per_page must be a number from 1 to {MOST}")));
    }
    let wrong = || RestError::parameter("cursor", "cursor must be the next_cursor of the page before");
    let after = match query.cursor.as_deref() {
        Some(cursor) => Some(read_cursor(cursor).ok_or_else(wrong)?),
        None => None,
    };
    let mut groups = app.store.duplicate_groups(caller.workspace.id, after, per_page + 1).await?;
    let has_more = groups.len() > per_page;
    groups.truncate(per_page);
    let next = groups
        .last()
        .filter(|_| has_more)
        .map(|last| URL_SAFE_NO_PAD.encode(format!("{}:{}", last.shared.as_str(), last.value)));
    let mut data = Vec::new();
    for group in groups {
        data.push(json!({
            "type": "contact_duplicates",
            "shared": group.shared.as_str(),
            "value": group.value,
            "total_count": group.total,
            "contacts": contacts(&app, &caller, group.contacts).await?,
        }));
    }
    Ok(Json(json!({"type": "list", "data": data, "next_cursor": next, "has_more": has_more})))
}

fn read_cursor(text: &str) -> Option<(Shared, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (shared, value) = text.split_once(':')?;
    let shared = [Shared::Email, Shared::Phone].into_iter().find(|one| one.as_str() == shared)?;
    (!value.contains('\0')).then(|| (shared, value.to_owned()))
}

/// `GET /contacts/{id}/duplicates`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let found = app.store.duplicates_of(caller.workspace.id, &id).await.map_err(|error| match error {
        Error::NotFound(_) => RestError::not_found("not_found", "User Not Found"),
        error => error.into(),
    })?;
    let mut data = Vec::new();
    for (other, shared) in &found {
        let shared: Vec<&str> = shared.iter().map(|one| one.as_str()).collect();
        let other = contact(&app, &caller, other).await?;
        data.push(json!({"type": "contact_duplicate", "shared": shared, "contact": other}));
    }
    Ok(Json(json!({"type": "list", "data": data})))
}
