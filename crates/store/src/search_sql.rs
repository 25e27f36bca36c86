//! A checked query as SQL: one text with its values beside it, never in it. What a field is called in the database, the
//! caller says.

use doorstep_domain::events::TEXT_LIMIT;
use doorstep_domain::search::{EventFact, Field, Filter, Query, Scalar, Test};

use crate::conn::Bind;

/// A text in the making, with its values.
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) binds: Vec<Bind>,
    place: fn(&Field) -> Place,
}

/// Where a field's value is.
pub(crate) enum Place {
    /// A column, or an expression that stands for one.
    Column(&'static str, Holds),
    /// An expression of running text: what it is asked to equal, it only has to contain.
    Words(&'static str),
    /// Ids of contacts that belong to something: a query without its end, which is the something's number.
    Member(&'static str),
    /// What a contact did, by the event's name as it is compared.
    Event(String, EventFact),
    /// A custom attribute: its name, and the begin of a condition on a table `a` of values by name.
    Attribute(String, &'static str),
    /// Several values: one in the row itself, if any, and those of a table, which is followed by `AND` and the test of a
    /// column.
    Among {
        /// The row's own.
        own: Option<&'static str>,
        /// `SELECT 1 FROM … WHERE …`.
        table: &'static str,
        /// The table's column.
        column: &'static str,
    },
    /// Several values in rows of two tables that name the row: found from them, so that their indexes are used.
    Either {
        /// The row's id.
        id: &'static str,
        /// `SELECT the row's id FROM … WHERE`, and the column that is tested.
        of: [(&'static str, &'static str); 2],
    },
    /// Nowhere: Intercom's fields that nothing fills.
    Nowhere,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Holds {
    /// Text.
    Text,
    /// Lower-case text.
    Email,
    /// A whole number or a time.
    Whole,
    /// A truth.
    Bool,
}

impl Sql {
    /// Nothing yet; `$1` is the workspace.
    pub(crate) fn new(place: fn(&Field) -> Place, workspace_id: i64) -> Self {
        Self { text: String::new(), binds: vec![Bind::Int(workspace_id)], place }
    }

    /// The placeholder of a value.
    pub(crate) fn bind(&mut self, value: Bind) -> String {
        self.binds.push(value);
        format!("${}", self.binds.len())
    }

    /// Appends what a query demands.
    pub(crate) fn query(&mut self, query: &Query) {
        let (parts, between) = match query {
            Query::Filter(filter) => return self.filter(filter),
            Query::All(parts) => (parts, " AND "),
            Query::Any(parts) => (parts, " OR "),
            Query::Not(part) => {
                self.text.push_str("NOT ");
                return self.query(part);
            }
        };
        if parts.is_empty() {
            self.text.push_str(if matches!(query, Query::All(_)) { "(1 = 1)" } else { "(1 = 0)" });
            return;
        }
        self.text.push('(');
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.text.push_str(between);
            }
            self.query(part);
        }
        self.text.push(')');
    }

    fn filter(&mut self, filter: &Filter) {
        // A negation holds where there is no value, so it is "not (there is one that matches)".
        let (negated, test) = match &filter.test {
            Test::NotIn(values) => (true, Test::In(values.clone())),
            Test::NotContains(text) => (true, Test::Contains(text.clone())),
            Test::Missing => (true, Test::Present),
            test => (false, test.clone()),
        };
        let found = match (self.place)(&filter.field) {
            Place::Nowhere => "1 = 0".to_owned(),
            Place::Column(column, holds) => {
                let test = self.test(&test, column, column, holds);
                format!("({column} IS NOT NULL AND {test})")
            }
            Place::Words(words) => {
                let test = match test {
                    Test::In(values) => self.any_like(words, &values),
                    test => self.test(&test, words, words, Holds::Text),
                };
                format!("({words} IS NOT NULL AND {test})")
            }
            Place::Member(ids) => self.member(ids, &test),
            Place::Attribute(name, rows) => self.attribute(rows, name, &test),
            Place::Among { own, table, column } => {
                let among = self.test(&test, column, column, Holds::Text);
                let among = format!("EXISTS ({table} AND {among})");
                match own {
                    Some(own) => {
                        let test = self.test(&test, own, own, Holds::Text);
                        format!("(({own} IS NOT NULL AND {test}) OR {among})")
                    }
                    None => among,
                }
            }
            Place::Either { id, of } => {
                let ids = of.map(|(rows, column)| {
                    format!(
                        "{rows} {column} IS NOT NULL AND {}",
                        self.test(&test, column, column, Holds::Text)
                    )
                });
                format!("{id} IN ({})", ids.join(" UNION ALL "))
            }
            Place::Event(name, fact) => self.event(name, fact, &test),
        };
        if negated {
            self.text.push_str("NOT ");
        }
        self.text.push_str(&found);
    }

    /// Whether the contact is among the ids of something; one that has no such number has nobody.
    fn member(&mut self, ids: &str, test: &Test) -> String {
        // Belonging to anything at all.
        let Test::In(wanted) = test else { return format!("k.id IN ({ids} IS NOT NULL)") };
        let mut tests = Vec::with_capacity(wanted.len());
        for value in wanted {
            if let Scalar::Text(id) = value
                && let Ok(number) = id.trim().parse()
            {
                let number = self.bind(Bind::Int(number));
                tests.push(format!("k.id IN ({ids} = {number})"));
            }
        }
        if tests.is_empty() { "1 = 0".to_owned() } else { format!("({})", tests.join(" OR ")) }
    }

    fn attribute(&mut self, rows: &str, name: String, test: &Test) -> String {
        let found = self.having(name, test);
        format!("{rows}{found})")
    }

    /// Appends to a text that ends with a table `a` of values by name which of them are meant.
    pub(crate) fn of_attribute(&mut self, name: &str, test: &Test) {
        let found = self.having(name.to_owned(), test);
        self.text.push_str(&found);
    }

    fn having(&mut self, name: String, test: &Test) -> String {
        let name = self.bind(Bind::Text(name));
        let test = self.test(test, "a.text_value", "a.number_value", Holds::Text);
        format!(" WHERE a.workspace_id = $1 AND a.name = {name} AND {test}")
    }

    /// A test of what a contact did. Somebody who never did it has done it 0 times, but has no other value.
    fn event(&mut self, name: String, fact: EventFact, test: &Test) -> String {
        let name = self.bind(Bind::Text(name));
        let name =
            format!("(SELECT n.id FROM event_names n WHERE n.workspace_id = $1 AND n.name_norm = {name})");
        let column = match fact {
            EventFact::Metadata(key) => {
                let key = self.bind(Bind::Text(key));
                let test = self.test(&indexed(test), "v.value", "v.number_value", Holds::Text);
                return format!(
                    "k.id IN (SELECT v.contact_id FROM event_values v WHERE v.name_id = {name} AND v.key = {key} \
                     AND {test})"
                );
            }
            EventFact::Count => "s.count",
            EventFact::First => "s.first_at",
            EventFact::Last => "s.last_at",
        };
        let never = fact == EventFact::Count && passes_nought(test);
        let test = self.test(test, column, column, Holds::Whole);
        let (outer, inner) = if never { ("NOT ", "NOT ") } else { ("", "") };
        format!(
            "{outer}k.id IN (SELECT s.contact_id FROM event_summaries s WHERE s.name_id = {name} AND {inner}{test})"
        )
    }

    /// A test of a value that is there. Texts are looked for in one column, numbers in another.
    fn test(&mut self, test: &Test, words: &str, number: &str, holds: Holds) -> String {
        match test {
            Test::In(values) => {
                let equals: Vec<String> =
                    values.iter().map(|value| self.equals(value, words, number, holds)).collect();
                format!("({})", equals.join(" OR "))
            }
            Test::Contains(part) => self.like(words, &format!("%{}%", escaped(part))),
            Test::Begins(part) => self.like(words, &format!("{}%", escaped(part))),
            Test::Ends(part) => self.like(words, &format!("%{}", escaped(part))),
            Test::Range { from, below } => {
                let mut tests = Vec::new();
                for (bound, sign) in [(from, ">="), (below, "<")] {
                    if let Some(bound) = bound {
                        let bound = self.bind(at_least(*bound, holds));
                        tests.push(format!("{number} {sign} {bound}"));
                    }
                }
                format!("({})", tests.join(" AND "))
            }
            // Negations are turned round by the caller.
            Test::Present | Test::Missing | Test::NotIn(_) | Test::NotContains(_) => "1 = 1".to_owned(),
        }
    }

    fn equals(&mut self, value: &Scalar, words: &str, number: &str, holds: Holds) -> String {
        let (column, value) = match (value, holds) {
            (Scalar::Text(value), Holds::Email) => (words, Bind::Text(value.trim().to_lowercase())),
            (Scalar::Text(value), _) => (words, Bind::Text(value.clone())),
            (Scalar::Bool(value), Holds::Bool) => (words, Bind::Bool(*value)),
            (Scalar::Bool(value), _) => (words, Bind::Text(value.to_string())),
            (Scalar::Number(value), Holds::Whole) if value.fract() != 0.0 => {
                (number, at_least(*value, Holds::Text))
            }
            (Scalar::Number(value), holds) => (number, at_least(*value, holds)),
        };
        let value = self.bind(value);
        format!("{column} = {value}")
    }

    fn any_like(&mut self, words: &str, values: &[Scalar]) -> String {
        let mut tests = Vec::with_capacity(values.len());
        for value in values {
            if let Scalar::Text(text) = value {
                tests.push(self.like(words, &format!("%{}%", escaped(text))));
            }
        }
        if tests.is_empty() { "1 = 0".to_owned() } else { format!("({})", tests.join(" OR ")) }
    }

    fn like(&mut self, column: &str, pattern: &str) -> String {
        let pattern = self.bind(Bind::Text(pattern.to_lowercase()));
        format!("lower({column}) LIKE {pattern} ESCAPE '\\'")
    }
}

/// Texts of metadata are kept for searching up to a length.
fn indexed(test: &Test) -> Test {
    match test {
        Test::In(values) => Test::In(
            values
                .iter()
                .map(|value| match value {
                    Scalar::Text(words) => Scalar::Text(words.chars().take(TEXT_LIMIT).collect()),
                    other => other.clone(),
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Whether 0 passes a test.
fn passes_nought(test: &Test) -> bool {
    match test {
        Test::In(values) => values.contains(&Scalar::Number(0.0)),
        Test::Range { from, below } => {
            from.is_none_or(|from| from <= 0.0) && below.is_none_or(|below| below > 0.0)
        }
        _ => false,
    }
}

/// The least value of the column's type that is not below a number: comparing whole numbers with whole numbers lets
/// the database use its index.
fn at_least(value: f64, holds: Holds) -> Bind {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and no stored value is beyond")]
    match holds {
        Holds::Whole => Bind::Int(value.ceil() as i64),
        _ => Bind::Real(value),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
