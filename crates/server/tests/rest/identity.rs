//! Identity verification and trusted domains (M§6) at the messenger API.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_domain::identity::{VerificationMode, user_hash};
use doorstep_store::WorkspaceWrite;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::world::{NOW, Program, World};

/// What the site's own server does.
fn jwt(secret: &str, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

async fn demanding(mode: VerificationMode, settings: Option<Value>) -> World {
    let world = World::new().await;
    let workspace = world.store.workspace_by_app_id("ours").await.unwrap().unwrap();
    let write = WorkspaceWrite {
        identity_mode: Some(mode),
        settings: settings.map(|settings| settings.to_string()),
        ..WorkspaceWrite::default()
    };
    world.store.update_workspace(workspace.id, write).await.unwrap();
    world
}

async fn ping(browser: &Program, session: Option<&str>, settings: &Value) -> Value {
    let body = json!({"session": session, "settings": settings});
    browser.post("/messenger/ours/ping", &body).await.ok()
}

#[tokio::test]
async fn a_token_lets_its_user_in_and_says_who_they_are() {
    let world = demanding(VerificationMode::Required, None).await;
    let claims = json!({"user_id": "ada", "email": "ada@example.com", "name": "Ada", "exp": NOW + 60});
    let settings = json!({"intercom_user_jwt": jwt("secret", &claims), "user_id": "eve", "name": "Eve"});
    let reply = ping(&world.browser(), None, &settings).await;
    assert_eq!(reply["refusal"], Value::Null);
    let person = &reply["person"];
    assert_eq!(
        (&person["external_id"], &person["email"], &person["name"]),
        (&json!("ada"), &json!("ada@example.com"), &json!("Ada"))
    );
    assert!(reply["session"]["token"].is_string());
}

#[tokio::test]
async fn a_failed_verification_leaves_an_anonymous_visitor_and_says_why() {
    let world = demanding(VerificationMode::Required, None).await;
    let expired = jwt("secret", &json!({"user_id": "ada", "exp": NOW - 3600}));
    let of_another_key = jwt("other", &json!({"user_id": "ada"}));
    for (settings, code, field) in [
        (json!({"user_id": "ada"}), "identity_missing", "user_hash"),
        (json!({"user_id": "ada", "user_hash": "00"}), "identity_invalid", "user_hash"),
        (json!({"intercom_user_jwt": expired}), "identity_jwt_expired", "intercom_user_jwt"),
        (json!({"intercom_user_jwt": of_another_key}), "identity_jwt_invalid", "intercom_user_jwt"),
        (
            json!({"intercomEncryptedPayload": "AAAA"}),
            "identity_encrypted_invalid",
            "intercomEncryptedPayload",
        ),
    ] {
        let reply = ping(&world.browser(), None, &settings).await;
        assert_eq!((&reply["refusal"]["code"], &reply["refusal"]["field"]), (&json!(code), &json!(field)));
        assert_eq!((&reply["person"]["role"], &reply["session"]), (&json!("visitor"), &Value::Null));
        assert!(reply["refusal"]["message"].as_str().unwrap().ends_with(" The visitor stays anonymous."));
    }
}

#[tokio::test]
async fn a_session_outlives_its_own_users_token_and_nobody_elses() {
    let world = demanding(VerificationMode::Required, None).await;
    let browser = world.browser();
    let claims = json!({"user_id": "ada", "exp": NOW + 60});
    let token = jwt("secret", &claims);
    let reply = ping(&browser, None, &json!({"intercom_user_jwt": token})).await;
    let session = reply["session"]["token"].as_str().unwrap().to_owned();
    world.wait(3600);
    let reply = ping(&browser, Some(&session), &json!({"intercom_user_jwt": token})).await;
    assert_eq!(reply["refusal"]["code"], "identity_jwt_expired");
    assert_eq!(reply["person"]["external_id"], "ada");
    let other = jwt("secret", &json!({"user_id": "bob", "exp": NOW + 60}));
    let reply = ping(&browser, Some(&session), &json!({"intercom_user_jwt": other})).await;
    assert_eq!(reply["person"]["role"], "visitor");
}

#[tokio::test]
async fn keys_rotate_without_a_gap() {
    let world = demanding(VerificationMode::Required, None).await;
    let workspace = world.store.workspace_by_app_id("ours").await.unwrap().unwrap().id;
    let works = async |secret: &str| {
        let settings = json!({"user_id": "ada", "user_hash": user_hash(secret, "ada").unwrap()});
        ping(&world.browser(), None, &settings).await["refusal"].is_null()
    };
    assert!(world.store.retire_identity_key(workspace, 1, NOW).await.is_err(), "the last one stays");
    let second =
        world.store.add_identity_key(workspace, "second".into(), "new secret".into(), NOW).await.unwrap();
    assert!(works("secret").await && works("new secret").await);
    let first = world.store.identity_keys(workspace).await.unwrap()[0].id;
    world.store.retire_identity_key(workspace, first, NOW).await.unwrap();
    assert!(!works("secret").await && works("new secret").await);
    let keys = world.store.identity_keys(workspace).await.unwrap();
    assert_eq!((keys[0].secret.as_str(), keys[1].id), ("", second));
    // Another workspace's keys prove nothing here.
    let theirs = world.store.workspace_by_app_id("theirs").await.unwrap().unwrap().id;
    world.store.add_identity_key(theirs, "theirs".into(), "their secret".into(), NOW).await.unwrap();
    assert!(!works("their secret").await);
    assert!(world.store.retire_identity_key(theirs, second, NOW).await.is_err());
}

#[tokio::test]
async fn reporting_lets_everybody_in_and_counts() {
    let world = demanding(VerificationMode::Report, None).await;
    let shop = world.browser().with("origin", "https://shop.example").with("host", "chat.example");
    let reply = ping(&shop, None, &json!({"user_id": "ada"})).await;
    assert_eq!(reply["person"]["external_id"], "ada");
    assert_eq!(reply["refusal"]["code"], "identity_missing");
    assert!(reply["refusal"]["message"].as_str().unwrap().contains("only reports"));
    let metrics = String::from_utf8(shop.get("/metrics").await.bytes).unwrap();
    assert!(
        metrics.contains("doorstep_identity_pings_total{mode=\"report\",outcome=\"missing\"} 1\n"),
        "{metrics}"
    );
    assert!(!metrics.contains("ada"));
}

#[tokio::test]
async fn attributes_that_are_not_for_pages_must_be_signed() {
    let world = demanding(VerificationMode::Required, None).await;
    let program = world.ours().await;
    for (name, writable) in [("plan", false), ("colour", true)] {
        let attribute =
            json!({"name": name, "model": "contact", "data_type": "string", "messenger_writable": writable});
        program.post("/data_attributes", &attribute).await.ok();
    }
    let open = json!({
        "user_id": "ada", "user_hash": user_hash("secret", "ada").unwrap(), "plan": "free", "colour": "red", "new": "x",
    });
    ping(&world.browser(), None, &open).await;
    let id = program.get("/contacts/find_by_external_id/ada").await.ok()["id"].as_str().unwrap().to_owned();
    let attributes = async || program.get(&format!("/contacts/{id}")).await.ok()["custom_attributes"].clone();
    assert_eq!(attributes().await, json!({"colour": "red", "new": "x"}));
    let signed = jwt("secret", &json!({"user_id": "ada", "plan": "pro"}));
    ping(&world.browser(), None, &json!({"intercom_user_jwt": signed, "colour": "blue"})).await;
    assert_eq!(attributes().await, json!({"colour": "blue", "new": "x", "plan": "pro"}));
}

#[tokio::test]
async fn a_lead_joins_the_user_whose_token_signs_the_email_and_not_one_that_stands_beside_it() {
    let world = demanding(VerificationMode::Required, None).await;
    let program = world.ours().await;
    let lead = program.contact(&json!({"role": "lead", "email": "ada@example.com"})).await;
    let beside =
        json!({"intercom_user_jwt": jwt("secret", &json!({"user_id": "eve"})), "email": "ada@example.com"});
    ping(&world.browser(), None, &beside).await;
    program.get(&format!("/contacts/{lead}")).await.ok();
    let signed = jwt("secret", &json!({"user_id": "ada", "email": "ada@example.com"}));
    ping(&world.browser(), None, &json!({"intercom_user_jwt": signed})).await;
    assert_eq!(program.get(&format!("/contacts/{lead}")).await.refused().0, 410);
}

#[tokio::test]
async fn only_trusted_domains_have_the_messenger() {
    let settings = json!({"trusted_domains": "shop.example, *.shop.example"});
    let world = demanding(VerificationMode::Off, Some(settings)).await;
    let at = |origin: &str| world.browser().with("host", "chat.example").with("origin", origin);
    let body = json!({"settings": {}});
    for origin in ["https://shop.example", "https://www.shop.example:8443", "https://chat.example"] {
        at(origin).post("/messenger/ours/ping", &body).await.ok();
    }
    for origin in ["https://evil.example", "https://notshop.example", "null"] {
        let reply = at(origin).post("/messenger/ours/ping", &body).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json()["error"]["code"]),
            (403, &json!("site_not_trusted"))
        );
        let reply = at(origin).post("/messenger/ours/conversations", &json!({"session": "x"})).await;
        assert_eq!(reply.status.as_u16(), 403);
    }
    // The frame is ours; it says where it stands.
    let framed = json!({"settings": {}, "page": {"url": "https://evil.example/shop"}});
    assert_eq!(at("https://chat.example").post("/messenger/ours/ping", &framed).await.status.as_u16(), 403);
    let script = at("https://evil.example").get("/widget/ours").await;
    let text = String::from_utf8(script.bytes).unwrap();
    assert!(text.contains("trusted domains") && text.len() < 400, "{text}");
    assert!(
        script.headers["vary"].to_str().unwrap().contains("Referer")
            || script.headers.get_all("vary").iter().any(|value| value.to_str().unwrap().contains("Referer"))
    );
    // The other workspace has no list.
    at("https://evil.example").post("/messenger/theirs/ping", &body).await.ok();
}
