//! The change feed.

use serde_json::{Value, json};

use crate::world::World;

fn told(answer: &Value) -> Vec<(Value, Value)> {
    let data = answer["data"].as_array().unwrap();
    data.iter().map(|entry| (entry["kind"].clone(), entry["topic"].clone())).collect()
}

#[tokio::test]
async fn a_program_follows_what_changes() {
    let world = World::new().await;
    let ours = world.ours().await;
    let empty = ours.get("/changes").await.ok();
    assert_eq!(
        empty,
        json!({"type": "list", "data": [], "has_more": false, "next_after": 0, "oldest_seq": 0, "newest_seq": 0})
    );
    let lead = ours.contact(&json!({"role": "lead"})).await;
    ours.put(&format!("/contacts/{lead}"), &json!({"email": "ada@example.com"})).await.ok();
    let said = ours
        .post("/conversations", &json!({"from": {"type": "lead", "id": lead}, "body": "hello"}))
        .await
        .ok();
    let talk = said["conversation_id"].as_str().unwrap().to_owned();
    let admin = ours.get("/admins").await.ok()["admins"][0]["id"].clone();
    let before = ours.get(&format!("/conversations/{talk}")).await.ok()["updated_at"].as_i64().unwrap();
    world.wait(10);
    let close = json!({"message_type": "close", "type": "admin", "admin_id": admin});
    ours.post(&format!("/conversations/{talk}/parts"), &close).await.ok();
    let after = ours.get(&format!("/conversations/{talk}")).await.ok()["updated_at"].as_i64().unwrap();
    assert_eq!(after - before, 10, "each part touches its conversation");
    let all = ours.get("/changes").await.ok();
    assert_eq!(
        told(&all),
        [
            (json!("contact"), json!("contact.lead.created")),
            (json!("contact"), json!("contact.lead.updated")),
            (json!("other"), json!("contact.lead.added_email")),
            (json!("part"), json!("conversation.user.created")),
            (json!("part"), json!("conversation.admin.closed")),
        ]
    );
    let part = &all["data"][4];
    let keys: Vec<&str> = part.as_object().unwrap().keys().map(|key| &**key).collect();
    assert_eq!(
        keys.join(" "),
        "contact_id conversation_id conversation_part_id created_at detail kind seq topic type"
    );
    assert_eq!((&part["contact_id"], &part["conversation_id"]), (&json!(lead), &json!(talk)));
    // Page by page it is the same.
    let (mut after, mut pages) = (json!(0), Vec::new());
    loop {
        let page = ours.get(&format!("/changes?after={after}&limit=2")).await.ok();
        pages.extend(page["data"].as_array().unwrap().clone());
        after = page["next_after"].clone();
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(Value::Array(pages), all["data"]);
    // The end of a session takes a number, and whoever follows does not wait for it.
    ours.post(&format!("/contacts/{lead}/block"), &json!({})).await.ok();
    let blocked = ours.get(&format!("/changes?after={after}")).await.ok();
    assert_eq!(told(&blocked), [(json!("contact"), json!("contact.archived"))]);
    assert_eq!(blocked["next_after"], blocked["newest_seq"]);
}

#[tokio::test]
async fn wrong_questions() {
    let world = World::new().await;
    let ours = world.ours().await;
    for (query, field) in
        [("after=-1", "after"), ("after=x", "after"), ("limit=0", "limit"), ("limit=1001", "limit")]
    {
        let (status, code, _, at) = ours.get(&format!("/changes?{query}")).await.refusal();
        assert_eq!((status, &*code, at.as_deref()), (400, "parameter_invalid", Some(field)), "{query}");
    }
}
