//! What contacts did: written once, counted for ever, found by searches, kept over merges.

use std::collections::BTreeMap;

use doorstep_domain::events::{EventName, SentMetadata};
use doorstep_domain::search::{CONTACT_FIELDS, Dates, Schema, parse};
use doorstep_store::{
    AttributeModel, ContactQuery, Error, EventRecord, EventSummary, EventsAsked, JobStatus, NewEvent,
    NewSummary, SortField,
};
use serde_json::{Value, json};

use crate::world::{NOON, World, new_workspace, story, unique};

const DAY: i64 = 24 * 3600;

fn event(name: &str, at: i64, metadata: &Value) -> NewEvent {
    let sent: SentMetadata = serde_json::from_value(metadata.clone()).unwrap();
    let metadata = sent.check(10).unwrap();
    NewEvent { name: EventName::parse(name).unwrap(), created_at: at, metadata }
}

impl World {
    async fn track(&self, contact: &str, name: &str, at: i64, metadata: &Value) -> bool {
        let event = event(name, at, metadata);
        self.store.track_event(self.workspace.id, contact.to_owned(), event, NOON).await.unwrap()
    }

    async fn listed(&self, contact: &str) -> Vec<(String, i64)> {
        let asked = EventsAsked { before: None, since: None, limit: 100, now: NOON };
        let (found, more) = self.store.events(contact, asked).await.unwrap();
        assert!(!more);
        found.into_iter().map(|event| (event.name, event.created_at)).collect()
    }

    async fn counted(&self, contact: &str) -> Vec<(String, i64, i64, i64)> {
        let all = self.store.event_summaries(contact).await.unwrap();
        all.into_iter().map(|one| (one.name, one.count, one.first_at, one.last_at)).collect()
    }

    /// Ids of the contacts that a query finds, in the order of `among`.
    async fn found<'a>(&self, query: &Value, among: &[(&'a str, &str)]) -> Vec<&'a str> {
        let attributes =
            self.store.attribute_kinds(self.workspace.id, AttributeModel::Contact).await.unwrap();
        let zone = jiff::tz::TimeZone::UTC;
        let schema =
            Schema { fields: CONTACT_FIELDS, attributes: &attributes, zone: &zone, dates: Dates::Days };
        let query = ContactQuery {
            filter: Some(parse(&schema, query).unwrap()),
            sort: SortField::CreatedAt,
            ascending: true,
            after: None,
            include_archived: false,
            limit: 100,
        };
        let page = self.store.search_contacts(self.workspace.id, &query).await.unwrap();
        let ids: Vec<String> = page.contacts.into_iter().map(|contact| contact.id).collect();
        among.iter().filter(|(_, id)| ids.iter().any(|found| found == id)).map(|(name, _)| *name).collect()
    }
}

story! {
    async fn the_same_event_is_written_once(world: &World) {
        let lead = world.browser().write("hello").await.contact.id;
        assert!(world.track(&lead, "Placed.Order", NOON, &json!({"total": 5})).await);
        assert!(!world.track(&lead, "placed-order", NOON, &json!({"total": 6})).await);
        assert!(world.track(&lead, "placed-order", NOON + 1, &json!({})).await);
        assert!(world.track(&lead, "looked", NOON, &json!({})).await);
        let names = |all: &[(&str, i64)]| -> Vec<(String, i64)> {
            all.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect()
        };
        assert_eq!(world.listed(&lead).await, names(&[("Placed-Order", NOON + 1), ("looked", NOON), ("Placed-Order", NOON)]));
        let right = [("Placed-Order".to_owned(), 2, NOON, NOON + 1), ("looked".to_owned(), 1, NOON, NOON)];
        assert_eq!(world.counted(&lead).await, right);
        let nobody = world.store.track_event(world.workspace.id, "nobody".to_owned(), event("x", 1, &json!({})), NOON);
        assert!(matches!(nobody.await, Err(Error::NotFound("contact"))));
        let other = world.store.create_workspace(new_workspace(&unique("other"))).await.unwrap();
        let foreign = world.store.track_event(other.id, lead, event("x", 1, &json!({})), NOON);
        assert!(matches!(foreign.await, Err(Error::NotFound("contact"))));
    }
}

story! {
    async fn lists_end_after_ninety_days_and_counts_do_not(world: &World) {
        let lead = world.browser().write("hello").await.contact.id;
        for days in [0, 89, 91, 400] {
            world.track(&lead, "visit", NOON - days * DAY, &json!({})).await;
        }
        assert_eq!(world.listed(&lead).await.len(), 2);
        assert_eq!(world.counted(&lead).await, [("visit".to_owned(), 4, NOON - 400 * DAY, NOON)]);
    }
}

story! {
    async fn pages_go_by_key(world: &World) {
        let lead = world.browser().write("hello").await.contact.id;
        for at in 0..5 {
            for name in ["a", "b"] {
                world.track(&lead, name, NOON - at, &json!({})).await;
            }
        }
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let asked = EventsAsked { before, since: None, limit: 3, now: NOON };
            let (page, more) = world.store.events(&lead, asked).await.unwrap();
            seen.extend(page.iter().map(|event| (event.name.clone(), event.created_at)));
            if !more { break; }
            before = page.last().map(|event| (event.created_at, event.name_id));
        }
        assert_eq!(seen, world.listed(&lead).await);
        assert_eq!(seen.len(), 10);
        let first = |event: &EventRecord| (event.created_at, event.name_id);
        let asked = EventsAsked { before: None, since: None, limit: 1, now: NOON };
        let (newest, _) = world.store.events(&lead, asked).await.unwrap();
        world.track(&lead, "late", NOON + 5, &json!({})).await;
        let asked = EventsAsked { since: newest.first().map(first), limit: 9, ..asked };
        let (newer, _) = world.store.events(&lead, asked).await.unwrap();
        assert_eq!(newer.iter().map(|event| &*event.name).collect::<Vec<_>>(), ["late"]);
    }
}

story! {
    async fn searches_ask_what_contacts_did(world: &World) {
        let buyer = world.browser().log_in(&json!({"user_id": unique("buyer")})).await;
        let lead = world.browser().write("hello").await.contact.id;
        let idle = world.browser().write("hello").await.contact.id;
        let among = [("buyer", &*buyer), ("lead", &*lead), ("idle", &*idle)];
        for at in 0..3 {
            world.track(&buyer, "Order", NOON - at * DAY, &json!({"plan": "Gold", "total": 10 * at, "due_date": NOON})).await;
        }
        world.track(&lead, "order", NOON - 10 * DAY, &json!({"plan": "silver", "total": "10", "gift": true})).await;
        world.track(&lead, "call", NOON, &json!({"price": {"amount": 500, "currency": "eur"}})).await;
        let cases: BTreeMap<&str, (Value, Vec<&str>)> = BTreeMap::from([
            ("count", (json!({"field": "event.Order.count", "operator": ">", "value": 2}), vec!["buyer"])),
            ("never", (json!({"field": "event.order.count", "operator": "=", "value": 0}), vec!["idle"])),
            ("seldom", (json!({"field": "event.order.count", "operator": "<", "value": 2}), vec!["lead", "idle"])),
            ("not once", (json!({"field": "event.order.count", "operator": "!=", "value": 1}), vec!["buyer", "idle"])),
            ("ever", (json!({"field": "event.order.count", "operator": "!=", "value": 0}), vec!["buyer", "lead"])),
            ("null", (json!({"field": "event.order.count", "operator": "=", "value": null}), vec!["idle"])),
            ("nobody's", (json!({"field": "event.nothing.count", "operator": ">", "value": 0}), vec![])),
            ("first", (json!({"field": "event.order.first", "operator": "<", "value": NOON - 5 * DAY}), vec!["lead"])),
            ("last", (json!({"field": "event.order.last", "operator": "=", "value": NOON}), vec!["buyer"])),
            ("text", (json!({"field": "event.order.metadata.plan", "operator": "=", "value": "Gold"}), vec!["buyer"])),
            ("case of key", (json!({"field": "event.ORDER.metadata.PLAN", "operator": "=", "value": "silver"}), vec!["lead"])),
            ("contains", (json!({"field": "event.order.metadata.plan", "operator": "~", "value": "OL"}), vec!["buyer"])),
            ("negated", (json!({"field": "event.order.metadata.plan", "operator": "!=", "value": "Gold"}), vec!["lead", "idle"])),
            ("number", (json!({"field": "event.order.metadata.total", "operator": "=", "value": 10}), vec!["buyer"])),
            ("its digits", (json!({"field": "event.order.metadata.total", "operator": "=", "value": "10"}), vec!["buyer", "lead"])),
            ("greater", (json!({"field": "event.order.metadata.total", "operator": ">", "value": 19}), vec!["buyer"])),
            ("truth", (json!({"field": "event.order.metadata.gift", "operator": "=", "value": true}), vec!["lead"])),
            ("money", (json!({"field": "event.call.metadata.price", "operator": ">=", "value": 500}), vec!["lead"])),
            ("day", (json!({"field": "event.order.metadata.due_date", "operator": "=", "value": NOON + 60}), vec!["buyer"])),
            ("missing", (json!({"field": "event.order.metadata.gift", "operator": "=", "value": null}), vec!["buyer", "idle"])),
            ("group", (json!({"operator": "AND", "value": [
                {"field": "role", "operator": "=", "value": "lead"},
                {"operator": "OR", "value": [
                    {"field": "event.order.count", "operator": ">", "value": 0},
                    {"field": "event.call.count", "operator": ">", "value": 0},
                ]},
            ]}), vec!["lead"])),
        ]);
        for (name, (query, right)) in cases {
            assert_eq!(world.found(&query, &among).await, right, "{name}: {query}");
        }
    }
}

story! {
    async fn programs_tell_what_happened_before(world: &World) {
        let user = world.browser().log_in(&json!({"user_id": unique("user")})).await;
        world.track(&user, "order", NOON, &json!({})).await;
        let name = EventName::parse("Order").unwrap();
        let given = NewSummary { name, count: 3, first_at: NOON - DAY, last_at: NOON - 5 };
        for _ in 0..2 {
            let all = vec![given.clone()];
            world.store.add_event_summaries(world.workspace.id, user.clone(), all, NOON).await.unwrap();
        }
        assert_eq!(world.counted(&user).await, [("order".to_owned(), 3, NOON - DAY, NOON)]);
        for at in 1..4 {
            world.track(&user, "order", NOON + at, &json!({})).await;
        }
        assert_eq!(world.counted(&user).await, [("order".to_owned(), 4, NOON - DAY, NOON + 3)]);
    }
}

story! {
    async fn a_lead_brings_its_events_to_the_user(world: &World) {
        let mut browser = world.browser();
        let lead = browser.write("hello").await.contact.id;
        let id = unique("user");
        let user = world.browser().log_in(&json!({"user_id": &id})).await;
        for contact in [&lead, &user] {
            world.track(contact, "visit", NOON, &json!({"page": "home"})).await;
        }
        world.track(&lead, "visit", NOON - 60, &json!({"page": "prices"})).await;
        assert_eq!(browser.log_in(&json!({"user_id": &id})).await, user);
        let visit = EventSummary { name: "visit".to_owned(), count: 2, first_at: NOON - 60, last_at: NOON };
        assert_eq!(world.store.event_summaries(&user).await.unwrap(), [visit]);
        assert_eq!(world.listed(&user).await.len(), 2);
        assert_eq!(world.counted(&lead).await, []);
        let query = json!({"field": "event.visit.metadata.page", "operator": "=", "value": "prices"});
        assert_eq!(world.found(&query, &[("lead", &lead), ("user", &user)]).await, ["user"]);
        world.store.delete_contact(world.workspace.id, user.clone(), NOON).await.unwrap();
        assert_eq!(world.counted(&user).await, []);
    }
}

story! {
    async fn names_have_a_limit_and_archived_people_are_not_tracked(world: &World) {
        let lead = world.browser().write("hello").await.contact.id;
        let many = (0..1000).map(|number| event(&format!("e{number}"), NOON, &json!({}))).collect();
        let refused = world.store.track_events(world.workspace.id, lead.clone(), many, NOON).await.unwrap();
        assert_eq!(refused, Vec::<String>::new());
        let more = vec![event("one more", NOON, &json!({})), event("E7", NOON + 1, &json!({}))];
        let refused = world.store.track_events(world.workspace.id, lead.clone(), more, NOON).await.unwrap();
        assert_eq!(refused, ["one more"]);
        world.store.archive_contact(world.workspace.id, lead.clone(), true, NOON).await.unwrap();
        let archived = world.store.track_event(world.workspace.id, lead, event("e1", NOON + 9, &json!({})), NOON);
        assert!(matches!(archived.await, Err(Error::NotFound("contact"))));
    }
}

story! {
    async fn an_export_is_done_once_and_kept_two_days(world: &World) {
        let store = &world.store;
        let id = world.workspace.id;
        let job = store.begin_export(id, unique("job"), (1, 2), NOON).await.unwrap();
        assert_eq!(job.status, JobStatus::Pending);
        assert!(matches!(store.begin_export(id, unique("job"), (1, 2), NOON).await, Err(Error::Conflict("export"))));
        let taken = store.take_job(NOON).await.unwrap().unwrap();
        assert_eq!((taken.id, taken.status), (job.id, JobStatus::InProgress));
        assert_eq!(store.take_job(NOON + 60).await.unwrap(), None, "somebody works on it");
        let again = store.take_job(NOON + 61).await.unwrap();
        assert_eq!(again.unwrap().id, job.id, "left behind");
        store.end_job(taken, Some(b"csv".to_vec()), json!({}), NOON + 62).await.unwrap();
        let name = job.identifier;
        assert_eq!(store.export(id, &name).await.unwrap().status, JobStatus::Completed);
        assert_eq!(store.export_output(id, &name, NOON + 62).await.unwrap(), b"csv");
        assert!(store.export_output(id, &name, NOON + 62 + 2 * DAY).await.is_err());
        assert_eq!(store.forget_old_exports(NOON + 62 + 2 * DAY).await.unwrap(), 1);

        let second = store.begin_export(id, unique("job"), (1, 2), NOON).await.unwrap();
        let canceled = store.cancel_export(id, second.identifier.clone(), NOON).await.unwrap();
        assert_eq!(canceled.status, JobStatus::Canceled);
        assert_eq!(store.take_job(NOON).await.unwrap(), None);
        store.end_job(second, Some(Vec::new()), json!({}), NOON).await.unwrap();
        assert_eq!(store.job(id, canceled.id).await.unwrap().status, JobStatus::Canceled);
    }
}

story! {
    /// P3: what a page says of a visitor is recorded when they are a lead, and of a lead at once.
    async fn what_a_page_says_of_somebody_unnamed(world: &World) {
        let settings = json!({"plan": "pro", "name": "Ann", "email_hint": "x"});
        let mut browser = world.browser();
        assert_eq!(browser.boot_about(&settings).await.contact, None, "nobody yet");
        let lead = browser.write("hello").await.contact;
        assert_eq!(lead.name, None);
        let found = browser.boot_about(&settings).await.contact.unwrap();
        assert_eq!((found.id, found.name.as_deref()), (lead.id.clone(), Some("Ann")));
        let query = json!({"field": "custom_attributes.plan", "operator": "=", "value": "pro"});
        assert_eq!(world.found(&query, &[("lead", &lead.id)]).await, ["lead"]);
        let seq = world.seq().await;
        browser.boot_about(&settings).await;
        assert_eq!(world.seq().await, seq, "saying it again changes nothing");
    }
}
