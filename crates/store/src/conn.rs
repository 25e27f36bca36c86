//! One connection to either database, and the macros that run one SQL text on both. The text keeps to what SQLite and
//! PostgreSQL share; `$n` placeholders work on both.

use std::fmt::Write as _;
use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Database, PgPool, Postgres, Sqlite, SqlitePool};

use crate::error::Result;
use crate::ledger::Ledger;

/// A pool of connections.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    /// SQLite.
    Sqlite(SqlitePool),
    /// PostgreSQL.
    Postgres(PgPool),
}

/// One connection.
#[derive(Debug)]
pub(crate) enum Conn {
    /// SQLite.
    Sqlite(Line<Sqlite>),
    /// PostgreSQL.
    Postgres(Line<Postgres>),
}

/// A connection of one kind, and what its transaction has written about the log so far.
#[derive(Debug)]
pub(crate) struct Line<D: Database> {
    /// The connection.
    pub(crate) pooled: PoolConnection<D>,
    ledger: Ledger,
}

impl<D: Database> Deref for Line<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        &self.pooled
    }
}

impl<D: Database> DerefMut for Line<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        &mut self.pooled
    }
}

impl Conn {
    /// What the transaction on this connection knows of the log; empty outside the writer.
    pub(crate) fn ledger(&mut self) -> &mut Ledger {
        match self {
            Self::Sqlite(line) => &mut line.ledger,
            Self::Postgres(line) => &mut line.ledger,
        }
    }
}

impl Pool {
    /// Takes a connection; waits while all are in use.
    pub(crate) async fn acquire(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite(pool) => {
                Conn::Sqlite(Line { pooled: pool.acquire().await?, ledger: Ledger::default() })
            }
            Self::Postgres(pool) => {
                Conn::Postgres(Line { pooled: pool.acquire().await?, ledger: Ledger::default() })
            }
        })
    }

    /// Whether all connections were closed for good.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::Sqlite(pool) => pool.is_closed(),
            Self::Postgres(pool) => pool.is_closed(),
        }
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Runs a statement; gives the number of rows it touched, or sqlx's error.
macro_rules! execute {
    ($conn:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $conn {
            $crate::conn::Conn::Sqlite(conn) => {
                sqlx::query($sql)$(.bind($bind))*.execute(&mut **conn).await.map(|done| done.rows_affected())
            }
            $crate::conn::Conn::Postgres(conn) => {
                sqlx::query($sql)$(.bind($bind))*.execute(&mut **conn).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// Runs statements without values, in one go.
macro_rules! execute_all {
    ($conn:expr, $sql:expr) => {
        match $conn {
            $crate::conn::Conn::Sqlite(conn) => sqlx::raw_sql($sql).execute(&mut **conn).await.map(drop),
            $crate::conn::Conn::Postgres(conn) => sqlx::raw_sql($sql).execute(&mut **conn).await.map(drop),
        }
    };
}

/// All rows as `$row`.
macro_rules! rows {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $conn {
            $crate::conn::Conn::Sqlite(conn) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **conn).await
            }
            $crate::conn::Conn::Postgres(conn) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **conn).await
            }
        }
    };
}

/// The first row as `$row`, if any.
macro_rules! row {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $conn {
            $crate::conn::Conn::Sqlite(conn) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **conn).await
            }
            $crate::conn::Conn::Postgres(conn) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **conn).await
            }
        }
    };
}

pub(crate) use {execute, execute_all, row, rows};

/// A value of a statement that is put together while running.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bind {
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// True or false.
    Bool(bool),
    /// A text, or nothing.
    MaybeText(Option<String>),
    /// A whole number, or nothing.
    MaybeInt(Option<i64>),
}

impl From<&str> for Bind {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Bind {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Bind {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Option<&str>> for Bind {
    fn from(text: Option<&str>) -> Self {
        Self::MaybeText(text.map(ToOwned::to_owned))
    }
}

impl From<Option<i64>> for Bind {
    fn from(number: Option<i64>) -> Self {
        Self::MaybeInt(number)
    }
}

/// Most rows that one statement writes or looks for.
const MOST_ROWS: usize = 256;

/// Cuts rows into pieces for statements that take several at once. Their lengths are powers of two, so that only a few
/// different statements are ever prepared.
pub(crate) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = rows.len().min(MOST_ROWS);
        let (piece, rest) = rows.split_at(if length == 0 { 0 } else { 1 << length.ilog2() });
        rows = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

/// The placeholders of rows, `($1, $2), ($3, $4)`, and their values, to which those of later placeholders are appended.
///
/// SQLite's have no names: it, and sqlx for it, look every name up among all others, which made a statement of a thousand
/// values slower than the rows it wrote. Such a placeholder takes the first value that no other has taken.
pub(crate) fn values<const N: usize>(
    conn: &Conn,
    rows: impl Iterator<Item = [Bind; N]>,
) -> (String, Vec<Bind>) {
    placed(matches!(conn, Conn::Postgres(_)), rows)
}

fn placed<const N: usize>(named: bool, rows: impl Iterator<Item = [Bind; N]>) -> (String, Vec<Bind>) {
    let (mut text, mut binds) = (String::new(), Vec::with_capacity(N * rows.size_hint().0));
    for row in rows {
        text.push_str(if text.is_empty() { "(" } else { "), (" });
        for (column, bind) in row.into_iter().enumerate() {
            binds.push(bind);
            if column > 0 {
                text.push_str(", ");
            }
            if named {
                // Writing to a string cannot fail.
                let _ = write!(text, "${}", binds.len());
            } else {
                text.push('?');
            }
        }
    }
    text.push(')');
    (text, binds)
}

/// All rows as `$row` of a statement that was put together from texts of this crate; data comes in `$binds` only.
macro_rules! rows_bound {
    ($conn:expr, $row:ty, $sql:expr, $binds:expr) => {
        match $conn {
            $crate::conn::Conn::Sqlite(conn) => {
                $crate::conn::bound!(sqlx::query_as::<_, $row>(sqlx::AssertSqlSafe($sql)), $binds)
                    .fetch_all(&mut **conn)
                    .await
            }
            $crate::conn::Conn::Postgres(conn) => {
                $crate::conn::bound!(sqlx::query_as::<_, $row>(sqlx::AssertSqlSafe($sql)), $binds)
                    .fetch_all(&mut **conn)
                    .await
            }
        }
    };
}

/// Runs a statement that was put together from texts of this crate; gives the number of rows it touched.
macro_rules! execute_bound {
    ($conn:expr, $sql:expr, $binds:expr) => {
        match $conn {
            $crate::conn::Conn::Sqlite(conn) => {
                $crate::conn::bound!(sqlx::query(sqlx::AssertSqlSafe($sql)), $binds)
                    .execute(&mut **conn)
                    .await
                    .map(|done| done.rows_affected())
            }
            $crate::conn::Conn::Postgres(conn) => {
                $crate::conn::bound!(sqlx::query(sqlx::AssertSqlSafe($sql)), $binds)
                    .execute(&mut **conn)
                    .await
                    .map(|done| done.rows_affected())
            }
        }
    };
}

/// A query with its values.
macro_rules! bound {
    ($query:expr, $binds:expr) => {{
        let mut query = $query;
        for bind in $binds {
            query = match bind {
                $crate::conn::Bind::Text(value) => query.bind(value.clone()),
                $crate::conn::Bind::Int(value) => query.bind(*value),
                $crate::conn::Bind::Real(value) => query.bind(*value),
                $crate::conn::Bind::Bool(value) => query.bind(*value),
                $crate::conn::Bind::MaybeText(value) => query.bind(value.clone()),
                $crate::conn::Bind::MaybeInt(value) => query.bind(*value),
            };
        }
        query
    }};
}

pub(crate) use {bound, execute_bound, rows_bound};

#[cfg(test)]
mod tests {
    use super::{Bind, MOST_ROWS, pieces, placed};

    #[test]
    fn pieces_are_powers_of_two_and_nothing_is_lost() {
        for many in 0..600_usize {
            let rows: Vec<usize> = (0..many).collect();
            let cut: Vec<&[usize]> = pieces(&rows).collect();
            assert!(
                cut.iter().all(|piece| piece.len().is_power_of_two() && piece.len() <= MOST_ROWS),
                "{many}"
            );
            assert_eq!(cut.concat(), rows);
        }
    }

    #[test]
    fn placeholders_are_numbered_where_the_database_likes_it() {
        let rows = || [[Bind::from(1), Bind::from("a")], [Bind::from(2), Bind::from("b")]].into_iter();
        assert_eq!(placed(true, rows()).0, "($1, $2), ($3, $4)");
        assert_eq!(placed(false, rows()).0, "(?, ?), (?, ?)");
        assert_eq!(placed(true, rows()).1[2..], [Bind::Int(2), Bind::Text("b".to_owned())]);
    }
}
