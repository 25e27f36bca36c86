//! Two people in one conversation and a teammate, against the real binary: each sees the others' words as theirs, live, and
//! nothing of them but the name; who was taken away sees nothing any more.
#![expect(clippy::unwrap_used, reason = "a broken set-up must fail the test loudly")]

mod support;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{Server, Socket, Teammate, uuid};
use tokio_tungstenite::tungstenite::Message;

/// Somebody in front of a Messenger. What they must never be told is looked for in everything they are told.
struct Person<'a> {
    server: &'a Server,
    session: Value,
    socket: Socket,
    secrets: &'static [&'static str],
}

impl<'a> Person<'a> {
    async fn boot(
        server: &'a Server,
        number: u32,
        settings: Value,
        secrets: &'static [&'static str],
    ) -> Self {
        let boot = json!({"visitor_id": uuid(number), "settings": settings});
        let (_, pong) = server.messenger("ping", boot).await;
        let session = pong["session"]["token"].clone();
        let (socket, _) = tokio_tungstenite::connect_async(server.socket_url()).await.unwrap();
        let mut person = Self { server, session, socket, secrets };
        person.say(json!({"type": "hello", "session": person.session, "since": pong["seq"]})).await;
        person.hears(|frame| frame["type"] == "welcome").await;
        person
    }

    async fn say(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    fn looks(&self, text: &str) {
        for secret in self.secrets {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }

    /// The next frame of a kind; what comes between is skipped.
    async fn hears(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        while let Some(message) = self.socket.next().await {
            if let Message::Text(text) = message.unwrap() {
                self.looks(&text);
                let frame: Value = serde_json::from_str(&text).unwrap();
                if wanted(&frame) {
                    return frame;
                }
            }
        }
        panic!("the socket ended before the frame came");
    }

    async fn hears_part(&mut self, words: &str) -> Value {
        let body = format!("<p>{words}</p>");
        self.hears(|frame| frame["change"]["part"]["body"] == body).await["change"].clone()
    }

    async fn asks(&self, verb: &str, mut body: Value) -> (StatusCode, Value) {
        body["session"] = self.session.clone();
        let (status, answer) = self.server.messenger(verb, body).await;
        self.looks(&answer.to_string());
        (status, answer)
    }

    async fn writes(&self, number: u32, place: &Value, words: &str) -> Value {
        let body = json!({"client_id": uuid(number), "conversation_id": place, "body": words});
        let (status, sent) = self.asks("send", body).await;
        assert_eq!(status, StatusCode::OK, "{sent}");
        sent
    }

    async fn list(&self) -> Value {
        self.asks("conversations", json!({})).await.1["conversations"].clone()
    }
}

async fn answers(teammate: &Teammate, number: u32, place: &Value, words: &str) -> Value {
    let path = format!("conversations/{}/reply", place.as_str().unwrap());
    teammate.post(&path, json!({"client_id": uuid(number), "body": words})).await["part"]["id"].clone()
}

#[tokio::test]
async fn two_people_and_a_teammate_talk() {
    let server = Server::start("off");
    let (teammate, token) = (server.log_in().await, server.token());
    let mut inbox = server.inbox_socket(&teammate, 0).await;
    let ada = json!({"user_id": "ada", "name": "Ada", "email": "ada@example.com", "phone": "+4930111111"});
    // Ben has no name: not even then is his email told.
    let ben = json!({"user_id": "ben", "email": "ben@example.com", "phone": "+4930222222"});
    let mut ada = Person::boot(&server, 1, ada, &["ben@", "4930222222", "between us"]).await;
    let mut ben = Person::boot(&server, 2, ben, &["ada@", "4930111111", "between us", KEY]).await;
    let begin = json!({"client_id": uuid(10), "conversation_key": KEY, "body": "hello"});
    let place = ada.asks("send", begin).await.1["conversation"]["id"].clone();
    let path = format!("/conversations/{}", place.as_str().unwrap());
    answers(&teammate, 11, &place, "how can I help?").await;
    let admin = server.rest(&token, "GET", "/admins", &Value::Null).await["admins"][0]["id"].clone();

    // Before that there is nothing there for Ben, whatever he asks.
    let about = json!({"conversation_id": place, "part_id": "1", "updated_at": 1, "rating": 5,
        "client_id": uuid(12), "body": "let me in"});
    for verb in ["thread", "read", "dismiss", "rate", "send"] {
        assert_eq!(ben.asks(verb, about.clone()).await.0, StatusCode::NOT_FOUND, "{verb}");
    }
    ben.say(json!({"type": "typing", "conversation_id": place})).await;

    let join = json!({"admin_id": admin, "customer": {"user_id": "ben"}});
    server.rest(&token, "POST", &format!("{path}/customers"), &join).await;
    let told = ben.hears(|frame| frame["change"]["conversation"]["id"] == place).await;
    assert_eq!(told["change"]["conversation"]["unread"], 2);
    let list = ben.list().await;
    assert_eq!((&list[0]["id"], &list[0]["key"], &list[0]["unread"]), (&place, &Value::Null, &json!(2)));
    let (_, thread) = ben.asks("thread", json!({"conversation_id": place})).await;
    let parts = thread["parts"].as_array().unwrap();
    let kinds: Vec<_> = parts.iter().map(|part| part["author"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["participant", "admin"]);
    assert_eq!((&parts[0]["author"]["name"], &parts[0]["client_id"]), (&json!("Ada"), &Value::Null));

    // Typing goes to the team and to the other one; nobody who takes no part is heard.
    ada.say(json!({"type": "typing", "conversation_id": place})).await;
    let typing = |frame: &Value| frame["type"] == "typing";
    assert_eq!(ben.hears(typing).await["name"], "Ada");
    teammate.post(&format!("conversations/{}/typing", place.as_str().unwrap()), json!({})).await;
    for person in [&mut ada, &mut ben] {
        assert_eq!(person.hears(typing).await["name"], "Grace", "and nobody hears of their own typing");
    }

    // Each one's words are theirs, for everybody.
    let sent = ben.writes(20, &place, "me, too").await;
    assert_eq!(
        (&sent["part"]["author"]["kind"], &sent["conversation"]["unread"]),
        (&json!("contact"), &json!(0))
    );
    let heard = ada.hears_part("me, too").await;
    let author = &heard["part"]["author"];
    assert_eq!(
        (&author["kind"], &author["id"], &heard["conversation"]["last_author"]["kind"]),
        (&json!("participant"), &json!(""), &json!("participant"))
    );
    let pseudonym = author["name"].as_str().unwrap();
    assert!(pseudonym.contains(' '), "{pseudonym}");
    assert_eq!(ada.list().await[0]["unread"], 2);
    let shown = loop {
        let text = inbox.next().await.unwrap().unwrap().into_text().unwrap();
        let frame: Value = serde_json::from_str(&text).unwrap();
        if frame["part"]["body"] == "<p>me, too</p>" {
            break frame;
        }
    };
    let author = &shown["part"]["author"];
    assert_eq!((&author["kind"], &author["name"]), (&json!("contact"), &json!("ben@example.com")));
    assert_eq!(shown["conversation"]["contact"]["display_name"], "Ada");
    ada.writes(21, &place, "good").await;
    let heard = ben.hears_part("good").await;
    assert_eq!(
        (&heard["part"]["author"]["name"], &heard["conversation"]["unread"]),
        (&json!("Ada"), &json!(1))
    );

    // What one has read the other has not; a note is nobody's but the team's.
    let note = json!({"message_type": "note", "type": "admin", "admin_id": admin, "body": "between us"});
    server.rest(&token, "POST", &format!("{path}/reply"), &note).await;
    let newest = answers(&teammate, 30, &place, "all done").await;
    for person in [&mut ada, &mut ben] {
        person.hears_part("all done").await;
    }
    let read = json!({"conversation_id": place, "part_id": newest});
    assert_eq!(ben.asks("read", read).await.0, StatusCode::OK);
    assert_eq!((&ben.list().await[0]["unread"], &ada.list().await[0]["unread"]), (&json!(0), &json!(1)));
    for person in [&ada, &ben] {
        let (_, thread) = person.asks("thread", json!({"conversation_id": place})).await;
        assert_eq!(thread["parts"].as_array().unwrap().len(), 5);
    }

    // Taken away: gone from the screen at once, and nothing comes any more.
    let ben_id =
        server.rest(&token, "GET", &path, &Value::Null).await["contacts"]["contacts"][1]["id"].clone();
    let leave = format!("{path}/customers/{}", ben_id.as_str().unwrap());
    server.rest(&token, "DELETE", &leave, &json!({"admin_id": admin})).await;
    let gone = |frame: &Value| frame["change"]["conversation"]["updated_at"] == 0;
    assert_eq!(ben.hears(gone).await["change"]["conversation"]["id"], place);
    ben.secrets = &["ada@", "is he gone"];
    ada.writes(40, &place, "is he gone?").await;
    answers(&teammate, 41, &place, "he is").await;
    ada.hears_part("he is").await;
    ben.asks("send", json!({"client_id": uuid(42), "conversation_key": uuid(43), "body": "my own"})).await;
    ben.hears_part("my own").await;
    for verb in ["thread", "read", "dismiss", "rate", "send"] {
        assert_eq!(ben.asks(verb, about.clone()).await.0, StatusCode::NOT_FOUND, "{verb}");
    }
    assert_eq!(ben.list().await.as_array().unwrap().len(), 1);
}

/// The key of the first one's client.
const KEY: &str = "00000000-0000-4000-8000-00000000aaaa";
