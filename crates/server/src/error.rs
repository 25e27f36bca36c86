//! The one error of every HTTP handler: a status and the [`ErrorReply`] envelope. Handlers of the messenger API and of
//! the inbox API use the same constructors. Details of our own failures go to the log, never to the client.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_domain::rating::RatingError;
use doorstep_domain::upload::UploadError;
use doorstep_protocol::messenger::{ErrorBody, ErrorReply};

use crate::attachments::ReceiveError;

/// What a handler answers when it does not answer what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{status} {code}: {message}")]
pub struct AppError {
    /// HTTP status, 400 or more.
    pub status: StatusCode,
    /// Machine-readable code (see [`ErrorBody::code`]).
    pub code: &'static str,
    /// For a developer: what is wrong and what would be right.
    pub message: String,
    /// The field that is wrong.
    pub field: Option<String>,
    /// Seconds until it is worth trying again.
    pub retry_after: Option<u64>,
}

/// Result of a handler.
pub type Answer<T> = Result<T, AppError>;

impl AppError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), field: None, retry_after: None }
    }

    /// 400: the body is not what it must be at all (not UTF-8, not JSON, broken off).
    pub fn body_invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "parameter_invalid", message)
    }

    /// 413: more bytes than the API takes.
    pub fn body_too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "parameter_invalid",
            format!("the body is larger than {limit} bytes"),
        )
    }

    /// 422: one field has a wrong type or value.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "parameter_invalid", message);
        error.field = Some(field.into());
        error
    }

    /// 422: a field that is needed is missing.
    pub fn field_missing(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut error = Self::field(field, message);
        error.code = "parameter_not_found";
        error
    }

    /// 401: no session, or one that has ended.
    pub fn session_invalid() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "session_invalid",
            "there is no session, or it has ended; start again with ping (Messenger) or log in (inbox)",
        )
    }

    /// 401: wrong email or password; the same answer for both.
    pub fn credentials_invalid() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "credentials_invalid", "email or password is wrong")
    }

    /// 403: a call that changes something came without the header that proves it comes from the inbox itself.
    pub fn header_missing() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "header_missing",
            "calls that change something need the header `X-Doorstep-Inbox: 1`",
        )
    }

    /// 403: a socket opened by a page of another site.
    pub fn origin_foreign() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "origin_foreign",
            "this socket can be opened by the inbox's own page only",
        )
    }

    /// 403: the Messenger may not appear on this site (M§6.4).
    pub fn site_not_trusted(site: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "site_not_trusted",
            format!(
                "{site} is not one of this workspace's trusted domains; the Messenger does not work there"
            ),
        )
    }

    /// 404: the workspace is unknown.
    pub fn app_unknown() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "app_unknown",
            "no workspace has this app id; check the snippet's `app_id`",
        )
    }

    /// 404: there is nothing under that id, or it belongs to somebody else.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("{what} not found"))
    }

    /// 409: the visitor id was retired by `shutdown` (P10); the client makes a new one.
    pub fn visitor_retired() -> Self {
        let mut error = Self::new(
            StatusCode::CONFLICT,
            "visitor_retired",
            "this visitor id was ended by shutdown; make a new UUID and send again",
        );
        error.field = Some("visitor_id".to_owned());
        error
    }

    /// 409: the request contradicts what is stored.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }

    /// 403: the person is blocked.
    pub fn blocked() -> Self {
        Self::new(StatusCode::FORBIDDEN, "blocked", "this person may not write to the team")
    }

    /// 429: too many of these; `seconds` until the next is allowed.
    pub fn rate_limited(seconds: u64) -> Self {
        let mut error = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limit_exceeded",
            format!("too many requests; try again in {seconds} s"),
        );
        error.retry_after = Some(seconds);
        error
    }

    /// 413 or 422: the file may not be kept.
    pub fn upload(error: &UploadError) -> Self {
        let status = match error {
            UploadError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            UploadError::Empty | UploadError::Runs => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let mut refusal = Self::new(status, error.code(), error.to_string());
        refusal.field = Some("file".to_owned());
        refusal
    }

    /// 503: a part the answer needs is not there now.
    pub fn unavailable(message: impl Into<String>) -> Self {
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", message);
        error.retry_after = Some(2);
        error
    }

    /// 500: our fault. What happened goes to the log; the client learns only that it did.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "something went wrong on the server")
    }

    /// The body alone, for answers that carry a refusal beside other things.
    pub fn into_body(self) -> ErrorBody {
        ErrorBody { code: self.code.to_owned(), message: self.message, field: self.field }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status, self.retry_after);
        let mut response = (status, Json(ErrorReply { error: self.into_body() })).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<crate::password::PasswordError> for AppError {
    fn from(error: crate::password::PasswordError) -> Self {
        Self::internal(&error)
    }
}

impl From<ReceiveError> for AppError {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Refused(error) => Self::upload(&error),
            ReceiveError::BrokeOff => Self::body_invalid("the upload broke off"),
            ReceiveError::Store(error) => error.into(),
            ReceiveError::Storage(_) => {
                tracing::error!(%error, "the storage of files is unavailable");
                Self::unavailable("the file could not be stored; try again soon")
            }
        }
    }
}

impl From<doorstep_store::Error> for AppError {
    fn from(error: doorstep_store::Error) -> Self {
        use doorstep_store::Error;
        match error {
            Error::NotFound(what) => Self::not_found(what),
            Error::Conflict(what) => Self::conflict(format!("this {what} is already taken")),
            Error::VisitorRetired => Self::visitor_retired(),
            Error::NoCaller => {
                let mut refusal = Self::session_invalid();
                refusal.field = Some("visitor_id".to_owned());
                refusal
            }
            Error::Blocked => Self::blocked(),
            Error::EmailNeeded => Self::field_missing(
                "email",
                "this workspace answers those whose email it knows: give `email` with the first message",
            ),
            Error::Rating(wrong @ RatingError::Locked) => Self::conflict(wrong.to_string()),
            Error::Rating(wrong) => Self::field("rating", wrong.to_string()),
            Error::File(_) => {
                let mut refusal = Self::field("attachments", error.to_string());
                refusal.code = "upload_unknown";
                refusal
            }
            Error::TooMuchWaiting => Self::rate_limited(60),
            // What only the REST API asks for; it has an envelope of its own (rest/error.rs).
            Error::Duplicate { .. }
            | Error::UserStaysUser
            | Error::LastKey
            | Error::MergedOn
            | Error::NotMerged(_)
            | Error::Attribute { .. }
            | Error::TooManyAttributes(_)
            | Error::AttributeInUse
            | Error::TooManyCompanies
            | Error::TagInUse(_)
            | Error::TooManyEventNames
            | Error::TooManyLive
            | Error::PersonSaidNo
            | Error::Address(_) => Self::internal(&error),
            Error::Unavailable(_) => {
                tracing::error!(%error, "the database is unavailable");
                Self::unavailable("the database does not answer; try again soon")
            }
        }
    }
}
