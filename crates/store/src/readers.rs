//! Connections for reading, and how they are lent. sqlx's own pool asks each one that is given back whether it lives: one trip
//! to the database more for each request. Here a connection whose last statement ended well is lent again as it is, the one
//! used last before the others: its caches are warm. One that was let go of in the midst of a statement, or after an error, is
//! asked before. sqlx's pool only opens and closes them. Not: the writer's connection (`writer.rs`), nor how connections are opened
//! (`address.rs`).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, Database, PgPool, Pool, Postgres, Sqlite, SqlitePool};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::conn::{Conn, LIMIT, Line};
use crate::error::Result;

/// How long after its last use a connection counts as one that lives.
const FRESH: Duration = Duration::from_millis(100);

/// How long a connection may take to say that it is there.
const PONG: Duration = Duration::from_secs(2);

/// How long somebody waits for a connection while all are in use.
const PATIENCE: Duration = Duration::from_secs(30);

/// What nobody has needed for so long is closed.
const SPARE: Duration = Duration::from_mins(10);

/// No connection is used for longer: PostgreSQL never gives back what its process took once.
const LIFETIME: Duration = Duration::from_mins(30);

/// The connections for reading.
#[derive(Clone, Debug)]
pub(crate) enum Readers {
    /// SQLite.
    Sqlite(Arc<Stock<Sqlite>>),
    /// PostgreSQL.
    Postgres(Arc<Stock<Postgres>>),
}

impl Readers {
    /// What a pool of connections to SQLite holds.
    pub(crate) fn sqlite(pool: SqlitePool) -> Self {
        // They are in this process: nothing lies between that could fall silent.
        Self::Sqlite(Arc::new(Stock::new(pool, false)))
    }

    /// What a pool of connections to PostgreSQL holds.
    pub(crate) fn postgres(pool: PgPool) -> Self {
        Self::Postgres(Arc::new(Stock::new(pool, true)))
    }

    /// Takes a connection; waits while all are in use.
    pub(crate) async fn acquire(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite(stock) => Conn::Sqlite(stock.lend().await?),
            Self::Postgres(stock) => Conn::Postgres(stock.lend().await?),
        })
    }

    /// Whether all connections were closed for good.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::Sqlite(stock) => stock.pool.is_closed(),
            Self::Postgres(stock) => stock.pool.is_closed(),
        }
    }

    /// Closes all connections, once those in use have been given back.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(stock) => stock.close().await,
            Self::Postgres(stock) => stock.close().await,
        }
    }
}

/// Connections of one kind, lent and waiting.
#[derive(Debug)]
pub(crate) struct Stock<D: Database> {
    /// Opens and closes connections.
    pool: Pool<D>,
    /// Whether a connection is asked if it lives after it stood idle.
    asked: bool,
    /// One for each that may be lent at the same time.
    permits: Arc<Semaphore>,
    resting: Mutex<Resting<D>>,
}

#[derive(Debug)]
struct Resting<D: Database> {
    /// Those used last at the end.
    all: Vec<Rest<D>>,
    /// Nothing is put here any more.
    closed: bool,
}

#[derive(Debug)]
struct Rest<D: Database> {
    conn: PoolConnection<D>,
    opened: Instant,
    since: Instant,
}

/// Where a lent connection goes when it is let go of.
#[derive(Debug)]
pub(crate) struct Loan<D: Database> {
    stock: Arc<Stock<D>>,
    opened: Instant,
    _permit: OwnedSemaphorePermit,
}

impl<D: Database> Loan<D> {
    /// Gives a connection back whose last statement ended well.
    pub(crate) fn give_back(self, conn: PoolConnection<D>) {
        self.stock.put(Rest { conn, opened: self.opened, since: Instant::now() });
    }

    /// Gives one back that was let go of in the midst of a statement or after an error, if it lives. sqlx's pool would wait for
    /// ever for one that fell silent, and its place would be lost.
    pub(crate) fn look_after(self, mut conn: PoolConnection<D>) {
        let Ok(runtime) = Handle::try_current() else { return drop(conn.detach()) };
        runtime.spawn(async move {
            // Until that is known nobody else has its place.
            if let Ok(Ok(())) = tokio::time::timeout(LIMIT, conn.ping()).await {
                self.give_back(conn);
            } else {
                drop(conn.detach());
                drop(self);
            }
        });
    }
}

impl<D: Database> Stock<D> {
    fn new(pool: Pool<D>, asked: bool) -> Self {
        let most = usize::try_from(pool.options().get_max_connections()).unwrap_or(1);
        let resting = Resting { all: Vec::with_capacity(most), closed: false };
        Self { pool, asked, permits: Arc::new(Semaphore::new(most)), resting: Mutex::new(resting) }
    }

    async fn lend(self: &Arc<Self>) -> sqlx::Result<Line<D>> {
        loop {
            let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned())
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)?
                .map_err(|_| sqlx::Error::PoolClosed)?;
            let lent =
                |conn, opened| Line::lent(conn, Loan { stock: Arc::clone(self), opened, _permit: permit });
            let Some(Rest { conn, opened, since }) = self.last() else {
                return Ok(lent(self.pool.acquire().await?, Instant::now()));
            };
            let line = lent(conn, opened);
            if !self.asked || since.elapsed() < FRESH {
                return Ok(line);
            }
            // A task of its own: who waits for it may be gone before the answer is there.
            if let Ok(Some(line)) = tokio::spawn(Arc::clone(self).question(line, since)).await {
                return Ok(line);
            }
        }
    }

    /// Gives a connection that stood idle back if it lives.
    async fn question(self: Arc<Self>, mut line: Line<D>, since: Instant) -> Option<Line<D>> {
        if let Ok(answer) = tokio::time::timeout(PONG, line.ask().ping()).await
            && line.answered(answer).is_ok()
        {
            return Some(line);
        }
        // Not closed politely: who is silent does not answer that, either.
        line.cut();
        self.forget_since(since);
        None
    }

    /// The one used last.
    fn last(&self) -> Option<Rest<D>> {
        self.resting().all.pop()
    }

    /// Cuts those that nobody has used for as long as one that fell silent: behind the same wall each would be found out by
    /// itself.
    fn forget_since(&self, since: Instant) {
        let mut resting = self.resting();
        let all = std::mem::take(&mut resting.all);
        let (silent, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|rest| rest.since <= since);
        resting.all = others;
        drop(resting);
        tracing::info!(others = silent.len(), "a connection for reading is silent; new ones are opened");
        for rest in silent {
            drop(rest.conn.detach());
        }
    }

    fn put(&self, rest: Rest<D>) {
        let mut resting = self.resting();
        if resting.closed || rest.opened.elapsed() > LIFETIME {
            drop(resting);
            return end(rest.conn);
        }
        resting.all.push(rest);
        let spare = resting.all.first().is_some_and(|rest| rest.since.elapsed() > SPARE);
        let spare = spare.then(|| resting.all.remove(0));
        drop(resting);
        if let Some(rest) = spare {
            end(rest.conn);
        }
    }

    async fn close(&self) {
        let all = {
            let mut resting = self.resting();
            resting.closed = true;
            std::mem::take(&mut resting.all)
        };
        self.permits.close();
        for rest in all {
            end(rest.conn);
        }
        self.pool.close().await;
    }

    fn resting(&self) -> MutexGuard<'_, Resting<D>> {
        // Nothing is left half done under this lock.
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes a connection in the background, politely.
fn end<D: Database>(mut conn: PoolConnection<D>) {
    conn.close_on_drop();
}

impl<D: Database> Drop for Stock<D> {
    fn drop(&mut self) {
        // There may be no runtime any more that could close them politely.
        for rest in self.resting().all.drain(..) {
            drop(rest.conn.detach());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::io::ErrorKind;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::Readers;
    use crate::address::Address;
    use crate::conn::{Conn, execute, row};

    /// As many as SQLite has.
    const ALL: usize = 4;

    async fn readers(files: &tempfile::TempDir) -> Readers {
        let url = format!("sqlite://{}", files.path().join("test.db").display());
        Address::read(&url).unwrap().readers().await.unwrap()
    }

    async fn all(readers: &Readers) -> Vec<Conn> {
        let mut all = Vec::new();
        while all.len() < ALL {
            all.push(readers.acquire().await.unwrap());
        }
        all
    }

    /// PostgreSQL, if there is one (`tests/stories/world.rs` says when there must be).
    async fn on_postgres() -> Option<Readers> {
        let url = std::env::var("TEST_DATABASE_URL").ok()?;
        Some(Address::read(&url).unwrap().readers().await.unwrap())
    }

    /// Only the connection it was said to knows of it.
    async fn name(conn: &mut Conn, name: &'static str) {
        execute!(conn, sqlx::AssertSqlSafe(format!("CREATE TEMP TABLE {name} (x)"))).unwrap();
    }

    async fn named(conn: &mut Conn) -> Option<String> {
        row!(conn, (String,), "SELECT name FROM temp.sqlite_master").unwrap().map(|(name,)| name)
    }

    #[tokio::test]
    async fn the_one_given_back_last_is_lent_first() {
        let files = tempfile::tempdir().unwrap();
        let readers = readers(&files).await;
        let (mut one, mut two) = (readers.acquire().await.unwrap(), readers.acquire().await.unwrap());
        name(&mut one, "one").await;
        name(&mut two, "two").await;
        drop(two);
        drop(one);
        for _ in 0..3 {
            assert_eq!(named(&mut readers.acquire().await.unwrap()).await.as_deref(), Some("one"));
        }
    }

    #[tokio::test]
    async fn who_comes_when_all_are_lent_waits_for_one() {
        let files = tempfile::tempdir().unwrap();
        let readers = readers(&files).await;
        let mut lent = all(&readers).await;
        let mut next = pin!(readers.acquire());
        assert!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(lent.pop());
        assert_eq!(named(&mut next.await.unwrap()).await, None);
    }

    #[tokio::test]
    async fn what_is_let_go_in_the_midst_of_a_statement_or_after_an_error_serves_again() {
        let files = tempfile::tempdir().unwrap();
        let readers = readers(&files).await;
        for _ in 0..3 {
            for mut conn in all(&readers).await {
                let long = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 100000) SELECT max(x) FROM n";
                let mut asked = pin!(async move { row!(&mut conn, (i64,), long) });
                assert!(asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
            for mut conn in all(&readers).await {
                assert!(row!(&mut conn, (i64,), "SELECT 1 FROM nowhere").is_err());
            }
        }
        for mut conn in all(&readers).await {
            assert_eq!(row!(&mut conn, (i64,), "SELECT 7").unwrap(), Some((7,)));
        }
    }

    #[tokio::test]
    async fn a_statement_that_is_not_answered_ends_with_its_connection() {
        let Some(readers) = on_postgres().await else { return };
        let mut conn = readers.acquire().await.unwrap();
        let error = row!(&mut conn, (i64,), "SELECT CAST(1 AS BIGINT) FROM pg_sleep(20)").unwrap_err();
        assert!(matches!(error, sqlx::Error::Io(error) if error.kind() == ErrorKind::TimedOut));
        drop(conn);
        let next = row!(&mut readers.acquire().await.unwrap(), (i64,), "SELECT CAST(7 AS BIGINT)");
        assert_eq!(next.unwrap(), Some((7,)));
    }

    #[tokio::test]
    async fn places_of_connections_that_fell_silent_while_nobody_waited_are_not_lost() {
        let Some(readers) = on_postgres().await else { return };
        let mut admin = readers.acquire().await.unwrap();
        for others in 0..7_i64 {
            let readers = readers.clone();
            let asked = tokio::spawn(async move {
                let mut conn = readers.acquire().await.unwrap();
                row!(&mut conn, (i64,), "SELECT CAST(1 AS BIGINT) FROM pg_sleep(21)")
            });
            let under_way = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' \
                             AND query LIKE '%pg_sleep(21)' AND backend_start > now() - interval '1 minute'";
            while !asked.is_finished() && row!(&mut admin, (i64,), under_way).unwrap() <= Some((others,)) {}
            asked.abort();
        }
        drop(admin);
        let mut all = Vec::new();
        for _ in 0..8 {
            let mut conn = readers.acquire().await.unwrap();
            assert_eq!(row!(&mut conn, (i64,), "SELECT CAST(7 AS BIGINT)").unwrap(), Some((7,)));
            all.push(conn);
        }
    }

    #[tokio::test]
    async fn closing_waits_for_what_is_lent_and_nothing_is_lent_after_it() {
        let files = tempfile::tempdir().unwrap();
        let readers = readers(&files).await;
        let mut lent = all(&readers).await;
        drop(lent.pop());
        let mut closing = pin!(readers.close());
        assert!(closing.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert!(readers.acquire().await.is_err());
        assert_eq!(named(&mut lent[0]).await, None, "what is lent still serves");
        drop(lent);
        closing.await;
        assert!(readers.is_closed() && readers.acquire().await.is_err());
    }
}
