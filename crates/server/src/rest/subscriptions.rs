//! `/subscriptions`: who wants webhooks, in the words of Intercom's first API (2.x has none; S§4.1). The secret is shown
//! once, in the answer to the call that made it.

pub mod deliveries;
pub(super) mod describe;

use axum::Json;
use axum::extract::{Path, State};
use doorstep_domain::edit::Edit;
use doorstep_domain::topics::Topic;
use doorstep_store::{Error, Subscription, SubscriptionState, SubscriptionTerms};
use serde_json::{Value, json};

use super::fields::Fields;
use super::{Answer, Caller, RestError, Version};
use crate::app::SharedApp;
use crate::session::Secret;
use crate::webhooks;

/// Most characters of an address; the courier says so too.
const URL: usize = 2000;
/// Fewest characters of a secret that a caller brings along.
const SECRET: usize = 16;
/// Most subscriptions of a workspace: each change is told to each of them.
const MOST: usize = 100;

/// `GET /subscriptions`.
pub async fn index(State(app): State<SharedApp>, caller: Caller) -> Answer<Json<Value>> {
    let all = app.store.subscriptions(caller.workspace.id).await?;
    let items: Vec<Value> = all.iter().map(|one| shown(&caller, one)).collect();
    Ok(Json(json!({"type": "notification_subscription.list", "items": items})))
}

/// `GET /subscriptions/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    Ok(Json(shown(&caller, &named(&app, &caller, &id).await?)))
}

/// `POST /subscriptions`.
pub async fn create(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let given = secret(&fields)?;
    let terms = SubscriptionTerms {
        url: String::new(),
        topics: Vec::new(),
        secret: given.unwrap_or_else(|| Secret::fresh().text().to_owned()),
        api_version: caller.version.name(),
        iso_times: false,
        state: SubscriptionState::Active,
    };
    let terms = read(&fields, terms)?;
    if terms.url.is_empty() {
        return Err(RestError::missing("url"));
    }
    if terms.topics.is_empty() {
        return Err(RestError::missing("topics"));
    }
    if app.store.subscriptions(caller.workspace.id).await?.len() >= MOST {
        let message = format!("a workspace has at most {MOST} subscriptions");
        return Err(RestError::client_error(message));
    }
    check_url(&app, &terms.url).await?;
    let secret = terms.secret.clone();
    let made = app.store.create_subscription(caller.workspace.id, terms, app.now()).await?;
    Ok(Json(with_secret(shown(&caller, &made), &secret)))
}

/// `PUT /subscriptions/{id}`: what is absent stays. `state: "active"` also brings a disabled one back.
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let before = named(&app, &caller, &id).await?;
    let mut terms = read(&fields, before.terms.clone())?;
    let fresh = match secret(&fields)? {
        Some(given) => Some(given),
        None => (fields.flag("rotate_secret")? == Some(true)).then(|| Secret::fresh().text().to_owned()),
    };
    if let Some(fresh) = &fresh {
        terms.secret.clone_from(fresh);
    }
    let back =
        before.terms.state == SubscriptionState::Disabled && terms.state != SubscriptionState::Disabled;
    if back || terms.url != before.terms.url {
        check_url(&app, &terms.url).await?;
    }
    let after = app.store.update_subscription(caller.workspace.id, before.id, terms, app.now()).await?;
    let shown = shown(&caller, &after);
    Ok(Json(match fresh {
        Some(fresh) => with_secret(shown, &fresh),
        None => shown,
    }))
}

/// `DELETE /subscriptions/{id}`: with its queue and its log.
pub async fn delete(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let id = number("id", &id)?;
    app.store.delete_subscription(caller.workspace.id, id).await?;
    Ok(Json(json!({"type": "notification_subscription", "id": id.to_string(), "deleted": true})))
}

/// `POST /subscriptions/{id}/ping`: sends a ping, whatever the subscription's state; its delivery tells what came of it.
pub async fn ping(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let found = named(&app, &caller, &id).await?;
    let delivery = webhooks::ping(&app, caller.workspace.id, found.id).await?;
    Ok(Json(json!({"type": "notification_delivery", "id": delivery.to_string(), "state": "pending"})))
}

/// The subscription of a path.
async fn named(app: &SharedApp, caller: &Caller, id: &str) -> Answer<Subscription> {
    Ok(app.store.subscription(caller.workspace.id, number("id", id)?).await?)
}

/// An id of a path. What is no number is nobody's.
fn number(what: &'static str, text: &str) -> Answer<i64> {
    let unknown = if what == "id" { Error::NotFound("subscription") } else { Error::NotFound("delivery") };
    text.parse().map_err(|_| RestError::from(unknown))
}

/// The terms as the body changes them.
fn read(fields: &Fields, before: SubscriptionTerms) -> Answer<SubscriptionTerms> {
    let url = match fields.text_up_to("url", URL)? {
        Edit::Set(url) => url,
        Edit::Keep => before.url,
        Edit::Clear => return Err(RestError::missing("url")),
    };
    let topics = match fields.get("topics") {
        None => before.topics,
        Some(value) => topics(value)?,
    };
    let state = match (fields.text("state")?, fields.flag("active")?) {
        (Edit::Set(word), _) => SubscriptionState::parse(&word)
            .filter(|state| *state != SubscriptionState::Disabled)
            .ok_or_else(|| RestError::parameter("state", "state must be active or paused"))?,
        (_, Some(true)) => SubscriptionState::Active,
        (_, Some(false)) => SubscriptionState::Paused,
        (_, None) => before.state,
    };
    let api_version = match fields.text("api_version")? {
        Edit::Set(text) => Version::parse(&text)
            .map(Version::name)
            .ok_or_else(|| RestError::parameter("api_version", "api_version must be 2.10 to 2.16"))?,
        Edit::Keep | Edit::Clear => before.api_version,
    };
    let iso_times = match fields.text("timestamps")? {
        Edit::Set(word) if word == "iso8601" => true,
        Edit::Set(word) if word == "unix" => false,
        Edit::Set(_) => return Err(RestError::parameter("timestamps", "timestamps must be unix or iso8601")),
        Edit::Keep | Edit::Clear => before.iso_times,
    };
    Ok(SubscriptionTerms { url, topics, secret: before.secret, api_version, iso_times, state })
}

fn topics(value: &Value) -> Answer<Vec<Topic>> {
    let wrong =
        || RestError::parameter("topics", "topics must be an array of names such as contact.lead.created");
    let Value::Array(names) = value else { return Err(wrong()) };
    let mut found = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let name = name.as_str().ok_or_else(wrong)?;
        let topic = Topic::parse(name).ok_or_else(|| {
            let known: Vec<&str> = Topic::ALL.iter().map(|topic| topic.as_str()).collect();
            let message = format!("there is no such topic; topics are {}", known.join(", "));
            RestError::parameter(format!("topics[{at}]"), message)
        })?;
        if !found.contains(&topic) {
            found.push(topic);
        }
    }
    if found.is_empty() {
        return Err(RestError::parameter("topics", "topics must name at least one topic"));
    }
    Ok(found)
}

/// A secret the caller brings along, under the first API's name.
fn secret(fields: &Fields) -> Answer<Option<String>> {
    match fields.text("hub_secret")? {
        Edit::Set(text) if text.chars().count() < SECRET => {
            let message =
                format!("hub_secret must have at least {SECRET} characters; leave it out to get one");
            Err(RestError::parameter("hub_secret", message))
        }
        Edit::Set(text) => Ok(Some(text)),
        Edit::Keep | Edit::Clear => Ok(None),
    }
}

/// The receiver must answer a HEAD request (S§4.1).
async fn check_url(app: &SharedApp, url: &str) -> Answer<()> {
    app.courier.fit(url).map_err(|unfit| RestError::parameter("url", unfit.to_string()))?;
    let answered = app.courier.head(url).await;
    let why = match answered.status {
        Ok(200..=299) => return Ok(()),
        Ok(status) => format!("it answered {status}"),
        Err(error) => error,
    };
    let message = format!("url must answer a HEAD request with a status from 200 to 299: {why}");
    Err(RestError::parameter("url", message))
}

fn with_secret(mut shown: Value, secret: &str) -> Value {
    shown["hub_secret"] = secret.into();
    shown
}

fn shown(caller: &Caller, subscription: &Subscription) -> Value {
    let terms = &subscription.terms;
    let topics: Vec<&str> = terms.topics.iter().map(|topic| topic.as_str()).collect();
    json!({
        "type": "notification_subscription",
        "id": subscription.id.to_string(),
        "app_id": caller.workspace.app_id,
        "service_type": "web",
        "self": format!("/subscriptions/{}", subscription.id),
        "url": terms.url,
        "topics": topics,
        "active": terms.state == SubscriptionState::Active,
        "state": terms.state.as_str(),
        "state_reason": subscription.state_reason,
        "api_version": terms.api_version,
        "timestamps": if terms.iso_times { "iso8601" } else { "unix" },
        "throttled_until": Some(subscription.throttled_until).filter(|at| *at > 0),
        "failing_since": subscription.failing_since,
        "created_at": subscription.created_at,
        "updated_at": subscription.updated_at,
    })
}
