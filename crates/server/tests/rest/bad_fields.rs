//! Bad input, for every call there is, made from the description: a field of the wrong type is refused by its name, bombs
//! are refused, and nothing that is refused changes anything.

use doorstep_server::rest::description::{Field, Kind, Operation, operations};
use serde_json::{Map, Value, json};

use crate::world::{NOW, Program, Reply, World};

/// Fields that are declared and not read, by call and place: a company keeps the site's id.
const UNREAD: &[(&str, &str)] = &[("UpdateCompany", "company_id")];

fn unread(operation: &Operation, place: &[&str]) -> bool {
    let place = place.join(".");
    UNREAD.iter().any(|(id, start)| *id == operation.id && place.starts_with(start))
}

/// A workspace with one of each thing.
struct Stage {
    _world: World,
    ours: Program,
    ids: Map<String, Value>,
}

impl Stage {
    async fn new() -> Self {
        let world = World::new().await;
        let ours = world.ours().await;
        let attribute = json!({"name": "plan", "model": "contact", "data_type": "string"});
        let attribute = ours.post("/data_attributes", &attribute).await.ok()["id"].to_string();
        let user = ours.contact(&json!({"external_id": "u", "email": "u@example.com"})).await;
        let lead = ours.contact(&json!({"role": "lead", "email": "u@example.com"})).await;
        let message = json!({"from": {"type": "lead", "id": lead}, "body": "Hi"});
        let talk = ours.post("/conversations", &message).await.ok();
        let admin = ours.get("/admins").await.ok()["admins"][0]["id"].clone();
        let tag = ours.post("/tags", &json!({"name": "beta"})).await.ok()["id"].clone();
        let company =
            ours.post("/companies", &json!({"company_id": "c", "name": "Corp"})).await.ok()["id"].clone();
        let ids = json!({
            "companies": company,
            "contacts": user, "lead": lead, "conversations": talk["conversation_id"], "message": talk["id"],
            "admins": admin, "tags": tag, "data_attributes": attribute,
        });
        let Value::Object(ids) = ids else { unreachable!() };
        Self { _world: world, ours, ids }
    }

    /// The operation's path with an id that is there; the resource's before each parameter.
    fn path(&self, operation: &Operation) -> String {
        let mut before = "";
        let part = |part| {
            let shown = match part {
                "{external_id}" => "u".to_owned(),
                part if part.starts_with('{') => {
                    self.ids.get(before).and_then(Value::as_str).unwrap_or("1").to_owned()
                }
                part => part.to_owned(),
            };
            before = part;
            shown
        };
        operation.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    async fn call(&self, operation: &Operation, body: &Value) -> Reply {
        self.raw(operation, body.to_string().into_bytes()).await
    }

    async fn raw(&self, operation: &Operation, body: Vec<u8>) -> Reply {
        let reply = self.ours.call(operation.method, &self.path(operation), body).await;
        assert!(reply.status.as_u16() < 500, "{} {}: {}", operation.method, operation.path, reply.status);
        reply
    }

    /// All there is, to see that nothing changed.
    async fn all(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let lists = operations()
            .filter(|operation| operation.method == "GET" && !operation.path.contains("download"));
        for operation in lists {
            let reply = self.ours.get(&self.path(operation)).await;
            let mut shown = serde_json::from_slice(&reply.bytes).unwrap_or(Value::Null);
            if let Some(keys) = shown.as_object_mut() {
                keys.remove("request_id");
            }
            all.push(shown);
        }
        all
    }

    /// Bodies that would do, so that each field is read by one of them.
    fn good(&self, id: &str) -> Vec<Value> {
        let ids = &self.ids;
        let by_admin = |kind: &str| json!({"type": "admin", "admin_id": ids["admins"], "message_type": kind});
        let and = |mut body: Value, name: &str, value: Value| {
            body[name] = value;
            body
        };
        match id {
            "CreateContact" => vec![json!({"role": "lead", "email": "a@example.com"})],
            "UpdateContact" | "updateDataAttribute" => vec![json!({})],
            "MergeContact" => vec![json!({"from": "nobody", "into": ids["contacts"]})],
            "SearchContacts" | "searchConversations" => {
                vec![json!({"query": {"field": "id", "operator": "=", "value": "1"}})]
            }
            "createNote" => vec![json!({"body": "x", "admin_id": ids["admins"]})],
            "attachTagToContact" => vec![json!({"id": ids["tags"]})],
            "createTag" => vec![json!({"name": "x"}), json!({"name": "x", "users": [{"id": "u"}]})],
            "createConversation" => {
                let from = |from| json!({"from": from, "body": "Hi"});
                vec![
                    from(json!({"type": "lead", "id": ids["lead"]})),
                    from(json!({"type": "user", "email": "u@example.com"})),
                ]
            }
            "replyConversation" | "manageConversation" => {
                let by_contact = json!({"type": "user", "message_type": "comment", "body": "Hi"});
                vec![
                    and(
                        and(by_admin("comment"), "body", json!("Hi")),
                        "reply_options",
                        json!([{"text": "Yes", "uuid": "a5e1c524-5ddd-4c3e-9328-6bca5d6e3edb"}]),
                    ),
                    and(by_admin("snoozed"), "snoozed_until", json!(NOW + 60)),
                    and(by_admin("assignment"), "assignee_id", ids["admins"].clone()),
                    and(by_contact.clone(), "intercom_user_id", ids["contacts"].clone()),
                    and(by_contact, "email", json!("u@example.com")),
                ]
            }
            "createOrUpdateCompany" | "UpdateCompany" => vec![json!({"company_id": "c"})],
            "listAllCompanies" => vec![json!({"order": "asc"})],
            "SearchCompanies" => vec![json!({"query": {"field": "name", "operator": "=", "value": "Corp"}})],
            "attachContactToACompany" => vec![json!({"id": ids["companies"]})],
            "createDataEvent" => {
                let event = |who: &str, id: Value| json!({"event_name": "x", "created_at": NOW, who: id});
                vec![
                    event("id", ids["lead"].clone()),
                    event("user_id", json!("u")),
                    event("email", json!("u@example.com")),
                ]
            }
            "dataEventSummaries" => {
                let summary = json!({"event_name": "x", "count": 1, "first": NOW, "last": NOW});
                let of = |who: &str, id: Value| json!({"event_summaries": [summary], who: id});
                vec![
                    of("user_id", json!("u")),
                    of("id", ids["lead"].clone()),
                    of("email", json!("u@example.com")),
                    json!({"event_summaries": summary, "user_id": "u"}),
                ]
            }
            "createDataExport" => vec![json!({"created_at_after": NOW - 60, "created_at_before": NOW})],
            "updateConversation" => vec![json!({"title": "x"})],
            "redactConversation" => vec![
                json!({"type": "source", "conversation_id": ids["conversations"], "source_id": ids["message"]}),
                json!({"type": "conversation_part", "conversation_id": ids["conversations"], "conversation_part_id": "1"}),
            ],
            "createDataAttribute" => vec![
                json!({"name": "size", "model": "contact", "data_type": "string"}),
                json!({"name": "size", "model": "contact", "data_type": "options", "options": [{"value": "a"}, {"value": "b"}]}),
            ],
            "setAwayAdmin" => vec![json!({"away_mode_enabled": false, "away_mode_reassign": false})],
            "convertVisitor" => {
                let visitor = json!({"user_id": uuid::Uuid::new_v4().to_string()});
                vec![
                    json!({"type": "lead", "visitor": visitor}),
                    json!({"type": "user", "visitor": visitor, "user": {"email": "new@example.com"}}),
                ]
            }
            _ => Vec::new(),
        }
    }
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
    for operation in operations() {
        let Some(fields) = operation.body else { continue };
        let mut good = stage.good(operation.id);
        let known = !good.is_empty();
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
            (413, of("unknown", &format!("\"{}\"", "a".repeat(1 << 20)))),
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
