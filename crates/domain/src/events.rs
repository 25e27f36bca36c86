//! What may be said of an event: its name and its metadata (S§3.1, M§2.2). Programs are told what is wrong; of what a page
//! says, what can be kept is kept. Not the place that knows who did it or whether it is known already: that is the store.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

/// Most characters of a name, and of a text in the metadata.
pub const TEXT_LIMIT: usize = 255;
/// Most characters of an address in the metadata.
pub const LINK_LIMIT: usize = 2000;
/// Most characters of a metadata key.
pub const KEY_LIMIT: usize = 190;
/// Metadata keys kept of one event unless the workspace says otherwise (S§9.2); further ones are ignored.
pub const KEYS: usize = 10;
/// Most names of events in a workspace. Intercom's 120 is lifted (S§9); some limit keeps a page that makes names up from
/// filling the list that people choose from.
pub const NAMES: i64 = 1000;
/// Only this many seconds back events are listed one by one; they are counted for ever.
pub const LISTED: i64 = 90 * 24 * 3600;

/// The name under which views of pages are tracked (P11).
pub const PAGE_VIEW: &str = "page-view";

/// An event's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName {
    shown: String,
    norm: String,
}

impl EventName {
    /// Reads a name: `.` and `$` become `-`. The error says what would be right.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let clean = |c: char| if matches!(c, '.' | '$') { '-' } else { c };
        let shown: String = text.trim().chars().filter(|c| !c.is_control()).map(clean).collect();
        if shown.is_empty() || shown.chars().count() > TEXT_LIMIT {
            return Err("must have 1 to 255 characters");
        }
        let norm = shown.to_lowercase();
        Ok(Self { shown, norm })
    }

    /// As it was written first.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// As it is compared: names are case-insensitive.
    pub fn norm(&self) -> &str {
        &self.norm
    }
}

/// Metadata as it was sent: its order decides which keys are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SentMetadata(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for SentMetadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = SentMetadata;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_unit<E>(self) -> Result<SentMetadata, E> {
                Ok(SentMetadata::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SentMetadata, A::Error> {
                let mut all = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    all.push(pair);
                }
                Ok(SentMetadata(all))
            }
        }
        deserializer.deserialize_any(InOrder)
    }
}

impl FromIterator<(String, Value)> for SentMetadata {
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Why a value was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataError {
    /// Its key.
    pub key: String,
    /// What it must be.
    pub message: &'static str,
}

/// Metadata as it is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata(Map<String, Value>);

/// What can be searched of one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its key, lower case.
    pub key: String,
    /// As text, at most [`TEXT_LIMIT`] characters.
    pub text: String,
    /// As a number, if it is one.
    pub number: Option<f64>,
}

impl SentMetadata {
    /// The first `most` keys; a value that cannot be kept is an error.
    pub fn check(self, most: usize) -> Result<Metadata, MetadataError> {
        let mut kept = Metadata::default();
        for (key, value) in self.0 {
            if kept.0.len() < most {
                let found = checked(&key, value);
                let value = found.map_err(|message| MetadataError { key: key.clone(), message })?;
                kept.keep(key, value);
            }
        }
        Ok(kept)
    }

    /// The first `most` keys that can be kept, texts cut to their limit.
    pub fn keep(self, most: usize) -> Metadata {
        let mut kept = Metadata::default();
        for (key, value) in self.0 {
            if kept.0.len() < most
                && let Ok(value) = checked(&clean(&key, KEY_LIMIT), cut(value))
            {
                kept.keep(clean(&key, KEY_LIMIT), value);
            }
        }
        kept
    }
}

impl Metadata {
    fn keep(&mut self, key: String, value: Option<Value>) {
        let known = self.0.keys().any(|other| other.to_lowercase() == key.to_lowercase());
        if let Some(value) = value.filter(|_| !known) {
            self.0.insert(key, value);
        }
    }

    /// Reads what was stored.
    pub fn stored(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// The text to store; empty for none.
    pub fn text(&self) -> String {
        if self.0.is_empty() { String::new() } else { Value::Object(self.0.clone()).to_string() }
    }

    /// As an object.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// What can be searched. A rich link is found by what it says and by its address, money by its amount.
    pub fn facts(&self) -> Vec<Fact> {
        let mut all = Vec::new();
        for (key, value) in &self.0 {
            let mut add = |value: &Value| {
                let text = match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let text = text.chars().take(TEXT_LIMIT).collect();
                all.push(Fact { key: key.to_lowercase(), text, number: value.as_f64() });
            };
            match value {
                Value::Object(fields) => {
                    ["value", "url", "amount"].iter().filter_map(|name| fields.get(*name)).for_each(&mut add);
                }
                value => add(value),
            }
        }
        all
    }
}

/// The value, if it is of a type there is; `null` says nothing.
fn checked(key: &str, value: Value) -> Result<Option<Value>, &'static str> {
    if key.is_empty() || key.chars().count() > KEY_LIMIT {
        return Err("must have a name of 1 to 190 characters");
    }
    match &value {
        Value::Null => return Ok(None),
        Value::Number(number) if key.to_lowercase().ends_with("_date") && number.is_f64() => {
            return Err("must be a time in Unix seconds, as its name ends with _date");
        }
        Value::Number(_) | Value::Bool(_) => {}
        Value::String(text) => {
            let limit = if is_link(text) { LINK_LIMIT } else { TEXT_LIMIT };
            if text.chars().count() > limit {
                return Err("must have at most 255 characters, or 2000 as an http or https address");
            }
        }
        Value::Object(fields) if is_rich_link(fields) || is_money(fields) => {}
        Value::Object(_) | Value::Array(_) => {
            return Err(
                "must be a string, a number, a truth, {url, value} or {amount, currency}; nothing nested",
            );
        }
    }
    Ok(Some(value))
}

fn is_link(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

fn is_rich_link(fields: &Map<String, Value>) -> bool {
    let text = |name: &str, limit: usize| {
        fields.get(name).and_then(Value::as_str).filter(|text| text.chars().count() <= limit)
    };
    fields.len() == 2 && text("url", LINK_LIMIT).is_some_and(is_link) && text("value", TEXT_LIMIT).is_some()
}

fn is_money(fields: &Map<String, Value>) -> bool {
    let currency = fields.get("currency").and_then(Value::as_str);
    fields.len() == 2
        && fields.get("amount").is_some_and(Value::is_number)
        && currency.is_some_and(|code| code.len() == 3 && code.chars().all(|c| c.is_ascii_alphabetic()))
}

fn cut(value: Value) -> Value {
    match value {
        Value::String(text) => {
            let limit = if is_link(&text) { LINK_LIMIT } else { TEXT_LIMIT };
            clean(&text, limit).into()
        }
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| match value {
                Value::String(text) => {
                    let limit = if name == "url" { LINK_LIMIT } else { TEXT_LIMIT };
                    (name, clean(&text, limit).into())
                }
                value => (name, value),
            })
            .collect(),
        value => value,
    }
}

/// Without control characters, which not every database stores, and not longer than `limit`.
fn clean(text: &str, limit: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(limit).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{EventName, Fact, Metadata, SentMetadata};

    fn sent(value: &Value) -> SentMetadata {
        serde_json::from_value(value.clone()).unwrap()
    }

    #[rstest]
    #[case("Placed Order", Ok(("Placed Order", "placed order")))]
    #[case(" cart.item$added ", Ok(("cart-item-added", "cart-item-added")))]
    #[case("ÄPFEL", Ok(("ÄPFEL", "äpfel")))]
    #[case("\0", Err("must have 1 to 255 characters"))]
    #[case("", Err("must have 1 to 255 characters"))]
    fn names(#[case] text: &str, #[case] right: Result<(&str, &str), &str>) {
        let name = EventName::parse(text);
        assert_eq!(name.as_ref().map(|name| (name.shown(), name.norm())).map_err(|error| *error), right);
    }

    #[rstest]
    #[case::string(json!("desktop"), true)]
    #[case::long(json!("x".repeat(256)), false)]
    #[case::long_link(json!(format!("https://example.org/{}", "x".repeat(500))), true)]
    #[case::number(json!(3.67), true)]
    #[case::truth(json!(true), true)]
    #[case::rich_link(json!({"url": "https://example.org", "value": "the dude abides"}), true)]
    #[case::link_that_runs(json!({"url": "javascript:alert(1)", "value": "x"}), false)]
    #[case::money(json!({"amount": 34999, "currency": "eur"}), true)]
    #[case::no_currency(json!({"amount": 34999, "currency": "€"}), false)]
    #[case::nested(json!({"a": {"b": 1}}), false)]
    #[case::list(json!([1]), false)]
    fn values(#[case] value: Value, #[case] right: bool) {
        let checked = sent(&json!({"key": value})).check(10);
        assert_eq!(checked.is_ok(), right, "{checked:?}");
    }

    #[test]
    fn dates_are_whole_seconds() {
        assert!(sent(&json!({"contact_date": 1_392_036_272})).check(10).is_ok());
        assert_eq!(sent(&json!({"Contact_Date": 1.5})).check(10).unwrap_err().key, "Contact_Date");
    }

    #[test]
    fn the_first_ten_keys_in_the_order_of_sending() {
        let text =
            r#"{"z":1,"null":null,"y":1,"x":1,"w":1,"v":1,"u":1,"t":1,"s":1,"Z":2,"r":1,"q":1,"p":1,"a":[]}"#;
        let kept = serde_json::from_str::<SentMetadata>(text).unwrap().check(10).unwrap();
        let keys: String = kept.clone().into_map().keys().cloned().collect();
        assert_eq!(keys, "qrstuvwxyz", "the eleventh is ignored, whatever it is");
        assert_eq!(kept.into_map()["z"], 1, "keys are case-insensitive; the first counts");
    }

    #[test]
    fn of_a_page_everything_that_can_be_is_kept() {
        let kept = sent(&json!({"a": "x".repeat(300), "b": [1], "c\0": "d\0", "": 1})).keep(10);
        assert_eq!(kept.into_map(), *json!({"a": "x".repeat(255), "c": "d"}).as_object().unwrap());
    }

    #[test]
    fn what_can_be_searched() {
        let kept = sent(&json!({
            "Plan": "pro", "seats": 5, "trial": false,
            "price": {"amount": 100, "currency": "usd"}, "doc": {"url": "https://d", "value": "Docs"},
        }));
        let fact = |key: &str, text: &str, number: Option<f64>| Fact {
            key: key.to_owned(),
            text: text.to_owned(),
            number,
        };
        let right = [
            fact("plan", "pro", None),
            fact("doc", "Docs", None),
            fact("doc", "https://d", None),
            fact("price", "100", Some(100.0)),
            fact("seats", "5", Some(5.0)),
            fact("trial", "false", None),
        ];
        assert_eq!(kept.check(10).unwrap().facts(), right);
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_again(pairs in prop::collection::vec((".{0,8}", ".{0,300}"), 0..15)) {
            let pairs = pairs.into_iter().map(|(key, text)| (key, Value::String(text)));
            let kept = pairs.collect::<SentMetadata>().keep(10);
            prop_assert!(kept.0.len() <= 10 && !kept.text().contains("\\u0000"));
            prop_assert_eq!(Metadata::stored(&kept.text()), kept);
        }
    }
}
