//! The real server is killed while a receiver of webhooks has a notification in hand and does not answer. The restarted one
//! sends it again, under the same id: at least once, and recognisable.
#![expect(clippy::unwrap_used, reason = "a broken set-up must fail the test loudly")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use support::{Server, databases};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Takes what is posted, and answers only when it has been told to.
#[derive(Clone)]
struct Receiver {
    answers: Arc<AtomicBool>,
    got: UnboundedSender<Bytes>,
}

impl Receiver {
    /// On a port of the kernel's choosing; gives its address, and what it gets.
    async fn start() -> (Self, String, UnboundedReceiver<Bytes>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (got, arrivals) = unbounded_channel();
        let receiver = Self { answers: Arc::default(), got };
        let service = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        (receiver, url, arrivals)
    }
}

async fn take(State(receiver): State<Receiver>, request: Request) -> StatusCode {
    if request.method() == Method::POST {
        let body = to_bytes(request.into_body(), 1 << 20).await.unwrap();
        receiver.got.send(body).unwrap();
        if !receiver.answers.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }
    StatusCode::OK
}

#[tokio::test]
async fn what_a_killed_server_was_sending_arrives_with_the_same_id() {
    for database in databases().await {
        let mut server = Server::start_on(&database, "off");
        let token = server.rest_token();
        let (receiver, url, mut arrivals) = Receiver::start().await;
        let hook = json!({"url": url, "topics": ["contact.lead.created"]});
        let hook = server.rest(&token, "POST", "/subscriptions", &hook).await;
        let lead = server.rest(&token, "POST", "/contacts", &json!({"role": "lead"})).await;

        let first: Value = serde_json::from_slice(&arrivals.recv().await.unwrap()).unwrap();
        server.kill();
        receiver.answers.store(true, Ordering::SeqCst);
        server.kill_and_restart().await;
        let again: Value = serde_json::from_slice(&arrivals.recv().await.unwrap()).unwrap();
        assert!(first["id"].as_str().unwrap().starts_with("notif_"));
        assert_eq!(again["id"], first["id"]);
        for notification in [&first, &again] {
            assert_eq!(notification["topic"], "contact.lead.created");
            assert_eq!(notification["data"]["item"]["id"], lead["id"]);
        }

        // Answered now, so that it is done.
        let log = format!("/subscriptions/{}/deliveries", hook["id"].as_str().unwrap());
        while server.rest(&token, "GET", &log, &Value::Null).await["data"][0]["state"] != "delivered" {
            tokio::task::yield_now().await;
        }
    }
}
