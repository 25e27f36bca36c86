//! One token never reaches another workspace's data: every route of the REST API is walked with the other's ids, and the
//! walk fails when a route is missing from it.

use doorstep_store::TokenAccess;
use serde_json::{Value, json};

use crate::world::World;

/// The routes as `router.rs` declares them: path and methods.
fn declared() -> Vec<(String, Vec<&'static str>)> {
    let source = include_str!("../../src/router.rs");
    let (_, rest) = source.split_once("let rest_api").unwrap();
    let (rest, _) = rest.split_once("method_not_allowed_fallback").unwrap();
    rest.split(".route(")
        .skip(1)
        .map(|text| {
            let path = text.split('"').nth(1).unwrap().to_owned();
            let methods = ["get", "post", "put", "delete"];
            let found = methods.into_iter().filter(|method| text.contains(&format!("{method}(rest::")));
            (path, found.collect())
        })
        .collect()
}

#[tokio::test]
async fn a_foreign_token_sees_and_changes_nothing() {
    let world = World::new().await;
    let (ours, theirs) = (world.ours().await, world.program("theirs", TokenAccess::Write).await);
    let attribute = json!({"name": "plan", "model": "contact", "data_type": "string"});
    let attribute = ours.post("/data_attributes", &attribute).await.ok()["id"].to_string();
    let user = json!({"external_id": "u", "email": "u@example.com", "custom_attributes": {"plan": "gold"}});
    let user = ours.contact(&user).await;
    let lead = ours.contact(&json!({"role": "lead", "email": "u@example.com"})).await;
    let admin = ours.get("/admins").await.ok()["admins"][0]["id"].as_str().unwrap().to_owned();
    let before = (ours.get("/contacts").await.ok(), ours.get("/data_attributes").await.ok());

    let own_lead = theirs.contact(&json!({"role": "lead"})).await;
    let own_user = theirs.contact(&json!({"external_id": "their user"})).await;
    let bodies = [
        json!({"from": lead, "into": user, "skip_duplicate_validation": true}),
        json!({"from": own_lead, "into": user, "skip_duplicate_validation": true}),
        json!({"from": lead, "into": own_user, "skip_duplicate_validation": true}),
        json!({"name": "x", "archived": true, "owner_id": admin}),
    ];
    let mut walked = 0;
    for (path, methods) in declared() {
        // The path with every id of ours that could stand in it.
        let ids: &[&str] = if path.contains('{') { &[&user, &lead, &attribute, &admin, "u"] } else { &[""] };
        for id in ids {
            let start = path.find('{').unwrap_or(path.len());
            let end = path.find('}').map_or(path.len(), |end| end + 1);
            let path = format!("{}{id}{}", &path[..start], &path[end..]);
            for method in &methods {
                for body in &bodies {
                    let body = if *method == "get" { Vec::new() } else { body.to_string().into_bytes() };
                    let reply = theirs.call(&method.to_uppercase(), &path, body).await;
                    walked += 1;
                    let text = String::from_utf8_lossy(&reply.bytes).into_owned();
                    assert!(!text.contains(&user) && !text.contains("gold"), "{method} {path}: {text}");
                    assert!(id.is_empty() || !reply.status.is_success(), "{method} {path}: {text}");
                }
            }
        }
    }
    assert!(walked > 100, "{walked} calls: are the routes still declared as this test reads them?");
    let after: (Value, Value) = (ours.get("/contacts").await.ok(), ours.get("/data_attributes").await.ok());
    assert_eq!(after, before);
}
