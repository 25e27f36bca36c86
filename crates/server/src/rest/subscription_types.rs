//! `GET /subscription_types` (S§3.4). What one contact said is in `contacts/subscriptions.rs`.

use axum::Json;
use axum::extract::State;
use doorstep_store::SubscriptionType;
use serde_json::{Value, json};

use super::description::Shape::{List, Object, Of, Text, Word};
use super::description::{Operation, Schema, Shape, key};
use super::{Answer, Caller};
use crate::app::SharedApp;

pub(super) const OPERATIONS: &[Operation] = &[Operation::get(
    "/subscription_types",
    "listSubscriptionTypes",
    "List the subscription types",
    &SUBSCRIPTION_TYPE_LIST,
)];

/// As the store makes it.
pub(super) const SUBSCRIPTION_TYPE: Schema = Schema::new(
    "subscription_type",
    "A kind of messages that people can want or not.",
    &[
        key("type", Word(&["subscription"])),
        key("id", Text),
        key("state", Word(&["live", "draft", "archived"])),
        key("consent_type", Word(&["opt_out", "opt_in"])),
        key("default_translation", TRANSLATION),
        key("translations", List(&TRANSLATION)),
        key("content_types", List(&Word(&["email", "sms_message"]))),
    ],
);

const TRANSLATION: Shape = Object(&[key("name", Text), key("description", Text), key("locale", Text)]);

/// All of them, or those a contact spoke of.
pub(super) const SUBSCRIPTION_TYPE_LIST: Schema = Schema::new(
    "subscription_type_list",
    "Subscription types.",
    &[key("type", Word(&["list"])), key("data", List(&Of(&SUBSCRIPTION_TYPE)))],
);

/// `GET /subscription_types`.
pub async fn index(State(app): State<SharedApp>, caller: Caller) -> Answer<Json<Value>> {
    let all = app.store.subscription_types(caller.workspace.id).await?;
    let data: Vec<Value> = all.iter().map(SubscriptionType::object).collect();
    Ok(Json(json!({"type": "list", "data": data})))
}
