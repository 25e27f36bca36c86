//! `/contacts`: the lines of S§9.2 that are about contacts, each a test of its name.

use serde_json::{Value, json};

use crate::world::{NOW, World};

#[tokio::test]
async fn the_object_has_every_key() {
    let world = World::new().await;
    let ours = world.ours().await;
    let made = ours.post("/contacts", &json!({"email": "Joe@bloggs.example", "name": "Joe"})).await.ok();
    assert_eq!((&made["role"], &made["workspace_id"]), (&json!("user"), &json!("ours")));
    let id = made["id"].as_str().unwrap();
    assert_eq!((id.len(), id.chars().all(|c| c.is_ascii_hexdigit())), (24, true));
    assert_eq!(made["tags"]["url"], format!("/contacts/{id}/tags"));
    let mut keys: Vec<&str> = made.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    insta::assert_snapshot!(keys.join(" "), @"android_app_name android_app_version android_device android_last_seen_at android_os_version android_sdk_version avatar browser browser_language browser_version companies created_at custom_attributes email email_domain enabled_push_messaging external_id has_hard_bounced id ios_app_name ios_app_version ios_device ios_last_seen_at ios_os_version ios_sdk_version language_override last_contacted_at last_email_clicked_at last_email_opened_at last_replied_at last_seen_at location marked_email_as_spam name notes opted_in_subscription_types opted_out_subscription_types os owner_id phone referrer role signed_up_at social_profiles tags type unsubscribed_from_emails updated_at utm_campaign utm_content utm_medium utm_source utm_term workspace_id");
    assert_eq!(ours.get(&format!("/contacts/{id}")).await.ok(), made);
    let phone = |version| {
        let (ours, path) = (ours.speaking(Some(version)), format!("/contacts/{id}"));
        async move { ours.get(&path).await.ok().get("formatted_phone").is_some() }
    };
    assert_eq!([phone("2.10").await, phone("2.13").await, phone("2.14").await], [false, true, false]);
}

#[tokio::test]
async fn a_lead_needs_nothing_and_a_user_needs_a_name_of_some_kind() {
    let world = World::new().await;
    let ours = world.ours().await;
    let lead = ours.post("/contacts", &json!({"role": "lead"})).await.ok();
    assert_eq!(lead["role"], "lead");
    assert!(uuid::Uuid::parse_str(lead["external_id"].as_str().unwrap()).is_ok());
    let named = ours.post("/contacts", &json!({"role": "lead", "external_id": 70})).await.ok();
    assert_eq!(named["external_id"], "70");
    for (body, field) in [
        (json!({}), "role"),
        (json!({"role": "user"}), "email"),
        (json!({"email": "not an email"}), "email"),
        (json!({"role": 7}), "role"),
        (json!({"role": "lead", "email_verified": true}), "email_verified"),
        (json!({"role": "lead", "owner_id": 9_999_999}), "owner_id"),
        (json!({"role": "lead", "owner_id": "x"}), "owner_id"),
        (json!({"role": "lead", "signed_up_at": -1}), "signed_up_at"),
        (json!({"role": "lead", "signed_up_at": 99_999_999_999_999_999_u64}), "signed_up_at"),
        (json!({"role": "lead", "signed_up_at": 1.5}), "signed_up_at"),
        (json!({"role": "lead", "avatar": "javascript:alert(1)"}), "avatar"),
        (json!({"role": "lead", "name": "a".repeat(256)}), "name"),
        (json!({"role": "lead", "unsubscribed_from_emails": "yes"}), "unsubscribed_from_emails"),
        (json!({"role": "lead", "custom_attributes": {"no_such": 1}}), "custom_attributes.no_such"),
        (json!({"role": "lead", "custom_attributes": [1]}), "custom_attributes"),
    ] {
        let (status, code, _, at) = ours.post("/contacts", &body).await.refusal();
        assert_eq!((status, &*code, at.as_deref()), (400, "parameter_invalid", Some(field)), "{body}");
    }
    assert_eq!(ours.get("/contacts").await.ok()["total_count"], 2);
}

#[tokio::test]
async fn two_leads_share_an_email_and_two_users_do_not() {
    let world = World::new().await;
    let ours = world.ours().await;
    for _ in 0..2 {
        ours.contact(&json!({"role": "lead", "email": "ada@example.com"})).await;
    }
    let ada = ours.contact(&json!({"role": "user", "email": "ada@example.com", "external_id": "ada"})).await;
    for twin in [json!({"email": "ADA@example.com"}), json!({"external_id": "ada"})] {
        let (status, code, message, _) = ours.post("/contacts", &twin).await.refusal();
        assert_eq!((status, &*code), (409, "conflict"));
        assert_eq!(message, format!("A contact matching those details already exists with id={ada}"));
    }
    ours.post(&format!("/contacts/{ada}/archive"), &Value::Null).await;
    let (_, _, message, _) = ours.post("/contacts", &json!({"external_id": "ada"})).await.refusal();
    assert_eq!(message, format!("An archived contact matching those details already exists with id={ada}"));
    // Beyond Intercom: one call that ends the race.
    let upsert = json!({"external_id": "ada", "name": "Ada"});
    let done = ours.post("/contacts?upsert=true", &upsert).await.ok();
    assert_eq!((done["id"].as_str(), done["name"].as_str()), (Some(&*ada), Some("Ada")));
    let bob = ours.contact(&json!({"external_id": "bob"})).await;
    let reply = ours.put(&format!("/contacts/{bob}"), &json!({"email": "ada@example.com"})).await;
    assert_eq!(reply.refused(), (409, "conflict".to_owned()));
}

#[tokio::test]
async fn a_user_stays_a_user() {
    let world = World::new().await;
    let ours = world.ours().await;
    let lead = ours.contact(&json!({"role": "lead", "email": "a@b.example"})).await;
    let path = format!("/contacts/{lead}");
    assert_eq!(ours.put(&path, &json!({"role": "nonsense"})).await.ok()["role"], "lead");
    let user = ours.put(&path, &json!({"role": "user"})).await.ok();
    assert_eq!((&user["role"], &user["external_id"]), (&json!("user"), &Value::Null));
    let (status, code, message, _) = ours.put(&path, &json!({"role": "lead"})).await.refusal();
    assert_eq!((status, &*code), (400, "client_error"));
    assert_eq!(message, "Contact with user role can't be converted to a lead");
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let world = World::new().await;
    let ours = world.ours().await;
    let id = ours.contact(&json!({"external_id": "1", "name": "Ada", "phone": "+44 1"})).await;
    world.wait(5);
    let avatar = json!({"type": "avatar", "image_url": "https://example.com/a.png"});
    let body =
        json!({"name": null, "avatar": avatar, "unknown": {"deep": [1]}, "signed_up_at": "1700000000"});
    let done = ours.put(&format!("/contacts/{id}"), &body).await.ok();
    assert_eq!((&done["name"], &done["phone"], &done["avatar"]), (&Value::Null, &json!("+44 1"), &avatar));
    assert_eq!((&done["signed_up_at"], &done["updated_at"]), (&json!(1_700_000_000), &json!(NOW + 5)));
    assert_eq!(ours.put("/contacts/nobody", &json!({})).await.refused(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn a_merge_asks_for_duplicates_from_2_16_on() {
    let world = World::new().await;
    let ours = world.ours().await;
    let old = ours.speaking(Some("2.14"));
    let lead = json!({"role": "lead"});
    let into = ours.contact(&json!({"external_id": "u", "phone": "+44 20"})).await;
    let merge = |from: &str| json!({"from": from, "into": into});

    let from = ours.contact(&lead).await;
    let (status, code, message, _) = ours.post("/contacts/merge", &merge(&from)).await.refusal();
    assert_eq!((status, &*code), (400, "invalid_merge"));
    assert!(message.starts_with("Contacts can only be merged when they are duplicates"));
    assert_eq!(old.post("/contacts/merge", &merge(&from)).await.ok()["id"], into.as_str());

    let second = ours.contact(&lead).await;
    let mut skipping = merge(&second);
    skipping["skip_duplicate_validation"] = true.into();
    ours.post("/contacts/merge", &skipping).await.ok();

    let other = ours.contact(&json!({"external_id": "v"})).await;
    let (_, code, message, _) = old.post("/contacts/merge", &merge(&other)).await.refusal();
    assert_eq!((&*code, &*message), ("invalid_merge", "Merging can only be performed on a lead into a user"));
    assert_eq!(old.post("/contacts/merge", &merge("nobody")).await.refused(), (404, "not_found".to_owned()));
    assert_eq!(
        old.post("/contacts/merge", &json!({"from": from})).await.refused(),
        (400, "parameter_not_found".to_owned())
    );

    // A merged id: 404 before 2.16, 410 with the way on from then.
    let gone = ours.get(&format!("/contacts/{from}")).await;
    assert_eq!(gone.refused(), (410, "contact_merged".to_owned()));
    assert_eq!(gone.headers["link"], format!("</contacts/{into}>; rel=\"canonical\""));
    assert_eq!(old.get(&format!("/contacts/{from}")).await.refused(), (404, "not_found".to_owned()));
    assert_eq!(ours.put(&format!("/contacts/{from}"), &json!({})).await.status, 410);

    let path = format!("/contacts/{into}/merge_history");
    let first = ours.get(&format!("{path}?per_page=1")).await.ok();
    assert_eq!((&first["data"][0]["source_contact_id"], &first["has_more"]), (&json!(second), &json!(true)));
    let next = first["next_cursor"].as_str().unwrap();
    let rest = ours.get(&format!("{path}?per_page=1&cursor={next}")).await.ok();
    let right = json!({
        "type": "merge_history", "source_contact_id": from, "source_contact_role": "lead", "merged_at": NOW,
        "id": rest["data"][0]["id"], "undoable_until": NOW + 30 * 24 * 3600,
    });
    assert_eq!(
        (&rest["data"][0], &rest["has_more"], &rest["next_cursor"]),
        (&right, &json!(false), &Value::Null)
    );
    assert_eq!(old.get(&path).await.refused(), (400, "intercom_version_invalid".to_owned()));
    let lead = ours.contact(&lead).await;
    assert_eq!(ours.get(&format!("/contacts/{lead}/merge_history")).await.status, 404);
}

#[tokio::test]
async fn find_by_external_id_finds_users() {
    let world = World::new().await;
    let ours = world.ours().await;
    let user = ours.contact(&json!({"external_id": "a/b c"})).await;
    ours.contact(&json!({"role": "lead", "external_id": "lead"})).await;
    let path = "/contacts/find_by_external_id/a%2Fb%20c";
    assert_eq!(ours.get(path).await.ok()["id"], user.as_str());
    assert_eq!(ours.get("/contacts/find_by_external_id/lead").await.status, 404);
    let old = ours.speaking(Some("2.13"));
    assert_eq!(old.get(path).await.refused(), (400, "intercom_version_invalid".to_owned()));
}

#[tokio::test]
async fn archive_unarchive_block_and_delete() {
    let world = World::new().await;
    let ours = world.ours().await;
    let id = ours.contact(&json!({"external_id": "u"})).await;
    let path = format!("/contacts/{id}");
    let reference = |what: &str, holds: bool| {
        let mut shown = json!({"type": "contact", "id": id, "external_id": "u"});
        shown[what] = holds.into();
        shown
    };
    // Of one that never was archived, too: official clients do it.
    assert_eq!(ours.post(&format!("{path}/unarchive"), &json!({})).await.ok(), reference("archived", false));
    assert_eq!(ours.post(&format!("{path}/archive"), &json!({})).await.ok(), reference("archived", true));
    assert_eq!(ours.get(&path).await.status, 404);
    assert_eq!(ours.get(&format!("{path}?include_archived=true")).await.status, 200);
    assert_eq!(ours.get("/contacts").await.ok()["total_count"], 0);
    assert_eq!(ours.get("/contacts?include_archived=true").await.ok()["total_count"], 1);
    ours.post(&format!("{path}/unarchive"), &json!({})).await.ok();
    assert_eq!(ours.get(&path).await.status, 200);
    assert_eq!(ours.post(&format!("{path}/block"), &json!({})).await.ok(), reference("blocked", true));
    let twin = ours.post("/contacts", &json!({"external_id": "u"})).await;
    assert_eq!(twin.refused(), (409, "not_restorable".to_owned()));
    let body = json!({"admin_id": 1}).to_string().into_bytes();
    assert_eq!(ours.call("DELETE", &path, body).await.ok(), reference("deleted", true));
    assert_eq!(ours.call("DELETE", &path, Vec::new()).await.status, 404);
    ours.contact(&json!({"external_id": "u"})).await;
}
