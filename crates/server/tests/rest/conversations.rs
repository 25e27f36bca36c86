//! `/conversations` (S§2): from a visitor's first message by API to deletion, and what its person may see of it.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{NOW, Program, World};

pub(crate) struct Talk {
    pub(crate) world: World,
    pub(crate) ours: Program,
    pub(crate) admin: String,
    pub(crate) lead: String,
    pub(crate) id: String,
}

/// A lead's conversation.
pub(crate) async fn talk() -> Talk {
    let world = World::new().await;
    let ours = world.ours().await;
    let admin = ours.get("/admins").await.ok()["admins"][0]["id"].as_str().unwrap().to_owned();
    let lead = ours.contact(&json!({"role": "lead", "name": "Ada"})).await;
    let body = json!({"from": {"type": "lead", "id": lead}, "body": "Hello <b>there</b>"});
    let made = ours.post("/conversations", &body).await.ok();
    assert_eq!((&made["type"], &made["message_type"]), (&json!("user_message"), &json!("inapp")));
    let id = made["conversation_id"].as_str().unwrap().to_owned();
    Talk { world, ours, admin, lead, id }
}

impl Talk {
    pub(crate) async fn shown(&self) -> Value {
        self.ours.get(&format!("/conversations/{}", self.id)).await.ok()
    }

    pub(crate) async fn deed(&self, mut body: Value) -> crate::world::Reply {
        if body.get("type").is_none() {
            body["type"] = "admin".into();
            body["admin_id"] = self.admin.clone().into();
        }
        self.ours.post(&format!("/conversations/{}/parts", self.id), &body).await
    }

    /// Part types in order.
    pub(crate) async fn part_types(&self) -> Vec<String> {
        let parts = self.shown().await["conversation_parts"]["conversation_parts"].clone();
        let parts = parts.as_array().unwrap().iter();
        parts.map(|part| part["part_type"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn the_object_has_every_key() {
    let talk = talk().await;
    let shown = talk.shown().await;
    let mut keys: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    insta::assert_snapshot!(keys.join(" "), @"admin_assignee_id ai_agent ai_agent_participated company contacts conversation_parts conversation_rating created_at custom_attributes first_contact_reply id linked_objects open priority read sla_applied snoozed_until source state statistics tags team_assignee_id teammates ticket title topics type updated_at waiting_since");
    let source = &shown["source"];
    assert_eq!(source["body"], "<p>Hello &lt;b&gt;there&lt;/b&gt;</p>");
    assert_eq!((&source["author"]["type"], &source["author"]["id"]), (&json!("lead"), &json!(talk.lead)));
    assert_eq!((&shown["state"], &shown["waiting_since"]), (&json!("open"), &json!(NOW)));
    let plain = talk.ours.get(&format!("/conversations/{}?display_as=plaintext", talk.id)).await.ok();
    assert_eq!(plain["source"]["body"], "Hello <b>there</b>");
}

#[tokio::test]
async fn a_visitor_becomes_a_lead_by_writing() {
    let world = World::new().await;
    let ours = world.ours().await;
    let visitor = Uuid::new_v4().to_string();
    let from = |kind: &str, id: &str| json!({"from": {"type": kind, "id": id}, "body": "Hi"});
    let (_, _, message, _) = ours.post("/conversations", &from("user", &visitor)).await.refusal();
    assert_eq!(message, "User Not Found");
    let first = ours.post("/conversations", &from("contact", &visitor)).await.ok();
    let second = ours.post("/conversations", &from("contact", &visitor)).await.ok();
    assert_ne!(first["conversation_id"], second["conversation_id"]);
    let contacts = ours.get("/contacts").await.ok();
    assert_eq!(contacts["total_count"], 1);
    assert_eq!(
        (&contacts["data"][0]["role"], &contacts["data"][0]["external_id"]),
        (&json!("lead"), &json!(visitor))
    );
    assert_eq!(
        ours.post("/conversations", &from("contact", "nobody")).await.refused(),
        (404, "not_found".to_owned())
    );
    for (body, code, field) in [
        (json!({"body": "Hi"}), "parameter_not_found", "from"),
        (json!({"from": {"type": "lead", "id": "x"}}), "parameter_not_found", "body"),
        (json!({"from": {"type": "bot", "id": "x"}, "body": "Hi"}), "parameter_invalid", "from.type"),
        (json!({"from": {"type": "lead", "id": "x"}, "body": "\u{7}"}), "parameter_invalid", "body"),
        (
            json!({"from": {"type": "lead", "id": "x"}, "body": "Hi", "attachment_urls": ["ftp://a"]}),
            "parameter_invalid",
            "attachment_urls",
        ),
    ] {
        let (status, given, _, at) = ours.post("/conversations", &body).await.refusal();
        assert_eq!((status, &*given, at.as_deref()), (400, code, Some(field)), "{body}");
    }
}

#[tokio::test]
async fn answers_notes_and_states() {
    let talk = talk().await;
    let answer = talk
        .deed(json!({"message_type": "comment", "body": "<p>Hi <script>x</script><i>Ada</i></p>"}))
        .await
        .ok();
    assert_eq!(answer["waiting_since"], Value::Null);
    let parts = &answer["conversation_parts"]["conversation_parts"];
    assert_eq!(
        (&parts[0]["body"], &parts[0]["author"]["name"]),
        (&json!("<p>Hi <i>Ada</i></p>"), &json!("Grace"))
    );
    talk.deed(json!({"message_type": "note", "body": "a secret"})).await.ok();
    let closed = talk.deed(json!({"message_type": "close"})).await.ok();
    assert_eq!((&closed["state"], &closed["open"]), (&json!("closed"), &json!(false)));
    // A note leaves it closed, the contact's reply opens it.
    talk.deed(json!({"message_type": "note", "body": "still closed"})).await.ok();
    assert_eq!(talk.shown().await["state"], "closed");
    talk.world.wait(7);
    let reply =
        json!({"message_type": "comment", "type": "user", "intercom_user_id": talk.lead, "body": "again"});
    let opened = talk.ours.post(&format!("/conversations/{}/reply", talk.id), &reply).await.ok();
    assert_eq!((&opened["state"], &opened["waiting_since"]), (&json!("open"), &json!(NOW + 7)));
    let snoozed = talk.deed(json!({"message_type": "snoozed", "snoozed_until": NOW + 100})).await.ok();
    assert_eq!(
        (&snoozed["state"], &snoozed["open"], &snoozed["snoozed_until"]),
        (&json!("snoozed"), &json!(true), &json!(NOW + 100))
    );
    assert_eq!(talk.world.store.wake_snoozed(NOW + 99).await.unwrap(), 0);
    assert_eq!(talk.world.store.wake_snoozed(NOW + 100).await.unwrap(), 1);
    assert_eq!(talk.world.store.wake_snoozed(NOW + 101).await.unwrap(), 0);
    assert_eq!(talk.shown().await["state"], "open");
    let assigned = talk.deed(json!({"message_type": "assignment", "assignee_id": talk.admin})).await.ok();
    assert_eq!(assigned["admin_assignee_id"].to_string(), talk.admin);
    talk.deed(json!({"message_type": "close", "body": "Bye"})).await.ok();
    let again = talk.deed(json!({"message_type": "assignment", "assignee_id": "0"})).await.ok();
    assert_eq!((&again["admin_assignee_id"], &again["state"]), (&Value::Null, &json!("open")));
    let types = talk.part_types().await;
    assert_eq!(
        types,
        [
            "comment",
            "note",
            "close",
            "note",
            "open",
            "snoozed",
            "timer_unsnooze",
            "assignment",
            "close",
            "assign_and_reopen",
        ]
    );
    // Its person sees words, and never a note.
    let workspace = talk.ours.workspace_id;
    let thread = talk
        .world
        .store
        .thread(workspace, Some(&talk.lead), talk.id.parse().unwrap(), None, 50)
        .await
        .unwrap();
    let bodies: Vec<&str> = thread.parts.iter().map(|part| part.body.as_str()).collect();
    assert_eq!(
        bodies,
        ["<p>Hello &lt;b&gt;there&lt;/b&gt;</p>", "<p>Hi <i>Ada</i></p>", "<p>again</p>", "<p>Bye</p>"]
    );
    assert_eq!((thread.conversation.preview.as_str(), thread.conversation.unread_by_contact), ("Bye", 1));
}

#[tokio::test]
async fn wrong_deeds() {
    let talk = talk().await;
    let other = talk.ours.contact(&json!({"role": "lead"})).await;
    for (body, status, code) in [
        (json!({"message_type": "dance"}), 400, "parameter_invalid"),
        (json!({"message_type": "comment"}), 400, "parameter_not_found"),
        (json!({"message_type": "comment", "body": "<p></p>"}), 400, "parameter_invalid"),
        (json!({"message_type": "snoozed"}), 400, "parameter_not_found"),
        (json!({"message_type": "snoozed", "snoozed_until": NOW}), 400, "parameter_invalid"),
        (json!({"message_type": "assignment"}), 400, "parameter_not_found"),
        (json!({"message_type": "assignment", "assignee_id": 999_999}), 404, "admin_not_found"),
        (
            json!({"message_type": "assignment", "assignee_id": 5, "type": "team", "admin_id": talk.admin}),
            404,
            "team_not_found",
        ),
        (
            json!({"message_type": "comment", "body": "x", "type": "admin", "admin_id": 999_999}),
            404,
            "admin_not_found",
        ),
        (json!({"message_type": "comment", "body": "x", "type": "admin"}), 400, "parameter_not_found"),
        (json!({"message_type": "comment", "body": "x", "type": "user"}), 400, "parameter_not_found"),
        (
            json!({"message_type": "comment", "body": "x", "type": "user", "intercom_user_id": other}),
            404,
            "not_found",
        ),
        (
            json!({"message_type": "note", "body": "x", "type": "user", "intercom_user_id": talk.lead}),
            400,
            "parameter_invalid",
        ),
    ] {
        let reply = talk.deed(body.clone()).await;
        assert_eq!(reply.refused(), (status, code.to_owned()), "{body}");
    }
    assert_eq!(talk.part_types().await, Vec::<String>::new());
    assert_eq!(talk.ours.get("/conversations/nothing").await.refused(), (404, "not_found".to_owned()));
    assert_eq!(talk.ours.get("/conversations/999999999999999999999").await.status, 404);
}

#[tokio::test]
async fn last_is_the_contact_s_newest() {
    let talk = talk().await;
    talk.world.wait(5);
    let user = talk.ours.contact(&json!({"external_id": "u", "email": "u@example.com"})).await;
    let mine = json!({"from": {"type": "user", "id": user}, "body": "one"});
    let first = talk.ours.post("/conversations", &mine).await.ok();
    talk.world.wait(5);
    talk.ours.post("/conversations", &mine).await.ok();
    talk.world.wait(5);
    for who in [json!({"user_id": "u"}), json!({"email": "U@example.com"}), json!({"intercom_user_id": user})]
    {
        let mut body = json!({"message_type": "comment", "type": "user", "body": "more"});
        body.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
        let answered = talk.ours.post("/conversations/last/reply", &body).await.ok();
        assert_ne!(answered["id"], first["conversation_id"]);
        assert_eq!(answered["contacts"]["contacts"][0]["id"], user.as_str());
    }
}

#[tokio::test]
async fn title_read_redact_delete() {
    let talk = talk().await;
    talk.deed(json!({"message_type": "comment", "body": "my password is 1234"})).await.ok();
    assert_eq!(talk.shown().await["read"], false);
    let path = format!("/conversations/{}", talk.id);
    let done = talk
        .ours
        .put(&path, &json!({"read": true, "title": "Passwords", "custom_attributes": {}}))
        .await
        .ok();
    assert_eq!((&done["read"], &done["title"]), (&json!(true), &json!("Passwords")));
    let part = done["conversation_parts"]["conversation_parts"][0]["id"].clone();
    let body = json!({"type": "conversation_part", "conversation_id": talk.id, "conversation_part_id": part});
    let done = talk.ours.post("/conversations/redact", &body).await.ok();
    let part = &done["conversation_parts"]["conversation_parts"][0];
    assert_eq!(
        (&part["redacted"], &part["body"]),
        (&json!(true), &json!("<p><i>This message was deleted</i></p>"))
    );
    let body = json!({"type": "source", "conversation_id": talk.id, "source_id": done["source"]["id"]});
    assert_eq!(talk.ours.post("/conversations/redact", &body).await.ok()["source"]["redacted"], true);
    let body = json!({"type": "source", "conversation_id": talk.id, "source_id": "999999"});
    let refusal = talk.ours.post("/conversations/redact", &body).await.refused();
    assert_eq!(refusal, (404, "conversation_part_or_message_not_found".to_owned()));
    let gone = talk.ours.call("DELETE", &path, Vec::new()).await.ok();
    assert_eq!(gone, json!({"id": talk.id, "object": "conversation", "deleted": true}));
    assert_eq!(talk.ours.get(&path).await.status, 404);
    assert_eq!(talk.ours.call("DELETE", &path, Vec::new()).await.status, 404);
}

#[tokio::test]
async fn lists_and_searches() {
    let talk = talk().await;
    let mut ids = vec![talk.id.clone()];
    for number in 0..4 {
        talk.world.wait(1);
        let body = json!({"from": {"type": "lead", "id": talk.lead}, "body": format!("number {number}")});
        let made = talk.ours.post("/conversations", &body).await.ok();
        ids.push(made["conversation_id"].as_str().unwrap().to_owned());
    }
    ids.reverse();
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let answer = talk.ours.get(&format!("/conversations?per_page=2&starting_after={cursor}")).await.ok();
        assert_eq!((&answer["type"], &answer["total_count"]), (&json!("conversation.list"), &json!(5)));
        let found = answer["conversations"].as_array().unwrap();
        assert!(found.iter().all(|one| one.get("conversation_parts").is_none()));
        seen.extend(found.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        match answer["pages"]["next"]["starting_after"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(seen, ids);
    talk.deed(json!({"message_type": "close"})).await.ok();
    let first = talk.shown().await;
    for (field, operator, value, count) in [
        ("state", "=", json!("closed"), 1),
        ("open", "=", json!(true), 4),
        ("read", "=", json!(true), 5),
        ("source.id", "=", first["source"]["id"].clone(), 1),
        ("source.body", "=", json!("number"), 4),
        ("source.body", "~", json!("THERE"), 1),
        ("contact_ids", "=", json!(talk.lead), 5),
        ("source.author.type", "=", json!("lead"), 5),
        ("source.author.name", "=", json!("Ada"), 5),
        ("admin_assignee_id", "=", Value::Null, 5),
        ("created_at", ">", json!(NOW), 5),
        ("created_at", ">", json!(NOW + 1), 4),
        ("created_at", "<", json!(NOW), 1),
        ("id", "IN", json!([talk.id, "999999"]), 1),
        ("conversation_rating.score", "=", json!(5), 0),
    ] {
        let query = json!({"query": {"field": field, "operator": operator, "value": value}});
        let found = talk.ours.post("/conversations/search", &query).await.ok();
        assert_eq!(found["total_count"], count, "{query}");
    }
    // Who is archived takes the conversations along.
    talk.ours.post(&format!("/contacts/{}/archive", talk.lead), &json!({})).await.ok();
    assert_eq!(talk.ours.get("/conversations").await.ok()["total_count"], 0);
    assert_eq!(talk.ours.get(&format!("/conversations/{}", talk.id)).await.status, 404);
}
