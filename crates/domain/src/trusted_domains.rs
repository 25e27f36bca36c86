//! Trusted domains (M§6.4): the sites a workspace's Messenger may appear on. A list without entries means any site.
//! `example.com` is that host alone, `*.example.com` every host below it; ports and schemes do not matter. Pure; the server
//! asks with the host of a page's origin.

/// The list of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedDomains {
    patterns: Vec<String>,
}

/// Why a list cannot be used. The text is for whoever typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Not a host name.
    #[error("{0}: write a host such as example.com, or *.example.com for all hosts below it")]
    Pattern(String),
    /// `localhost` is everybody's own computer.
    #[error("localhost cannot be listed: it is another computer for everybody")]
    Localhost,
}

impl TrustedDomains {
    /// Reads a list with commas or spaces between its entries.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let entries = text.split([',', ' ', '\n', '\t']).filter(|entry| !entry.is_empty());
        let mut patterns = Vec::new();
        for entry in entries {
            let pattern = entry.to_ascii_lowercase();
            let host = pattern.strip_prefix("*.").unwrap_or(&pattern);
            if host == "localhost" {
                return Err(Wrong::Localhost);
            }
            if !is_host(host) {
                return Err(Wrong::Pattern(entry.to_owned()));
            }
            patterns.push(pattern);
        }
        Ok(Self { patterns })
    }

    /// Whether every site may.
    pub fn are_all(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether the Messenger may appear on a host.
    pub fn contain(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let fits = |pattern: &String| match pattern.strip_prefix("*.") {
            Some(parent) => {
                host.strip_suffix(parent).is_some_and(|below| below.len() > 1 && below.ends_with('.'))
            }
            None => *pattern == host,
        };
        self.are_all() || self.patterns.iter().any(fits)
    }

    /// The list as sources of a content security policy, for `frame-ancestors`.
    pub fn sources(&self) -> String {
        let sources: Vec<String> = self.patterns.iter().map(|pattern| format!("{pattern}:*")).collect();
        sources.join(" ")
    }
}

impl std::fmt::Display for TrustedDomains {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.patterns.join(", "))
    }
}

/// The host of an address or origin, in lower case and without its port; `None` for `null` and what has none.
pub fn host_of(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(six) => &host[..six.find(']')? + 2],
        None => host.split(':').next().unwrap_or_default(),
    };
    (matches!(scheme, "http" | "https") && !host.is_empty()).then(|| host.to_ascii_lowercase())
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{TrustedDomains, Wrong, host_of};

    #[rstest]
    #[case("", "anything.example", true)]
    #[case(" , ", "anything.example", true)]
    #[case("example.com", "example.com", true)]
    #[case("Example.com", "EXAMPLE.com", true)]
    #[case("example.com", "www.example.com", false)]
    #[case("example.com", "notexample.com", false)]
    #[case("example.com", "example.com.evil.net", false)]
    #[case("*.example.com", "www.example.com", true)]
    #[case("*.example.com", "a.b.example.com", true)]
    #[case("*.example.com", "example.com", false)]
    #[case("*.example.com", ".example.com", false)]
    #[case("*.example.com", "evilexample.com", false)]
    #[case("example.com, *.example.org", "shop.example.org", true)]
    #[case("192.0.2.7", "192.0.2.7", true)]
    fn sites(#[case] list: &str, #[case] host: &str, #[case] expected: bool) {
        assert_eq!(TrustedDomains::parse(list).unwrap().contain(host), expected);
    }

    #[rstest]
    #[case("https://example.com")]
    #[case("example.com/path")]
    #[case("example.com:8443")]
    #[case("*")]
    #[case("*.*.example.com")]
    #[case("exa mple")]
    #[case("-a.example.com")]
    #[case("example.com;frame-src")]
    fn wrong_ones(#[case] list: &str) {
        assert!(matches!(TrustedDomains::parse(list), Err(Wrong::Pattern(_))), "{list}");
    }

    #[rstest]
    #[case("localhost")]
    #[case("example.com, *.localhost")]
    fn localhost_is_nobodys(#[case] list: &str) {
        assert_eq!(TrustedDomains::parse(list), Err(Wrong::Localhost));
    }

    #[test]
    fn sources_of_a_policy() {
        let list = TrustedDomains::parse("example.com *.example.org").unwrap();
        assert_eq!(list.sources(), "example.com:* *.example.org:*");
        assert_eq!(list.to_string(), "example.com, *.example.org");
    }

    #[rstest]
    #[case("https://Shop.example.com", Some("shop.example.com"))]
    #[case("http://127.0.0.1:4600/demo?x#y", Some("127.0.0.1"))]
    #[case("https://user:pass@example.com:1/", Some("example.com"))]
    #[case("https://[::1]:80/", Some("[::1]"))]
    #[case("https://[::1", None)]
    #[case("null", None)]
    #[case("file:///index.html", None)]
    #[case("https://", None)]
    #[case("", None)]
    fn hosts(#[case] address: &str, #[case] expected: Option<&str>) {
        assert_eq!(host_of(address).as_deref(), expected);
    }

    proptest! {
        #[test]
        fn a_list_never_leaves_its_place_in_the_policy(text in ".{0,60}") {
            if let Ok(list) = TrustedDomains::parse(&text) {
                prop_assert!(!list.sources().contains([';', ',', '\'', '\n']));
            }
        }
    }
}
