//! The one task of a node that writes. It takes whatever operations wait, runs them in one transaction, each under its
//! own savepoint, commits once, and only then answers them: full durability at many operations a disk flush. People's
//! messages that wait are written together, with a statement for many instead of many statements. Not the place that knows
//! what an operation does.

mod telling;

use std::future::Future;
use std::pin::Pin;

use telling::{Answer, Committed, tell};
use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, oneshot};

use crate::address::{Address, SOON};
use crate::conn::{Conn, Pool, execute, execute_all, first_number, row};
use crate::error::{Error, Result};
use crate::folding::{self, Commits};
use crate::ledger::{self, Ledger, Outcome};
use crate::messages::{Turn, send, send_usual};
use crate::open_for_writing;
use crate::poller::Told;
use crate::switchboard::Switchboard;
use crate::types::{SendMessage, Sent, Wake};

/// Most operations in one transaction: bounds how long the first of them waits.
const BATCH: usize = 256;

pub(crate) type Running<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Work = Box<dyn for<'a> FnOnce(&'a mut Conn) -> Running<'a, Done> + Send>;
/// A person's message, and where its answer goes.
type Posted = (Box<SendMessage>, oneshot::Sender<Result<Box<Sent>>>);

/// What an operation leaves behind: what becomes of its writes, and how to answer once the commit is decided.
struct Done {
    outcome: Outcome,
    answer: Answer,
}

impl Done {
    fn of<T: Send + 'static>(result: Result<T>, answer: oneshot::Sender<Result<T>>) -> Self {
        Self {
            outcome: match &result {
                Ok(_) => Outcome::Done,
                Err(Error::Unavailable(_)) => Outcome::Broken,
                Err(_) => Outcome::Refused,
            },
            // A caller that has gone away does not want the answer.
            answer: Box::new(move |committed| drop(answer.send(committed.and(result)))),
        }
    }
}

struct Job {
    workspace_id: i64,
    task: Task,
}

enum Task {
    /// An operation by itself.
    Alone {
        /// Whether a savepoint is set before it begins.
        guarded: bool,
        work: Work,
    },
    /// A person's message: by far the most frequent operation, and written together with the others that wait.
    Message(Box<SendMessage>, oneshot::Sender<Result<Box<Sent>>>),
}

/// Where operations are handed in.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Message>,
}

enum Message {
    Job(Job),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Opens the database for writing and starts the task, on a thread of its own: woken by the database, it would stand in
    /// line behind all requests that wait, a dozen times a transaction.
    pub(crate) async fn start(address: Address, wakes: Switchboard<Wake>, told: Told) -> Result<Self> {
        let stopped = |error: std::io::Error| Error::Unavailable(format!("the writer's thread: {error}"));
        let (jobs, waiting) = mpsc::channel(4 * BATCH);
        let (opened, open) = oneshot::channel();
        let requests = Handle::current();
        let thread = move || match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(live(address, waiting, (wakes, told), requests, opened)),
            Err(error) => drop(opened.send(Err(stopped(error)))),
        };
        std::thread::Builder::new().name("writer".to_owned()).spawn(thread).map_err(stopped)?;
        open.await.map_err(|_| Error::Unavailable("the writer's thread ended".to_owned()))??;
        Ok(Self { jobs })
    }

    /// Runs one operation of a workspace (0 for none) and answers after the commit. If it fails, nothing it wrote stays.
    pub(crate) async fn run<T, F>(&self, workspace_id: i64, operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> Running<'a, Result<T>> + Send + 'static,
    {
        self.hand_in_alone(workspace_id, true, operation).await
    }

    /// Stores a person's message, like `run`.
    pub(crate) async fn message(&self, message: SendMessage) -> Result<Sent> {
        let (answer, answered) = oneshot::channel();
        let workspace_id = message.workspace_id;
        let sent = self.hand_in(workspace_id, Task::Message(Box::new(message), answer), answered).await?;
        Ok(*sent)
    }

    pub(crate) async fn hand_in_alone<T, F>(
        &self,
        workspace_id: i64,
        guarded: bool,
        operation: F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> Running<'a, Result<T>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel::<Result<T>>();
        let work: Work =
            Box::new(move |conn| Box::pin(async move { Done::of(operation(conn).await, answer) }));
        self.hand_in(workspace_id, Task::Alone { guarded, work }, answered).await
    }

    async fn hand_in<T>(
        &self,
        workspace_id: i64,
        task: Task,
        answered: oneshot::Receiver<Result<T>>,
    ) -> Result<T> {
        let stopped = || Error::Unavailable("the store is closed".to_owned());
        self.jobs.send(Message::Job(Job { workspace_id, task })).await.map_err(|_| stopped())?;
        // The batch failed before this operation's turn.
        answered.await.map_err(|_| Error::Unavailable("the write did not happen; try again".to_owned()))?
    }

    /// Finishes what was handed in before and stops.
    pub(crate) async fn close(&self) {
        let (closed, waits) = oneshot::channel();
        if self.jobs.send(Message::Close(closed)).await.is_ok() {
            drop(waits.await);
        }
    }
}

/// The writer's life on its thread: opens the database, says whether that went well, and serves.
async fn live(
    address: Address,
    waiting: mpsc::Receiver<Message>,
    (wakes, told): (Switchboard<Wake>, Told),
    requests: Handle,
    opened: oneshot::Sender<Result<()>>,
) {
    let pool = match open_for_writing(&address).await {
        Ok(pool) => pool,
        Err(error) => return drop(opened.send(Err(error))),
    };
    // Nobody waits any more if opening was given up.
    let _ = opened.send(Ok(()));
    let (committed, results) = mpsc::channel(2);
    let (commits, folding) = folding::beside(address);
    let folding = requests.spawn(folding);
    let telling = requests.spawn(tell(results, wakes, told));
    let closing = serve(&pool, waiting, committed, commits).await;
    // What was committed is told before anybody hears of the end.
    drop((telling.await, folding.await));
    if let Some(closing) = closing {
        pool.close().await;
        let _ = closing.send(());
    }
}

/// Commits batch after batch until it is told to close (whom to tell when that is done), or nobody is left who could hand
/// anything in.
async fn serve(
    pool: &Pool,
    mut waiting: mpsc::Receiver<Message>,
    committed: mpsc::Sender<Committed>,
    commits: Commits,
) -> Option<oneshot::Sender<()>> {
    let mut messages = Vec::with_capacity(BATCH);
    // Kept from one transaction to the next: given back and taken again, it would be asked twice whether it still lives.
    let mut kept = None;
    loop {
        messages.clear();
        if waiting.recv_many(&mut messages, BATCH).await == 0 {
            return None;
        }
        let mut closing = None;
        let mut batch = Vec::with_capacity(messages.len());
        for message in messages.drain(..) {
            match message {
                Message::Job(job) => batch.push(job),
                Message::Close(answer) => closing = Some(answer),
            }
        }
        if !batch.is_empty() {
            committed.send(commit(pool, &mut kept, batch).await).await.ok()?;
            commits.tell();
        }
        if closing.is_some() {
            // The pool would wait for ever for one that fell silent.
            if let Some(conn) = kept {
                abandon(conn).await;
            }
            return closing;
        }
    }
}

/// Runs a batch in one transaction.
async fn commit(pool: &Pool, kept: &mut Option<Conn>, mut batch: Vec<Job>) -> Committed {
    // Two nodes that lock workspaces in the same order cannot wait for each other in a circle. Operations that wait at the
    // same time have no order among themselves that anybody could know of; each sender's messages keep theirs.
    batch.sort_by_key(|job| job.workspace_id);
    let mut answers = Vec::with_capacity(batch.len());
    let news = transaction(pool, kept, batch, &mut answers).await;
    Committed { answers, news }
}

async fn transaction(
    pool: &Pool,
    kept: &mut Option<Conn>,
    batch: Vec<Job>,
    answers: &mut Vec<Answer>,
) -> Result<Vec<Wake>> {
    let first = batch.first().map_or(0, |job| job.workspace_id);
    let (mut conn, held) = begun(pool, kept.take(), first).await?;
    let result = run(&mut conn, batch, held.map(|seq| (first, seq)), answers).await;
    match result {
        Ok(_) => {
            *conn.ledger() = Ledger::default();
            *kept = Some(conn);
        }
        // In an unknown state it must not serve the next.
        Err(_) => abandon(conn).await,
    }
    result
}

/// A connection with a transaction begun on it, and the newest number of the first workspace in it. PostgreSQL may have let
/// go of one that was kept, or the line to it is dead; nothing has happened on it yet, so another takes its place and nobody
/// hears of it.
async fn begun(pool: &Pool, kept: Option<Conn>, first: i64) -> Result<(Conn, Option<i64>)> {
    if let Some(mut conn @ Conn::Postgres(_)) = kept {
        match tokio::time::timeout(SOON, begin(&mut conn, first)).await {
            Ok(Ok(seq)) => return Ok((conn, seq)),
            Ok(Err(error)) => tracing::info!(%error, "the writer takes another connection"),
            Err(_) => tracing::info!("the writer's connection is silent; it takes another"),
        }
        // Not closed politely: whoever is silent does not answer that either.
        conn.cut();
        return fresh(pool.acquire().await?, first).await;
    }
    let conn = match kept {
        Some(conn) => conn,
        None => pool.acquire().await?,
    };
    fresh(conn, first).await
}

async fn fresh(mut conn: Conn, first: i64) -> Result<(Conn, Option<i64>)> {
    match begin(&mut conn, first).await {
        Ok(seq) => Ok((conn, seq)),
        Err(error) => {
            abandon(conn).await;
            Err(error)
        }
    }
}

/// Closes a connection for good, whatever state it is in.
async fn abandon(mut conn: Conn) {
    let ended = tokio::time::timeout(SOON, async { execute!(&mut conn, "ROLLBACK") }).await;
    // Whoever is silent does not answer a polite word, either.
    if ended.is_ok() { conn.close().await } else { conn.cut() }
}

async fn run(
    conn: &mut Conn,
    batch: Vec<Job>,
    mut held: Option<(i64, i64)>,
    answers: &mut Vec<Answer>,
) -> Result<Vec<Wake>> {
    let mut news = Vec::new();
    if let Some((id, seq)) = held {
        conn.ledger().hold(id, seq);
    }
    let mut messages = Vec::new();
    for job in batch {
        if job.workspace_id != 0 && held.is_none_or(|(id, _)| id != job.workspace_id) {
            write_messages(conn, std::mem::take(&mut messages), answers).await?;
            let wake = settled(conn, held);
            if let Some(wake) = &wake {
                execute_all!(&mut *conn, sqlx::AssertSqlSafe(keep(wake)))?;
            }
            news.extend(wake);
            let seq = lock(conn, job.workspace_id).await?;
            held = Some((job.workspace_id, seq));
            conn.ledger().hold(job.workspace_id, seq);
        }
        match job.task {
            Task::Message(message, answer) => messages.push((message, answer)),
            Task::Alone { guarded, work } => {
                let mark = ledger::mark(conn);
                if guarded {
                    ledger::guard(conn).await?;
                }
                let done = work(conn).await;
                answers.push(done.answer);
                ledger::end(conn, done.outcome, mark).await?;
            }
        }
    }
    write_messages(conn, messages, answers).await?;
    let wake = settled(conn, held);
    let last = wake.as_ref().map(keep).unwrap_or_default();
    news.extend(wake);
    execute_all!(conn, sqlx::AssertSqlSafe(last + "COMMIT"))?;
    Ok(news)
}

/// Begins a transaction and takes the row of the first workspace in it, in one trip; gives its newest number.
async fn begin(conn: &mut Conn, workspace_id: i64) -> Result<Option<i64>> {
    let begin = if matches!(conn, Conn::Sqlite(_)) { "BEGIN IMMEDIATE" } else { "BEGIN" };
    if workspace_id == 0 {
        execute!(conn, begin)?;
        return Ok(None);
    }
    let sql = format!("{begin}; {}", locking(conn).replace("$1", &workspace_id.to_string()));
    let first = first_number!(conn, sqlx::AssertSqlSafe(sql))?;
    Ok(Some(first.unwrap_or_default()))
}

/// Writes a workspace's messages: the usual ones together, the others each by itself.
async fn write_messages(conn: &mut Conn, mut waiting: Vec<Posted>, answers: &mut Vec<Answer>) -> Result<()> {
    while !waiting.is_empty() {
        let (messages, senders): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
        let turns = send_usual(conn, &messages).await?;
        waiting = Vec::new();
        for ((message, answer), turn) in messages.into_iter().zip(senders).zip(turns) {
            match turn {
                Turn::Done(sent) => answers.push(Done::of(Ok(sent), answer).answer),
                Turn::Alone => {
                    let mark = ledger::mark(conn);
                    let done = Done::of(send(conn, &message).await.map(Box::new), answer);
                    answers.push(done.answer);
                    ledger::end(conn, done.outcome, mark).await?;
                }
                Turn::Later => waiting.push((message, answer)),
            }
        }
    }
    Ok(())
}

/// Whom to tell of what was written in a workspace, if anything was.
fn settled(conn: &mut Conn, held: Option<(i64, i64)>) -> Option<Wake> {
    let (_, before) = held?;
    ledger::settle(conn, before)
}

/// Writes how far a workspace's log has come.
fn keep(wake: &Wake) -> String {
    format!("UPDATE workspaces SET seq = {} WHERE id = {};", wake.seq, wake.workspace_id)
}

/// Takes the workspace's row, so that change numbers become visible in order, and gives its newest number.
async fn lock(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    let sql = locking(conn);
    Ok(row!(conn, (i64,), sql, workspace_id)?.map_or(0, |(seq,)| seq))
}

fn locking(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "SELECT seq FROM workspaces WHERE id = $1",
        Conn::Postgres(_) => "SELECT seq FROM workspaces WHERE id = $1 FOR UPDATE",
    }
}

#[cfg(test)]
mod tests {
    use sqlx::postgres::PgConnectOptions;
    use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection};

    use super::Writer;
    use crate::address::Address;
    use crate::conn::{execute, row};
    use crate::error::Error;

    #[tokio::test]
    async fn a_connection_that_does_not_answer_a_statement_is_replaced() {
        // `tests/stories/world.rs` says when there must be one.
        let Ok(server) = std::env::var("TEST_DATABASE_URL") else { return };
        let mut admin = PgConnection::connect(&server).await.unwrap();
        let name = format!("writer_{}", std::process::id());
        admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        let url = server.parse::<PgConnectOptions>().unwrap().database(&name).to_url_lossy();

        let writer = Writer::start(Address::read(url.as_str()).unwrap(), <_>::default(), <_>::default())
            .await
            .unwrap();
        let silent =
            writer.run(0, |conn| Box::pin(async { Ok(execute!(conn, "SELECT pg_sleep(22)")?) })).await;
        assert!(matches!(silent, Err(Error::Unavailable(_))), "{silent:?}");
        let next = writer
            .run(0, |conn| Box::pin(async { Ok(row!(conn, (i64,), "SELECT CAST(7 AS BIGINT)")?) }))
            .await;
        assert_eq!(next.unwrap(), Some((7,)));
        writer.close().await;
        admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
    }
}
