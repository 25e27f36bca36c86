//! Files that a program's message names by address (S§2.2 `attachment_urls`). Nothing is fetched: what is known of a file is
//! what its address says. The Messenger and the inbox show them as links below the words.

use crate::message_text::MessageText;

/// Most files of a message.
pub const MOST: usize = 10;
/// Longest address, in characters.
const ADDRESS: usize = 2048;

/// Endings of names, and what files with them are.
const KINDS: [(&str, &str); 14] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("csv", "text/csv"),
    ("json", "application/json"),
    ("zip", "application/zip"),
    ("mp4", "video/mp4"),
    ("mp3", "audio/mpeg"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
];

/// Why an address is refused. The texts are for the developer who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not of the web.
    #[error("must be http or https addresses")]
    Scheme,
    /// Without a host, or with signs that addresses do not have.
    #[error("must be whole addresses: a host, no spaces, no quotes and no angle brackets")]
    Form,
    /// Too long.
    #[error("must have at most 2048 characters each")]
    TooLong,
}

/// The address of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment(String);

impl Attachment {
    /// Checks an address.
    pub fn parse(address: &str) -> Result<Self, AddressError> {
        let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
        let rest = ["https://", "http://"].iter().find(|scheme| lower.starts_with(**scheme));
        let rest = &address[rest.ok_or(AddressError::Scheme)?.len()..];
        if address.chars().count() > ADDRESS {
            return Err(AddressError::TooLong);
        }
        let odd = |c: char| c.is_whitespace() || c.is_control() || "\"'<>\\^`{|}".contains(c);
        if !rest.starts_with(|c: char| c.is_alphanumeric() || c == '[') || rest.contains(odd) {
            return Err(AddressError::Form);
        }
        Ok(Self(address.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of its path, else its host.
    pub fn name(&self) -> &str {
        let path = self.0.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default()
    }

    /// What its name says it is.
    pub fn content_type(&self) -> &'static str {
        let ending = self.name().rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let known = KINDS.iter().find(|(known, _)| Some(*known) == ending.as_deref());
        known.map_or("application/octet-stream", |(_, kind)| kind)
    }
}

/// Links to files, as safe HTML to stand below a message's words.
pub fn links(addresses: &[String]) -> String {
    let links = addresses.iter().filter_map(|address| MessageText::parse(address).ok());
    links.map(|text| text.html()).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{AddressError, Attachment, links};

    #[rstest]
    #[case("https://a.example/x/cat.PNG?size=2", "cat.PNG", "image/png")]
    #[case("http://a.example/", "a.example", "application/octet-stream")]
    #[case("HTTPS://a.example/report.pdf#page=2", "report.pdf", "application/pdf")]
    fn names_and_kinds(#[case] address: &str, #[case] name: &str, #[case] kind: &str) {
        let file = Attachment::parse(address).unwrap();
        assert_eq!((file.name(), file.content_type()), (name, kind));
    }

    #[rstest]
    #[case("javascript:alert(1)", AddressError::Scheme)]
    #[case("", AddressError::Scheme)]
    #[case("ftp://a.example/x", AddressError::Scheme)]
    #[case("https://", AddressError::Form)]
    #[case("https:///x", AddressError::Form)]
    #[case("https://a.example/a b", AddressError::Form)]
    #[case("https://a.example/\"><script>", AddressError::Form)]
    #[case("äöü://ß", AddressError::Scheme)]
    fn what_is_no_address(#[case] address: &str, #[case] error: AddressError) {
        assert_eq!(Attachment::parse(address), Err(error));
    }

    #[test]
    fn links_are_safe() {
        let html = links(&["https://a.example/x?a=1&b=<b>".to_owned(), "https://a.example/y".to_owned()]);
        assert!(html.contains("&amp;b=") && !html.contains("<b>"), "{html}");
        assert_eq!(html.matches("<a href=").count(), 2);
    }
}
