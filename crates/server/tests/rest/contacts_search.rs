//! `GET /contacts` and `POST /contacts/search`: pages, cursors in query and body, order, refusals. The language itself
//! is tested in `doorstep_domain`, its SQL in `doorstep_store`.

use serde_json::{Value, json};

use crate::world::{NOW, Program, World};

async fn people(world: &World, ours: &Program, count: i64) {
    for number in 0..count {
        ours.contact(&json!({"role": "lead", "name": format!("lead {number}")})).await;
        world.wait(1);
    }
}

fn names(answer: &Value) -> Vec<&str> {
    answer["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn three_pages_end_where_clients_look_for_the_end() {
    let world = World::new().await;
    let ours = world.ours().await;
    people(&world, &ours, 5).await;
    let everybody = json!({"field": "role", "operator": "=", "value": "lead"});
    for searching in [false, true] {
        let (mut cursor, mut seen, mut sizes) = (Value::Null, Vec::new(), Vec::new());
        loop {
            let answer = if searching {
                let pagination = json!({"per_page": 2, "starting_after": cursor});
                ours.post("/contacts/search", &json!({"query": everybody, "pagination": pagination}))
                    .await
                    .ok()
            } else {
                let after = cursor.as_str().unwrap_or_default();
                ours.get(&format!("/contacts?per_page=2&starting_after={after}")).await.ok()
            };
            let page = &answer["pages"];
            assert_eq!((&answer["type"], &answer["total_count"]), (&json!("list"), &json!(5)));
            assert_eq!(
                (&page["type"], &page["per_page"], &page["total_pages"]),
                (&json!("pages"), &json!(2), &json!(3))
            );
            sizes.push(names(&answer).len());
            assert_eq!(page["page"], sizes.len());
            seen.extend(names(&answer).into_iter().map(ToOwned::to_owned));
            if page.get("next").is_none() {
                break;
            }
            cursor = page["next"]["starting_after"].clone();
        }
        assert_eq!(sizes, [2, 2, 1]);
        // The newest first.
        assert_eq!(seen, ["lead 4", "lead 3", "lead 2", "lead 1", "lead 0"]);
    }
    // A search takes the cursor in the query as well.
    let first = ours.post("/contacts/search?per_page=4", &json!({"query": everybody})).await.ok();
    let cursor = first["pages"]["next"]["starting_after"].as_str().unwrap();
    let path = format!("/contacts/search?per_page=4&starting_after={cursor}");
    assert_eq!(names(&ours.post(&path, &json!({"query": everybody})).await.ok()), ["lead 0"]);
}

#[tokio::test]
async fn order() {
    let world = World::new().await;
    let ours = world.ours().await;
    people(&world, &ours, 3).await;
    let search = |sort: Value| {
        let ours = ours.clone();
        let query = json!({"field": "name", "operator": "^", "value": "lead"});
        async move { ours.post("/contacts/search", &json!({"query": query, "sort": sort})).await }
    };
    let up = search(json!({"field": "created_at", "order": "ascending"})).await.ok();
    assert_eq!(names(&up), ["lead 0", "lead 1", "lead 2"]);
    assert_eq!(names(&search(json!({"order": "descending"})).await.ok()), ["lead 2", "lead 1", "lead 0"]);
    let (status, code, message, _) = search(json!({"order": "desc"})).await.refusal();
    assert_eq!((status, &*code), (400, "invalid_sort_order"));
    assert_eq!(message, "Invalid sort order 'desc'. Must be one of: ascending, descending");
    assert_eq!(search(json!({"field": "shoe_size"})).await.refused(), (400, "parameter_invalid".to_owned()));
}

#[tokio::test]
async fn days_are_the_workspace_s() {
    let world = World::new().await;
    let ours = world.ours().await;
    // NOW is midnight in Los Angeles: 2027-01-15 00:00.
    people(&world, &ours, 1).await;
    for (operator, time, found) in [
        ("=", NOW + 86_399, 1),
        ("=", NOW - 1, 0),
        ("=", NOW + 86_400, 0),
        (">", NOW - 1, 1),
        (">", NOW, 0),
        ("<", NOW + 86_400, 1),
        ("<", NOW + 86_399, 0),
    ] {
        let query = json!({"query": {"field": "created_at", "operator": operator, "value": time}});
        assert_eq!(
            ours.post("/contacts/search", &query).await.ok()["total_count"],
            found,
            "{operator} {time}"
        );
    }
}

#[tokio::test]
async fn refusals_name_the_place() {
    let world = World::new().await;
    let ours = world.ours().await;
    for (body, code, field) in [
        (json!({}), "parameter_not_found", "query"),
        (json!({"query": 7}), "parameter_invalid", "query"),
        (
            json!({"query": {"operator": "AND", "value": [{"field": "name", "operator": "??", "value": 1}]}}),
            "parameter_invalid",
            "query.value[0].operator",
        ),
        (
            json!({"query": {"field": "name", "operator": "=", "value": "a"}, "pagination": {"per_page": 151}}),
            "parameter_invalid",
            "per_page",
        ),
        (
            json!({"query": {"field": "name", "operator": "=", "value": "a"}, "pagination": {"starting_after": "x"}}),
            "parameter_invalid",
            "starting_after",
        ),
    ] {
        let (status, given, _, at) = ours.post("/contacts/search", &body).await.refusal();
        assert_eq!((status, &*given, at.as_deref()), (400, code, Some(field)), "{body}");
    }
    for query in ["per_page=0", "per_page=x", "starting_after=%00", "starting_after=W10"] {
        assert_eq!(
            ours.get(&format!("/contacts?{query}")).await.refused(),
            (400, "parameter_invalid".to_owned())
        );
    }
    // What official clients send (S§1.4).
    let body = json!({"query": {"operator": "AND", "value": [
        {"field": "external_id", "operator": "!="}, {"field": "role", "operator": "=", "value": "user"},
    ]}});
    assert_eq!(ours.post("/contacts/search", &body).await.ok()["total_count"], 0);
}
