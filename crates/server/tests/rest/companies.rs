//! `/companies` and `/contacts/{id}/companies` (S§3.3, S§8.2).

use serde_json::{Value, json};

use crate::world::{NOW, Program, World};

async fn company(ours: &Program, body: &Value) -> Value {
    ours.post("/companies", body).await.ok()
}

/// A company somebody belongs to; gives its id and the contact's.
async fn inhabited(ours: &Program, company_id: &str) -> (String, String) {
    let made = company(ours, &json!({"company_id": company_id, "name": company_id})).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let contact = ours.contact(&json!({"external_id": format!("of {company_id}")})).await;
    ours.post(&format!("/contacts/{contact}/companies"), &json!({"id": id})).await.ok();
    (id, contact)
}

fn ids(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|one| one["company_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_object_has_every_key() {
    let world = World::new().await;
    let ours = world.ours().await;
    let attribute = json!({"name": "tier", "model": "company", "data_type": "integer"});
    ours.post("/data_attributes", &attribute).await.ok();
    let made = company(
        &ours,
        &json!({
            "company_id": "6", "name": "Blue Sun", "plan": "Pro", "monthly_spend": 155.98, "size": "85",
            "website": "not checked", "industry": "Manufacturing", "remote_created_at": 1_374_138_000,
            "update_last_request_at": true, "custom_attributes": {"tier": 2},
        }),
    )
    .await;
    let keys: Vec<&str> = made.as_object().unwrap().keys().map(String::as_str).collect();
    insta::assert_snapshot!(keys.join(" "), @"app_id company_id created_at custom_attributes id industry last_request_at monthly_spend name plan remote_created_at segments session_count size tags type updated_at user_count website");
    assert_eq!(made["plan"]["name"], "Pro");
    assert_eq!(made["plan"]["type"], "plan");
    assert_eq!(
        (&made["monthly_spend"], &made["size"], &made["last_request_at"]),
        (&json!(155), &json!(85), &json!(NOW))
    );
    assert_eq!((&made["app_id"], &made["custom_attributes"]), (&json!("ours"), &json!({"tier": 2})));
    let path = format!("/companies/{}", made["id"].as_str().unwrap());
    assert_eq!(ours.get(&path).await.ok(), made);
    // What is not known is left out; the plan is an empty object.
    let bare = company(&ours, &json!({"company_id": 7})).await;
    let keys: Vec<&str> = bare.as_object().unwrap().keys().map(String::as_str).collect();
    insta::assert_snapshot!(keys.join(" "), @"app_id company_id created_at custom_attributes id monthly_spend plan segments session_count tags type updated_at user_count");
    assert_eq!(
        (&bare["plan"], &bare["company_id"], &bare["monthly_spend"]),
        (&json!({}), &json!("7"), &json!(0))
    );
}

#[tokio::test]
async fn the_sites_id_finds_and_updates() {
    let world = World::new().await;
    let ours = world.ours().await;
    let made = company(&ours, &json!({"company_id": "6", "name": "Acme", "created_at": 1_374_138_000})).await;
    assert_eq!(made["remote_created_at"], 1_374_138_000);
    let path = format!("/companies/{}", made["id"].as_str().unwrap());
    let again = company(&ours, &json!({"company_id": "6", "plan": "Pro"})).await;
    assert_eq!((&again["id"], &again["name"]), (&made["id"], &json!("Acme")));
    let changed = ours.put(&path, &json!({"name": "Bolt", "company_id": "8", "plan": null})).await.ok();
    assert_eq!(
        (&changed["company_id"], &changed["name"], &changed["plan"]),
        (&json!("6"), &json!("Bolt"), &json!({}))
    );
    assert_eq!(ours.get("/companies?company_id=6").await.ok()["id"], made["id"]);
    assert_eq!(ours.get("/companies?name=Bolt").await.ok()["id"], made["id"]);
    for path in [
        "/companies?company_id=8",
        "/companies?name=Acme",
        "/companies/x",
        "/companies/x/contacts",
        "/companies/x/segments",
    ] {
        let (status, code, message, _) = ours.get(path).await.refusal();
        assert_eq!((status, &*code, &*message), (404, "company_not_found", "Company Not Found"), "{path}");
    }
    let gone = ours.call("DELETE", &path, b"{}".to_vec()).await.ok();
    assert_eq!(gone, json!({"id": made["id"], "object": "company", "deleted": true}));
    assert_eq!(ours.call("DELETE", &path, Vec::new()).await.refused(), (404, "company_not_found".to_owned()));
    assert_ne!(company(&ours, &json!({"company_id": "6"})).await["id"], made["id"]);
}

#[tokio::test]
async fn wrong_companies() {
    let world = World::new().await;
    let ours = world.ours().await;
    let (status, code, message, _) = ours.post("/companies", &json!({"test": "invalid"})).await.refusal();
    assert_eq!((status, &*code, &*message), (400, "bad_request", "bad 'test' parameter"));
    let id = company(&ours, &json!({"company_id": "6"})).await["id"].as_str().unwrap().to_owned();
    let path = format!("/companies/{id}");
    assert_eq!(ours.put(&path, &json!({"test": "invalid"})).await.refused(), (400, "bad_request".to_owned()));
    for (body, code, field) in [
        (json!({"name": "nameless"}), "parameter_not_found", "company_id"),
        (json!({"company_id": ""}), "parameter_not_found", "company_id"),
        (json!({"company_id": ["6"]}), "parameter_invalid", "company_id"),
        (json!({"company_id": "6", "user_count": 3}), "bad_request", "user_count"),
        (json!({"company_id": "6", "monthly_spend": "much"}), "parameter_invalid", "monthly_spend"),
        (
            json!({"company_id": "6", "monthly_spend": 2_147_483_648_i64}),
            "parameter_invalid",
            "monthly_spend",
        ),
        (json!({"company_id": "6", "size": 1.5}), "parameter_invalid", "size"),
        (json!({"company_id": "6", "size": -1}), "parameter_invalid", "size"),
        (json!({"company_id": "6", "name": "a".repeat(256)}), "parameter_invalid", "name"),
        (json!({"company_id": "6", "plan": {"name": "Pro"}}), "parameter_invalid", "plan"),
        (
            json!({"company_id": "6", "remote_created_at": "yesterday"}),
            "parameter_invalid",
            "remote_created_at",
        ),
        (
            json!({"company_id": "6", "update_last_request_at": 1}),
            "parameter_invalid",
            "update_last_request_at",
        ),
        (
            json!({"company_id": "6", "custom_attributes": {"no": 1}}),
            "parameter_invalid",
            "custom_attributes.no",
        ),
    ] {
        let (status, given, _, at) = ours.post("/companies", &body).await.refusal();
        assert_eq!((status, &*given, at.as_deref()), (400, code, Some(field)), "{body}");
    }
    let (_, _, message, _) =
        ours.post("/companies", &json!({"company_id": "6", "monthly_spend": []})).await.refusal();
    assert_eq!(
        message,
        "monthly_spend must be a number from -2147483647 to 2147483647; its fraction is cut off"
    );
}

#[tokio::test]
async fn a_contact_belongs_to_companies() {
    let world = World::new().await;
    let ours = world.ours().await;
    let (acme, ada) = inhabited(&ours, "acme").await;
    let path = format!("/contacts/{ada}/companies");
    let listed = ours.get(&path).await.ok();
    let keys: Vec<&str> = listed.as_object().unwrap().keys().map(String::as_str).collect();
    insta::assert_snapshot!(keys.join(" "), @"companies data pages total_count type");
    assert_eq!((&listed["companies"], &listed["total_count"]), (&listed["data"], &json!(1)));
    assert_eq!(
        listed["pages"],
        json!({"type": "pages", "next": null, "page": 1, "per_page": 50, "total_pages": 1})
    );
    assert_eq!(listed["data"][0]["user_count"], 1);

    world.wait(1);
    let bolt = company(&ours, &json!({"company_id": "bolt", "name": "Bolt"})).await;
    ours.post(&path, &json!({"id": bolt["id"]})).await.ok();
    let first = ours.get(&format!("{path}?per_page=1")).await.ok();
    let right = format!("http://127.0.0.1:4600{path}?per_page=1&page=2");
    assert_eq!((ids(&first), &first["pages"]["next"]), (vec!["acme"], &json!(right)));
    let second = ours.get(&format!("{path}?per_page=1&page=2")).await.ok();
    assert_eq!((ids(&second), &second["pages"]["next"]), (vec!["bolt"], &Value::Null));
    // Clients stop at an empty page.
    assert!(ids(&ours.get(&format!("{path}?per_page=1&page=3")).await.ok()).is_empty());

    let (status, code, message, _) = ours.post(&path, &json!({})).await.refusal();
    assert_eq!((status, &*code, &*message), (400, "parameter_not_found", "company not specified"));
    assert_eq!(
        ours.post(&path, &json!({"id": "123"})).await.refused(),
        (404, "company_not_found".to_owned())
    );
    let nobody = ours.post("/contacts/x/companies", &json!({"id": acme})).await.refusal();
    assert_eq!((nobody.0, &*nobody.1, &*nobody.2), (404, "not_found", "User Not Found"));
    assert_eq!(ours.get("/contacts/x/companies").await.refused(), (404, "not_found".to_owned()));

    let detach = format!("{path}/{acme}");
    let gone = ours.call("DELETE", &detach, b"{\"x\": 1}".to_vec()).await.ok();
    assert_eq!((&gone["id"], &gone["user_count"]), (&json!(acme), &json!(0)));
    assert_eq!(
        ours.call("DELETE", &detach, Vec::new()).await.refused(),
        (404, "company_not_found".to_owned())
    );
    let of_nobody = format!("/contacts/x/companies/{acme}");
    assert_eq!(ours.call("DELETE", &of_nobody, Vec::new()).await.refused(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn the_contacts_of_a_company() {
    let world = World::new().await;
    let ours = world.ours().await;
    let (acme, ada) = inhabited(&ours, "acme").await;
    let bob = ours.contact(&json!({"role": "lead", "name": "Bob"})).await;
    ours.post(&format!("/contacts/{bob}/companies"), &json!({"id": acme})).await.ok();
    let path = format!("/companies/{acme}/contacts");
    let listed = ours.get(&path).await.ok();
    assert_eq!(listed["total_count"], 2);
    assert_eq!(listed["pages"], json!({"type": "pages", "page": 1, "per_page": 50, "total_pages": 1}));
    let mut found = Vec::new();
    let mut next = String::new();
    loop {
        let page = ours.get(&format!("{path}?per_page=1&starting_after={next}")).await.ok();
        found.extend(
            page["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["pages"]["next"]["starting_after"].as_str() else { break };
        cursor.clone_into(&mut next);
    }
    found.sort();
    let mut right = vec![ada, bob];
    right.sort();
    assert_eq!(found, right);
    assert_eq!(
        ours.get(&format!("/companies/{acme}/segments")).await.ok(),
        json!({"type": "list", "data": []})
    );
}

#[tokio::test]
async fn pagers_stop_at_an_empty_page() {
    let world = World::new().await;
    let ours = world.ours().await;
    company(&ours, &json!({"company_id": "nobody is in it"})).await;
    assert!(ids(&ours.post("/companies/list", &json!({})).await.ok()).is_empty());
    for number in 0..5 {
        inhabited(&ours, &format!("c{number}")).await;
        let seen = json!({"company_id": format!("c{number}"), "update_last_request_at": true});
        company(&ours, &seen).await;
        world.wait(1);
    }
    let list = |query: &str| {
        let (ours, path) = (ours.clone(), format!("/companies/list?{query}"));
        async move { ours.post(&path, &json!({})).await.ok() }
    };
    let whole = list("").await;
    assert_eq!((ids(&whole), &whole["total_count"]), (vec!["c4", "c3", "c2", "c1", "c0"], &json!(5)));
    assert_eq!(
        whole["pages"],
        json!({"type": "pages", "next": null, "page": 1, "per_page": 15, "total_pages": 1})
    );
    assert_eq!(ids(&list("order=asc&per_page=2").await), ["c0", "c1"]);
    assert_eq!(ids(&list("per_page=2&page=3").await), ["c0"]);
    let end = list("per_page=2&page=4").await;
    assert_eq!((ids(&end), &end["pages"]["next"]), (vec![], &Value::Null));
    let first = list("per_page=2").await;
    let cursor = first["pages"]["next"]["starting_after"].as_str().unwrap();
    assert_eq!(first["pages"]["next"]["page"], 2);
    assert_eq!(ids(&list(&format!("per_page=2&starting_after={cursor}")).await), ["c2", "c1"]);
    assert_eq!(ids(&ours.get("/companies?per_page=2&page=2").await.ok()), ["c2", "c1"]);
    assert!(ids(&ours.get("/companies?segment_id=x").await.ok()).is_empty());
    assert!(ids(&ours.get("/companies?tag_id=1").await.ok()).is_empty());
    for (query, field) in [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=9999999", "page"),
        ("order=up", "order"),
        ("per_page=0", "per_page"),
    ] {
        let (status, code, _, at) =
            ours.post(&format!("/companies/list?{query}"), &json!({})).await.refusal();
        assert_eq!((status, &*code, at.as_deref()), (400, "parameter_invalid", Some(field)), "{query}");
    }
}

#[tokio::test]
async fn the_scroll_ends_with_an_empty_step() {
    let world = World::new().await;
    let ours = world.ours().await;
    for number in 0..3 {
        inhabited(&ours, &format!("c{number}")).await;
        world.wait(1);
    }
    let first = ours.get("/companies/scroll").await.ok();
    assert_eq!(ids(&first), ["c0", "c1", "c2"]);
    let param = first["scroll_param"].as_str().unwrap();
    // Scrolls go on side by side.
    assert_eq!(ids(&ours.get("/companies/scroll").await.ok()), ["c0", "c1", "c2"]);
    let end = ours.get(&format!("/companies/scroll?scroll_param={param}")).await.ok();
    assert_eq!((ids(&end), &end["scroll_param"]), (vec![], &Value::Null));
    let wrong = ours.get("/companies/scroll?scroll_param=25b649f7-4d33-4ef6-88f5-60e5b8244309").await;
    assert_eq!(wrong.refused(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn companies_are_searched_like_contacts() {
    let world = World::new().await;
    let ours = world.ours().await;
    let attribute = json!({"name": "tier", "model": "company", "data_type": "integer"});
    ours.post("/data_attributes", &attribute).await.ok();
    for (number, name) in ["acme", "bolt", "crux"].into_iter().enumerate() {
        inhabited(&ours, name).await;
        let write = json!({
            "company_id": name, "plan": "Pro", "monthly_spend": number * 100, "custom_attributes": {"tier": number},
        });
        company(&ours, &write).await;
        world.wait(1);
    }
    let filter = |field: &str, operator: &str, value: Value| json!({"query": {"field": field, "operator": operator, "value": value}});
    for (query, right) in [
        (filter("name", "~", json!("OL")), vec!["bolt"]),
        (filter("company_id", "=", json!("crux")), vec!["crux"]),
        (filter("monthly_spend", ">", json!(99)), vec!["crux", "bolt"]),
        (filter("custom_attributes.tier", "<=", json!(1)), vec!["bolt", "acme"]),
        (filter("custom_attributes.tier", "!=", json!(1)), vec!["crux", "acme"]),
        (filter("plan.name", "=", json!("Pro")), vec!["crux", "bolt", "acme"]),
        (filter("user_count", "=", json!(1)), vec!["crux", "bolt", "acme"]),
        (filter("website", "=", Value::Null), vec!["crux", "bolt", "acme"]),
        (filter("created_at", ">", json!(NOW)), vec![]),
    ] {
        assert_eq!(ids(&ours.post("/companies/search", &query).await.ok()), right, "{query}");
    }
    let mut query = filter("plan.name", "=", json!("Pro"));
    query["sort"] = json!({"field": "created_at", "order": "ascending"});
    query["pagination"] = json!({"per_page": 2});
    let first = ours.post("/companies/search", &query).await.ok();
    assert_eq!(ids(&first), ["acme", "bolt"]);
    query["pagination"]["starting_after"] = first["pages"]["next"]["starting_after"].clone();
    assert_eq!(ids(&ours.post("/companies/search", &query).await.ok()), ["crux"]);
    let wrong = ours.post("/companies/search", &filter("email", "=", json!("x"))).await.refusal();
    assert_eq!((wrong.0, wrong.3.as_deref()), (400, Some("query.field")));
    let old = ours.speaking(Some("2.14")).post("/companies/search", &query).await;
    assert_eq!(old.refused(), (400, "intercom_version_invalid".to_owned()));
}

#[tokio::test]
async fn tags_are_put_on_companies_and_taken_off() {
    let world = World::new().await;
    let ours = world.ours().await;
    let (acme, _) = inhabited(&ours, "acme").await;
    let (bolt, _) = inhabited(&ours, "bolt").await;
    let body = json!({"name": "VIP", "companies": [{"id": acme}, {"company_id": "bolt"}]});
    let tag = ours.post("/tags", &body).await.ok();
    assert_eq!(tag["companies"], json!([{"id": acme, "tagged": true}, {"id": bolt, "tagged": true}]));
    let path = format!("/companies/{acme}");
    let right = json!({"type": "tag.list", "tags": [{"type": "tag", "id": tag["id"], "name": "VIP"}]});
    assert_eq!(ours.get(&path).await.ok()["tags"], right);
    let tagged = format!("/companies?tag_id={}", tag["id"].as_str().unwrap());
    let mut found: Vec<String> =
        ids(&ours.get(&tagged).await.ok()).into_iter().map(ToOwned::to_owned).collect();
    found.sort();
    assert_eq!(found, ["acme", "bolt"]);
    // Names are one whatever their case; `untag` may stand beside the company, too.
    let off = json!({"name": "vip", "companies": [{"id": acme, "untag": true}]});
    assert_eq!(ours.post("/tags", &off).await.ok()["companies"], json!([{"id": acme, "tagged": false}]));
    assert_eq!(ours.get(&path).await.ok()["tags"]["tags"], json!([]));
    assert_eq!(ids(&ours.get(&tagged).await.ok()), ["bolt"]);
    // All or none.
    let half = json!({"name": "VIP", "companies": [{"id": acme}, {"id": "nobody"}]});
    assert_eq!(ours.post("/tags", &half).await.refused(), (404, "company_not_found".to_owned()));
    assert_eq!(ours.get(&path).await.ok()["tags"]["tags"], json!([]));
    let (status, code, message, _) =
        ours.post("/tags", &json!({"name": "VIP", "companies": [{}]})).await.refusal();
    assert_eq!((status, &*code, &*message), (400, "parameter_invalid", "invalid tag parameters"));
    // The tag goes, and with it its companies' tags.
    ours.call("DELETE", &format!("/tags/{}", tag["id"].as_str().unwrap()), Vec::new()).await;
    assert_eq!(ours.get(&format!("/companies/{bolt}")).await.ok()["tags"]["tags"], json!([]));
}
