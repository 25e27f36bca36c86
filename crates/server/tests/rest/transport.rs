//! What every call goes through (S§1.0): tokens, versions, `Accept`, rate windows, encodings, bodies.

use std::io::Read as _;

use doorstep_store::TokenAccess;
use serde_json::json;

use crate::world::{NOW, World};

#[tokio::test]
async fn a_token_is_needed_and_ends_when_it_is_revoked() {
    let world = World::new().await;
    let ours = world.ours().await;
    assert_eq!(ours.get("/me").await.ok()["app"]["id_code"], "ours");
    for token in ["", "nonsense", "\u{e9}"] {
        let mut stranger = ours.clone();
        token.clone_into(&mut stranger.token);
        let reply = stranger.get("/me").await;
        assert_eq!(reply.refused(), (401, "unauthorized".to_owned()), "{token:?}");
        assert!(!reply.headers.contains_key("x-ratelimit-limit"));
    }
    let mut basic = ours.with("authorization", &format!("Basic {}", ours.token));
    basic.token = String::new();
    assert_eq!(basic.get("/me").await.status, 401);
    world.store.revoke_token(ours.workspace_id, ours.token_id, NOW).await.unwrap();
    assert_eq!(ours.get("/me").await.refused(), (401, "unauthorized".to_owned()));
}

#[tokio::test]
async fn a_reading_token_reads_and_searches() {
    let world = World::new().await;
    let reader = world.program("ours", TokenAccess::Read).await;
    let query = json!({"query": {"field": "role", "operator": "=", "value": "lead"}});
    assert_eq!(reader.post("/contacts/search", &query).await.ok()["total_count"], 0);
    assert_eq!(reader.get("/contacts").await.ok()["total_count"], 0);
    assert_eq!(
        reader.post("/contacts", &json!({"role": "lead"})).await.refused(),
        (403, "forbidden".to_owned())
    );
    assert_eq!(reader.get("/contacts").await.ok()["total_count"], 0);
}

#[tokio::test]
async fn versions() {
    let world = World::new().await;
    let ours = world.ours().await;
    for version in ["2.10", "2.11", "2.14", "2.15", "2.16", "Preview", "Unstable"] {
        assert_eq!(ours.speaking(Some(version)).get("/me").await.status, 200, "{version}");
    }
    assert_eq!(ours.speaking(None).get("/me").await.status, 200);
    for version in ["1.4", "2.9", "2.17", "3", "2.", ""] {
        let (status, code) = ours.speaking(Some(version)).get("/me").await.refused();
        assert_eq!((status, &*code), (400, "intercom_version_invalid"), "{version}");
    }
}

#[tokio::test]
async fn accept() {
    let world = World::new().await;
    let ours = world.ours().await;
    for accept in
        ["*/*", "application/json", "application/vnd.intercom.3+json", "text/html, application/json;q=0.5"]
    {
        assert_eq!(ours.with("accept", accept).get("/me").await.status, 200, "{accept}");
    }
    assert_eq!(ours.with("accept", "text/html").get("/me").await.refused(), (406, "client_error".to_owned()));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_not_found() {
    let world = World::new().await;
    let ours = world.ours().await;
    assert_eq!(ours.call("PATCH", "/contacts", Vec::new()).await.refused(), (404, "not_found".to_owned()));
    assert_eq!(ours.get("/contacts/a%00b").await.refused(), (404, "not_found".to_owned()));
    assert_eq!(ours.get("/nothing").await.status, 404);
}

#[tokio::test]
async fn a_window_of_ten_seconds() {
    let world = World::limited(18).await;
    let (ours, other) = (world.ours().await, world.ours().await);
    let left = |reply: &crate::world::Reply| {
        ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]
            .map(|name| reply.headers[name].to_str().unwrap().to_owned())
    };
    let reset = (NOW + 10).to_string();
    for remaining in ["2", "1", "0"] {
        assert_eq!(left(&ours.get("/me").await), ["3", remaining, &reset]);
    }
    let reply = ours.get("/me").await;
    let (status, code, message, _) = reply.refusal();
    assert_eq!((status, &*code), (429, "rate_limit_exceeded"));
    assert_eq!(message, "Exceeded rate limit of 3 in 10_seconds");
    assert_eq!(reply.headers["retry-after"], "10");
    assert_eq!(other.get("/me").await.status, 200);
    world.wait(10);
    assert_eq!(ours.get("/me").await.status, 200);
}

#[tokio::test]
async fn answers_are_packed_when_the_client_can_unpack() {
    let world = World::new().await;
    let ours = world.ours().await;
    let plain = ours.get("/contacts").await;
    for encoding in ["gzip", "br"] {
        let reply = ours.with("accept-encoding", encoding).get("/me").await;
        assert_eq!(reply.headers["content-encoding"], encoding);
        let mut unpacked = String::new();
        match encoding {
            "gzip" => flate2::read::GzDecoder::new(&*reply.bytes).read_to_string(&mut unpacked).unwrap(),
            _ => brotli::Decompressor::new(&*reply.bytes, 4096).read_to_string(&mut unpacked).unwrap(),
        };
        assert!(unpacked.contains("\"id_code\":\"ours\""));
    }
    assert!(!plain.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let world = World::new().await;
    let ours = world.ours().await;
    let big = format!("{{\"name\": \"{}\"}}", "a".repeat(1 << 20)).into_bytes();
    assert_eq!(ours.call("POST", "/contacts", big).await.status, 413);
    let items = format!("{{\"role\": [{}]}}", vec!["1"; 10_000].join(",")).into_bytes();
    let deep = format!("{{\"role\": {}}}", "[".repeat(100_000)).into_bytes();
    for body in [
        b"{".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"{\"name\": \"\xff\"}".to_vec(),
        b"{\"name\": \"\\ud800\"}".to_vec(),
        b"{\"name\": \"a\\u0000b\"}".to_vec(),
        b"{\"signed_up_at\": 1e400}".to_vec(),
        items,
        deep,
    ] {
        assert_eq!(
            ours.call("POST", "/contacts", body).await.refused(),
            (400, "parameter_invalid".to_owned())
        );
    }
    assert_eq!(ours.get("/contacts").await.ok()["total_count"], 0);
}
