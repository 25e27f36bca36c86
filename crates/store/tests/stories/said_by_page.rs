//! What a page says of the person in front of it beside names and attributes: their picture, and whether they want mail.

use doorstep_store::{ContactWrite, Identified};
use serde_json::{Value, json};

use crate::world::{Browser, World, claim, story};

fn picture(name: &str) -> Value {
    json!({"type": "avatar", "image_url": format!("https://shop.example/{name}.png")})
}

fn avatar(found: &Identified) -> Option<&str> {
    found.contact.as_ref().unwrap().avatar.as_deref()
}

async fn boot(browser: &mut Browser, settings: &Value) -> Identified {
    browser.boot(Some(claim(settings))).await
}

async fn unsubscribed(world: &World, id: &str) -> bool {
    world.store.contact_row(world.workspace.id, id).await.unwrap().unwrap().unsubscribed_from_emails
}

/// Topics since a number.
async fn topics(world: &World, since: i64) -> Vec<String> {
    let feed = world.store.change_feed(world.workspace.id, since, 100).await.unwrap();
    feed.into_iter().filter_map(|entry| entry.topic).collect()
}

story! {
    async fn a_picture_is_kept_changed_and_left_alone(world: &World) {
        let mut browser = world.browser();
        let found = boot(&mut browser, &json!({"user_id": 1, "avatar": picture("a")})).await;
        assert_eq!(avatar(&found), Some("https://shop.example/a.png"));
        let since = world.seq().await;
        let same = boot(&mut browser, &json!({"user_id": 1, "avatar": picture("a")})).await;
        let silent = boot(&mut browser, &json!({"user_id": 1})).await;
        assert_eq!((avatar(&same), avatar(&silent)), (avatar(&found), avatar(&found)));
        assert_eq!(world.seq().await, since, "nothing new is no news");
        let other = boot(&mut browser, &json!({"user_id": 1, "avatar": picture("b")})).await;
        assert_eq!(avatar(&other), Some("https://shop.example/b.png"));
        assert_eq!(topics(world, since).await, ["contact.user.updated"]);
    }
}

story! {
    async fn a_leads_picture_comes_along_and_the_users_own_wins(world: &World) {
        let mut browser = world.browser();
        assert_eq!(browser.boot_about(&json!({"avatar": picture("lead")})).await.contact, None, "no row for visitors");
        browser.write("hello").await;
        let lead = browser.boot_about(&json!({"avatar": picture("lead"), "unsubscribed_from_emails": true})).await;
        assert_eq!(avatar(&lead), Some("https://shop.example/lead.png"));
        assert!(unsubscribed(world, &lead.contact.as_ref().unwrap().id).await);
        let mut desk = world.browser();
        desk.log_in(&json!({"user_id": "plain"})).await;
        boot(&mut desk, &json!({"user_id": "own", "avatar": picture("own")})).await;
        let mut second = world.browser();
        second.write("me, too").await;
        second.boot_about(&json!({"avatar": picture("lead")})).await;
        assert_eq!(avatar(&boot(&mut browser, &json!({"user_id": "plain"})).await), Some("https://shop.example/lead.png"));
        assert_eq!(avatar(&boot(&mut second, &json!({"user_id": "own"})).await), Some("https://shop.example/own.png"));
    }
}

story! {
    async fn a_page_subscribes_and_unsubscribes_as_the_company(world: &World) {
        let mut browser = world.browser();
        let user = browser.log_in(&json!({"user_id": 1, "unsubscribed_from_emails": true})).await;
        assert!(unsubscribed(world, &user).await);
        let since = world.seq().await;
        browser.log_in(&json!({"user_id": 1, "unsubscribed_from_emails": true})).await;
        browser.log_in(&json!({"user_id": 1})).await;
        assert_eq!(world.seq().await, since, "nothing new is no news");
        browser.log_in(&json!({"user_id": 1, "unsubscribed_from_emails": false})).await;
        assert!(!unsubscribed(world, &user).await);
        browser.log_in(&json!({"user_id": 1, "unsubscribed_from_emails": true})).await;
        let said = ["contact.subscribed", "contact.user.updated", "contact.unsubscribed", "contact.user.updated"];
        assert_eq!(topics(world, since).await, said);
        // It is the company's word, which its programs may take back.
        let write = ContactWrite { unsubscribed_from_emails: Some(false), ..ContactWrite::default() };
        let back = world.store.update_contact(world.workspace.id, user, write, browser.now).await.unwrap();
        assert!(!back.unsubscribed_from_emails);
    }
}

story! {
    async fn a_persons_own_no_holds_against_pages(world: &World) {
        let mut browser = world.browser();
        let user = browser.log_in(&json!({"user_id": 1})).await;
        world.store.person_wants_emails(world.workspace.id, user.clone(), false, browser.now).await.unwrap();
        let since = world.seq().await;
        for said in [false, true, false] {
            browser.log_in(&json!({"user_id": 1, "unsubscribed_from_emails": said})).await;
            assert!(unsubscribed(world, &user).await);
        }
        assert_eq!(world.seq().await, since);
        let write = ContactWrite { unsubscribed_from_emails: Some(false), ..ContactWrite::default() };
        let kept = world.store.update_contact(world.workspace.id, user, write, browser.now).await.unwrap();
        assert!(kept.unsubscribed_from_emails, "still the person's own");
    }
}
