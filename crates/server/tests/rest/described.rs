//! The description of the API cannot lie: each route is in it and each of its operations is a route, each answer that a test
//! of this folder receives is as it says (`check`, called by `world.rs`), and what it says is seen in the snapshots.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use doorstep_server::rest::description::{Operation, RESOURCES, Schema, Success, document, operations};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::foreign::declared;
use crate::world::World;

/// A validator for each operation's answer, by operation id; and `error` for refusals.
static VALIDATORS: LazyLock<BTreeMap<&'static str, Validator>> = LazyLock::new(|| {
    let components = strict(document()["components"].take());
    let validator = |name: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{name}"), "components": components});
        jsonschema::draft202012::new(&schema).unwrap()
    };
    let mut all = BTreeMap::from([("error", validator("error"))]);
    for operation in operations() {
        match operation.success {
            Success::Object(schema) => drop(all.insert(operation.id, validator(schema.name))),
            Success::Either(schemas) => {
                let reference =
                    |schema: &&Schema| json!({"$ref": format!("#/components/schemas/{}", schema.name)});
                let any: Vec<Value> = schemas.iter().map(reference).collect();
                let either = json!({"anyOf": any, "components": components});
                all.insert(operation.id, jsonschema::draft202012::new(&either).unwrap());
            }
            _ => {}
        }
    }
    all
});

/// The same schemas without room for further keys: clients must live with new ones, we must not add them in silence.
fn strict(mut schema: Value) -> Value {
    match &mut schema {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = strict(item.take())),
        Value::Object(keys) => {
            keys.values_mut().for_each(|value| *value = strict(value.take()));
            if keys.contains_key("properties") {
                keys.insert("additionalProperties".to_owned(), false.into());
            }
        }
        _ => {}
    }
    schema
}

fn operation_of(method: &str, path: &str) -> Option<&'static Operation> {
    let path = path.split('?').next().unwrap_or_default();
    let fits = |operation: &&Operation| {
        let (pattern, given) = (operation.path.split('/'), path.split('/'));
        operation.method == method
            && pattern.clone().count() == given.clone().count()
            && pattern.zip(given).all(|(part, given)| part.starts_with('{') || part == given)
    };
    // A word in the pattern goes before a parameter.
    operations().filter(fits).min_by_key(|operation| operation.path.matches('{').count())
}

/// Ends the test whose call was answered otherwise than described.
#[track_caller]
pub(crate) fn check(method: &str, path: &str, status: u16, bytes: &[u8]) {
    let Some(operation) = operation_of(method, path) else { return };
    let said = || String::from_utf8_lossy(bytes);
    assert!(
        operation.statuses().contains(&status),
        "{method} {path} answers {status}, undescribed: {}",
        said()
    );
    let validator = match (status, operation.success) {
        (200, Success::Object(_) | Success::Either(_)) => &VALIDATORS[operation.id],
        (200, Success::File(_)) => return,
        (200, Success::Empty) | (202, _) => {
            return assert!(bytes.is_empty(), "{method} {path} answers {status} with {}", said());
        }
        _ => &VALIDATORS["error"],
    };
    let body = serde_json::from_slice(bytes).unwrap_or_else(|_| panic!("{method} {path}: {}", said()));
    let faults: Vec<String> =
        validator.iter_errors(&body).map(|fault| format!("{} at {}", fault, fault.instance_path())).collect();
    assert!(faults.is_empty(), "{method} {path}: not as described: {}\n{}", faults.join("\n"), said());
}

#[test]
fn each_route_is_described_and_each_description_is_a_route() {
    let routes: BTreeSet<(String, String)> = declared()
        .into_iter()
        .flat_map(|(path, methods)| {
            methods.into_iter().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let described: BTreeSet<(String, String)> =
        operations().map(|operation| (operation.method.to_owned(), operation.path.to_owned())).collect();
    let missing: Vec<_> = routes.difference(&described).collect();
    assert!(missing.is_empty(), "routes without a description: {missing:?}");
    let gone: Vec<_> = described.difference(&routes).collect();
    assert!(gone.is_empty(), "descriptions without a route: {gone:?}");
    assert_eq!(operations().count(), described.len(), "an operation is described twice");
    let ids: BTreeSet<&str> = operations().map(|operation| operation.id).collect();
    assert_eq!(operations().count(), ids.len(), "an operationId is used twice");
}

#[tokio::test]
async fn each_call_asks_for_a_token() {
    let world = World::new().await;
    let mut stranger = world.ours().await;
    for token in ["", "nonsense"] {
        token.clone_into(&mut stranger.token);
        for operation in operations() {
            let path = operation.path.replace(['{', '}'], "");
            let reply = stranger.call(operation.method, &path, b"{".to_vec()).await;
            assert_eq!(reply.status, 401, "{} {}", operation.method, operation.path);
        }
    }
}

#[test]
fn the_description_is_what_was_seen() {
    let mut document = document();
    let paths = document["paths"].take();
    let mut schemas = document["components"]["schemas"].take();
    let mut everywhere = Map::new();
    take_referred(&document.to_string(), &mut schemas, &mut everywhere);
    document["components"]["schemas"] = everywhere.into();
    insta::assert_snapshot!("description", lines(&document, 2));
    for resource in RESOURCES {
        // One file a resource, so that two changes meet only where they concern the same one. A schema stands where it
        // is used first.
        let mut shown = Map::new();
        let mut wanted = String::new();
        for operation in resource.operations {
            let one = &paths[operation.path][operation.method.to_lowercase()];
            wanted += &one.to_string();
            shown.insert(format!("{} {}", operation.method, operation.path), brief(one));
        }
        let mut found = Map::new();
        take_referred(&wanted, &mut schemas, &mut found);
        let name = format!("description__{}", resource.tag.replace(' ', "_").to_lowercase());
        insta::assert_snapshot!(name, lines(&shown.into(), 2) + &lines(&found.into(), 3));
    }
    assert_eq!(schemas.as_object().map(Map::len), Some(0), "schemas nothing refers to");
}

/// Without what is the same in each operation.
fn brief(operation: &Value) -> Value {
    let mut brief = operation.clone();
    let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
    brief["statuses"] = json!(statuses);
    brief["answer"] = operation["responses"]["200"].clone();
    brief["body"] = operation["requestBody"]["content"]["application/json"]["schema"].clone();
    let keys = brief.as_object_mut().unwrap();
    keys.retain(|name, value| !["responses", "requestBody", "tags"].contains(&&**name) && !value.is_null());
    brief
}

/// A line a key down to some depth, below that all in one.
fn lines(value: &Value, depth: usize) -> String {
    let Some(keys) = value.as_object().filter(|_| depth > 0) else { return format!("{value}\n") };
    let line = |(name, value): (&String, &Value)| {
        let text = lines(value, depth - 1);
        if text.lines().count() == 1 {
            return format!("{name}: {text}");
        }
        text.lines().fold(format!("{name}:\n"), |all, line| format!("{all}  {line}\n"))
    };
    keys.iter().map(line).collect()
}

fn take_referred(text: &str, all: &mut Value, found: &mut Map<String, Value>) {
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap_or_default();
        if let Some(schema) = all.as_object_mut().and_then(|all| all.remove(name)) {
            let text = schema.to_string();
            found.insert(name.to_owned(), schema);
            take_referred(&text, all, found);
        }
    }
}

#[tokio::test]
async fn anybody_may_read_it() {
    let world = World::new().await;
    let mut stranger = world.ours().await;
    stranger.token.clear();
    let shown = stranger.get("/openapi.json").await.ok();
    assert_eq!(shown, document());
    assert_eq!(shown["openapi"], "3.1.0");
}
