//! What hangs on a contact, as the contact object shows it (S§1.1).

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn ten_of_what_hangs_on_a_contact_are_shown_everywhere() {
    let world = World::new().await;
    let ours = world.ours().await;
    let (ada, bob) =
        (ours.contact(&json!({"external_id": "a"})).await, ours.contact(&json!({"external_id": "b"})).await);
    for number in 0..12 {
        world.wait(1);
        let body = json!({"name": format!("tag {number}"), "users": [{"id": ada}]});
        ours.post("/tags", &body).await.ok();
    }
    let tags = |total: i64, data: Value| json!({"type": "list", "data": data, "url": "", "total_count": total, "has_more": total > 10});
    let of = |contact: &Value| {
        let mut tags = contact["tags"].clone();
        let url = tags["url"].take();
        assert_eq!(url, format!("/contacts/{}/tags", contact["id"].as_str().unwrap()));
        tags["url"] = "".into();
        tags
    };
    let newest: Vec<Value> = (3..=12)
        .rev()
        .map(|id| json!({"type": "tag", "id": id.to_string(), "url": format!("/tags/{id}")}))
        .collect();
    assert_eq!(of(&ours.get(&format!("/contacts/{ada}")).await.ok()), tags(12, json!(newest)));
    let by_role = json!({"query": {"field": "role", "operator": "=", "value": "user"}});
    for list in [ours.get("/contacts").await.ok(), ours.post("/contacts/search", &by_role).await.ok()] {
        for contact in list["data"].as_array().unwrap() {
            let right =
                if contact["id"] == ada.as_str() { tags(12, json!(newest)) } else { tags(0, json!([])) };
            assert_eq!(of(contact), right);
        }
    }
    assert_eq!(
        of(&ours.put(&format!("/contacts/{bob}"), &json!({"name": "Bob"})).await.ok()),
        tags(0, json!([]))
    );
}
