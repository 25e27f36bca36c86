//! What a public script may know of a message: the conditions that the browser checks, how often, and from when to when.
//! No words of the message, no name of an attribute.

use serde_json::{Value, json};

use super::condition::{Condition, Operator, Subject};
use super::frequency::Frequency;
use super::{Rules, pattern};

/// Longest test of all live messages together, in bytes. It stands in the script that every page loads.
const LONGEST: usize = 1_000;

/// One live message, as the page needs it.
#[derive(Clone, Debug)]
pub struct PageMessage<'a> {
    /// Its id.
    pub id: i64,
    /// Its rules.
    pub rules: &'a Rules,
    /// How often.
    pub frequency: Frequency,
    /// From when on.
    pub starts_at: Option<i64>,
    /// Until when.
    pub stops_at: Option<i64>,
}

impl PageMessage<'_> {
    /// In compact form. `if`: tests of the browser; `any`: whether one is enough; `ask`: whether the server has conditions of
    /// its own; `every`: `once`, `visit`, `until`, or a number of days.
    pub fn compact(&self) -> Value {
        let tests: Vec<Value> = self.rules.conditions.iter().filter_map(test).collect();
        let every = match self.frequency {
            Frequency::Once => json!("once"),
            Frequency::EveryVisit => json!("visit"),
            Frequency::UntilInteraction => json!("until"),
            Frequency::EveryDays(days) => json!(days),
        };
        let mut compact = json!({"id": self.id.to_string(), "if": tests, "every": every});
        if self.rules.any && !self.rules.conditions.is_empty() {
            compact["any"] = true.into();
        }
        if self.rules.asks() {
            compact["ask"] = true.into();
        }
        for (name, at) in [("from", self.starts_at), ("to", self.stops_at)] {
            if let Some(at) = at {
                compact[name] = at.into();
            }
        }
        compact
    }
}

/// `[what, than]`, or `[what, than, how]`: `u` a pattern that must match, `n` one that must not; `t` seconds and `s` percent
/// at least; `v` visits and `p` page views, `=`, `<` (at most) or `>` (at least).
fn test(condition: &Condition) -> Option<Value> {
    if let Some((pattern, negated)) = pattern::of(condition) {
        return Some(json!([if negated { "n" } else { "u" }, format!("^{pattern}")]));
    }
    let how = match condition.operator {
        Operator::AtLeast => ">",
        Operator::AtMost => "<",
        _ => "=",
    };
    Some(match condition.subject {
        Subject::TimeOnPage => json!(["t", condition.value]),
        Subject::ScrollDepth => json!(["s", condition.value]),
        Subject::Visits => json!(["v", condition.value, how]),
        Subject::PageViews => json!(["p", condition.value, how]),
        _ => return None,
    })
}

/// What the script at rest tests before it loads anything: a regular expression that matches on every page where one of the
/// messages could be shown; `None` without messages. Empty, it matches everywhere: when a message has no rule about
/// address or language, or has to count visits or pages, or when the test would be longer than what it saves.
pub fn first_look(messages: &[&Rules]) -> Option<String> {
    let mut all: Vec<String> = Vec::new();
    if messages.is_empty() {
        return None;
    }
    for rules in messages {
        let Some(one) = needed(rules) else { return Some(String::new()) };
        if !all.contains(&one) {
            all.push(one);
        }
    }
    let pattern = format!("^({})", all.join("|"));
    Some(if pattern.len() > LONGEST { String::new() } else { pattern })
}

/// What must match for the message to be possible; `None` if it may be possible everywhere.
fn needed(rules: &Rules) -> Option<String> {
    let counts = |condition: &Condition| matches!(condition.subject, Subject::Visits | Subject::PageViews);
    if rules.conditions.iter().any(counts) {
        return None;
    }
    let looks = rules.conditions.iter().map(|condition| {
        let (pattern, negated) = pattern::of(condition)?;
        Some(format!("(?{}{pattern})", if negated { '!' } else { '=' }))
    });
    if rules.any {
        // One that can come true anywhere is enough.
        let looks: Option<Vec<String>> = looks.collect();
        looks.filter(|looks| !looks.is_empty()).map(|looks| looks.join("|"))
    } else {
        Some(looks.flatten().collect::<String>()).filter(|looks| !looks.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::RegexBuilder;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{Frequency, PageMessage, first_look};
    use crate::outbound::{Condition, Rules, pattern};

    fn rules(any: bool, conditions: &[(&str, &str, Value)]) -> Rules {
        let conditions = conditions
            .iter()
            .map(|(field, operator, value)| Condition::parse(field, operator, value).unwrap())
            .collect();
        Rules { any, conditions }
    }

    /// As the browser tests it.
    fn matches(field: &str, operator: &str, value: &str, page: &str) -> bool {
        let (pattern, negated) = pattern::of_parts(field, operator, value);
        let pattern = RegexBuilder::new(&format!("^(?:{pattern})")).case_insensitive(true).build().unwrap();
        pattern.is_match(page) != negated
    }

    #[rstest]
    #[case("is", "https://shop.example/pricing", "https://shop.example/pricing", true)]
    #[case("is", "https://shop.example/pricing", "https://shop.example/pricing?plan=a", false)]
    #[case("is", "https://shop.example/pricing?plan=a", "https://shop.example/pricing?plan=a", true)]
    #[case("is", "https://shop.example/pricing", "https://shop.example/pricing#top", true)]
    #[case("is", "https://shop.example/#/inbox", "https://shop.example/#/inbox", true)]
    #[case("is", "https://shop.example/#/inbox", "https://shop.example/#/inbox/2", false)]
    #[case("is", "/pricing", "http://localhost:8080/pricing", true)]
    #[case("is", "/pricing", "http://localhost:8080/pricing/", false)]
    #[case("is", "/pricing", "http://localhost:8080/a/pricing", false)]
    #[case("is", "shop.example/pricing", "https://shop.example/pricing", true)]
    #[case("is", "shop.example", "https://shop.example/", true)]
    #[case("is", "https://shop.example", "https://shop.example/", true)]
    #[case("is", "https://shop.example", "https://shop.example.evil/", false)]
    #[case("is", "/Pricing", "https://shop.example/pricing", true)]
    #[case("is", "/über uns", "https://shop.example/%C3%BCber%20uns", true)]
    #[case("is_not", "/pricing", "https://shop.example/pricing", false)]
    #[case("is_not", "/pricing", "https://shop.example/", true)]
    #[case("contains", "plan=a", "https://shop.example/pricing?plan=a&b=c", true)]
    #[case("contains", "a.c", "https://shop.example/abc", false)]
    #[case("contains", "top", "https://shop.example/#top", false)]
    #[case("contains", "#top", "https://shop.example/#top", true)]
    #[case("contains", "de", "https://shop.example/", false)]
    #[case("does_not_contain", "checkout", "https://shop.example/checkout", false)]
    #[case("starts_with", "/blog/", "https://shop.example/blog/2?x", true)]
    #[case("starts_with", "/blog/", "https://shop.example/en/blog/", false)]
    #[case("starts_with", "https://shop.", "https://shop.example/", true)]
    #[case("starts_with", "shop.example/b", "https://shop.example/blog", true)]
    #[case("does_not_start_with", "/blog", "https://shop.example/", true)]
    fn addresses(#[case] operator: &str, #[case] value: &str, #[case] url: &str, #[case] right: bool) {
        assert_eq!(matches("url", operator, value, &format!("{url} de-AT")), right);
    }

    #[rstest]
    #[case("de", "de", true)]
    #[case("de", "de-AT", true)]
    #[case("de-at", "de-AT", true)]
    #[case("de-at", "de", false)]
    #[case("de", "den", false)]
    fn languages(#[case] tag: &str, #[case] language: &str, #[case] right: bool) {
        let page = format!("https://shop.example/de {language}");
        assert_eq!(matches("language", "is", tag, &page), right);
        assert_eq!(matches("language", "is_not", tag, &page), !right);
    }

    #[test]
    fn the_public_form_has_no_word_about_people() {
        let rules = rules(
            false,
            &[
                ("url", "contains", json!("/pricing")),
                ("time_on_page", "at_least", json!(5)),
                ("visits", "at_most", json!(3)),
                ("custom_attributes.secret", "is", json!("gold")),
                ("company.name", "is", json!("Acme")),
                ("role", "is", json!("user")),
            ],
        );
        let message = PageMessage {
            id: 7,
            rules: &rules,
            frequency: Frequency::EveryDays(3),
            starts_at: None,
            stops_at: Some(9),
        };
        let right = json!({
            "id": "7", "if": [["u", "^[^# ]*/pricing"], ["t", 5], ["v", 3, "<"]], "every": 3, "ask": true, "to": 9,
        });
        assert_eq!(message.compact(), right);
    }

    #[test]
    fn the_first_look_lets_everything_through_that_could_match() {
        let url = |any| rules(any, &[("url", "is", json!("/a")), ("language", "is", json!("de"))]);
        let timed =
            rules(false, &[("url", "starts_with", json!("/b")), ("time_on_page", "at_least", json!(5))]);
        let either = rules(true, &[("url", "is", json!("/a")), ("time_on_page", "at_least", json!(5))]);
        let counting = rules(false, &[("url", "is", json!("/a")), ("visits", "at_least", json!(2))]);
        assert_eq!(first_look(&[]), None);
        let a = r"[a-z]+://[^/?# ]+/a(#\S*)?( |$)";
        assert_eq!(first_look(&[&url(false)]), Some(format!(r"^((?={a})(?=\S* de(-|$)))")));
        assert_eq!(first_look(&[&url(true)]), Some(format!(r"^((?={a})|(?=\S* de(-|$)))")));
        assert_eq!(first_look(&[&timed, &timed]), Some(r"^((?=[a-z]+://[^/?# ]+/b))".to_owned()));
        for everywhere in [Rules::default(), either, counting] {
            assert_eq!(first_look(&[&timed, &everywhere]), Some(String::new()));
        }
        let long = rules(false, &[("url", "is", json!("x".repeat(499)))]);
        let longer = rules(false, &[("url", "is", json!("y".repeat(500)))]);
        assert_eq!(first_look(&[&long, &longer]), Some(String::new()));
    }

    proptest! {
        /// Whatever people write as an address is a pattern that compiles and finds itself.
        #[test]
        fn every_value_finds_itself(value in "[^\\s#\\p{C}]{1,20}") {
            let url = url::Url::parse("https://shop.example/").unwrap().join(&format!("/x?{value}")).unwrap();
            let page = format!("{url} de");
            let given = format!("/x?{value}");
            // `'` is the one sign that browsers write otherwise in a query.
            prop_assume!(!value.contains(['\'', '"', '<', '>']));
            prop_assert!(matches("url", "is", &given, &page), "{}", page);
            prop_assert!(matches("url", "starts_with", &given, &page));
            prop_assert!(matches("url", "contains", &value, &page));
            prop_assert!(!matches("url", "is_not", &given, &page));
        }
    }
}
