//! One call of the API: where it is, what it takes, what it answers.

use super::body::Field;
use super::schema::Schema;
use crate::rest::Version;

/// A call. Made with [`Operation::get`] and its like; the rest is added by the methods after them.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// In capitals.
    pub method: &'static str,
    /// The route's pattern, as `router.rs` writes it.
    pub path: &'static str,
    /// `operationId`: Intercom's where the call is Intercom's (S§8.5).
    pub id: &'static str,
    /// One line of what it does.
    pub summary: &'static str,
    /// The first version that has it.
    pub since: Version,
    /// What may stand behind the `?`.
    pub query: &'static [Param],
    /// The fields it reads of its body; `None` if it reads none.
    pub body: Option<&'static [Field]>,
    /// Its answer when it goes well.
    pub success: Success,
    /// Statuses of refusals that not every call has: 409, 410, 422.
    pub refusals: &'static [u16],
}

/// An answer that is not a refusal.
#[derive(Clone, Copy, Debug)]
pub enum Success {
    /// 200 with an object.
    Object(&'static Schema),
    /// 200 with one of these objects, by what is asked.
    Either(&'static [&'static Schema]),
    /// 200 without a body.
    Empty,
    /// 202 without a body.
    Accepted,
    /// 200 with a file of this media type.
    File(&'static str),
    /// None: the call always refuses.
    Never,
}

/// A parameter of the query. All of them may be left out unless `needed` says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub doc: &'static str,
    /// Words it may be; any text if there are none.
    pub words: &'static [&'static str],
    /// Least and most, for numbers.
    pub range: Option<(i64, i64)>,
    /// Whether the call is refused without it.
    pub needed: bool,
}

impl Param {
    /// A text.
    pub const fn text(name: &'static str, doc: &'static str) -> Self {
        Self { name, doc, words: &[], range: None, needed: false }
    }

    /// One of some words.
    pub const fn word(name: &'static str, words: &'static [&'static str], doc: &'static str) -> Self {
        Self { name, doc, words, range: None, needed: false }
    }

    /// A whole number.
    pub const fn number(name: &'static str, least: i64, most: i64, doc: &'static str) -> Self {
        Self { name, doc, words: &[], range: Some((least, most)), needed: false }
    }

    /// `true` or `false`.
    pub const fn flag(name: &'static str, doc: &'static str) -> Self {
        Self::word(name, &["true", "false"], doc)
    }

    /// Whether it is one of those.
    pub fn is_flag(&self) -> bool {
        self.words == ["true", "false"]
    }

    /// The call is refused without it.
    #[must_use]
    pub const fn needed(mut self) -> Self {
        self.needed = true;
        self
    }
}

impl Operation {
    /// A call by `GET`.
    pub const fn get(
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        answer: &'static Schema,
    ) -> Self {
        Self::new("GET", path, id, summary, answer)
    }

    /// A call by `POST`.
    pub const fn post(
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        answer: &'static Schema,
    ) -> Self {
        Self::new("POST", path, id, summary, answer)
    }

    /// A call by `PUT`.
    pub const fn put(
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        answer: &'static Schema,
    ) -> Self {
        Self::new("PUT", path, id, summary, answer)
    }

    /// A call by `DELETE`.
    pub const fn delete(
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        answer: &'static Schema,
    ) -> Self {
        Self::new("DELETE", path, id, summary, answer)
    }

    const fn new(
        method: &'static str,
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        answer: &'static Schema,
    ) -> Self {
        Self {
            method,
            path,
            id,
            summary,
            since: Version::OLDEST,
            query: &[],
            body: None,
            success: Success::Object(answer),
            refusals: &[],
        }
    }

    /// The first version that has it, if that is not the oldest.
    #[must_use]
    pub const fn since(mut self, version: Version) -> Self {
        self.since = version;
        self
    }

    /// What may stand behind the `?`.
    #[must_use]
    pub const fn query(mut self, params: &'static [Param]) -> Self {
        self.query = params;
        self
    }

    /// The fields of its body.
    #[must_use]
    pub const fn body(mut self, fields: &'static [Field]) -> Self {
        self.body = Some(fields);
        self
    }

    /// Refusals that not every call has.
    #[must_use]
    pub const fn refuses(mut self, statuses: &'static [u16]) -> Self {
        self.refusals = statuses;
        self
    }

    /// Another answer than an object.
    #[must_use]
    pub const fn answers(mut self, success: Success) -> Self {
        self.success = success;
        self
    }

    /// Whether it may change something, which a reading token must not.
    pub fn changes(&self) -> bool {
        self.method != "GET" && !crate::rest::reads_by_post(self.path)
    }

    /// The names in the path's braces.
    pub fn path_params(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
    }

    /// Every status it may answer with, in order.
    pub fn statuses(&self) -> Vec<u16> {
        let mut all = match self.success {
            Success::Object(_) | Success::Either(_) | Success::File(_) | Success::Empty => vec![200],
            Success::Accepted => vec![202],
            Success::Never => Vec::new(),
        };
        all.extend([400, 401, 404, 406, 429, 503]);
        if self.changes() {
            all.push(403);
        }
        if self.method != "GET" {
            all.push(413);
        }
        all.extend(self.refusals);
        all.sort_unstable();
        all.dedup();
        all
    }
}
