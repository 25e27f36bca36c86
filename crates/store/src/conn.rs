//! One connection to either database, and the macros that run one SQL text on both. The text keeps to what SQLite and
//! PostgreSQL share; `$n` placeholders work on both.

use std::future::Future;
use std::io::ErrorKind;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Database, PgPool, Postgres, Sqlite, SqlitePool};

use crate::error::Result;
use crate::ledger::Ledger;
use crate::readers::Loan;

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
    /// There until the line is let go of.
    conn: Option<PoolConnection<D>>,
    ledger: Ledger,
    /// Where it came from, if it was lent.
    loan: Option<Loan<D>>,
    state: State,
}

/// How it stands with a line.
#[derive(Clone, Copy, Debug)]
enum State {
    /// Nothing was asked, or it was answered.
    Well,
    /// A statement was asked whose answer has not come.
    Asked,
    /// The answer was an error.
    Wrong,
    /// There is nobody at the other end.
    Lost,
}

impl<D: Database> Line<D> {
    /// One for a while.
    pub(crate) fn lent(conn: PoolConnection<D>, loan: Loan<D>) -> Self {
        let mut line = Self::kept(conn);
        line.loan = Some(loan);
        line
    }

    /// One to keep.
    fn kept(conn: PoolConnection<D>) -> Self {
        Self { conn: Some(conn), ledger: Ledger::default(), loan: None, state: State::Well }
    }

    /// The connection, to ask something; [`Self::answered`] is to follow.
    #[expect(clippy::expect_used, reason = "it is taken out only by what consumes the line")]
    pub(crate) fn ask(&mut self) -> &mut D::Connection {
        self.state = State::Asked;
        self.conn.as_mut().expect("a line that is let go of is not asked")
    }

    /// What the connection answered.
    pub(crate) fn answered<T>(&mut self, answer: sqlx::Result<T>) -> sqlx::Result<T> {
        self.state = match &answer {
            Ok(_) => State::Well,
            Err(sqlx::Error::Io(_)) => State::Lost,
            Err(_) => State::Wrong,
        };
        answer
    }

    /// Cuts it without a word to the other side.
    pub(crate) fn cut(mut self) {
        drop(self.conn.take().map(PoolConnection::detach));
    }

    async fn close(mut self) {
        if let Some(conn) = self.conn.take() {
            drop(conn.close().await);
        }
    }
}

impl<D: Database> Drop for Line<D> {
    fn drop(&mut self) {
        let (Some(conn), Some(loan)) = (self.conn.take(), self.loan.take()) else { return };
        match self.state {
            State::Well => loan.give_back(conn),
            State::Asked | State::Wrong => loan.look_after(conn),
            State::Lost => drop(conn.detach()),
        }
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

    /// Cuts the line without a word to the other side.
    pub(crate) fn cut(self) {
        match self {
            Self::Sqlite(line) => line.cut(),
            Self::Postgres(line) => line.cut(),
        }
    }

    /// Closes the connection for good.
    pub(crate) async fn close(self) {
        match self {
            Self::Sqlite(line) => line.close().await,
            Self::Postgres(line) => line.close().await,
        }
    }
}

impl Pool {
    /// Takes a connection; waits while all are in use.
    pub(crate) async fn acquire(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite(pool) => Conn::Sqlite(Line::kept(pool.acquire().await?)),
            Self::Postgres(pool) => Conn::Postgres(Line::kept(pool.acquire().await?)),
        })
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// How long PostgreSQL may take to answer a statement. A line that dies while one is under way says nothing, and its place, or
/// the writer, would wait for ever. Shorter in this crate's own tests.
pub(crate) const LIMIT: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 60 });

/// The answer, if it comes in time.
pub(crate) async fn in_time<T>(answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(LIMIT, answer)
        .await
        .unwrap_or_else(|_| Err(std::io::Error::from(ErrorKind::TimedOut).into()))
}

/// Asks whichever connection it is: `$asked` is a statement on `$line.ask()`. The answer is what `$made` makes of it.
macro_rules! ask {
    ($conn:expr, $line:ident => $asked:expr $(, $made:expr)?) => {
        match $conn {
            $crate::conn::Conn::Sqlite($line) => {
                let answer = $asked.await;
                $line.answered(answer)$(.map($made))?
            }
            $crate::conn::Conn::Postgres($line) => {
                let answer = $crate::conn::in_time($asked).await;
                $line.answered(answer)$(.map($made))?
            }
        }
    };
}

/// Runs a statement; gives the number of rows it touched, or sqlx's error.
macro_rules! execute {
    ($conn:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::conn::ask!(
            $conn,
            line => sqlx::query($sql)$(.bind($bind))*.execute(line.ask()),
            |done| done.rows_affected()
        )
    };
}

/// Runs statements without values, in one go.
macro_rules! execute_all {
    ($conn:expr, $sql:expr) => {
        $crate::conn::ask!($conn, line => sqlx::raw_sql($sql).execute(line.ask()), drop)
    };
}

/// Runs statements without values, in one go; gives the first column of the first row that any of them gives.
macro_rules! first_number {
    ($conn:expr, $sql:expr) => {
        $crate::conn::ask!(
            $conn,
            line => sqlx::raw_sql($sql).fetch_all(line.ask()),
            |rows| rows.first().map(|row| sqlx::Row::try_get::<i64, _>(row, 0))
        )
        .and_then(Option::transpose)
    };
}

/// All rows as `$row`.
macro_rules! rows {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::conn::ask!(
            $conn,
            line => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(line.ask())
        )
    };
}

/// The first row as `$row`, if any.
macro_rules! row {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::conn::ask!(
            $conn,
            line => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(line.ask())
        )
    };
}

pub(crate) use {ask, execute, execute_all, first_number, row, rows};

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

/// The same as `ask` for a statement that was put together from texts of this crate; data comes in `$binds` only.
macro_rules! ask_bound {
    ($conn:expr, $query:expr, $binds:expr, $line:ident, $query_of:ident => $asked:expr $(, $made:expr)?) => {
        match $conn {
            $crate::conn::Conn::Sqlite($line) => {
                let $query_of = $crate::conn::bound!($query, $binds, takes: [], never: [Texts Ints Bools]);
                let answer = $asked.await;
                $line.answered(answer)$(.map($made))?
            }
            $crate::conn::Conn::Postgres($line) => {
                let $query_of = $crate::conn::bound!($query, $binds, takes: [Texts Ints Bools], never: []);
                let answer = $crate::conn::in_time($asked).await;
                $line.answered(answer)$(.map($made))?
            }
        }
    };
}

/// All rows as `$row` of such a statement.
macro_rules! rows_bound {
    ($conn:expr, $row:ty, $sql:expr, $binds:expr) => {
        $crate::conn::ask_bound!(
            $conn,
            sqlx::query_as::<_, $row>(sqlx::AssertSqlSafe($sql)),
            $binds,
            line,
            query => query.fetch_all(line.ask())
        )
    };
}

/// Runs such a statement; gives the number of rows it touched.
macro_rules! execute_bound {
    ($conn:expr, $sql:expr, $binds:expr) => {
        $crate::conn::ask_bound!(
            $conn,
            sqlx::query(sqlx::AssertSqlSafe($sql)),
            $binds,
            line,
            query => query.execute(line.ask()),
            |done| done.rows_affected()
        )
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

pub(crate) use {ask_bound, bound, execute_bound, rows_bound};
