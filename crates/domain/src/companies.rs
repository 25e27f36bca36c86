//! Rules about companies (S§3.3, M§3.3): which fields there are, what a page may say of one, what its numbers may be, when a
//! visit counts as a session.

use serde_json::{Map, Value};

use crate::settings::{ATTRIBUTE_LIMIT, scalar, seconds, string_or_number, text};

/// Most companies a contact belongs to (S§3.3).
pub const COMPANIES_OF_CONTACT: i64 = 1000;
/// Most companies read from one page.
pub const COMPANIES_OF_PAGE: usize = 100;
/// Largest monthly spend and size (S§3.3).
pub const LARGEST: i64 = 2_147_483_647;
/// Longest address of a website, in characters.
pub const ADDRESS: usize = 2048;
/// A visit that comes this long after the last one, in seconds, is a session of its own.
const VISIT: i64 = 1800;

/// What programs write of a company; other keys are refused (S§3.3). `created_at` is the older name of `remote_created_at`.
const WRITABLE: &[&str] = &[
    "company_id",
    "created_at",
    "custom_attributes",
    "industry",
    "monthly_spend",
    "name",
    "plan",
    "remote_created_at",
    "size",
    "update_last_request_at",
    "website",
];
/// Keys of a page's company that are no custom attributes: those above, an alias, and what is counted here.
const NOT_CUSTOM: &[&str] = &["id", "user_count", "session_count", "last_request_at"];

/// The first key that nobody may write, as the refusal names it.
pub fn unknown_key(body: &Map<String, Value>) -> Option<&str> {
    body.keys().map(String::as_str).find(|key| !WRITABLE.contains(key))
}

/// Monthly spend: a number, cut to a whole one (S§3.3: 155.98 is 155). The error is what would be right.
pub fn monthly_spend(value: &Value) -> Result<i64, &'static str> {
    let right = "must be a number from -2147483647 to 2147483647; its fraction is cut off";
    whole(value).filter(|number| (-LARGEST..=LARGEST).contains(number)).ok_or(right)
}

/// Number of employees: a whole number or its digits.
pub fn size(value: &Value) -> Result<i64, &'static str> {
    let right = "must be a whole number from 0 to 2147483647";
    let number = match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    number.filter(|number| (0..=LARGEST).contains(number)).ok_or(right)
}

/// Whether somebody who was last seen then begins a session now.
pub fn begins_session(last_seen_at: Option<i64>, now: i64) -> bool {
    last_seen_at.is_none_or(|at| now - at >= VISIT)
}

/// What a page says about a company (`company` and `companies` of `boot` and `update`). Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompanyData {
    /// The site's own id.
    pub company_id: String,
    /// Name; needed to make the company (M§3.3).
    pub name: Option<String>,
    /// Name of the plan.
    pub plan: Option<String>,
    /// See [`monthly_spend`].
    pub monthly_spend: Option<i64>,
    /// See [`size`].
    pub size: Option<i64>,
    /// Address of the website; not checked.
    pub website: Option<String>,
    /// What it does.
    pub industry: Option<String>,
    /// When it became the site's customer, Unix seconds.
    pub remote_created_at: Option<i64>,
    /// Custom attributes: scalars only.
    pub attributes: Map<String, Value>,
}

impl CompanyData {
    /// Reads one company tolerantly; `None` for what has no id.
    pub fn read(value: &Value) -> Option<Self> {
        let fields = value.as_object()?;
        let first = |names: [&str; 2]| names.into_iter().find_map(|name| fields.get(name));
        let company_id = first(["company_id", "id"]).and_then(string_or_number)?;
        let mut attributes = Map::new();
        for (key, value) in fields {
            if attributes.len() == ATTRIBUTE_LIMIT {
                break;
            }
            let known = WRITABLE.contains(&key.as_str()) || NOT_CUSTOM.contains(&key.as_str());
            if !known
                && !key.is_empty()
                && key.chars().count() <= crate::settings::TEXT_LIMIT
                && !key.contains('\0')
                && let Some(value) = scalar(value)
            {
                attributes.insert(key.clone(), value);
            }
        }
        Some(Self {
            company_id,
            name: fields.get("name").and_then(text),
            plan: fields.get("plan").and_then(text),
            monthly_spend: fields.get("monthly_spend").and_then(|value| monthly_spend(value).ok()),
            size: fields.get("size").and_then(|value| size(value).ok()),
            website: fields.get("website").and_then(text),
            industry: fields.get("industry").and_then(text),
            remote_created_at: first(["remote_created_at", "created_at"]).and_then(seconds),
            attributes,
        })
    }

    /// The companies of a page's settings, the current one first; of several with one id the first.
    pub fn all(settings: &Map<String, Value>) -> Vec<Self> {
        let current = settings.get("company").into_iter();
        let listed = settings.get("companies").and_then(Value::as_array).into_iter().flatten();
        let mut all: Vec<Self> = Vec::new();
        for company in current.chain(listed).filter_map(Self::read) {
            if all.len() < COMPANIES_OF_PAGE && all.iter().all(|known| known.company_id != company.company_id)
            {
                all.push(company);
            }
        }
        all
    }
}

/// The whole number of a number or its digits, cut towards zero.
fn whole(value: &Value) -> Option<i64> {
    let number = match value {
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        Value::Number(number) => return number.as_i64().or_else(|| cut(number.as_f64()?)),
        _ => return None,
    };
    cut(number)
}

fn cut(number: f64) -> Option<i64> {
    // Far beyond what is allowed, and exact below.
    if !number.is_finite() || number.abs() > 1e15 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 10^15")]
    Some(number.trunc() as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{CompanyData, begins_session, monthly_spend, size, unknown_key};

    #[rstest]
    #[case(json!(1000), Some(1000))]
    #[case(json!(155.98), Some(155))]
    #[case(json!(-155.98), Some(-155))]
    #[case(json!("9.5"), Some(9))]
    #[case(json!(0), Some(0))]
    #[case(json!(2_147_483_647_i64), Some(2_147_483_647))]
    #[case(json!(2_147_483_647.9), Some(2_147_483_647))]
    #[case(json!(2_147_483_648_i64), None)]
    #[case(json!(1e300), None)]
    #[case(json!("NaN"), None)]
    #[case(json!("a lot"), None)]
    #[case(json!(true), None)]
    #[case(json!([1]), None)]
    fn spend_is_cut_to_a_whole_number(#[case] given: Value, #[case] right: Option<i64>) {
        assert_eq!(monthly_spend(&given).ok(), right);
    }

    #[rstest]
    #[case(json!(85), Some(85))]
    #[case(json!("100"), Some(100))]
    #[case(json!(8.5), None)]
    #[case(json!(-1), None)]
    #[case(json!(2_147_483_648_i64), None)]
    #[case(json!("many"), None)]
    fn sizes(#[case] given: Value, #[case] right: Option<i64>) {
        assert_eq!(size(&given).ok(), right);
    }

    #[rstest]
    #[case(json!({"company_id": "1", "name": "a", "monthly_spend": 1, "update_last_request_at": true}), None)]
    #[case(json!({"test": "invalid"}), Some("test"))]
    #[case(json!({"company_id": "1", "user_count": 3}), Some("user_count"))]
    #[case(json!({}), None)]
    fn other_keys_are_found(#[case] body: Value, #[case] wrong: Option<&str>) {
        assert_eq!(unknown_key(body.as_object().unwrap()), wrong);
    }

    #[rstest]
    #[case(None, true)]
    #[case(Some(1000), true)]
    #[case(Some(1001), false)]
    fn a_session_begins_after_half_an_hour(#[case] last_seen_at: Option<i64>, #[case] begins: bool) {
        assert_eq!(begins_session(last_seen_at, 1000 + 1800), begins);
    }

    #[test]
    fn a_page_says_it_loosely() {
        let said = json!({
            "id": 6, "name": "Acme", "created_at": "1700000000", "plan": "Pro", "monthly_spend": "49.9", "size": 85.5,
            "website": "acme.example", "industry": "", "user_count": 9, "tier": 2, "beta": true, "deep": {"a": 1},
        });
        let right = CompanyData {
            company_id: "6".to_owned(),
            name: Some("Acme".to_owned()),
            plan: Some("Pro".to_owned()),
            monthly_spend: Some(49),
            website: Some("acme.example".to_owned()),
            remote_created_at: Some(1_700_000_000),
            attributes: json!({"tier": 2, "beta": true}).as_object().unwrap().clone(),
            ..CompanyData::default()
        };
        assert_eq!(CompanyData::read(&said), Some(right));
    }

    #[rstest]
    #[case(json!({}), &[])]
    #[case(json!({"company": {"name": "without an id"}}), &[])]
    #[case(json!({"company": "acme", "companies": "acme"}), &[])]
    #[case(json!({"company": {"company_id": "a"}}), &["a"])]
    #[case(json!({"companies": [{"id": "a"}, 7, {"id": "b"}]}), &["a", "b"])]
    #[case(json!({"company": {"id": "b"}, "companies": [{"id": "a"}, {"id": "b"}]}), &["b", "a"])]
    fn the_current_company_comes_first(#[case] settings: Value, #[case] ids: &[&str]) {
        let found = CompanyData::all(settings.as_object().unwrap());
        assert_eq!(found.iter().map(|company| &*company.company_id).collect::<Vec<_>>(), ids);
    }

    #[test]
    fn many_companies_of_a_page_are_cut() {
        let all: Vec<Value> = (0..500).map(|id| json!({"id": id})).collect();
        let settings = json!({ "companies": all });
        assert_eq!(CompanyData::all(settings.as_object().unwrap()).len(), super::COMPANIES_OF_PAGE);
    }

    proptest! {
        #[test]
        fn any_number_is_cut_within_bounds(number in any::<f64>()) {
            if let Ok(spend) = monthly_spend(&json!(number)) {
                prop_assert!(spend.abs() <= super::LARGEST);
            }
        }
    }
}
