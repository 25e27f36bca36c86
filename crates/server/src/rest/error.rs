//! The REST API's one error: a status, and Intercom's `error.list` with code, message and field (S§1.0).

use axum::Json;
use axum::body::to_bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use doorstep_domain::search::SearchError;
use serde_json::json;

use super::description::Shape::{List, Object, OrNull, Text, Word};
use super::description::{Schema, key};
use crate::http_log::request_id;

/// What a refusal looks like.
pub(super) const ERROR_LIST: Schema = Schema::new(
    "error",
    "A refusal.",
    &[
        key("type", Word(&["error.list"])),
        key("request_id", OrNull(&Text)),
        key(
            "errors",
            List(&Object(&[key("code", Text), key("message", Text), key("field", Text).optional()])),
        ),
    ],
);

/// What a handler answers when it does not answer what was asked.
#[derive(Debug, thiserror::Error)]
#[error("{} {}: {}", .0.status, .0.code, .0.message)]
pub struct RestError(Box<Refusal>);

#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<String>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl RestError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Refusal { status, code, message: message.into(), field: None, header: None }))
    }

    /// The same, and which field is meant.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Whether the same call may go well soon.
    pub fn is_passing(&self) -> bool {
        self.0.status == StatusCode::SERVICE_UNAVAILABLE
    }

    /// 401: no `Authorization: Bearer …`.
    pub fn token_missing() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Access Token Invalid: send the header `Authorization: Bearer TOKEN`",
        )
    }

    /// 401: an unknown or revoked token.
    pub fn token_invalid() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Access Token Invalid")
    }

    /// 403: a token that may only read.
    pub fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "this token may only read; make one with `--access write`",
        )
    }

    /// 406: the client wants no JSON.
    pub fn not_acceptable() -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, "client_error", "`Accept` must allow application/json")
    }

    /// 400: a version there is not, or a call the version does not have.
    pub fn version_invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "intercom_version_invalid", message)
    }

    /// 429: the token's window is full.
    pub fn too_many(limit: u32) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limit_exceeded",
            format!("Exceeded rate limit of {limit} in 10_seconds"),
        )
    }

    /// 429: the workspace's last export is not done yet (S§3.4).
    pub fn export_pending() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limit_exceeded",
            "Exceeded rate limit of 1 pending message data export jobs",
        )
    }

    /// 406: what is there is a file, and the client wants none.
    pub fn not_a_file() -> Self {
        let message = "send the header `Accept: application/octet-stream`";
        Self::new(StatusCode::NOT_ACCEPTABLE, "client_error", message)
    }

    /// 404: no such path, or not with this method.
    pub fn path_unknown() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "The requested resource was not found")
    }

    /// 400: one field has a wrong type or value.
    pub fn parameter(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "parameter_invalid", message).at(field)
    }

    /// 400: the body is not what it must be at all.
    pub fn body(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "parameter_invalid", message)
    }

    /// 413: the body is too large.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "parameter_invalid",
            format!("the body is larger than {limit} bytes"),
        )
    }

    /// 400: a field that is needed is missing.
    pub fn missing(field: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "parameter_not_found", format!("{field} is missing")).at(field)
    }

    /// 400 with Intercom's `client_error`.
    pub fn client_error(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "client_error", message)
    }

    /// 400: the order is neither of the two words.
    pub fn sort_order(code: &'static str, given: &str) -> Self {
        let message = format!("Invalid sort order '{given}'. Must be one of: ascending, descending");
        Self::new(StatusCode::BAD_REQUEST, code, message).at("sort.order")
    }

    /// 404 with a code and message of its own.
    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 400: a body has a key that the call does not know; only companies mind (S§3.3).
    pub fn bad_parameter(name: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", format!("bad '{name}' parameter")).at(name)
    }

    /// 400 with Intercom's words for a contact's company that is not given (S§3.3).
    pub fn company_missing() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "parameter_not_found", "company not specified").at("id")
    }

    /// 404.
    pub fn company_unknown() -> Self {
        Self::not_found("company_not_found", "Company Not Found")
    }

    /// 410: the contact was merged; `Link` says which one goes on (S§1.3).
    pub fn contact_merged(into: &str) -> Self {
        let mut error = Self::new(
            StatusCode::GONE,
            "contact_merged",
            "This contact has been merged. See the 'Link' header for the canonical contact.",
        );
        let link = HeaderValue::try_from(format!("</contacts/{into}>; rel=\"canonical\"")).ok();
        error.0.header = link.map(|link| (header::LINK, link));
        error
    }

    /// 422.
    pub fn unprocessable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }
}

/// Most bytes of a framework's refusal.
const REFUSAL: usize = 4096;

/// What the framework refuses before a handler runs (a path that is no UTF-8, a query it cannot read) comes as bare text; a
/// client of this API reads an `error.list`.
pub(super) async fn in_our_form(response: Response) -> Response {
    let json = |kind: &HeaderValue| kind.as_bytes().starts_with(b"application/json");
    let status = response.status();
    if !status.is_client_error() || response.headers().get(header::CONTENT_TYPE).is_some_and(json) {
        return response;
    }
    let text = to_bytes(response.into_body(), REFUSAL).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    // `Failed to deserialize query string: per_page: invalid digit found in string`
    let field =
        text.strip_prefix("Failed to deserialize query string: ").and_then(|rest| rest.split_once(':'));
    let error = match field {
        Some((field, reason)) => RestError::parameter(field, format!("{field} is wrong:{reason}")),
        None => RestError::new(status, "parameter_invalid", text),
    };
    error.into_response()
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        let Refusal { status, code, message, field, header } = *self.0;
        let mut error = json!({"code": code, "message": message});
        if let Some(field) = field {
            error["field"] = field.into();
        }
        let body = json!({"type": "error.list", "request_id": request_id(), "errors": [error]});
        let mut response = (status, Json(body)).into_response();
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl From<SearchError> for RestError {
    fn from(error: SearchError) -> Self {
        Self::parameter(error.path, error.message)
    }
}

impl RestError {
    /// 503: where files are kept does not answer.
    pub(super) fn storage(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "the storage of files is unavailable");
        let message = "the files could not be stored; try again soon";
        let mut answer = Self::new(StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", message);
        answer.0.header = Some((header::RETRY_AFTER, HeaderValue::from_static("2")));
        answer
    }
}

impl From<doorstep_store::Error> for RestError {
    fn from(error: doorstep_store::Error) -> Self {
        use doorstep_store::Error;
        let conflict = |code, message: String| Self::new(StatusCode::CONFLICT, code, message);
        match error {
            // S§1.4: clients cut the id out of this text.
            Error::Duplicate { id, archived: false } => {
                conflict("conflict", format!("A contact matching those details already exists with id={id}"))
            }
            Error::Duplicate { id, archived: true } => conflict(
                "conflict",
                format!("An archived contact matching those details already exists with id={id}"),
            ),
            Error::UserStaysUser => Self::client_error("Contact with user role can't be converted to a lead"),
            Error::Blocked => conflict("not_restorable", "This contact is blocked".to_owned()),
            Error::NotMerged(refusal) => {
                Self::new(StatusCode::BAD_REQUEST, "invalid_merge", refusal.to_string())
            }
            Error::Attribute { name, message } => {
                Self::parameter(format!("custom_attributes.{name}"), message)
            }
            Error::AttributeInUse => Self::unprocessable(
                "data_invalid",
                "The Data Attribute you are trying to archive has a dependant object",
            ),
            Error::TooManyAttributes(most) => Self::new(
                StatusCode::BAD_REQUEST,
                "custom_data_limit_reached",
                format!("a workspace has at most {most} custom attributes; archive one"),
            ),
            Error::TooManyCompanies => Self::new(
                StatusCode::BAD_REQUEST,
                "contact_company_limit_exceeded",
                "Contact has reached the maximum of 1000 company associations",
            ),
            Error::NotFound("company") => Self::company_unknown(),
            Error::NotFound("owner") => {
                Self::parameter("owner_id", "The owner specified is not a member of the workspace")
            }
            Error::NotFound("contact") | Error::VisitorRetired => {
                Self::not_found("not_found", "User Not Found")
            }
            Error::NotFound("job" | "export") => Self::not_found("job_not_found", "Job Not Found"),
            Error::TooManyEventNames => {
                Self::parameter("event_name", format!("this event is new, and {error}"))
            }
            Error::File(_) => Self::parameter("attachment_files", error.to_string()),
            Error::TooMuchWaiting => Self::too_many(0),
            Error::NotFound("admin") => Self::not_found("admin_not_found", "Admin not found"),
            Error::NotFound("assignee") => Self::not_found("admin_not_found", "Assignee not found"),
            Error::NotFound("team") => Self::not_found("team_not_found", "Team not found"),
            Error::NotFound("conversation attribute") => {
                Self::not_found("conversation_attribute_not_found", "Conversation attribute not found")
            }
            Error::NotFound("data attribute") => Self::not_found("field_not_found", "Field Not Found"),
            Error::PersonSaidNo => Self::new(
                StatusCode::FORBIDDEN,
                "action_forbidden",
                "The contact opted out themselves; only they can opt in again",
            ),
            Error::TagInUse(segments) => Self::new(
                StatusCode::BAD_REQUEST,
                "tag_has_dependent_objects",
                format!("Unable to delete Tag with dependent objects. Segments: {}.", segments.join(", ")),
            ),
            Error::NotFound(_) => Self::not_found("not_found", "Resource Not Found"),
            Error::MergedOn => Self::new(StatusCode::BAD_REQUEST, "invalid_merge", error.to_string()),
            Error::TooManyLive | Error::LastKey => conflict("conflict", error.to_string()),
            Error::Conflict(what) => conflict("resource_conflict", format!("this {what} is already taken")),
            Error::Unavailable(_) => {
                tracing::error!(%error, "the database is unavailable");
                let mut answer = Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "service_unavailable",
                    "the database does not answer; try again soon",
                );
                answer.0.header = Some((header::RETRY_AFTER, HeaderValue::from_static("2")));
                answer
            }
            Error::NoCaller | Error::EmailNeeded | Error::Rating(_) | Error::Address(_) => {
                tracing::error!(%error, "request failed");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "server_error",
                    "something went wrong on the server",
                )
            }
        }
    }
}
