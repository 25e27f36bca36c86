//! JSON to [`Query`]: groups, filters, limits. Values are checked in `value.rs`.

use serde_json::{Map, Value};

use super::field::{EVENTS, OPERATORS, knows};
use super::value::test;
use super::{DEPTH_LIMIT, Dates, EventFact, Field, Filter, GROUP_LIMIT, Kind, Query, Schema, SearchError};
use crate::events::EventName;

/// Prefix of custom attributes.
const CUSTOM: &str = "custom_attributes.";

/// Checks a `query`. An error names the place.
pub fn parse(schema: &Schema<'_>, query: &Value) -> Result<Query, SearchError> {
    read(schema, query, "query", 0)
}

fn refuse(path: impl Into<String>, message: impl Into<String>) -> SearchError {
    SearchError { path: path.into(), message: message.into() }
}

fn read(schema: &Schema<'_>, query: &Value, path: &str, depth: usize) -> Result<Query, SearchError> {
    let Value::Object(fields) = query else {
        return Err(refuse(path, format!("{path} must be an object with field, operator and value")));
    };
    let operator = fields.get("operator").and_then(Value::as_str).ok_or_else(|| {
        let at = format!("{path}.operator");
        refuse(&at, format!("{at} is missing; groups take AND or OR, filters an operator such as ="))
    })?;
    // A field with the name of an operator is still a filter.
    if !fields.contains_key("field") && ["AND", "OR"].contains(&operator) {
        return group(schema, fields, operator, path, depth);
    }
    filter(schema, fields, operator, path).map(Query::Filter)
}

fn group(
    schema: &Schema<'_>,
    fields: &Map<String, Value>,
    operator: &str,
    path: &str,
    depth: usize,
) -> Result<Query, SearchError> {
    let at = format!("{path}.value");
    if depth >= DEPTH_LIMIT {
        return Err(refuse(
            path,
            format!("{path} is nested too deep: at most {DEPTH_LIMIT} levels of groups"),
        ));
    }
    let Some(Value::Array(items)) = fields.get("value") else {
        return Err(refuse(&at, format!("{at} must be an array of filters or groups")));
    };
    if items.is_empty() || items.len() > GROUP_LIMIT {
        return Err(refuse(
            &at,
            format!("{at} has {} entries; a group takes 1 to {GROUP_LIMIT}", items.len()),
        ));
    }
    let parts = items
        .iter()
        .enumerate()
        .map(|(index, item)| read(schema, item, &format!("{at}[{index}]"), depth + 1))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(if operator == "AND" { Query::All(parts) } else { Query::Any(parts) })
}

fn filter(
    schema: &Schema<'_>,
    fields: &Map<String, Value>,
    operator: &str,
    path: &str,
) -> Result<Filter, SearchError> {
    let at = format!("{path}.field");
    let name = fields
        .get("field")
        .and_then(Value::as_str)
        .ok_or_else(|| refuse(&at, format!("{at} is missing; name the field to compare")))?;
    let (field, kind) = resolve(schema, name, &at)?;
    let by_day = schema.dates == Dates::Days;
    let known = || OPERATORS.iter().filter(|(_, operator)| knows(kind, by_day, *operator));
    let at = format!("{path}.operator");
    let (_, chosen) = known().find(|(sign, _)| *sign == operator).ok_or_else(|| {
        let right: Vec<&str> = known().map(|(sign, _)| *sign).collect();
        refuse(&at, format!("{at}: `{operator}` cannot be used with {name}; use one of {}", right.join(" ")))
    })?;
    // A missing value is null: official clients leave the key out (S§1.4).
    let value = fields.get("value").unwrap_or(&Value::Null);
    let at = format!("{path}.value");
    let test = test(schema, kind, *chosen, value)
        .map_err(|what| refuse(&at, format!("{at} {what}, to be compared with {name}")))?;
    Ok(Filter { field, test })
}

fn resolve(schema: &Schema<'_>, name: &str, at: &str) -> Result<(Field, Kind), SearchError> {
    if let Some(attribute) = name.strip_prefix(CUSTOM) {
        return match schema.attributes.get(attribute) {
            Some(kind) => Ok((Field::Attribute(attribute.to_owned()), *kind)),
            None => Err(refuse(
                at,
                format!("{at}: there is no custom attribute `{attribute}`; see GET /data_attributes"),
            )),
        };
    }
    if let Some(rest) = name.strip_prefix(EVENTS)
        && schema.fields.iter().any(|spec| spec.name == EVENTS)
    {
        return event(rest).ok_or_else(|| {
            let forms = "event.<name>.count, .first, .last or .metadata.<key>";
            refuse(at, format!("{at}: `{name}` cannot be searched; of events there is {forms}"))
        });
    }
    match schema.fields.iter().find(|spec| spec.name == name) {
        Some(spec) => Ok((Field::Own(spec.name), spec.kind)),
        None => Err(refuse(at, format!("{at}: `{name}` cannot be searched"))),
    }
}

/// `<name>.count` and so on. A name has no dot (`EventName`), so the first one ends it. An event nobody has done yet is no
/// mistake: the query then finds those who have not.
fn event(text: &str) -> Option<(Field, Kind)> {
    let (name, fact) = text.split_once('.')?;
    let name = EventName::parse(name).ok()?.norm().to_owned();
    let (fact, kind) = match (fact, fact.strip_prefix("metadata.")) {
        ("count", _) => (EventFact::Count, Kind::Number),
        ("first", _) => (EventFact::First, Kind::Date),
        ("last", _) => (EventFact::Last, Kind::Date),
        (_, Some(key)) if !key.is_empty() && !key.contains('\0') => {
            let key = key.to_lowercase();
            let kind = if key.ends_with("_date") { Kind::Date } else { Kind::Any };
            (EventFact::Metadata(key), kind)
        }
        _ => return None,
    };
    Some((Field::Event(name, fact), kind))
}
