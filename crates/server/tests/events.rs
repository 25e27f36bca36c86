//! P3 over the whole server: a visitor tracks two events and looks at a page, writes, and the lead has the events with their
//! own times; a visitor who never writes leaves nothing.
#![expect(clippy::unwrap_used, reason = "a broken set-up must fail the test loudly")]

mod support;

use serde_json::{Value, json};
use support::{Server, uuid};

fn event(name: &str, at: i64, metadata: &Value) -> String {
    json!({"name": name, "at": at * 1000 + 7, "metadata": metadata}).to_string()
}

#[tokio::test]
async fn a_visitors_events_are_the_leads_with_their_own_times() {
    let server = Server::start("off");
    let rest = server.rest_token();
    let now = 1_700_000_000;
    let events =
        [event("looked", now, &json!({"page": "prices"})), event("Cart.Filled", now + 60, &json!({}))];
    // The Messenger itself would not send them yet; nothing of them is kept.
    let caller = json!({"visitor_id": uuid(1)});
    let page = json!({"url": "https://shop.example/cart", "title": "Cart", "referrer": "", "language": "en"});
    let ping = |caller: &Value| {
        let settings = json!({"plan": "pro", "doorstep_events": events});
        let mut body = json!({"viewed": true, "page": page, "settings": settings});
        body.as_object_mut().unwrap().extend(caller.as_object().unwrap().clone());
        body
    };
    let (_, visitor) = server.messenger("ping", ping(&caller)).await;
    assert_eq!((&visitor["person"]["role"], &visitor["complaint"]), (&json!("visitor"), &json!("")));
    let message =
        json!({"visitor_id": uuid(1), "client_id": uuid(2), "conversation_key": uuid(3), "body": "Hello"});
    let (_, sent) = server.messenger("send", message).await;
    let lead = sent["person"]["id"].as_str().unwrap();
    let summary = format!("/events?type=user&summary=true&intercom_user_id={lead}");
    assert_eq!(server.rest(&rest, "GET", &summary, &json!(null)).await["events"], json!([]));

    let caller = json!({"visitor_id": uuid(1), "session": sent["session"]["token"]});
    for _ in 0..2 {
        let (_, answer) = server.messenger("ping", ping(&caller)).await;
        assert_eq!((&answer["person"]["role"], &answer["complaint"]), (&json!("lead"), &json!("")));
    }
    let found = server.rest(&rest, "GET", &summary, &json!(null)).await;
    let of = |name: &str| found["events"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(
        (&of("looked")["first"], &of("looked")["count"]),
        (&json!("2023-11-14T22:13:20.000+00:00"), &json!(1))
    );
    assert_eq!(of("Cart-Filled")["last"], "2023-11-14T22:14:20.000+00:00");
    let list = format!("/events?type=user&intercom_user_id={lead}");
    let list = server.rest(&rest, "GET", &list, &json!(null)).await;
    assert_eq!(list["events"][0]["event_name"], "page-view");
    assert_eq!(list["events"][0]["metadata"]["url"], "https://shop.example/cart");
    for (field, value) in
        [("event.looked.metadata.page", json!("prices")), ("custom_attributes.plan", json!("pro"))]
    {
        let query = json!({"query": {"field": field, "operator": "=", "value": value}});
        let hits = server.rest(&rest, "POST", "/contacts/search", &query).await;
        assert_eq!(hits["data"][0]["id"], *lead, "{field}");
    }

    let wrong = json!({"visitor_id": uuid(1), "session": sent["session"]["token"], "settings": {"doorstep_events": ["{}", "x"]}});
    let (_, answer) = server.messenger("ping", wrong).await;
    assert_eq!(answer["complaint"].as_str().unwrap().lines().count(), 2, "{answer}");
}
