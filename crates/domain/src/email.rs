//! Email addresses as people type them. Not a full RFC 5322 parser: it accepts what a mail server of the internet
//! can be given and says plainly what is wrong with the rest. Called by the server's email card and by [`crate::settings`].

/// An address somebody typed, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email {
    text: String,
    normalised: String,
}

/// Why an address was refused. The texts are written for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing but white space.
    #[error("enter an email address")]
    Empty,
    /// Over 254 bytes (RFC 5321 §4.5.3.1.3 less the angle brackets), or over 64 before the @.
    #[error("this email address is too long: 254 characters at most, 64 before the @")]
    TooLong,
    /// No @, or more than one.
    #[error("an email address has exactly one @, as in name@example.com")]
    At,
    /// A space, a control character or one of `<>()[]\,;:"`.
    #[error("an email address has no spaces or special characters, as in name@example.com")]
    Character,
    /// Nothing before the @, or a dot at its edge, or two dots in a row.
    #[error("the part before the @ is not complete")]
    Local,
    /// The part after the @ is not a domain with a dot.
    #[error("the part after the @ must be a domain such as example.com")]
    Domain,
}

impl Email {
    /// Reads an address; white space around it does not matter.
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > 254 {
            return Err(EmailError::TooLong);
        }
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"".contains(c);
        if text.chars().any(forbidden) {
            return Err(EmailError::Character);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::At)?;
        if domain.contains('@') {
            return Err(EmailError::At);
        }
        if local.is_empty() || local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(EmailError::Local);
        }
        if local.len() > 64 {
            return Err(EmailError::TooLong);
        }
        if !is_domain(domain) {
            return Err(EmailError::Domain);
        }
        Ok(Self { text: text.to_owned(), normalised: text.to_lowercase() })
    }

    /// The address with the writer's own capitals, for display and for sending.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The lower-case form, for comparing.
    pub fn normalised(&self) -> &str {
        &self.normalised
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Labels of letters, digits and inner hyphens (international letters count), at least two of them.
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().count() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Email, EmailError};

    #[rstest]
    #[case("ada@example.com", "ada@example.com")]
    #[case("  Ada.Byron+chat@Example.COM\n", "ada.byron+chat@example.com")]
    #[case("o'neill@mail.example.co.uk", "o'neill@mail.example.co.uk")]
    #[case("Jürgen@müller.de", "jürgen@müller.de")]
    #[case("x@xn--mller-kva.de", "x@xn--mller-kva.de")]
    fn accepts(#[case] typed: &str, #[case] normalised: &str) {
        let email = Email::parse(typed).unwrap();
        assert_eq!(email.as_str(), typed.trim());
        assert_eq!(email.normalised(), normalised);
    }

    #[rstest]
    #[case("", EmailError::Empty)]
    #[case("  \t", EmailError::Empty)]
    #[case("ada", EmailError::At)]
    #[case("ada@b@example.com", EmailError::At)]
    #[case("ada lovelace@example.com", EmailError::Character)]
    #[case("ada@example.com\r\nBcc: x@y.z", EmailError::Character)]
    #[case("a\u{0}b@example.com", EmailError::Character)]
    #[case("Ada <ada@example.com>", EmailError::Character)]
    #[case("@example.com", EmailError::Local)]
    #[case(".ada@example.com", EmailError::Local)]
    #[case("a..b@example.com", EmailError::Local)]
    #[case("ada@localhost", EmailError::Domain)]
    #[case("ada@", EmailError::Domain)]
    #[case("ada@example.", EmailError::Domain)]
    #[case("ada@.com", EmailError::Domain)]
    #[case("ada@-x.com", EmailError::Domain)]
    #[case("ada@exa_mple.com", EmailError::Domain)]
    fn refuses(#[case] typed: &str, #[case] reason: EmailError) {
        assert_eq!(Email::parse(typed), Err(reason));
    }

    #[rstest]
    #[case(64, true)]
    #[case(65, false)]
    fn local_part_has_a_length(#[case] length: usize, #[case] fine: bool) {
        assert_eq!(Email::parse(&format!("{}@example.com", "a".repeat(length))).is_ok(), fine);
    }

    #[test]
    fn whole_address_has_a_length() {
        let domain = format!("{0}.{0}.{0}.{0}.com", "a".repeat(62));
        assert_eq!(Email::parse(&format!("x@{domain}")), Err(EmailError::TooLong));
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_accepted_again_and_is_one_line(typed in "\\PC{0,40}@\\PC{0,40}") {
            if let Ok(email) = Email::parse(&typed) {
                prop_assert_eq!(Email::parse(email.as_str()).unwrap(), email.clone());
                prop_assert!(!email.as_str().chars().any(|c| c.is_whitespace() || c.is_control()));
                prop_assert_eq!(email.as_str().matches('@').count(), 1);
            }
        }
    }
}
