//! A receiver of webhooks on a port of the kernel's choosing: answers as it is told to, 200 otherwise, and keeps what it got.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response};
use serde_json::Value;

/// How it answers a request.
#[derive(Clone, Debug)]
pub(crate) enum Reaction {
    Status(u16),
    With(u16, &'static str, String),
    Never,
}

/// What it got.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Clone, Default)]
pub(crate) struct Receiver {
    port: u16,
    reactions: Arc<Mutex<VecDeque<Reaction>>>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let service = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        receiver
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// The next request is answered so.
    pub(crate) fn answers(&self, reaction: Reaction) {
        self.reactions.lock().unwrap().push_back(reaction);
    }

    /// What came since this was asked last.
    pub(crate) fn got(&self) -> Vec<Got> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }

    /// Topics of what came since this was asked last.
    pub(crate) fn topics(&self) -> Vec<String> {
        self.got().iter().map(|got| got.json()["topic"].as_str().unwrap().to_owned()).collect()
    }
}

async fn take(State(receiver): State<Receiver>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap().to_vec();
    let got = Got { method: parts.method, headers: parts.headers, body };
    receiver.got.lock().unwrap().push(got);
    let reaction = receiver.reactions.lock().unwrap().pop_front().unwrap_or(Reaction::Status(200));
    let answer = |status: u16| Response::builder().status(status);
    match reaction {
        Reaction::Status(status) => answer(status).body(Body::from("thank you")).unwrap(),
        Reaction::With(status, name, value) => {
            answer(status).header(name, value).body(Body::empty()).unwrap()
        }
        Reaction::Never => std::future::pending().await,
    }
}
