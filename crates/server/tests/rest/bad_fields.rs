//! Bad input, for every call there is, made from the description: a field of the wrong type is refused by its name, bombs
//! are refused, and nothing that is refused changes anything.

use doorstep_server::rest::description::{Field, Kind, Operation, operations};
use serde_json::{Value, json};

use crate::stage::Stage;

/// Fields that are declared and not read, by call and place: a company keeps the site's id.
const UNREAD: &[(&str, &str)] = &[("UpdateCompany", "company_id")];

fn unread(operation: &Operation, place: &[&str]) -> bool {
    let place = place.join(".");
    UNREAD.iter().any(|(id, start)| *id == operation.id && place.starts_with(start))
}

/// Values that are not of a kind.
fn wrong(kind: Kind) -> Vec<Value> {
    let (word, number, truth, list, object) =
        (json!("\u{1F40C}"), json!(1.5), json!(true), json!([1]), json!({"a": 1}));
    match kind {
        Kind::Text(limit) => vec![number, truth, list, object, "a".repeat(limit + 1).into()],
        Kind::Id => vec![number, truth, list, object, "a".repeat(256).into()],
        Kind::Number => vec![word, number, truth, list, object, json!("1e3"), json!(u64::MAX)],
        Kind::Time => vec![word, number, truth, list, object, json!(-1), json!(1e300), json!(i64::MAX)],
        Kind::Flag => vec![word, number, list, object, json!(1), json!("true")],
        Kind::Amount => vec![word, truth, list, object],
        Kind::Object(_) | Kind::Map => vec![word, number, truth, list],
        Kind::List(_) => vec![word, number, truth, object],
        Kind::Bytes => vec![word, number, truth, list, object],
        Kind::Query => {
            vec![word, number, truth, list, object, json!({"operator": "AND", "value": vec![1; 10_000]})]
        }
        Kind::Either(kinds) => {
            let mut each = kinds.iter().map(|kind| wrong(*kind));
            let first = each.next().unwrap();
            each.fold(first, |all, other| all.into_iter().filter(|value| other.contains(value)).collect())
        }
    }
}

/// Where fields are: their names from the outside in, `0` for the first of a list.
fn places(fields: &'static [Field]) -> Vec<(Vec<&'static str>, Kind)> {
    let mut found = Vec::new();
    for field in fields {
        found.push((vec![field.name], field.kind));
        let inside = match field.kind {
            Kind::List(kind) => kind.fields().map(|fields| (Some("0"), fields)),
            kind => kind.fields().map(|fields| (None, fields)),
        };
        for (place, kind) in inside.into_iter().flat_map(|(entry, fields)| {
            places(fields)
                .into_iter()
                .map(move |(place, kind)| (entry.into_iter().chain(place).collect::<Vec<_>>(), kind))
        }) {
            found.push(([vec![field.name], place].concat(), kind));
        }
    }
    found
}

fn put(body: &mut Value, place: &[&str], value: &Value) {
    match place {
        [] => value.clone_into(body),
        ["0", rest @ ..] => {
            if !body.is_array() {
                *body = json!([{}]);
            }
            put(&mut body[0], rest, value);
        }
        [name, rest @ ..] => {
            if !body.is_object() {
                *body = json!({});
            }
            put(&mut body[*name], rest, value);
        }
    }
}

/// Whether a refusal's field is this place, or what it lies in.
fn names(field: &str, place: &[&str]) -> bool {
    let said: Vec<&str> = field.split(['.', '[', ']']).filter(|part| !part.is_empty()).collect();
    said.iter().zip(place).all(|(said, part)| said == part) && !said.is_empty()
}

#[tokio::test]
async fn a_field_of_the_wrong_type_is_refused_by_its_name() {
    let stage = Stage::new().await;
    let mut before = stage.all().await;
    let mut unnamed = Vec::new();
    let mut unknown = Vec::new();
    for operation in operations() {
        let Some(fields) = operation.body else { continue };
        let mut good = stage.good(operation.id);
        let known = !good.is_empty();
        if !known && !fields.is_empty() {
            unknown.push(operation.id);
        }
        if !known {
            good.push(json!({}));
        }
        for (place, kind) in places(fields).into_iter().filter(|(place, _)| !unread(operation, place)) {
            for value in wrong(kind) {
                let mut named = false;
                let mut said = String::new();
                for body in &good {
                    let mut body = body.clone();
                    put(&mut body, &place, &value);
                    let reply = stage.call(operation, &body).await;
                    if reply.status.is_client_error() {
                        let (.., field) = reply.refusal();
                        named = field.as_deref().is_some_and(|field| names(field, &place));
                    } else {
                        // A good body that does not read this field goes well.
                        before = stage.all().await;
                    }
                    said = String::from_utf8_lossy(&reply.bytes).into_owned();
                    if named {
                        break;
                    }
                }
                if known && !named {
                    let value: String = value.to_string().chars().take(40).collect();
                    unnamed.push(format!("{} {} = {value}: {:.300}", operation.id, place.join("."), said));
                }
            }
        }
    }
    assert_eq!(unknown, [""; 0], "calls without a good body in `good`");
    assert!(unnamed.is_empty(), "not refused by name:\n{}", unnamed.join("\n"));
    let after = stage.all().await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after, "something refused changed something");
    }
}

#[tokio::test]
async fn bombs_are_refused_and_change_nothing() {
    let stage = Stage::new().await;
    let before = stage.all().await;
    let of = |name: &str, value: &str| format!("{{{}: {value}}}", json!(name)).into_bytes();
    for operation in operations().filter(|operation| operation.body.is_some()) {
        let name = operation.body.and_then(<[Field]>::first).map_or("name", |field| field.name);
        let fields = operation.body.unwrap_or_default();
        let files = fields.iter().any(|field| matches!(field.name, "attachment_files"));
        let most = if files { 1 << 25 } else { 1 << 20 };
        let refused = [
            (400, b"{".to_vec()),
            (400, b"[]".to_vec()),
            (400, b"\"a\"".to_vec()),
            (400, [of(name, "\"a").as_slice(), b"\xff"].concat()),
            (400, of(name, "\"\\ud800\"")),
            (400, of(name, "\"\\udc00\\ud800\"")),
            (400, of(name, "\"a\\u0000b\"")),
            (400, of("\0", "1")),
            (400, of(name, "1e400")),
            (400, of(name, &"[".repeat(200_000))),
            (400, of(name, &format!("{}1{}", "{\"a\":".repeat(50_000), "}".repeat(50_000)))),
            (413, of("unknown", &format!("\"{}\"", "a".repeat(most)))),
        ];
        for (status, body) in refused {
            let said: String = String::from_utf8_lossy(&body).chars().take(40).collect();
            let reply = stage.raw(operation, body).await;
            assert_eq!(reply.status.as_u16(), status, "{} {said}", operation.id);
        }
        // Large and deep, but JSON: refused or ignored, never a 500.
        let items = format!("[{}]", vec!["{\"a\": 1}"; 10_000].join(","));
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        for field in operation.body.unwrap_or_default() {
            for value in [&*items, &*deep, "123456789012345678901234567890", "1e308"] {
                let reply = stage.raw(operation, of(field.name, value)).await;
                let number = matches!(field.kind, Kind::Amount) && !value.starts_with('[');
                let refused = reply.status.is_client_error() || unread(operation, &[field.name]) || number;
                assert!(refused, "{} {}", operation.id, field.name);
            }
        }
    }
    assert_eq!(before, stage.all().await);
}

#[tokio::test]
async fn wrong_queries_are_refused_in_our_form() {
    let stage = Stage::new().await;
    for operation in operations().filter(|operation| operation.method == "GET") {
        for param in operation.query {
            for value in ["", "%F0%9F%90%8C", "-1", "99999999999999999999", "%FF", "%00", "a%20b&x=%", "1e3"]
            {
                let needed = operation.query.iter().filter(|one| one.needed && one.name != param.name);
                // One of several names of a person is needed there, too.
                let person = if operation.id == "lisDataEvents" && param.name != "user_id" {
                    "&user_id=u"
                } else {
                    ""
                };
                let needed = needed
                    .map(|one| format!("&{}={}", one.name, one.words.first().unwrap_or(&"u")))
                    .collect::<Vec<_>>()
                    .concat();
                let path = format!("{}?{}={value}{needed}{person}", stage.path(operation), param.name);
                let reply = stage.ours.get(&path).await;
                assert!(reply.status.as_u16() < 500, "{path}");
                if (param.range.is_some() && !value.is_empty()) || value == "%00" {
                    let (status, .., field) = reply.refusal();
                    assert_eq!((status, field.as_deref()), (400, Some(param.name)), "{path}");
                }
            }
        }
        // A path that is no UTF-8.
        let path = operation.path.split('/').map(|part| if part.starts_with('{') { "%FF" } else { part });
        let reply = stage.ours.get(&path.collect::<Vec<_>>().join("/")).await;
        assert!(reply.status.as_u16() < 500);
    }
}
