//! What goes beyond Intercom around merges (S§9): looking ahead, leads into leads, undoing, duplicates, a person's export and
//! erasure, upserts.

use std::collections::BTreeSet;

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_merge_is_looked_at_done_and_undone() {
    let world = World::new().await;
    let ours = world.ours().await;
    let from = ours
        .contact(&json!({"role": "lead", "email": "ada@example.com", "phone": "+44 20", "name": "Al"}))
        .await;
    let into = ours.contact(&json!({"role": "lead", "email": "ada@example.com", "name": "Ada"})).await;
    let talk = json!({"from": {"type": "lead", "id": from}, "body": "hello"});
    ours.post("/conversations", &talk).await.ok();

    let pair = json!({"from": from, "into": into});
    let refused = ours.post("/contacts/merge", &pair).await.refusal();
    assert_eq!((refused.0, refused.1.as_str()), (400, "invalid_merge"));
    let ahead = ours.post("/contacts/merge/preview", &pair).await.ok();
    assert_eq!(ahead["block_reasons"], json!(["invalid_merge_role_pair"]));
    let pair = json!({"from": from, "into": into, "lead_into_lead": true});
    let ahead = ours.post("/contacts/merge/preview", &pair).await.ok();
    assert_eq!((&ahead["mergeable"], &ahead["moved"]["conversations"]), (&json!(true), &json!(1)));
    assert_eq!(
        ahead["attributes"],
        json!({"adopted": {"phone": "+44 20"}, "merged": [], "discarded": {"name": "Al"}})
    );

    let merged = ours.post("/contacts/merge", &pair).await.ok();
    assert_eq!(
        (&merged["id"], &merged["phone"], &merged["name"]),
        (&json!(into), &json!("+44 20"), &json!("Ada"))
    );
    assert_eq!(ours.get(&format!("/contacts/{from}")).await.refused().0, 410);
    let history = ours.get(&format!("/contacts/{into}/merge_history")).await.ok();
    let merge = history["data"][0]["id"].as_str().unwrap().to_owned();
    assert!(history["data"][0]["undoable_until"].is_i64());

    let undone = ours.post(&format!("/merges/{merge}/undo"), &json!({})).await.ok();
    assert_eq!((&undone["contact"]["id"], &undone["into"]["phone"]), (&json!(from), &json!(null)));
    ours.get(&format!("/contacts/{from}")).await.ok();
    assert_eq!(
        ours.post(&format!("/merges/{merge}/undo"), &json!({})).await.refused(),
        (404, "not_found".to_owned())
    );
    assert_eq!(ours.post("/merges/x/undo", &json!({})).await.refused().0, 404);

    ours.post("/contacts/merge", &pair).await.ok();
    let history = ours.get(&format!("/contacts/{into}/merge_history")).await.ok();
    let merge = history["data"][0]["id"].as_str().unwrap().to_owned();
    world.wait(31 * 24 * 3600);
    assert_eq!(ours.post(&format!("/merges/{merge}/undo"), &json!({})).await.refused().0, 404);
}

#[tokio::test]
async fn duplicates_are_listed_in_pages() {
    let world = World::new().await;
    let ours = world.ours().await;
    for number in 0..3 {
        for _ in 0..2 {
            ours.contact(&json!({"role": "lead", "email": format!("p{number}@example.com")})).await;
        }
    }
    let user = ours.contact(&json!({"external_id": "p0", "email": "p0@example.com"})).await;
    let mut shown = Vec::new();
    let mut path = "/contacts/duplicates?per_page=2".to_owned();
    loop {
        let page = ours.get(&path).await.ok();
        shown.extend(page["data"].as_array().unwrap().iter().map(|group| group["total_count"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/contacts/duplicates?per_page=2&cursor={cursor}");
    }
    assert_eq!(shown, [3, 2, 2]);
    let others = ours.get(&format!("/contacts/{user}/duplicates")).await.ok();
    assert_eq!(others["data"].as_array().unwrap().len(), 2);
    assert_eq!(others["data"][0]["shared"], json!(["email"]));
    assert_eq!(ours.get("/contacts/duplicates?cursor=%00").await.refused().0, 400);
    assert_eq!(ours.get("/contacts/duplicates?per_page=0").await.refused().0, 400);
}

#[tokio::test]
async fn a_person_is_exported_and_erased() {
    let world = World::new().await;
    let ours = world.ours().await;
    let id = ours.contact(&json!({"role": "lead", "email": "ada@example.com"})).await;
    let talk = json!({"from": {"type": "lead", "id": id}, "body": "my words"});
    ours.post("/conversations", &talk).await.ok();
    ours.post("/tags", &json!({"name": "VIP", "users": [{"id": id}]})).await.ok();
    let export = ours.get(&format!("/contacts/{id}/export")).await.ok();
    assert_eq!(export["data"]["contacts"][0]["email"], "ada@example.com");
    assert_eq!(export["data"]["conversations"][0]["parts"][0]["body"], "<p>my words</p>");
    assert_eq!(export["data"]["contact_tags"][0]["tag_name"], "VIP");
    let erased = ours.post(&format!("/contacts/{id}/erase"), &json!({})).await.ok();
    assert_eq!((&erased["erased"], &erased["removed"]["conversations"]), (&json!(true), &json!(1)));
    for path in [format!("/contacts/{id}"), format!("/contacts/{id}/export")] {
        assert_eq!(ours.get(&path).await.refused().0, 404);
    }
}

/// Fifty programs that meet a new person at once make one contact, and none sees a conflict.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_upserts_make_one_contact() {
    let world = World::new().await;
    let ours = world.ours().await;
    let calls: Vec<_> = (0..50)
        .map(|number| {
            let program = ours.clone();
            let body =
                json!({"external_id": "ada", "email": "ada@example.com", "name": format!("Ada {number}")});
            tokio::spawn(async move { program.post("/contacts?upsert=true", &body).await.ok()["id"].clone() })
        })
        .collect();
    let mut ids = BTreeSet::new();
    for call in calls {
        ids.insert(call.await.unwrap().as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(ours.get("/contacts").await.ok()["total_count"], 1);
}
