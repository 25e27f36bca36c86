//! Messages that teammates' programs send, which may hold a little HTML (S§2.2): what is kept of it, and any stored
//! message as plain text. What people type is never HTML (`message_text.rs`).

use std::collections::HashSet;

use crate::message_text::{LIMIT, MessageError, MessageText};

/// Tags that are kept. No attribute but the address of a link, and of a picture with its words and size.
const TAGS: [&str; 22] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "u",
    "ul",
];

/// A message as safe HTML with its preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageHtml {
    /// Safe HTML.
    pub html: String,
    /// One line for lists.
    pub preview: String,
}

impl MessageHtml {
    /// Cleans what a program sent; a text without tags is read as people's are.
    pub fn parse(sent: &str) -> Result<Self, MessageError> {
        if !ammonia::is_html(sent) {
            return MessageText::parse(sent).map(|text| Self { html: text.html(), preview: text.preview() });
        }
        match sent.chars().count() {
            length if length > LIMIT => return Err(MessageError::TooLong(length)),
            _ => {}
        }
        if let Some(bad) = sent.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(MessageError::Control(u32::from(bad)));
        }
        let html = clean(sent);
        let preview = match MessageText::parse(&plain(&html)) {
            // A picture says enough.
            Err(MessageError::Empty) if html.contains("<img ") => "🖼".to_owned(),
            words => words?.preview(),
        };
        Ok(Self { html, preview })
    }
}

/// What is kept of HTML. Pictures come from https, know nothing of the page they are shown on, and wait until they are seen.
pub(crate) fn clean(sent: &str) -> String {
    let picture = HashSet::from(["src", "alt", "width", "height"]);
    ammonia::Builder::empty()
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .generic_attributes(HashSet::new())
        .tag_attributes([("a", HashSet::from(["href"])), ("img", picture)].into_iter().collect())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .attribute_filter(|tag, attribute, value| match (tag, attribute) {
            ("img", "src") if !value.starts_with("https://") => None,
            ("img", "width" | "height") if value.parse::<u16>().is_err() => None,
            _ => Some(value.into()),
        })
        .link_rel(Some("nofollow noopener noreferrer"))
        .set_tag_attribute_value("a", "target", "_blank")
        .set_tag_attribute_value("img", "referrerpolicy", "no-referrer")
        .clean(sent)
        .to_string()
}

/// A stored message as text: paragraphs and line breaks, links as `label (address)`.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut address = None;
    let mut label_at = 0;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&unescaped(&rest[..at]));
        let Some(end) = rest[at..].find('>') else { break };
        let tag = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        match tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default() {
            "br" => text.push('\n'),
            "li" if tag.starts_with('/') => text.push('\n'),
            "img" => {
                let alt = tag.split_once("alt=\"").and_then(|(_, rest)| rest.split('"').next());
                text.push_str(&alt.map(unescaped).unwrap_or_default());
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" | "blockquote" | "ul" | "ol"
                if tag.starts_with('/') =>
            {
                text.truncate(text.trim_end().len());
                text.push_str("\n\n");
            }
            "a" if tag.starts_with('/') => {
                let known = address.take().filter(|address: &String| text[label_at..] != **address);
                if let Some(address) = known {
                    text.extend([" (", address.as_str(), ")"]);
                }
            }
            "a" => {
                address =
                    tag.split_once("href=\"").and_then(|(_, rest)| rest.split('"').next()).map(unescaped);
                label_at = text.len();
            }
            _ => {}
        }
    }
    text.push_str(&unescaped(rest));
    text.trim().to_owned()
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{MessageHtml, plain};

    #[rstest]
    #[case("Hi <there", "<p>Hi &lt;there</p>", "Hi <there")]
    #[case("<p>Hi <b>Ada</b></p>", "<p>Hi <b>Ada</b></p>", "Hi Ada")]
    #[case("<p onclick=\"x()\">Hi</p><script>alert(1)</script>", "<p>Hi</p>", "Hi")]
    #[case(
        "<img src=\"https://a.example/x.png\" alt=\"A cat\" width=\"20\" height=\"huge\" onerror=\"alert(1)\">",
        "<img src=\"https://a.example/x.png\" alt=\"A cat\" width=\"20\" referrerpolicy=\"no-referrer\">",
        "A cat"
    )]
    #[case("<h3>Hi</h3><h6><s>there</s></h6>", "<h3>Hi</h3><h6><s>there</s></h6>", "Hi there")]
    #[case("<ul><li>one</li><li>two</li></ul>", "<ul><li>one</li><li>two</li></ul>", "one two")]
    fn cleans(#[case] sent: &str, #[case] html: &str, #[case] preview: &str) {
        let message = MessageHtml::parse(sent).unwrap();
        assert_eq!((message.html.as_str(), message.preview.as_str()), (html, preview));
    }

    #[test]
    fn addresses_that_run_are_dropped() {
        let message = MessageHtml::parse("<a href=\"javascript:alert(1)\" title=\"x\">Hi</a>").unwrap();
        assert!(!message.html.contains("javascript") && !message.html.contains("title"), "{}", message.html);
        let kept = MessageHtml::parse("<a href=\"https://a.example\">Hi</a>").unwrap().html;
        assert!(kept.contains("href=\"https://a.example\"") && kept.contains("noopener"), "{kept}");
    }

    #[rstest]
    #[case("")]
    #[case("<p> </p>")]
    #[case("<script>alert(1)</script>")]
    #[case("<p>\u{7}</p>")]
    fn nothing_to_read_is_refused(#[case] sent: &str) {
        assert!(MessageHtml::parse(sent).is_err());
    }

    #[rstest]
    #[case("<p>a<br>b</p><p>c &lt;d&gt; &amp;lt;</p>", "a\nb\n\nc <d> &lt;")]
    #[case(
        "<p>See <a href=\"https://a.example/?x=1&amp;y=2\" rel=\"x\">this</a>.</p>",
        "See this (https://a.example/?x=1&y=2)."
    )]
    #[case("<p><a href=\"https://a.example\">https://a.example</a></p>", "https://a.example")]
    #[case("<ul><li>one</li><li>two</li></ul><p>end", "one\ntwo\n\nend")]
    fn plain_text(#[case] html: &str, #[case] text: &str) {
        assert_eq!(plain(html), text);
    }

    proptest! {
        #[test]
        fn nothing_active_is_left(sent in "(<[a-z]{1,6}( [a-z]{1,8}=\"[ -~]{0,9}\")?>|</[a-z]{1,3}>|[ -~]|javascript:){0,40}") {
            if let Ok(message) = MessageHtml::parse(&sent) {
                for tag in message.html.split('<').skip(1) {
                    let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap_or_default();
                    prop_assert!(super::TAGS.contains(&name), "{tag}");
                }
                prop_assert_eq!(plain(&message.html).contains('\u{0}'), false);
            }
        }
    }
}
