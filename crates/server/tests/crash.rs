//! 200 visitors send while the real server is killed and restarted five times. Afterwards each message is there exactly
//! once: those that were acknowledged, and those whose senders had to try again.
#![expect(clippy::unwrap_used, reason = "a broken set-up must fail the test loudly")]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use doorstep_store::{ChangeKind, Store};
use serde_json::json;
use support::{Server, databases, uuid};
use tokio::sync::Notify;

const VISITORS: u32 = 200;
const MESSAGES: u32 = 3;
const KILLS: usize = 5;

#[tokio::test]
async fn nothing_is_lost_or_doubled_by_a_killed_server() {
    for database in databases().await {
        let mut server = Server::start_on(&database, "off");
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let progress = Arc::new(Notify::new());
        let senders: Vec<_> = (0..VISITORS)
            .map(|visitor| {
                tokio::spawn(send_all(server.url(), visitor, acknowledged.clone(), progress.clone()))
            })
            .collect();
        let all = usize::try_from(VISITORS * MESSAGES).unwrap();
        for kill in 1..=KILLS {
            let mark = all * kill / (KILLS + 1);
            while acknowledged.load(Ordering::SeqCst) < mark {
                progress.notified().await;
            }
            server.kill_and_restart().await;
        }
        let mut expected = BTreeMap::new();
        for sender in senders {
            for (client_id, part_id) in sender.await.unwrap() {
                assert!(expected.insert(client_id, part_id).is_none());
            }
        }
        server.kill();
        assert_eq!(stored(&database.url).await, expected);
    }
}

/// Sends each message until the server has acknowledged it, as the widget's outbox does.
async fn send_all(
    url: String,
    visitor: u32,
    acknowledged: Arc<AtomicUsize>,
    progress: Arc<Notify>,
) -> Vec<(String, String)> {
    let client = reqwest::Client::new();
    let mut parts = Vec::new();
    for number in 0..MESSAGES {
        let client_id = uuid(100_000 + visitor * 10 + number);
        let body = json!({
            "visitor_id": uuid(1000 + visitor), "client_id": client_id, "conversation_key": uuid(5000 + visitor),
            "body": format!("message {number} of {visitor}"),
        });
        let part = loop {
            let answer =
                client.post(format!("{url}/messenger/test/send")).body(body.to_string()).send().await;
            if let Ok(answer) = answer
                && answer.status().is_success()
                && let Ok(reply) = answer.json::<serde_json::Value>().await
            {
                break reply["part"]["id"].as_str().unwrap().to_owned();
            }
            tokio::task::yield_now().await;
        };
        parts.push((client_id, part));
        acknowledged.fetch_add(1, Ordering::SeqCst);
        progress.notify_one();
    }
    parts
}

/// Every part in the database, by its client's id.
async fn stored(url: &str) -> BTreeMap<String, String> {
    let store = Store::open(url).await.unwrap();
    let workspace = store.workspace_by_app_id("test").await.unwrap().unwrap();
    let mut found = BTreeMap::new();
    for change in store.changes_for_workspace(workspace.id, 0, 100_000).await.unwrap() {
        if change.kind == ChangeKind::Part {
            let part = store.part(workspace.id, change.part_id.unwrap()).await.unwrap().unwrap();
            assert!(found.insert(part.client_id.unwrap(), part.id.to_string()).is_none(), "doubled");
        }
    }
    store.close().await;
    found
}
