//! The addresses of the inbox. Pure; the history API is in `browser::history`.

/// Where in the inbox the teammate is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// `/inbox`: nothing chosen.
    #[default]
    List,
    /// `/inbox/conversations/ID`.
    Conversation(String),
}

impl Route {
    /// Reads a path; what is not an address of a conversation is the list.
    pub fn parse(path: &str) -> Self {
        let id = path.trim_end_matches('/').strip_prefix("/inbox/conversations/").unwrap_or_default();
        if !id.is_empty() && id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::Conversation(id.to_owned())
        } else {
            Self::List
        }
    }

    /// The path of this place.
    pub fn path(&self) -> String {
        match self {
            Self::List => "/inbox".to_owned(),
            Self::Conversation(id) => format!("/inbox/conversations/{id}"),
        }
    }

    /// The conversation, if one is chosen.
    pub fn conversation(&self) -> Option<&str> {
        match self {
            Self::List => None,
            Self::Conversation(id) => Some(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Route;
    use rstest::rstest;

    #[rstest]
    #[case("/inbox", Route::List)]
    #[case("/inbox/", Route::List)]
    #[case("/inbox/conversations/12", Route::Conversation("12".into()))]
    #[case("/inbox/conversations/12/", Route::Conversation("12".into()))]
    #[case("/inbox/conversations/", Route::List)]
    #[case("/inbox/conversations/../api", Route::List)]
    #[case("/inbox/conversations/12?x", Route::List)]
    #[case("/inbox/conversations/123456789012345678901", Route::List)]
    #[case("", Route::List)]
    fn reads_paths(#[case] path: &str, #[case] expected: Route) {
        assert_eq!(Route::parse(path), expected);
    }

    #[test]
    fn writes_what_it_reads() {
        for route in [Route::List, Route::Conversation("7".into())] {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }
}
