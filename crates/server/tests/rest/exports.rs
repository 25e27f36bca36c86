//! Exports and jobs (S§3.4).

use std::io::Read as _;

use doorstep_store::TokenAccess;
use serde_json::{Value, json};

use crate::world::{NOW, Program, World};

impl Program {
    /// Asks for an export, waits for it and gives its lines.
    async fn lines(&self, from: i64, to: i64) -> Vec<String> {
        let range = json!({"created_at_after": from, "created_at_before": to});
        let asked = self.post("/export/content/data", &range).await.ok();
        let done = self.done(asked["job_identifier"].as_str().unwrap()).await;
        assert_eq!(done["status"], "completed");
        let path = done["download_url"].as_str().unwrap().strip_prefix("http://127.0.0.1:4600").unwrap();
        let file = self.with("accept", "application/octet-stream").get(path).await;
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*file.bytes).read_to_string(&mut text).unwrap();
        text.lines().skip(1).map(ToOwned::to_owned).collect()
    }

    /// The export once it is done.
    async fn done(&self, id: &str) -> Value {
        loop {
            let now = self.get(&format!("/export/content/data/{id}")).await.ok();
            if !["pending", "in_progress"].contains(&now["status"].as_str().unwrap()) {
                return now;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn an_export_is_asked_for_fetched_and_gone_after_two_days() {
    let world = World::new().await;
    let ours = world.ours().await;
    let range = json!({"created_at_after": NOW - 1000, "created_at_before": NOW});
    let asked = ours.post("/export/content/data", &range).await.ok();
    assert_eq!(asked["status"], "pending");
    assert_eq!((&asked["download_url"], &asked["download_expires_at"]), (&json!(""), &json!("")));
    let id = asked["job_identifier"].as_str().unwrap();
    let done = ours.done(id).await;
    assert_eq!(done["status"], "completed");
    let until = NOW + 2 * 24 * 3600;
    assert_eq!(done["download_expires_at"], until.to_string());
    let url = done["download_url"].as_str().unwrap();
    let path = url.strip_prefix("http://127.0.0.1:4600").unwrap();
    let file = ours.with("accept", "application/octet-stream").get(path).await;
    assert_eq!(file.headers["content-type"], "application/octet-stream");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*file.bytes).read_to_string(&mut text).unwrap();
    assert!(text.starts_with("user_id,user_external_id,company_id,email,name,ruleset_id,"), "{text}");
    assert_eq!(text.lines().count(), 1, "nothing was sent");
    assert_eq!(ours.with("accept", "application/json").get(path).await.status, 406);
    let job = ours.get(&format!("/jobs/status/{}", done["job_id"].as_str().unwrap())).await.ok();
    assert_eq!(
        (&job["type"], &job["status"], &job["resource_id"]),
        (&json!("job"), &json!("success"), &json!(id))
    );
    let canceled = ours.post(&format!("/export/cancel/{id}"), &json!({})).await.ok();
    assert_eq!(canceled["status"], "completed", "what is done stays");
    world.wait(2 * 24 * 3600);
    assert_eq!(ours.get(path).await.refused(), (404, "job_not_found".to_owned()));
    assert_eq!(ours.get(&format!("/export/content/data/{id}")).await.ok()["download_url"], "");
}

#[tokio::test]
async fn one_export_at_a_time_and_one_that_is_given_up() {
    let world = World::new().await;
    let ours = world.ours().await;
    let now = NOW;
    let waiting =
        world.store.begin_export(ours.workspace_id, "waiting".to_owned(), (1, 2), now).await.unwrap();
    let range = json!({"created_at_after": "1", "created_at_before": 2});
    let (status, code, message, _) = ours.post("/export/content/data", &range).await.refusal();
    assert_eq!((status, &*code), (429, "rate_limit_exceeded"));
    assert_eq!(message, "Exceeded rate limit of 1 pending message data export jobs");
    let job = format!("/jobs/status/{}", waiting.id);
    assert_eq!(ours.get(&job).await.ok()["status"], "pending");
    assert_eq!(ours.post("/export/cancel/waiting", &json!({})).await.ok()["status"], "canceled");
    assert_eq!(ours.get(&job).await.ok()["status"], "failed");
    assert_eq!(ours.get("/download/content/data/waiting").await.status, 404);
    let next = ours.post("/export/content/data", &range).await.ok();
    assert_eq!(ours.done(next["job_identifier"].as_str().unwrap()).await["status"], "completed");
    for (body, field) in [
        (json!({"created_at_after": 1}), "created_at_before"),
        (json!({"created_at_before": 1}), "created_at_after"),
        (json!({"created_at_after": 2, "created_at_before": 1}), "created_at_after"),
        (json!({"created_at_after": [], "created_at_before": 1}), "created_at_after"),
    ] {
        let (status, _, _, at) = ours.post("/export/content/data", &body).await.refusal();
        assert_eq!((status, at.as_deref()), (400, Some(field)), "{body}");
    }
    for path in ["/export/content/data/x", "/download/content/data/x", "/jobs/status/x", "/jobs/status/99"] {
        assert_eq!(ours.get(path).await.refused(), (404, "job_not_found".to_owned()), "{path}");
    }
    assert_eq!(ours.speaking(Some("2.11")).get(&job).await.refused().1, "intercom_version_invalid");
}

#[tokio::test]
async fn an_export_has_a_line_for_each_person_a_message_was_to() {
    let world = World::new().await;
    let (ours, theirs) = (world.ours().await, world.program("theirs", TokenAccess::Write).await);
    let admin = ours.get("/admins").await.ok()["admins"][0]["id"].clone();
    let person = json!({"external_id": "70", "email": "bob@example.com", "name": "Bob, \"B\""});
    let bob = ours.contact(&person).await;
    let lead = ours.contact(&json!({"role": "lead"})).await;
    let company = ours.post("/companies", &json!({"company_id": "acme", "name": "Acme"})).await.ok();
    ours.post(&format!("/contacts/{bob}/companies"), &json!({"id": company["id"]})).await.ok();
    let message = |changes: Value| {
        let mut body = json!({
            "message_type": "in_app", "body": "heyy", "from": {"type": "admin", "id": admin},
            "to": [{"type": "user", "id": bob}, {"type": "lead", "id": lead}],
            "create_conversation_without_contact_reply": true, "created_at": NOW - 100,
        });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    let sent = ours.post("/messages", &message(json!({}))).await.ok();
    let email = json!({
        "message_type": "email", "subject": "News", "to": {"type": "lead", "id": lead},
        "cc": {"type": "user", "id": bob}, "created_at": NOW - 50,
    });
    let email = ours.post("/messages", &message(email)).await.ok();
    ours.post("/messages", &message(json!({"created_at": NOW - 1000}))).await.ok();
    let reply = json!({
        "message_type": "comment", "type": "user", "intercom_user_id": bob, "body": "hi", "created_at": NOW - 60,
    });
    let path = format!("/conversations/{}/reply", sent["conversation_id"].as_str().unwrap());
    ours.post(&path, &reply).await.ok();

    let (sent, email) = (sent["id"].as_str().unwrap(), email["id"].as_str().unwrap());
    let lead_id = ours.get(&format!("/contacts/{lead}")).await.ok()["external_id"].clone();
    let lead_id = lead_id.as_str().unwrap_or_default();
    let to_bob = |reply: &str| {
        format!(
            "{bob},70,acme,bob@example.com,\"Bob, \"\"B\"\"\",{sent},{sent},Chat,,{sent},{sent}-{bob},{},-1,,,{reply},,,,,,,,,,",
            NOW - 100
        )
    };
    let to_lead = |message: &str, kind: &str, at: i64| {
        format!(
            "{lead},{lead_id},-1,,,{message},{message},{kind},{message},{message}-{lead},{at},-1,,,,,,,,,,,,,"
        )
    };
    let mut both = vec![to_bob(&(NOW - 60).to_string()), to_lead(sent, "Chat,", NOW - 100)];
    both.sort();
    let mut lines = ours.lines(NOW - 100, NOW).await;
    assert_eq!(lines.pop(), Some(to_lead(email, "Email,News", NOW - 50)), "a copy is no receipt");
    lines.sort();
    assert_eq!(lines, both);
    // What came after the time asked for is not counted.
    assert!(ours.lines(NOW - 100, NOW - 61).await.contains(&to_bob("")));
    assert!(theirs.lines(0, NOW).await.is_empty());
}
