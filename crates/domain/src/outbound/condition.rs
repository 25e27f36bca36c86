//! One condition: a field, an operator, a value. What the browser can know of itself (`url`, `time_on_page`,
//! `scroll_depth`, `visits`, `page_views`, `language`), and what only the server knows of a person (`role`,
//! `custom_attributes.…`, `company.…`).

use serde_json::{Map, Number, Value, json};

/// Longest text of a value, in characters.
const TEXT: usize = 500;
/// A day, the longest time on a page.
const LONGEST: u64 = 86_400;
/// Operators of texts.
const TEXTS: [Operator; 6] = [
    Operator::Is,
    Operator::IsNot,
    Operator::Contains,
    Operator::DoesNotContain,
    Operator::StartsWith,
    Operator::DoesNotStartWith,
];

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Is,
    /// Not equal; also where there is nothing.
    IsNot,
    /// Has the value inside.
    Contains,
    /// Has not.
    DoesNotContain,
    /// Begins with the value.
    StartsWith,
    /// Does not.
    DoesNotStartWith,
    /// Not less.
    AtLeast,
    /// Not more.
    AtMost,
    /// There is something.
    IsKnown,
    /// There is nothing.
    IsUnknown,
}

/// All operators and their words.
const OPERATORS: [(Operator, &str); 10] = [
    (Operator::Is, "is"),
    (Operator::IsNot, "is_not"),
    (Operator::Contains, "contains"),
    (Operator::DoesNotContain, "does_not_contain"),
    (Operator::StartsWith, "starts_with"),
    (Operator::DoesNotStartWith, "does_not_start_with"),
    (Operator::AtLeast, "at_least"),
    (Operator::AtMost, "at_most"),
    (Operator::IsKnown, "is_known"),
    (Operator::IsUnknown, "is_unknown"),
];

impl Operator {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        OPERATORS.iter().find(|(operator, _)| *operator == self).map_or("is", |(_, word)| word)
    }

    /// Whether it says what must not be; gives the operator that says what must be.
    pub fn positive(self) -> (Self, bool) {
        match self {
            Self::IsNot => (Self::Is, true),
            Self::DoesNotContain => (Self::Contains, true),
            Self::DoesNotStartWith => (Self::StartsWith, true),
            Self::IsUnknown => (Self::IsKnown, true),
            other => (other, false),
        }
    }
}

/// What a condition is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The page's address.
    Url,
    /// Seconds since the page was opened, or its address changed.
    TimeOnPage,
    /// How far down the page was seen, in percent.
    ScrollDepth,
    /// Visits of this browser: a visit ends after 30 minutes without a page (M§4.4).
    Visits,
    /// Pages that this browser opened.
    PageViews,
    /// The language the page asks for, else the browser's.
    Language,
    /// `visitor`, `lead` or `user`.
    Role,
    /// A custom attribute of the person.
    Attribute(String),
    /// A field of one of the person's companies: `name`, `plan`, or a custom attribute.
    Company(String),
}

/// What is wrong with a condition: in which of its three parts, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Wrong {
    /// `field`, `operator` or `value`.
    pub part: &'static str,
    /// What is wrong and what would be right; goes on after the part's name.
    pub message: String,
}

/// A condition that can be checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What it is about.
    pub subject: Subject,
    /// How it is compared.
    pub operator: Operator,
    /// With what: a text, a number or a truth, as the subject wants it; `null` for `is_known` and `is_unknown`.
    pub value: Value,
}

/// What the server knows of a person.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// `visitor`, `lead` or `user`.
    pub role: &'a str,
    /// Custom attributes; none are known of a visitor (P3).
    pub attributes: &'a Map<String, Value>,
    /// Their companies: `name`, `plan` and custom attributes, by name.
    pub companies: &'a [Map<String, Value>],
}

impl Condition {
    /// Reads one.
    pub fn parse(field: &str, operator: &str, value: &Value) -> Result<Self, Wrong> {
        let subject = subject(field)?;
        let known = allowed(&subject);
        let operator = known.iter().copied().find(|known| known.as_str() == operator).ok_or_else(|| {
            let words: Vec<&str> = known.iter().map(|operator| operator.as_str()).collect();
            wrong("operator", format!("must be one of {} for {field}", words.join(", ")))
        })?;
        let value = match (&subject, operator) {
            (_, Operator::IsKnown | Operator::IsUnknown) => Value::Null,
            (Subject::TimeOnPage, _) => whole(value, "seconds", LONGEST)?,
            (Subject::ScrollDepth, _) => whole(value, "percent", 100)?,
            (Subject::Visits | Subject::PageViews, _) => whole(value, "a count", 1_000_000)?,
            (Subject::Url, _) => text(value)?.into(),
            (Subject::Language, _) => language(value)?,
            (Subject::Role, _) => match value.as_str() {
                Some(role @ ("visitor" | "lead" | "user")) => role.into(),
                _ => return Err(wrong("value", "must be visitor, lead or user".to_owned())),
            },
            (_, Operator::AtLeast | Operator::AtMost) => match number(value) {
                Some(number) => json!(number),
                None => return Err(wrong("value", "must be a number".to_owned())),
            },
            _ if value.is_number() || value.is_boolean() => value.clone(),
            _ => text(value)?.into(),
        };
        Ok(Self { subject, operator, value })
    }

    /// As the API shows it.
    pub fn object(&self) -> Value {
        let mut shown = json!({"field": self.field(), "operator": self.operator.as_str()});
        if !self.value.is_null() {
            shown["value"] = self.value.clone();
        }
        shown
    }

    fn field(&self) -> String {
        match &self.subject {
            Subject::Url => "url".to_owned(),
            Subject::TimeOnPage => "time_on_page".to_owned(),
            Subject::ScrollDepth => "scroll_depth".to_owned(),
            Subject::Visits => "visits".to_owned(),
            Subject::PageViews => "page_views".to_owned(),
            Subject::Language => "language".to_owned(),
            Subject::Role => "role".to_owned(),
            Subject::Attribute(name) => format!("custom_attributes.{name}"),
            Subject::Company(name) if matches!(&**name, "name" | "plan") => format!("company.{name}"),
            Subject::Company(name) => format!("company.custom_attributes.{name}"),
        }
    }

    /// Whether the browser decides.
    pub fn is_of_page(&self) -> bool {
        !matches!(self.subject, Subject::Role | Subject::Attribute(_) | Subject::Company(_))
    }

    /// Whether it is about companies.
    pub fn is_of_company(&self) -> bool {
        matches!(self.subject, Subject::Company(_))
    }

    /// Whether it is true of a person. What the browser decides is not true here.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        let (operator, negated) = self.operator.positive();
        let is = match &self.subject {
            Subject::Role => self.value == facts.role,
            Subject::Attribute(name) => compare(operator, facts.attributes.get(name), &self.value),
            Subject::Company(name) => {
                facts.companies.iter().any(|company| compare(operator, company.get(name), &self.value))
            }
            _ => return false,
        };
        is != negated
    }
}

fn wrong(part: &'static str, message: String) -> Wrong {
    Wrong { part, message }
}

fn subject(field: &str) -> Result<Subject, Wrong> {
    let named =
        |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty() && name.chars().count() <= 190);
    let found = match field {
        "url" => Some(Subject::Url),
        "time_on_page" => Some(Subject::TimeOnPage),
        "scroll_depth" => Some(Subject::ScrollDepth),
        "visits" => Some(Subject::Visits),
        "page_views" => Some(Subject::PageViews),
        "language" => Some(Subject::Language),
        "role" => Some(Subject::Role),
        "company.name" | "company.plan" => {
            field.strip_prefix("company.").and_then(named).map(Subject::Company)
        }
        _ => {
            match (field.strip_prefix("custom_attributes."), field.strip_prefix("company.custom_attributes."))
            {
                (Some(name), _) => named(name).map(Subject::Attribute),
                // Those two names are the company's own.
                (_, Some(name)) => {
                    named(name).filter(|name| name != "name" && name != "plan").map(Subject::Company)
                }
                _ => None,
            }
        }
    };
    found.ok_or_else(|| {
        let message = "must be url, time_on_page, scroll_depth, visits, page_views, language, role, \
                       custom_attributes.NAME, company.name, company.plan or company.custom_attributes.NAME";
        wrong("field", message.to_owned())
    })
}

fn allowed(subject: &Subject) -> Vec<Operator> {
    match subject {
        Subject::Url => TEXTS.to_vec(),
        Subject::TimeOnPage | Subject::ScrollDepth => vec![Operator::AtLeast],
        Subject::Visits | Subject::PageViews => vec![Operator::Is, Operator::AtLeast, Operator::AtMost],
        Subject::Language | Subject::Role => vec![Operator::Is, Operator::IsNot],
        Subject::Attribute(_) | Subject::Company(_) => {
            OPERATORS.iter().map(|(operator, _)| *operator).collect()
        }
    }
}

fn text(value: &Value) -> Result<String, Wrong> {
    let text = value.as_str().map(str::trim).filter(|text| !text.is_empty() && text.chars().count() <= TEXT);
    text.map(ToOwned::to_owned)
        .ok_or_else(|| wrong("value", format!("must be a text of 1 to {TEXT} characters")))
}

fn whole(value: &Value, of: &str, most: u64) -> Result<Value, Wrong> {
    let number = value.as_u64().filter(|number| *number <= most);
    number
        .map(Value::from)
        .ok_or_else(|| wrong("value", format!("must be {of} as a whole number from 0 to {most}")))
}

/// A language tag, in lower case: `de` means German everywhere, `de-at` that of Austria.
fn language(value: &Value) -> Result<Value, Wrong> {
    let tag = text(value).ok().map(|tag| tag.to_ascii_lowercase().replace('_', "-")).filter(|tag| {
        (2..=35).contains(&tag.len())
            && tag
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    });
    tag.map(Value::from)
        .ok_or_else(|| wrong("value", "must be a language tag such as de or pt-br".to_owned()))
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => {
            let text = text.trim();
            text.parse::<i64>()
                .map(Number::from)
                .ok()
                .or_else(|| text.parse().ok().and_then(Number::from_f64))
        }
        _ => None,
    }
}

/// Texts are compared without regard to case, numbers as numbers. Nothing compares with nothing.
fn compare(operator: Operator, found: Option<&Value>, with: &Value) -> bool {
    let Some(found) = found.filter(|found| !found.is_null() && **found != "") else { return false };
    let numbers = || Some((number(found)?.as_f64()?, number(with)?.as_f64()?));
    let texts = || (spoken(found), spoken(with));
    match operator {
        Operator::Is => match numbers() {
            Some((found, with)) if !with.is_nan() => found.total_cmp(&with).is_eq(),
            _ => texts().0 == texts().1,
        },
        Operator::Contains => texts().0.contains(&texts().1),
        Operator::StartsWith => texts().0.starts_with(&texts().1),
        Operator::AtLeast => numbers().is_some_and(|(found, with)| found >= with),
        Operator::AtMost => numbers().is_some_and(|(found, with)| found <= with),
        _ => true,
    }
}

fn spoken(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned).to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Map, Value, json};

    use super::{Condition, Facts, OPERATORS};

    fn map(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("an object is given") };
        map
    }

    #[rstest]
    #[case("role", "is", json!("user"), true)]
    #[case("role", "is_not", json!("user"), false)]
    #[case("custom_attributes.plan", "is", json!("gold"), true)]
    #[case("custom_attributes.plan", "is_not", json!("GOLD"), false)]
    #[case("custom_attributes.plan", "contains", json!("OL"), true)]
    #[case("custom_attributes.plan", "starts_with", json!("g"), true)]
    #[case("custom_attributes.plan", "does_not_start_with", json!("g"), false)]
    #[case("custom_attributes.seats", "is", json!("5"), true)]
    #[case("custom_attributes.seats", "at_least", json!(5), true)]
    #[case("custom_attributes.seats", "at_least", json!(5.5), false)]
    #[case("custom_attributes.seats", "at_most", json!(10), true)]
    #[case("custom_attributes.plan", "at_least", json!(1), false)]
    #[case("custom_attributes.beta", "is", json!(true), true)]
    #[case("custom_attributes.beta", "is", json!("true"), true)]
    #[case("custom_attributes.none", "is", json!("x"), false)]
    #[case("custom_attributes.none", "is_not", json!("x"), true)]
    #[case("custom_attributes.none", "is_unknown", json!(null), true)]
    #[case("custom_attributes.empty", "is_known", json!(null), false)]
    #[case("custom_attributes.plan", "is_known", json!(null), true)]
    #[case("company.name", "is", json!("acme"), true)]
    #[case("company.name", "is_not", json!("other"), false)]
    #[case("company.plan", "is", json!("pro"), true)]
    #[case("company.custom_attributes.size", "at_least", json!(100), true)]
    fn conditions_about_a_person(
        #[case] field: &str,
        #[case] operator: &str,
        #[case] value: Value,
        #[case] holds: bool,
    ) {
        let attributes = map(json!({"plan": "Gold", "seats": 5, "beta": true, "empty": ""}));
        let companies =
            [map(json!({"name": "Acme", "plan": "Pro", "size": 120})), map(json!({"name": "Other"}))];
        let facts = Facts { role: "user", attributes: &attributes, companies: &companies };
        assert_eq!(Condition::parse(field, operator, &value).unwrap().holds(&facts), holds);
    }

    #[rstest]
    #[case("mood", "is", json!("x"), "field")]
    #[case("custom_attributes.", "is", json!("x"), "field")]
    #[case("company.custom_attributes.name", "is", json!("x"), "field")]
    #[case("url", "matches", json!("x"), "operator")]
    #[case("url", "at_least", json!(1), "operator")]
    #[case("time_on_page", "is", json!(1), "operator")]
    #[case("url", "is", json!(""), "value")]
    #[case("url", "is", json!(5), "value")]
    #[case("url", "is", json!("x".repeat(501)), "value")]
    #[case("time_on_page", "at_least", json!(-1), "value")]
    #[case("time_on_page", "at_least", json!("5"), "value")]
    #[case("time_on_page", "at_least", json!(86_401), "value")]
    #[case("scroll_depth", "at_least", json!(101), "value")]
    #[case("visits", "is", json!(1.5), "value")]
    #[case("language", "is", json!("Deutsch, bitte"), "value")]
    #[case("language", "is", json!("d"), "value")]
    #[case("role", "is", json!("admin"), "value")]
    #[case("custom_attributes.seats", "at_least", json!("many"), "value")]
    #[case("custom_attributes.seats", "is", json!([1]), "value")]
    #[case("custom_attributes.seats", "is", json!(null), "value")]
    fn what_is_wrong_is_named(
        #[case] field: &str,
        #[case] operator: &str,
        #[case] value: Value,
        #[case] part: &str,
    ) {
        assert_eq!(Condition::parse(field, operator, &value).unwrap_err().part, part);
    }

    #[test]
    fn languages_are_written_one_way() {
        assert_eq!(Condition::parse("language", "is", &json!("PT_br")).unwrap().value, "pt-br");
    }

    proptest! {
        /// Whatever is accepted is shown, and read again as the same.
        #[test]
        fn what_is_shown_is_read_as_the_same(
            field in "(url|visits|language|role|custom_attributes\\.[a-z]{1,3}|company\\.(name|plan|custom_attributes\\.[a-z]{1,3}))",
            operator in 0..OPERATORS.len(),
            value in prop_oneof![
                any::<i64>().prop_map(|number| json!(number)),
                any::<f64>().prop_map(|number| json!(number)),
                any::<bool>().prop_map(|truth| json!(truth)),
                ".{0,6}".prop_map(|text| json!(text)),
                "(user|lead|de|3)".prop_map(|text| json!(text)),
            ],
        ) {
            if let Ok(condition) = Condition::parse(&field, OPERATORS[operator].1, &value) {
                let shown = condition.object();
                let again = Condition::parse(
                    shown["field"].as_str().unwrap(), shown["operator"].as_str().unwrap(), &shown["value"],
                );
                prop_assert_eq!(again, Ok(condition));
            }
        }

        /// An operator and its opposite never agree.
        #[test]
        fn opposites(found in ".{0,4}", with in "[a-z0-9 ]{0,3}[a-z0-9]") {
            let attributes = map(json!({"x": found}));
            let facts = Facts { role: "user", attributes: &attributes, companies: &[] };
            for (one, other) in [("is", "is_not"), ("contains", "does_not_contain"), ("starts_with", "does_not_start_with")] {
                let holds = |operator: &str| {
                    Condition::parse("custom_attributes.x", operator, &json!(with)).unwrap().holds(&facts)
                };
                prop_assert_ne!(holds(one), holds(other));
            }
        }
    }
}
