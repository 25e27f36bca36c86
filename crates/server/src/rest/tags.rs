//! `/tags`: making, renaming and deleting tags, and putting them on many contacts or companies at once (S§3.4). One
//! contact's tags are in `contacts/tags.rs`.

use axum::Json;
use axum::extract::{Path, State};
use doorstep_domain::edit::Edit;
use doorstep_store::{AppliedTag, CompanyRef, Tag, TagRef};
use serde_json::{Value, json};

use super::description::Shape::{List, Object, Of, OrNull, Text, Truth, Whole, Word};
use super::description::{Field, Key, Kind, Operation, Schema, Success, key};
use super::fields::Fields;
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/tags", "listTags", "List the tags", &TAG_LIST),
    Operation::post("/tags", "createTag", "Make, rename, put on or take off a tag", &SAVED)
        .body(SAVE)
        .refuses(&[409]),
    Operation::get("/tags/{id}", "findTag", "Retrieve a tag", &TAG),
    Operation::delete("/tags/{id}", "deleteTag", "Delete a tag", &TAG).answers(Success::Empty),
];

/// What `save` reads.
const SAVE: &[Field] = &[
    Field::text("name", "The tag's name."),
    Field::number("id", "The tag to rename."),
    Field::of("users", Kind::List(&Kind::Object(&[ID, UNTAG])), "Contacts to put it on, by our ids."),
    Field::of("companies", Kind::List(&Kind::Object(COMPANY)), "Companies to put it on."),
    UNTAG,
];

/// One of the two ids must be there.
const COMPANY: &[Field] = &[Field::id("id", "Our id."), Field::id("company_id", "The site's own id."), UNTAG];
const ID: Field = Field::id("id", "Its id.").needed();
const UNTAG: Field = Field::flag("untag", "Take it off instead.");

const TAG_LIST: Schema = Schema::new(
    "tag_list",
    "The workspace's tags.",
    &[key("type", Word(&["list"])), key("data", List(&Of(&TAG)))],
);

/// As `shown` makes it.
pub(super) const TAG: Schema = Schema::new("tag_basic", "A tag.", KEYS);

const KEYS: &[Key] = &[key("type", Word(&["tag"])), key("id", Text), key("name", Text)];

/// As `saved` makes it.
const SAVED: Schema = Schema::new(
    "tag_saved",
    "A tag, and what was tagged or untagged.",
    &[
        key("users", List(&Object(&[key("id", Text), key("tagged", Truth)]))),
        key("companies", List(&Object(&[key("id", Text), key("tagged", Truth)]))),
    ],
)
.and(KEYS);

/// As `applied` makes it.
pub(super) const APPLIED: Schema = Schema::new(
    "tag",
    "A tag on something.",
    &[
        key("applied_at", Whole),
        key("applied_by", OrNull(&Object(&[key("type", Word(&["admin"])), key("id", Text)]))),
    ],
)
.and(KEYS);

/// Tags of one thing.
pub(super) const APPLIED_LIST: Schema = Schema::new(
    "applied_tag_list",
    "The tags of one contact.",
    &[key("type", Word(&["list"])), key("data", List(&Of(&APPLIED)))],
);

/// Most contacts or companies of one call.
const MANY: usize = 1000;

/// `GET /tags`.
pub async fn index(State(app): State<SharedApp>, caller: Caller) -> Answer<Json<Value>> {
    let tags = app.store.tags(caller.workspace.id).await?;
    let data: Vec<Value> = tags.iter().map(shown).collect();
    Ok(Json(json!({"type": "list", "data": data})))
}

/// `GET /tags/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let found = app.store.tag(caller.workspace.id, number(&id)?).await?;
    Ok(Json(shown(&found.ok_or_else(unknown)?)))
}

/// `DELETE /tags/{id}`: off everything, and gone. The answer is empty.
pub async fn delete(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<()> {
    Ok(app.store.delete_tag(caller.workspace.id, number(&id)?).await?)
}

/// `POST /tags`, which means five things: make a tag, rename one (`id`), put one on `companies` or take it off (`untag`),
/// put one on `users` (S§3.4).
pub async fn save(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let workspace_id = caller.workspace.id;
    let name = match fields.text("name").map_err(|_| invalid("name"))? {
        Edit::Set(name) if !name.trim().is_empty() => Some(name),
        _ => None,
    };
    let id = fields.number("id")?.over(None);
    let (users, companies) = (many(&fields, "users")?, many(&fields, "companies")?);
    let tag = match (id, name) {
        (Some(id), _) if users.is_some() || companies.is_some() => TagRef::Id(id),
        (Some(id), Some(name)) => {
            let tag = app.store.rename_tag(workspace_id, id, name).await?;
            return Ok(Json(saved(tag.id, &tag.name, &[], &[])));
        }
        (_, None) => return Err(invalid("name")),
        (None, Some(name)) => TagRef::Name(name),
    };
    let untag = fields.flag("untag")?.unwrap_or(false);
    if let Some(companies) = companies.filter(|companies| !companies.is_empty()) {
        let untag = untag || companies.iter().any(|one| matches!(one.flag("untag"), Ok(Some(true))));
        let meant = companies.iter().map(meant).collect::<Answer<Vec<_>>>()?;
        let (tag, ids) = app.store.tag_companies(workspace_id, tag, meant, !untag, app.now()).await?;
        let companies: Vec<Value> = ids.iter().map(|id| json!({"id": id, "tagged": !untag})).collect();
        return Ok(Json(saved(tag.id, &tag.name, &[], &companies)));
    }
    let users = users.unwrap_or_default();
    let mut ids = Vec::with_capacity(users.len());
    for user in &users {
        ids.push(user.needed_id("id").map_err(|_| invalid("users"))?);
    }
    let untag = untag || users.iter().any(|user| matches!(user.flag("untag"), Ok(Some(true))));
    let now = app.now();
    let tag = if untag {
        app.store.untag_contacts(workspace_id, tag, ids.clone(), false, now).await?
    } else {
        let by = owner(&app, &caller).await?;
        app.store.tag_contacts(workspace_id, tag, ids.clone(), by, now).await?
    };
    let users: Vec<Value> = ids.iter().map(|id| json!({"id": id, "tagged": !untag})).collect();
    Ok(Json(saved(tag.id, &tag.name, &users, &[])))
}

/// A company by our id, or by the site's own.
fn meant(company: &Fields) -> Answer<CompanyRef> {
    let given = |name: &str| company.id(name).map(|id| id.over(None)).map_err(|_| invalid("companies"));
    match (given("id")?, given("company_id")?) {
        (Some(id), _) => Ok(CompanyRef::Id(id)),
        (None, Some(company_id)) => Ok(CompanyRef::CompanyId(company_id)),
        (None, None) => Err(invalid("companies")),
    }
}

/// Objects of an array, if the field is there.
fn many(fields: &Fields, name: &str) -> Answer<Option<Vec<Fields>>> {
    fields.entries(name, MANY).map_err(|_| invalid(name))
}

/// Whom a token acts as: the teammate that `GET /me` shows.
pub(super) async fn owner(app: &SharedApp, caller: &Caller) -> Answer<Option<i64>> {
    Ok(app.store.team(caller.workspace.id).await?.first().map(|admin| admin.id))
}

fn invalid(field: &str) -> RestError {
    RestError::parameter(field, "invalid tag parameters")
}

fn unknown() -> RestError {
    RestError::not_found("not_found", "Resource Not Found")
}

/// The id of a path or body; what is no number is no tag.
pub(super) fn number(id: &str) -> Answer<i64> {
    id.parse().map_err(|_| unknown())
}

fn shown(tag: &Tag) -> Value {
    json!({"type": "tag", "id": tag.id.to_string(), "name": tag.name})
}

fn saved(id: i64, name: &str, users: &[Value], companies: &[Value]) -> Value {
    json!({"type": "tag", "id": id.to_string(), "name": name, "users": users, "companies": companies})
}

/// A tag as it is on something.
pub(in crate::rest) fn applied(tag: &AppliedTag) -> Value {
    let by = tag.applied_by.map(|id| json!({"type": "admin", "id": id.to_string()}));
    json!({
        "type": "tag", "id": tag.id.to_string(), "name": tag.name, "applied_at": tag.applied_at, "applied_by": by,
    })
}
