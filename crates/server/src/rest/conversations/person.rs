//! Which contact a body means: by our id, by the site's own id, or by email (S§2.1, S§2.2). Where a message may come from
//! a visitor, an unknown visitor's UUID becomes a lead (P2).

use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use doorstep_store::ContactLookup;
use uuid::{Uuid, Version as UuidVersion};

use crate::app::SharedApp;
use crate::rest::description::Field;
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError};

/// What `sender` reads.
pub(in crate::rest) const SENDER: &[Field] = &[
    Field::text("type", "lead, user or contact.").needed(),
    Field::id("id", "Our id; for type contact a visitor's UUID, too."),
    Field::id("user_id", "The site's own id."),
    Field::text("email", "Their email."),
];

/// `from` of a new conversation: `{type: lead | user | contact, id | user_id | email}`.
pub(in crate::rest) async fn sender(app: &SharedApp, caller: &Caller, from: &Fields) -> Answer<String> {
    let kind = from.text("type")?.over(None).unwrap_or_default();
    if !["lead", "user", "contact"].contains(&kind.as_str()) {
        return Err(RestError::parameter("from.type", "from.type must be lead, user or contact"));
    }
    let (id, user_id) = (from.id("id")?.over(None), from.id("user_id")?.over(None));
    if let Some(found) = find(app, caller, id.as_deref(), user_id.as_deref(), from).await? {
        return Ok(found);
    }
    // A visitor has no row (P1): any random UUID may be one's.
    let visitor = id.or(user_id).filter(|text| {
        kind == "contact"
            && Uuid::parse_str(text).is_ok_and(|id| id.get_version() == Some(UuidVersion::Random))
    });
    match visitor {
        Some(visitor) => {
            Ok(app.store.lead_for_visitor(caller.workspace.id, visitor.to_lowercase(), app.now()).await?)
        }
        None => Err(RestError::not_found("not_found", "User Not Found")),
    }
}

/// The contact of a reply: exactly one of `intercom_user_id`, `user_id`, `email`.
pub(super) async fn replying(app: &SharedApp, caller: &Caller, fields: &Fields) -> Answer<String> {
    let (id, user_id) = (fields.id("intercom_user_id")?.over(None), fields.id("user_id")?.over(None));
    if id.is_none() && user_id.is_none() && fields.text("email")?.given().is_none() {
        return Err(RestError::missing("intercom_user_id"));
    }
    let found = find(app, caller, id.as_deref(), user_id.as_deref(), fields).await?;
    found.ok_or_else(|| RestError::not_found("not_found", "User Not Found"))
}

/// What `named` reads.
pub(in crate::rest) const NAMED: [Field; 4] = [
    Field::id("intercom_user_id", "Our id, as `id`."),
    Field::id("id", "Our id."),
    Field::id("user_id", "The site's own id."),
    Field::text("email", "Their email."),
];

/// A contact by `id` (or `intercom_user_id`), `user_id` or `email`; `None` for one nobody is.
pub(in crate::rest) async fn named(
    app: &SharedApp,
    caller: &Caller,
    fields: &Fields,
) -> Answer<Option<String>> {
    let id = fields.id("intercom_user_id")?.over(fields.id("id")?.over(None));
    let user_id = fields.id("user_id")?.over(None);
    if id.is_none() && user_id.is_none() && fields.text("email")?.given().is_none() {
        return Err(RestError::parameter(fields.path("id"), "give an id, a user_id or an email"));
    }
    find(app, caller, id.as_deref(), user_id.as_deref(), fields).await
}

async fn find(
    app: &SharedApp,
    caller: &Caller,
    id: Option<&str>,
    user_id: Option<&str>,
    fields: &Fields,
) -> Answer<Option<String>> {
    let workspace_id = caller.workspace.id;
    let found = |lookup| match lookup {
        ContactLookup::Found(found) => Some(found.id),
        // A message to a merged contact is one to whom they were merged into.
        ContactLookup::Merged(into) => Some(into),
        ContactLookup::Unknown => None,
    };
    if let Some(id) = id
        && let Some(found) = found(app.store.contact_record(workspace_id, id).await?)
    {
        return Ok(Some(found));
    }
    if let Some(user_id) = user_id.or(id) {
        let user = found(app.store.user_by_external_id(workspace_id, user_id).await?);
        return Ok(match user {
            Some(user) => Some(user),
            None => app.store.find_contact(workspace_id, Some(user_id), None, false).await?,
        });
    }
    let Edit::Set(email) = fields.text("email")? else { return Ok(None) };
    let email = Email::parse(&email).map_err(|error| RestError::parameter("email", error.to_string()))?;
    Ok(app.store.find_contact(workspace_id, None, Some(&email), false).await?)
}
