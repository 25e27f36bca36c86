//! What an outbound message says: a chat message, which a person can answer, or a banner. Words are plain text everywhere:
//! no HTML of a message ever reaches a customer's page.

use serde_json::{Value, json};
use url::Url;

use crate::message_text::MessageText;

/// Longest chat message, in characters.
pub const CHAT: usize = 2_000;
/// Longest banner, in characters.
pub const BANNER: usize = 500;
/// Longest label of a button, in characters.
pub const LABEL: usize = 80;
/// Longest address, in characters.
pub const ADDRESS: usize = 2_000;

/// The kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A message in the corner that can be answered.
    Chat,
    /// A bar at an edge of the page.
    Banner,
}

impl Kind {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Banner => "banner",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Chat, Self::Banner].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What a banner looks like and does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Banner {
    /// Whether it stands at the bottom of the page.
    pub at_bottom: bool,
    /// Whether it lies over the page instead of taking room in it.
    pub floats: bool,
    /// Whether it can be closed.
    pub dismissable: bool,
    /// Its button.
    pub action: Option<Action>,
    /// `#rrggbb` behind the words; the workspace's colour without.
    pub background: Option<String>,
}

/// The button of a banner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its words.
    pub label: String,
    /// The address it leads to; without one it opens a new conversation.
    pub url: Option<String>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The words: paragraphs are divided by an empty line.
    pub body: String,
    /// What only a banner has.
    pub banner: Option<Banner>,
}

/// Why something cannot be said: goes on after the field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// No words, or too many.
    #[error("must be a text of 1 to {0} characters; line breaks are its only control characters")]
    Text(usize),
    /// Not an address that a page may lead to.
    #[error("must begin with https://, http://, mailto:, tel: or /")]
    Address,
    /// Not a colour.
    #[error("must be a colour such as #0b57d0")]
    Colour,
}

/// Words of at most `most` characters.
pub fn words(text: &str, most: usize) -> Result<String, ContentError> {
    let text = MessageText::parse(text).map_err(|_| ContentError::Text(most))?.as_str().to_owned();
    if text.chars().count() > most { Err(ContentError::Text(most)) } else { Ok(text) }
}

/// An address that a button may lead to; nothing that runs a script.
pub fn address(text: &str) -> Result<String, ContentError> {
    let text = text.trim();
    if text.chars().count() > ADDRESS || text.chars().any(|c| c.is_control() || c == '\\') {
        return Err(ContentError::Address);
    }
    if text.starts_with('/') && !text.starts_with("//") {
        return Ok(text.to_owned());
    }
    let scheme = Url::parse(text).map_err(|_| ContentError::Address)?.scheme().to_owned();
    let right = ["https", "http", "mailto", "tel"].contains(&&*scheme);
    if right { Ok(text.to_owned()) } else { Err(ContentError::Address) }
}

/// `#rgb` or `#rrggbb`.
pub fn colour(text: &str) -> Result<String, ContentError> {
    let digits = text.strip_prefix('#').filter(|digits| matches!(digits.len(), 3 | 6));
    let right = digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if right { Ok(text.to_ascii_lowercase()) } else { Err(ContentError::Colour) }
}

impl Content {
    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        if self.banner.is_some() { Kind::Banner } else { Kind::Chat }
    }

    /// Most characters of its words.
    pub fn most(kind: Kind) -> usize {
        match kind {
            Kind::Chat => CHAT,
            Kind::Banner => BANNER,
        }
    }

    /// The banner's part as the API shows it and the store keeps it; `null` for a chat message.
    pub fn banner_object(&self) -> Value {
        self.banner.as_ref().map_or(Value::Null, |banner| {
            let action = banner.action.as_ref().map(|action| match &action.url {
                Some(url) => json!({"type": "open_url", "label": action.label, "url": url}),
                None => json!({"type": "open_chat", "label": action.label}),
            });
            json!({
                "position": if banner.at_bottom { "bottom" } else { "top" },
                "style": if banner.floats { "floating" } else { "inline" },
                "dismissable": banner.dismissable,
                "action": action,
                "background_color": banner.background,
            })
        })
    }

    /// Reads what [`Content::banner_object`] wrote.
    pub fn read(body: String, banner: &str) -> Self {
        let value: Value = serde_json::from_str(banner).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        let action = &value["action"];
        let banner = value.is_object().then(|| Banner {
            at_bottom: value["position"] == "bottom",
            floats: value["style"] == "floating",
            dismissable: value["dismissable"] == true,
            action: text(&action["label"]).map(|label| Action { label, url: text(&action["url"]) }),
            background: text(&value["background_color"]),
        });
        Self { body, banner }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Action, Banner, Content, Kind, address, colour, words};

    #[rstest]
    #[case("https://example.com/a?b=c#d", true)]
    #[case("/pricing", true)]
    #[case("mailto:team@example.com", true)]
    #[case("tel:+49", true)]
    #[case("javascript:alert(1)", false)]
    #[case(" javascript:alert(1)", false)]
    #[case("java\nscript:alert(1)", false)]
    #[case("data:text/html,x", false)]
    #[case("//evil.example", false)]
    #[case("/\\evil.example", false)]
    #[case("pricing", false)]
    #[case("", false)]
    fn addresses_run_no_script(#[case] text: &str, #[case] right: bool) {
        assert_eq!(address(text).is_ok(), right);
    }

    #[rstest]
    #[case("#0B57d0", true)]
    #[case("#abc", true)]
    #[case("red", false)]
    #[case("#12", false)]
    #[case("#12345g", false)]
    #[case("#123;x:y", false)]
    fn colours(#[case] text: &str, #[case] right: bool) {
        assert_eq!(colour(text).is_ok(), right);
    }

    #[test]
    fn words_have_a_limit_of_their_own() {
        assert_eq!(words(" a\r\n\r\nb ", 10).unwrap(), "a\n\nb");
        for bad in ["", "  ", "a\u{7}", "12345678901"] {
            assert!(words(bad, 10).is_err(), "{bad:?}");
        }
        assert_eq!(Content { body: String::new(), banner: None }.kind(), Kind::Chat);
    }

    proptest! {
        #[test]
        fn a_banner_is_read_as_it_was_written(
            at_bottom: bool, floats: bool, dismissable: bool, label in ".{1,5}", url in prop::option::of("/[a-z]{0,4}"),
            acts: bool, background in prop::option::of("#[0-9a-f]{6}"),
        ) {
            let action = acts.then_some(Action { label, url });
            let banner = Banner { at_bottom, floats, dismissable, action, background };
            let content = Content { body: "x".to_owned(), banner: Some(banner) };
            let text = content.banner_object().to_string();
            prop_assert_eq!(Content::read("x".to_owned(), &text), content);
        }
    }
}
