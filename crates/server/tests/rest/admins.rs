//! `/me`, `/admins`, `/teams`, `/emails` (S§3.4).

use doorstep_domain::edit::Edit;
use doorstep_store::{AdminWrite, TokenAccess};
use serde_json::{Value, json};

use crate::world::World;

/// Keys, in order, and those of objects among their values.
fn keys(object: &Value) -> String {
    let names = object.as_object().unwrap().iter().map(|(name, value)| match value {
        Value::Object(_) => format!("{name}({})", keys(value)),
        _ => name.clone(),
    });
    names.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn who_a_token_belongs_to() {
    let world = World::new().await;
    let me = world.ours().await.get("/me").await.ok();
    insta::assert_snapshot!(keys(&me), @"app(created_at id_code identity_verification name region secure timezone type) avatar(image_url type) away_mode_enabled away_mode_reassign away_status_reason_id email email_verified has_inbox_seat id job_title name team_ids team_priority_level(primary_team_ids secondary_team_ids) type");
    assert_eq!(me["avatar"], json!({"type": "avatar", "image_url": null}));
    assert_eq!(
        (&me["app"]["id_code"], &me["app"]["timezone"]),
        (&json!("ours"), &json!("America/Los_Angeles"))
    );
}

#[tokio::test]
async fn teammates_and_their_teams() {
    let world = World::new().await;
    let ours = world.ours().await;
    let team = ours.get("/teams").await.ok();
    assert_eq!((&team["type"], &team["teams"][0]["name"]), (&json!("team.list"), &json!("Support")));
    let team_id = team["teams"][0]["id"].as_str().unwrap().to_owned();
    insta::assert_snapshot!(keys(&team["teams"][0]), @"admin_ids admin_priority_level(primary_admin_ids secondary_admin_ids) assignment_limit distribution_method id name type");
    let listed = ours.get("/admins").await.ok();
    assert_eq!(listed["type"], "admin.list");
    insta::assert_snapshot!(keys(&listed["admins"][0]), @"avatar away_mode_enabled away_mode_reassign away_status_reason_id email has_inbox_seat id job_title name team_ids team_priority_level(primary_team_ids secondary_team_ids) type");
    let id = listed["admins"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(listed["admins"][0]["team_ids"], json!([]));

    let (team_number, number): (i64, i64) = (team_id.parse().unwrap(), id.parse().unwrap());
    world.store.set_team_member(ours.workspace_id, team_number, number, true).await.unwrap();
    let write =
        AdminWrite { avatar: Edit::Set("https://shop.example/g.png".to_owned()), ..AdminWrite::default() };
    world.store.update_admin(ours.workspace_id, number, write).await.unwrap();
    let admin = ours.get(&format!("/admins/{id}")).await.ok();
    assert_eq!(
        (&admin["team_ids"], &admin["avatar"]),
        (&json!([team_number]), &json!("https://shop.example/g.png"))
    );
    let team = ours.get(&format!("/teams/{team_id}")).await.ok();
    assert_eq!(team["admin_ids"], json!([number]));
    assert_eq!(ours.get("/me").await.ok()["avatar"]["image_url"], "https://shop.example/g.png");

    assert_eq!(ours.get("/admins/0").await.refused(), (404, "admin_not_found".to_owned()));
    assert_eq!(ours.get("/teams/x").await.refused(), (404, "team_not_found".to_owned()));
    let theirs = world.program("theirs", TokenAccess::Write).await;
    assert_eq!(theirs.get(&format!("/teams/{team_id}")).await.refused(), (404, "team_not_found".to_owned()));
}

#[tokio::test]
async fn a_teammate_goes_away_and_comes_back() {
    let world = World::new().await;
    let ours = world.ours().await;
    let id = ours.get("/admins").await.ok()["admins"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/admins/{id}/away");
    let away = ours.put(&path, &json!({"away_mode_enabled": true, "away_mode_reassign": true})).await.ok();
    assert_eq!((&away["type"], &away["id"]), (&json!("admin"), &json!(id)));
    let admin = ours.get(&format!("/admins/{id}")).await.ok();
    assert_eq!((&admin["away_mode_enabled"], &admin["away_mode_reassign"]), (&json!(true), &json!(true)));
    ours.put(&path, &json!({"away_mode_enabled": false, "away_mode_reassign": false})).await.ok();
    assert_eq!(ours.get("/admins").await.ok()["admins"][0]["away_mode_enabled"], false);
}

#[tokio::test]
async fn wrong_absences() {
    let world = World::new().await;
    let ours = world.ours().await;
    let id = ours.get("/admins").await.ok()["admins"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/admins/{id}/away");
    for (body, code, field) in [
        (json!({}), "parameter_not_found", "away_mode_enabled"),
        (json!({"away_mode_enabled": true}), "parameter_not_found", "away_mode_reassign"),
        (
            json!({"away_mode_enabled": "yes", "away_mode_reassign": true}),
            "parameter_invalid",
            "away_mode_enabled",
        ),
        (
            json!({"away_mode_enabled": true, "away_mode_reassign": true, "away_status_reason_id": 12345}),
            "parameter_invalid",
            "away_status_reason_id",
        ),
    ] {
        let (status, given, _, at) = ours.put(&path, &body).await.refusal();
        assert_eq!((status, &*given, at.as_deref()), (400, code, Some(field)), "{body}");
    }
    assert_eq!(ours.get("/admins").await.ok()["admins"][0]["away_mode_enabled"], false);
    let body = json!({"away_mode_enabled": true, "away_mode_reassign": true, "away_status_reason_id": 12345});
    // Reasons came with 2.16; older calls have no such field, and unknown fields are ignored.
    ours.speaking(Some("2.15")).put(&path, &body).await.ok();
    let body = json!({"away_mode_enabled": true, "away_mode_reassign": true});
    let (status, code, message, _) = ours.put("/admins/12345678/away", &body).await.refusal();
    assert_eq!((status, &*code, &*message), (404, "admin_not_found", "Admin for admin_id not found"));
}

#[tokio::test]
async fn addresses_to_send_from() {
    let world = World::new().await;
    let ours = world.ours().await;
    assert_eq!(ours.get("/emails").await.ok(), json!({"type": "list", "data": []}));
    assert_eq!(ours.get("/emails/1").await.refused(), (404, "not_found".to_owned()));
    let old = ours.speaking(Some("2.14"));
    assert_eq!(old.get("/emails").await.refused(), (400, "intercom_version_invalid".to_owned()));
}
