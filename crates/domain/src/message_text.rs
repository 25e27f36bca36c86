//! What a plain-text message may hold, its safe HTML and its preview. Used for everything a person or a teammate types.

/// Longest message, in characters.
pub const LIMIT: usize = 10_000;
/// Longest preview, in characters, the ellipsis included.
pub const PREVIEW_LIMIT: usize = 140;

/// Why a text is not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Nothing but white space.
    #[error("the message is empty; write 1 to {LIMIT} characters")]
    Empty,
    /// Too long.
    #[error("the message has {0} characters; at most {LIMIT} are allowed")]
    TooLong(usize),
    /// A control character other than line break and tab.
    #[error("the message holds the control character U+{0:04X}; only line breaks and tabs are allowed")]
    Control(u32),
}

/// A text that may be stored: trimmed, with `\n` for line breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// Checks what was typed.
    pub fn parse(typed: &str) -> Result<Self, MessageError> {
        let text = typed.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim();
        if text.is_empty() {
            return Err(MessageError::Empty);
        }
        if let Some(bad) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(MessageError::Control(u32::from(bad)));
        }
        match text.chars().count() {
            length if length > LIMIT => Err(MessageError::TooLong(length)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as HTML: paragraphs, line breaks and links, everything else escaped. Holds no tag but `p`, `br`, `a`.
    pub fn html(&self) -> String {
        let mut html = String::with_capacity(self.0.len() + 16);
        for paragraph in
            self.0.split("\n\n").map(|text| text.trim_matches('\n')).filter(|text| !text.is_empty())
        {
            html.push_str("<p>");
            for (number, line) in paragraph.split('\n').enumerate() {
                if number > 0 {
                    html.push_str("<br>");
                }
                push_line(&mut html, line);
            }
            html.push_str("</p>");
        }
        html
    }

    /// One line for lists.
    pub fn preview(&self) -> String {
        let line = self.0.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= PREVIEW_LIMIT {
            return line;
        }
        let mut cut: String = line.chars().take(PREVIEW_LIMIT - 1).collect();
        cut.truncate(cut.trim_end().len());
        cut.push('…');
        cut
    }
}

fn push_line(html: &mut String, line: &str) {
    let mut rest = line;
    while let Some(start) = link_start(rest) {
        let (before, tail) = rest.split_at(start);
        push_escaped(html, before);
        let address = &tail[..link_end(tail)];
        push_link(html, address, address);
        rest = &tail[address.len()..];
    }
    push_escaped(html, rest);
}

/// A link that opens in a tab of its own.
pub(crate) fn push_link(html: &mut String, address: &str, label: &str) {
    html.push_str("<a href=\"");
    push_escaped(html, address);
    html.push_str("\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">");
    push_escaped(html, label);
    html.push_str("</a>");
}

/// Where the next `http://` or `https://` with something behind it begins.
pub(crate) fn link_start(text: &str) -> Option<usize> {
    text.match_indices("http").map(|(at, _)| at).find(|at| {
        let tail = &text[*at..];
        let address = tail.strip_prefix("https://").or_else(|| tail.strip_prefix("http://"));
        address.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// Where the address a text begins with ends: the full stop of the sentence is not part of it, nor is a bracket that was
/// opened before it.
pub(crate) fn link_end(text: &str) -> usize {
    let end =
        text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`')).unwrap_or(text.len());
    let mut address = &text[..end];
    while let Some(last) = address.chars().next_back() {
        let opened = |open: char| address.matches(open).count() >= address.matches(last).count();
        let belongs = match last {
            ')' => opened('('),
            ']' => opened('['),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' => false,
            _ => true,
        };
        if belongs {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address.len()
}

pub(crate) fn push_escaped(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", Err(MessageError::Empty))]
    #[case(" \n\t ", Err(MessageError::Empty))]
    #[case("a\u{0}b", Err(MessageError::Control(0)))]
    #[case("a\u{1b}[31m", Err(MessageError::Control(0x1b)))]
    #[case(" hi\r\nthere ", Ok("hi\nthere"))]
    fn takes_or_names_what_is_wrong(#[case] typed: &str, #[case] expected: Result<&str, MessageError>) {
        let parsed = MessageText::parse(typed);
        assert_eq!(parsed.as_ref().map(MessageText::as_str).map_err(|e| *e), expected);
    }

    #[test]
    fn the_limit_counts_characters() {
        assert!(MessageText::parse(&"ü".repeat(LIMIT)).is_ok());
        assert_eq!(MessageText::parse(&"ü".repeat(LIMIT + 1)), Err(MessageError::TooLong(LIMIT + 1)));
    }

    #[rstest]
    #[case("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")]
    #[case("a\nb\n\nc", "<p>a<br>b</p><p>c</p>")]
    #[case(
        "see https://a.example/x?a=1&b=2.",
        "<p>see <a href=\"https://a.example/x?a=1&amp;b=2\" rel=\"nofollow noopener noreferrer\" \
         target=\"_blank\">https://a.example/x?a=1&amp;b=2</a>.</p>"
    )]
    #[case(
        "(https://a.example/wiki/Rust_(language)), https://b.example]",
        "<p>(<a href=\"https://a.example/wiki/Rust_(language)\" rel=\"nofollow noopener noreferrer\" \
         target=\"_blank\">https://a.example/wiki/Rust_(language)</a>), <a href=\"https://b.example\" \
         rel=\"nofollow noopener noreferrer\" target=\"_blank\">https://b.example</a>]</p>"
    )]
    #[case("javascript:alert(1) http://", "<p>javascript:alert(1) http://</p>")]
    fn html_of(#[case] text: &str, #[case] html: &str) {
        assert_eq!(MessageText::parse(text).unwrap().html(), html);
    }

    #[test]
    fn previews_are_one_short_line() {
        assert_eq!(MessageText::parse("a\n b").unwrap().preview(), "a b");
        let long = MessageText::parse(&"word ".repeat(100)).unwrap().preview();
        assert!(long.chars().count() <= PREVIEW_LIMIT && long.ends_with("word…"));
    }

    /// What a browser would show of the HTML.
    fn shown(html: &str) -> String {
        let text = html.replace("</p><p>", "\n\n").replace("<br>", "\n");
        let mut plain = String::new();
        let mut tag = false;
        for c in text.chars() {
            match c {
                '<' => tag = true,
                '>' if tag => tag = false,
                c if !tag => plain.push(c),
                _ => {}
            }
        }
        plain
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    }

    proptest! {
        #[test]
        fn html_shows_the_text_and_holds_no_other_tag(text in "([ -~]|https?://|<a href=|\n){1,60}") {
            if let Ok(message) = MessageText::parse(&text) {
                let html = message.html();
                for tag in html.split('<').skip(1) {
                    prop_assert!(["p>", "/p>", "br>", "a href=\"http", "/a>"].iter().any(|known| tag.starts_with(known)));
                }
                let squeeze = |text: &str| text.split('\n').filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
                prop_assert_eq!(squeeze(&shown(&html)), squeeze(message.as_str()));
            }
        }
    }
}
