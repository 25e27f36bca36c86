//! Reading the page's settings: tolerant of wrong types, as sites pass what they have (M§3.1, M§3.2).

use serde_json::{Map, Value};

use crate::view_model::{Launcher, Theme};

/// Intercom's default and smallest padding, CSS pixels.
const LEAST_PADDING: u32 = 20;

/// A text setting; numbers count as text, as ids are often given so. Empty, `undefined` and `null` are missing (M§3.2).
pub(crate) fn text(settings: &Map<String, Value>, name: &str) -> Option<String> {
    match settings.get(name)? {
        Value::String(text) if !matches!(text.trim(), "" | "undefined" | "null") => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, also when given as text.
fn number(settings: &Map<String, Value>, name: &str) -> Option<i64> {
    match settings.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            let text = text.trim();
            text.strip_suffix("px").unwrap_or(text).parse().ok()
        }
        _ => None,
    }
}

/// Who the page says this is: `user_id` and `email`. Either makes the person a user (P7).
pub(crate) fn claims(settings: &Map<String, Value>) -> (Option<String>, Option<String>) {
    (text(settings, "user_id"), text(settings, "email"))
}

/// Whether the two claim different persons: both name a `user_id` and the ids differ, or neither does and the emails
/// differ. A person who gains a `user_id` or changes their email under the same id stays the same person.
pub(crate) fn different_persons(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    match (claims(old), claims(new)) {
        ((Some(old), _), (Some(new), _)) => old != new,
        ((None, Some(old)), (None, Some(new))) => !old.eq_ignore_ascii_case(&new),
        _ => false,
    }
}

/// How long a session cookie lives at most: `session_duration`, milliseconds in, seconds out; five minutes at least. Of a
/// text only the number it begins with counts (`"5*60000"`), as in Intercom (M§3.1).
pub(crate) fn session_seconds(settings: &Map<String, Value>) -> Option<i64> {
    let ms = number(settings, "session_duration").or_else(|| {
        let text = settings.get("session_duration")?.as_str()?.trim_start();
        text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    });
    ms.map(|ms| (ms / 1_000).max(300))
}

/// Light, dark or the system's; anything else is light.
pub(crate) fn theme(settings: &Map<String, Value>) -> Theme {
    match text(settings, "theme_mode").as_deref() {
        Some("dark") => Theme::Dark,
        Some("system") => Theme::System,
        _ => Theme::Light,
    }
}

/// Where the launcher stands.
pub(crate) fn launcher(settings: &Map<String, Value>) -> Launcher {
    let padding = |name| {
        number(settings, name).and_then(|pixels| u32::try_from(pixels).ok()).unwrap_or(0).max(LEAST_PADDING)
    };
    Launcher {
        visible: settings.get("hide_default_launcher") != Some(&Value::Bool(true)),
        right: text(settings, "alignment").as_deref() != Some("left"),
        horizontal_padding: padding("horizontal_padding"),
        vertical_padding: padding("vertical_padding"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            other => panic!("not an object: {other}"),
        }
    }

    #[rstest]
    #[case::nobody(json!({}), json!({"user_id": "1"}), false)]
    #[case::same(json!({"user_id": "1"}), json!({"user_id": 1}), false)]
    #[case::other(json!({"user_id": "1"}), json!({"user_id": "2"}), true)]
    #[case::new_email(json!({"user_id": "1", "email": "a@b.c"}), json!({"user_id": "1", "email": "d@b.c"}), false)]
    #[case::gains_id(json!({"email": "a@b.c"}), json!({"email": "a@b.c", "user_id": "1"}), false)]
    #[case::case_of_email(json!({"email": "A@b.c"}), json!({"email": "a@b.c"}), false)]
    #[case::other_email(json!({"email": "x@b.c"}), json!({"email": "a@b.c"}), true)]
    #[case::empty_id(json!({"user_id": ""}), json!({"user_id": "2"}), false)]
    #[case::no_id(json!({"user_id": "undefined", "email": "null"}), json!({"user_id": "2"}), false)]
    #[case::wrong_type(json!({"user_id": [1]}), json!({"user_id": "2"}), false)]
    fn tells_persons_apart(#[case] old: Value, #[case] new: Value, #[case] different: bool) {
        assert_eq!(different_persons(&map(old), &map(new)), different);
    }

    #[rstest]
    #[case(json!(3_600_000), Some(3_600))]
    #[case(json!("3600000"), Some(3_600))]
    #[case(json!("5*60000"), Some(300))]
    #[case(json!(1), Some(300))]
    #[case(json!(-7), Some(300))]
    #[case(json!("a week"), None)]
    #[case(json!(null), None)]
    fn a_session_lasts(#[case] given: Value, #[case] seconds: Option<i64>) {
        assert_eq!(session_seconds(&map(json!({ "session_duration": given }))), seconds);
    }

    #[rstest]
    #[case(json!({}), true, 20, 20)]
    #[case(json!({"alignment": "left", "horizontal_padding": 40, "vertical_padding": "30"}), false, 40, 30)]
    #[case(json!({"alignment": "middle", "horizontal_padding": -40, "vertical_padding": {}}), true, 20, 20)]
    fn places_the_launcher(
        #[case] settings: Value,
        #[case] right: bool,
        #[case] side: u32,
        #[case] bottom: u32,
    ) {
        let launcher = launcher(&map(settings));
        assert_eq!(
            (launcher.right, launcher.horizontal_padding, launcher.vertical_padding),
            (right, side, bottom)
        );
    }
}
