//! A teammate's text with a little markup, as many write it anyway: `**bold**`, `*italics*`, `` `code` ``, code between lines of
//! ```` ``` ````, `- ` and `1. ` lists, `> ` quotes, `# ` headings (shown as bold paragraphs) and `[words](https://…)`. Everything
//! is escaped; what is no markup stays as it was typed. Not for people's own messages, which are text (`message_text.rs`).

use crate::attachment::Attachment;
use crate::message_html::plain;
use crate::message_text::{MessageError, MessageText, link_end, link_start, push_escaped, push_link};

/// Marks inside marks: deeper ones stay as they were typed.
const DEEPEST: u8 = 4;

/// A text as safe HTML with its preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup {
    /// Safe HTML.
    pub html: String,
    /// One line for lists, without marks.
    pub preview: String,
}

impl Markup {
    /// Checks and converts what was typed.
    pub fn parse(typed: &str) -> Result<Self, MessageError> {
        let text = MessageText::parse(typed)?;
        let html = html(text.as_str());
        // Of marks around nothing, nothing would be left: then it is the text.
        match MessageText::parse(&plain(&html)) {
            Ok(words) => Ok(Self { preview: words.preview(), html }),
            Err(_) => Ok(Self { html: text.html(), preview: text.preview() }),
        }
    }
}

/// What a line is.
enum Line<'a> {
    Fence,
    Blank,
    Item(&'static str, &'a str),
    Quote(&'a str),
    Heading(&'a str),
    Words(&'a str),
}

fn line(text: &str) -> Line<'_> {
    let inner = text.trim_start();
    if inner.starts_with("```") {
        return Line::Fence;
    }
    if inner.is_empty() {
        return Line::Blank;
    }
    for mark in ["- ", "* ", "• "] {
        if let Some(rest) = inner.strip_prefix(mark) {
            return Line::Item("ul", rest);
        }
    }
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits)
        && let Some(rest) = inner[digits..].strip_prefix(". ")
    {
        return Line::Item("ol", rest);
    }
    if let Some(rest) = inner.strip_prefix("> ") {
        return Line::Quote(rest);
    }
    let level = inner.bytes().take_while(|byte| *byte == b'#').count();
    match inner.get(level..).and_then(|rest| rest.strip_prefix(' ')) {
        Some(rest) if (1..=6).contains(&level) => Line::Heading(rest),
        _ => Line::Words(text),
    }
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    // The element that is open: its tag, empty for none.
    let mut open = "";
    let mut lines = text.split('\n');
    while let Some(next) = lines.next() {
        match line(next) {
            Line::Fence => {
                enter(&mut out, &mut open, "");
                let code: Vec<&str> =
                    lines.by_ref().take_while(|line| !line.trim().starts_with("```")).collect();
                if !code.is_empty() {
                    out.push_str("<pre><code>");
                    push_escaped(&mut out, &code.join("\n"));
                    out.push_str("</code></pre>");
                }
            }
            Line::Blank => enter(&mut out, &mut open, ""),
            Line::Item(list, words) => {
                if open != list {
                    enter(&mut out, &mut open, list);
                }
                out.push_str("<li>");
                inline(&mut out, words, DEEPEST);
                out.push_str("</li>");
            }
            Line::Heading(words) => {
                enter(&mut out, &mut open, "");
                out.push_str("<p><b>");
                inline(&mut out, words, DEEPEST);
                out.push_str("</b></p>");
            }
            Line::Quote(words) => flow(&mut out, &mut open, "blockquote", words),
            Line::Words(words) => flow(&mut out, &mut open, "p", words),
        }
    }
    enter(&mut out, &mut open, "");
    out
}

/// A line of a paragraph or quote.
fn flow(out: &mut String, open: &mut &'static str, tag: &'static str, words: &str) {
    if *open == tag {
        out.push_str("<br>");
    } else {
        enter(out, open, tag);
    }
    inline(out, words, DEEPEST);
}

/// Ends the open element and begins another, or none.
fn enter(out: &mut String, open: &mut &'static str, tag: &'static str) {
    if !open.is_empty() {
        out.extend(["</", open, ">"]);
    }
    if !tag.is_empty() {
        out.extend(["<", tag, ">"]);
    }
    *open = tag;
}

fn inline(out: &mut String, text: &str, depth: u8) {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let taken = if depth > 0 { marked(out, text, at, depth) } else { None };
        let taken = taken.or_else(|| {
            (link_start(rest) == Some(0)).then(|| {
                let end = link_end(rest);
                push_link(out, &rest[..end], &rest[..end]);
                end
            })
        });
        at += taken.unwrap_or_else(|| {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            push_escaped(out, &rest[..length]);
            length
        });
    }
}

/// Writes what a mark at this place holds; gives how much of the text that was, `None` if there is no mark.
fn marked(out: &mut String, text: &str, at: usize, depth: u8) -> Option<usize> {
    let rest = &text[at..];
    if let Some(inner) = rest.strip_prefix('`') {
        let end = inner.find('`').filter(|end| *end > 0)?;
        out.push_str("<code>");
        push_escaped(out, &inner[..end]);
        out.push_str("</code>");
        return Some(end + 2);
    }
    if let Some(inner) = rest.strip_prefix('[') {
        let middle = inner.find("](")?;
        let label = &inner[..middle];
        let address = inner[middle + 2..].split(')').next()?;
        let fits =
            !label.trim().is_empty() && !label.contains(['[', '\n']) && Attachment::parse(address).is_ok();
        let closed = inner[middle + 2 + address.len()..].starts_with(')');
        if !fits || !closed {
            return None;
        }
        push_link(out, address, label);
        return Some(1 + middle + 2 + address.len() + 1);
    }
    let before = text[..at].chars().next_back();
    for (mark, tag) in [("**", "b"), ("__", "b"), ("*", "i"), ("_", "i")] {
        let Some(inner) = rest.strip_prefix(mark) else { continue };
        if before.is_some_and(char::is_alphanumeric) || inner.starts_with(char::is_whitespace) {
            return None;
        }
        let Some(end) = closing(inner, mark) else { continue };
        out.extend(["<", tag, ">"]);
        inline(out, &inner[..end], depth - 1);
        out.extend(["</", tag, ">"]);
        return Some(end + 2 * mark.len());
    }
    None
}

/// Where a mark ends: behind a word, before none.
fn closing(inner: &str, mark: &str) -> Option<usize> {
    inner.match_indices(mark).map(|(end, _)| end).find(|end| {
        let (before, after) = (inner[..*end].chars().next_back(), inner[end + mark.len()..].chars().next());
        before.is_some_and(|c| !c.is_whitespace() && c != '*' && c != '_')
            && after.is_none_or(|c| !c.is_alphanumeric() && !mark.starts_with(c))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::Markup;

    #[rstest]
    #[case("Hi **there**", "<p>Hi <b>there</b></p>", "Hi there")]
    #[case("*now* and _then_", "<p><i>now</i> and <i>then</i></p>", "now and then")]
    #[case("**bold with *more* in it**", "<p><b>bold with <i>more</i> in it</b></p>", "bold with more in it")]
    #[case("2*3*4 = snake_case_name", "<p>2*3*4 = snake_case_name</p>", "2*3*4 = snake_case_name")]
    #[case("a * b * c", "<p>a * b * c</p>", "a * b * c")]
    #[case("**not closed", "<p>**not closed</p>", "**not closed")]
    #[case("use `a < b` here", "<p>use <code>a &lt; b</code> here</p>", "use a < b here")]
    #[case("`**not bold**`", "<p><code>**not bold**</code></p>", "**not bold**")]
    #[case("```\n<b>x</b>\n  y\n```", "<pre><code>&lt;b&gt;x&lt;/b&gt;\n  y</code></pre>", "<b>x</b> y")]
    #[case("```\nopen", "<pre><code>open</code></pre>", "open")]
    #[case("- one\n- two\n\nend", "<ul><li>one</li><li>two</li></ul><p>end</p>", "one two end")]
    #[case("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>", "one two")]
    #[case("# Title\nwords\nmore", "<p><b>Title</b></p><p>words<br>more</p>", "Title words more")]
    #[case("> said\n> twice\nno", "<blockquote>said<br>twice</blockquote><p>no</p>", "said twice no")]
    #[case(
        "<script>alert(1)</script>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "<script>alert(1)</script>"
    )]
    #[case("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>", "[x](javascript:alert(1))")]
    #[case("#hashtag 10. x", "<p>#hashtag 10. x</p>", "#hashtag 10. x")]
    fn converts(#[case] typed: &str, #[case] html: &str, #[case] preview: &str) {
        let message = Markup::parse(typed).unwrap();
        assert_eq!((message.html.as_str(), message.preview.as_str()), (html, preview));
    }

    #[rstest]
    #[case(
        "see [our **site**](https://a.example/x_y_z?a=1&b=2).",
        "https://a.example/x_y_z?a=1&amp;b=2",
        "our **site**"
    )]
    #[case("see https://a.example/x_y_z.", "https://a.example/x_y_z", "https://a.example/x_y_z")]
    fn links(#[case] typed: &str, #[case] address: &str, #[case] label: &str) {
        let right = format!(
            "<p>see <a href=\"{address}\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">{label}</a>.</p>"
        );
        assert_eq!(Markup::parse(typed).unwrap().html, right);
    }

    #[rstest]
    #[case("")]
    #[case(" \n ")]
    #[case("a\u{1}")]
    fn what_is_no_message(#[case] typed: &str) {
        assert!(Markup::parse(typed).is_err());
    }

    #[test]
    fn marks_around_nothing_are_text() {
        assert_eq!(Markup::parse("- ").unwrap().html, "<p>-</p>");
        assert_eq!(Markup::parse("```\n```").unwrap().html, "<p>```<br>```</p>");
    }

    proptest! {
        #[test]
        fn nothing_unsafe_comes_out(typed in r#"(\*\*|\*|_|`|```\n|\n|- |1\. |> |# |\[|\]\(|\)|https://a\.example/|javascript:|<img src=x onerror=y>|"|'|&|[ -~]|é){0,60}"#) {
            let Ok(message) = Markup::parse(&typed) else { return Ok(()) };
            let mut open: Vec<&str> = Vec::new();
            for tag in message.html.split('<').skip(1) {
                let (inside, _) = tag.split_once('>').expect("every tag ends");
                let name = inside.trim_start_matches('/').split(' ').next().unwrap_or_default();
                let known = ["p", "b", "i", "a", "br", "ul", "ol", "li", "pre", "code", "blockquote"];
                prop_assert!(known.contains(&name), "{inside}");
                let bare = inside.trim_start_matches('/') == name;
                prop_assert!(bare || (name == "a" && inside.starts_with("a href=\"http")), "{inside}");
                if inside.starts_with('/') {
                    prop_assert_eq!(open.pop(), Some(name), "{}", message.html);
                } else if name != "br" {
                    open.push(name);
                }
            }
            prop_assert!(open.is_empty());
            // The allow-list for programs' HTML finds nothing to take away.
            let again = crate::message_html::clean(&message.html);
            prop_assert_eq!(crate::message_html::plain(&again), crate::message_html::plain(&message.html));
        }
    }
}
