//! What an answer means for the one who asked: done, try again, or refused for good.

use doorstep_protocol::messenger::ErrorBody;

use crate::{HttpOutcome, wire};

/// An answer, judged.
#[derive(Debug, PartialEq)]
pub(crate) enum Reply<'a> {
    /// Done; the JSON.
    Ok(&'a str),
    /// Try again later: no answer, the server's own failure, a timeout.
    Later,
    /// Try again, but not soon (429).
    Busy,
    /// The server does not know the session (401).
    SessionLost,
    /// The visitor id was retired by a shutdown (409): take another.
    VisitorRetired,
    /// No use in trying again.
    Refused(ErrorBody),
}

impl<'a> Reply<'a> {
    /// Judges an outcome.
    pub(crate) fn of(outcome: &'a HttpOutcome) -> Self {
        let HttpOutcome::Answer { status, body } = outcome else {
            return Self::Later;
        };
        match status {
            200..=299 => Self::Ok(body),
            401 => Self::SessionLost,
            429 => Self::Busy,
            400..=499 => Self::client_error(*status, body),
            _ => Self::Later,
        }
    }

    fn client_error(status: u16, body: &str) -> Self {
        if status == 408 {
            return Self::Later;
        }
        let error = wire::error_reply(body);
        if status == 409 && error.code == "visitor_retired" {
            Self::VisitorRetired
        } else {
            Self::Refused(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(200, "{}", Reply::Ok("{}"))]
    #[case(401, "", Reply::SessionLost)]
    #[case(408, "", Reply::Later)]
    #[case(429, "", Reply::Busy)]
    #[case(409, r#"{"error":{"code":"visitor_retired"}}"#, Reply::VisitorRetired)]
    #[case(500, "", Reply::Later)]
    #[case(503, "<html>", Reply::Later)]
    #[case(0, "", Reply::Later)]
    #[case(302, "", Reply::Later)]
    #[case(413, "<html>", Reply::Refused(ErrorBody::default()))]
    fn judges(#[case] status: u16, #[case] body: &str, #[case] expected: Reply<'_>) {
        assert_eq!(Reply::of(&HttpOutcome::Answer { status, body: body.into() }), expected);
    }

    #[test]
    fn no_answer_is_tried_again() {
        assert_eq!(Reply::of(&HttpOutcome::Lost), Reply::Later);
    }

    #[test]
    fn keeps_the_servers_words() {
        let body = r#"{"error":{"code":"parameter_invalid","message":"too long","field":"body"}}"#.to_owned();
        let Reply::Refused(error) =
            Reply::of(&HttpOutcome::Answer { status: 400, body: body.clone() }).into_owned()
        else {
            panic!("400 must be a refusal");
        };
        assert_eq!(error.message, "too long");
    }

    impl Reply<'_> {
        fn into_owned(self) -> Reply<'static> {
            match self {
                Reply::Refused(error) => Reply::Refused(error),
                _ => Reply::Later,
            }
        }
    }
}
