//! `/subscription_types` and `/contacts/{id}/subscriptions` (S§3.4, S§9).

use doorstep_store::{ConsentType, NewSubscriptionType, Voice};
use serde_json::json;

use crate::world::{NOW, Program, World};

/// The type every workspace has, and one that people have to ask for.
async fn types(world: &World, ours: &Program) -> (String, String) {
    let new = NewSubscriptionType {
        name: "Betas".to_owned(),
        description: "Try it first".to_owned(),
        consent: ConsentType::OptIn,
    };
    let opt_in = world.store.create_subscription_type(ours.workspace_id, new, NOW).await.unwrap();
    let all = ours.get("/subscription_types").await.ok();
    (all["data"][0]["id"].as_str().unwrap().to_owned(), opt_in.id.to_string())
}

#[tokio::test]
async fn every_workspace_has_a_live_type() {
    let world = World::new().await;
    let all = world.ours().await.get("/subscription_types").await.ok();
    let words = json!({"name": "Announcements", "description": "News about the product", "locale": "en"});
    let id = &all["data"][0]["id"];
    let right = json!({
        "type": "subscription", "id": id, "state": "live", "consent_type": "opt_out", "default_translation": words,
        "translations": [words], "content_types": ["email"],
    });
    assert_eq!(all, json!({"type": "list", "data": [right]}));
}

#[tokio::test]
async fn to_attach_is_to_say_no_or_yes() {
    let world = World::new().await;
    let ours = world.ours().await;
    let (opt_out, opt_in) = types(&world, &ours).await;
    let ada = ours.contact(&json!({"role": "lead"})).await;
    let path = format!("/contacts/{ada}/subscriptions");
    assert_eq!(ours.get(&path).await.ok(), json!({"type": "list", "data": []}));
    let no = ours.post(&path, &json!({"id": opt_out, "consent_type": "opt_out"})).await.ok();
    let yes = ours.post(&path, &json!({"id": opt_in, "consent_type": "opt_in"})).await.ok();
    assert_eq!((&no["id"], &yes["consent_type"]), (&json!(opt_out), &json!("opt_in")));
    assert_eq!(ours.get(&path).await.ok()["data"], json!([no, yes]));
    let shown = ours.get(&format!("/contacts/{ada}")).await.ok();
    let list = |id: &str| {
        json!({
            "type": "list", "data": [{"type": "subscription", "id": id, "url": path}], "url": path, "total_count": 1,
            "has_more": false,
        })
    };
    assert_eq!(shown["opted_out_subscription_types"], list(&opt_out));
    assert_eq!(shown["opted_in_subscription_types"], list(&opt_in));

    assert_eq!(ours.call("DELETE", &format!("{path}/{opt_out}"), Vec::new()).await.ok(), no);
    assert_eq!(ours.get(&path).await.ok()["data"], json!([yes]));
    let again = ours.call("DELETE", &format!("{path}/{opt_out}"), Vec::new()).await;
    assert_eq!(again.refused(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn wrong_subscriptions() {
    let world = World::new().await;
    let ours = world.ours().await;
    let (opt_out, _) = types(&world, &ours).await;
    let ada = ours.contact(&json!({"role": "lead"})).await;
    let path = format!("/contacts/{ada}/subscriptions");
    for (body, status, code, field) in [
        (json!({"id": "invalid_id", "consent_type": "opt_in"}), 404, "not_found", None),
        (json!({"id": 99, "consent_type": "opt_in"}), 404, "not_found", None),
        (json!({"consent_type": "opt_in"}), 400, "parameter_not_found", Some("id")),
        (json!({"id": opt_out}), 400, "parameter_not_found", Some("consent_type")),
        (json!({"id": opt_out, "consent_type": "maybe"}), 400, "parameter_invalid", Some("consent_type")),
        (json!({"id": opt_out, "consent_type": "opt_in"}), 400, "parameter_invalid", Some("consent_type")),
    ] {
        let (given, at, _, name) = ours.post(&path, &body).await.refusal();
        assert_eq!((given, &*at, name.as_deref()), (status, code, field), "{body}");
    }
    let nobody =
        ours.post("/contacts/x/subscriptions", &json!({"id": opt_out, "consent_type": "opt_out"})).await;
    assert_eq!(nobody.refusal().2, "User Not Found");
    assert_eq!(ours.get(&path).await.ok()["data"], json!([]));
}

#[tokio::test]
async fn a_persons_own_no_is_not_undone_by_a_program() {
    let world = World::new().await;
    let ours = world.ours().await;
    let (opt_out, opt_in) = types(&world, &ours).await;
    let ada = ours.contact(&json!({"external_id": "ada"})).await;
    let path = format!("/contacts/{ada}/subscriptions");
    let (workspace, id) = (ours.workspace_id, opt_out.parse().unwrap());
    world.store.attach_subscription(workspace, ada.clone(), id, Voice::Person, NOW).await.unwrap();
    let refused = ours.call("DELETE", &format!("{path}/{opt_out}"), Vec::new()).await;
    assert_eq!(refused.refused(), (403, "action_forbidden".to_owned()));
    // Repeating it does not make it the company's.
    ours.post(&path, &json!({"id": opt_out, "consent_type": "opt_out"})).await.ok();
    assert_eq!(ours.call("DELETE", &format!("{path}/{opt_out}"), Vec::new()).await.refused().0, 403);

    ours.post(&path, &json!({"id": opt_in, "consent_type": "opt_in"})).await.ok();
    let id = opt_in.parse().unwrap();
    world.store.detach_subscription(workspace, ada.clone(), id, Voice::Person, NOW).await.unwrap();
    let refused = ours.post(&path, &json!({"id": opt_in, "consent_type": "opt_in"})).await;
    assert_eq!(refused.refused(), (403, "action_forbidden".to_owned()));

    let contact = format!("/contacts/{ada}");
    let wants = |wants: bool| json!({"unsubscribed_from_emails": !wants, "name": "Ada"});
    assert_eq!(ours.put(&contact, &wants(false)).await.ok()["unsubscribed_from_emails"], true);
    assert_eq!(ours.put(&contact, &wants(true)).await.ok()["unsubscribed_from_emails"], false);
    world.store.person_wants_emails(workspace, ada.clone(), false, NOW).await.unwrap();
    let kept = ours.put(&contact, &wants(true)).await.ok();
    assert_eq!((&kept["unsubscribed_from_emails"], &kept["name"]), (&json!(true), &json!("Ada")));
    ours.put(&contact, &wants(false)).await.ok();
    assert_eq!(ours.put(&contact, &wants(true)).await.ok()["unsubscribed_from_emails"], true);
    world.store.person_wants_emails(workspace, ada, true, NOW).await.unwrap();
    assert_eq!(ours.get(&contact).await.ok()["unsubscribed_from_emails"], false);
}
