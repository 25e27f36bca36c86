//! The main job against the real binary over HTTP and WebSocket: a visitor writes, becomes a lead, gives an email, is
//! answered, logs in; `shutdown` leaves nothing that the next person at the browser could use.
#![expect(clippy::unwrap_used, reason = "a broken set-up must fail the test loudly")]

mod support;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{Server, uuid};
use tokio_tungstenite::tungstenite::Message;

/// The next frame of a kind; what comes between is skipped.
async fn frame<S>(socket: &mut S, wanted: impl Fn(&Value) -> bool) -> Value
where
    S: futures_util::Stream<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin,
{
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message.unwrap() {
            let frame: Value = serde_json::from_str(&text).unwrap();
            if wanted(&frame) {
                return frame;
            }
        }
    }
    panic!("the socket ended before the frame came");
}

#[tokio::test]
async fn the_main_job() {
    let server = Server::start("off");
    let visitor = uuid(1);

    // At rest: nothing is known, nothing is made.
    let (status, pong) = server.messenger("ping", json!({"visitor_id": visitor})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&pong["session"], &pong["person"]["role"]), (&Value::Null, &json!("visitor")));

    // The first message makes the lead, a hostile text stays text.
    let message = json!({
        "visitor_id": visitor, "client_id": uuid(10), "conversation_key": uuid(20), "body": "<script>alert(1)</script>",
    });
    let (status, sent) = server.messenger("send", message.clone()).await;
    assert_eq!(status, StatusCode::OK, "{sent}");
    assert_eq!(sent["person"]["role"], "lead");
    assert_eq!(sent["part"]["body"], "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
    let session = sent["session"]["token"].as_str().unwrap().to_owned();
    let conversation = sent["conversation"]["id"].as_str().unwrap().to_owned();
    let (_, again) = server.messenger("send", message).await;
    assert_eq!(again["part"]["id"], sent["part"]["id"]);

    // The email card: wrong, then right.
    let (status, refused) = server.messenger("email", json!({"session": session, "email": "ada@"})).await;
    assert_eq!((status, &refused["error"]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("email")));
    let (_, given) = server.messenger("email", json!({"session": session, "email": "ada@example.com"})).await;
    assert_eq!(given["person"]["email"], "ada@example.com");

    // The teammate's answer arrives live.
    let (mut socket, _) = tokio_tungstenite::connect_async(server.socket_url()).await.unwrap();
    let hello = json!({"type": "hello", "session": session, "since": sent["seq"]}).to_string();
    socket.send(Message::text(hello)).await.unwrap();
    frame(&mut socket, |frame| frame["type"] == "welcome").await;
    let teammate = server.log_in().await;
    let list = teammate.get("conversations").await;
    assert_eq!(list["conversations"][0]["contact"]["email"], "ada@example.com");
    let reply = json!({"client_id": uuid(30), "body": "Hello Ada"});
    let done = teammate.post(&format!("conversations/{conversation}/reply"), reply).await;
    let told = frame(&mut socket, |frame| frame["change"]["kind"] == "part").await;
    assert_eq!(told["change"]["part"]["id"], done["part"]["id"]);
    assert_eq!(told["change"]["conversation"]["unread"], 1);

    // Logging in over the open conversation keeps it.
    let boot =
        json!({"visitor_id": visitor, "session": session, "settings": {"user_id": "ada", "name": "Ada"}});
    let (_, user) = server.messenger("ping", boot).await;
    assert_eq!((&user["person"]["role"], &user["person"]["external_id"]), (&json!("user"), &json!("ada")));
    assert_eq!(user["conversations"][0]["id"], conversation.as_str());

    // Shutdown: the socket is told, the session and the visitor id open nothing any more.
    let caller = json!({"visitor_id": visitor, "session": session});
    let (status, _) = server.messenger("shutdown", caller.clone()).await;
    assert_eq!(status, StatusCode::OK);
    let bye = frame(&mut socket, |frame| frame["type"] == "bye").await;
    assert_eq!(bye["reason"], "session_ended");
    let (_, stranger) = server.messenger("ping", caller.clone()).await;
    assert_eq!((&stranger["person"]["role"], &stranger["conversations"]), (&json!("visitor"), &json!([])));
    let thread = json!({"session": session, "visitor_id": visitor, "conversation_id": conversation});
    assert_eq!(server.messenger("thread", thread).await.0, StatusCode::UNAUTHORIZED);
    let old_session = json!({
        "visitor_id": visitor, "session": session, "client_id": uuid(11), "conversation_id": conversation, "body": "x",
    });
    let (status, refused) = server.messenger("send", old_session).await;
    assert_eq!((status, &refused["error"]["code"]), (StatusCode::CONFLICT, &json!("visitor_retired")));
    assert_eq!(server.messenger("shutdown", caller).await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_team_hears_of_messages_live() {
    let server = Server::start("off");
    let teammate = server.log_in().await;
    let mut socket = server.inbox_socket(&teammate, 0).await;
    frame(&mut socket, |frame| frame["type"] == "welcome").await;
    for (number, words) in (1..).zip(["first", "second"]) {
        let message = json!({
            "visitor_id": uuid(1), "client_id": uuid(10 + number), "conversation_key": uuid(20), "body": words,
        });
        let (status, sent) = server.messenger("send", message).await;
        assert_eq!(status, StatusCode::OK, "{sent}");
        // Nothing but the message: a socket that says goodbye meanwhile has lost its way.
        let told = frame(&mut socket, |frame| frame["type"] == "part" || frame["type"] == "bye").await;
        assert_eq!(
            (&told["part"]["id"], &told["conversation"]["unread"]),
            (&sent["part"]["id"], &json!(number))
        );
        assert_eq!(told["part"]["body"], format!("<p>{words}</p>"));
    }
    // Who comes back hears what was said meanwhile.
    let mut again = server.inbox_socket(&teammate, 0).await;
    let told = frame(&mut again, |frame| frame["type"] != "conversation").await;
    assert_eq!((&told["type"], &told["part"]["body"]), (&json!("part"), &json!("<p>first</p>")));
}

#[tokio::test]
async fn of_a_crowd_the_team_hears_each_message_once_and_in_order() {
    const PEOPLE: u32 = 20;
    const EACH: u32 = 4;
    let server = Server::start("off");
    let teammate = server.log_in().await;
    let mut socket = server.inbox_socket(&teammate, 0).await;
    frame(&mut socket, |frame| frame["type"] == "welcome").await;
    // Each begins with a lead, which is read from the log, and goes on with usual messages, which are handed over; so that
    // the socket is now ahead of what it is handed, and now behind.
    let writers = (0..PEOPLE).map(async |person| {
        let mut session = Value::Null;
        for number in 0..EACH {
            let message = json!({
                "visitor_id": uuid(1 + person), "session": session, "client_id": uuid(1000 + person * EACH + number),
                "conversation_key": uuid(500 + person), "body": "Hello",
            });
            let (status, sent) = server.messenger("send", message).await;
            assert_eq!(status, StatusCode::OK, "{sent}");
            if session.is_null() {
                session = sent["session"]["token"].clone();
            }
        }
    });
    let listener = async {
        let (mut ids, mut seqs) = (Vec::new(), Vec::new());
        while ids.len() < (PEOPLE * EACH) as usize {
            let told = frame(&mut socket, |frame| frame["type"] == "part" || frame["type"] == "bye").await;
            ids.push(told["part"]["client_id"].as_str().unwrap().to_owned());
            seqs.push(told["seq"].as_i64().unwrap());
        }
        assert!(seqs.is_sorted_by(|before, after| before < after), "{seqs:?}");
        ids.sort();
        ids
    };
    let (_, ids) = tokio::join!(futures_util::future::join_all(writers), listener);
    assert_eq!(ids, (0..PEOPLE * EACH).map(|number| uuid(1000 + number)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_wrong_hash_shows_nothing_of_the_user() {
    let server = Server::start("required");
    let hash = doorstep_domain::identity::user_hash(&server.identity_secret, "ada").unwrap();
    let settings = json!({"user_id": "ada", "user_hash": hash});
    let (_, ada) = server.messenger("ping", json!({"visitor_id": uuid(1), "settings": settings})).await;
    assert_eq!(ada["person"]["role"], "user");
    for (settings, code) in [
        (json!({"user_id": "ada"}), "identity_missing"),
        (json!({"user_id": "ada", "user_hash": "00"}), "identity_invalid"),
    ] {
        let request =
            json!({"visitor_id": uuid(2), "session": ada["session"]["token"], "settings": settings});
        let (status, answer) = server.messenger("ping", request).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            (&answer["refusal"]["code"], &answer["person"]["role"]),
            (&json!(code), &json!("visitor"))
        );
        assert_eq!(answer["session"], Value::Null);
    }
}

#[tokio::test]
async fn bad_input_is_refused_and_named() {
    let server = Server::start("off");
    let good =
        json!({"visitor_id": uuid(1), "client_id": uuid(2), "conversation_key": uuid(3), "body": "hi"});
    let with = |field: &str, value: Value| {
        let mut request = good.clone();
        request[field] = value;
        request
    };
    for (field, value, status) in [
        ("body", json!(""), 422),
        ("body", json!(" \n "), 422),
        ("body", json!("x".repeat(10_001)), 422),
        ("body", json!("a\u{0}b"), 422),
        ("body", json!(7), 422),
        ("client_id", json!("1"), 422),
        ("conversation_key", Value::Null, 422),
        ("conversation_id", json!("-1"), 422),
        ("visitor_id", json!("guess"), 422),
        ("session", json!([]), 422),
    ] {
        let (answered, refusal) = server.messenger("send", with(field, value)).await;
        assert_eq!(answered.as_u16(), status, "{field}: {refusal}");
        let named = refusal["error"]["field"].as_str().unwrap_or_default();
        assert_eq!(named, field);
    }
    let raw = |body: Vec<u8>| server.raw("send", body);
    assert_eq!(raw(vec![0xff, 0xfe]).await, StatusCode::BAD_REQUEST);
    assert_eq!(raw(b"{".to_vec()).await, StatusCode::BAD_REQUEST);
    assert_eq!(raw("[".repeat(50_000).into_bytes()).await, StatusCode::BAD_REQUEST);
    assert_eq!(raw(vec![b' '; 100_000]).await, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, unknown) = server.at("nowhere", "ping", json!({})).await;
    assert_eq!((status, &unknown["error"]["code"]), (StatusCode::NOT_FOUND, &json!("app_unknown")));
    let script = server.text("/widget/nowhere").await;
    assert!(script.starts_with("/*") && script.contains("console.warn"));
}

#[tokio::test]
async fn the_inbox_needs_a_log_in_and_its_header() {
    let server = Server::start("off");
    assert_eq!(server.text_status("/inbox/api/conversations").await, StatusCode::UNAUTHORIZED);
    let wrong = server.try_log_in("grace@example.com", "wrong", true).await;
    assert_eq!(wrong, StatusCode::UNAUTHORIZED);
    assert_eq!(server.try_log_in("nobody@example.com", "wrong", true).await, StatusCode::UNAUTHORIZED);
    let password = server.password.clone();
    assert_eq!(server.try_log_in("grace@example.com", &password, false).await, StatusCode::FORBIDDEN);
    assert_eq!(server.try_log_in("GRACE@example.com", &password, true).await, StatusCode::OK);
}

#[tokio::test]
async fn typing_and_reading_are_told_live_both_ways() {
    let server = Server::start("off");
    let message =
        json!({"visitor_id": uuid(1), "client_id": uuid(2), "conversation_key": uuid(3), "body": "hello"});
    let (_, sent) = server.messenger("send", message).await;
    let (session, conversation) = (&sent["session"]["token"], sent["conversation"]["id"].as_str().unwrap());
    assert!(
        (604_000..=604_800).contains(&sent["session"]["max_age"].as_i64().unwrap()),
        "a week, by any clock"
    );
    let teammate = server.log_in().await;
    let mut inbox = server.inbox_socket(&teammate, 0).await;
    frame(&mut inbox, |frame| frame["type"] == "welcome").await;
    let (mut visitor, _) = tokio_tungstenite::connect_async(server.socket_url()).await.unwrap();
    let hello = json!({"type": "hello", "session": session, "since": sent["seq"]}).to_string();
    visitor.send(Message::text(hello)).await.unwrap();
    frame(&mut visitor, |frame| frame["type"] == "welcome").await;

    // Typing; nothing of it is stored.
    let newest =
        server.messenger("ping", json!({"visitor_id": uuid(1), "session": session})).await.1["seq"].clone();
    let typing = json!({"type": "typing", "conversation_id": conversation}).to_string();
    visitor.send(Message::text(typing)).await.unwrap();
    let heard = frame(&mut inbox, |frame| frame["type"] == "typing").await;
    assert_eq!(heard, json!({"type": "typing", "conversation_id": conversation}));
    teammate.post(&format!("conversations/{conversation}/typing"), json!({})).await;
    let heard = frame(&mut visitor, |frame| frame["type"] == "typing").await;
    assert_eq!(heard, json!({"type": "typing", "conversation_id": conversation, "name": "Grace"}));
    let (_, pong) = server.messenger("ping", json!({"visitor_id": uuid(1), "session": session})).await;
    assert_eq!(pong["seq"], newest);

    // The teammate reads, answers, and sees that the person has read it: by the Messenger, then by a program.
    let read = json!({"part_id": sent["part"]["id"]});
    teammate.post(&format!("conversations/{conversation}/read"), read).await;
    let told = frame(&mut visitor, |frame| frame["change"]["kind"] == "conversation").await;
    assert_eq!(told["change"]["conversation"]["seen_by_team"], sent["part"]["id"]);
    let answer = async |number: u32| {
        let reply = json!({"client_id": uuid(number), "body": "hi"});
        let done = teammate.post(&format!("conversations/{conversation}/reply"), reply).await;
        done["part"]["id"].clone()
    };
    let part = answer(4).await;
    let read = json!({"session": session, "conversation_id": conversation, "part_id": part});
    assert_eq!(server.messenger("read", read).await.0, StatusCode::OK);
    frame(&mut inbox, |frame| frame["seen_by_contact"] == part).await;
    let part = answer(5).await;
    let token = server.token();
    server.rest(&token, "PUT", &format!("/conversations/{conversation}"), &json!({"read": true})).await;
    frame(&mut inbox, |frame| frame["seen_by_contact"] == part).await;
    let read = |frame: &Value| {
        frame["change"]["kind"] == "conversation" && frame["change"]["conversation"]["unread"] == 0
    };
    frame(&mut visitor, read).await;

    // A notice put away is away in every tab, and the conversation stays unread.
    answer(6).await;
    let unread = |frame: &Value| frame["change"]["conversation"]["unread"] == 1;
    let told = frame(&mut visitor, unread).await;
    let updated_at = told["change"]["conversation"]["updated_at"].clone();
    let dismiss = json!({"session": session, "conversation_id": conversation, "updated_at": updated_at});
    assert_eq!(server.messenger("dismiss", dismiss.clone()).await.0, StatusCode::OK);
    let told =
        frame(&mut visitor, |frame| frame["change"]["conversation"]["dismissed_at"] == updated_at).await;
    assert_eq!(told["change"]["conversation"]["unread"], 1);
    let mut foreign = dismiss;
    foreign["conversation_id"] = json!("999");
    assert_eq!(server.messenger("dismiss", foreign).await.0, StatusCode::NOT_FOUND);

    // Deleted: both sides are told.
    server.rest(&token, "DELETE", &format!("/conversations/{conversation}"), &Value::Null).await;
    let told = frame(&mut inbox, |frame| frame["type"] == "gone").await;
    assert_eq!(told["conversation_id"], conversation);
    frame(&mut visitor, |frame| frame["change"]["conversation"]["updated_at"] == 0).await;
}
