//! `/events` (S§3.1, S§9.2).

use serde_json::{Value, json};

use crate::world::{NOW, Program, World};

impl Program {
    async fn track(&self, body: &Value) {
        let reply = self.post("/events", body).await;
        assert_eq!((reply.status.as_u16(), reply.bytes.len()), (202, 0), "{body}");
    }

    async fn events(&self, query: &str) -> Value {
        self.get(&format!("/events?type=user&{query}")).await.ok()
    }
}

/// S§9.2: 202 empty, a duplicate is not stored, the 11th key is ignored, an unknown person is 404.
#[tokio::test]
async fn conformance_events_202_empty_duplicate_eleventh_key_unknown_person() {
    let world = World::new().await;
    let ours = world.ours().await;
    let lead = ours.contact(&json!({"role": "lead"})).await;
    let text = format!(
        r#"{{"event_name": "Placed.Order", "created_at": {NOW}, "id": "{lead}", "metadata":
        {{"z":1,"y":2,"x":3,"w":4,"v":5,"u":6,"t":7,"s":8,"r":9,"q":10,"a":[{{}}]}}}}"#
    );
    for _ in 0..2 {
        let reply = ours.call("POST", "/events", text.clone().into_bytes()).await;
        assert_eq!((reply.status.as_u16(), reply.bytes.len()), (202, 0));
    }
    ours.track(&json!({"event_name": "placed-order", "created_at": NOW, "id": lead})).await;
    let list = ours.events(&format!("intercom_user_id={lead}")).await;
    assert_eq!(list["type"], "event.list");
    assert_eq!(list["events"].as_array().unwrap().len(), 1);
    let event = &list["events"][0];
    assert_eq!((&event["event_name"], &event["created_at"]), (&json!("Placed-Order"), &json!(NOW)));
    let keys: Vec<&String> = event["metadata"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["q", "r", "s", "t", "u", "v", "w", "x", "y", "z"]);
    let stranger = json!({"event_name": "x", "created_at": NOW, "user_id": "nobody"});
    assert_eq!(ours.post("/events", &stranger).await.refused(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn people_are_named_by_id_user_id_or_email() {
    let world = World::new().await;
    let ours = world.ours().await;
    let user = ours.contact(&json!({"external_id": "ada", "email": "ada@example.com"})).await;
    let lead = ours.contact(&json!({"role": "lead", "email": "lead@example.com"})).await;
    for (number, who) in [json!({"id": user}), json!({"user_id": "ada"}), json!({"email": "ADA@example.com"})]
        .into_iter()
        .enumerate()
    {
        let mut body = json!({"event_name": format!("e{number}"), "created_at": NOW.to_string()});
        body.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
        ours.track(&body).await;
    }
    for query in [format!("intercom_user_id={user}"), "user_id=ada".into(), "email=ada%40example.com".into()]
    {
        assert_eq!(ours.events(&query).await["events"].as_array().unwrap().len(), 3, "{query}");
    }
    // Anybody may have typed a lead's email.
    let by_email = json!({"event_name": "x", "created_at": NOW, "email": "lead@example.com"});
    assert_eq!(ours.post("/events", &by_email).await.status, 404);
    ours.track(&json!({"event_name": "x", "created_at": NOW, "id": lead})).await;
    // After a merge the lead's id leads to the user.
    let merge = json!({"from": lead, "into": user, "skip_duplicate_validation": true});
    ours.post("/contacts/merge", &merge).await.ok();
    ours.track(&json!({"event_name": "y", "created_at": NOW, "id": lead})).await;
    let summary = ours.events("user_id=ada&summary=true").await;
    assert_eq!(summary["events"].as_array().unwrap().len(), 5);
    insta::assert_json_snapshot!(summary["events"][0], @r#"
    {
      "count": 1,
      "description": null,
      "first": "2027-01-15T08:00:00.000+00:00",
      "last": "2027-01-15T08:00:00.000+00:00",
      "name": "e0"
    }
    "#);
    ours.post(&format!("/contacts/{user}/archive"), &json!({})).await.ok();
    let gone = json!({"event_name": "z", "created_at": NOW, "user_id": "ada"});
    assert_eq!(ours.post("/events", &gone).await.status, 404);
}

#[tokio::test]
async fn pages_are_absolute_addresses_that_end() {
    let world = World::new().await;
    let ours = world.ours().await;
    let user = ours.contact(&json!({"external_id": "ada", "email": "ada@example.com"})).await;
    for at in 0..5 {
        ours.track(
            &json!({"event_name": "visit", "created_at": NOW - at, "id": user, "metadata": {"n": at}}),
        )
        .await;
    }
    let old = NOW - 91 * 24 * 3600;
    ours.track(&json!({"event_name": "visit", "created_at": old, "id": user})).await;
    let mut seen = Vec::new();
    let mut path = "/events?type=user&user_id=ada&per_page=2".to_owned();
    let mut since = Value::Null;
    loop {
        let page = ours.get(&path).await.ok();
        seen.extend(page["events"].as_array().unwrap().iter().map(|event| event["metadata"]["n"].clone()));
        if since.is_null() {
            since = page["pages"]["since"].clone();
        }
        let Some(next) = page["pages"]["next"].as_str() else { break };
        path = next.strip_prefix("http://127.0.0.1:4600").unwrap().to_owned();
    }
    assert_eq!(seen, [0, 1, 2, 3, 4]);
    let since = since.as_str().unwrap().strip_prefix("http://127.0.0.1:4600").unwrap().to_owned();
    assert_eq!(ours.get(&since).await.ok()["events"], json!([]));
    ours.track(&json!({"event_name": "late", "created_at": NOW + 1, "id": user})).await;
    let late = ours.get(&since).await.ok();
    assert_eq!(late["events"][0]["event_name"], "late");
    insta::assert_json_snapshot!(late, {".events[].intercom_user_id" => "[id]", ".pages.since" => "[url]"}, @r#"
    {
      "events": [
        {
          "created_at": 1800000001,
          "email": "ada@example.com",
          "event_name": "late",
          "id": "ada",
          "intercom_user_id": "[id]",
          "metadata": {},
          "type": "event",
          "user_id": "ada"
        }
      ],
      "pages": {
        "next": null,
        "since": "[url]"
      },
      "type": "event.list"
    }
    "#);
    assert_eq!(ours.events("user_id=ada&summary=true").await["events"][1]["count"], 6, "counted for ever");
}

#[tokio::test]
async fn summaries_are_told_once() {
    let world = World::new().await;
    let ours = world.ours().await;
    let user = ours.contact(&json!({"external_id": "ada"})).await;
    let one = json!({"event_name": "invited-friend", "count": 4, "first": NOW - 100, "last": NOW});
    for given in [one.clone(), json!([one])] {
        let reply =
            ours.post("/events/summaries", &json!({"user_id": "ada", "event_summaries": given})).await;
        assert_eq!((reply.status.as_u16(), reply.bytes.len()), (200, 0));
    }
    let query = json!({"query": {"field": "event.invited-friend.count", "operator": "=", "value": 4}});
    assert_eq!(ours.post("/contacts/search", &query).await.ok()["data"][0]["id"], json!(user));
    for (given, field) in [
        (json!(1), "event_summaries"),
        (json!([]), "event_summaries"),
        (json!([1]), "event_summaries"),
        (json!({"event_name": "", "count": 1, "first": 1, "last": 1}), "event_summaries.event_name"),
        (json!({"event_name": "x", "count": -1, "first": 1, "last": 1}), "event_summaries.count"),
        (json!({"event_name": "x", "count": 1, "first": 2, "last": 1}), "event_summaries.first"),
        (json!([{"event_name": "x", "count": 1, "first": 2}]), "event_summaries[0].last"),
    ] {
        let body = json!({"user_id": "ada", "event_summaries": given});
        let (status, _, _, at) = ours.post("/events/summaries", &body).await.refusal();
        assert_eq!((status, at.as_deref()), (400, Some(field)), "{body}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let world = World::new().await;
    let ours = world.ours().await;
    let user = ours.contact(&json!({"external_id": "ada"})).await;
    let good = json!({"event_name": "x", "created_at": NOW, "id": user});
    for (change, code, field) in [
        (json!({"event_name": null}), "parameter_not_found", "event_name"),
        (json!({"event_name": "\u{7}"}), "parameter_invalid", "event_name"),
        (json!({"event_name": ["x"]}), "parameter_invalid", "event_name"),
        (json!({"created_at": null}), "parameter_not_found", "created_at"),
        (json!({"created_at": NOW * 1000}), "parameter_invalid", "created_at"),
        (json!({"created_at": "yesterday"}), "parameter_invalid", "created_at"),
        (json!({"id": null}), "parameter_not_found", "id"),
        (json!({"id": null, "email": "x"}), "parameter_invalid", "email"),
        (json!({"metadata": 1}), "parameter_invalid", "metadata"),
        (json!({"metadata": {"a": {"b": 1}}}), "parameter_invalid", "metadata.a"),
        (json!({"metadata": {"a": "x".repeat(256)}}), "parameter_invalid", "metadata.a"),
    ] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let (status, given, _, at) = ours.post("/events", &body).await.refusal();
        assert_eq!((status, &*given, at.as_deref()), (400, code, Some(field)), "{change}");
    }
    for (query, field) in [
        ("user_id=ada", "type"),
        ("type=user", "intercom_user_id"),
        ("type=user&user_id=ada&per_page=0", "per_page"),
        ("type=user&user_id=ada&before=x", "before"),
        ("type=user&user_id=ada%00", "user_id"),
    ] {
        let (status, _, _, at) = ours.get(&format!("/events?{query}")).await.refusal();
        assert_eq!((status, at.as_deref()), (400, Some(field)), "{query}");
    }
    assert_eq!(ours.get("/events?type=user&user_id=bob").await.refused(), (404, "not_found".to_owned()));
    let list = ours.events("user_id=ada").await;
    assert_eq!(list["events"], json!([]), "nothing was written");
}
