//! `cargo xtask bench server`: how many messages a second the server acknowledges from 200 senders, each after a commit with
//! full durability, and how long after its sending a message reaches the team; beside what this disk's `fsync` takes,
//! measured in the same run. Numbers to compare side by side, not a test.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a broken set-up ends it; its output is the result"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use support::{Database, Server, databases, uuid};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

const SENDERS: u32 = 200;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);

type Sent = Arc<Mutex<HashMap<String, Instant>>>;

#[tokio::main]
async fn main() {
    println!(
        "{SENDERS} senders, {} s, every message acknowledged after its commit (SQLite: WAL, synchronous=FULL;",
        MEASURED.as_secs()
    );
    println!("PostgreSQL: synchronous_commit=on); sender, server and database share this machine\n");
    println!(
        "{:<12}{:>12}{:>16}{:>10}{:>16}{:>16}",
        "database", "fsync/s", "messages/s", "times", "delivery p50", "delivery p99"
    );
    for database in databases().await {
        let fsyncs = fsync_rate(database.files());
        let (rate, mut delays) = measure(&database).await;
        delays.sort();
        let at = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "an index"
            )]
            let index = ((delays.len().max(1) - 1) as f64 * share) as usize;
            delays.get(index).copied().unwrap_or_default().as_secs_f64() * 1000.0
        };
        let name = if database.url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" };
        println!(
            "{name:<12}{fsyncs:>12.0}{rate:>16.0}{:>10.1}{:>13.1} ms{:>13.1} ms",
            rate / fsyncs,
            at(0.5),
            at(0.99)
        );
    }
}

/// How often a second this disk makes 4 KiB durable, one after the other.
fn fsync_rate(folder: &Path) -> f64 {
    let mut file = tempfile::tempfile_in(folder).unwrap();
    let block = [7_u8; 4096];
    let start = Instant::now();
    let mut count = 0.0;
    while start.elapsed() < Duration::from_secs(2) {
        file.rewind().unwrap();
        file.write_all(&block).unwrap();
        file.sync_data().unwrap();
        count += 1.0;
    }
    count / start.elapsed().as_secs_f64()
}

/// Acknowledged messages a second, and the time from each sending to its arrival at the inbox's socket.
async fn measure(database: &Database) -> (f64, Vec<Duration>) {
    let server = Server::start_on(database, "off");
    let sent: Sent = Arc::default();
    let arrivals = listen(&server, sent.clone()).await;
    let begin = Instant::now() + WARM_UP;
    let end = begin + MEASURED;
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| tokio::spawn(send(server.url(), sender, sent.clone(), begin, end)))
        .collect();
    let mut acknowledged = 0;
    for sender in senders {
        acknowledged += sender.await.unwrap();
    }
    let delays = arrivals
        .lock()
        .unwrap()
        .iter()
        .filter(|(at, _)| *at >= begin && *at < end)
        .map(|(_, delay)| *delay)
        .collect();
    (f64::from(acknowledged) / MEASURED.as_secs_f64(), delays)
}

/// The teammate's socket: when each message arrived, and how long it took.
async fn listen(server: &Server, sent: Sent) -> Arc<Mutex<Vec<(Instant, Duration)>>> {
    let teammate = server.log_in().await;
    let mut request = server.inbox_socket_url().into_client_request().unwrap();
    request.headers_mut().insert("Cookie", teammate.cookie().parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let arrivals: Arc<Mutex<Vec<(Instant, Duration)>>> = Arc::default();
    let kept = arrivals.clone();
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let Ok(text) = message.into_text() else { continue };
            let Ok(frame) = serde_json::from_str::<Value>(&text) else { continue };
            let client_id = frame["part"]["client_id"].as_str().unwrap_or_default();
            if let Some(at) = sent.lock().unwrap().remove(client_id) {
                kept.lock().unwrap().push((at, at.elapsed()));
            }
        }
    });
    arrivals
}

/// Sends one message after the other and counts those acknowledged in the measured time.
async fn send(url: String, sender: u32, sent: Sent, begin: Instant, end: Instant) -> u32 {
    let client = reqwest::Client::new();
    let url = format!("{url}/messenger/test/send");
    let mut count = 0;
    // As the Messenger does: the first message's session carries the others.
    let mut session = Value::Null;
    for number in 0.. {
        let now = Instant::now();
        if now >= end {
            break;
        }
        let client_id = uuid(1_000_000 + sender * 100_000 + number);
        sent.lock().unwrap().insert(client_id.clone(), now);
        let body = json!({
            "visitor_id": uuid(sender + 1),
            "session": session,
            "client_id": client_id,
            "conversation_key": uuid(500_000 + sender),
            "body": "How long does delivery take?",
        });
        let answer = client.post(&url).body(body.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        let answer: Value = answer.json().await.unwrap();
        if let Some(token) = answer["session"].get("token") {
            session = token.clone();
        }
        let done = Instant::now();
        count += u32::from(done >= begin && done < end);
    }
    count
}
