//! What ten thousand idle visitors cost the server: resident memory a socket, and processor time while nobody writes.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::http::Client;
use crate::support::{Database, Server, uuid};
use crate::{settle, verdict};

const SOCKETS: u32 = 10_000;
/// Most bytes of memory a socket.
const EACH: u64 = 16 * 1024;
/// How many of them write and connect at once.
const AT_ONCE: usize = 50;
const IDLE: Duration = Duration::from_secs(10);

/// Measures and prints.
pub(crate) async fn run(database: &Database) {
    let server = Server::start_on(database, "off");
    let mut sessions = Vec::new();
    for visitors in [0..SOCKETS / 10, SOCKETS / 10..SOCKETS] {
        let writers: Vec<_> = (0..AT_ONCE)
            .map(|first| tokio::spawn(write(server.url(), visitors.clone().skip(first).step_by(AT_ONCE))))
            .collect();
        for writer in writers {
            sessions.push(writer.await.unwrap());
        }
        settle(database).await;
    }
    let before = server.memory();
    let visitors: Vec<_> = sessions
        .into_iter()
        .map(|sessions| {
            let (address, url) = (server.url(), server.socket_url());
            tokio::spawn(async move {
                let mut open = Vec::new();
                for session in sessions {
                    open.push(connect(&address, &url, &session).await);
                }
                open
            })
        })
        .collect();
    let mut open = Vec::new();
    for visitor in visitors {
        open.push(visitor.await.unwrap());
    }
    let after = server.memory();
    let busy = server.processor_time();
    tokio::time::sleep(IDLE).await;
    let busy = server.processor_time().saturating_sub(busy);
    let each = after.saturating_sub(before) / u64::from(SOCKETS);
    println!(
        "  {SOCKETS} idle sockets: {each} bytes each {}; {:.1} % of a core while nobody writes",
        verdict("at most 16 KiB", each <= EACH),
        100.0 * busy.as_secs_f64() / IDLE.as_secs_f64()
    );
    drop(open);
}

/// The sessions of visitors who write a message each.
async fn write(url: String, visitors: impl Iterator<Item = u32>) -> Vec<String> {
    let mut client = Client::connect(&url).await;
    let mut sessions = Vec::new();
    for visitor in visitors {
        let body = json!({
            "visitor_id": uuid(visitor + 1), "client_id": uuid(50_000_000 + visitor),
            "conversation_key": uuid(60_000_000 + visitor), "body": "Hello",
        });
        let (status, answer) = client.ask("POST", "/messenger/test/send", "", &body.to_string()).await;
        assert_eq!(status, 200);
        let answer: Value = serde_json::from_slice(answer).unwrap();
        sessions.push(answer["session"]["token"].as_str().unwrap().to_owned());
    }
    sessions
}

type Socket = tokio_tungstenite::WebSocketStream<TcpStream>;

async fn connect(address: &str, url: &str, session: &str) -> Socket {
    let stream = TcpStream::connect(address.trim_start_matches("http://")).await.unwrap();
    let small = WebSocketConfig::default().read_buffer_size(512).write_buffer_size(0);
    let (mut socket, _) =
        tokio_tungstenite::client_async_with_config(url, stream, Some(small)).await.unwrap();
    let hello = json!({"type": "hello", "session": session, "since": 0}).to_string();
    socket.send(Message::text(hello)).await.unwrap();
    loop {
        let frame = socket.next().await.unwrap().unwrap().into_text().unwrap();
        if serde_json::from_str::<Value>(&frame).unwrap()["type"] == "welcome" {
            return socket;
        }
    }
}
