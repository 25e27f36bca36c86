//! Exports and jobs (S§3.4).

use std::io::Read as _;

use serde_json::{Value, json};

use crate::world::{NOW, Program, World};

impl Program {
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
