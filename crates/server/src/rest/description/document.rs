//! The OpenAPI 3.1 document of what is declared.

use serde_json::{Map, Value, json};

use super::body::object;
use super::operation::{Operation, Param, Success};
use super::{RESOURCES, Resource};
use crate::rest::Version;
use crate::rest::error::ERROR_LIST;

/// The whole document.
pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas = Map::new();
    ERROR_LIST.collect(&mut schemas);
    schemas.insert("search_query".to_owned(), search_query());
    for resource in RESOURCES {
        for operation in resource.operations {
            let path = paths.entry(operation.path).or_insert_with(|| json!({}));
            path[operation.method.to_lowercase()] = shown(resource, operation);
            match operation.success {
                Success::Object(schema) => schema.collect(&mut schemas),
                Success::Either(either) => either.iter().for_each(|schema| schema.collect(&mut schemas)),
                _ => {}
            }
        }
    }
    let tags: Vec<Value> = RESOURCES.iter().map(|resource| json!({"name": resource.tag})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Doorstep",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The REST API of Doorstep: Intercom's paths, objects and errors.",
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": {"version": version()},
            "responses": {
                "refusal": {
                    "description": "Refused; each error has a code, and the field's name where a field is wrong.",
                    "content": {"application/json": {"schema": ERROR_LIST.reference()}},
                },
            },
            "schemas": schemas,
        },
    })
}

fn version() -> Value {
    json!({
        "name": "Intercom-Version", "in": "header", "description": "The edition of the API; 2.14 if it is left out.",
        "schema": {"type": "string", "enum": Version::all().collect::<Vec<_>>()},
    })
}

fn shown(resource: &Resource, operation: &Operation) -> Value {
    let mut parameters: Vec<Value> = operation
        .path_params()
        .map(|name| {
            json!({"name": name, "in": "path", "required": true, "schema": {"type": "string", "minLength": 1}})
        })
        .collect();
    parameters.extend(operation.query.iter().map(parameter));
    parameters.push(json!({"$ref": "#/components/parameters/version"}));
    let mut shown = json!({
        "operationId": operation.id,
        "tags": [resource.tag],
        "summary": operation.summary,
        "x-since": operation.since.to_string(),
        "parameters": parameters,
        "responses": responses(operation),
    });
    if let Some(fields) = operation.body {
        shown["requestBody"] = json!({
            "required": fields.iter().any(|field| field.needed),
            "content": {"application/json": {"schema": object(fields)}},
        });
    }
    shown
}

fn parameter(param: &Param) -> Value {
    let schema = match (param.range, param.words) {
        (Some((least, most)), _) => json!({
            // Left empty, it counts as left out.
            "anyOf": [{"type": "integer", "minimum": least, "maximum": most}, {"type": "string", "maxLength": 0}],
        }),
        (None, []) => json!({"type": "string"}),
        (None, words) => json!({"type": "string", "enum": words.iter().chain(&[""]).collect::<Vec<_>>()}),
    };
    let mut shown = json!({"name": param.name, "in": "query", "description": param.doc, "schema": schema});
    if param.needed {
        shown["required"] = true.into();
    }
    shown
}

fn responses(operation: &Operation) -> Value {
    let mut responses = Map::new();
    for status in operation.statuses() {
        let answer = match (status, operation.success) {
            (200, Success::Object(schema)) => json!({
                "description": schema.doc, "content": {"application/json": {"schema": schema.reference()}},
            }),
            (200, Success::Either(schemas)) => {
                let any: Vec<Value> = schemas.iter().map(|schema| schema.reference()).collect();
                json!({"description": "One of these.", "content": {"application/json": {"schema": {"anyOf": any}}}})
            }
            (200, Success::File(kind)) => json!({"description": "The file.", "content": {kind: {}}}),
            (200, Success::Empty) | (202, _) => json!({"description": "Done; without a body."}),
            _ => json!({"$ref": "#/components/responses/refusal"}),
        };
        responses.insert(status.to_string(), answer);
    }
    Value::Object(responses)
}

/// A filter or a group of filters; the language itself is in docs/API-DESIGN.md.
fn search_query() -> Value {
    json!({
        "type": "object",
        "description": "A filter (`field`, `operator`, `value`), or a group: `operator` AND or OR, `value` an array of filters or groups.",
        "properties": {
            "field": {"type": ["string", "null"]},
            "operator": {"type": "string"},
            "value": {},
        },
        "required": ["operator"],
    })
}
