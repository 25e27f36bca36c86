//! `/outbound_messages`, and what a page gets of them: the hint in the embed script, the part with the rules, the message.

use serde_json::{Value, json};

use crate::world::{NOW, Program, World};

async fn draft(ours: &Program, body: Value) -> Value {
    let mut new = json!({"kind": "chat", "admin_id": ours.admin().await, "body": "Can I help?"});
    new.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    ours.post("/outbound_messages", &new).await.ok()
}

async fn live(ours: &Program, body: Value) -> String {
    let id = draft(ours, body).await["id"].as_str().unwrap().to_owned();
    let live = ours.post(&format!("/outbound_messages/{id}/publish"), &json!({})).await.ok();
    assert_eq!(live["state"], "live");
    id
}

/// The name of a showing.
fn delivery(id: &str, number: u32) -> String {
    format!("{number:08x}-0000-8000-8000-{:012x}", id.parse::<i64>().unwrap())
}

impl Program {
    async fn admin(&self) -> Value {
        self.get("/admins").await.ok()["admins"][0]["id"].clone()
    }

    async fn counts(&self, id: &str) -> Value {
        self.get(&format!("/outbound_messages/{id}")).await.ok()["counts"].clone()
    }
}

/// What a page posts.
async fn page(world: &World, verb: &str, body: &Value) -> (u16, Value) {
    let reply = world.browser().post(&format!("/messenger/ours/{verb}"), body).await;
    (reply.status.as_u16(), reply.json())
}

async fn text(world: &World, path: &str) -> (String, String) {
    let reply = world.browser().get(path).await;
    assert_eq!(reply.status, 200, "{path}");
    let cache = reply.headers["cache-control"].to_str().unwrap().to_owned();
    (String::from_utf8(reply.bytes).unwrap(), cache)
}

/// `outbound` of the embed script's configuration. A page with the ES module gets the same, or nothing without live messages.
async fn hint(world: &World) -> Value {
    let (script, kept) = text(world, "/widget/ours").await;
    let config: Value = serde_json::from_str(script.trim().trim_end_matches(';')).unwrap();
    let said = config["outbound"].clone();
    let (answer, cache) = text(world, "/widget/ours/outbound").await;
    let right = if said.is_null() { Value::Null } else { config };
    assert_eq!((serde_json::from_str::<Value>(&answer).unwrap(), cache), (right, kept));
    said
}

#[tokio::test]
async fn a_message_is_drafted_changed_published_paused_and_deleted() {
    let world = World::new().await;
    let ours = world.ours().await;
    let made = draft(&ours, json!({})).await;
    let id = made["id"].as_str().unwrap().to_owned();
    insta::assert_json_snapshot!(made, {".admin_id" => "[admin]", ".created_at" => "[now]", ".updated_at" => "[now]"}, @r#"
    {
      "admin_id": "[admin]",
      "banner": null,
      "body": "Can I help?",
      "counts": {
        "clicked": 0,
        "dismissed": 0,
        "replied": 0,
        "seen": 0,
        "sent": 0
      },
      "created_at": "[now]",
      "frequency": {
        "type": "once"
      },
      "id": "1",
      "kind": "chat",
      "name": "Can I help?",
      "priority": 0,
      "rules": {
        "conditions": [],
        "match": "all"
      },
      "starts_at": null,
      "state": "draft",
      "stops_at": null,
      "type": "outbound_message",
      "updated_at": "[now]"
    }
    "#);
    let path = format!("/outbound_messages/{id}");
    let change = json!({
        "name": "Pricing", "priority": "7", "starts_at": NOW, "stops_at": NOW + 60,
        "frequency": {"type": "every_days", "days": 3},
        "rules": {"match": "any", "conditions": [{"field": "url", "operator": "contains", "value": "/pricing"},
            {"field": "custom_attributes.plan", "operator": "is_known"}]},
    });
    let changed = ours.put(&path, &change).await.ok();
    assert_eq!((&changed["priority"], &changed["body"]), (&json!(7), &json!("Can I help?")));
    assert_eq!((&changed["rules"], &changed["frequency"]), (&change["rules"], &change["frequency"]));
    // What is not given stays; null is the usual again.
    let same = ours.put(&path, &json!({})).await.ok();
    assert_eq!(same, changed);
    let usual = ours
        .put(&path, &json!({"rules": null, "frequency": null, "stops_at": null, "priority": null}))
        .await
        .ok();
    assert_eq!((&usual["rules"], &usual["frequency"]), (&made["rules"], &made["frequency"]));
    assert_eq!(
        (&usual["stops_at"], &usual["priority"], &usual["name"]),
        (&Value::Null, &json!(0), &json!("Pricing"))
    );
    for (verb, state) in [("publish", "live"), ("publish", "live"), ("pause", "paused")] {
        assert_eq!(ours.post(&format!("{path}/{verb}"), &json!({})).await.ok()["state"], state);
    }
    let second = draft(&ours, json!({"body": "Second"})).await["id"].clone();
    let page = ours.get("/outbound_messages?per_page=1").await.ok();
    assert_eq!((&page["data"][0]["id"], &page["total_count"]), (&second, &json!(2)));
    let next = page["pages"]["next"]["starting_after"].as_str().unwrap();
    let page = ours.get(&format!("/outbound_messages?per_page=1&starting_after={next}")).await.ok();
    assert_eq!((&page["data"][0]["id"], &page["pages"]["next"]), (&json!(id), &Value::Null));
    let gone = ours.call("DELETE", &path, Vec::new()).await.ok();
    assert_eq!(gone, json!({"id": id, "object": "outbound_message", "deleted": true}));
    for reply in [ours.get(&path).await, ours.post(&format!("{path}/publish"), &json!({})).await] {
        assert_eq!(reply.refused(), (404, "not_found".to_owned()));
    }
}

#[tokio::test]
async fn a_banner_keeps_what_is_not_given() {
    let world = World::new().await;
    let ours = world.ours().await;
    let banner = json!({"style": "floating", "action": {"type": "open_url", "label": "See", "url": "/sale"}});
    let made = draft(&ours, json!({"kind": "banner", "body": "Sale!", "banner": banner})).await;
    let right = json!({
        "position": "top", "style": "floating", "dismissable": true, "background_color": null,
        "action": {"type": "open_url", "label": "See", "url": "/sale"},
    });
    assert_eq!(made["banner"], right);
    let path = format!("/outbound_messages/{}", made["id"].as_str().unwrap());
    let change = json!({"banner": {"position": "bottom", "background_color": "#FFF", "action": null}});
    let changed = ours.put(&path, &change).await.ok()["banner"].clone();
    let right = json!({
        "position": "bottom", "style": "floating", "dismissable": true, "background_color": "#fff", "action": null,
    });
    assert_eq!(changed, right);
    assert_eq!(ours.put(&path, &json!({"banner": null})).await.ok()["banner"]["position"], "top");
}

#[tokio::test]
async fn wrong_messages_are_refused_with_the_field_and_what_is_right() {
    let world = World::new().await;
    let ours = world.ours().await;
    let admin = ours.admin().await;
    let condition = |field: &str, operator: &str, value: Value| {
        json!({"rules": {"conditions": [{"field": "url", "operator": "is", "value": "/"},
            {"field": field, "operator": operator, "value": value}]}})
    };
    for (more, field, says) in [
        (json!({"kind": null}), "kind", "missing"),
        (json!({"kind": "post"}), "kind", "chat or banner"),
        (json!({"admin_id": null}), "admin_id", "missing"),
        (json!({"body": " "}), "body", "1 to 2000 characters"),
        (json!({"kind": "banner", "body": "x".repeat(501)}), "body", "1 to 500 characters"),
        (json!({"banner": {}}), "banner", "leave it out"),
        (json!({"kind": "banner", "banner": {"position": "left"}}), "banner.position", "top or bottom"),
        (
            json!({"kind": "banner", "banner": {"background_color": "red"}}),
            "banner.background_color",
            "#0b57d0",
        ),
        (
            json!({"kind": "banner", "banner": {"action": {"type": "open_url", "label": "x", "url": "javascript:x"}}}),
            "banner.action.url",
            "https://",
        ),
        (
            json!({"kind": "banner", "banner": {"action": {"type": "open_url", "label": "x"}}}),
            "banner.action.url",
            "missing",
        ),
        (json!({"rules": {"match": "some"}}), "rules.match", "all or any"),
        (condition("mood", "is", json!("x")), "rules.conditions[1].field", "time_on_page"),
        (condition("url", "matches", json!("x")), "rules.conditions[1].operator", "starts_with"),
        (condition("time_on_page", "at_least", json!("5")), "rules.conditions[1].value", "whole number"),
        (condition("language", "is", json!("German?")), "rules.conditions[1].value", "pt-br"),
        (json!({"frequency": {"type": "daily"}}), "frequency.type", "every_days"),
        (json!({"frequency": {"type": "every_days"}}), "frequency.days", "1 to 365"),
        (json!({"priority": 1001}), "priority", "-1000 to 1000"),
        (json!({"starts_at": 10, "stops_at": 10}), "stops_at", "later"),
    ] {
        let mut body = json!({"kind": "chat", "admin_id": admin, "body": "x"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, _, message, at) = ours.post("/outbound_messages", &body).await.refusal();
        assert_eq!((status, at.as_deref()), (400, Some(field)), "{body}: {message}");
        assert!(message.contains(says), "{field}: {message}");
    }
    let nobody = json!({"kind": "chat", "admin_id": "999", "body": "x"});
    assert_eq!(ours.post("/outbound_messages", &nobody).await.refused(), (404, "admin_not_found".to_owned()));
    assert_eq!(ours.get("/outbound_messages").await.ok()["total_count"], 0);
}

#[tokio::test]
async fn the_embed_script_says_a_word_only_while_there_are_live_messages() {
    let world = World::new().await;
    world.assets(&[
        ("manifest.json", r#"{"embed": "embed.js", "embed_outbound": "assets/outbound-1-00.js"}"#),
        ("embed.js", "__DOORSTEP_CONFIG__;"),
        ("assets/outbound-1-00.js", "export const rules = __DOORSTEP_RULES__;"),
    ]);
    let ours = world.ours().await;
    assert_eq!(hint(&world).await, Value::Null);
    let conditions = json!([
        {"field": "url", "operator": "starts_with", "value": "/pricing"},
        {"field": "custom_attributes.plan", "operator": "is", "value": "gold"},
    ]);
    let id = live(&ours, json!({"body": "Our secret offer", "rules": {"conditions": conditions}})).await;
    let said = hint(&world).await;
    assert_eq!(said[0], "^((?=[a-z]+://[^/?# ]+/pricing))");
    let path = format!("/{}", said[1].as_str().unwrap());
    let (part, cache) = text(&world, &path).await;
    assert!(cache.contains("immutable"), "{cache}");
    // Rules of the page, and nothing of the message or of people.
    let rules =
        json!([{"id": id, "if": [["u", "^[a-z]+://[^/?# ]+/pricing"]], "every": "once", "ask": true}]);
    assert_eq!(part, format!("export const rules = {rules};"));
    // A page with an older script gets today's rules.
    let (older, cache) = text(&world, "/widget/ours/outbound/0123.js").await;
    assert_eq!((&older, &*cache), (&part, "no-store"));
    ours.post(&format!("/outbound_messages/{id}/pause"), &json!({})).await.ok();
    assert_eq!(hint(&world).await, Value::Null);
    assert_eq!(text(&world, &path).await.0, "export const rules = [];");
    // Nobody's pages.
    assert_eq!(text(&world, "/widget/none/outbound").await.0, "null");
}

#[tokio::test]
async fn a_page_asks_for_a_message_and_tells_what_became_of_it() {
    let world = World::new().await;
    let ours = world.ours().await;
    let id = live(&ours, json!({})).await;
    let name = delivery(&id, 1);
    let ask = json!({"delivery_id": name, "met": true, "language": "de-AT"});
    for _ in 0..2 {
        // Repeated on its way: the same, counted once.
        let (status, reply) = page(&world, "outbound", &ask).await;
        assert_eq!((status, &reply["message"]["body"]), (200, &json!("Can I help?")));
        assert_eq!(reply["message"]["author"]["kind"], "admin");
        assert_eq!(reply["message"]["close"], "Close");
        for what in ["seen", "dismissed"] {
            let report = json!({"delivery_id": name, "what": what});
            assert_eq!(page(&world, "outbound/report", &report).await, (200, json!({})));
        }
    }
    let right = json!({"sent": 1, "seen": 1, "clicked": 0, "dismissed": 1, "replied": 0});
    assert_eq!(ours.counts(&id).await, right);
    // No trace of the visitor.
    assert_eq!(ours.get("/contacts").await.ok()["total_count"], 0);
    // Paused, it is given to nobody from now on.
    ours.post(&format!("/outbound_messages/{id}/pause"), &json!({})).await.ok();
    let late = json!({"delivery_id": delivery(&id, 2), "met": true});
    assert_eq!(page(&world, "outbound", &late).await, (200, json!({"message": null})));
    for (verb, body, field) in [
        ("outbound", json!({"delivery_id": "x"}), "delivery_id"),
        ("outbound", json!({"delivery_id": uuid::Uuid::new_v4().to_string()}), "delivery_id"),
        ("outbound/report", json!({"delivery_id": name, "what": "liked"}), "what"),
        ("outbound", json!({"delivery_id": name, "visitor_id": "me"}), "visitor_id"),
    ] {
        let (status, reply) = page(&world, verb, &body).await;
        assert_eq!((status, &reply["error"]["field"]), (422, &json!(field)), "{body}");
    }
}

#[tokio::test]
async fn an_answer_makes_a_lead_and_a_conversation_that_begins_with_the_message() {
    let world = World::new().await;
    let ours = world.ours().await;
    let id = live(&ours, json!({"body": "Can I help?\n\nSee https://example.com/help"})).await;
    let name = delivery(&id, 7);
    page(&world, "outbound", &json!({"delivery_id": name, "met": true})).await;
    let answer = json!({
        "visitor_id": uuid::Uuid::new_v4().to_string(), "client_id": uuid::Uuid::new_v4().to_string(),
        "conversation_key": name, "body": "Yes, please",
    });
    let (status, sent) = page(&world, "send", &answer).await;
    assert_eq!((status, &sent["person"]["role"]), (200, &json!("lead")), "{sent}");
    let talk =
        ours.get(&format!("/conversations/{}", sent["conversation"]["id"].as_str().unwrap())).await.ok();
    assert_eq!(talk["source"]["delivered_as"], "automated");
    assert_eq!(talk["source"]["author"]["type"], "admin");
    assert!(talk["source"]["body"].as_str().unwrap().starts_with("<p>Can I help?</p>"), "{}", talk["source"]);
    let parts = talk["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert_eq!((parts.len(), &parts[0]["body"]), (1, &json!("<p>Yes, please</p>")));
    assert_eq!(ours.counts(&id).await["replied"], 1);
}
