//! `/visitors` (S§1.7). Of a visitor who has not written no row is kept (P1), so there is none to retrieve or update;
//! converting works by the visitor's UUID, which the page knows from its cookie.

use axum::Json;
use axum::extract::State;
use doorstep_domain::contacts::{MergeRules, Role};
use doorstep_domain::email::Email;
use doorstep_store::{ContactLookup, ContactRecord, ContactWrite};
use serde_json::Value;
use uuid::{Uuid, Version as UuidVersion};

use super::contacts::shape::{CONTACT, contact};
use super::description::{Field, Operation, Param, Success};
use super::fields::Fields;
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/visitors", "retrieveVisitorWithUserId", "None is kept: always 404", &CONTACT)
        .query(&[Param::text("user_id", "The visitor's UUID.").needed()])
        .answers(Success::Never),
    Operation::put("/visitors", "updateVisitor", "None is kept: always 404", &CONTACT)
        .answers(Success::Never),
    Operation::post("/visitors/convert", "convertVisitor", "Make a visitor a lead or a user", &CONTACT)
        .body(CONVERT)
        .refuses(&[409]),
];

/// Of `POST /visitors/convert`.
const CONVERT: &[Field] = &[
    Field::object(
        "visitor",
        &[
            Field::id("id", "Of a lead who has written, or the visitor's UUID."),
            Field::id("user_id", "The visitor's UUID."),
        ],
        "Who is converted.",
    )
    .needed(),
    Field::text("type", "lead or user.").needed(),
    Field::object(
        "user",
        &[
            Field::id("id", "A user's id."),
            Field::id("user_id", "The site's own id of the user."),
            Field::text("email", "The user's email."),
        ],
        "The user to become or to join; needed for type user.",
    ),
];

/// `GET /visitors`: there is none, whoever is asked for.
pub async fn show(_: Caller) -> RestError {
    unknown()
}

/// `PUT /visitors`: as `GET`. What a page says of a visitor waits in the browser until they write (P3).
pub async fn update(_: Caller, _: Fields) -> RestError {
    unknown()
}

/// `POST /visitors/convert`: into a lead, or into the user that `user` names, who is made if there is none.
pub async fn convert(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let visitor = fields.object("visitor")?.ok_or_else(|| RestError::missing("visitor"))?;
    let visitor = Visitor::read(&app, &caller, &visitor).await?;
    let made = match fields.text("type")?.over(None).as_deref() {
        Some("lead") => visitor.into_lead(&app, &caller).await?,
        Some("user") => {
            let user = fields.object("user")?.ok_or_else(|| RestError::missing("user"))?;
            visitor.into_user(&app, &caller, &user).await?
        }
        _ => return Err(RestError::parameter("type", "type must be lead or user")),
    };
    Ok(Json(contact(&app, &caller, &made).await?))
}

fn unknown() -> RestError {
    RestError::not_found("not_found", "Visitor Not Found")
}

/// Whom `visitor` means. An email alone identifies nobody.
enum Visitor {
    /// One who has written already: a lead, by contact id.
    Lead(String),
    /// One nothing is known of but the UUID of the cookie.
    Unknown(String),
}

impl Visitor {
    async fn read(app: &SharedApp, caller: &Caller, fields: &Fields) -> Answer<Self> {
        let (id, user_id) = (fields.id("id")?.over(None), fields.id("user_id")?.over(None));
        if let Some(id) = &id
            && let ContactLookup::Found(found) = app.store.contact_record(caller.workspace.id, id).await?
            && found.role() == Role::Lead
        {
            return Ok(Self::Lead(found.id));
        }
        let uuid = user_id.or(id).map(|text| text.to_lowercase()).filter(|text| {
            Uuid::parse_str(text).is_ok_and(|uuid| uuid.get_version() == Some(UuidVersion::Random))
        });
        let uuid = uuid.ok_or_else(unknown)?;
        Ok(match app.store.lead_by_visitor(caller.workspace.id, &uuid).await? {
            Some(lead) => Self::Lead(lead),
            None => Self::Unknown(uuid),
        })
    }

    async fn into_lead(self, app: &SharedApp, caller: &Caller) -> Answer<ContactRecord> {
        let id = match self {
            Self::Lead(id) => id,
            Self::Unknown(uuid) => app.store.lead_for_visitor(caller.workspace.id, uuid, app.now()).await?,
        };
        found(app, caller, &id).await
    }

    async fn into_user(self, app: &SharedApp, caller: &Caller, user: &Fields) -> Answer<ContactRecord> {
        let workspace_id = caller.workspace.id;
        let email = user.text("email")?.try_map(|text| {
            Email::parse(&text).map_err(|error| RestError::parameter("user.email", error.to_string()))
        })?;
        let external_id = user.id("user_id")?;
        let id = user.id("id")?.over(None);
        let by_id = match &id {
            Some(id) => user_of(app, caller, id).await?,
            None => None,
        };
        let known = if by_id.is_some() {
            by_id
        } else {
            let external_id = external_id.given().map(String::as_str);
            app.store.find_contact(workspace_id, external_id, email.given(), true).await?
        };
        if external_id.given().is_none() && email.given().is_none() && known.is_none() {
            return Err(RestError::parameter("user", "user needs the id of a user, a user_id or an email"));
        }
        match (self, known) {
            (Self::Lead(lead), Some(user)) => Ok(app
                .store
                .merge_contacts(workspace_id, lead, user, MergeRules::default(), app.now())
                .await?),
            (Self::Unknown(_), Some(user)) => found(app, caller, &user).await,
            (visitor, None) => {
                let write =
                    ContactWrite { role: Some(Role::User), external_id, email, ..ContactWrite::default() };
                Ok(match visitor {
                    Self::Lead(lead) => {
                        app.store.update_contact(workspace_id, lead, write, app.now()).await?
                    }
                    Self::Unknown(uuid) => {
                        app.store.create_contact(workspace_id, write, uuid, app.now()).await?
                    }
                })
            }
        }
    }
}

/// The user of one of our ids.
async fn user_of(app: &SharedApp, caller: &Caller, id: &str) -> Answer<Option<String>> {
    Ok(match app.store.contact_record(caller.workspace.id, id).await? {
        ContactLookup::Found(found) if found.role() == Role::User => Some(found.id),
        _ => None,
    })
}

async fn found(app: &SharedApp, caller: &Caller, id: &str) -> Answer<ContactRecord> {
    match app.store.contact_record(caller.workspace.id, id).await? {
        ContactLookup::Found(found) => Ok(*found),
        _ => Err(unknown()),
    }
}
