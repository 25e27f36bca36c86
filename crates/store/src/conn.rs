//! One connection to either database, and the macros that run one SQL text on both. The text keeps to what SQLite and
//! PostgreSQL share; `$n` placeholders work on both.

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

/// Runs statements without values, in one go; gives the first column of the first row that any of them gives.
macro_rules! first_number {
    ($conn:expr, $sql:expr) => {
        match $conn {
            $crate::conn::Conn::Sqlite(conn) => sqlx::raw_sql($sql)
                .fetch_all(&mut **conn)
                .await
                .and_then(|rows| rows.first().map(|row| sqlx::Row::try_get::<i64, _>(row, 0)).transpose()),
            $crate::conn::Conn::Postgres(conn) => sqlx::raw_sql($sql)
                .fetch_all(&mut **conn)
                .await
                .and_then(|rows| rows.first().map(|row| sqlx::Row::try_get::<i64, _>(row, 0)).transpose()),
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

pub(crate) use {execute, execute_all, first_number, row, rows};

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
    /// A column of texts, for PostgreSQL (`many.rs`).
    Texts(Vec<Option<String>>),
    /// A column of whole numbers, likewise.
    Ints(Vec<Option<i64>>),
    /// A column of truths, likewise.
    Bools(Vec<bool>),
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

/// All rows as `$row` of a statement that was put together from texts of this crate; data comes in `$binds` only.
macro_rules! rows_bound {
    ($conn:expr, $row:ty, $sql:expr, $binds:expr) => {
        match $conn {
            $crate::conn::Conn::Sqlite(conn) => {
                $crate::conn::bound!(sqlx::query_as::<_, $row>(sqlx::AssertSqlSafe($sql)), $binds, takes: [], never: [Texts Ints Bools])
                    .fetch_all(&mut **conn)
                    .await
            }
            $crate::conn::Conn::Postgres(conn) => {
                $crate::conn::bound!(sqlx::query_as::<_, $row>(sqlx::AssertSqlSafe($sql)), $binds, takes: [Texts Ints Bools], never: [])
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
                $crate::conn::bound!(sqlx::query(sqlx::AssertSqlSafe($sql)), $binds, takes: [], never: [Texts Ints Bools])
                    .execute(&mut **conn)
                    .await
                    .map(|done| done.rows_affected())
            }
            $crate::conn::Conn::Postgres(conn) => {
                $crate::conn::bound!(sqlx::query(sqlx::AssertSqlSafe($sql)), $binds, takes: [Texts Ints Bools], never: [])
                    .execute(&mut **conn)
                    .await
                    .map(|done| done.rows_affected())
            }
        }
    };
}

/// A query with its values.
macro_rules! bound {
    ($query:expr, $binds:expr, takes: [$($list:ident)*], never: [$($never:ident)*]) => {{
        let mut query = $query;
        for bind in $binds {
            query = match bind {
                $crate::conn::Bind::Text(value) => query.bind(value.clone()),
                $crate::conn::Bind::Int(value) => query.bind(*value),
                $crate::conn::Bind::Real(value) => query.bind(*value),
                $crate::conn::Bind::Bool(value) => query.bind(*value),
                $crate::conn::Bind::MaybeText(value) => query.bind(value.clone()),
                $crate::conn::Bind::MaybeInt(value) => query.bind(*value),
                $($crate::conn::Bind::$list(values) => query.bind(values.clone()),)*
                // SQLite knows no lists, and is given none.
                $($crate::conn::Bind::$never(_) => query,)*
            };
        }
        query
    }};
}

pub(crate) use {bound, execute_bound, rows_bound};
