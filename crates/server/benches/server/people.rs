//! A workspace with a million contacts, each with two custom attributes and five events: retrieving, searching and listing
//! over the REST API, one call after the other, and what the server's memory is after it. The people are written straight
//! into the tables, a million by API would take longer than all the rest.

use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::http::Client;
use crate::spread;
use crate::support::{Database, Server};

const CONTACTS: u32 = 1_000_000;
const EVENTS_EACH: u32 = 5;
const CALLS: u32 = 2_000;

/// Measures and prints.
pub(crate) async fn run(database: &Database) {
    // The server makes the tables and the workspace.
    let server = Server::start_on(database, "off");
    let token = server.token();
    fill(database).await;
    println!("{CONTACTS} contacts, {} events, {CALLS} calls each:", CONTACTS * EVENTS_EACH);
    let mut calls = Calls { client: Client::connect(&server.url()).await, token };
    calls.time("retrieve by id", |n| ("GET", format!("/contacts/{}", id(pick(n))), String::new())).await;
    calls
        .time("search by email", |n| search("email", "=", &json!(format!("p{}@example.com", pick(n)))))
        .await;
    calls.time("search by last_seen_at and role", |n| busy_day(pick(n))).await;
    calls
        .time("search by a custom attribute, 10 match", |n| {
            search("custom_attributes.score", "=", &json!(pick(n) % 100_000))
        })
        .await;
    calls
        .time("search by a custom attribute, 10,000 match", |n| {
            search("custom_attributes.plan", "=", &json!(format!("plan{}", pick(n) % 100)))
        })
        .await;
    calls
        .time("search by an event's metadata", |n| {
            search("event.ordered.metadata.sku", "=", &json!(format!("sku{}", pick(n) % 100_000)))
        })
        .await;
    calls.time("first page of the list", |_| ("GET", "/contacts".to_owned(), String::new())).await;
    println!("  memory of the server: {} MiB", server.memory() / 1024 / 1024);
}

fn search(field: &str, operator: &str, value: &serde_json::Value) -> (&'static str, String, String) {
    let query = json!({"query": {"field": field, "operator": operator, "value": value}});
    ("POST", "/contacts/search".to_owned(), query.to_string())
}

/// Users seen on one of the days: about a thousand.
fn busy_day(number: u32) -> (&'static str, String, String) {
    let day = 1_700_000_000 + (number % 1000) * 86_400;
    let query = json!({"query": {"operator": "AND", "value": [
        {"field": "last_seen_at", "operator": "=", "value": day},
        {"field": "role", "operator": "=", "value": "user"},
    ]}});
    ("POST", "/contacts/search".to_owned(), query.to_string())
}

struct Calls {
    client: Client,
    token: String,
}

impl Calls {
    async fn time(&mut self, what: &str, call: impl Fn(u32) -> (&'static str, String, String)) {
        let headers = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.token);
        let mut times: Vec<Duration> = Vec::new();
        for number in 0..CALLS {
            let (method, path, body) = call(number);
            let start = Instant::now();
            let (status, answer) = self.client.ask(method, &path, &headers, &body).await;
            assert_eq!(status, 200, "{what}: {}", String::from_utf8_lossy(answer));
            times.push(start.elapsed());
        }
        println!("  {what:<45} {}", spread(&mut times));
    }
}

/// Some number of a contact: all over the place, the same in each run.
fn pick(call: u32) -> u32 {
    call.wrapping_mul(2_654_435_761) % CONTACTS + 1
}

/// A contact's id; neighbours in number are not neighbours in the table.
fn id(number: u32) -> String {
    format!("{:08x}{number:016x}", number.wrapping_mul(2_654_435_761))
}

async fn fill(database: &Database) {
    let sqlite = database.url.starts_with("sqlite");
    // Unsigned 32-bit multiplication, in both dialects.
    let scrambled = "(n.i * 2654435761) % 4294967296";
    let id = if sqlite {
        format!("printf('%08x%016x', {scrambled}, n.i)")
    } else {
        format!("lpad(to_hex({scrambled}), 8, '0') || lpad(to_hex(n.i), 16, '0')")
    };
    let numbers = |most: u32| {
        format!(
            "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {most})"
        )
    };
    let people = numbers(CONTACTS);
    let names = numbers(EVENTS_EACH);
    let statements = [
        format!(
            "{people} INSERT INTO contacts (id, workspace_id, role, external_id, email, email_norm, email_domain, \
             email_verified, name, custom_attributes, created_at, updated_at, last_seen_at) \
             SELECT {id}, w.id, CASE WHEN n.i % 2 = 0 THEN 'user' ELSE 'lead' END, 'x' || n.i, \
             'p' || n.i || '@example.com', 'p' || n.i || '@example.com', 'example.com', FALSE, 'Person ' || n.i, \
             '{{\"plan\":\"plan' || (n.i % 100) || '\",\"score\":' || (n.i % 100000) || '}}', \
             1600000000 + n.i, 1600000000 + n.i, 1700000000 + (n.i % 1000) * 86400 \
             FROM n CROSS JOIN workspaces w"
        ),
        format!(
            "{people} INSERT INTO contact_attributes (contact_id, name, workspace_id, text_value) \
             SELECT {id}, 'plan', w.id, 'plan' || (n.i % 100) FROM n CROSS JOIN workspaces w"
        ),
        format!(
            "{people} INSERT INTO contact_attributes (contact_id, name, workspace_id, number_value) \
             SELECT {id}, 'score', w.id, n.i % 100000 FROM n CROSS JOIN workspaces w"
        ),
        "INSERT INTO data_attributes (workspace_id, model, name, data_type, options, messenger_writable, archived, \
         created_at, updated_at) SELECT w.id, 'contact', v.name, v.kind, '[]', TRUE, FALSE, 0, 0 FROM workspaces w \
         CROSS JOIN (SELECT 'plan' AS name, 'string' AS kind UNION ALL SELECT 'score', 'integer') v"
            .to_owned(),
        format!(
            "{names} INSERT INTO event_names (workspace_id, name, name_norm, created_at) \
             SELECT w.id, CASE WHEN n.i = 1 THEN 'ordered' ELSE 'event' || n.i END, \
             CASE WHEN n.i = 1 THEN 'ordered' ELSE 'event' || n.i END, 0 FROM n CROSS JOIN workspaces w"
        ),
        format!(
            "{people} INSERT INTO events (contact_id, created_at, name_id, metadata) \
             SELECT {id}, 1700000000 + e.id, e.id, '{{\"sku\":\"sku' || (n.i % 100000) || '\"}}' \
             FROM n CROSS JOIN event_names e"
        ),
        format!(
            "{people} INSERT INTO event_summaries (contact_id, name_id, tracked, count, first_at, last_at) \
             SELECT {id}, e.id, 1, 1, 1700000000, 1700000000 FROM n CROSS JOIN event_names e"
        ),
        format!(
            "{people} INSERT INTO event_values (name_id, key, value, contact_id) \
             SELECT e.id, 'sku', 'sku' || (n.i % 100000), {id} FROM n CROSS JOIN event_names e WHERE e.name = 'ordered'"
        ),
        "ANALYZE".to_owned(),
    ];
    if sqlite {
        let mut conn = SqliteConnection::connect(&database.url).await.unwrap();
        for statement in statements {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut conn).await.unwrap();
        }
        conn.close().await.unwrap();
    } else {
        let mut conn = PgConnection::connect(&database.url).await.unwrap();
        for statement in statements {
            sqlx::query(AssertSqlSafe(statement)).execute(&mut conn).await.unwrap();
        }
        conn.close().await.unwrap();
    }
}
