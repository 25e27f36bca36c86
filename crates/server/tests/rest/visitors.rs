//! `/visitors` (S§1.7).

use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::World;

#[tokio::test]
async fn of_visitors_nothing_is_kept() {
    let world = World::new().await;
    let ours = world.ours().await;
    let path = format!("/visitors?user_id={}", Uuid::new_v4());
    let (status, code, message, _) = ours.get(&path).await.refusal();
    assert_eq!((status, &*code, &*message), (404, "not_found", "Visitor Not Found"));
    let update = json!({"user_id": Uuid::new_v4().to_string(), "name": "Ada"});
    assert_eq!(ours.put("/visitors", &update).await.refused(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn a_visitor_becomes_a_lead_without_a_user() {
    let world = World::new().await;
    let ours = world.ours().await;
    let visitor = Uuid::new_v4().to_string();
    let body = json!({"type": "lead", "visitor": {"user_id": visitor}});
    let lead = ours.post("/visitors/convert", &body).await.ok();
    assert_eq!((&lead["type"], &lead["role"]), (&json!("contact"), &json!("lead")));
    assert_eq!(lead["external_id"], visitor.as_str());
    // Again it is the same one, by either id.
    assert_eq!(ours.post("/visitors/convert", &body).await.ok()["id"], lead["id"]);
    let by_id = json!({"type": "lead", "visitor": {"id": lead["id"]}});
    assert_eq!(ours.post("/visitors/convert", &by_id).await.ok()["id"], lead["id"]);
}

#[tokio::test]
async fn a_visitor_becomes_a_user_or_joins_one() {
    let world = World::new().await;
    let ours = world.ours().await;
    let convert = |visitor: &str, user: Value| {
        let (ours, body) =
            (ours.clone(), json!({"type": "user", "visitor": {"user_id": visitor}, "user": user}));
        async move { ours.post("/visitors/convert", &body).await }
    };
    let write = |visitor: &str| {
        let (ours, from) = (ours.clone(), json!({"type": "contact", "id": visitor}));
        async move { ours.post("/conversations", &json!({"from": from, "body": "Hi"})).await.ok() }
    };
    let [one, two, three] = [0; 3].map(|_| Uuid::new_v4().to_string());
    // Who has written, in place: the conversation stays, the visitor's id does not.
    let talk = write(&one).await;
    let user = convert(&one, json!({"user_id": "ada", "email": "ada@example.com"})).await.ok();
    assert_eq!((&user["role"], &user["external_id"]), (&json!("user"), &json!("ada")));
    let path = format!("/conversations/{}", talk["conversation_id"].as_str().unwrap());
    assert_eq!(ours.get(&path).await.ok()["contacts"]["contacts"][0]["id"], user["id"]);
    // Who has written joins the user that is there.
    let talk = write(&two).await;
    assert_eq!(convert(&two, json!({"email": "ADA@example.com"})).await.ok()["id"], user["id"]);
    let path = format!("/conversations/{}", talk["conversation_id"].as_str().unwrap());
    assert_eq!(ours.get(&path).await.ok()["contacts"]["contacts"][0]["id"], user["id"]);
    // Who has not: nothing to move.
    assert_eq!(convert(&three, json!({"id": user["id"]})).await.ok()["id"], user["id"]);
    assert_eq!(convert(&three, json!({"user_id": "bob"})).await.ok()["external_id"], "bob");
    assert_eq!(ours.get("/contacts").await.ok()["total_count"], 2);
}

#[tokio::test]
async fn wrong_conversions() {
    let world = World::new().await;
    let ours = world.ours().await;
    let visitor = json!({"user_id": Uuid::new_v4().to_string()});
    for (body, status, code) in [
        (json!({"type": "lead"}), 400, "parameter_not_found"),
        (json!({"type": "lead", "visitor": {"email": "a@b.example"}}), 404, "not_found"),
        (json!({"type": "lead", "visitor": {"user_id": "ada"}}), 404, "not_found"),
        (json!({"type": "boss", "visitor": visitor}), 400, "parameter_invalid"),
        (json!({"type": "user", "visitor": visitor}), 400, "parameter_not_found"),
        (json!({"type": "user", "visitor": visitor, "user": {}}), 400, "parameter_invalid"),
        (json!({"type": "user", "visitor": visitor, "user": {"id": "nobody"}}), 400, "parameter_invalid"),
        (json!({"type": "user", "visitor": visitor, "user": {"email": "nobody"}}), 400, "parameter_invalid"),
    ] {
        assert_eq!(
            ours.post("/visitors/convert", &body).await.refused(),
            (status, code.to_owned()),
            "{body}"
        );
    }
    assert_eq!(ours.get("/contacts").await.ok()["total_count"], 0);
}
