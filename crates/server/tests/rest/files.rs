//! Files: what browsers upload and send, what programs send along, and who can fetch them for how long.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Program, Reply, World};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x06";
/// `hello` in base64.
const HELLO: &str = "aGVsbG8=";

/// A browser with the Messenger.
struct Browser {
    program: Program,
    visitor: String,
    session: Option<String>,
}

impl Browser {
    fn new(world: &World) -> Self {
        Self { program: world.browser(), visitor: Uuid::new_v4().to_string(), session: None }
    }

    fn caller(&self) -> Value {
        json!({"visitor_id": self.visitor, "session": self.session})
    }

    async fn upload(&self, name: &str, kind: &str, bytes: &[u8]) -> Reply {
        let program = self.program.with("x-doorstep-caller", &self.caller().to_string());
        let program = program.with("x-doorstep-name", name).with("content-type", kind);
        program.call("POST", "/messenger/ours/upload", bytes.to_vec()).await
    }

    /// An upload that goes well; gives its id.
    async fn uploaded(&self, name: &str, bytes: &[u8]) -> String {
        self.upload(name, "", bytes).await.ok()["id"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, verb: &str, more: &Value) -> Reply {
        let mut body = self.caller();
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.program.post(&format!("/messenger/ours/{verb}"), &body).await
    }

    async fn send(&mut self, body: &str, attachments: &Value) -> Reply {
        let message = json!({
            "client_id": Uuid::new_v4().to_string(), "conversation_key": Uuid::new_v4().to_string(), "body": body,
            "attachments": attachments,
        });
        let reply = self.ask("send", &message).await;
        if reply.status == StatusCode::OK {
            self.session = reply.json()["session"]["token"].as_str().map(ToOwned::to_owned);
        }
        reply
    }
}

/// Status, code and field of a refusal of the Messenger's API.
#[track_caller]
fn refused(reply: &Reply) -> (u16, String, Option<String>) {
    let error = &reply.json()["error"];
    let text = |name: &str| error[name].as_str().map(ToOwned::to_owned);
    (reply.status.as_u16(), text("code").unwrap(), text("field"))
}

fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_visitors_first_message_is_a_picture() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let done = browser.upload("%C3%9Cber%20uns.png", "image/png", PNG).await.ok();
    let file =
        json!({"id": done["id"], "name": "Über uns.png", "content_type": "image/png", "size": PNG.len()});
    assert_eq!(done, file);
    // Nothing is known of the visitor yet (P1).
    let ping = browser.ask("ping", &json!({})).await.ok();
    assert_eq!((&ping["person"]["role"], &ping["session"]), (&json!("visitor"), &Value::Null));
    let sent = browser.send("", &json!([done["id"]])).await.ok();
    assert_eq!(sent["person"]["role"], "lead");
    assert_eq!(sent["conversation"]["preview"], "📎 Über uns.png");
    let part = &sent["part"];
    assert_eq!(part["body"], "");
    let shown = &part["attachments"][0];
    assert_eq!(
        (&shown["name"], &shown["width"], &shown["height"]),
        (&json!("Über uns.png"), &json!(2), &json!(3))
    );
    // Whoever has its address can see it for half an hour, then the thread gives another.
    let url = shown["url"].as_str().unwrap();
    let got = world.browser().get(url).await;
    assert_eq!((got.status, got.bytes.as_slice()), (StatusCode::OK, PNG));
    assert_eq!(header(&got, "content-type"), "image/png");
    assert_eq!(header(&got, "x-content-type-options"), "nosniff");
    assert!(
        header(&got, "content-disposition")
            .starts_with("inline; filename=\"_ber uns.png\"; filename*=UTF-8''%C3")
    );
    assert!(header(&got, "content-security-policy").contains("sandbox"));
    world.wait(1800);
    assert_eq!(world.browser().get(url).await.status, StatusCode::OK);
    world.wait(301);
    assert_eq!(world.browser().get(url).await.status, StatusCode::GONE);
    let thread = json!({"conversation_id": sent["conversation"]["id"], "back_to": part["id"]});
    let fresh = browser.ask("thread", &thread).await.ok()["parts"][0]["attachments"][0]["url"].clone();
    assert_eq!(world.browser().get(fresh.as_str().unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn addresses_are_for_one_file() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let (one, two) = (browser.uploaded("a.txt", b"one").await, browser.uploaded("b.html", b"<script>").await);
    let sent = browser.send("look", &json!([one, two])).await.ok();
    let urls: Vec<String> =
        (0..2).map(|index| sent["part"]["attachments"][index]["url"].as_str().unwrap().to_owned()).collect();
    let got = world.browser().get(&urls[1]).await;
    assert_eq!(
        (header(&got, "content-type"), got.bytes.as_slice()),
        ("application/octet-stream", &b"<script>"[..])
    );
    assert!(header(&got, "content-disposition").starts_with("attachment; "));
    let parts: Vec<&str> = urls[0].split('/').collect();
    for wrong in [
        urls[0].replace(&one, &two),
        urls[0].replace(parts[3], "9999999999"),
        urls[0].replace(parts[4], "AAAA"),
        format!("/attachments/{one}/x/y/z"),
        format!("/attachments/{one}"),
    ] {
        let status = world.browser().get(&wrong).await.status.as_u16();
        assert!([400, 404].contains(&status), "{wrong}: {status}");
    }
    // What waits for its message has no address to be guessed.
    let waits = browser.uploaded("c.txt", b"three").await;
    assert_eq!(world.browser().get(&urls[0].replace(&one, &waits)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_may_not_be_sent() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let code = |reply: &Reply| {
        let (status, code, field) = refused(reply);
        (status, code, field.unwrap_or_default())
    };
    let of_file = |status, code: &str| (status, code.to_owned(), "file".to_owned());
    assert_eq!(code(&browser.upload("a.txt", "", b"").await), of_file(422, "file_empty"));
    assert_eq!(code(&browser.upload("a.exe", "", b"x").await), of_file(422, "file_type_refused"));
    assert_eq!(code(&browser.upload("a.txt", "", b"\x7fELF....").await), of_file(422, "file_type_refused"));
    // Said to be too large: refused before a byte of it is read.
    let program =
        browser.program.with("x-doorstep-caller", &browser.caller().to_string()).with("x-doorstep-name", "a");
    let large =
        program.with("content-length", "104857601").call("POST", "/messenger/ours/upload", vec![]).await;
    assert_eq!(code(&large), of_file(413, "file_too_large"));
    // Headers that are missing or are none.
    let path = "/messenger/ours/upload";
    assert_eq!(code(&browser.program.call("POST", path, vec![1]).await).2, "x-doorstep-caller");
    let wrong = browser.program.with("x-doorstep-caller", "{").with("x-doorstep-name", "a");
    assert_eq!(code(&wrong.call("POST", path, vec![1]).await).2, "x-doorstep-caller");
    let nameless = browser.program.with("x-doorstep-caller", "{}");
    assert_eq!(code(&nameless.call("POST", path, vec![1]).await).2, "x-doorstep-name");
    assert_eq!(nameless.with("x-doorstep-name", "a").call("POST", path, vec![1]).await.status.as_u16(), 401);
    let made_up =
        browser.program.with("x-doorstep-caller", r#"{"visitor_id": "me"}"#).with("x-doorstep-name", "a");
    assert_eq!(code(&made_up.call("POST", path, vec![1]).await).2, "visitor_id");
    // Ids that are nobody's, another's, or used.
    let unknown = (422, "upload_unknown".to_owned(), "attachments".to_owned());
    assert_eq!(code(&browser.send("", &json!(["x"])).await), unknown);
    let other = Browser::new(&world).uploaded("a.txt", b"x").await;
    assert_eq!(code(&browser.send("hi", &json!([other])).await), unknown);
    let mine = browser.uploaded("a.txt", b"x").await;
    browser.send("hi", &json!([mine])).await.ok();
    assert_eq!(code(&browser.send("again", &json!([mine])).await), unknown);
    let eleven = code(&browser.send("", &json!(vec!["x"; 11])).await);
    assert_eq!((eleven.0, eleven.2.as_str()), (422, "attachments"));
    assert_eq!(code(&browser.send("", &json!([])).await).2, "body");
    assert_eq!(refused(&browser.send("x", &json!("x")).await).2.as_deref(), Some("attachments"));
    // A browser of another site asks first.
    let asked = browser.program.call("OPTIONS", path, vec![]).await;
    assert_eq!(header(&asked, "access-control-allow-origin"), "*");
    assert!(header(&asked, "access-control-allow-headers").contains("x-doorstep-caller"));
}

#[tokio::test]
async fn programs_send_files_along() {
    let world = World::new().await;
    let ours = world.ours().await;
    let lead = ours.contact(&json!({"role": "lead"})).await;
    let file = |name: &str, data: &str| json!({"name": name, "content_type": "text/plain", "data": data});
    let begin = json!({"from": {"type": "lead", "id": lead}, "body": "Hi", "attachment_files": [file("a.txt", HELLO)]});
    let id = ours.post("/conversations", &begin).await.ok()["conversation_id"].as_str().unwrap().to_owned();
    let shown = ours.get(&format!("/conversations/{id}")).await.ok()["source"]["attachments"][0].clone();
    let url = shown["url"].as_str().unwrap().to_owned();
    let right = json!({
        "type": "upload", "name": "a.txt", "url": url, "content_type": "text/plain", "filesize": 5, "width": null,
        "height": null,
    });
    assert_eq!(shown, right);
    let path = url.strip_prefix("http://127.0.0.1:4600").unwrap();
    assert_eq!(world.browser().get(path).await.bytes, b"hello");
    let admin = ours.get("/admins").await.ok()["admins"][0]["id"].clone();
    let reply_path = format!("/conversations/{id}/reply");
    let reply = |more: Value| {
        let mut body = json!({"message_type": "comment", "type": "admin", "admin_id": admin});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    // Files without words; addresses do not count beside files.
    let both = reply(json!({
        "attachment_files": [file("b.txt", "aGVs\nbG8=")], "attachment_urls": ["https://a.example/x.png"],
    }));
    let done = ours.post(&reply_path, &both).await.ok();
    let part = &done["conversation_parts"]["conversation_parts"][0];
    assert_eq!((&part["body"], part["attachments"].as_array().unwrap().len()), (&Value::Null, 1));
    assert_eq!(part["attachments"][0]["name"], "b.txt");
    let urls = ours.post(&reply_path, &reply(json!({"attachment_urls": ["https://a.example/x.png"]}))).await;
    assert_eq!(urls.ok()["conversation_parts"]["conversation_parts"][1]["attachments"][0]["name"], "x.png");
    for (wrong, field) in [
        (json!([{"name": "x"}]), "attachment_files[0].data"),
        (json!([{"data": HELLO}]), "attachment_files[0].name"),
        (json!([file("a.txt", "not base64!")]), "attachment_files[0].data"),
        (json!([file("a.txt", "")]), "attachment_files"),
        (json!([file("a.exe", HELLO)]), "attachment_files"),
        (json!(vec![file("a.txt", HELLO); 11]), "attachment_files"),
        (json!("x"), "attachment_files"),
    ] {
        let refusal =
            ours.post(&reply_path, &reply(json!({"body": "x", "attachment_files": wrong}))).await.refusal();
        assert_eq!((refusal.0, refusal.3.as_deref()), (400, Some(field)), "{wrong}");
    }
    assert_eq!(ours.post(&reply_path, &reply(json!({}))).await.refusal().3.as_deref(), Some("body"));
    // Redacted, the bytes are given up.
    let redact =
        json!({"type": "conversation_part", "conversation_id": id, "conversation_part_id": part["id"]});
    ours.post("/conversations/redact", &redact).await.ok();
    let url = part["attachments"][0]["url"].as_str().unwrap().strip_prefix("http://127.0.0.1:4600").unwrap();
    assert_eq!(world.browser().get(url).await.status, StatusCode::NOT_FOUND);
    // With those of the empty file above, which was begun and given up.
    assert_eq!(world.store.gone_files(10).await.unwrap().len(), 2);
    doorstep_server::attachments::sweep(&world.app).await;
    assert!(world.store.gone_files(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn too_many_uploads_are_refused_for_a_while() {
    let world = World::new().await;
    let browser = Browser::new(&world);
    for _ in 0..60 {
        browser.uploaded("a.txt", b"x").await;
    }
    // On a slow machine some of what was used up is there again: one a second.
    for _ in 0..60 {
        let reply = browser.upload("a.txt", "", b"x").await;
        if !reply.status.is_success() {
            assert_eq!(refused(&reply).1, "rate_limit_exceeded");
            assert!(!header(&reply, "retry-after").is_empty());
            return;
        }
    }
    panic!("120 uploads in a row");
}
