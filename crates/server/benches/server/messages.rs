//! Messages of 1,000 senders, each answered after a commit with full durability (SQLite: WAL, `synchronous=FULL`;
//! PostgreSQL: `synchronous_commit=on`): how many a second, each sender sending as soon as it is answered; and how long
//! after its sending one reaches a teammate's socket, at half that rate.
//!
//! The limit is the disk or the processor, whichever is lower. That the processor is the limit is seen by the machine
//! having no time left: senders, server and database share it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::http::Client;
use crate::meter::{Meter, Used};
use crate::support::{Database, Server, uuid};
use crate::{machine, settle, spread, verdict};

const SENDERS: u32 = 1000;
const WARM_UP: Duration = Duration::from_secs(3);
const MEASURED: Duration = Duration::from_secs(10);
/// How long before the measuring an even load begins.
const SETTLED: Duration = Duration::from_millis(500);
/// How many flushes' worth of messages are wanted, where the processor allows it.
const TIMES_THE_FLUSHES: f64 = 20.0;
/// A machine this busy has no time left.
const BUSY: f64 = 0.9;
const DELIVERY: Duration = Duration::from_millis(50);

/// When each message that has not arrived was sent.
type Sent = Arc<Mutex<HashMap<String, Instant>>>;
/// When each message that has arrived was sent, and how long it took.
type Arrived = Arc<Mutex<Vec<(Instant, Duration)>>>;

/// Measures and prints.
pub(crate) async fn run(database: &Database) {
    let flushes = machine::flushes(database.files());
    let bare = machine::bare_axum(SENDERS).await;
    println!("  disk: {flushes:.0} flushes a second; bare axum: {bare:.0} requests a second");
    let server = Server::start_on(database, "off");
    let mut meter = Meter::start(&server, database).await;
    let (count, used) = load(&server, database, &mut meter, 0, None, None).await;
    let rate = count / MEASURED.as_secs_f64();
    let wanted = TIMES_THE_FLUSHES * flushes;
    println!(
        "  {SENDERS} senders: {rate:.0} messages a second: {:.1} times the flushes, {:.0} % of bare axum",
        rate / flushes,
        100.0 * rate / bare
    );
    println!(
        "    processor time a message: {}; the machine {:.0} % busy {}",
        used.each(count),
        100.0 * used.busy,
        verdict(
            &format!("{wanted:.0} a second or the processor's limit"),
            rate >= wanted || used.busy >= BUSY
        )
    );
    // Each sender's share of half the rate.
    let pause = Duration::from_secs_f64(f64::from(SENDERS) / (rate / 2.0));
    let sent = Sent::default();
    let arrived = listen(&server, sent.clone()).await;
    let (half, used) = load(&server, database, &mut meter, 1, Some(pause), Some(&sent)).await;
    let lost = stragglers(&sent).await;
    let mut delays: Vec<Duration> = arrived.lock().unwrap().iter().map(|(_, delay)| *delay).collect();
    println!(
        "  delivery to the team at {:.0} a second: {}",
        half / MEASURED.as_secs_f64(),
        spread(&mut delays, DELIVERY)
    );
    println!(
        "    {} arrived, {lost} did not; processor time a message: {}; the machine {:.0} % busy {}",
        delays.len(),
        used.each(half),
        100.0 * used.busy,
        verdict("all arrive", lost == 0)
    );
}

/// How many messages were acknowledged in the measured time, and what that took.
async fn load(
    server: &Server,
    database: &Database,
    meter: &mut Meter,
    round: u32,
    pause: Option<Duration>,
    sent: Option<&Sent>,
) -> (f64, Used) {
    let begin = Instant::now() + WARM_UP;
    let end = begin + MEASURED;
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let sent = sent.cloned();
            tokio::spawn(send(server.url(), round * SENDERS + sender, sent, pause, (begin, end)))
        })
        .collect();
    tokio::time::sleep(WARM_UP / 2).await;
    settle(database).await;
    tokio::time::sleep_until(begin.into()).await;
    meter.restart();
    tokio::time::sleep_until(end.into()).await;
    let used = meter.read();
    let mut acknowledged = 0;
    for sender in senders {
        acknowledged += sender.await.unwrap();
    }
    (f64::from(acknowledged), used)
}

/// Waits for what is still on its way to the team; gives how many do not come.
async fn stragglers(sent: &Sent) -> usize {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        let left = sent.lock().unwrap().len();
        if left == 0 || Instant::now() > end {
            return left;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The teammate's socket: when each message arrived, and how long it took.
async fn listen(server: &Server, sent: Sent) -> Arrived {
    let teammate = server.log_in().await;
    // From now on: nothing of the first load.
    let list = teammate.get("conversations").await;
    let mut socket = server.inbox_socket(&teammate, list["seq"].as_i64().unwrap()).await;
    let arrived = Arrived::default();
    let kept = arrived.clone();
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let Ok(text) = message.into_text() else { continue };
            let Ok(frame) = serde_json::from_str::<Value>(&text) else { continue };
            assert_ne!(frame["type"], "bye", "the team's socket broke off");
            let client_id = frame["part"]["client_id"].as_str().unwrap_or_default();
            if let Some(at) = sent.lock().unwrap().remove(client_id) {
                kept.lock().unwrap().push((at, at.elapsed()));
            }
        }
    });
    arrived
}

/// Sends one message after the other and counts those acknowledged in the measured time.
async fn send(
    url: String,
    sender: u32,
    sent: Option<Sent>,
    pause: Option<Duration>,
    (begin, end): (Instant, Instant),
) -> u32 {
    let mut client = Client::connect(&url).await;
    let mut count = 0;
    // As the Messenger does: the first message's session carries the others.
    let mut session = Value::Null;
    let mut ticks = pause.map(|pause| {
        // Spread over the pause, so that they do not all send at once.
        let settled = begin.checked_sub(SETTLED).unwrap();
        let start = settled + pause.mul_f64(f64::from(sender % SENDERS) / f64::from(SENDERS));
        tokio::time::interval_at(start.into(), pause)
    });
    for number in 0.. {
        // The first message, which makes the lead, comes before the load that is measured.
        if let Some(ticks) = ticks.as_mut().filter(|_| number > 0) {
            ticks.tick().await;
        }
        let now = Instant::now();
        if now >= end {
            break;
        }
        let client_id = uuid(10_000_000 + sender * 100_000 + number);
        // Those of the warm-up would be the making of a thousand leads at once.
        if let Some(sent) = sent.as_ref().filter(|_| now >= begin) {
            sent.lock().unwrap().insert(client_id.clone(), now);
        }
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
