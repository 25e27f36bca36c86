//! `/data_attributes` (S§3.2).

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_attribute_is_defined_written_and_archived() {
    let world = World::new().await;
    let ours = world.ours().await;
    let body = json!({"name": "plan", "model": "contact", "data_type": "options", "options": [{"value": "a"}, {"value": "b"}]});
    let made = ours.post("/data_attributes", &body).await.ok();
    assert_eq!(
        (&made["type"], &made["full_name"]),
        (&json!("data_attribute"), &json!("custom_attributes.plan"))
    );
    assert_eq!((&made["data_type"], &made["options"]), (&json!("string"), &json!(["a", "b"])));
    let contact = json!({"role": "lead", "custom_attributes": {"plan": "a"}});
    assert_eq!(ours.post("/contacts", &contact).await.ok()["custom_attributes"], json!({"plan": "a"}));
    let wrong = json!({"role": "lead", "custom_attributes": {"plan": "c"}});
    let (_, _, message, field) = ours.post("/contacts", &wrong).await.refusal();
    assert_eq!(
        (&*message, field.as_deref()),
        ("Custom attribute 'plan' must be one of: a, b", Some("custom_attributes.plan"))
    );
    let path = format!("/data_attributes/{}", made["id"]);
    assert_eq!(ours.put(&path, &json!({"archived": true})).await.ok()["archived"], true);
    assert_eq!(ours.post("/contacts", &contact).await.status, 400);
    assert_eq!(ours.get("/data_attributes?model=contact").await.ok()["data"], json!([]));
    let all = ours.get("/data_attributes?include_archived=true").await.ok();
    assert_eq!(all["data"][0]["name"], "plan");
    assert_eq!(
        ours.put("/data_attributes/999999", &json!({})).await.refused(),
        (404, "field_not_found".to_owned())
    );
}

#[tokio::test]
async fn wrong_definitions() {
    let world = World::new().await;
    let ours = world.ours().await;
    let good = json!({"name": "plan", "model": "company", "data_type": "string"});
    ours.post("/data_attributes", &good).await.ok();
    for (body, code, field) in [
        (json!({"name": "plan", "model": "contact", "data_type": "string"}), "parameter_invalid", "name"),
        (json!({"name": "a.b", "model": "contact", "data_type": "string"}), "parameter_invalid", "name"),
        (json!({"name": "x", "model": "shop", "data_type": "string"}), "parameter_invalid", "model"),
        (json!({"name": "x", "model": "contact", "data_type": "blob"}), "parameter_invalid", "data_type"),
        (json!({"name": "x", "model": "contact", "data_type": "options"}), "parameter_invalid", "options"),
        (
            json!({"name": "x", "model": "contact", "data_type": "options", "options": [1, 2]}),
            "parameter_invalid",
            "options",
        ),
        (json!({"name": "x", "model": "contact"}), "parameter_not_found", "data_type"),
    ] {
        let (status, given, message, at) = ours.post("/data_attributes", &body).await.refusal();
        assert_eq!((status, &*given, at.as_deref()), (400, code, Some(field)), "{body}");
        if field == "name" && body["name"] == "plan" {
            let right = "You already have 'plan' in your company data. To save this as new people data, use a different name.";
            assert_eq!(message, right);
        }
    }
    assert_eq!(
        ours.get("/data_attributes?model=conversation").await.refused(),
        (422, "parameter_invalid".to_owned())
    );
    let old = ours.speaking(Some("2.14"));
    assert_eq!(old.get("/data_attributes?model=conversation").await.ok()["data"], json!([]));
}
