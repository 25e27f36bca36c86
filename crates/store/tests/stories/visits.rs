//! What a browser says of itself is kept of leads and users; the newest word counts.

use std::collections::BTreeMap;

use doorstep_domain::contacts::MergeRules;
use doorstep_domain::edit::Edit;
use doorstep_domain::search::{CONTACT_FIELDS, Dates, Schema, parse};
use doorstep_domain::visit::{Reported, Visit};
use doorstep_store::{ContactLookup, ContactQuery, ContactWrite, LastVisit, SortField};
use serde_json::{Value, json};

use crate::world::{World, claim, story};

const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/17.5 Safari/605.1.15";
const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0";

fn visit(user_agent: &str, query: &str, referrer: &str) -> Visit {
    let page = format!("https://shop.example/{query}");
    Visit::read(Reported { user_agent, page: &page, referrer, languages: "de-AT,en" })
}

async fn known(world: &World, id: &str) -> LastVisit {
    match world.store.contact_record(world.workspace.id, id).await.unwrap() {
        ContactLookup::Found(found) => found.visit,
        other => panic!("{other:?}"),
    }
}

/// In one line: browser, system, language; campaign, content, medium, source, term; referrer.
async fn told(world: &World, id: &str) -> String {
    let of = known(world, id).await;
    let all = [
        of.browser,
        of.browser_version,
        of.os,
        of.browser_language,
        of.utm_campaign,
        of.utm_content,
        of.utm_medium,
        of.utm_source,
        of.utm_term,
        of.referrer,
    ];
    all.map(|value| value.unwrap_or_else(|| "-".to_owned())).join(" ")
}

story! {
    async fn the_first_message_brings_the_visit(world: &World) {
        let mut browser = world.browser();
        browser.visit = visit(SAFARI, "?utm_source=news&utm_term=boots", "https://search.example/");
        assert_eq!(browser.boot(None).await.contact, None);
        let lead = browser.write("hello").await.contact.id;
        assert_eq!(told(world, &lead).await, "Safari 17.5 Mac OS X de-AT - - - news boots https://search.example/");
        let made = world.store.lead_for_visitor(world.workspace.id, "by-api".to_owned(), browser.now).await.unwrap();
        assert_eq!(known(world, &made).await, LastVisit::default());
    }
}

story! {
    async fn the_newest_word_counts(world: &World) {
        let mut browser = world.browser();
        browser.visit = visit(SAFARI, "?utm_source=news&utm_term=boots", "https://search.example/");
        let user = browser.log_in(&json!({"user_id": "ada"})).await;
        let seq = world.seq().await;
        // What says nothing leaves what is known, also when a ping writes.
        browser.visit = Visit::default();
        browser.now += 3600;
        browser.boot(None).await;
        let first = "Safari 17.5 Mac OS X de-AT - - - news boots https://search.example/";
        assert_eq!(told(world, &user).await, first);
        // An origin is written at once, and a campaign's parameters are not mixed with an older one's.
        browser.now += 1;
        browser.visit = visit(SAFARI, "?utm_campaign=may&utm_source=ad", "https://shop.example/cart");
        browser.boot(None).await;
        assert_eq!(told(world, &user).await, "Safari 17.5 Mac OS X de-AT may - - ad - https://search.example/");
        browser.visit = visit(SAFARI, "", "https://blog.example/");
        browser.boot(None).await;
        assert_eq!(told(world, &user).await, "Safari 17.5 Mac OS X de-AT may - - ad - https://blog.example/");
        // A browser waits for the next ping that writes.
        browser.visit = visit(FIREFOX, "", "");
        browser.boot(None).await;
        assert!(told(world, &user).await.starts_with("Safari"));
        browser.now += 3600;
        browser.boot(None).await;
        assert_eq!(told(world, &user).await, "Firefox 127.0 Windows de-AT may - - ad - https://blog.example/");
        assert_eq!(world.seq().await, seq, "a visit is no change that anybody is told of");
    }
}

story! {
    async fn a_merge_fills_what_is_unknown_and_undoing_it_takes_that_back(world: &World) {
        let write = |id: &str| ContactWrite { external_id: Edit::Set(id.to_owned()), ..ContactWrite::default() };
        let (workspace_id, now) = (world.workspace.id, world.browser().now);
        let blank = world.store.create_contact(workspace_id, write("blank"), String::new(), now).await.unwrap().id;
        let mut desk = world.browser();
        desk.visit = visit(FIREFOX, "?utm_campaign=may", "");
        let user = desk.log_in(&json!({"user_id": "ada"})).await;
        for (into, before, after) in [
            (&blank, "- - - - - - - - - -", "Safari 17.5 Mac OS X de-AT - - - news - https://search.example/"),
            (
                &user,
                "Firefox 127.0 Windows de-AT may - - - - -",
                "Firefox 127.0 Windows de-AT may - - - - https://search.example/",
            ),
        ] {
            let mut phone = world.browser();
            phone.visit = visit(SAFARI, "?utm_source=news", "https://search.example/");
            let lead = phone.write("hello").await.contact.id;
            world.store.merge_contacts(workspace_id, lead, into.clone(), MergeRules::default(), now).await.unwrap();
            assert_eq!(told(world, into).await, after);
            let merge = world.store.merges_into(into, None, 1).await.unwrap()[0].id;
            world.store.undo_merge(workspace_id, merge, now).await.unwrap();
            assert_eq!(told(world, into).await, before);
        }
    }
}

async fn found(world: &World, query: &Value) -> i64 {
    let zone = jiff::tz::TimeZone::UTC;
    let schema =
        Schema { fields: CONTACT_FIELDS, attributes: &BTreeMap::new(), zone: &zone, dates: Dates::Days };
    let query = ContactQuery {
        filter: Some(parse(&schema, query).unwrap()),
        sort: SortField::CreatedAt,
        ascending: true,
        after: None,
        include_archived: false,
        limit: 10,
    };
    world.store.search_contacts(world.workspace.id, &query).await.unwrap().total
}

story! {
    async fn browsers_are_found(world: &World) {
        for (user, agent) in [("ada", SAFARI), ("bob", FIREFOX), ("cyd", "curl/8")] {
            let mut browser = world.browser();
            browser.visit = visit(agent, "", "");
            browser.boot(Some(claim(&json!({"user_id": user})))).await;
        }
        for (field, operator, value, count) in [
            ("browser", "=", json!("Safari"), 1),
            ("browser", "!=", json!("Safari"), 2),
            ("browser", "=", Value::Null, 1),
            ("browser_version", "^", json!("127"), 1),
            ("browser_language", "=", json!("de-AT"), 3),
            ("os", "~", json!("win"), 1),
            ("os", "IN", json!(["Windows", "Mac OS X"]), 2),
            ("location.country", "=", json!("Austria"), 0),
            ("location.country", "=", Value::Null, 3),
            ("ios_device", "!=", json!("iPhone"), 3),
            ("android_last_seen_at", ">", json!(1), 0),
        ] {
            let query = json!({"field": field, "operator": operator, "value": value});
            assert_eq!(found(world, &query).await, count, "{query}");
        }
    }
}
