//! Statements that need nothing of each other and touch different rows, run in one go. Each statement by itself is a trip to
//! another process (PostgreSQL), and it is their number that limits how many messages a second a node takes. SQLite has no such
//! statement, and a shorter way. Used where messages are written together (`messages/parts.rs`, `changes.rs`).

use std::fmt::Write as _;

use crate::conn::{Bind, Conn, execute_bound};
use crate::error::Result;

/// Statements that wait, each with its values.
#[derive(Debug, Default)]
pub(crate) struct Together(Vec<(String, Vec<Bind>)>);

impl Together {
    /// Adds one that gives no rows.
    pub(crate) fn add(&mut self, sql: String, binds: Vec<Bind>) {
        self.0.push((sql, binds));
    }

    /// Runs them all.
    pub(crate) async fn run(self, conn: &mut Conn) -> Result<()> {
        if matches!(conn, Conn::Sqlite(_)) {
            for (sql, binds) in self.0 {
                execute_bound!(&mut *conn, sql, &binds)?;
            }
        } else if let Some((sql, binds)) = joined(self.0) {
            execute_bound!(conn, sql, &binds)?;
        }
        Ok(())
    }
}

/// `WITH w0 AS (first), w1 AS (second) last`.
fn joined(mut all: Vec<(String, Vec<Bind>)>) -> Option<(String, Vec<Bind>)> {
    let (last, last_binds) = all.pop()?;
    let (mut sql, mut values) = (String::new(), Vec::new());
    for (number, (one, binds)) in all.into_iter().enumerate() {
        let before = if number == 0 { "WITH" } else { "," };
        // Writing into a text does not fail.
        let _ = write!(sql, "{before} w{number} AS ({}) ", shifted(&one, values.len()));
        values.extend(binds);
    }
    sql.push_str(&shifted(&last, values.len()));
    values.extend(last_binds);
    Some((sql, values))
}

/// The statement with its placeholders `$1`, `$2` … counted from a later number on.
fn shifted(sql: &str, by: usize) -> String {
    let mut pieces = sql.split('$');
    let mut shifted = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = piece.split_at(digits);
        let number = number.parse().map_or(0, |number: usize| number + by);
        let _ = write!(shifted, "${number}{rest}");
    }
    shifted
}

#[cfg(test)]
mod tests {
    use super::{Bind, joined};

    #[test]
    fn statements_are_joined_and_their_placeholders_counted_on() {
        let one = |sql: &str, number| (sql.to_owned(), vec![Bind::from(number), Bind::from("a")]);
        assert_eq!(joined(Vec::new()), None);
        assert_eq!(joined(vec![one("A $1, $2", 1)]), Some(("A $1, $2".to_owned(), one("", 1).1)));
        let (sql, binds) = joined(vec![one("A $1, $2", 1), one("B $2 $1", 2), one("C $1$2", 3)]).unwrap();
        assert_eq!(sql, "WITH w0 AS (A $1, $2) , w1 AS (B $4 $3) C $5$6");
        assert_eq!(binds.len(), 6);
        assert_eq!(binds[4], Bind::from(3));
    }
}
