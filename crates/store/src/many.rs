//! Statements about many rows at once: how the rows get into them. PostgreSQL takes a list for each column, so that one text
//! does for any number of rows; SQLite has no lists, and takes each value by itself. Used where messages are written
//! together (`messages/`, `changes.rs`).

use crate::conn::{Bind, Conn};

/// Most rows that one statement writes or looks for.
const MOST_ROWS: usize = 256;

/// Cuts rows into pieces for statements that take several at once.
pub(crate) fn pieces<T>(rows: &[T]) -> std::slice::Chunks<'_, T> {
    rows.chunks(MOST_ROWS)
}

/// Rows as a source of rows, `SELECT * FROM (VALUES (?, ?), …) …` or `SELECT * FROM unnest($1, $2)`, and their values, to which
/// those of later placeholders are appended. The first column is never null.
///
/// SQLite's are filled up with nulls to a number that is a power of two, so that only a few different statements are ever
/// prepared; those rows are left out by the source itself.
///
/// SQLite's placeholders have no names: it, and sqlx for it, look every name up among all others, which made a statement of a
/// thousand values slower than the rows it wrote. Such a placeholder takes the first value that no other has taken.
pub(crate) fn values<const N: usize>(
    conn: &Conn,
    rows: impl Iterator<Item = [Bind; N]>,
) -> (String, Vec<Bind>) {
    if matches!(conn, Conn::Postgres(_)) { lists(rows) } else { each(rows) }
}

fn each<const N: usize>(rows: impl Iterator<Item = [Bind; N]>) -> (String, Vec<Bind>) {
    let mut binds: Vec<Bind> = Vec::with_capacity(N * rows.size_hint().0);
    binds.extend(rows.flatten());
    let length = (binds.len() / N).next_power_of_two();
    binds.resize(N * length, Bind::MaybeInt(None));
    let row = format!("({})", vec!["?"; N].join(", "));
    (format!("SELECT * FROM (VALUES {}) WHERE column1 IS NOT NULL", vec![row; length].join(", ")), binds)
}

fn lists<const N: usize>(rows: impl Iterator<Item = [Bind; N]>) -> (String, Vec<Bind>) {
    let mut columns: Vec<Bind> = Vec::with_capacity(N);
    for row in rows {
        for (number, value) in row.into_iter().enumerate() {
            if columns.len() == number {
                columns.push(empty(&value));
            }
            push(&mut columns[number], value);
        }
    }
    let names: Vec<String> = (1..=N).map(|number| format!("${number}")).collect();
    (format!("SELECT * FROM unnest({})", names.join(", ")), columns)
}

/// The list that values of this kind go into.
fn empty(value: &Bind) -> Bind {
    match value {
        Bind::Int(_) | Bind::MaybeInt(_) => Bind::Ints(Vec::new()),
        Bind::Bool(_) => Bind::Bools(Vec::new()),
        _ => Bind::Texts(Vec::new()),
    }
}

fn push(column: &mut Bind, value: Bind) {
    match (column, value) {
        (Bind::Texts(list), Bind::Text(text)) => list.push(Some(text)),
        (Bind::Texts(list), Bind::MaybeText(text)) => list.push(text),
        (Bind::Ints(list), Bind::Int(number)) => list.push(Some(number)),
        (Bind::Ints(list), Bind::MaybeInt(number)) => list.push(number),
        (Bind::Bools(list), Bind::Bool(truth)) => list.push(truth),
        (_, value) => debug_assert!(false, "a column of several kinds: {value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Bind, each, lists};

    #[test]
    fn rows_become_values_or_columns() {
        let rows = || {
            [
                [Bind::from(1), Bind::from("a"), Bind::from(None::<i64>)],
                [Bind::from(2), Bind::from(None::<&str>), 3.into()],
            ]
            .into_iter()
        };
        let (text, binds) = each(rows());
        assert_eq!(text, "SELECT * FROM (VALUES (?, ?, ?), (?, ?, ?)) WHERE column1 IS NOT NULL");
        assert_eq!(binds.len(), 6);
        let (text, binds) = each(rows().chain(rows()).take(3));
        assert_eq!((text.matches('?').count(), binds.len()), (12, 12), "three rows are filled up to four");
        assert_eq!(binds[9..], [const { Bind::MaybeInt(None) }; 3]);
        let (text, binds) = lists(rows());
        assert_eq!(text, "SELECT * FROM unnest($1, $2, $3)");
        assert_eq!(
            binds,
            [
                Bind::Ints(vec![Some(1), Some(2)]),
                Bind::Texts(vec![Some("a".to_owned()), None]),
                Bind::Ints(vec![None, Some(3)])
            ]
        );
    }
}
