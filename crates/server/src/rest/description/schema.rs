//! The objects of answers: declared beside the code that makes them, once a resource.

use serde_json::{Map, Value, json};

/// An object of an answer, by name.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Its name in the description: Intercom's where the object is Intercom's.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its keys; with those of `base` there are no others.
    pub keys: &'static [Key],
    /// Keys it shares with another object.
    pub base: &'static [Key],
}

/// A key of an object. It is always there, unless it is `optional`.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub shape: Shape,
    /// Whether it may be absent: in other versions, or where there is nothing to say.
    pub optional: bool,
}

/// A value.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number; times are Unix seconds.
    Whole,
    /// Any number.
    Number,
    /// True or false.
    Truth,
    /// `null`: clients expect the key, and there is nothing here to say.
    Nothing,
    /// Anything JSON can say.
    Any,
    /// This, or `null`.
    OrNull(&'static Shape),
    /// Either of these.
    Either(&'static [Shape]),
    /// An array.
    List(&'static Shape),
    /// An object whose keys are data, such as custom attributes.
    Map(&'static Shape),
    /// An object without a name of its own.
    Object(&'static [Key]),
    /// An object with a name.
    Of(&'static Schema),
}

/// A key that is always there.
pub const fn key(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, optional: false }
}

impl Key {
    /// It may be absent.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

impl Schema {
    /// An object of this name.
    pub const fn new(name: &'static str, doc: &'static str, keys: &'static [Key]) -> Self {
        Self { name, doc, keys, base: &[] }
    }

    /// With the keys of another object, too. What both have is as this one says.
    #[must_use]
    pub const fn and(mut self, base: &'static [Key]) -> Self {
        self.base = base;
        self
    }

    /// Puts itself and all it refers to into `found`, as JSON Schema.
    pub(super) fn collect(&self, found: &mut Map<String, Value>) {
        if found.contains_key(self.name) {
            return;
        }
        let mut own = object(self.all_keys());
        own["description"] = self.doc.into();
        found.insert(self.name.to_owned(), own);
        self.all_keys().for_each(|key| key.shape.collect(found));
    }

    fn all_keys(&self) -> impl Iterator<Item = &Key> + Clone {
        let own = |key: &&Key| self.keys.iter().all(|own| own.name != key.name);
        self.base.iter().filter(own).chain(self.keys)
    }

    /// A reference to it.
    pub(super) fn reference(&self) -> Value {
        json!({"$ref": format!("#/components/schemas/{}", self.name)})
    }
}

impl Shape {
    fn collect(&self, found: &mut Map<String, Value>) {
        match self {
            Self::OrNull(shape) | Self::List(shape) | Self::Map(shape) => shape.collect(found),
            Self::Either(shapes) => shapes.iter().for_each(|shape| shape.collect(found)),
            Self::Object(keys) => keys.iter().for_each(|key| key.shape.collect(found)),
            Self::Of(schema) => schema.collect(found),
            _ => {}
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text => json!({"type": "string"}),
            Self::Word(words) => json!({"type": "string", "enum": words}),
            Self::Whole => json!({"type": "integer"}),
            Self::Number => json!({"type": "number"}),
            Self::Truth => json!({"type": "boolean"}),
            Self::Nothing => json!({"type": "null"}),
            Self::Any => json!({}),
            Self::OrNull(shape) => json!({"anyOf": [shape.json(), {"type": "null"}]}),
            Self::Either(shapes) => json!({"anyOf": shapes.iter().map(Self::json).collect::<Vec<_>>()}),
            Self::List(shape) => json!({"type": "array", "items": shape.json()}),
            Self::Map(shape) => json!({"type": "object", "additionalProperties": shape.json()}),
            Self::Object(keys) => object(keys.iter()),
            Self::Of(schema) => schema.reference(),
        }
    }
}

fn object<'a>(keys: impl Iterator<Item = &'a Key> + Clone) -> Value {
    let properties: Map<String, Value> =
        keys.clone().map(|key| (key.name.to_owned(), key.shape.json())).collect();
    let required: Vec<&str> = keys.filter(|key| !key.optional).map(|key| key.name).collect();
    json!({"type": "object", "properties": properties, "required": required})
}
