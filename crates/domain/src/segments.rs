//! Segments: saved queries of the search language (S§1.4), with times that may be counted back from now. Which segments a
//! new workspace has, when a stored query means what, and what a query mentions. Asked by the store (new workspaces, tags
//! that are deleted) and by the REST API. Evaluating is the database's work.

use serde_json::{Map, Value, json};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A segment every new workspace has: its name, whether it is of users (or of leads), and its query.
#[derive(Clone, Copy, Debug)]
pub struct Usual {
    /// Name.
    pub name: &'static str,
    /// Users, or leads.
    pub of_users: bool,
    /// Query as JSON text; all of the role without.
    pub query: Option<&'static str>,
}

/// What Intercom's workspaces begin with. Migration 6 gives the same to workspaces that are older than it.
pub const USUAL: [Usual; 4] = [
    Usual { name: "All users", of_users: true, query: None },
    Usual { name: "All leads", of_users: false, query: None },
    Usual {
        name: "Active",
        of_users: true,
        query: Some(r#"{"field":"last_seen_at","operator":">","value":{"days_ago":30}}"#),
    },
    Usual {
        name: "New",
        of_users: true,
        query: Some(r#"{"field":"created_at","operator":">","value":{"days_ago":30}}"#),
    },
];

/// A query with its `{"days_ago": n}` values turned into the times they mean at `now`, Unix seconds. What is no such value
/// stays, so that reading the query refuses it by name.
pub fn at(query: &Value, now: i64) -> Value {
    each_filter(query, &|filter| {
        if let Some(days) = filter.get("value").and_then(days_ago) {
            filter.insert("value".to_owned(), json!(now - days * DAY));
        }
    })
}

/// Whether a filter of the query compares `field` with `id`, given as text or as a number.
pub fn mentions(query: &Value, field: &str, id: &str) -> bool {
    match query.get("field") {
        Some(name) => name == field && query.get("value").is_some_and(|value| is_id(value, id)),
        None => query
            .get("value")
            .and_then(Value::as_array)
            .is_some_and(|parts| parts.iter().any(|part| mentions(part, field, id))),
    }
}

/// Whether a filter of the query is about `field`.
pub fn asks_for(query: &Value, field: &str) -> bool {
    match query.get("field") {
        Some(name) => name == field,
        None => query
            .get("value")
            .and_then(Value::as_array)
            .is_some_and(|parts| parts.iter().any(|part| asks_for(part, field))),
    }
}

fn is_id(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text == id,
        Value::Number(number) => number.to_string() == id,
        _ => false,
    }
}

/// Days up to a hundred years.
fn days_ago(value: &Value) -> Option<i64> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.get("days_ago")?.as_i64().filter(|days| (0..=36_500).contains(days))
}

/// Queries are read with a limit of depth before they are stored; JSON itself ends at 128 levels.
fn each_filter(query: &Value, change: &dyn Fn(&mut Map<String, Value>)) -> Value {
    let Value::Object(fields) = query else { return query.clone() };
    let mut fields = fields.clone();
    if fields.contains_key("field") {
        change(&mut fields);
    } else if let Some(Value::Array(parts)) = fields.get_mut("value") {
        for part in parts {
            *part = each_filter(part, change);
        }
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{USUAL, at, mentions};

    const NOW: i64 = 1_800_000_000;

    #[rstest]
    #[case(json!({"days_ago": 2}), json!(NOW - 172_800))]
    #[case(json!({"days_ago": 0}), json!(NOW))]
    #[case(json!({"days_ago": -1}), json!({"days_ago": -1}))]
    #[case(json!({"days_ago": 1, "x": 1}), json!({"days_ago": 1, "x": 1}))]
    #[case(json!({"days_ago": 9_000_000_000_000_000_000_i64}), json!({"days_ago": 9_000_000_000_000_000_000_i64}))]
    #[case(json!(5), json!(5))]
    #[case(json!(null), json!(null))]
    fn days_are_counted_back(#[case] value: Value, #[case] meant: Value) {
        let filter = |value: &Value| json!({"field": "last_seen_at", "operator": ">", "value": value});
        assert_eq!(at(&filter(&value), NOW), filter(&meant));
        let group = |value: &Value| {
            let inner = json!({"operator": "OR", "value": [filter(value)]});
            json!({"operator": "AND", "value": [inner, {"field": "name", "operator": "=", "value": "x"}]})
        };
        assert_eq!(at(&group(&value), NOW), group(&meant));
    }

    #[rstest]
    #[case(json!({"field": "tag_id", "operator": "=", "value": "7"}), true)]
    #[case(json!({"field": "tag_id", "operator": "!=", "value": 7}), true)]
    #[case(json!({"field": "tag_id", "operator": "=", "value": "17"}), false)]
    #[case(json!({"field": "name", "operator": "=", "value": "7"}), false)]
    #[case(json!({"operator": "AND", "value": [{"operator": "OR", "value": [
        {"field": "tag_id", "operator": "=", "value": "7"}]}]}), true)]
    #[case(json!({"operator": "AND", "value": []}), false)]
    #[case(json!("tag_id"), false)]
    fn mentioning(#[case] query: Value, #[case] does: bool) {
        assert_eq!(mentions(&query, "tag_id", "7"), does);
    }

    #[test]
    fn the_usual_ones_are_json() {
        for query in USUAL.iter().filter_map(|usual| usual.query) {
            assert!(serde_json::from_str::<Value>(query).unwrap().is_object());
        }
    }
}
