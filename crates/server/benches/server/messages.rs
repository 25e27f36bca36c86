//! Messages of 1,000 senders, each answered after a commit with full durability (SQLite: WAL, `synchronous=FULL`;
//! PostgreSQL: `synchronous_commit=on`): how many a second, each sender sending as soon as it is answered; and how long
//! after its sending one reaches a teammate's socket, at half that rate.
//!
//! The limit is the disk or the processor, whichever is lower. That the processor is the limit is seen by the machine
//! having no time left (senders, server and database share it), or by the chain of transactions having none: a log with one
//! order is written by one after the other, so nothing but a faster processor makes it faster then.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::sync::{Barrier, watch};

use crate::http::Client;
use crate::meter::{Meter, Used};
use crate::support::{Database, Server, uuid};
use crate::{machine, settle, spread, verdict};

const SENDERS: u32 = 1000;
/// How long the load has run before it is measured.
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);
/// How many flushes' worth of messages are wanted, where the processor allows it.
const TIMES_THE_FLUSHES: f64 = 20.0;
/// What is this busy has no time left.
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
    let mut meter = Meter::of(&server, database).await;
    let (acknowledged, used) = load(&server, database, &mut meter, 0, None, None).await;
    let count = many(&acknowledged);
    let rate = count / MEASURED.as_secs_f64();
    let wanted = TIMES_THE_FLUSHES * flushes;
    println!(
        "  {SENDERS} senders: {rate:.0} messages a second: {:.1} times the flushes, {:.0} % of bare axum",
        rate / flushes,
        100.0 * rate / bare
    );
    println!(
        "    processor time a message: {}; the machine {:.0} % busy, {} {}",
        used.each(count),
        100.0 * used.busy,
        used.chain,
        verdict(
            &format!("{wanted:.0} a second or the processor's limit"),
            rate >= wanted || used.busy >= BUSY || used.chain.at_work >= BUSY
        )
    );
    // Each sender's share of half the rate.
    let pause = Duration::from_secs_f64(f64::from(SENDERS) / (rate / 2.0));
    let sent = Sent::default();
    let arrived = listen(&server, sent.clone()).await;
    let (mut acknowledged, used) = load(&server, database, &mut meter, 1, Some(pause), Some(&sent)).await;
    let half = many(&acknowledged);
    let lost = stragglers(&sent).await;
    let mut delays: Vec<Duration> = arrived.lock().unwrap().iter().map(|(_, delay)| *delay).collect();
    println!(
        "  delivery to the team at {:.0} a second: {}",
        half / MEASURED.as_secs_f64(),
        spread(&mut delays, DELIVERY)
    );
    println!("    acknowledged to the sender: {}", spread(&mut acknowledged, DELIVERY));
    println!(
        "    {} arrived, {lost} did not; processor time a message: {}; the machine {:.0} % busy, {} {}",
        delays.len(),
        used.each(half),
        100.0 * used.busy,
        used.chain,
        verdict("all arrive", lost == 0)
    );
}

fn many(list: &[Duration]) -> f64 {
    f64::from(u32::try_from(list.len()).unwrap())
}

/// How long each message took that was acknowledged in the measured time, and what they all took. The leads, which the first
/// messages make, are there before: making a thousand takes longer than the warm-up.
async fn load(
    server: &Server,
    database: &Database,
    meter: &mut Meter,
    round: u32,
    pause: Option<Duration>,
    sent: Option<&Sent>,
) -> (Vec<Duration>, Used) {
    let known = Arc::new(Barrier::new(SENDERS as usize + 1));
    let (start, started) = watch::channel(None);
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let cue = Cue { known: known.clone(), started: started.clone() };
            tokio::spawn(send(server.url(), round * SENDERS + sender, sent.cloned(), pause, cue))
        })
        .collect();
    known.wait().await;
    settle(database).await;
    let begin = Instant::now() + WARM_UP;
    start.send_replace(Some(begin));
    tokio::time::sleep_until(begin.into()).await;
    meter.begin();
    tokio::time::sleep_until((begin + MEASURED).into()).await;
    let used = meter.end();
    let mut acknowledged = Vec::new();
    for sender in senders {
        acknowledged.extend(sender.await.unwrap());
    }
    (acknowledged, used)
}

/// What a sender waits for.
struct Cue {
    /// All have made their lead.
    known: Arc<Barrier>,
    /// When the measuring begins, from the moment on when the load does.
    started: watch::Receiver<Option<Instant>>,
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

/// Makes a lead, then sends one message after the other; gives how long those took that were acknowledged in the measured
/// time.
async fn send(
    url: String,
    sender: u32,
    sent: Option<Sent>,
    pause: Option<Duration>,
    mut cue: Cue,
) -> Vec<Duration> {
    let mut client = Client::connect(&url).await;
    let body = |number: u32, session: &Value| {
        json!({
            "visitor_id": uuid(sender + 1),
            "session": session,
            "client_id": client_id(sender, number),
            "conversation_key": uuid(500_000 + sender),
            "body": "How long does delivery take?",
        })
        .to_string()
    };
    // As the Messenger does: the first message's session carries the others.
    let answer: Value = serde_json::from_slice(post(&mut client, &body(0, &Value::Null)).await).unwrap();
    let session = &answer["session"]["token"];
    cue.known.wait().await;
    let begin = cue.started.wait_for(Option::is_some).await.unwrap().unwrap();
    let end = begin + MEASURED;
    // Spread over the pause, so that they do not all send at once.
    let mut ticks = pause.map(|pause| {
        let start = Instant::now() + pause.mul_f64(f64::from(sender % SENDERS) / f64::from(SENDERS));
        tokio::time::interval_at(start.into(), pause)
    });
    let mut took = Vec::new();
    for number in 1.. {
        if let Some(ticks) = &mut ticks {
            ticks.tick().await;
        }
        let now = Instant::now();
        if now >= end {
            break;
        }
        if let Some(sent) = sent.as_ref().filter(|_| now >= begin) {
            sent.lock().unwrap().insert(client_id(sender, number), now);
        }
        post(&mut client, &body(number, session)).await;
        let done = Instant::now();
        if done >= begin && done < end {
            took.push(done - now);
        }
    }
    took
}

fn client_id(sender: u32, number: u32) -> String {
    uuid(10_000_000 + sender * 100_000 + number)
}

async fn post<'a>(client: &'a mut Client, body: &str) -> &'a [u8] {
    let (status, answer) = client.ask("POST", "/messenger/test/send", "", body).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(answer));
    answer
}
