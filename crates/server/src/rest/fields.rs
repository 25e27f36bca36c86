//! The body of a REST call: a JSON object whose fields are read one by one, so that every refusal names its field and
//! unknown keys are ignored (S§1.0).

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use doorstep_domain::edit::Edit;
use serde_json::{Map, Value};

use super::{Answer, RestError};

/// Most bytes of a body.
const LIMIT: usize = 1024 * 1024;
/// Most characters of a text.
const TEXT: usize = 255;
/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// The fields of a body; none for an empty one.
#[derive(Clone, Debug, Default)]
pub struct Fields(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = RestError;

    async fn from_request(request: Request, _: &S) -> Answer<Self> {
        let bytes = to_bytes(request.into_body(), LIMIT).await.map_err(|error| {
            if std::error::Error::source(&error).is_some_and(|cause| cause.to_string().contains("limit")) {
                RestError::too_large(LIMIT)
            } else {
                RestError::body("the body broke off")
            }
        })?;
        Self::read(&bytes)
    }
}

impl Fields {
    fn read(bytes: &[u8]) -> Answer<Self> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| RestError::body(format!("the body is not JSON: {error}")))?;
        let Value::Object(fields) = value else {
            return Err(RestError::body("the body must be a JSON object"));
        };
        for (name, value) in &fields {
            if has_nul(value) || name.contains('\0') {
                return Err(RestError::parameter(name.replace('\0', ""), "NUL characters cannot be stored"));
            }
        }
        Ok(Self(fields))
    }

    /// The field as it came; `null` counts as a value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text of at most 255 characters; an empty one clears.
    pub fn text(&self, name: &str) -> Answer<Edit<String>> {
        self.text_up_to(name, TEXT)
    }

    /// A text with a limit of its own.
    pub fn text_up_to(&self, name: &str, limit: usize) -> Answer<Edit<String>> {
        match self.get(name) {
            None => Ok(Edit::Keep),
            Some(Value::Null) => Ok(Edit::Clear),
            Some(Value::String(text)) if text.is_empty() => Ok(Edit::Clear),
            Some(Value::String(text)) if text.chars().count() <= limit => Ok(Edit::Set(text.clone())),
            Some(Value::String(_)) => {
                Err(RestError::parameter(name, format!("{name} must have at most {limit} characters")))
            }
            Some(_) => Err(RestError::parameter(name, format!("{name} must be a string"))),
        }
    }

    /// An id: a text, or a whole number, which is read as its digits.
    pub fn id(&self, name: &str) -> Answer<Edit<String>> {
        match self.get(name) {
            Some(Value::Number(number)) if !number.is_f64() => Ok(Edit::Set(number.to_string())),
            _ => self.text(name),
        }
    }

    /// An id that must be there.
    pub fn needed_id(&self, name: &str) -> Answer<String> {
        match self.id(name)? {
            Edit::Set(id) => Ok(id),
            Edit::Keep | Edit::Clear => Err(RestError::missing(name)),
        }
    }

    /// The number of a teammate or another of our own rows.
    pub fn number(&self, name: &str) -> Answer<Edit<i64>> {
        let wrong = || RestError::parameter(name, format!("{name} must be an id"));
        self.id(name)?.try_map(|text| text.parse().map_err(|_| wrong()))
    }

    /// A time in Unix seconds, as a number or its digits.
    pub fn time(&self, name: &str) -> Answer<Edit<i64>> {
        let wrong = || {
            RestError::parameter(name, format!("{name} must be a time in Unix seconds, 0 to {LAST_SECOND}"))
        };
        match self.get(name) {
            None => Ok(Edit::Keep),
            Some(Value::Null) => Ok(Edit::Clear),
            Some(Value::String(text)) => text.trim().parse().map(Edit::Set).map_err(|_| wrong()),
            Some(Value::Number(number)) => number.as_i64().map(Edit::Set).ok_or_else(wrong),
            Some(_) => Err(wrong()),
        }
        .and_then(|edit| match edit {
            Edit::Set(at) if !(0..=LAST_SECOND).contains(&at) => Err(wrong()),
            edit => Ok(edit),
        })
    }

    /// True or false; `null` counts as absent.
    pub fn flag(&self, name: &str) -> Answer<Option<bool>> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(RestError::parameter(name, format!("{name} must be true or false"))),
        }
    }

    /// An object; `null` counts as absent.
    pub fn object(&self, name: &str) -> Answer<Option<Self>> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(Self(fields.clone()))),
            Some(_) => Err(RestError::parameter(name, format!("{name} must be an object"))),
        }
    }

    /// The fields of a value that is an object: an entry of an array.
    pub fn of(value: &Value) -> Option<Self> {
        value.as_object().cloned().map(Self)
    }

    /// The fields themselves.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::response::IntoResponse as _;
    use rstest::rstest;

    use super::Fields;

    #[rstest]
    #[case(b"[1]")]
    #[case(b"{")]
    #[case(b"{\"a\": \"\\u0000\"}")]
    #[case(b"{\"a\": [{\"b\\u0000\": 1}]}")]
    #[case(b"{\"a\": \"\\ud800\"}")]
    #[case(b"{\"a\": 1e999}")]
    #[case(b"{\"a\": \"\xff\"}")]
    fn what_cannot_be_read_is_refused(#[case] bytes: &[u8]) {
        assert_eq!(Fields::read(bytes).unwrap_err().into_response().status(), StatusCode::BAD_REQUEST);
    }

    #[test]
    fn depth_is_bounded_and_nothing_is_no_fields() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
        assert!(Fields::read(deep.as_bytes()).is_err());
        assert!(Fields::read(b" \n").unwrap().into_map().is_empty());
    }
}
