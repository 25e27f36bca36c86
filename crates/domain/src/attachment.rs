//! What is attached to a message: files that were uploaded, and files that a program's message names by address (S§2.2
//! `attachment_urls`). Nothing is fetched from an address: what is known of such a file is what its address says.

use serde::{Deserialize, Serialize};

use crate::upload::kind_of_name;

/// Most files of a message.
pub const MOST: usize = 10;
/// Longest address, in characters.
const ADDRESS: usize = 2048;

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
        kind_of_name(self.name()).unwrap_or("application/octet-stream")
    }
}

/// Something attached, as it is kept with the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Attached {
    /// The address of a file elsewhere.
    Address(String),
    /// A file that was uploaded.
    File(FileFacts),
}

/// What is known of an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its id: a random UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// Width in pixels, of pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i64>,
    /// Height in pixels, of pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i64>,
}

/// What is attached to a message, from the text it is kept as.
pub fn read(kept: Option<&str>) -> Vec<Attached> {
    kept.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The text to keep; `None` for nothing.
pub fn write(attached: &[Attached]) -> Option<String> {
    // Writing these types cannot fail.
    if attached.is_empty() { None } else { serde_json::to_string(attached).ok() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{AddressError, Attached, Attachment, FileFacts, read, write};

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
    fn what_is_kept_reads_back() {
        let facts = FileFacts {
            id: "i".to_owned(),
            name: "cat.png".to_owned(),
            content_type: "image/png".to_owned(),
            size: 7,
            width: Some(2),
            height: None,
        };
        let all = [Attached::Address("https://a.example/x".to_owned()), Attached::File(facts)];
        assert_eq!(read(write(&all).as_deref()), all);
        // As it was kept before there were files.
        assert_eq!(read(Some(r#"["https://a.example/x"]"#)), all[..1]);
        assert_eq!((read(None), read(Some("{")), write(&[])), (Vec::new(), Vec::new(), None));
    }
}
