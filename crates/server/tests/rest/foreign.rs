//! One token never reaches another workspace's data: every call the description has is walked with the other's ids; that each
//! route is described is shown in `described.rs`.

use doorstep_domain::topics::Topic;
use doorstep_server::rest::description::{Operation, operations};
use doorstep_store::{SubscriptionState, SubscriptionTerms, TokenAccess};
use serde_json::{Value, json};

use crate::world::{NOW, Program, World};

/// The routes as `router.rs` declares them: path and methods.
pub(crate) fn declared() -> Vec<(String, Vec<&'static str>)> {
    let source = include_str!("../../src/router.rs");
    let (_, rest) = source.split_once("fn rest_api").unwrap();
    let (rest, _) = rest.split_once("async fn any_origin").unwrap();
    rest.split(".route(")
        .skip(1)
        .map(|text| {
            let path = text.split('"').nth(1).unwrap().to_owned();
            let methods = ["get", "post", "put", "delete"];
            let found = methods.into_iter().filter(|method| text.contains(&format!("{method}(rest::")));
            (path, found.collect())
        })
        .collect()
}

/// A declared path with ids in its places, in order.
fn filled(declared: &str, ids: &[&str]) -> String {
    let mut parts = declared.split('{');
    let mut path = parts.next().unwrap().to_owned();
    for (part, id) in parts.zip(ids) {
        path.extend([*id, part.split_once('}').unwrap().1]);
    }
    path
}

/// What must be afterwards as it was before.
fn watched(user: &str, talk: &str, company: &str) -> Vec<String> {
    vec![
        format!("/contacts/{user}/notes"),
        format!("/contacts/{user}/segments"),
        format!("/contacts/{user}/subscriptions"),
        "/segments".to_owned(),
        "/outbound_messages".to_owned(),
        "/subscription_types".to_owned(),
        "/contacts".to_owned(),
        "/events?type=user&user_id=u".to_owned(),
        "/admins".to_owned(),
        "/data_attributes".to_owned(),
        "/tags".to_owned(),
        format!("/contacts/{user}/tags"),
        format!("/conversations/{talk}"),
        format!("/companies/{company}"),
        format!("/companies/{company}/contacts"),
    ]
}

/// A note about a contact, a segment they are in, and a subscription type they said no to.
async fn around(ours: &Program, user: &str) -> [String; 3] {
    let id = |object: &Value| object["id"].as_str().unwrap().to_owned();
    let note = ours.post(&format!("/contacts/{user}/notes"), &json!({"body": "our secret"})).await.ok();
    let segment = ours.post("/segments", &json!({"name": "our secret", "person_type": "user"})).await.ok();
    let kind = ours.get("/subscription_types").await.ok()["data"][0].clone();
    let no = json!({"id": kind["id"], "consent_type": "opt_out"});
    ours.post(&format!("/contacts/{user}/subscriptions"), &no).await.ok();
    [id(&note), id(&segment), id(&kind)]
}

/// What is looked at of the two.
fn hooked(hook: &str, ping: &str) -> [String; 4] {
    [
        "/subscriptions".to_owned(),
        format!("/subscriptions/{hook}"),
        format!("/subscriptions/{hook}/deliveries"),
        format!("/subscriptions/{hook}/deliveries/{ping}"),
    ]
}

/// A subscription of ours and a delivery. Nothing goes out: the queue is not sent here.
pub(crate) async fn hook(world: &World, ours: &Program) -> (String, String) {
    let terms = SubscriptionTerms {
        url: "https://our-secret.example/".to_owned(),
        topics: vec![Topic::ContactUserCreated],
        secret: "our secret".to_owned(),
        api_version: "2.16".to_owned(),
        iso_times: false,
        state: SubscriptionState::Active,
    };
    let hook = world.store.create_subscription(ours.workspace_id, terms, NOW).await.unwrap().id.to_string();
    let ping = ours.post(&format!("/subscriptions/{hook}/ping"), &json!({})).await.ok();
    (hook, ping["id"].as_str().unwrap().to_owned())
}

/// A merge of ours.
async fn merged(ours: &Program, user: &str) -> String {
    let merged = ours.contact(&json!({"role": "lead", "email": "u@example.com"})).await;
    ours.post("/contacts/merge", &json!({"from": merged, "into": user})).await.ok();
    let history = ours.get(&format!("/contacts/{user}/merge_history")).await.ok();
    history["data"][0]["id"].as_str().unwrap().to_owned()
}

/// A tag of ours on the user.
async fn tag(ours: &Program, user: &str) -> String {
    let tag = ours.post("/tags", &json!({"name": "our secret", "users": [{"id": user}]})).await.ok();
    tag["id"].as_str().unwrap().to_owned()
}

/// A company of ours, and the user in it.
async fn company(ours: &Program, user: &str) -> String {
    let company = json!({"company_id": "acme", "name": "Acme"});
    let company = ours.post("/companies", &company).await.ok()["id"].as_str().unwrap().to_owned();
    ours.post(&format!("/contacts/{user}/companies"), &json!({"id": company})).await.ok();
    company
}

/// An event of ours and an export.
async fn export(ours: &Program, user: &str) -> String {
    let event = json!({"event_name": "our secret", "created_at": 1_800_000_000, "id": user});
    assert_eq!(ours.post("/events", &event).await.status, 202);
    let range = json!({"created_at_after": 1, "created_at_before": 2});
    let export = ours.post("/export/content/data", &range).await.ok();
    export["job_identifier"].as_str().unwrap().to_owned()
}

/// Calls with every body; nothing of ours may be in an answer, and what has our id in its path does not go well.
async fn walk(
    theirs: &Program,
    operation: &Operation,
    paths: &[String],
    bodies: &[Value],
    user: &str,
) -> usize {
    let method = operation.method;
    let bodies = if method == "GET" { &bodies[..1] } else { bodies };
    for path in paths {
        for body in bodies {
            let body = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
            let reply = theirs.call(method, path, body).await;
            let text = String::from_utf8_lossy(&reply.bytes).into_owned();
            assert!(
                !text.contains(user) && !text.contains("gold") && !text.contains("secret"),
                "{method} {path}: {text}"
            );
            assert!(path == operation.path || !reply.status.is_success(), "{method} {path}: {text}");
        }
    }
    paths.len() * bodies.len()
}

#[tokio::test]
async fn a_foreign_token_sees_and_changes_nothing() {
    let world = World::new().await;
    let (ours, theirs) = (world.ours().await, world.program("theirs", TokenAccess::Write).await);
    let attribute = json!({"name": "plan", "model": "contact", "data_type": "string"});
    let attribute = ours.post("/data_attributes", &attribute).await.ok()["id"].to_string();
    let user = json!({"external_id": "u", "email": "u@example.com", "custom_attributes": {"plan": "gold"}});
    let user = ours.contact(&user).await;
    let lead = ours.contact(&json!({"role": "lead", "email": "u@example.com"})).await;
    let from = json!({"type": "lead", "id": lead});
    let talk = ours.post("/conversations", &json!({"from": from, "body": "our secret"})).await.ok();
    let talk = talk["conversation_id"].as_str().unwrap().to_owned();
    let admin = ours.get("/admins").await.ok()["admins"][0]["id"].as_str().unwrap().to_owned();
    let export = export(&ours, &user).await;
    let team = ours.get("/teams").await.ok()["teams"][0]["id"].as_str().unwrap().to_owned();
    let tag = tag(&ours, &user).await;
    let company = company(&ours, &user).await;
    let merge = merged(&ours, &user).await;
    let [note, segment, subscription] = around(&ours, &user).await;
    let (hook, ping) = hook(&world, &ours).await;
    let outbound = json!({"kind": "chat", "admin_id": admin, "body": "our secret"});
    let outbound = ours.post("/outbound_messages", &outbound).await.ok()["id"].as_str().unwrap().to_owned();
    let mut paths = watched(&user, &talk, &company);
    paths.extend(hooked(&hook, &ping));
    let mut before = Vec::new();
    for path in &paths {
        before.push(ours.get(path).await.ok());
    }

    let own_lead = theirs.contact(&json!({"role": "lead"})).await;
    let own_user = theirs.contact(&json!({"external_id": "their user"})).await;
    let their_admin = theirs.get("/admins").await.ok()["admins"][0]["id"].clone();
    let bodies = [
        json!({"from": lead, "into": user, "skip_duplicate_validation": true}),
        json!({"from": own_lead, "into": user, "skip_duplicate_validation": true}),
        json!({"from": lead, "into": own_user, "skip_duplicate_validation": true}),
        json!({"name": "x", "archived": true, "owner_id": admin}),
        json!({"from": from, "body": "x", "message_type": "comment", "type": "user", "intercom_user_id": lead}),
        json!({"body": "x", "message_type": "note", "type": "admin", "admin_id": their_admin}),
        json!({"message_type": "assignment", "assignee_id": admin, "admin_id": their_admin}),
        json!({"away_mode_enabled": true, "away_mode_reassign": true}),
        json!({"id": subscription, "consent_type": "opt_out"}),
        json!({"query": {"field": "segment_id", "operator": "=", "value": segment}}),
        json!({"query": {"field": "tag_id", "operator": "=", "value": tag}}),
        json!({"name": "x", "users": [{"id": user}]}),
        json!({"id": tag, "name": "x", "users": [{"id": own_user}]}),
        json!({"id": tag, "name": "x"}),
        json!({"company_id": "acme", "name": "x"}),
        json!({"id": company}),
        json!({"from": {"type": "admin", "id": their_admin}, "to": [{"type": "lead", "id": lead}], "body": "x",
            "message_type": "in_app", "create_conversation_without_contact_reply": true}),
        json!({"admin_id": their_admin, "customer": {"intercom_user_id": lead}}),
        json!({"admin_id": their_admin, "id": tag}),
        json!({"merge_into_conversation_id": talk}),
        json!({"type": "source", "conversation_id": talk, "source_id": "1"}),
        json!({"event_name": "theirs", "created_at": 1, "id": user}),
        json!({"kind": "chat", "admin_id": admin, "body": "x"}),
        json!({"state": "paused", "topics": ["ping"], "created_at_after": 0}),
    ];
    let mut walked = 0;
    let ids = [
        &user,
        &lead,
        &attribute,
        &admin,
        &talk,
        &team,
        "u",
        &tag,
        &company,
        &export,
        &merge,
        &note,
        &segment,
        &subscription,
        &hook,
        &outbound,
    ];
    for operation in operations() {
        // The path with every id of ours that could stand in it, then with their contact's before ours.
        let mut paths: Vec<String> = ids.iter().map(|id| filled(operation.path, &[id, id])).collect();
        if operation.path_params().count() == 2 {
            paths.extend(ids.iter().map(|id| filled(operation.path, &[&own_user, id])));
        }
        paths.push(filled(operation.path, &[&hook, &ping]));
        paths.dedup();
        walked += walk(&theirs, operation, &paths, &bodies, &user).await;
    }
    let into_ours = theirs.post(&format!("/contacts/{own_user}/companies"), &json!({"id": company})).await;
    assert_eq!(into_ours.refused(), (404, "company_not_found".to_owned()));
    assert!(walked > 100, "{walked} calls: is the description empty?");
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(ours.get(path).await.ok(), before, "{path}");
    }
}
