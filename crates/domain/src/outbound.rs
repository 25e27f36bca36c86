//! Outbound messages: what the team wants to say to people by rules, without being asked (issue 4, M§8.11). What they say
//! (`content`), to whom and where (`condition`), how often (`frequency`), and which rules a browser checks by itself
//! (`page`).
//!
//! Rules about the page are decided by the browser and stand in a public script. Rules about the person are decided by the
//! server when the browser asks, and never leave it.

pub mod condition;
pub mod content;
pub mod delivery;
pub mod frequency;
pub mod page;
mod pattern;

pub use condition::{Condition, Facts, Wrong};
pub use content::{Action, Banner, Content, Kind};
pub use frequency::{Frequency, History};
use serde_json::{Value, json};

/// Most conditions of one message.
pub const CONDITIONS: usize = 20;
/// Most live messages of one workspace.
pub const LIVE: usize = 50;
/// Least and most priority.
pub const PRIORITY: (i64, i64) = (-1000, 1000);

/// Whom a message is for, and where. Without conditions: everybody, everywhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// Whether one of the conditions is enough.
    pub any: bool,
    /// The conditions.
    pub conditions: Vec<Condition>,
}

impl Rules {
    /// Reads what [`Rules::object`] wrote. `None` for what this version does not know: such a message must reach nobody.
    pub fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let one = |value: &Value| {
            Condition::parse(value["field"].as_str()?, value["operator"].as_str()?, &value["value"]).ok()
        };
        let conditions: Option<Vec<Condition>> = value["conditions"].as_array()?.iter().map(one).collect();
        Some(Self { any: value["match"] == "any", conditions: conditions? })
    }

    /// As the API shows them and the store keeps them.
    pub fn object(&self) -> Value {
        let conditions: Vec<Value> = self.conditions.iter().map(Condition::object).collect();
        json!({"match": if self.any { "any" } else { "all" }, "conditions": conditions})
    }

    /// Whether the message is for this person. `met` is what the browser found of the conditions it can check: all of
    /// them, or one of them, as the rules want.
    pub fn fit(&self, met: bool, facts: &Facts<'_>) -> bool {
        let mut asked = self.conditions.iter().filter(|condition| !condition.is_of_page());
        if self.conditions.is_empty() {
            return true;
        }
        if self.any {
            met || asked.any(|condition| condition.holds(facts))
        } else {
            met && asked.all(|condition| condition.holds(facts))
        }
    }

    /// Whether a condition needs the server.
    pub fn asks(&self) -> bool {
        self.conditions.iter().any(|condition| !condition.is_of_page())
    }

    /// Whether a condition is about the person's companies.
    pub fn asks_companies(&self) -> bool {
        self.conditions.iter().any(Condition::is_of_company)
    }
}

/// Whether a message may be shown now, by its schedule: from `starts_at` on, until before `stops_at`.
pub fn in_season(starts_at: Option<i64>, stops_at: Option<i64>, now: i64) -> bool {
    starts_at.is_none_or(|start| start <= now) && stops_at.is_none_or(|stop| now < stop)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Map, json};

    use super::{Condition, Facts, Rules, in_season};

    fn rules(any: bool, conditions: &[(&str, &str, serde_json::Value)]) -> Rules {
        let conditions = conditions
            .iter()
            .map(|(field, operator, value)| Condition::parse(field, operator, value).unwrap())
            .collect();
        Rules { any, conditions }
    }

    #[rstest]
    // all, met in the page?, a role that fits?
    #[case(false, true, true, true)]
    #[case(false, true, false, false)]
    #[case(false, false, true, false)]
    #[case(true, true, false, true)]
    #[case(true, false, true, true)]
    #[case(true, false, false, false)]
    fn all_and_any(#[case] any: bool, #[case] met: bool, #[case] role: bool, #[case] fits: bool) {
        let rules = rules(any, &[("url", "contains", json!("/a")), ("role", "is", json!("lead"))]);
        let nothing = Map::new();
        let facts = Facts { role: if role { "lead" } else { "user" }, attributes: &nothing, companies: &[] };
        assert_eq!(rules.fit(met, &facts), fits);
    }

    #[test]
    fn without_conditions_everybody_is_meant() {
        let nothing = Map::new();
        let facts = Facts { role: "visitor", attributes: &nothing, companies: &[] };
        assert!(Rules { any: true, conditions: Vec::new() }.fit(false, &facts));
    }

    #[test]
    fn rules_are_read_as_they_were_written() {
        let rules = rules(true, &[("url", "is_not", json!("/a")), ("visits", "at_least", json!(3))]);
        assert_eq!(Rules::read(&rules.object().to_string()), Some(rules));
        // A later version's rules reach nobody.
        assert_eq!(Rules::read(r#"{"match":"all","conditions":[{"field":"mood","operator":"is"}]}"#), None);
    }

    #[rstest]
    #[case(None, None, true)]
    #[case(Some(10), None, true)]
    #[case(Some(11), None, false)]
    #[case(None, Some(10), false)]
    #[case(Some(1), Some(11), true)]
    fn a_schedule_has_a_beginning_and_an_end(
        #[case] starts_at: Option<i64>,
        #[case] stops_at: Option<i64>,
        #[case] shown: bool,
    ) {
        assert_eq!(in_season(starts_at, stops_at, 10), shown);
    }
}
