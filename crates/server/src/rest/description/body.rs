//! The fields of a body: declared beside the handler that reads them. `Fields` refuses, in builds with debug assertions,
//! to read what is not declared or declared otherwise.

use serde_json::{Map, Value, json};

/// A field of a body, or of an object in it.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it says.
    pub doc: &'static str,
    /// Whether every call is refused without it.
    pub needed: bool,
}

/// What a field may be. `null` is always read: it clears, or counts as absent.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text of at most this many characters (`Fields::text`, `text_up_to`).
    Text(usize),
    /// An id, as a text or a whole number (`Fields::id`).
    Id,
    /// An id of one of our rows: digits (`Fields::number`).
    Number,
    /// Any number, or its digits (`Fields::get`).
    Amount,
    /// A time in Unix seconds, as a number or its digits (`Fields::time`).
    Time,
    /// True or false (`Fields::flag`).
    Flag,
    /// An object with these fields (`Fields::object`).
    Object(&'static [Field]),
    /// An object with any fields (`Fields::object`, `into_map`).
    Map,
    /// An array of these (`Fields::entries` for objects, else `Fields::get`).
    List(&'static Kind),
    /// Bytes in base64 (`Fields::bytes`).
    Bytes,
    /// A search: a filter, or a group of them (`Fields::get`).
    Query,
    /// Either of them (`Fields::get` and one of the others).
    Either(&'static [Kind]),
}

impl Field {
    const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, kind, doc, needed: false }
    }

    /// A text of at most 255 characters.
    pub const fn text(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Text(crate::rest::fields::TEXT), doc)
    }

    /// A text with a limit of its own.
    pub const fn text_up_to(name: &'static str, limit: usize, doc: &'static str) -> Self {
        Self::new(name, Kind::Text(limit), doc)
    }

    /// An id: a text or a whole number.
    pub const fn id(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Id, doc)
    }

    /// An id of one of our rows.
    pub const fn number(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Number, doc)
    }

    /// A time.
    pub const fn time(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Time, doc)
    }

    /// True or false.
    pub const fn flag(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, Kind::Flag, doc)
    }

    /// An object with these fields.
    pub const fn object(name: &'static str, fields: &'static [Self], doc: &'static str) -> Self {
        Self::new(name, Kind::Object(fields), doc)
    }

    /// Anything else.
    pub const fn of(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self::new(name, kind, doc)
    }

    /// Every call is refused without it.
    #[must_use]
    pub const fn needed(mut self) -> Self {
        self.needed = true;
        self
    }
}

impl Kind {
    /// The fields of the object this may be, or of the objects in it; `None` where they are not known.
    pub fn fields(self) -> Option<&'static [Field]> {
        match self {
            Self::Object(fields) => Some(fields),
            Self::List(kind) => kind.fields(),
            Self::Either(kinds) => kinds.iter().find_map(|kind| kind.fields()),
            _ => None,
        }
    }

    /// As JSON Schema.
    pub(super) fn json(self) -> Value {
        match self {
            Self::Text(limit) => json!({"type": ["string", "null"], "maxLength": limit}),
            Self::Id => {
                json!({"type": ["string", "integer", "null"], "maxLength": crate::rest::fields::TEXT})
            }
            Self::Number => json!({"type": ["string", "integer", "null"], "pattern": "^[0-9]*$"}),
            Self::Amount => json!({"type": ["number", "string", "null"]}),
            Self::Time => json!({
                "type": ["integer", "string", "null"], "pattern": "^[0-9]+$", "minimum": 0,
                "maximum": crate::rest::fields::LAST_SECOND,
            }),
            Self::Flag => json!({"type": ["boolean", "null"]}),
            Self::Object(fields) => {
                let mut object = object(fields);
                object["type"] = json!(["object", "null"]);
                object
            }
            Self::Map => json!({"type": ["object", "null"], "additionalProperties": true}),
            Self::List(kind) => json!({"type": ["array", "null"], "items": kind.json()}),
            Self::Bytes => json!({"type": ["string", "null"], "contentEncoding": "base64"}),
            Self::Query => {
                json!({"anyOf": [{"$ref": "#/components/schemas/search_query"}, {"type": "null"}]})
            }
            Self::Either(kinds) => json!({"anyOf": kinds.iter().map(|kind| kind.json()).collect::<Vec<_>>()}),
        }
    }
}

/// An object with these fields as JSON Schema. Unknown keys are allowed, because they are ignored.
pub(super) fn object(fields: &[Field]) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut shown = field.kind.json();
        shown["description"] = field.doc.into();
        properties.insert(field.name.to_owned(), shown);
    }
    let needed: Vec<&str> = fields.iter().filter(|field| field.needed).map(|field| field.name).collect();
    let mut object = json!({"type": "object", "properties": properties});
    if !needed.is_empty() {
        object["required"] = needed.into();
    }
    object
}
