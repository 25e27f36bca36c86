//! The search language, by table: operators by type, limits of groups, days of a workspace that is not in UTC, and that
//! no JSON makes it panic.
#![expect(clippy::unwrap_used, reason = "a broken set-up must fail the test loudly")]

use std::collections::BTreeMap;

use doorstep_domain::search::{
    CONTACT_FIELDS, CONVERSATION_FIELDS, Dates, EventFact, Field, Filter, Kind, Query, Scalar, Schema,
    SearchError, Test, parse,
};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

fn read_with(dates: Dates, zone: &str, query: &Value) -> Result<Query, SearchError> {
    let attributes = BTreeMap::from([("plan".to_owned(), Kind::Text), ("seats".to_owned(), Kind::Number)]);
    let zone = TimeZone::get(zone).unwrap();
    parse(&Schema { fields: CONTACT_FIELDS, attributes: &attributes, zone: &zone, dates }, query)
}

fn read(query: &Value) -> Result<Query, SearchError> {
    read_with(Dates::Days, "UTC", query)
}

fn filter(field: &str, operator: &str, value: &Value) -> Value {
    json!({"field": field, "operator": operator, "value": value})
}

fn one(field: &str, operator: &str, value: &Value) -> Result<Test, SearchError> {
    read(&filter(field, operator, value)).map(|query| match query {
        Query::Filter(filter) => filter.test,
        other => panic!("{other:?} is not a filter"),
    })
}

/// S§1.4: operators by type.
#[rstest]
#[case("email", json!("a@b.c"), "= != IN NIN ~ !~ ^ $")]
#[case("unsubscribed_from_emails", json!(true), "= != IN NIN")]
#[case("custom_attributes.seats", json!(3), "= != IN NIN < > <= >=")]
#[case("created_at", json!(1_700_000_000), "= < >")]
#[case("event.order.count", json!(3), "= != IN NIN < > <= >=")]
#[case("event.order.first", json!(1_700_000_000), "= < >")]
#[case("event.order.metadata.due_date", json!(1_700_000_000), "= < >")]
#[case("event.order.metadata.plan", json!("1"), "= != IN NIN ~ !~ ^ $ < > <= >=")]
fn operators_by_type(#[case] field: &str, #[case] value: Value, #[case] allowed: &str) {
    for operator in ["=", "!=", "IN", "NIN", "~", "!~", "^", "$", "<", ">", "<=", ">=", "LIKE", ""] {
        let value = if operator.ends_with("IN") { json!([value]) } else { value.clone() };
        let read = one(field, operator, &value);
        let right = allowed.split(' ').any(|known| known == operator);
        assert_eq!(read.is_ok(), right, "{field} {operator}: {read:?}");
        if let Err(error) = read {
            assert_eq!(error.path, "query.operator");
        }
    }
}

#[rstest]
#[case("email", "=", json!(7), "query.value")]
#[case("email", "IN", json!("a"), "query.value")]
#[case("email", "IN", json!([]), "query.value")]
#[case("created_at", "=", json!("tomorrow"), "query.value")]
#[case("created_at", "=", json!(1e300), "query.value")]
#[case("custom_attributes.seats", "<", json!("many"), "query.value")]
#[case("unsubscribed_from_emails", "=", json!("yes"), "query.value")]
#[case("nothing", "=", json!("a"), "query.field")]
#[case("custom_attributes.nothing", "=", json!("a"), "query.field")]
#[case("event.", "=", json!(1), "query.field")]
#[case("event.order", "=", json!(1), "query.field")]
#[case("event.order.sum", "=", json!(1), "query.field")]
#[case("event..count", "=", json!(1), "query.field")]
#[case("event.order.metadata.", "=", json!(1), "query.field")]
#[case("event.order.count", "=", json!("many"), "query.value")]
#[case("event.order.metadata.plan", "<", json!("many"), "query.value")]
#[case("event.order.metadata.plan", "=", json!([1]), "query.value")]
fn wrong_filters_name_the_place(
    #[case] field: &str,
    #[case] operator: &str,
    #[case] value: Value,
    #[case] path: &str,
) {
    assert_eq!(one(field, operator, &value).unwrap_err().path, path);
}

#[test]
fn limits_of_groups() {
    let filters = |count: usize| {
        let one = filter("role", "=", &json!("lead"));
        json!({"operator": "AND", "value": vec![one; count]})
    };
    assert!(read(&filters(15)).is_ok());
    assert_eq!(read(&filters(16)).unwrap_err().path, "query.value");
    assert_eq!(read(&filters(0)).unwrap_err().path, "query.value");
    let nested = |inner: Value| json!({"operator": "OR", "value": [inner]});
    assert!(read(&nested(filters(2))).is_ok());
    assert_eq!(read(&nested(nested(filters(2)))).unwrap_err().path, "query.value[0].value[0]");
}

/// The value key is missing in what official clients send (S§1.4).
#[test]
fn a_missing_value_is_null() {
    let query = json!({"field": "external_id", "operator": "!="});
    let right = Filter { field: Field::Own("external_id"), test: Test::Present };
    assert_eq!(read(&query).unwrap(), Query::Filter(right));
    assert_eq!(one("name", "=", &Value::Null).unwrap(), Test::Missing);
    assert_eq!(one("name", "~", &Value::Null).unwrap_err().path, "query.value");
}

/// `1_700_000_000` is 2023-11-14 22:13:20 UTC: the 14th in Los Angeles (UTC-8), the 15th in Tokyo (UTC+9).
#[rstest]
#[case("America/Los_Angeles", 1_699_948_800.0)]
#[case("Asia/Tokyo", 1_699_974_000.0)]
#[case("UTC", 1_699_920_000.0)]
fn days_of_the_workspace(#[case] zone: &str, #[case] begins: f64) {
    let ends = begins + 86_400.0;
    for (operator, from, below) in
        [("=", Some(begins), Some(ends)), (">", Some(ends), None), ("<", None, Some(begins))]
    {
        for value in [json!(1_700_000_000), json!("1700000000")] {
            let query = read_with(Dates::Days, zone, &filter("created_at", operator, &value)).unwrap();
            let right = Filter { field: Field::Own("created_at"), test: Test::Range { from, below } };
            assert_eq!(query, Query::Filter(right), "{zone} {operator}");
        }
    }
}

#[test]
fn a_day_of_23_hours_ends_with_its_own_midnight() {
    // 2024-03-10 12:00 in New York, where clocks went forward at two.
    let query = filter("created_at", "=", &json!(1_710_086_400));
    let read = read_with(Dates::Days, "America/New_York", &query).unwrap();
    let test = Test::Range { from: Some(1_710_046_800.0), below: Some(1_710_046_800.0 + 23.0 * 3600.0) };
    assert_eq!(read, Query::Filter(Filter { field: Field::Own("created_at"), test }));
}

#[rstest]
#[case("<", Test::Range { from: None, below: Some(5.0) })]
#[case(">=", Test::Range { from: Some(5.0), below: None })]
#[case("=", Test::In(vec![Scalar::Number(5.0)]))]
fn numbers(#[case] operator: &str, #[case] right: Test) {
    assert_eq!(one("custom_attributes.seats", operator, &json!(5)).unwrap(), right);
}

#[test]
fn seconds_include_their_own() {
    let read = |operator: &str| {
        read_with(Dates::Seconds, "UTC", &filter("updated_at", operator, &json!(5))).unwrap()
    };
    let of = |test| Query::Filter(Filter { field: Field::Own("updated_at"), test });
    assert_eq!(read(">"), of(Test::Range { from: Some(5.0), below: None }));
    assert_eq!(read("<"), of(Test::Range { from: None, below: Some(5.0_f64.next_up()) }));
}

/// Beyond Intercom (S§9): what a contact did. Names and keys are compared whatever their case.
#[rstest]
#[case("event.Placed Order.count", "placed order", EventFact::Count)]
#[case("event.placed-order.first", "placed-order", EventFact::First)]
#[case("event.placed-order.last", "placed-order", EventFact::Last)]
#[case("event.a$b.metadata.Item.SKU", "a-b", EventFact::Metadata("item.sku".to_owned()))]
fn events(#[case] field: &str, #[case] name: &str, #[case] fact: EventFact) {
    let query = read(&filter(field, "=", &json!(1))).unwrap();
    let Query::Filter(found) = query else { panic!("{query:?} is not a filter") };
    assert_eq!(found.field, Field::Event(name.to_owned(), fact));
}

#[test]
fn metadata_is_compared_as_what_the_value_is() {
    let of = |value: &Value| one("event.order.metadata.total", "=", value).unwrap();
    assert_eq!(of(&json!(5)), Test::In(vec![Scalar::Number(5.0)]));
    assert_eq!(of(&json!("5")), Test::In(vec![Scalar::Text("5".to_owned())]));
    assert_eq!(of(&json!(true)), Test::In(vec![Scalar::Bool(true)]));
}

#[test]
fn conversations_have_no_events() {
    let schema = Schema {
        fields: CONVERSATION_FIELDS,
        attributes: &BTreeMap::new(),
        zone: &TimeZone::UTC,
        dates: Dates::Seconds,
    };
    let query = filter("event.order.count", "=", &json!(1));
    assert_eq!(parse(&schema, &query).unwrap_err().path, "query.field");
}

fn json_value() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "AND",
        "OR",
        "=",
        "!=",
        "IN",
        "NIN",
        "~",
        "<",
        ">",
        "email",
        "created_at",
        "name",
        "custom_attributes.seats",
        "event.order.count",
        "event.order.metadata.total",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 8, |inner| {
        let key = prop::sample::select(vec!["field", "operator", "value", "other"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..4).prop_map(|map| {
                Value::Object(map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_panics_and_refusals_have_a_place(query in json_value()) {
        if let Err(error) = read(&query) {
            prop_assert!(error.path.starts_with("query") && !error.message.is_empty());
        }
    }
}
