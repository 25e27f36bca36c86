//! `POST /conversations/{id}/customers` and `DELETE …/customers/{contact_id}` (S§2.3): who takes part.

use axum::Json;
use axum::extract::{Path, State};
use doorstep_domain::contacts::Role;
use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use doorstep_store::{Actor, ContactWrite, ConversationRecord, Error};
use serde_json::{Value, json};

use super::person::NAMED;
use super::shape::around;
use super::{number, person};
use crate::app::SharedApp;
use crate::rest::description::Shape::{List, Object, Text, Word};
use crate::rest::description::{Field, Schema, key};
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError};

/// Of `POST`.
pub(super) const ADD: &[Field] = &[
    ADMIN_ID,
    Field::object(
        "customer",
        &[
            NAMED[0],
            NAMED[1],
            NAMED[2],
            NAMED[3],
            Field::object(
                "customer",
                &NAMED,
                "Who adds them, if no teammate does: a contact who takes part.",
            ),
        ],
        "Who joins.",
    )
    .needed(),
];

/// Of `DELETE`.
pub(super) const REMOVE: &[Field] = &[ADMIN_ID];

const ADMIN_ID: Field = Field::number("admin_id", "The teammate who does it.");

/// As `shown` makes it.
pub(super) const CUSTOMERS: Schema = Schema::new(
    "customers",
    "Who takes part in a conversation.",
    &[key("customers", List(&Object(&[key("type", Word(&["lead", "user"])), key("id", Text)])))],
);

/// `POST`: an email nobody has makes a lead.
pub async fn create(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let conversation_id = number(&id)?;
    let customer = fields.object("customer")?.ok_or_else(|| RestError::missing("customer"))?;
    // Asked before a lead is made for nothing.
    app.store.conversation_record(caller.workspace.id, conversation_id).await?;
    let actor = actor(&app, &caller, &fields, &customer).await?;
    let contact = match person::named(&app, &caller, &customer).await? {
        Some(found) => found,
        None => lead(&app, &caller, &customer).await?,
    };
    let done = app
        .store
        .add_participant(caller.workspace.id, conversation_id, contact, actor, app.now())
        .await
        .map_err(|error| match error {
            Error::NotFound("contact") => RestError::not_found("not_found", "Resource Not Found"),
            error => error.into(),
        })?;
    shown(&app, &caller, &done).await
}

/// `DELETE`: all but the last one can be taken away.
pub async fn delete(
    State(app): State<SharedApp>,
    Path((id, contact)): Path<(String, String)>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let conversation_id = number(&id)?;
    let actor =
        Actor::Admin(fields.number("admin_id")?.over(None).ok_or_else(|| RestError::missing("admin_id"))?);
    let done = app
        .store
        .remove_participant(caller.workspace.id, conversation_id, contact, actor, app.now())
        .await
        .map_err(|error| match error {
            Error::Conflict(_) => {
                let message = "Removing the last customer is not allowed";
                RestError::unprocessable("parameter_invalid", message)
            }
            error => error.into(),
        })?;
    shown(&app, &caller, &done).await
}

/// A teammate, or `customer.customer`: a contact who already takes part.
async fn actor(app: &SharedApp, caller: &Caller, fields: &Fields, customer: &Fields) -> Answer<Actor> {
    if let Edit::Set(admin) = fields.number("admin_id")? {
        return Ok(Actor::Admin(admin));
    }
    let Some(by) = customer.object("customer")? else { return Err(RestError::missing("admin_id")) };
    let by = person::named(app, caller, &by).await?;
    by.map(Actor::Contact).ok_or_else(|| RestError::not_found("not_found", "User Not Found"))
}

async fn lead(app: &SharedApp, caller: &Caller, customer: &Fields) -> Answer<String> {
    let Edit::Set(email) = customer.text("email")? else {
        return Err(RestError::not_found("not_found", "Resource Not Found"));
    };
    let email =
        Email::parse(&email).map_err(|error| RestError::parameter("customer.email", error.to_string()))?;
    let write = ContactWrite { role: Some(Role::Lead), email: Edit::Set(email), ..ContactWrite::default() };
    let lead_id = uuid::Uuid::new_v4().to_string();
    Ok(app.store.create_contact(caller.workspace.id, write, lead_id, app.now()).await?.id)
}

async fn shown(app: &SharedApp, caller: &Caller, record: &ConversationRecord) -> Answer<Json<Value>> {
    let around = around(app, caller, record).await?;
    let ids = std::iter::once(&record.contact_id).chain(around.others(record.id));
    let customers: Vec<Value> = ids
        .filter_map(|id| around.person(id))
        .map(|found| json!({"type": found.role, "id": found.id}))
        .collect();
    Ok(Json(json!({"customers": customers})))
}
