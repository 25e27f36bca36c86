//! What the Messenger is told of the team, and what it sends beside words: office hours, emails with first messages, quick
//! replies, ratings; and how programs see it.

use doorstep_store::{AdminWrite, WorkspaceWrite};
use serde_json::{Value, json};

use crate::world::{NOW, Program, Reply, World};

const VISITOR: &str = "00000000-0000-4000-8000-000000000001";

fn uuid(number: u32) -> String {
    format!("00000000-0000-4000-9000-{number:012}")
}

struct Talk {
    world: World,
    ours: Program,
    browser: Program,
    admin: i64,
}

async fn talk(settings: &Value) -> Talk {
    let world = World::new().await;
    let ours = world.ours().await;
    let write = WorkspaceWrite { settings: Some(settings.to_string()), ..WorkspaceWrite::default() };
    world.store.update_workspace(ours.workspace_id, write).await.unwrap();
    let admin = world.store.team(ours.workspace_id).await.unwrap()[0].id;
    Talk { browser: world.browser(), world, ours, admin }
}

impl Talk {
    /// What the Messenger is told of the workspace.
    async fn ping(&self) -> Value {
        self.browser.post("/messenger/ours/ping", &json!({"visitor_id": VISITOR})).await.ok()["workspace"]
            .clone()
    }

    /// What the Messenger is told of when the team answers.
    async fn office(&self) -> Value {
        serde_json::from_str(self.ping().await["office"].as_str().unwrap()).unwrap()
    }

    /// The visitor's message; what `more` holds goes along.
    async fn send(&self, number: u32, more: &Value) -> Reply {
        let mut body = json!({
            "visitor_id": VISITOR, "client_id": uuid(number), "conversation_key": uuid(9), "body": "hello",
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.browser.post("/messenger/ours/send", &body).await
    }

    async fn act(&self, id: &str, mut body: Value) -> Value {
        body["type"] = json!("admin");
        body["admin_id"] = json!(self.admin.to_string());
        self.ours.post(&format!("/conversations/{id}/parts"), &body).await.ok()
    }

    async fn answer(&self, id: &str, text: &str) {
        self.act(id, json!({"message_type": "comment", "body": text})).await;
    }
}

/// Status, code and field of the Messenger's refusal.
fn refused(reply: &Reply) -> (u16, String, String) {
    let error = &reply.json()["error"];
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    (reply.status.as_u16(), text("code"), text("field"))
}

#[tokio::test]
async fn the_messenger_is_told_when_the_team_is_there_and_how_soon_it_replies() {
    // The tests' day is a Friday; it is eight o'clock in London and nine in Berlin.
    let talk = talk(&json!({"timezone": "Europe/London"})).await;
    let told = talk.office().await;
    assert_eq!((&told["away"], &told["changes"][0]), (&json!(true), &json!(NOW + 3600)));
    assert_eq!((&told["usually"], &told["notice"]), (&json!(""), &json!("")), "nobody has answered yet");
    talk.world.wait(3600);
    let told = talk.office().await;
    assert_eq!((&told["away"], &told["changes"][0]), (&json!(false), &json!(NOW + 9 * 3600)));
    // Asked at nine, answered half an hour later.
    let sent = talk.send(1, &json!({})).await.ok();
    talk.world.wait(1800);
    talk.office().await;
    talk.answer(sent["conversation"]["id"].as_str().unwrap(), "Hi").await;
    assert_eq!(talk.office().await["usually"], "", "what was told is remembered for a minute");
    talk.world.wait(60);
    assert_eq!(talk.office().await["usually"], "hour");
    talk.world.wait(7 * 86_400);
    assert_eq!(talk.office().await["usually"], "", "only the last week counts");
}

#[tokio::test]
async fn a_company_may_say_it_itself() {
    let talk = talk(&json!({
        "office_hours": "always", "expected_reply_time": "5", "special_notice": "We are moving house",
    }))
    .await;
    let told = talk.office().await;
    assert_eq!((&told["away"], &told["changes"]), (&json!(false), &json!([])));
    assert_eq!((&told["hours"], &told["notice"]), (&json!(5), &json!("We are moving house")));
}

#[tokio::test]
async fn nothing_to_say_is_nothing() {
    assert_eq!(talk(&json!({"office_hours": "always"})).await.ping().await["office"], "");
}

#[tokio::test]
async fn faces_are_of_those_who_answer_and_say_who_is_away() {
    let talk = talk(&json!({})).await;
    let told = talk.ping().await;
    assert_eq!((&told["team"][0]["name"], &told["team"][0]["away"]), (&json!("Grace"), &json!(false)));
    let away = AdminWrite { away_mode_enabled: Some(true), ..AdminWrite::default() };
    talk.world.store.update_admin(talk.ours.workspace_id, talk.admin, away).await.unwrap();
    assert_eq!(talk.ping().await["team"][0]["away"], true);
}

#[tokio::test]
async fn a_first_message_needs_an_email_where_the_company_says_so() {
    let talk = talk(&json!({"email_collection": "required_always"})).await;
    let missing = (422, "parameter_not_found".to_owned(), "email".to_owned());
    assert_eq!(refused(&talk.send(1, &json!({})).await), missing);
    let wrong = talk.send(1, &json!({"email": "ada@"})).await;
    assert_eq!(refused(&wrong), (422, "parameter_invalid".to_owned(), "email".to_owned()));
    let sent = talk.send(1, &json!({"email": "ada@example.com"})).await.ok();
    assert_eq!(sent["person"]["email"], "ada@example.com");
    // The answer got lost: the same again.
    assert_eq!(talk.send(1, &json!({})).await.ok()["part"]["id"], sent["part"]["id"]);
    talk.send(2, &json!({})).await.ok();
    let contact = talk.ours.get(&format!("/contacts/{}", sent["person"]["id"].as_str().unwrap())).await.ok();
    assert_eq!((&contact["email"], &contact["role"]), (&json!("ada@example.com"), &json!("lead")));
}

#[tokio::test]
async fn outside_of_office_hours_only_then() {
    let talk =
        talk(&json!({"email_collection": "required_outside_office_hours", "timezone": "Europe/London"}))
            .await;
    assert_eq!(talk.send(1, &json!({})).await.status.as_u16(), 422, "at eight nobody is there");
    talk.world.wait(3600);
    talk.send(1, &json!({})).await.ok();
    // Five o'clock comes in the middle of a conversation, which goes on.
    talk.world.wait(8 * 3600);
    talk.send(2, &json!({})).await.ok();
    let other = talk.send(3, &json!({"conversation_key": uuid(8)})).await;
    assert_eq!(other.status.as_u16(), 422, "a new one waits");
}

#[tokio::test]
async fn quick_replies_are_offered_and_chosen() {
    let talk = talk(&json!({})).await;
    let sent = talk.send(1, &json!({})).await.ok();
    let id = sent["conversation"]["id"].as_str().unwrap();
    let session = &sent["session"]["token"];
    let options = json!([{"text": "Yes", "uuid": uuid(71)}, {"text": "No", "uuid": uuid(72)}]);
    talk.act(id, json!({"message_type": "quick_reply", "body": "Sure?", "reply_options": options})).await;
    let asked = json!({"visitor_id": VISITOR, "session": session, "conversation_id": id});
    let thread = talk.browser.post("/messenger/ours/thread", &asked).await.ok();
    let offered: Value = serde_json::from_str(thread["parts"][1]["replies"].as_str().unwrap()).unwrap();
    assert_eq!(offered, options);
    assert_eq!(thread["parts"][0]["replies"], "");
    let wrong = talk.send(2, &json!({"session": session, "reply_uuid": "yes"})).await;
    assert_eq!(refused(&wrong), (422, "parameter_invalid".to_owned(), "reply_uuid".to_owned()));
    talk.send(2, &json!({"session": session, "body": "No", "reply_uuid": uuid(72)})).await.ok();
    let seen = talk.ours.get(&format!("/conversations/{id}")).await.ok();
    let part = &seen["conversation_parts"]["conversation_parts"][1];
    assert_eq!(
        (&part["body"], &part["metadata"]),
        (&json!("<p>No</p>"), &json!({"quick_reply_uuid": uuid(72)}))
    );
    assert_eq!(part["part_type"], "comment");
}

#[tokio::test]
async fn a_closed_conversation_is_rated() {
    let talk = talk(&json!({})).await;
    let sent = talk.send(1, &json!({})).await.ok();
    let id = sent["conversation"]["id"].as_str().unwrap();
    let session = &sent["session"]["token"];
    let rate = async |more: Value| {
        let mut body = json!({"visitor_id": VISITOR, "session": session, "conversation_id": id});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        talk.browser.post("/messenger/ours/rate", &body).await
    };
    talk.answer(id, &"long ".repeat(60)).await;
    assert_eq!(refused(&rate(json!({"rating": 5})).await).1, "not_found", "nobody asked");
    let closed = talk.act(id, json!({"message_type": "close"})).await;
    assert_eq!(closed["conversation_rating"], Value::Null, "nothing to tell yet");
    let last = closed["conversation_parts"]["conversation_parts"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["part_type"], &last["author"]["type"]),
        (&json!("conversation_rating_requested"), &json!("bot"))
    );
    for (wrong, status, field) in [
        (json!({}), 422, "rating"),
        (json!({"rating": 6}), 422, "rating"),
        (json!({"remark": "x"}), 422, "rating"),
        (json!({"rating": "five"}), 422, "rating"),
    ] {
        let reply = rate(wrong.clone()).await;
        assert_eq!((refused(&reply).0, refused(&reply).2), (status, field.to_owned()), "{wrong}");
    }
    let rated = rate(json!({"rating": 4})).await.ok();
    assert_eq!(rated["conversation"]["rating"], "4");
    talk.world.wait(5);
    assert_eq!(rate(json!({"remark": "Quick!"})).await.ok()["conversation"]["rating"], "4.");
    assert_eq!(refused(&rate(json!({"rating": 1})).await).0, 409);
    let shown = talk.ours.get(&format!("/conversations/{id}")).await.ok();
    assert_eq!(
        (&shown["state"], &shown["conversation_rating"]),
        (
            &json!("closed"),
            &json!({
                "rating": 4, "remark": "Quick!", "created_at": NOW, "updated_at": NOW + 5,
                "contact": {"type": "contact", "id": sent["person"]["id"], "external_id": VISITOR},
                "teammate": {"type": "admin", "id": talk.admin.to_string()},
            })
        )
    );
    let query = json!({"query": {"field": "conversation_rating.score", "operator": ">", "value": 3}});
    assert_eq!(talk.ours.post("/conversations/search", &query).await.ok()["total_count"], 1);
    // Once a conversation.
    talk.act(id, json!({"message_type": "open"})).await;
    let again = talk.act(id, json!({"message_type": "close"})).await;
    let last = again["conversation_parts"]["conversation_parts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["part_type"], "close");
}

#[tokio::test]
async fn a_company_may_do_without_ratings() {
    let talk = talk(&json!({"conversation_ratings": false})).await;
    let sent = talk.send(1, &json!({})).await.ok();
    let id = sent["conversation"]["id"].as_str().unwrap();
    talk.answer(id, &"long ".repeat(60)).await;
    let closed = talk.act(id, json!({"message_type": "close"})).await;
    let last = closed["conversation_parts"]["conversation_parts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["part_type"], "close");
}
