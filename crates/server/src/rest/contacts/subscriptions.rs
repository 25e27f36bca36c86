//! `/contacts/{id}/subscriptions`: what a contact said about the kinds of messages (S§3.4). To attach means no to a type
//! that everybody gets and yes to one that nobody gets. What people decided themselves, a program cannot undo (S§9).

use axum::Json;
use axum::extract::{Path, State};
use doorstep_store::{ConsentType, SubscriptionType, Voice};
use serde_json::{Value, json};

use super::named;
use crate::app::SharedApp;
use crate::rest::description::Field;
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError};

/// `GET /contacts/{id}/subscriptions`.
pub async fn index(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let contact = named(&app, &caller, &id).await?;
    let said = app.store.contact_subscriptions(&contact.id).await?;
    let data: Vec<Value> = said.iter().map(SubscriptionType::object).collect();
    Ok(Json(json!({"type": "list", "data": data})))
}

/// What `create` reads.
pub(super) const ATTACH: &[Field] = &[
    Field::id("id", "The subscription type.").needed(),
    Field::text("consent_type", "Its consent type: opt_out, to say no to it, or opt_in, to say yes.")
        .needed(),
];

/// `POST /contacts/{id}/subscriptions`.
pub async fn create(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let contact = named(&app, &caller, &id).await?;
    let id = number(&fields.needed_id("id")?)?;
    let given = fields.text("consent_type")?.over(None).ok_or_else(|| RestError::missing("consent_type"))?;
    let wrong = |message: String| RestError::parameter("consent_type", message);
    let consent = ConsentType::parse(&given)
        .ok_or_else(|| wrong("consent_type must be opt_out or opt_in".to_owned()))?;
    let all = app.store.subscription_types(caller.workspace.id).await?;
    let kind = all.iter().find(|kind| kind.id == id).ok_or_else(unknown)?;
    // Who takes the one for the other would do the opposite of what they mean.
    if kind.consent_type != consent.as_str() {
        return Err(wrong(format!("the consent_type of this subscription type is {}", kind.consent_type)));
    }
    let workspace_id = caller.workspace.id;
    let done = app.store.attach_subscription(workspace_id, contact.id, id, Voice::Company, app.now()).await?;
    Ok(Json(done.object()))
}

/// `DELETE /contacts/{id}/subscriptions/{subscription_id}`.
pub async fn delete(
    State(app): State<SharedApp>,
    Path((id, subscription_id)): Path<(String, String)>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    let contact = named(&app, &caller, &id).await?;
    let id = number(&subscription_id)?;
    let workspace_id = caller.workspace.id;
    let done = app.store.detach_subscription(workspace_id, contact.id, id, Voice::Company, app.now()).await?;
    Ok(Json(done.object()))
}

fn unknown() -> RestError {
    RestError::not_found("not_found", "Resource Not Found")
}

fn number(id: &str) -> Answer<i64> {
    id.parse().map_err(|_| unknown())
}
