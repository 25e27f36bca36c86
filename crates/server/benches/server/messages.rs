//! Messages of 1,000 senders, each answered after a commit with full durability (SQLite: WAL, `synchronous=FULL`;
//! PostgreSQL: `synchronous_commit=on`): how many a second, each sender sending as soon as it is answered; and how long
//! after its sending one reaches a teammate's socket, at half that rate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::http::Client;
use crate::support::{Database, Server, uuid};
use crate::{machine, spread};

const SENDERS: u32 = 1000;
const WARM_UP: Duration = Duration::from_secs(3);
const MEASURED: Duration = Duration::from_secs(10);

type Sent = Arc<Mutex<HashMap<String, Instant>>>;

/// Measures and prints.
pub(crate) async fn run(database: &Database) {
    let flushes = machine::flushes(database.files());
    let bare = machine::bare_axum(SENDERS).await;
    println!("disk: {flushes:.0} flushes a second; bare axum: {bare:.0} requests a second\n");
    let server = Server::start_on(database, "off");
    let (rate, _) = load(&server, 0, None).await;
    println!("messages, {SENDERS} senders, sender, server and database on this machine:");
    println!(
        "  {rate:.0} a second: {:.1} times the flushes, {:.0} % of bare axum",
        rate / flushes,
        100.0 * rate / bare
    );
    // Each sender's share of half the rate.
    let pause = Duration::from_secs_f64(f64::from(SENDERS) / (rate / 2.0));
    let (half, mut delays) = load(&server, 1, Some(pause)).await;
    println!("  delivery to the team at {half:.0} a second: {}", spread(&mut delays));
}

/// Acknowledged messages a second, and the time from each sending to its arrival at the inbox's socket.
async fn load(server: &Server, round: u32, pause: Option<Duration>) -> (f64, Vec<Duration>) {
    let sent: Sent = Arc::default();
    let arrivals = listen(server, sent.clone()).await;
    let begin = Instant::now() + WARM_UP;
    let end = begin + MEASURED;
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            tokio::spawn(send(server.url(), round * SENDERS + sender, sent.clone(), pause, begin, end))
        })
        .collect();
    let mut acknowledged = 0;
    for sender in senders {
        acknowledged += sender.await.unwrap();
    }
    let arrivals = arrivals.lock().unwrap();
    let delays = arrivals.iter().filter(|(at, _)| *at >= begin && *at < end).map(|(_, delay)| *delay);
    (f64::from(acknowledged) / MEASURED.as_secs_f64(), delays.collect())
}

/// The teammate's socket: when each message arrived, and how long it took.
async fn listen(server: &Server, sent: Sent) -> Arc<Mutex<Vec<(Instant, Duration)>>> {
    let teammate = server.log_in().await;
    let newest = u64::MAX >> 12;
    let mut request = server
        .inbox_socket_url()
        .replace("since=0", &format!("since={newest}"))
        .into_client_request()
        .unwrap();
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
async fn send(
    url: String,
    sender: u32,
    sent: Sent,
    pause: Option<Duration>,
    begin: Instant,
    end: Instant,
) -> u32 {
    let mut client = Client::connect(&url).await;
    let mut count = 0;
    // As the Messenger does: the first message's session carries the others.
    let mut session = Value::Null;
    let mut ticks = pause.map(|pause| {
        // Spread over the pause, so that they do not all send at once.
        let start =
            tokio::time::Instant::now() + pause.mul_f64(f64::from(sender % SENDERS) / f64::from(SENDERS));
        tokio::time::interval_at(start, pause)
    });
    for number in 0.. {
        if let Some(ticks) = &mut ticks {
            ticks.tick().await;
        }
        if Instant::now() >= end {
            break;
        }
        let client_id = uuid(10_000_000 + sender * 100_000 + number);
        sent.lock().unwrap().insert(client_id.clone(), Instant::now());
        let body = json!({
            "visitor_id": uuid(sender + 1),
            "session": session,
            "client_id": client_id,
            "conversation_key": uuid(500_000 + sender),
            "body": "How long does delivery take?",
        });
        let (status, answer) = client.ask("POST", "/messenger/test/send", "", &body.to_string()).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(answer));
        if session.is_null() {
            let answer: Value = serde_json::from_slice(answer).unwrap();
            session = answer["session"]["token"].clone();
        }
        let done = Instant::now();
        count += u32::from(done >= begin && done < end);
    }
    count
}
