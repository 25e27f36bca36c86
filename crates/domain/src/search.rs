//! The search language of `POST /contacts/search` and `POST /conversations/search` (S§1.4, S§2.5): JSON in, a checked
//! tree out, which the store turns into SQL. Pure: the clock, the workspace's time zone and the known custom attributes
//! come in with [`Schema`].

mod field;
mod parse;
mod value;

pub use field::{COMPANY_FIELDS, CONTACT_FIELDS, CONVERSATION_FIELDS, FieldSpec, Kind};
pub use parse::parse;

use std::collections::BTreeMap;

/// Most filters or groups in one group.
pub const GROUP_LIMIT: usize = 15;
/// Most levels of groups.
pub const DEPTH_LIMIT: usize = 2;

/// What can be searched, and how times are compared.
#[derive(Clone, Debug)]
pub struct Schema<'a> {
    /// The fields with a meaning of their own.
    pub fields: &'static [FieldSpec],
    /// The workspace's custom attributes by name.
    pub attributes: &'a BTreeMap<String, Kind>,
    /// Where a day begins.
    pub zone: &'a jiff::tz::TimeZone,
    /// How times are compared.
    pub dates: Dates,
}

/// How times are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// By calendar day of the workspace: `=` the whole day, `>` from the next day on, `<` before the day; no other
    /// operator (contacts, S§1.4).
    Days,
    /// By the second, `>` and `<` including it, all operators (conversations, S§2.5).
    Seconds,
}

/// A checked query.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// Every one holds.
    All(Vec<Query>),
    /// At least one holds.
    Any(Vec<Query>),
    /// It does not hold.
    Not(Box<Query>),
    /// A test of one field.
    Filter(Filter),
}

impl Query {
    /// Whether a filter asks for this field of the schema.
    pub fn mentions(&self, name: &str) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.mentions(name)),
            Self::Not(part) => part.mentions(name),
            Self::Filter(filter) => matches!(&filter.field, Field::Own(known) if *known == name),
        }
    }

    /// The query with `segment_id` replaced by what the segments ask for, given by id. A segment there is not has nobody.
    #[must_use]
    pub fn expanded(self, segments: &BTreeMap<String, Query>) -> Self {
        let all =
            |parts: Vec<Self>| parts.into_iter().map(|part| part.expanded(segments)).collect::<Vec<_>>();
        let filter = match self {
            Self::All(parts) => return Self::All(all(parts)),
            Self::Any(parts) => return Self::Any(all(parts)),
            Self::Not(part) => return Self::Not(Box::new(part.expanded(segments))),
            Self::Filter(filter) => filter,
        };
        if filter.field != Field::Own("segment_id") {
            return Self::Filter(filter);
        }
        let any = |ids: &[Scalar]| {
            let asks = ids.iter().filter_map(|id| match id {
                Scalar::Text(id) => segments.get(id).cloned(),
                Scalar::Number(_) | Scalar::Bool(_) => None,
            });
            Self::Any(asks.collect())
        };
        match &filter.test {
            Test::In(ids) => any(ids),
            Test::NotIn(ids) => Self::Not(Box::new(any(ids))),
            Test::Missing => Self::Not(Box::new(Self::Any(segments.values().cloned().collect()))),
            _ => Self::Any(segments.values().cloned().collect()),
        }
    }
}

/// A test of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The field.
    pub field: Field,
    /// What must hold of it.
    pub test: Test,
}

/// A field of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// One with a meaning of its own, by name.
    Own(&'static str),
    /// A custom attribute, by name.
    Attribute(String),
    /// Something about an event of the contact (beyond Intercom): the event's name as it is compared, and what.
    Event(String, EventFact),
}

/// What is asked about the events of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventFact {
    /// How often it happened; 0 for never.
    Count,
    /// When it happened first.
    First,
    /// When it happened last.
    Last,
    /// A value of the metadata of any of them, by lower-case key.
    Metadata(String),
}

/// A value of a filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A text.
    Text(String),
    /// A number or a time.
    Number(f64),
    /// True or false.
    Bool(bool),
}

/// What must hold of a field. A field without a value passes only [`Test::Missing`] and the negations.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// One of these.
    In(Vec<Scalar>),
    /// None of these.
    NotIn(Vec<Scalar>),
    /// Contains this text, whatever its case.
    Contains(String),
    /// Does not.
    NotContains(String),
    /// Begins with this text, whatever its case.
    Begins(String),
    /// Ends with this text, whatever its case.
    Ends(String),
    /// From the first (if any) and below the second (if any).
    Range {
        /// The least that passes.
        from: Option<f64>,
        /// The first that does not.
        below: Option<f64>,
    },
    /// No value.
    Missing,
    /// Any value.
    Present,
}

/// Why a query was refused. The texts are written for the developer who sent it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SearchError {
    /// Where in the query, such as `query.value[1].operator`.
    pub path: String,
    /// What is wrong and what would be right.
    pub message: String,
}
