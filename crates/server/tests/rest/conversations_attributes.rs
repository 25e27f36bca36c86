//! `/conversations/attributes` (2.16), and values in conversations.

use rstest::rstest;
use serde_json::{Value, json};

use crate::conversations::talk;
use crate::world::World;

#[tokio::test]
async fn values_leave_parts_and_are_found() {
    let talk = talk().await;
    let make = async |body: Value| talk.ours.post("/conversations/attributes", &body).await.ok();
    make(json!({"name": "issue_type", "data_type": "string"})).await;
    make(json!({"name": "seats", "data_type": "integer"})).await;
    make(json!({"name": "how", "data_type": "list", "options": [{"label": "High"}, {"label": "Low"}]})).await;
    let path = format!("/conversations/{}", talk.id);
    let set = async |values: Value| talk.ours.put(&path, &json!({"custom_attributes": values})).await;
    let done = set(json!({"issue_type": "Billing", "seats": 7, "how": "High"})).await.ok();
    assert_eq!(done["custom_attributes"], json!({"issue_type": "Billing", "seats": 7, "how": "High"}));
    let parts = done["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert_eq!(parts.len(), 3);
    assert!(parts.iter().all(|part| part["part_type"] == "conversation_attribute_updated_by_admin"));
    // The same again is no change; another value tells the old one; null clears.
    let done = set(json!({"issue_type": "Bug", "seats": 7, "how": null})).await.ok();
    assert_eq!(done["custom_attributes"], json!({"issue_type": "Bug", "seats": 7}));
    let parts = done["conversation_parts"]["conversation_parts"].as_array().unwrap();
    let details: Vec<&Value> = parts[3..].iter().map(|part| &part["event_details"]).collect();
    let said = |name: &str, new: Value, old: &str| json!({"attribute": {"name": name}, "value": {"name": new, "previous": old}});
    assert_eq!(details, [&said("how", Value::Null, "High"), &said("issue_type", json!("Bug"), "Billing")]);
    for (field, operator, value, count) in [
        ("custom_attributes.issue_type", "=", json!("Bug"), 1),
        ("custom_attributes.seats", ">", json!(6), 1),
        ("custom_attributes.how", "=", Value::Null, 1),
        ("custom_attributes.how", "=", json!("High"), 0),
    ] {
        let query = json!({"query": {"field": field, "operator": operator, "value": value}});
        let found = talk.ours.post("/conversations/search", &query).await.ok();
        assert_eq!(found["total_count"], count, "{query}");
    }
    for (values, field) in [
        (json!({"nothing": 1}), "custom_attributes.nothing"),
        (json!({"seats": 1.5}), "custom_attributes.seats"),
        (json!({"issue_type": {"a": 1}}), "custom_attributes.issue_type"),
        (json!({"seats": 8, "how": "Middle"}), "custom_attributes.how"),
    ] {
        let (_, code, _, at) = set(values.clone()).await.refusal();
        assert_eq!((&*code, at.as_deref()), ("parameter_invalid", Some(field)), "{values}");
    }
    assert_eq!(talk.shown().await["custom_attributes"]["seats"], 7, "nothing of a refused call stays");
}

#[tokio::test]
async fn definitions() {
    let world = World::new().await;
    let ours = world.ours().await;
    let body = json!({"name": "api_test_attr", "data_type": "string", "description": "Created via API test"});
    let made = ours.post("/conversations/attributes", &body).await.ok();
    let mut keys: Vec<&str> = made.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    insta::assert_snapshot!(keys.join(" "), @"admin_id archived created_at data_type description id multiline name required type updated_at visible_to_team_ids");
    let path = format!("/conversations/attributes/{}", made["id"]);
    assert_eq!(ours.get(&path).await.ok(), made);
    let change =
        json!({"name": "renamed", "description": null, "required": true, "visible_to_team_ids": ["5"]});
    let done = ours.put(&path, &change).await.ok();
    assert_eq!(
        (&done["name"], &done["description"], &done["required"], &done["visible_to_team_ids"]),
        (&json!("renamed"), &json!(""), &json!(true), &json!(["5"]))
    );
    let taken =
        ours.post("/conversations/attributes", &json!({"name": "renamed", "data_type": "integer"})).await;
    assert_eq!(taken.refusal().3.as_deref(), Some("name"));
    let gone = ours.call("DELETE", &path, Vec::new()).await.ok();
    assert_eq!(gone["archived"], true);
    assert_eq!(ours.get("/conversations/attributes").await.ok(), json!({"type": "list", "data": []}));
    let all = ours.get("/conversations/attributes?include_archived=true").await.ok();
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
    // A name that is out of use is free.
    let list = json!({"name": "renamed", "data_type": "list", "options": [{"label": "1"}]});
    let list = ours.post("/conversations/attributes", &list).await.ok();
    let options = format!("/conversations/attributes/{}/options", list["id"]);
    let done = ours.post(&options, &json!({"label": "High"})).await.ok();
    let option = &done["options"][1];
    assert_eq!((&option["label"], &option["archived"]), (&json!("High"), &json!(false)));
    let one = format!("{options}/{}", option["id"].as_str().unwrap());
    let done = ours.put(&one, &json!({"label": "Higher"})).await.ok();
    assert_eq!((&done["options"][1]["label"], &done["options"][1]["id"]), (&json!("Higher"), &option["id"]));
    let done = ours.call("DELETE", &one, Vec::new()).await.ok();
    assert_eq!(
        (&done["options"][1]["label"], &done["options"][1]["archived"]),
        (&json!("Higher"), &json!(true))
    );
    assert_eq!(ours.call("DELETE", &format!("{options}/nothing"), Vec::new()).await.status, 404);
    let unknown = ours.put(&format!("{options}/nothing"), &json!({"label": "x"})).await.refusal();
    assert_eq!(
        (unknown.0, &*unknown.1, &*unknown.2),
        (404, "conversation_attribute_not_found", "List option not found")
    );
    for (body, message) in [
        (json!({}), "label is required"),
        (json!({"label": ""}), "label is required"),
        (json!({"label": 1}), "label must be a string"),
        (json!({"label": "x", "id": "y"}), "only 'label' is accepted"),
    ] {
        let (status, code, said, _) = ours.post(&options, &body).await.refusal();
        assert_eq!((status, &*code, &*said), (422, "parameter_invalid", message));
    }
    let wrong = ours.post(&format!("{path}/options"), &json!({"label": "x"})).await.refusal();
    assert_eq!((wrong.0, &*wrong.2), (422, "Options can only be managed on list attributes"));
}

#[rstest]
#[case(json!({"data_type": "string"}), 400, "parameter_not_found")]
#[case(json!({"name": "x"}), 400, "parameter_not_found")]
#[case(json!({"name": "x", "data_type": "invalid_type"}), 422, "parameter_invalid")]
#[case(json!({"name": "x", "data_type": "relationship"}), 400, "parameter_not_found")]
#[case(json!({"name": "x", "data_type": "relationship", "reference": {"type": "few"}}), 400, "parameter_invalid")]
#[case(json!({"name": "x", "data_type": "list", "options": ["y"]}), 400, "parameter_invalid")]
#[case(json!({"name": "x", "data_type": "list", "options": [{}]}), 422, "parameter_invalid")]
#[tokio::test]
async fn wrong_definitions(#[case] body: Value, #[case] status: u16, #[case] code: &str) {
    let world = World::new().await;
    let ours = world.ours().await;
    let reply = ours.post("/conversations/attributes", &body).await;
    assert_eq!(reply.refused(), (status, code.to_owned()), "{body}");
    assert_eq!(ours.get("/conversations/attributes").await.ok()["data"], json!([]));
}

#[tokio::test]
async fn unknown_ones_and_older_versions() {
    let world = World::new().await;
    let ours = world.ours().await;
    for path in ["/conversations/attributes/999", "/conversations/attributes/x"] {
        assert_eq!(ours.get(path).await.refused(), (404, "conversation_attribute_not_found".to_owned()));
    }
    let old = ours.speaking(Some("2.15"));
    assert_eq!(old.get("/conversations/attributes").await.refused().1, "intercom_version_invalid");
}
