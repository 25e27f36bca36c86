//! Conditions about the page's address and language as regular expressions of JavaScript, so that the browser needs one
//! line for all of them. They are tested, without regard to case, against the address, a space, and the language:
//! `https://shop.example/pricing?plan=a de-AT`. An address has no space of its own. A pattern stands at the beginning of
//! that text and has no `^`.

use super::condition::{Condition, Operator, Subject};

/// Whatever stands before the path.
const ORIGIN: &str = "[a-z]+://[^/?# ]+";
/// The end of the address.
const END: &str = "( |$)";

/// The pattern of a condition about address or language, and whether it must not match; `None` for others.
pub(super) fn of(condition: &Condition) -> Option<(String, bool)> {
    let (operator, negated) = condition.operator.positive();
    let value = condition.value.as_str().unwrap_or_default();
    let pattern = match condition.subject {
        Subject::Url => address(operator, value),
        Subject::Language => format!(r"\S* {}(-|$)", escaped(value)),
        _ => return None,
    };
    Some((pattern, negated))
}

fn address(operator: Operator, value: &str) -> String {
    let wanted = escaped(&encoded(value));
    // What stands behind the `#` counts only for a rule that has one.
    let whole = value.contains('#');
    if operator == Operator::Contains {
        return format!("{}{wanted}", if whole { r"\S*" } else { "[^# ]*" });
    }
    let start = match value {
        // A path, an address with its scheme, or one without.
        _ if value.starts_with('/') => format!("{ORIGIN}{wanted}"),
        _ if value.contains("://") => wanted,
        _ => format!("[a-z]+://{wanted}"),
    };
    if operator == Operator::StartsWith {
        return start;
    }
    // Browsers put a slash behind a bare host.
    let host = value.split_once("://").map_or(value, |(_, rest)| rest);
    let slash = if host.contains(['/', '?', '#']) { "" } else { "/?" };
    let fragment = if whole { "" } else { r"(#\S*)?" };
    format!("{start}{slash}{fragment}{END}")
}

/// As browsers write an address: what is not ASCII, and spaces, in per cent.
fn encoded(value: &str) -> String {
    let mut written = String::with_capacity(value.len());
    for c in value.chars() {
        if c.is_ascii_graphic() {
            written.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                written.push('%');
                written.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
                written.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            }
        }
    }
    written
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '^' | '$' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The pattern of a condition that is still in words.
#[cfg(test)]
pub(super) fn of_parts(field: &str, operator: &str, value: &str) -> (String, bool) {
    of(&Condition::parse(field, operator, &value.into()).unwrap()).unwrap()
}
