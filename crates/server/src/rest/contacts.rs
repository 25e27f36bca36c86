//! `/contacts`: creating, retrieving, updating (S§1.2, S§1.3). Lists and searches are in `search.rs`, ends and merges in
//! `end.rs` and `merge.rs`, the object itself in `shape.rs`.

pub mod companies;
pub(super) mod describe;
pub mod duplicates;
pub mod end;
pub mod merge;
pub mod notes;
pub mod privacy;
pub mod search;
pub mod segments;
pub(super) mod shape;
pub mod subscriptions;
pub mod tags;
pub mod undo;

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::contacts::Role;
use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use doorstep_store::{ContactLookup, ContactRecord, ContactWrite, Error};
use serde::Deserialize;
use serde_json::Value;

use super::description::{Field, Kind};
use super::fields::Fields;
use super::{Answer, Caller, RestError, Version};
use crate::app::SharedApp;
use shape::{contact, shown};

/// Longest address of a picture.
const ADDRESS: usize = 2048;

/// `?upsert=true`: beyond Intercom, ends the race of searching, creating and a 409 (S§9).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CreateQuery {
    upsert: Option<String>,
}

/// `POST /contacts`.
pub async fn create(
    State(app): State<SharedApp>,
    Query(query): Query<CreateQuery>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let write = read(&fields, caller.version)?;
    let named = write.role.is_some() || write.external_id.given().is_some() || write.email.given().is_some();
    if !named {
        return Err(RestError::parameter("role", "give at least one of role, external_id and email"));
    }
    if write.role == Some(Role::User) && write.external_id.given().is_none() && write.email.given().is_none()
    {
        return Err(RestError::parameter("email", "a user needs an external_id or an email"));
    }
    if caller.version >= Version::V2_16 && write.email_verified.is_some() && write.email.given().is_none() {
        return Err(RestError::parameter("email_verified", "email_verified needs an email in the same call"));
    }
    let lead_id = uuid::Uuid::new_v4().to_string();
    let workspace_id = caller.workspace.id;
    let made = match app.store.create_contact(workspace_id, write.clone(), lead_id, app.now()).await {
        Err(Error::Duplicate { id, .. }) if query.upsert.as_deref() == Some("true") => {
            app.store.archive_contact(workspace_id, id.clone(), false, app.now()).await?;
            app.store.update_contact(workspace_id, id, write, app.now()).await?
        }
        made => made?,
    };
    Ok(Json(contact(&app, &caller, &made).await?))
}

/// `GET /contacts/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<super::page::PageQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let (found, attached) = app.store.whole_contact(caller.workspace.id, &id).await?;
    let include = query.include_archived.as_deref() == Some("true");
    Ok(Json(shown(&caller, &visible(&caller, found, include)?, &attached)))
}

/// `GET /contacts/find_by_external_id/{external_id}`: users only.
pub async fn show_by_external_id(
    State(app): State<SharedApp>,
    Path(external_id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_14)?;
    let (found, attached) = app.store.whole_user(caller.workspace.id, &external_id).await?;
    Ok(Json(shown(&caller, &visible(&caller, found, false)?, &attached)))
}

/// `PUT /contacts/{id}`.
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let write = read(&fields, caller.version)?;
    let found = app.store.contact_record(caller.workspace.id, &id).await?;
    let before = visible(&caller, found, true)?;
    let done = app.store.update_contact(caller.workspace.id, before.id, write, app.now()).await?;
    Ok(Json(contact(&app, &caller, &done).await?))
}

/// The contact of a path below `/contacts/{id}`, as `GET /contacts/{id}` sees it.
pub(in crate::rest) async fn named(app: &SharedApp, caller: &Caller, id: &str) -> Answer<ContactRecord> {
    visible(caller, app.store.contact_record(caller.workspace.id, id).await?, false)
}

/// The contact, if the caller may see it: 410 (404 before 2.16) once merged, 404 while archived or blocked.
fn visible(caller: &Caller, found: ContactLookup, include_archived: bool) -> Answer<ContactRecord> {
    match found {
        ContactLookup::Found(found) if found.archived_at.is_none() || include_archived => Ok(*found),
        ContactLookup::Merged(into) if caller.version >= Version::V2_16 => {
            Err(RestError::contact_merged(&into))
        }
        _ => Err(RestError::not_found("not_found", "User Not Found")),
    }
}

/// What `read` reads.
const BODY: &[Field] = &[
    Field::text("role", "user or lead; anything else is ignored."),
    Field::id("external_id", "The site's own id."),
    Field::text("email", "An email address."),
    Field::flag("email_verified", "Whether the email is proven (2.16)."),
    Field::text("phone", "A phone number."),
    Field::text("name", "The whole name."),
    Field::of(
        "avatar",
        Kind::Either(&[
            Kind::Text(ADDRESS),
            Kind::Object(&[Field::text_up_to("image_url", ADDRESS, "An http or https address.")]),
        ]),
        "The http or https address of a picture.",
    ),
    Field::number("owner_id", "A teammate's id."),
    Field::time("signed_up_at", "When they signed up."),
    Field::time("last_seen_at", "When they were last seen."),
    Field::text("language_override", "The language to speak with them."),
    Field::flag("unsubscribed_from_emails", "Whether they want no mail."),
    Field::of("custom_attributes", Kind::Map, "Values of attributes that are defined."),
];

/// What a body asks for. Roles there are not are ignored (S§1.3).
fn read(fields: &Fields, version: Version) -> Answer<ContactWrite> {
    let role = fields.text("role")?.given().and_then(|text| Role::parse(text));
    let email = fields.text("email")?.try_map(|text| {
        Email::parse(&text).map_err(|error| RestError::parameter("email", error.to_string()))
    })?;
    let email_verified = if version >= Version::V2_16 { fields.flag("email_verified")? } else { None };
    let custom_attributes = fields.object("custom_attributes")?.unwrap_or_default().into_map();
    let avatar = match fields.get("avatar") {
        // What was read can be written back.
        Some(Value::Object(_)) => {
            fields.object("avatar")?.unwrap_or_default().text_up_to("image_url", ADDRESS)?
        }
        _ => fields.text_up_to("avatar", ADDRESS)?,
    };
    if let Edit::Set(address) = &avatar
        && !["http://", "https://"].iter().any(|scheme| address.starts_with(scheme))
    {
        return Err(RestError::parameter("avatar", "avatar must be an http or https address"));
    }
    Ok(ContactWrite {
        role,
        external_id: fields.id("external_id")?,
        email,
        email_verified,
        phone: fields.text("phone")?,
        name: fields.text("name")?,
        avatar,
        owner_id: fields.number("owner_id")?,
        signed_up_at: fields.time("signed_up_at")?,
        last_seen_at: fields.time("last_seen_at")?,
        language_override: fields.text("language_override")?,
        unsubscribed_from_emails: fields.flag("unsubscribed_from_emails")?,
        custom_attributes,
    })
}
