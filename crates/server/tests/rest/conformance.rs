//! The minimal conformance list of S§9.2: a test a line, named after it. Lines that another file shows in full:
//!
//! - events 202 empty, duplicate, 11th metadata key, unknown person: `events.rs`
//! - rate-limit headers, 429 body, 10 s windows: `transport.rs`
//! - webhooks: HEAD check, time-out, retries, 410, 429, and the signed `contact.lead.created`: `webhooks*.rs`
//!
//! Not here: inbound mail and notification mail, because no mail is sent or received yet; the suite of Intercom's Node client,
//! which is not ours to ship: `e2e/tests/api-client.test.mjs` and `e2e/api/` run both clients themselves.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Program, World};

async fn start() -> (World, Program) {
    let world = World::new().await;
    let ours = world.ours().await;
    (world, ours)
}

#[tokio::test]
async fn create_lead_without_identifiers_two_leads_with_one_email_two_users_with_one_email_409() {
    let (_world, ours) = start().await;
    assert_eq!(ours.post("/contacts", &json!({"role": "lead"})).await.ok()["role"], "lead");
    let lead = json!({"role": "lead", "email": "ada@example.com"});
    let (one, two) = (ours.contact(&lead).await, ours.contact(&lead).await);
    assert_ne!(one, two);
    let user = ours.contact(&json!({"role": "user", "email": "ada@example.com"})).await;
    let (status, code, message, _) =
        ours.post("/contacts", &json!({"role": "user", "email": "ada@example.com"})).await.refusal();
    assert_eq!((status, &*code), (409, "conflict"));
    assert!(message.ends_with(&format!("id={user}")), "{message}");
}

#[tokio::test]
async fn put_user_role_lead_400_client_error_put_lead_role_user_200() {
    let (_world, ours) = start().await;
    let lead = format!("/contacts/{}", ours.contact(&json!({"role": "lead"})).await);
    assert_eq!(ours.put(&lead, &json!({"role": "user"})).await.ok()["role"], "user");
    assert_eq!(ours.put(&lead, &json!({"role": "lead"})).await.refused(), (400, "client_error".to_owned()));
}

#[tokio::test]
async fn merge_lead_into_user_by_version_with_skip_and_user_into_user_400() {
    let (_world, ours) = start().await;
    let old = ours.speaking(Some("2.14"));
    let user = ours.contact(&json!({"external_id": "u"})).await;
    let merge = |from: &str| json!({"from": from, "into": user});
    let one = ours.contact(&json!({"role": "lead"})).await;
    assert_eq!(ours.post("/contacts/merge", &merge(&one)).await.refused(), (400, "invalid_merge".to_owned()));
    assert_eq!(old.post("/contacts/merge", &merge(&one)).await.status, 200);
    let two = ours.contact(&json!({"role": "lead"})).await;
    let mut skipping = merge(&two);
    skipping["skip_duplicate_validation"] = true.into();
    assert_eq!(ours.post("/contacts/merge", &skipping).await.status, 200);
    let other = ours.contact(&json!({"external_id": "v"})).await;
    assert_eq!(
        old.post("/contacts/merge", &merge(&other)).await.refused(),
        (400, "invalid_merge".to_owned())
    );
}

#[tokio::test]
async fn get_merged_id_404_below_2_16_and_410_with_link_at_2_16_chain_of_three() {
    let (_world, ours) = start().await;
    let old = ours.speaking(Some("2.14"));
    let lead = ours.contact(&json!({"role": "lead"})).await;
    let middle = ours.contact(&json!({"role": "lead"})).await;
    let last = ours.contact(&json!({"external_id": "u"})).await;
    for from in [&lead, &middle] {
        old.post("/contacts/merge", &json!({"from": from, "into": last})).await.ok();
        assert_eq!(old.get(&format!("/contacts/{from}")).await.refused(), (404, "not_found".to_owned()));
        let gone = ours.get(&format!("/contacts/{from}")).await;
        assert_eq!(gone.refused(), (410, "contact_merged".to_owned()));
        assert_eq!(gone.headers["link"], format!("</contacts/{last}>; rel=\"canonical\""));
    }
    // A chain leads to whom it ends in, also for who was merged first and into somebody else.
    let first = ours.contact(&json!({"role": "lead"})).await;
    let second = ours.contact(&json!({"role": "lead"})).await;
    let leads =
        json!({"from": first, "into": second, "lead_into_lead": true, "skip_duplicate_validation": true});
    ours.post("/contacts/merge", &leads).await.ok();
    old.post("/contacts/merge", &json!({"from": second, "into": last})).await.ok();
    for from in [&first, &second] {
        assert_eq!(old.get(&format!("/contacts/{from}")).await.refused().0, 404);
        let gone = ours.get(&format!("/contacts/{from}")).await;
        assert_eq!(gone.refused(), (410, "contact_merged".to_owned()));
        assert_eq!(gone.headers["link"], format!("</contacts/{last}>; rel=\"canonical\""));
    }
}

#[tokio::test]
async fn visitor_to_lead_by_post_conversations_conversation_id_in_the_answer() {
    let (_world, ours) = start().await;
    let visitor = Uuid::new_v4().to_string();
    let body = json!({"from": {"type": "contact", "id": visitor}, "body": "Hi"});
    let message = ours.post("/conversations", &body).await.ok();
    let id = message["conversation_id"].as_str().unwrap();
    let person = &ours.get(&format!("/conversations/{id}")).await.ok()["contacts"]["contacts"][0];
    assert_eq!(person["external_id"], visitor.as_str());
    let lead = ours.get(&format!("/contacts/{}", person["id"].as_str().unwrap())).await.ok();
    assert_eq!(lead["role"], "lead");
}

#[tokio::test]
async fn visitors_convert_type_lead_without_user() {
    let (_world, ours) = start().await;
    let visitor = Uuid::new_v4().to_string();
    let body = json!({"type": "lead", "visitor": {"user_id": visitor}});
    let made = ours.post("/visitors/convert", &body).await.ok();
    assert_eq!((&made["role"], &made["external_id"]), (&json!("lead"), &json!(visitor)));
}

async fn found(ours: &Program, query: Value) -> Vec<String> {
    let body = json!({"query": query, "sort": {"field": "created_at", "order": "ascending"}});
    let found = ours.post("/contacts/search", &body).await.ok();
    let mut names: Vec<String> = found["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn search_twelve_operators_by_type() {
    let (_world, ours) = start().await;
    for (name, kind) in [("size", "integer"), ("vip", "boolean")] {
        let body = json!({"name": name, "model": "contact", "data_type": kind});
        ours.post("/data_attributes", &body).await.ok();
    }
    for (name, size, vip) in [("Ada", 1, true), ("Bob", 2, false), ("Carl", 3, false)] {
        ours.contact(&json!({"role": "lead", "name": name, "custom_attributes": {"size": size, "vip": vip}}))
            .await;
    }
    let size = "custom_attributes.size";
    for (field, operator, value, right) in [
        ("name", "=", json!("Ada"), "Ada"),
        ("name", "!=", json!("Ada"), "Bob Carl"),
        ("name", "IN", json!(["Ada", "Bob"]), "Ada Bob"),
        ("name", "NIN", json!(["Ada", "Bob"]), "Carl"),
        ("name", "~", json!("a"), "Ada Carl"),
        ("name", "!~", json!("a"), "Bob"),
        ("name", "^", json!("b"), "Bob"),
        ("name", "$", json!("L"), "Carl"),
        (size, "<", json!(2), "Ada"),
        (size, ">", json!(2), "Carl"),
        (size, "<=", json!(2), "Ada Bob"),
        (size, ">=", json!(2), "Bob Carl"),
        (size, "IN", json!([1, 3]), "Ada Carl"),
        ("custom_attributes.vip", "=", json!(true), "Ada"),
    ] {
        let names = found(&ours, json!({"field": field, "operator": operator, "value": value})).await;
        assert_eq!(names.join(" "), right, "{field} {operator} {value}");
    }
    for (field, operator, value) in
        [("name", "<", json!("a")), (size, "~", json!(1)), ("custom_attributes.vip", ">", json!(true))]
    {
        let query = json!({"query": {"field": field, "operator": operator, "value": value}});
        let (status, _, _, at) = ours.post("/contacts/search", &query).await.refusal();
        assert_eq!((status, at.as_deref()), (400, Some("query.operator")), "{field} {operator}");
    }
}

#[tokio::test]
async fn search_fifteen_filters_and_no_sixteen_depth_two_and_no_three_bad_sort_400() {
    let (_world, ours) = start().await;
    let filter = json!({"field": "name", "operator": "=", "value": "Ada"});
    let group = |parts: Vec<Value>| json!({"operator": "OR", "value": parts});
    let status = |query: Value| {
        let ours = ours.clone();
        async move { ours.post("/contacts/search", &json!({"query": query})).await.status.as_u16() }
    };
    assert_eq!(status(group(vec![filter.clone(); 15])).await, 200);
    assert_eq!(status(group(vec![filter.clone(); 16])).await, 400);
    let two = group(vec![group(vec![filter.clone()])]);
    assert_eq!(status(two.clone()).await, 200);
    assert_eq!(status(group(vec![two])).await, 400);
    let sorted = json!({"query": filter, "sort": {"field": "created_at", "order": "sideways"}});
    assert_eq!(
        ours.post("/contacts/search", &sorted).await.refused(),
        (400, "invalid_sort_order".to_owned())
    );
}

#[tokio::test]
async fn search_date_day_semantics_in_the_workspace_s_time_zone() {
    let (_world, ours) = start().await;
    // The workspace is in Los Angeles: 2027-01-14 there ends at 08:00 UTC of the 15th.
    for (name, at) in [("yesterday", 1_799_999_999), ("today", 1_800_000_000), ("tomorrow", 1_800_086_400)] {
        ours.contact(&json!({"role": "lead", "name": name, "signed_up_at": at})).await;
    }
    for (operator, right) in [("=", "today"), (">", "tomorrow"), ("<", "yesterday")] {
        // Any second of the day means the day.
        let query = json!({"field": "signed_up_at", "operator": operator, "value": 1_800_040_000});
        assert_eq!(found(&ours, query).await.join(" "), right, "{operator}");
    }
}

#[tokio::test]
async fn pagers_three_pages_of_contacts_and_conversations_an_empty_page_of_companies() {
    let (_world, ours) = start().await;
    for number in 0..5 {
        let lead = ours.contact(&json!({"role": "lead"})).await;
        let from = json!({"type": "lead", "id": lead});
        ours.post("/conversations", &json!({"from": from, "body": format!("{number}")})).await.ok();
    }
    for (path, key) in [("/contacts", "data"), ("/conversations", "conversations")] {
        let (mut cursor, mut sizes) = (String::new(), Vec::new());
        loop {
            let page = ours.get(&format!("{path}?per_page=2{cursor}")).await.ok();
            sizes.push(page[key].as_array().unwrap().len());
            let Some(next) = page["pages"]["next"]["starting_after"].as_str() else { break };
            cursor = format!("&starting_after={next}");
        }
        assert_eq!(sizes, [2, 2, 1], "{path}");
    }
    // Clients stop at an empty page, and only there.
    let empty = ours.post("/companies/list", &json!({"pagination": {"per_page": 2}})).await.ok();
    assert_eq!(empty["data"], json!([]));
    assert_eq!(ours.get("/companies?page=7").await.ok()["data"], json!([]));
}
