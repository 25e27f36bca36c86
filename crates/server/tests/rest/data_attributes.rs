//! `/data_attributes` (S§3.2).

use serde_json::{Value, json};

use crate::world::{NOW, World};

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
    let custom = async |query: &str| {
        let all = ours.get(&format!("/data_attributes?{query}")).await.ok()["data"].take();
        all.as_array().unwrap().iter().filter(|one| one["custom"] == true).count()
    };
    assert_eq!((custom("model=contact").await, custom("include_archived=true").await), (0, 1));
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
}

#[tokio::test]
async fn conversations_attributes_are_listed_up_to_2_15() {
    let world = World::new().await;
    let ours = world.ours().await;
    let old = ours.speaking(Some("2.15"));
    assert_eq!(old.get("/data_attributes?model=conversation").await.ok()["data"], json!([]));
    let make = async |body: Value| ours.post("/conversations/attributes", &body).await.ok();
    make(json!({"name": "how", "data_type": "list", "options": [{"label": "High"}, {"label": "Low"}]})).await;
    make(json!({"name": "share", "data_type": "decimal", "description": "Of all"})).await;
    make(json!({"name": "papers", "data_type": "files"})).await;
    let gone = make(json!({"name": "gone", "data_type": "string"})).await;
    ours.call("DELETE", &format!("/conversations/attributes/{}", gone["id"]), Vec::new()).await.ok();
    let list = old.get("/data_attributes?model=conversation").await.ok();
    let share = json!({
        "type": "data_attribute", "model": "conversation", "name": "share", "full_name": "custom_attributes.share",
        "label": "share", "description": "Of all", "data_type": "float", "api_writable": true, "ui_writable": false,
        "messenger_writable": false, "custom": true, "archived": false, "admin_id": list["data"][0]["admin_id"],
        "created_at": NOW, "updated_at": NOW,
    });
    assert_eq!(list["data"][0], share);
    let how = &list["data"][1];
    assert_eq!((&how["data_type"], &how["options"]), (&json!("string"), &json!(["High", "Low"])));
    assert_eq!(list["data"].as_array().unwrap().len(), 2, "files had no type then");
    let all = old.get("/data_attributes?model=conversation&include_archived=true").await.ok();
    assert_eq!((&all["data"][0]["name"], &all["data"][0]["archived"]), (&json!("gone"), &json!(true)));
    let contacts = old.get("/data_attributes?model=contact").await.ok();
    assert!(contacts["data"].as_array().unwrap().iter().all(|one| one["model"] == "contact"));
}

#[tokio::test]
async fn what_everything_of_a_model_has_is_listed() {
    let world = World::new().await;
    let ours = world.ours().await;
    let attribute = json!({"name": "tier", "model": "company", "data_type": "integer"});
    let made = ours.post("/data_attributes", &attribute).await.ok();
    let listed = ours.get("/data_attributes?model=company").await.ok();
    let names = |list: &serde_json::Value| {
        let all = list["data"].as_array().unwrap().iter();
        all.map(|one| one["full_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    insta::assert_snapshot!(names(&listed), @"id app_id company_id name plan.id plan.name monthly_spend size website industry remote_created_at last_request_at session_count user_count created_at updated_at custom_attributes.tier");
    let standard = &listed["data"][0];
    assert_eq!((&standard["custom"], standard.get("id")), (&json!(false), None));
    assert_eq!(listed["data"].as_array().unwrap().last(), Some(&made));
    let contact = ours.get("/data_attributes?model=contact").await.ok();
    assert!(
        names(&contact).contains("unsubscribed_from_emails") && !names(&contact).contains("monthly_spend")
    );
    let both = ours.get("/data_attributes").await.ok();
    assert_eq!(both["data"].as_array().unwrap().len(), 34);
}

#[tokio::test]
async fn two_hundred_and_fifty_attributes_are_enough() {
    let world = World::new().await;
    let ours = world.ours().await;
    for number in 0..250 {
        let model = if number % 2 == 0 { "contact" } else { "company" };
        let attribute = json!({"name": format!("a{number}"), "model": model, "data_type": "string"});
        ours.post("/data_attributes", &attribute).await.ok();
    }
    let one_more = json!({"name": "one more", "model": "company", "data_type": "string"});
    assert_eq!(
        ours.post("/data_attributes", &one_more).await.refused(),
        (400, "custom_data_limit_reached".to_owned())
    );
    let all = ours.get("/data_attributes?model=contact").await.ok();
    let path = format!("/data_attributes/{}", all["data"].as_array().unwrap().last().unwrap()["id"]);
    ours.put(&path, &json!({"archived": true})).await.ok();
    ours.post("/data_attributes", &one_more).await.ok();
    let back = ours.put(&path, &json!({"archived": false})).await;
    assert_eq!(back.refused(), (400, "custom_data_limit_reached".to_owned()));
}
