//! Each key of the examples in Intercom's description of its API (2.16) is in ours. Its schemas require next to nothing
//! (S§8.4), so an answer could fit them and lack everything a client reads. The keys are in `example_keys.txt`, which
//! `cargo xtask keys` makes; that answers are as our description says is checked in `described.rs`.

use doorstep_server::rest::description::{document, operations};
use serde_json::Value;

const KEYS: &str = include_str!("example_keys.txt");

/// Keys that ours lack on purpose: the call (`*` for any), how the key begins, why.
const WITHOUT: &[(&str, &str, &str)] = &[
    (
        "*",
        "conversation_parts.conversation_parts[].event_details.",
        "of a part by a workflow, a custom action or a changed attribute; it is null",
    ),
    (
        "*",
        "conversation_parts.conversation_parts[].tags[].",
        "parts have no tags of their own: the list is empty",
    ),
    ("listEmails", "data[].", "no mail is sent: the list is empty"),
    ("mergeConversation", "ai_topics", "nothing here names topics of conversations"),
];

/// The schemas a value may have, references and alternatives resolved.
fn resolved<'a>(document: &'a Value, schema: &'a Value, found: &mut Vec<&'a Value>) {
    if let Some(name) = schema["$ref"].as_str() {
        return resolved(document, document.pointer(name.trim_start_matches('#')).unwrap(), found);
    }
    match schema["anyOf"].as_array() {
        Some(all) => all.iter().for_each(|one| resolved(document, one, found)),
        None => found.push(schema),
    }
}

fn has<'a>(document: &'a Value, schema: &'a Value, key: &str) -> bool {
    let mut schemas = vec![schema];
    for part in key.split('.') {
        let name = part.trim_end_matches("[]");
        if !name.is_empty() {
            schemas = alternatives(document, &schemas)
                .into_iter()
                .filter_map(|one| one["properties"].get(name).or(one.get("additionalProperties")))
                .collect();
        }
        for _ in 0..part.matches("[]").count() {
            schemas =
                alternatives(document, &schemas).into_iter().filter_map(|one| one.get("items")).collect();
        }
    }
    !schemas.is_empty()
}

fn alternatives<'a>(document: &'a Value, schemas: &[&'a Value]) -> Vec<&'a Value> {
    let mut found = Vec::new();
    for one in schemas {
        resolved(document, one, &mut found);
    }
    found
}

#[test]
fn each_key_of_the_examples_is_in_ours() {
    let document = document();
    let mut missing = Vec::new();
    for line in KEYS.lines() {
        let mut words = line.split(' ');
        let (id, _status) = (words.next().unwrap(), words.next().unwrap());
        let Some(operation) = operations().find(|operation| operation.id == id) else {
            missing.push(format!("{id}: the call itself"));
            continue;
        };
        let schema = &document["paths"][operation.path][operation.method.to_lowercase()]["responses"]["200"];
        let schema = &schema["content"]["application/json"]["schema"];
        if schema.is_null() {
            // No body: `deleteTag`, or a call that always refuses.
            continue;
        }
        let without =
            |key: &str| WITHOUT.iter().any(|(of, start, _)| ["*", id].contains(of) && key.starts_with(start));
        let lacks = words.filter(|key| !has(&document, schema, key) && !without(key));
        missing.extend(lacks.map(|key| format!("{id}: {key}")));
    }
    assert!(missing.is_empty(), "keys of the examples that ours lack:\n{}", missing.join("\n"));
}
