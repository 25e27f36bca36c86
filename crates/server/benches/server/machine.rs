//! What the machine does by itself: how often its disk flushes, and how many requests an axum server answers that reads the
//! same JSON and does nothing with it.

use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

use crate::http::Client;

const MEASURED: Duration = Duration::from_secs(3);

/// How often a second this disk makes 4 KiB durable, one after the other.
pub(crate) fn flushes(folder: &Path) -> f64 {
    let mut file = tempfile::tempfile_in(folder).unwrap();
    let block = [7_u8; 4096];
    let start = Instant::now();
    let mut count = 0.0;
    while start.elapsed() < MEASURED {
        file.rewind().unwrap();
        file.write_all(&block).unwrap();
        file.sync_data().unwrap();
        count += 1.0;
    }
    count / start.elapsed().as_secs_f64()
}

/// Requests a second of a bare axum server, from as many connections.
pub(crate) async fn bare_axum(connections: u32) -> f64 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/send", post(async |Json(value): Json<Value>| Json(value)));
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let end = Instant::now() + MEASURED;
    let senders: Vec<_> = (0..connections)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move {
                let mut client = Client::connect(&url).await;
                let body = serde_json::json!({"body": "How long does delivery take?"}).to_string();
                let mut count = 0_u32;
                while Instant::now() < end {
                    let (status, _) =
                        client.ask("POST", "/send", "Content-Type: application/json\r\n", &body).await;
                    assert_eq!(status, 200);
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut count = 0;
    for sender in senders {
        count += sender.await.unwrap();
    }
    server.abort();
    f64::from(count) / MEASURED.as_secs_f64()
}
