//! What a page says of its person (M§3.2), as programs and teammates then find it.

use serde_json::{Value, json};

use crate::world::{Program, World};

async fn ping(browser: &Program, session: Option<&str>, settings: &Value) -> Value {
    let body = json!({"session": session, "settings": settings});
    browser.post("/messenger/ours/ping", &body).await.ok()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_picture_is_in_the_contact_and_can_be_searched() {
    let world = World::new().await;
    let ours = world.ours().await;
    let avatar = json!({"type": "avatar", "image_url": "https://shop.example/ada.png"});
    let first = ping(&world.browser(), None, &json!({"user_id": "ada", "avatar": avatar})).await;
    let (id, session) = (text(&first["person"]["id"]), text(&first["session"]["token"]));
    let path = format!("/contacts/{id}");
    assert_eq!(ours.get(&path).await.ok()["avatar"], avatar);
    let query = json!({"query": {"field": "avatar", "operator": "=", "value": avatar["image_url"]}});
    assert_eq!(ours.post("/contacts/search", &query).await.ok()["data"][0]["id"], json!(id));
    // What is no picture of https changes nothing, and costs nothing else.
    for wrong in [
        json!("https://shop.example/b.png"),
        json!({"type": "avatar", "image_url": "http://shop.example/b.png"}),
        json!({"type": "avatar", "image_url": 7}),
        json!(null),
    ] {
        let said =
            json!({"user_id": "ada", "avatar": wrong, "name": "Ada", "unsubscribed_from_emails": "maybe"});
        let reply = ping(&world.browser(), Some(&session), &said).await;
        assert_eq!((&reply["person"]["name"], &reply["refusal"]), (&json!("Ada"), &Value::Null));
        let contact = ours.get(&path).await.ok();
        assert_eq!(
            (&contact["avatar"], &contact["unsubscribed_from_emails"]),
            (&avatar, &json!(false)),
            "{wrong}"
        );
        assert_eq!(contact["custom_attributes"], json!({}));
    }
}

#[tokio::test]
async fn a_page_says_that_its_user_wants_no_mail() {
    let world = World::new().await;
    let ours = world.ours().await;
    let mut session = None;
    for said in [true, false] {
        let settings = json!({"user_id": "ada", "unsubscribed_from_emails": said});
        let reply = ping(&world.browser(), session.as_deref(), &settings).await;
        session = session.or(reply["session"]["token"].as_str().map(str::to_owned));
        let contact = ours.get(&format!("/contacts/{}", text(&reply["person"]["id"]))).await.ok();
        assert_eq!(contact["unsubscribed_from_emails"], json!(said));
    }
}
