//! Where the database is, and how it is opened: one connection for the writer, several for reading. Not: what is asked of it.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::Executor as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::conn::{Conn, Pool, execute_all};
use crate::error::{Error, Result};
use crate::readers::Readers;

/// Writers that wait for a database that is gone are told soon enough to try again.
pub(crate) const SOON: Duration = Duration::from_secs(5);

/// Rows that SQLite's thread reads ahead: with the usual fifty it waits in the midst of every page for somebody to take the first.
const ROWS: usize = 1024;

/// Statements that the writer's connection keeps ready: there is one for each number of rows that is written at once.
const STATEMENTS: usize = 512;

/// An address that makes sense.
#[derive(Clone)]
pub(crate) enum Address {
    /// A file.
    Sqlite(SqliteConnectOptions),
    /// A server.
    Postgres(PgConnectOptions),
}

impl Address {
    /// Reads `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub(crate) fn read(url: &str) -> Result<Self> {
        let bad = |error: &dyn std::fmt::Display| Error::Address(error.to_string());
        if url.starts_with("sqlite:") {
            if url.contains(":memory:") {
                return Err(Error::Address("an in-memory database is lost at once; name a file".to_owned()));
            }
            let options = SqliteConnectOptions::from_str(url)
                .map_err(|error| bad(&error))?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(10))
                .row_buffer_size(ROWS)
                .foreign_keys(true);
            return Ok(Self::Sqlite(options));
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Ok(Self::Postgres(PgConnectOptions::from_str(url).map_err(|error| bad(&error))?));
        }
        Err(Error::Address("it must begin with sqlite:// or postgres://".to_owned()))
    }

    /// One connection, for the writer.
    pub(crate) async fn writers(&self) -> Result<Pool> {
        Ok(match self {
            Self::Sqlite(options) => {
                // 16 MiB of cache; the log is folded into the file at 64 MiB: a page that many messages change is written
                // there once. What a statement would need to take itself back is kept in memory, not in a file.
                let options = options
                    .clone()
                    .pragma("cache_size", "-16384")
                    .pragma("wal_autocheckpoint", "16384")
                    .pragma("temp_store", "MEMORY")
                    .statement_cache_capacity(STATEMENTS);
                let pool = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false);
                Pool::Sqlite(pool.connect_with(options).await?)
            }
            Self::Postgres(options) => {
                let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(SOON);
                // A connection that is lost in the midst of a transaction would keep its workspace's row from the next one
                // until PostgreSQL finds out, by default after two hours.
                let pool = pool.after_connect(|conn, _| {
                    Box::pin(async move {
                        conn.execute("SET idle_in_transaction_session_timeout = '10s'").await.map(drop)
                    })
                });
                Pool::Postgres(pool.connect_with(options.clone().statement_cache_capacity(STATEMENTS)).await?)
            }
        })
    }

    /// Several, for reading. They are opened after the migrations: SQLite reads how much is in each table only once.
    pub(crate) async fn readers(&self) -> Result<Readers> {
        Ok(match self {
            Self::Sqlite(options) => {
                let pool = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
                Readers::sqlite(pool.connect_with(options.clone().pragma("cache_size", "-8192")).await?)
            }
            Self::Postgres(options) => {
                let pool = PgPoolOptions::new().max_connections(8);
                Readers::postgres(pool.connect_with(options.clone()).await?)
            }
        })
    }
}

/// Has SQLite count roughly what is in its tables, so that it chooses indexes well; PostgreSQL does so by itself. Connections
/// know it that are opened afterwards.
pub(crate) async fn count_roughly(conn: &mut Conn) -> Result<()> {
    if matches!(conn, Conn::Sqlite(_)) {
        // 0x10002: also tables that nobody has asked for yet, a few thousand rows of each at most.
        execute_all!(conn, "PRAGMA optimize = 0x10002")?;
    }
    Ok(())
}
