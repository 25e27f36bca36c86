//! What is around a conversation (S§2.2-2.5): who takes part, tags, merging, files, quick replies, priorities, what is
//! counted, what is gone.

use rstest::rstest;
use serde_json::{Value, json};

use crate::conversations::{Talk, talk};
use crate::world::NOW;

impl Talk {
    async fn found(&self, field: &str, operator: &str, value: Value) -> i64 {
        let query = json!({"query": {"field": field, "operator": operator, "value": value}});
        self.ours.post("/conversations/search", &query).await.ok()["total_count"].as_i64().unwrap()
    }

    fn path(&self, rest: &str) -> String {
        format!("/conversations/{}{rest}", self.id)
    }

    async fn delete(&self, rest: &str, body: &Value) -> crate::world::Reply {
        self.ours.call("DELETE", &self.path(rest), body.to_string().into_bytes()).await
    }
}

#[tokio::test]
async fn people_come_and_go() {
    let talk = talk().await;
    let user = talk.ours.contact(&json!({"external_id": "70"})).await;
    let customers = talk.path("/customers");
    let add = |customer: Value| json!({"admin_id": talk.admin, "customer": customer});
    let done = talk.ours.post(&customers, &add(json!({"user_id": "70"}))).await.ok();
    let both = json!([{"type": "lead", "id": talk.lead}, {"type": "user", "id": user}]);
    assert_eq!(done, json!({"customers": both}));
    // Twice is once, and an email nobody has makes a lead.
    talk.ours.post(&customers, &add(json!({"intercom_user_id": user}))).await.ok();
    talk.world.wait(1);
    let done = talk.ours.post(&customers, &add(json!({"email": "new@example.com"}))).await.ok();
    let third = done["customers"][2]["id"].as_str().unwrap().to_owned();
    assert_eq!(done["customers"][2]["type"], "lead");
    assert_eq!(talk.ours.get(&format!("/contacts/{third}")).await.ok()["email"], "new@example.com");
    assert_eq!(talk.found("contact_ids", "=", json!(user)).await, 1);
    assert_eq!(talk.found("contact_ids", "=", json!(talk.lead)).await, 1);
    assert_eq!(talk.found("contact_ids", "!=", json!(user)).await, 0);
    // They may answer, and their words are theirs.
    let reply = json!({"message_type": "comment", "type": "user", "user_id": "70", "body": "me, too"});
    let answered = talk.ours.post(&talk.path("/reply"), &reply).await.ok();
    let parts = answered["conversation_parts"]["conversation_parts"].as_array().unwrap();
    let last = parts.last().unwrap();
    assert_eq!((&last["author"]["id"], &last["author"]["type"]), (&json!(user), &json!("user")));
    // In the Messenger it is everybody's who takes part.
    let lists = async |contact: &str| {
        talk.world.store.conversations_of(talk.ours.workspace_id, contact, 9).await.unwrap().0.len()
    };
    assert_eq!((lists(&talk.lead).await, lists(&user).await), (1, 1));
    let by = json!({"admin_id": talk.admin});
    let done = talk.delete(&format!("/customers/{}", talk.lead), &by).await.ok();
    assert_eq!(done["customers"].as_array().unwrap().len(), 2);
    assert_eq!((lists(&talk.lead).await, lists(&user).await), (0, 1));
    assert_eq!(talk.delete("/customers/nobody", &by).await.refusal().2, "User Not Found");
    talk.delete(&format!("/customers/{third}"), &by).await.ok();
    let (status, code, message, _) = talk.delete(&format!("/customers/{user}"), &by).await.refusal();
    assert_eq!((status, &*code), (422, "parameter_invalid"));
    assert_eq!(message, "Removing the last customer is not allowed");
    for (body, code) in [
        (json!({"admin_id": talk.admin}), "parameter_not_found"),
        (json!({"customer": {"user_id": "70"}}), "parameter_not_found"),
        (add(json!({"intercom_user_id": "nobody"})), "not_found"),
        (add(json!({"email": "no email"})), "parameter_invalid"),
        (json!({"admin_id": 999_999, "customer": {"user_id": "70"}}), "admin_not_found"),
    ] {
        assert_eq!(talk.ours.post(&customers, &body).await.refused().1, code, "{body}");
    }
    let types = talk.part_types().await;
    assert_eq!(
        types,
        ["participant_added", "participant_added", "comment", "participant_removed", "participant_removed",]
    );
}

#[tokio::test]
async fn tags_on_and_off() {
    let talk = talk().await;
    let tag = talk.ours.post("/tags", &json!({"name": "Manual tag"})).await.ok()["id"].clone();
    talk.deed(json!({"message_type": "comment", "body": "Hi"})).await.ok();
    let body = json!({"id": tag, "admin_id": talk.admin});
    let applied = talk.ours.post(&talk.path("/tags"), &body).await.ok();
    let expected = json!({
        "type": "tag", "id": tag, "name": "Manual tag", "applied_at": NOW,
        "applied_by": {"type": "admin", "id": talk.admin},
    });
    assert_eq!(applied, expected);
    let shown = talk.shown().await;
    assert_eq!(shown["tags"]["tags"], json!([expected]));
    let on_part = &shown["conversation_parts"]["conversation_parts"][0]["tags"];
    assert_eq!(*on_part, json!([{"type": "tag", "id": tag, "name": "Manual tag"}]));
    assert_eq!(talk.found("tag_ids", "=", tag.clone()).await, 1);
    assert_eq!(talk.found("tag_ids", "IN", json!(["999", tag])).await, 1);
    assert_eq!(talk.found("tag_ids", "NIN", json!([tag])).await, 0);
    let by = json!({"admin_id": talk.admin});
    let path = format!("/tags/{}", tag.as_str().unwrap());
    assert_eq!(talk.delete(&path, &by).await.ok(), expected);
    assert_eq!(talk.delete(&path, &by).await.refused(), (404, "tag_not_found".to_owned()));
    assert_eq!(talk.found("tag_ids", "=", tag.clone()).await, 0);
    let unknown = json!({"id": 999_999, "admin_id": talk.admin});
    assert_eq!(talk.ours.post(&talk.path("/tags"), &unknown).await.refused().1, "tag_not_found");
    let (_, code, message, _) = talk.ours.post("/conversations/999999/tags", &body).await.refusal();
    assert_eq!((&*code, &*message), ("not_found", "Conversation not found"));
    // A tag that is deleted is off everything.
    talk.ours.post(&talk.path("/tags"), &body).await.ok();
    assert_eq!(talk.ours.call("DELETE", &path, Vec::new()).await.status, 200);
    assert_eq!(talk.shown().await["tags"]["tags"], json!([]));
}

#[tokio::test]
async fn one_conversation_goes_into_another() {
    let talk = talk().await;
    let other = talk.ours.contact(&json!({"external_id": "70"})).await;
    let from = json!({"from": {"type": "user", "id": other}, "body": "the same"});
    let gone = talk.ours.post("/conversations", &from).await.ok()["conversation_id"].clone();
    let path = format!("/conversations/{}/merge", gone.as_str().unwrap());
    let into = |id: &Value| json!({"merge_into_conversation_id": id});
    let (_, _, message, _) = talk.ours.post(&path, &into(&gone)).await.refusal();
    assert_eq!(message, "Cannot merge a conversation into itself");
    let (status, code, message, _) = talk.ours.post(&path, &into(&json!(999_999))).await.refusal();
    assert_eq!((status, &*code, &*message), (422, "merge_failed", "Primary conversation not found"));
    let (status, _, message, _) = talk.ours.post(&path, &json!({})).await.refusal();
    assert_eq!(
        (status, &*message),
        (400, "merge_into_conversation_id must be a valid integer conversation ID")
    );
    let old = talk.ours.speaking(Some("2.15")).post(&path, &into(&json!(talk.id))).await;
    assert_eq!(old.refused().1, "intercom_version_invalid");
    let done = talk.ours.post(&path, &into(&json!(talk.id))).await.ok();
    assert_eq!(done["id"], talk.id.as_str());
    let part = &done["conversation_parts"]["conversation_parts"][0];
    assert_eq!(
        (&part["part_type"], &part["author"]["type"]),
        (&json!("merged_primary_conversation"), &json!("bot"))
    );
    assert_eq!(done["contacts"]["contacts"].as_array().unwrap().len(), 2);
    // What its contact answers goes to the other one.
    let reply =
        json!({"message_type": "comment", "type": "user", "intercom_user_id": other, "body": "and I say"});
    let path_of_gone = format!("/conversations/{}", gone.as_str().unwrap());
    let answered = talk.ours.post(&format!("{path_of_gone}/reply"), &reply).await.ok();
    assert_eq!(answered["id"], talk.id.as_str());
    let gone = talk.ours.get(&path_of_gone).await.ok();
    assert_eq!((&gone["state"], &gone["open"]), (&json!("closed"), &json!(false)));
    let (_, _, message, _) = talk.ours.post(&path, &into(&json!(talk.id))).await.refusal();
    assert_eq!(message, "Secondary conversation has already been merged");
}

#[tokio::test]
async fn files_are_links() {
    let talk = talk().await;
    let address = "https://cdn.example/pictures/cat.png?size=2";
    let deed = json!({"message_type": "comment", "body": "Look", "attachment_urls": [address]});
    let done = talk.deed(deed).await.ok();
    let part = &done["conversation_parts"]["conversation_parts"][0];
    let attachment = json!({
        "type": "upload", "name": "cat.png", "url": address, "content_type": "image/png", "filesize": null,
        "width": null, "height": null,
    });
    assert_eq!((&part["attachments"], &part["body"]), (&json!([attachment]), &json!("<p>Look</p>")));
    for urls in
        [json!(["javascript:alert(1)"]), json!("https://a.example/x"), json!([1]), json!(vec![address; 11])]
    {
        let deed = json!({"message_type": "comment", "body": "x", "attachment_urls": urls});
        let (_, code, _, field) = talk.deed(deed).await.refusal();
        assert_eq!((&*code, field.as_deref()), ("parameter_invalid", Some("attachment_urls")), "{urls}");
    }
    let redact =
        json!({"type": "conversation_part", "conversation_id": talk.id, "conversation_part_id": part["id"]});
    let done = talk.ours.post("/conversations/redact", &redact).await.ok();
    assert_eq!(done["conversation_parts"]["conversation_parts"][0]["attachments"], json!([]));
}

#[tokio::test]
async fn answers_to_choose_from() {
    let talk = talk().await;
    let options = json!([
        {"text": "Yes", "uuid": "a5e1c524-5ddd-4c3e-9328-6bca5d6e3edb"},
        {"text": "No", "uuid": "f4a98af1-be56-4948-a57e-e1a83f8484c6"},
    ]);
    let done = talk.deed(json!({"message_type": "quick_reply", "reply_options": options})).await.ok();
    let part = &done["conversation_parts"]["conversation_parts"][0];
    assert_eq!((&part["part_type"], &part["body"]), (&json!("quick_reply"), &json!("<p>Yes<br>No</p>")));
    assert_eq!(part["metadata"], json!({"quick_reply_options": options}));
    let chosen = json!({
        "message_type": "quick_reply", "type": "user", "intercom_user_id": talk.lead,
        "reply_options": [options[0]],
    });
    let done = talk.ours.post(&talk.path("/reply"), &chosen).await.ok();
    let part = &done["conversation_parts"]["conversation_parts"][1];
    assert_eq!((&part["part_type"], &part["body"]), (&json!("comment"), &json!("<p>Yes</p>")));
    assert_eq!(part["metadata"], json!({"quick_reply_uuid": options[0]["uuid"]}));
    for (options, field) in [
        (json!([]), "reply_options"),
        (json!([{"text": "x", "uuid": "x"}]), "reply_options[0].uuid"),
        (json!([{"uuid": "a5e1c524-5ddd-4c3e-9328-6bca5d6e3edb"}]), "reply_options[0].text"),
        (json!([1]), "reply_options"),
    ] {
        let deed = json!({"message_type": "quick_reply", "reply_options": options});
        assert_eq!(talk.deed(deed).await.refusal().3.as_deref(), Some(field), "{options}");
    }
}

#[tokio::test]
async fn what_is_counted_and_searched() {
    let talk = talk().await;
    let reply =
        json!({"message_type": "comment", "type": "user", "intercom_user_id": talk.lead, "body": "anybody?"});
    talk.world.wait(10);
    talk.deed(json!({"message_type": "assignment", "assignee_id": talk.admin})).await.ok();
    talk.world.wait(10);
    talk.deed(json!({"message_type": "comment", "body": "Hi"})).await.ok();
    talk.world.wait(10);
    talk.ours.post(&talk.path("/reply"), &reply).await.ok();
    talk.world.wait(5);
    talk.deed(json!({"message_type": "comment", "body": "Yes"})).await.ok();
    talk.world.wait(10);
    talk.deed(json!({"message_type": "close"})).await.ok();
    talk.world.wait(10);
    talk.ours.post(&talk.path("/reply"), &reply).await.ok();
    let shown = talk.shown().await;
    let told = &shown["statistics"];
    let expected = [
        ("time_to_assignment", json!(10)),
        ("time_to_admin_reply", json!(20)),
        ("time_to_first_close", json!(45)),
        ("time_to_last_close", json!(45)),
        ("median_time_to_reply", json!(5)),
        ("first_contact_reply_at", json!(NOW)),
        ("first_assignment_at", json!(NOW + 10)),
        ("first_admin_reply_at", json!(NOW + 20)),
        ("first_close_at", json!(NOW + 45)),
        ("last_assignment_at", json!(NOW + 10)),
        ("last_assignment_admin_reply_at", json!(NOW + 20)),
        ("last_contact_reply_at", json!(NOW + 55)),
        ("last_admin_reply_at", json!(NOW + 35)),
        ("last_close_at", json!(NOW + 45)),
        ("last_closed_by_id", json!(talk.admin)),
        ("count_reopens", json!(1)),
        ("count_assignments", json!(1)),
        ("count_conversation_parts", json!(6)),
    ];
    for (name, value) in expected {
        assert_eq!(told[name], value, "{name}");
        assert_eq!(talk.found(&format!("statistics.{name}"), "=", value).await, 1, "{name}");
    }
    assert_eq!(told["handling_time"], 35);
    assert_eq!(shown["teammates"]["admins"], json!([{"type": "admin", "id": talk.admin}]));
    for (field, operator, value, count) in [
        ("teammate_ids", "=", json!(talk.admin), 1),
        ("teammate_ids", "=", json!("999999"), 0),
        ("priority", "=", json!("none"), 1),
        ("source.author.id", "=", json!(talk.lead), 1),
        ("source.subject", "=", json!(""), 1),
        ("team_assignee_id", "=", Value::Null, 1),
        ("ai_agent_participated", "=", json!(false), 1),
        ("statistics.count_reopens", ">", json!(1), 1),
        ("statistics.time_to_admin_reply", "<", json!(19), 0),
    ] {
        assert_eq!(talk.found(field, operator, value.clone()).await, count, "{field} {operator} {value}");
    }
    let query = json!({"query": {"field": "statistics.nothing", "operator": "=", "value": 1}});
    let (_, code, _, at) = talk.ours.post("/conversations/search", &query).await.refusal();
    assert_eq!((&*code, at.as_deref()), ("parameter_invalid", Some("query.field")));
}

#[tokio::test]
async fn a_team_and_rules() {
    let talk = talk().await;
    let team = talk.ours.get("/teams").await.ok()["teams"][0]["id"].as_str().unwrap().to_owned();
    let assign = |team: &str| json!({"message_type": "assignment", "type": "team", "admin_id": talk.admin, "assignee_id": team});
    let done = talk.deed(assign(&team)).await.ok();
    assert_eq!(done["team_assignee_id"].to_string(), team);
    let part = &done["conversation_parts"]["conversation_parts"][0];
    assert_eq!(part["assigned_to"], json!({"type": "team", "id": team}));
    assert_eq!(talk.found("team_assignee_id", "=", json!(team)).await, 1);
    assert_eq!(talk.deed(assign("0")).await.ok()["team_assignee_id"], Value::Null);
    assert_eq!(talk.deed(assign(&talk.admin)).await.refused(), (404, "team_not_found".to_owned()));
    let rules = talk.path("/run_assignment_rules");
    assert_eq!(talk.ours.post(&rules, &json!({})).await.refused().1, "intercom_version_invalid");
    let done = talk.ours.speaking(Some("2.11")).post(&rules, &json!({})).await.ok();
    let parts = done["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert_eq!(parts.last().unwrap()["part_type"], "default_assignment");
    // Before 2.16 there are two priorities and no company.
    assert_eq!((&done["priority"], done.get("company")), (&json!("not_priority"), None));
}

#[tokio::test]
async fn brought_over_from_elsewhere() {
    let talk = talk().await;
    let from = json!({"type": "lead", "id": talk.lead});
    let made = json!({"from": from, "body": "long ago", "created_at": NOW - 1000, "subject": "Old"});
    let made = talk.ours.post("/conversations", &made).await.ok();
    assert_eq!(made["created_at"], NOW - 1000);
    let path = format!("/conversations/{}", made["conversation_id"].as_str().unwrap());
    let reply = json!({
        "message_type": "comment", "type": "admin", "admin_id": talk.admin, "body": "yes", "created_at": NOW - 900,
        "skip_notifications": true,
    });
    let done = talk.ours.post(&format!("{path}/reply"), &reply).await.ok();
    let part = &done["conversation_parts"]["conversation_parts"][0];
    assert_eq!((&part["created_at"], &done["created_at"]), (&json!(NOW - 900), &json!(NOW - 1000)));
    assert_eq!((&done["updated_at"], &done["source"]["subject"]), (&json!(NOW), &json!("Old")));
    assert_eq!(done["statistics"]["time_to_admin_reply"], 100);
}

#[tokio::test]
async fn what_is_gone_is_listed() {
    let talk = talk().await;
    let mut ids = vec![talk.id.clone()];
    for _ in 0..2 {
        let body = json!({"from": {"type": "lead", "id": talk.lead}, "body": "x"});
        let made = talk.ours.post("/conversations", &body).await.ok();
        ids.push(made["conversation_id"].as_str().unwrap().to_owned());
    }
    for (index, id) in ids.iter().enumerate() {
        talk.world.wait(1);
        let query = if index == 0 { "?retain_metrics=false" } else { "" };
        talk.ours.call("DELETE", &format!("/conversations/{id}{query}"), Vec::new()).await.ok();
    }
    let first = talk.ours.get("/conversations/deleted?per_page=2").await.ok();
    assert_eq!((&first["type"], &first["total_count"]), (&json!("conversations.list"), &json!(3)));
    let entry =
        json!({"type": "conversation", "id": ids[2], "metrics_retained": true, "deleted_at": NOW + 3});
    assert_eq!(first["conversations"][0], entry);
    let next = first["pages"]["next"].as_str().unwrap();
    let next = next.strip_prefix("http://127.0.0.1:4600").unwrap();
    let second = talk.ours.get(next).await.ok();
    assert_eq!((&second["pages"]["next"], &second["pages"]["page"]), (&Value::Null, &json!(2)));
    assert_eq!(second["conversations"][0]["metrics_retained"], false);
    let oldest = talk.ours.get("/conversations/deleted?order=asc").await.ok();
    assert_eq!(oldest["conversations"][0]["id"], ids[0].as_str());
    let old = talk.ours.speaking(Some("2.14")).get("/conversations/deleted").await;
    assert_eq!(old.refused(), (400, "intercom_version_invalid".to_owned()));
}

#[tokio::test]
async fn conversations_go_with_their_contact() {
    let talk = talk().await;
    let message = json!({
        "message_type": "in_app", "body": "heyy", "from": {"type": "admin", "id": talk.admin},
        "to": {"type": "lead", "id": talk.lead},
    });
    talk.ours.post("/messages", &message).await.ok();
    talk.world.wait(1);
    talk.ours.call("DELETE", &format!("/contacts/{}", talk.lead), Vec::new()).await.ok();
    let gone = talk.ours.get("/conversations/deleted").await.ok();
    let entry =
        json!({"type": "conversation", "id": talk.id, "metrics_retained": false, "deleted_at": NOW + 1});
    assert_eq!(gone["conversations"], json!([entry]), "a message nobody answered was no conversation");
    assert_eq!(talk.ours.get(&format!("/conversations/{}", talk.id)).await.status, 404);
}

#[rstest]
#[case("per_page=61", "per_page")]
#[case("page=0", "page")]
#[case("page=x", "page")]
#[case("order=up", "order")]
#[tokio::test]
async fn wrong_pages(#[case] query: &str, #[case] field: &str) {
    let talk = talk().await;
    let refusal = talk.ours.get(&format!("/conversations/deleted?{query}")).await.refusal();
    assert_eq!((refusal.0, refusal.3.as_deref()), (400, Some(field)));
}

#[tokio::test]
async fn all_parts_in_pages() {
    let talk = talk().await;
    for number in 0..5 {
        talk.deed(json!({"message_type": "note", "body": format!("note {number}")})).await.ok();
    }
    let (mut cursor, mut bodies) = (String::new(), Vec::new());
    loop {
        let page =
            talk.ours.get(&talk.path(&format!("/parts?per_page=2&starting_after={cursor}"))).await.ok();
        assert_eq!((&page["type"], &page["total_count"]), (&json!("conversation_part.list"), &json!(5)));
        let parts = page["conversation_parts"].as_array().unwrap();
        bodies.extend(parts.iter().map(|part| part["body"].as_str().unwrap().to_owned()));
        match page["pages"]["next"]["starting_after"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(bodies, ["<p>note 0</p>", "<p>note 1</p>", "<p>note 2</p>", "<p>note 3</p>", "<p>note 4</p>"]);
    assert_eq!(talk.ours.get("/conversations/999999/parts").await.status, 404);
}
