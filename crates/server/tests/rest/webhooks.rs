//! Webhooks from the change to the receiver: what arrives, what happens when it does not, and what the log says of it.

use axum::http::Method;
use doorstep_domain::webhooks::{signature_sha1, signature_sha256};
use doorstep_server::webhooks::{announce, deliver};
use serde_json::{Value, json};

use crate::receiver::{Reaction, Receiver};
use crate::world::{NOW, Program, World};

struct Stage {
    world: World,
    ours: Program,
    receiver: Receiver,
    hook: String,
    secret: String,
}

impl Stage {
    async fn with(topics: &[&str], more: &Value) -> Self {
        let (world, receiver) = (World::new().await, Receiver::start().await);
        let ours = world.ours().await;
        let mut body = json!({"url": receiver.url(), "topics": topics});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = ours.post("/subscriptions", &body).await.ok();
        assert_eq!(receiver.got().iter().map(|got| got.method.clone()).collect::<Vec<_>>(), [Method::HEAD]);
        let hook = format!("/subscriptions/{}", made["id"].as_str().unwrap());
        let secret = made["hub_secret"].as_str().unwrap().to_owned();
        Self { world, ours, receiver, hook, secret }
    }

    async fn new(topics: &[&str]) -> Self {
        Self::with(topics, &json!({})).await
    }

    /// What the running server does again and again; gives how many were sent.
    async fn round(&self) -> usize {
        announce(&self.world.app).await.unwrap();
        deliver(&self.world.app).await.unwrap()
    }

    async fn lead(&self, name: &str) -> String {
        self.ours.contact(&json!({"role": "lead", "name": name})).await
    }

    async fn state(&self) -> Value {
        self.ours.get(&self.hook).await.ok()["state"].clone()
    }

    /// The deliveries, newest first.
    async fn log(&self) -> Vec<Value> {
        let list = self.ours.get(&format!("{}/deliveries", self.hook)).await.ok();
        list["data"].as_array().unwrap().clone()
    }

    async fn logged(&self, delivery: &Value) -> Value {
        let id = delivery["id"].as_str().unwrap();
        self.ours.get(&format!("{}/deliveries/{id}", self.hook)).await.ok()
    }
}

const LEAD: &str = "contact.lead.created";

fn keys(value: &Value) -> String {
    value.as_object().unwrap().keys().map(|key| &**key).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_receiver_hears_of_a_lead_and_their_conversation() {
    let stage = Stage::new(&[LEAD, "conversation.user.created", "conversation.admin.replied"]).await;
    let lead = stage.lead("Ada").await;
    stage.ours.put(&format!("/contacts/{lead}"), &json!({"name": "Ada L."})).await.ok();
    let from = json!({"type": "lead", "id": lead});
    let said = stage.ours.post("/conversations", &json!({"from": from, "body": "hello"})).await.ok();
    let talk = said["conversation_id"].as_str().unwrap();
    let admin = stage.ours.get("/admins").await.ok()["admins"][0]["id"].clone();
    let answer = json!({"message_type": "comment", "type": "admin", "admin_id": admin, "body": "<b>hi</b>"});
    let whole = stage.ours.post(&format!("/conversations/{talk}/reply"), &answer).await.ok();
    assert_eq!(stage.round().await, 3);
    let mut got = stage.receiver.got();
    got.sort_by_key(|got| got.json()["topic"].as_str().unwrap().to_owned());
    for got in &got {
        assert_eq!(got.method, Method::POST);
        assert_eq!(got.headers["user-agent"], "intercom-parrot-service-client/1.0");
        assert_eq!(
            (&got.headers["accept"], &got.headers["content-type"]),
            (&"application/json".parse().unwrap(), &"application/json".parse().unwrap())
        );
        assert_eq!(got.headers["x-hub-signature"], signature_sha1(&stage.secret, &got.body));
        assert_eq!(got.headers["x-hub-signature-256"], signature_sha256(&stage.secret, &got.body));
    }
    let created = got[0].json();
    assert_eq!(
        keys(&created),
        "app_id created_at data delivered_at delivery_attempts delivery_status first_sent_at id links self topic type"
    );
    assert_eq!((&created["app_id"], &created["topic"]), (&json!("ours"), &json!(LEAD)));
    assert!(created["id"].as_str().unwrap().starts_with("notif_"));
    assert_eq!(created["data"]["type"], "notification_event_data");
    // As the REST API has it.
    assert_eq!(created["data"]["item"], stage.ours.get(&format!("/contacts/{lead}")).await.ok());
    let begun = got[2].json()["data"]["item"].clone();
    assert_eq!(
        (&begun["type"], &begun["id"], &begun["source"]["body"]),
        (&json!("conversation"), &json!(talk), &json!("hello"))
    );
    assert_eq!(begun["conversation_parts"]["conversation_parts"], json!([]), "the source is the source only");
    let replied = got[1].json()["data"]["item"].clone();
    assert_eq!(keys(&replied), keys(&whole));
    let parts = replied["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert_eq!((parts.len(), &parts[0]["body"]), (1, &json!("hi")), "plain text from 2.15 on");
    // All is said; what nobody asked for is not.
    assert_eq!(stage.round().await, 0);
    assert!(stage.log().await.iter().all(|delivery| delivery["state"] == "delivered"));
}

#[tokio::test]
async fn older_versions_get_html_and_iso_times_are_a_switch() {
    let terms = json!({"api_version": "2.14", "timestamps": "iso8601"});
    let stage = Stage::with(&[LEAD, "conversation.user.created", "contact.deleted"], &terms).await;
    let lead = stage.lead("Ada").await;
    let from = json!({"type": "lead", "id": lead});
    stage.ours.post("/conversations", &json!({"from": from, "body": "hello"})).await.ok();
    stage.round().await;
    let mut got: Vec<Value> = stage.receiver.got().iter().map(crate::receiver::Got::json).collect();
    got.sort_by_key(|got| got["topic"].as_str().unwrap().to_owned());
    assert_eq!(got[0]["data"]["item"]["created_at"], "2027-01-15T08:00:00.000+00:00");
    assert_eq!(got[1]["data"]["item"]["created_at"], NOW);
    assert_eq!(got[1]["data"]["item"]["source"]["body"], "<p>hello</p>");
    stage.ours.delete(&format!("/contacts/{lead}")).await.ok();
    stage.round().await;
    let item = stage.receiver.got()[0].json()["data"]["item"].clone();
    assert_eq!(item["id"], lead);
    assert_eq!(keys(&item), "deleted external_id id type");
    // The log has forgotten what it said of them.
    assert_eq!(stage.log().await.len(), 1);
}

#[tokio::test]
async fn a_failure_comes_back_after_a_minute_and_then_less_and_less_often() {
    let stage = Stage::new(&[LEAD]).await;
    stage.receiver.answers(Reaction::Status(500));
    stage.receiver.answers(Reaction::Never);
    stage.lead("Ada").await;
    assert_eq!(stage.round().await, 1);
    let first = stage.receiver.got()[0].json();
    stage.world.wait(59);
    assert_eq!(stage.round().await, 0);
    stage.world.wait(1);
    assert_eq!(stage.round().await, 1);
    stage.world.wait(59);
    assert_eq!(stage.round().await, 0);
    stage.world.wait(61);
    assert_eq!(stage.round().await, 1);
    let last = stage.receiver.got()[1].json();
    assert_eq!((&last["id"], &last["first_sent_at"]), (&first["id"], &first["first_sent_at"]));
    assert_eq!((&first["delivery_attempts"], &last["delivery_attempts"]), (&json!(1), &json!(3)));
    let logged = stage.logged(&stage.log().await[0]).await;
    assert_eq!((&logged["state"], &logged["delivery_attempts"]), (&json!("delivered"), &json!(3)));
    let outcomes: Vec<&Value> =
        logged["attempts"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(outcomes, ["the receiver answered 500", "no answer within 0.3 seconds", "delivered"]);
    let attempt = &logged["attempts"][0];
    assert_eq!((&attempt["status"], &attempt["response"]), (&json!(500), &json!("thank you")));
}

#[tokio::test]
async fn after_three_days_it_is_given_up_and_after_a_week_of_failures_the_subscription_is_disabled() {
    let stage = Stage::new(&[LEAD]).await;
    for _ in 0..100 {
        stage.receiver.answers(Reaction::Status(503));
    }
    stage.lead("Ada").await;
    let (mut sent, mut hours) = (0, 0);
    while stage.log().await.first().is_none_or(|delivery| delivery["state"] == "pending") {
        sent += stage.round().await;
        stage.world.wait(3600);
        hours += 1;
    }
    assert!((66..=73).contains(&hours), "{hours} hours");
    assert!((12..=40).contains(&sent), "{sent} attempts");
    assert_eq!(stage.state().await, "active");
    stage.world.wait(5 * 24 * 3600);
    stage.lead("Bob").await;
    assert_eq!(stage.round().await, 1);
    assert_eq!(stage.state().await, "disabled");
    // Nothing is queued for it any more, until it is set to active, and then what happened meanwhile can be replayed.
    stage.lead("Eve").await;
    assert_eq!(stage.round().await, 0);
    stage.receiver.got();
    for _ in 0..100 {
        stage.receiver.answers(Reaction::Status(200));
    }
    let wrong = stage.ours.put(&stage.hook, &json!({"state": "active"})).await;
    assert_eq!(wrong.refusal().3.as_deref(), Some("url"), "it must answer first");
}

#[tokio::test]
async fn a_receiver_that_is_gone_or_has_too_much_is_left_alone() {
    let stage = Stage::new(&[LEAD]).await;
    stage.receiver.answers(Reaction::With(429, "retry-after", "600".to_owned()));
    stage.lead("Ada").await;
    assert_eq!(stage.round().await, 1);
    stage.lead("Bob").await;
    stage.world.wait(599);
    assert_eq!(stage.round().await, 0, "the whole subscription waits");
    stage.world.wait(1);
    assert_eq!(stage.round().await, 2);
    stage.receiver.answers(Reaction::Status(410));
    stage.lead("Eve").await;
    assert_eq!(stage.round().await, 1);
    let hook = stage.ours.get(&stage.hook).await.ok();
    assert_eq!(
        (&hook["state"], &hook["state_reason"]),
        (&json!("disabled"), &json!("the receiver answered 410"))
    );
    assert_eq!(stage.log().await[0]["state"], "failed");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let stage = Stage::new(&[LEAD]).await;
    let elsewhere = Receiver::start().await;
    stage.receiver.answers(Reaction::With(307, "location", elsewhere.url()));
    stage.lead("Ada").await;
    assert_eq!(stage.round().await, 1);
    assert_eq!(elsewhere.got().len(), 0);
    assert_eq!(
        stage.logged(&stage.log().await[0]).await["attempts"][0]["outcome"],
        "the receiver answered 307"
    );
}

#[tokio::test]
async fn a_paused_one_gets_it_later_and_a_ping_at_once() {
    let stage = Stage::new(&[LEAD]).await;
    let paused = stage.ours.put(&stage.hook, &json!({"active": false})).await.ok();
    assert_eq!((&paused["state"], &paused["hub_secret"]), (&json!("paused"), &Value::Null));
    stage.lead("Ada").await;
    assert_eq!(stage.round().await, 0);
    let ping = stage.ours.post(&format!("{}/ping", stage.hook), &json!({})).await.ok();
    assert_eq!(stage.round().await, 1);
    let got = stage.receiver.got()[0].json();
    assert_eq!(
        (&got["id"], &got["delivery_status"], &got["topic"]),
        (&Value::Null, &Value::Null, &json!("ping"))
    );
    assert_eq!(got["data"]["item"], json!({"type": "ping", "message": "something something interzen"}));
    assert_eq!(stage.logged(&ping).await["state"], "delivered");
    // Whoever pings a receiver that is not there is told, not made to wait.
    stage.receiver.answers(Reaction::Status(404));
    let ping = stage.ours.post(&format!("{}/ping", stage.hook), &json!({})).await.ok();
    stage.round().await;
    assert_eq!(stage.logged(&ping).await["state"], "failed");
    stage.receiver.got();
    stage.ours.put(&stage.hook, &json!({"state": "active"})).await.ok();
    assert_eq!(stage.round().await, 1);
    assert_eq!(stage.receiver.topics(), [LEAD]);
}

#[tokio::test]
async fn replays_of_one_and_of_a_stretch_of_time() {
    let stage = Stage::new(&[LEAD]).await;
    stage.lead("Ada").await;
    stage.round().await;
    let first = stage.receiver.got()[0].json();
    let id = stage.log().await[0]["id"].as_str().unwrap().to_owned();
    stage.ours.post(&format!("{}/deliveries/{id}/replay", stage.hook), &json!({})).await.ok();
    assert_eq!(stage.round().await, 1);
    assert_eq!(stage.receiver.got()[0].json()["id"], first["id"], "receivers know it again");
    // A subscription made later is told of what was before it.
    let late = json!({"url": stage.receiver.url(), "topics": [LEAD, "contact.lead.updated"]});
    let late = stage.ours.post("/subscriptions", &late).await.ok();
    let late = format!("/subscriptions/{}", late["id"].as_str().unwrap());
    stage.world.wait(100);
    stage.lead("Bob").await;
    stage.round().await;
    stage.receiver.got();
    let range = json!({"created_at_after": NOW, "created_at_before": NOW + 50});
    let answer = stage.ours.post(&format!("{late}/replay"), &range).await.ok();
    assert_eq!(answer, json!({"type": "replay", "queued": 1, "has_more": false, "next_after": null}));
    assert_eq!(stage.round().await, 1);
    let again = stage.receiver.got()[0].json();
    assert_eq!((&again["id"], &again["data"]), (&first["id"], &first["data"]));
    let backwards = json!({"created_at_after": NOW, "created_at_before": NOW - 1});
    let wrong = stage.ours.post(&format!("{late}/replay"), &backwards).await.refusal();
    assert_eq!(wrong.3.as_deref(), Some("created_at_before"));
}

#[tokio::test]
async fn subscriptions_are_listed_changed_and_removed() {
    let stage =
        Stage::with(&[LEAD, LEAD, "contact.archive"], &json!({"hub_secret": "a secret of our own"})).await;
    assert_eq!(stage.secret, "a secret of our own");
    let shown = stage.ours.get(&stage.hook).await.ok();
    assert_eq!(
        keys(&shown),
        "active api_version app_id created_at failing_since id self service_type state state_reason throttled_until timestamps topics type updated_at url"
    );
    assert_eq!(shown["topics"], json!([LEAD, "contact.archived"]));
    assert_eq!(stage.ours.get("/subscriptions").await.ok()["items"], json!([shown]));
    let rotated = stage.ours.put(&stage.hook, &json!({"rotate_secret": true})).await.ok();
    assert_ne!(rotated["hub_secret"], "a secret of our own");
    stage.lead("Ada").await;
    stage.round().await;
    let got = stage.receiver.got();
    let secret = rotated["hub_secret"].as_str().unwrap();
    assert_eq!(got[0].headers["x-hub-signature"], signature_sha1(secret, &got[0].body));
    assert_eq!(stage.ours.delete(&stage.hook).await.ok()["deleted"], true);
    assert_eq!(stage.ours.get(&stage.hook).await.refused(), (404, "not_found".to_owned()));
    stage.lead("Bob").await;
    assert_eq!(stage.round().await, 0);
}

#[tokio::test]
async fn companies_and_events_are_told_whole() {
    let stage = Stage::new(&["company.created", "company.contact.attached", "event.created"]).await;
    let user = stage.ours.contact(&json!({"external_id": "ada"})).await;
    let company = stage.ours.post("/companies", &json!({"company_id": "acme", "name": "Acme"})).await.ok();
    stage.ours.post(&format!("/contacts/{user}/companies"), &json!({"id": company["id"]})).await.ok();
    let event =
        json!({"event_name": "ordered", "created_at": NOW, "user_id": "ada", "metadata": {"price": 3}});
    assert_eq!(stage.ours.post("/events", &event).await.status, 202);
    assert_eq!(stage.round().await, 3);
    let mut items: Vec<Value> =
        stage.receiver.got().iter().map(|got| got.json()["data"]["item"].clone()).collect();
    items.sort_by_key(|item| item["type"].as_str().unwrap().to_owned());
    assert_eq!((&items[0]["type"], &items[0]["id"]), (&json!("company"), &company["id"]));
    assert_eq!((&items[1]["type"], &items[1]["contact"]["id"]), (&json!("company_contact"), &json!(user)));
    assert_eq!(items[1]["company"]["id"], company["id"]);
    assert_eq!((&items[2]["event_name"], &items[2]["user_id"]), (&json!("ordered"), &json!("ada")));
    assert_eq!((&items[2]["intercom_user_id"], &items[2]["metadata"]["price"]), (&json!(user), &json!(3)));
}
