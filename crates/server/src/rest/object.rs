//! Objects of the answers that move what they are given. `json!` copies each value with all that is in it, once on every level:
//! for what is deep, and for pages of it, that is most of the work.

/// An object with these keys, of values that [`serde_json::Value`] can be made from.
macro_rules! object {
    ($($key:literal: $value:expr),* $(,)?) => {{
        let mut object = serde_json::Map::new();
        $(object.insert($key.to_owned(), serde_json::Value::from($value));)*
        serde_json::Value::Object(object)
    }};
}

pub(in crate::rest) use object;
