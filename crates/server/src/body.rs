//! Reading a JSON body whatever its content type, with refusals that name what is wrong. Used by the messenger API
//! (`text/plain`, so that browsers need no preflight) and the inbox API.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::AppError;

/// Most bytes of a body.
pub const LIMIT: usize = 64 * 1024;

/// A JSON body of type `T`.
#[derive(Clone, Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, _: &S) -> Result<Self, AppError> {
        let bytes = to_bytes(request.into_body(), LIMIT).await.map_err(|error| {
            if std::error::Error::source(&error).is_some_and(|cause| cause.to_string().contains("limit")) {
                AppError::body_too_large(LIMIT)
            } else {
                AppError::body_invalid("the body broke off")
            }
        })?;
        parse(&bytes).map(Self)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AppError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        AppError::body_invalid(format!("the body is not UTF-8: byte {} is wrong", error.valid_up_to()))
    })?;
    if text.trim().is_empty() {
        return Err(AppError::body_invalid("the body is empty; it must be a JSON object"));
    }
    let value: Value = serde_json::from_str(text)
        .map_err(|error| AppError::body_invalid(format!("the body is not JSON: {error}")))?;
    let Value::Object(fields) = &value else {
        return Err(AppError::body_invalid("the body must be a JSON object"));
    };
    // The caller's fields are flattened into each request, where serde loses their names.
    for name in ["visitor_id", "device_id", "session"] {
        if fields.get(name).is_some_and(|value| !value.is_string() && !value.is_null()) {
            return Err(AppError::field(name, format!("`{name}` must be a string or null")));
        }
    }
    serde_path_to_error::deserialize(&value).map_err(|error| refuse(&error))
}

fn refuse(error: &serde_path_to_error::Error<serde_json::Error>) -> AppError {
    let message = error.inner().to_string();
    if let Some(name) = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return AppError::field_missing(name, format!("`{name}` is missing"));
    }
    let path = error.path().to_string();
    AppError::field(path.clone(), format!("`{path}`: {message}"))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use doorstep_protocol::messenger::SendRequest;

    use super::*;

    fn refusal(bytes: &[u8]) -> (u16, Option<String>) {
        let error = parse::<SendRequest>(bytes).unwrap_err();
        (error.status.as_u16(), error.field)
    }

    #[test]
    fn refusals_name_what_is_wrong() {
        assert_eq!(refusal(b""), (400, None));
        assert_eq!(refusal(b"{"), (400, None));
        assert_eq!(refusal(b"[]"), (400, None));
        assert_eq!(refusal(b"{\"body\":\"\xff\"}"), (400, None));
        assert_eq!(refusal(br#"{"body":"a"}"#), (422, Some("client_id".to_owned())));
        assert_eq!(refusal(br#"{"client_id":"a","body":7}"#), (422, Some("body".to_owned())));
        assert_eq!(
            refusal(br#"{"client_id":"a","body":"b","session":7}"#),
            (422, Some("session".to_owned()))
        );
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
        let error = parse::<Value>(deep.as_bytes()).unwrap_err();
        assert_eq!(error.status, StatusCode::BAD_REQUEST);
    }
}
