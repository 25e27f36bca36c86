//! What the Messenger's requests say of the browser, as programs see it on the contact.

use serde_json::{Value, json};

use crate::world::World;

const CHROME: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/80.0.3987.132 Safari/537.36";
const VISITOR: &str = "0b9a0f0e-3c56-4a3e-9d6b-0f3d5a1c7e21";

fn facts(contact: &Value) -> String {
    let names = [
        "browser",
        "browser_version",
        "browser_language",
        "os",
        "referrer",
        "utm_campaign",
        "utm_content",
        "utm_medium",
        "utm_source",
        "utm_term",
    ];
    names.map(|name| contact[name].as_str().unwrap_or("-")).join(" ")
}

#[tokio::test]
async fn a_crawler_makes_no_rows_whoever_the_page_says_it_is() {
    let world = World::new().await;
    let ours = world.ours().await;
    let page = json!({"url": "https://shop.example/"});
    let body = json!({"visitor_id": VISITOR, "page": page, "settings": {"user_id": "ada", "company": {"id": "7", "name": "Acme"}}});
    for agent in [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 Chrome-Lighthouse",
    ] {
        let crawler = world.browser().with("user-agent", agent);
        let pong = crawler.post("/messenger/ours/ping", &body).await.ok();
        assert_eq!((&pong["session"], &pong["person"]["role"]), (&Value::Null, &json!("visitor")), "{agent}");
    }
    assert_eq!(ours.get("/contacts").await.ok()["total_count"], 0);
    assert_eq!(ours.post("/companies/list", &json!({})).await.ok()["total_count"], 0);
    // The same page in somebody's browser.
    world.browser().with("user-agent", CHROME).post("/messenger/ours/ping", &body).await.ok();
    assert_eq!(ours.get("/contacts").await.ok()["total_count"], 1);
}

#[tokio::test]
async fn a_contact_shows_the_browser() {
    let world = World::new().await;
    let ours = world.ours().await;
    let browser = world.browser().with("user-agent", CHROME);
    let page = json!({
        "url": "https://shop.example/cart?utm_source=%00news&utm_medium=email#/x", "title": "Cart",
        "referrer": "https://ada:secret@search.example/?q=boots", "language": "en-US,de",
    });
    let everybody = "/contacts?per_page=10";
    // P1: nothing is kept of who only looks around.
    browser.post("/messenger/ours/ping", &json!({"visitor_id": VISITOR, "page": page})).await.ok();
    assert_eq!(ours.get(everybody).await.ok()["total_count"], 0);

    let message = json!({
        "visitor_id": VISITOR, "client_id": "6d2a3f34-7f2e-4a42-8f43-5d8e6f1b2c3d",
        "conversation_key": "7d2a3f34-7f2e-4a42-8f43-5d8e6f1b2c3d", "body": "hello", "page": page,
    });
    let session = browser.post("/messenger/ours/send", &message).await.ok()["session"]["token"].clone();
    let lead = ours.get(everybody).await.ok()["data"][0].clone();
    insta::assert_snapshot!(facts(&lead), @"Chrome 80.0.3987.132 en-US Mac OS X https://search.example/?q=boots - - email news -");

    let page = json!({"url": "https://shop.example/?utm_campaign=may", "referrer": "javascript:alert(1)", "language": "<b>"});
    let settings = json!({"user_id": "ada", "utm_source": "said by the page", "browser": "said by the page"});
    let ping = json!({"visitor_id": VISITOR, "session": session, "settings": settings, "page": page});
    world.browser().with("user-agent", "curl/8").post("/messenger/ours/ping", &ping).await.ok();
    let path = format!("/contacts/{}", lead["id"].as_str().unwrap());
    let user = ours.get(&path).await.ok();
    assert_eq!(user["role"], "user");
    insta::assert_snapshot!(facts(&user), @"Chrome 80.0.3987.132 en-US Mac OS X https://search.example/?q=boots may - - - -");

    for (field, value, count) in
        [("browser", "Chrome", 1), ("os", "Windows", 0), ("location.city", "Graz", 0)]
    {
        let query = json!({"query": {"field": field, "operator": "=", "value": value}});
        assert_eq!(ours.post("/contacts/search", &query).await.ok()["total_count"], count, "{field}");
    }
    let wrong = json!({"query": {"field": "browser", "operator": "=", "value": 7}});
    assert_eq!(ours.post("/contacts/search", &wrong).await.refused().0, 400);
}
