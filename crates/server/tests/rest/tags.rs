//! `/tags` and `/contacts/{id}/tags` (S§3.4).

use serde_json::{Value, json};

use crate::world::{NOW, World};

/// Keys of an object, sorted.
fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn a_tag_is_made_once_renamed_and_deleted() {
    let world = World::new().await;
    let ours = world.ours().await;
    let made = ours.post("/tags", &json!({"name": " Beta "})).await.ok();
    insta::assert_compact_debug_snapshot!(keys(&made), @r#"["companies", "id", "name", "type", "users"]"#);
    assert_eq!((&made["type"], &made["name"], &made["users"]), (&json!("tag"), &json!("Beta"), &json!([])));
    assert_eq!(ours.post("/tags", &json!({"name": "bETA"})).await.ok()["id"], made["id"]);

    let id = made["id"].as_str().unwrap();
    let renamed = ours.post("/tags", &json!({"id": id, "name": "BETA"})).await.ok();
    assert_eq!((&renamed["id"], &renamed["name"]), (&made["id"], &json!("BETA")));
    assert_eq!(ours.get(&format!("/tags/{id}")).await.ok(), json!({"type": "tag", "id": id, "name": "BETA"}));
    ours.post("/tags", &json!({"name": "alpha"})).await.ok();
    assert_eq!(
        ours.post("/tags", &json!({"id": id, "name": "ALPHA"})).await.refused(),
        (409, "resource_conflict".to_owned())
    );
    let all = ours.get("/tags").await.ok();
    let names: Vec<&Value> = all["data"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    assert_eq!((&all["type"], names), (&json!("list"), vec![&json!("alpha"), &json!("BETA")]));

    let gone = ours.call("DELETE", &format!("/tags/{id}"), Vec::new()).await;
    assert_eq!((gone.status.as_u16(), gone.bytes.len()), (200, 0));
    for (method, path) in [("GET", format!("/tags/{id}")), ("DELETE", "/tags/none".to_owned())] {
        let (status, code, message, _) = ours.call(method, &path, Vec::new()).await.refusal();
        assert_eq!((status, &*code, &*message), (404, "not_found", "Resource Not Found"), "{path}");
    }
}

#[tokio::test]
async fn wrong_tags() {
    let world = World::new().await;
    let ours = world.ours().await;
    for (body, field) in [
        (json!({"test": "invalid"}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "  "}), "name"),
        (json!({"name": 5}), "name"),
        (json!({"name": "x".repeat(256)}), "name"),
        (json!({"name": "x", "users": "u"}), "users"),
        (json!({"name": "x", "users": [5]}), "users"),
        (json!({"name": "x", "users": [{}]}), "users"),
        (json!({"name": "x", "companies": [5]}), "companies"),
        (json!({"name": "x", "users": vec![json!({"id": "u"}); 1001]}), "users"),
    ] {
        let (status, code, message, at) = ours.post("/tags", &body).await.refusal();
        let right = (400, "parameter_invalid", "invalid tag parameters", Some(field));
        assert_eq!((status, &*code, &*message, at.as_deref()), right);
    }
    assert_eq!(
        ours.post("/tags", &json!({"id": 99, "name": "x"})).await.refused(),
        (404, "not_found".to_owned())
    );
    assert_eq!(
        ours.post("/tags", &json!({"name": "x", "companies": [{"company_id": "123"}]})).await.refused(),
        (404, "company_not_found".to_owned())
    );
    // All or nothing: neither the tag nor the contact that is there.
    let known = ours.contact(&json!({"role": "lead"})).await;
    let body = json!({"name": "x", "users": [{"id": known}, {"id": "123"}]});
    let (status, code, message, _) = ours.post("/tags", &body).await.refusal();
    assert_eq!((status, &*code, &*message), (404, "not_found", "User Not Found"));
    assert_eq!(ours.get("/tags").await.ok()["data"], json!([]));
    assert_eq!(ours.get(&format!("/contacts/{known}/tags")).await.ok()["data"], json!([]));
}

#[tokio::test]
async fn many_users_are_tagged_and_untagged_at_once() {
    let world = World::new().await;
    let ours = world.ours().await;
    let (ada, bob) =
        (ours.contact(&json!({"role": "lead"})).await, ours.contact(&json!({"external_id": "b"})).await);
    let both = json!([{"id": ada}, {"id": bob}]);
    let done = ours.post("/tags", &json!({"name": "Beta", "users": both})).await.ok();
    assert_eq!(done["users"], json!([{"id": ada, "tagged": true}, {"id": bob, "tagged": true}]));
    let found = |tag: Value| json!({"query": {"field": "tag_id", "operator": "=", "value": tag}});
    let tag = done["id"].clone();
    assert_eq!(ours.post("/contacts/search", &found(tag.clone())).await.ok()["total_count"], 2);
    let done = ours.post("/tags", &json!({"name": "beta", "users": [{"id": bob, "untag": true}]})).await.ok();
    assert_eq!(done["users"], json!([{"id": bob, "tagged": false}]));
    let left = ours.post("/contacts/search", &found(tag.clone())).await.ok();
    assert_eq!((&left["total_count"], &left["data"][0]["id"]), (&json!(1), &json!(ada)));
    let not = json!({"query": {"field": "tag_id", "operator": "!=", "value": tag}});
    assert_eq!(ours.post("/contacts/search", &not).await.ok()["data"][0]["id"], json!(bob));
    for (operator, value) in [("IN", json!([tag])), ("~", tag.clone()), ("=", json!({}))] {
        let query = json!({"query": {"field": "tag_id", "operator": operator, "value": value}});
        assert_eq!(ours.post("/contacts/search", &query).await.refused().0, 400, "{operator}");
    }
}

#[tokio::test]
async fn a_contact_is_tagged() {
    let world = World::new().await;
    let ours = world.ours().await;
    let ada = ours.contact(&json!({"role": "lead"})).await;
    let path = format!("/contacts/{ada}/tags");
    let tag = ours.post("/tags", &json!({"name": "Beta"})).await.ok()["id"].as_str().unwrap().to_owned();
    let admin = ours.get("/me").await.ok()["id"].clone();
    let right = json!({
        "type": "tag", "id": tag, "name": "Beta", "applied_at": NOW, "applied_by": {"type": "admin", "id": admin},
    });
    // Clients send numbers, too.
    let number: i64 = tag.parse().unwrap();
    assert_eq!(ours.post(&path, &json!({"id": number})).await.ok(), right);
    world.wait(60);
    assert_eq!(ours.post(&path, &json!({"id": tag})).await.ok(), right);
    assert_eq!(ours.get(&path).await.ok(), json!({"type": "list", "data": [right]}));
    assert_eq!(ours.get(&format!("/contacts/{ada}")).await.ok()["updated_at"], NOW);

    for (body, refused) in [
        (json!({"id": "none"}), (404, "not_found", "Resource Not Found")),
        (json!({"id": 99}), (404, "not_found", "Resource Not Found")),
        (json!({}), (400, "parameter_not_found", "id is missing")),
    ] {
        let (status, code, message, _) = ours.post(&path, &body).await.refusal();
        assert_eq!((status, &*code, &*message), refused);
    }
    for (method, path) in
        [("GET", "/contacts/x/tags"), ("POST", "/contacts/x/tags"), ("DELETE", "/contacts/x/tags/1")]
    {
        let (status, code, message, _) = ours.call(method, path, b"{\"id\": 1}".to_vec()).await.refusal();
        assert_eq!((status, &*code, &*message), (404, "not_found", "User Not Found"));
    }
    let one = format!("{path}/{tag}");
    let body = json!({"admin_id": admin}).to_string().into_bytes();
    assert_eq!(ours.call("DELETE", &one, body).await.ok(), right);
    let (status, code, message, _) = ours.call("DELETE", &one, Vec::new()).await.refusal();
    assert_eq!((status, &*code, &*message), (404, "not_found", "Resource Not Found"));
}
