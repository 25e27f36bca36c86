//! A workspace with a million contacts and five million events: retrieving, searching and listing over the REST API, and
//! what the server's memory is after it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::calls::{Call, Calls};
use crate::fill::{CONTACTS, CONVERSATION_OF, EVENTS_EACH, FIRST_EVENT, fill, id};
use crate::support::{Database, Server};
use crate::verdict;

const RETRIEVE: Duration = Duration::from_millis(2);
const PAGE: Duration = Duration::from_millis(5);
const INDEXED: Duration = Duration::from_millis(10);
const CUSTOM: Duration = Duration::from_millis(50);
/// Most bytes of the server's memory.
const MEMORY: u64 = 300 * 1000 * 1000;
/// A day, seconds.
const DAY: u32 = 86_400;

/// Measures and prints.
pub(crate) async fn run(database: &Database) {
    // Makes the tables and the workspace.
    let mut server = Server::start_on(database, "off");
    server.kill();
    let start = Instant::now();
    fill(database).await;
    println!(
        "  {CONTACTS} contacts, {} events, {} conversations (written in {:.0} s)",
        CONTACTS * EVENTS_EACH,
        CONTACTS / CONVERSATION_OF,
        start.elapsed().as_secs_f64()
    );
    server.kill_and_restart().await;
    let mut calls = Calls::new(&server).await;
    contacts(&mut calls).await;
    attributes_and_events(&mut calls).await;
    conversations(&mut calls).await;
    let memory = server.memory();
    let megabytes = memory / 1_000_000;
    println!("  memory of the server: {megabytes} MB {}", verdict("< 300 MB", memory < MEMORY));
}

async fn contacts(calls: &mut Calls) {
    let one = "\"type\":\"contact\"";
    calls
        .time("retrieve by id", RETRIEVE, one, |n| {
            ("GET", format!("/contacts/{}", id(pick(n))), String::new())
        })
        .await;
    calls
        .time("find by external id", RETRIEVE, one, |n| {
            let user = pick(n) / 2 * 2 + 2;
            ("GET", format!("/contacts/find_by_external_id/x{}", user.min(CONTACTS)), String::new())
        })
        .await;
    calls
        .time("search by email", INDEXED, one, |n| {
            search("contacts", "email", "=", &json!(format!("p{}@example.com", pick(n))))
        })
        .await;
    // A thousand people were seen on each day, half of them users.
    calls.time("search by last_seen_at and role, 500 match", INDEXED, one, |n| busy_day(pick(n))).await;
    calls
        .time("search by created_at, some thousand match", INDEXED, one, |n| {
            let since = 1_600_000_000 + CONTACTS - pick(n) % 5000 - DAY;
            search("contacts", "created_at", ">", &json!(since))
        })
        .await;
    calls.time("first page of the list", PAGE, one, |_| ("GET", "/contacts".to_owned(), String::new())).await;
}

async fn attributes_and_events(calls: &mut Calls) {
    let one = "\"type\":\"contact\"";
    calls
        .time("search by a custom attribute, 10 match", CUSTOM, one, |n| {
            search("contacts", "custom_attributes.score", "=", &json!(pick(n) % 100_000))
        })
        .await;
    calls
        .time("search by a custom attribute, 10,000 match", CUSTOM, one, |n| {
            search("contacts", "custom_attributes.plan", "=", &json!(format!("plan{}", pick(n) % 100)))
        })
        .await;
    calls
        .time("search by an event's metadata, 10 match", CUSTOM, one, |n| {
            let sku = format!("sku{}", pick(n) % 100_000);
            search("contacts", "event.ordered.metadata.sku", "=", &json!(sku))
        })
        .await;
    calls
        .time("search by an event's count, 1,000 match", CUSTOM, one, |n| {
            search("contacts", "event.ordered.count", "=", &json!(pick(n) % 1000 + 1))
        })
        .await;
    calls
        .time("search by an event's first time, 5,000 match", CUSTOM, one, |n| {
            let since = FIRST_EVENT + CONTACTS - pick(n) % 5000 - DAY;
            search("contacts", "event.ordered.first", ">", &json!(since))
        })
        .await;
    calls
        .time("events of a contact", INDEXED, "event.list", |n| {
            ("GET", format!("/events?type=user&intercom_user_id={}", id(pick(n))), String::new())
        })
        .await;
}

async fn conversations(calls: &mut Calls) {
    let one = "\"type\":\"conversation\"";
    calls
        .time("first page of the conversations", PAGE, one, |_| {
            ("GET", "/conversations".to_owned(), String::new())
        })
        .await;
    calls
        .time("search for a contact's conversations", INDEXED, one, |n| {
            let theirs = id(pick(n) / CONVERSATION_OF * CONVERSATION_OF + CONVERSATION_OF);
            search("conversations", "contact_ids", "=", &json!(theirs))
        })
        .await;
}

fn search(what: &str, field: &str, operator: &str, value: &Value) -> Call {
    let query = json!({"query": {"field": field, "operator": operator, "value": value}});
    ("POST", format!("/{what}/search"), query.to_string())
}

/// Users seen on one of the days.
fn busy_day(number: u32) -> Call {
    let day = 1_700_000_000 + (number % 1000) * DAY;
    let query = json!({"query": {"operator": "AND", "value": [
        {"field": "last_seen_at", "operator": "=", "value": day},
        {"field": "role", "operator": "=", "value": "user"},
    ]}});
    ("POST", "/contacts/search".to_owned(), query.to_string())
}

/// Some number of a contact: all over the place, the same in each run.
fn pick(call: u32) -> u32 {
    call.wrapping_mul(2_654_435_761) % (CONTACTS - CONVERSATION_OF) + 1
}
