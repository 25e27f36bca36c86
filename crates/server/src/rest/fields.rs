//! The body of a REST call: a JSON object whose fields are read one by one, so that every refusal names its field and
//! unknown keys are ignored (S§1.0).

use axum::body::to_bytes;
use axum::extract::{FromRequest, MatchedPath, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorstep_domain::edit::Edit;
use serde_json::{Map, Value};

use super::description::{self, Field, Kind};
use super::{Answer, RestError};

/// Most bytes of a body.
const LIMIT: usize = 1024 * 1024;
/// Most bytes of a body that may hold files.
const LIMIT_WITH_FILES: usize = 32 * 1024 * 1024;
/// Most characters of a text.
pub(super) const TEXT: usize = 255;
/// The last second of the year 9999.
pub(super) const LAST_SECOND: i64 = 253_402_300_799;

/// The fields of a body; none for an empty one.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    map: Map<String, Value>,
    /// Where the object stands in the body: `from.` for the fields of `from`.
    at: String,
    /// What the description says of it; `None` where nothing is said.
    declared: Option<&'static [Field]>,
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = RestError;

    async fn from_request(request: Request, _: &S) -> Answer<Self> {
        let route = request.extensions().get::<MatchedPath>();
        let operation =
            route.and_then(|route| description::of_route(request.method().as_str(), route.as_str()));
        let declared = operation.and_then(|operation| operation.body).unwrap_or_default();
        let files = declared.iter().any(|field| field.name == "attachment_files");
        let limit = if files { LIMIT_WITH_FILES } else { LIMIT };
        let bytes = to_bytes(request.into_body(), limit).await.map_err(|error| {
            if std::error::Error::source(&error).is_some_and(|cause| cause.to_string().contains("limit")) {
                RestError::too_large(limit)
            } else {
                RestError::body("the body broke off")
            }
        })?;
        let mut fields = Self::read(&bytes)?;
        fields.declared = operation.map(|operation| operation.body.unwrap_or_default());
        Ok(fields)
    }
}

impl Fields {
    fn read(bytes: &[u8]) -> Answer<Self> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| RestError::body(format!("the body is not JSON: {error}")))?;
        let Value::Object(map) = value else {
            return Err(RestError::body("the body must be a JSON object"));
        };
        for (name, value) in &map {
            if has_nul(value) || name.contains('\0') {
                return Err(RestError::parameter(name.replace('\0', ""), "NUL characters cannot be stored"));
            }
        }
        Ok(Self { map, ..Self::default() })
    }

    /// The field as it came; `null` counts as a value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.check(name, |_| true);
        self.map.get(name)
    }

    /// A text of at most 255 characters; an empty one clears.
    pub fn text(&self, name: &str) -> Answer<Edit<String>> {
        self.text_up_to(name, TEXT)
    }

    /// A text with a limit of its own.
    pub fn text_up_to(&self, name: &str, limit: usize) -> Answer<Edit<String>> {
        self.check(name, |kind| matches!(kind, Kind::Text(declared) if declared == limit));
        self.characters(name, limit)
    }

    /// An id: a text, or a whole number, which is read as its digits.
    pub fn id(&self, name: &str) -> Answer<Edit<String>> {
        self.check(name, |kind| matches!(kind, Kind::Id));
        self.digits_or_text(name)
    }

    /// An id that must be there.
    pub fn needed_id(&self, name: &str) -> Answer<String> {
        match self.id(name)? {
            Edit::Set(id) => Ok(id),
            Edit::Keep | Edit::Clear => Err(RestError::missing(&self.path(name))),
        }
    }

    /// The number of a teammate or another of our own rows.
    pub fn number(&self, name: &str) -> Answer<Edit<i64>> {
        self.check(name, |kind| matches!(kind, Kind::Number));
        let wrong = || self.wrong(name, "must be an id");
        self.digits_or_text(name)?.try_map(|text| text.parse().map_err(|_| wrong()))
    }

    /// A time in Unix seconds, as a number or its digits.
    pub fn time(&self, name: &str) -> Answer<Edit<i64>> {
        self.check(name, |kind| matches!(kind, Kind::Time));
        let wrong = || self.wrong(name, &format!("must be a time in Unix seconds, 0 to {LAST_SECOND}"));
        match self.map.get(name) {
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

    /// Bytes in base64; `null` counts as absent.
    pub fn bytes(&self, name: &str) -> Answer<Option<Vec<u8>>> {
        self.check(name, |kind| matches!(kind, Kind::Bytes));
        let wrong = || self.wrong(name, "must be bytes in base64");
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            // Encoders of some languages break lines.
            Some(Value::String(text)) => {
                let text: String = text.split_ascii_whitespace().collect();
                STANDARD.decode(text).map(Some).map_err(|_| wrong())
            }
            Some(_) => Err(wrong()),
        }
    }

    /// True or false; `null` counts as absent.
    pub fn flag(&self, name: &str) -> Answer<Option<bool>> {
        self.check(name, |kind| matches!(kind, Kind::Flag));
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(self.wrong(name, "must be true or false")),
        }
    }

    /// An object; `null` counts as absent.
    pub fn object(&self, name: &str) -> Answer<Option<Self>> {
        let declared = self.check(name, |kind| matches!(kind, Kind::Object(_) | Kind::Map));
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) => {
                let at = format!("{}.", self.path(name));
                Ok(Some(Self { map: map.clone(), at, declared: declared.and_then(Kind::fields) }))
            }
            Some(_) => Err(self.wrong(name, "must be an object")),
        }
    }

    /// The objects of an array, each with its place in it; `null` counts as absent.
    pub fn entries(&self, name: &str, most: usize) -> Answer<Option<Vec<Self>>> {
        let declared = self.check(name, |kind| matches!(kind, Kind::List(_)));
        let wrong = || self.wrong(name, &format!("must be an array of at most {most} objects"));
        let items = match self.map.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(value) => value.as_array().filter(|items| items.len() <= most).ok_or_else(wrong)?,
        };
        let declared = declared.and_then(Kind::fields);
        let entry = |(index, item): (usize, &Value)| {
            let map = item.as_object().cloned().ok_or_else(wrong)?;
            Ok(Self { map, at: format!("{}[{index}].", self.path(name)), declared })
        };
        items.iter().enumerate().map(entry).collect::<Answer<_>>().map(Some)
    }

    /// The field's place in the body, as refusals name it.
    pub fn path(&self, name: &str) -> String {
        format!("{}{name}", self.at)
    }

    /// 400 for this field; `what` goes on after its name.
    fn wrong(&self, name: &str, what: &str) -> RestError {
        let path = self.path(name);
        let message = format!("{path} {what}");
        RestError::parameter(path, message)
    }

    fn characters(&self, name: &str, limit: usize) -> Answer<Edit<String>> {
        match self.map.get(name) {
            None => Ok(Edit::Keep),
            Some(Value::Null) => Ok(Edit::Clear),
            Some(Value::String(text)) if text.is_empty() => Ok(Edit::Clear),
            Some(Value::String(text)) if text.chars().count() <= limit => Ok(Edit::Set(text.clone())),
            Some(Value::String(_)) => Err(self.wrong(name, &format!("must have at most {limit} characters"))),
            Some(_) => Err(self.wrong(name, "must be a string")),
        }
    }

    fn digits_or_text(&self, name: &str) -> Answer<Edit<String>> {
        match self.map.get(name) {
            Some(Value::Number(number)) if !number.is_f64() => Ok(Edit::Set(number.to_string())),
            _ => self.characters(name, TEXT),
        }
    }

    /// The declared kind. With debug assertions, reading what is not declared, or not so, ends the test that does it: this
    /// is what keeps the description true.
    fn check(&self, name: &str, fits: impl Fn(Kind) -> bool) -> Option<Kind> {
        let declared = self.declared?;
        let kind = declared.iter().find(|field| field.name == name).map(|field| field.kind);
        let right = match kind {
            Some(Kind::Either(kinds)) => kinds.iter().any(|kind| fits(*kind)),
            Some(kind) => fits(kind),
            None => false,
        };
        debug_assert!(
            right,
            "`{}` is read otherwise than the description declares: {kind:?}",
            self.path(name)
        );
        kind
    }

    /// The fields as they came.
    pub fn map(&self) -> &Map<String, Value> {
        &self.map
    }

    /// Objects: an array of them, or one alone; `null` counts as absent.
    pub fn objects(&self, name: &str, most: usize) -> Answer<Vec<Self>> {
        let fits = |kind| matches!(kind, Kind::Object(_) | Kind::List(_));
        let declared = self.check(name, fits).and_then(Kind::fields);
        let wrong = || self.wrong(name, &format!("must be an object or an array of at most {most} objects"));
        let one = |value: &Value, at: String| {
            let map = value.as_object().cloned().ok_or_else(wrong)?;
            Ok(Self { map, at, declared })
        };
        let path = self.path(name);
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) if items.len() > most => Err(wrong()),
            Some(Value::Array(items)) => {
                let all = items.iter().enumerate();
                all.map(|(index, item)| one(item, format!("{path}[{index}]."))).collect()
            }
            Some(value) => Ok(vec![one(value, format!("{path}."))?]),
        }
    }

    /// Texts of at most 255 characters, or ids; `null` counts as absent.
    pub fn texts(&self, name: &str, most: usize) -> Answer<Option<Vec<String>>> {
        let what = format!("must be an array of at most {most} strings of at most {TEXT} characters");
        let wrong = || self.wrong(name, &what);
        let Some(value) = self.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
        let items = value.as_array().filter(|items| items.len() <= most).ok_or_else(wrong)?;
        let text = |item: &Value| match item {
            Value::String(text) if text.chars().count() <= TEXT => Ok(text.clone()),
            Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
            _ => Err(wrong()),
        };
        Ok(Some(items.iter().map(text).collect::<Answer<_>>()?))
    }

    /// The fields themselves.
    pub fn into_map(self) -> Map<String, Value> {
        self.map
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
