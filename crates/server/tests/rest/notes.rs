//! `/contacts/{id}/notes` and `/notes/{id}` (S§3.4, S§8.2).

use serde_json::{Value, json};

use crate::world::{NOW, World};

#[tokio::test]
async fn a_note_is_written_and_read() {
    let world = World::new().await;
    let ours = world.ours().await;
    let ada = ours.contact(&json!({"role": "lead"})).await;
    let path = format!("/contacts/{ada}/notes");
    let admin: i64 = ours.get("/me").await.ok()["id"].as_str().unwrap().parse().unwrap();
    let body = "<p onclick=x>Call <b>her</b></p><script>1</script>";
    let made = ours.post(&path, &json!({"admin_id": admin, "body": body})).await.ok();
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    insta::assert_compact_debug_snapshot!(keys, @r#"["author", "body", "contact", "created_at", "id", "type"]"#);
    assert_eq!((&made["type"], &made["created_at"]), (&json!("note"), &json!(NOW)));
    assert_eq!(
        (&made["body"], &made["contact"]),
        (&json!("<p>Call <b>her</b></p>"), &json!({"type": "contact", "id": ada}))
    );
    assert_eq!(
        (&made["author"]["id"], &made["author"]["type"]),
        (&json!(admin.to_string()), &json!("admin"))
    );
    let id = made["id"].as_str().unwrap();
    assert_eq!(ours.get(&format!("/notes/{id}")).await.ok(), made);
    // Without an author it is the token's owner.
    assert_eq!(
        ours.post(&path, &json!({"body": "plain < text"})).await.ok()["author"]["id"],
        admin.to_string()
    );
    assert_eq!(ours.get(&path).await.ok()["data"][0]["body"], "<p>plain &lt; text</p>");
    let shown = ours.get(&format!("/contacts/{ada}")).await.ok();
    assert_eq!(
        (&shown["notes"]["total_count"], &shown["notes"]["data"][1]),
        (&json!(2), &json!({"type": "note", "id": id, "url": format!("/notes/{id}")}))
    );
}

#[tokio::test]
async fn notes_go_by_page_number_until_a_page_is_empty() {
    let world = World::new().await;
    let ours = world.ours().await;
    let ada = ours.contact(&json!({"role": "lead"})).await;
    let path = format!("/contacts/{ada}/notes");
    let pages = |page: i64, next: Value, total: i64| json!({"type": "pages", "next": next, "page": page, "per_page": 2, "total_pages": total});
    let empty = ours.get(&format!("{path}?per_page=2")).await.ok();
    assert_eq!(
        (&empty["data"], &empty["total_count"], &empty["pages"]),
        (&json!([]), &json!(0), &pages(1, Value::Null, 0))
    );
    for number in 0..3 {
        ours.post(&path, &json!({"body": format!("{number}")})).await.ok();
    }
    let bodies = |page: &Value| -> Vec<String> {
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|note| note["body"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = ours.get(&format!("{path}?per_page=2")).await.ok();
    assert_eq!(
        (bodies(&first), &first["pages"]),
        (vec!["<p>2</p>".to_owned(), "<p>1</p>".to_owned()], &pages(1, json!({"page": 2}), 2))
    );
    let second = ours.get(&format!("{path}?per_page=2&page=2")).await.ok();
    assert_eq!((bodies(&second), &second["pages"]), (vec!["<p>0</p>".to_owned()], &pages(2, Value::Null, 2)));
    let beyond = ours.get(&format!("{path}?per_page=2&page=3")).await.ok();
    assert_eq!((bodies(&beyond), &beyond["total_count"]), (Vec::new(), &json!(3)));
    for wrong in ["page=0", "page=x", "per_page=151", "page=99999999999999999999"] {
        assert_eq!(
            ours.get(&format!("{path}?{wrong}")).await.refused(),
            (400, "parameter_invalid".to_owned()),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn wrong_notes() {
    let world = World::new().await;
    let ours = world.ours().await;
    let ada = ours.contact(&json!({"role": "lead"})).await;
    let path = format!("/contacts/{ada}/notes");
    for (body, status, code, message) in [
        (json!({"body": "Hello", "admin_id": 123}), 404, "not_found", "Resource Not Found"),
        (json!({"body": "Hello", "admin_id": "x"}), 404, "not_found", "Resource Not Found"),
        (json!({}), 400, "parameter_not_found", "body is missing"),
        (json!({"body": 5}), 400, "parameter_invalid", "body must be a string"),
    ] {
        let (given, at, text, _) = ours.post(&path, &body).await.refusal();
        assert_eq!((given, &*at, &*text), (status, code, message), "{body}");
    }
    assert_eq!(ours.post(&path, &json!({"body": "<script>1</script>"})).await.refused().0, 400);
    for path in ["/contacts/123/notes", "/contacts/x/notes"] {
        let (status, code, message, _) = ours.post(path, &json!({"body": "Hello"})).await.refusal();
        assert_eq!((status, &*code, &*message), (404, "not_found", "User Not Found"));
        assert_eq!(ours.get(path).await.refused().0, 404);
    }
    for path in ["/notes/99", "/notes/x"] {
        assert_eq!(ours.get(path).await.refused(), (404, "not_found".to_owned()));
    }
    assert_eq!(ours.get(&path).await.ok()["total_count"], 0);
}

#[tokio::test]
async fn companies_have_notes_too() {
    let world = World::new().await;
    let ours = world.ours().await;
    let company = ours.post("/companies", &json!({"company_id": "6", "name": "Acme"})).await.ok();
    let path = format!("/companies/{}/notes", company["id"].as_str().unwrap());
    let made = ours.post(&path, &json!({"body": "Renews in May"})).await.ok();
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    insta::assert_compact_debug_snapshot!(keys, @r#"["author", "body", "company", "created_at", "id", "type"]"#);
    assert_eq!(made["company"], json!({"type": "company", "id": company["id"]}));
    assert_eq!(ours.get(&path).await.ok()["data"], json!([made]));
    assert_eq!(ours.get(&format!("{path}?page=2")).await.ok()["data"], json!([]));
    assert_eq!(ours.get(&format!("/notes/{}", made["id"].as_str().unwrap())).await.ok(), made);
    let (status, _, _, field) = ours.post(&path, &json!({})).await.refusal();
    assert_eq!((status, field.as_deref()), (400, Some("body")));
    let version = || (400, "intercom_version_invalid".to_owned());
    assert_eq!(ours.speaking(Some("2.14")).get(&path).await.refused(), version());
    let older = ours.speaking(Some("2.15"));
    assert_eq!(older.post(&path, &json!({"body": "x"})).await.refused(), version());
    assert_eq!(ours.get("/companies/x/notes").await.refused(), (404, "company_not_found".to_owned()));
}
