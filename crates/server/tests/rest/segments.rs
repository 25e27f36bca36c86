//! `/segments`, `/contacts/{id}/segments` and the search by `segment_id` (S§3.4).

use serde_json::{Value, json};

use crate::world::{NOW, Program, World};

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|segment| segment["name"].as_str().unwrap()).collect()
}

async fn found(ours: &Program, query: Value) -> i64 {
    ours.post("/contacts/search", &json!({"query": query})).await.ok()["total_count"].as_i64().unwrap()
}

#[tokio::test]
async fn a_workspace_begins_with_the_usual_ones() {
    let world = World::new().await;
    let ours = world.ours().await;
    let all = ours.get("/segments").await.ok();
    assert_eq!(all["type"], "segment.list");
    let mut usual = names(&all["segments"]);
    usual.sort_unstable();
    assert_eq!(usual, ["Active", "All leads", "All users", "New"]);
    let one = &all["segments"][0];
    let keys: Vec<&String> = one.as_object().unwrap().keys().collect();
    insta::assert_compact_debug_snapshot!(keys, @r#"["created_at", "id", "name", "person_type", "query", "type", "updated_at"]"#);
    let path = format!("/segments/{}", one["id"].as_str().unwrap());
    assert_eq!(&ours.get(&path).await.ok(), one);
    assert_eq!(ours.get(&format!("{path}?include_count=true")).await.ok()["count"], 0);
    let (status, code, message, _) = ours.get("/segments/none").await.refusal();
    assert_eq!((status, &*code, &*message), (404, "not_found", "Resource Not Found"));
}

#[tokio::test]
async fn who_is_in_a_segment_is_never_out_of_date() {
    let world = World::new().await;
    let ours = world.ours().await;
    let seen =
        |days: i64| json!({"external_id": format!("seen {days}"), "last_seen_at": NOW - days * 86_400});
    let (fresh, _) = (ours.contact(&seen(1)).await, ours.contact(&seen(40)).await);
    let lead = ours.contact(&json!({"role": "lead"})).await;
    let all = ours.get("/segments?include_count=true").await.ok();
    let mut counts: Vec<(&str, i64)> = all["segments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|segment| (segment["name"].as_str().unwrap(), segment["count"].as_i64().unwrap()))
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [("Active", 1), ("All leads", 1), ("All users", 2), ("New", 2)]);
    let mut of_fresh = ours.get(&format!("/contacts/{fresh}/segments")).await.ok();
    of_fresh["data"].as_array_mut().unwrap().sort_by_key(|segment| segment["name"].to_string());
    assert_eq!(
        (&of_fresh["type"], names(&of_fresh["data"])),
        (&json!("list"), vec!["Active", "All users", "New"])
    );
    assert_eq!(names(&ours.get(&format!("/contacts/{lead}/segments")).await.ok()["data"]), ["All leads"]);

    // A month later nobody is active.
    world.wait(31 * 86_400);
    assert_eq!(names(&ours.get(&format!("/contacts/{fresh}/segments")).await.ok()["data"]), ["All users"]);
    ours.put(&format!("/contacts/{lead}"), &json!({"role": "user", "email": "a@example.com"})).await.ok();
    assert_eq!(names(&ours.get(&format!("/contacts/{lead}/segments")).await.ok()["data"]), ["All users"]);
    ours.post(&format!("/contacts/{fresh}/archive"), &json!({})).await.ok();
    assert_eq!(
        ours.get(&format!("/contacts/{fresh}/segments")).await.refused(),
        (404, "not_found".to_owned())
    );
}

#[tokio::test]
async fn a_segment_is_made_searched_changed_and_deleted() {
    let world = World::new().await;
    let ours = world.ours().await;
    let ada = ours.contact(&json!({"external_id": "a", "email": "ada@example.com"})).await;
    ours.contact(&json!({"external_id": "b", "email": "bob@example.org"})).await;
    ours.contact(&json!({"role": "lead", "email": "lead@example.com"})).await;
    let tag = ours.post("/tags", &json!({"name": "Beta", "users": [{"id": ada}]})).await.ok()["id"].clone();
    let query = json!({"operator": "AND", "value": [
        {"field": "email", "operator": "$", "value": "example.com"}, {"field": "tag_id", "operator": "=", "value": tag},
    ]});
    let body = json!({"name": "Testers", "person_type": "user", "query": query});
    let made = ours.post("/segments", &body).await.ok();
    assert_eq!(
        (&made["name"], &made["person_type"], &made["query"]),
        (&json!("Testers"), &json!("user"), &query)
    );
    let id = made["id"].clone();
    let is = |operator: &str| json!({"field": "segment_id", "operator": operator, "value": id});
    assert_eq!((found(&ours, is("=")).await, found(&ours, is("!=")).await), (1, 2));
    let both =
        json!({"operator": "AND", "value": [is("!="), {"field": "role", "operator": "=", "value": "user"}]});
    assert_eq!(found(&ours, both).await, 1);
    for (operator, right) in [("=", 0), ("!=", 3)] {
        assert_eq!(
            found(&ours, json!({"field": "segment_id", "operator": operator, "value": "none"})).await,
            right
        );
    }
    assert_eq!(found(&ours, json!({"field": "segment_id", "operator": "=", "value": null})).await, 0);
    assert_eq!(found(&ours, json!({"field": "segment_id", "operator": "!="})).await, 3);

    // A tag that a segment asks for stays.
    let path = format!("/tags/{}", tag.as_str().unwrap());
    let (status, code, message, _) = ours.call("DELETE", &path, Vec::new()).await.refusal();
    let right = "Unable to delete Tag with dependent objects. Segments: Testers.";
    assert_eq!((status, &*code, &*message), (400, "tag_has_dependent_objects", right));

    let segment = format!("/segments/{}", id.as_str().unwrap());
    let changed =
        ours.put(&segment, &json!({"name": "All", "person_type": "contact", "query": null})).await.ok();
    assert_eq!((&changed["name"], &changed["query"]), (&json!("All"), &Value::Null));
    assert_eq!(found(&ours, is("=")).await, 1);
    assert_eq!(ours.call("DELETE", &path, Vec::new()).await.status, 200);
    let gone = ours.call("DELETE", &segment, Vec::new()).await.ok();
    assert_eq!(gone, json!({"id": id, "object": "segment", "deleted": true}));
    assert_eq!(ours.call("DELETE", &segment, Vec::new()).await.refused(), (404, "not_found".to_owned()));
    assert_eq!(ours.put(&segment, &json!({})).await.refused(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn wrong_segments() {
    let world = World::new().await;
    let ours = world.ours().await;
    for (body, code, field) in [
        (json!({"person_type": "user"}), "parameter_not_found", "name"),
        (json!({"name": "x"}), "parameter_not_found", "person_type"),
        (json!({"name": "", "person_type": "user"}), "parameter_invalid", "name"),
        (json!({"name": "x", "person_type": "visitor"}), "parameter_invalid", "person_type"),
        (json!({"name": "x", "person_type": "user", "query": 5}), "parameter_invalid", "query"),
        (
            json!({"name": "x", "person_type": "user", "query": {"field": "no", "operator": "=", "value": 1}}),
            "parameter_invalid",
            "query.field",
        ),
        (
            json!({"name": "x", "person_type": "user", "query":
                {"field": "created_at", "operator": ">", "value": {"days_ago": "x"}}}),
            "parameter_invalid",
            "query.value",
        ),
        (
            json!({"name": "x", "person_type": "user", "query":
                {"field": "segment_id", "operator": "=", "value": "x"}}),
            "parameter_invalid",
            "query",
        ),
    ] {
        let (status, given, _, at) = ours.post("/segments", &body).await.refusal();
        assert_eq!((status, &*given, at.as_deref()), (400, code, Some(field)), "{body}");
    }
    assert_eq!(ours.get("/segments").await.ok()["segments"].as_array().unwrap().len(), 4);
}
