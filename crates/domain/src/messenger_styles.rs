//! Styles of a workspace's Messenger (M§8.12): looks under names, of which a page chooses one with `messenger_style_id`, as a
//! company with several brands does. They are what the page leaves out of its settings; what it says itself goes before them. Pure;
//! the server writes them into the embed script.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Styles of a workspace at most: each page loads them all.
pub const MOST: usize = 20;

/// The styles by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MessengerStyles(BTreeMap<String, MessengerStyle>);

/// One style, under the names of the settings it stands for; what it leaves out is the workspace's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessengerStyle {
    #[serde(skip_serializing_if = "Option::is_none")]
    action_color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    background_color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link_color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    theme_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alignment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vertical_padding: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    horizontal_padding: Option<u32>,
}

/// Why styles cannot be used. The text is for whoever typed them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Not JSON of the right shape; what the reader of JSON says of it.
    #[error(
        "{0}; write {{\"NAME\": {{\"action_color\": \"#2f6b46\"}}}}, each with any of action_color, background_color, link_color, \
         theme_mode, alignment, vertical_padding, horizontal_padding"
    )]
    Shape(String),
    /// Too many.
    #[error("there can be {MOST} at most")]
    Many,
    /// A name that a page cannot say, or says by mistake.
    #[error("a style's name has 1 to 60 characters")]
    Name,
    /// A value that cannot be shown: the style, the setting, what would be right.
    #[error("{0}: {1}: {2}")]
    Value(String, &'static str, &'static str),
}

impl MessengerStyles {
    /// Reads JSON text; none in an empty one.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let styles: BTreeMap<String, MessengerStyle> =
            serde_json::from_str(text).map_err(|error| Wrong::Shape(error.to_string()))?;
        if styles.len() > MOST {
            return Err(Wrong::Many);
        }
        for (name, style) in &styles {
            if !(1..=60).contains(&name.chars().count()) {
                return Err(Wrong::Name);
            }
            style.check().map_err(|(key, right)| Wrong::Value(name.clone(), key, right))?;
        }
        Ok(Self(styles))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl MessengerStyle {
    fn check(&self) -> Result<(), (&'static str, &'static str)> {
        for (key, value) in [
            ("action_color", &self.action_color),
            ("background_color", &self.background_color),
            ("link_color", &self.link_color),
        ] {
            if value.as_deref().is_some_and(|value| !is_colour(value)) {
                return Err((key, "use a colour such as #2f6b46"));
            }
        }
        let known = |value: &Option<String>, values: &[&str]| {
            value.as_deref().is_none_or(|value| values.contains(&value))
        };
        if !known(&self.theme_mode, &["light", "dark", "system"]) {
            return Err(("theme_mode", "use light, dark or system"));
        }
        if !known(&self.alignment, &["left", "right"]) {
            return Err(("alignment", "use left or right"));
        }
        Ok(())
    }
}

/// Whether this is a colour that every part of the Messenger can show: `#rgb` or `#rrggbb`.
pub fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.chars().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        for text in [
            "{}",
            r##"{"12":{"action_color":"#2f6b46"}}"##,
            r##"{"a \"brand\"":{"background_color":"#fff","link_color":"#123456","theme_mode":"system"},"b":{"alignment":"left","vertical_padding":40,"horizontal_padding":0}}"##,
        ] {
            let styles = MessengerStyles::parse(text).unwrap();
            assert_eq!(serde_json::to_string(&styles).unwrap(), text);
            assert_eq!(styles.is_empty(), text == "{}");
        }
        assert!(MessengerStyles::parse(" ").unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_shown_is_named() {
        for (text, says) in [
            ("blue", "write {\"NAME\""),
            (r#"["12"]"#, "write {\"NAME\""),
            (r##"{"12": "#fff"}"##, "write {\"NAME\""),
            (r#"{"12": {"z_index": 4}}"#, "unknown field `z_index`"),
            (r#"{"12": {"vertical_padding": -1}}"#, "write {\"NAME\""),
            (r#"{"12": {"action_color": "red;}"}}"#, "12: action_color: use a colour such as #2f6b46"),
            (r##"{"12": {"link_color": "#12345"}}"##, "12: link_color: "),
            (r#"{"12": {"theme_mode": "night"}}"#, "12: theme_mode: use light, dark or system"),
            (r#"{"12": {"alignment": "top"}}"#, "12: alignment: use left or right"),
            (r#"{"": {}}"#, "1 to 60 characters"),
        ] {
            let error = MessengerStyles::parse(text).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
        let many: BTreeMap<String, MessengerStyle> =
            (0..=MOST).map(|number| (number.to_string(), MessengerStyle::default())).collect();
        assert_eq!(MessengerStyles::parse(&serde_json::to_string(&many).unwrap()), Err(Wrong::Many));
    }
}
