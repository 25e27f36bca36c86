//! The one task of a node that writes. It takes whatever operations wait, runs them in one transaction, each under its
//! own savepoint, commits once, and only then answers them: full durability at many operations a disk flush. Not the
//! place that knows what an operation does.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::{mpsc, oneshot};

use crate::changes::contacts_since;
use crate::conn::{Conn, Pool, execute, row};
use crate::error::{Error, Result};
use crate::ledger::{self, Outcome};
use crate::switchboard::Switchboard;
use crate::types::Wake;

/// Most operations in one transaction: bounds how long the first of them waits.
const BATCH: usize = 256;

pub(crate) type Running<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Work = Box<dyn for<'a> FnOnce(&'a mut Conn) -> Running<'a, Done> + Send>;
type Answer = Box<dyn FnOnce(Result<()>) + Send>;

/// What an operation leaves behind: what becomes of its writes, and how to answer once the commit is decided.
struct Done {
    outcome: Outcome,
    answer: Answer,
}

struct Job {
    workspace_id: i64,
    /// Whether a savepoint is set before it begins.
    guarded: bool,
    work: Work,
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
    /// Starts the task on its own pool of one connection.
    pub(crate) fn start(pool: Pool, wakes: Switchboard<Wake>) -> Self {
        let (jobs, waiting) = mpsc::channel(4 * BATCH);
        tokio::spawn(serve(pool, waiting, wakes));
        Self { jobs }
    }

    /// Runs one operation of a workspace (0 for none) and answers after the commit. If it fails, nothing it wrote stays.
    pub(crate) async fn run<T, F>(&self, workspace_id: i64, operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> Running<'a, Result<T>> + Send + 'static,
    {
        self.hand_in(workspace_id, true, operation).await
    }

    /// The same for an operation that calls [`ledger::guard`] itself before it writes something and may yet refuse: two
    /// statements less for one that is only refused before its first write.
    pub(crate) async fn run_unguarded<T, F>(&self, workspace_id: i64, operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> Running<'a, Result<T>> + Send + 'static,
    {
        self.hand_in(workspace_id, false, operation).await
    }

    async fn hand_in<T, F>(&self, workspace_id: i64, guarded: bool, operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Conn) -> Running<'a, Result<T>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel::<Result<T>>();
        let work: Work = Box::new(move |conn| {
            Box::pin(async move {
                let result = operation(conn).await;
                Done {
                    outcome: match &result {
                        Ok(_) => Outcome::Done,
                        Err(Error::Unavailable(_)) => Outcome::Broken,
                        Err(_) => Outcome::Refused,
                    },
                    // A caller that has gone away does not want the answer.
                    answer: Box::new(move |committed| drop(answer.send(committed.and(result)))),
                }
            })
        });
        let stopped = || Error::Unavailable("the store is closed".to_owned());
        self.jobs.send(Message::Job(Job { workspace_id, guarded, work })).await.map_err(|_| stopped())?;
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

async fn serve(pool: Pool, mut waiting: mpsc::Receiver<Message>, wakes: Switchboard<Wake>) {
    let mut messages = Vec::with_capacity(BATCH);
    loop {
        messages.clear();
        if waiting.recv_many(&mut messages, BATCH).await == 0 {
            return;
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
            commit(&pool, batch, &wakes).await;
        }
        if let Some(answer) = closing {
            pool.close().await;
            let _ = answer.send(());
            return;
        }
    }
}

/// Runs a batch in one transaction and answers all of it.
async fn commit(pool: &Pool, mut batch: Vec<Job>, wakes: &Switchboard<Wake>) {
    // Two nodes that lock workspaces in the same order cannot wait for each other in a circle.
    batch.sort_by_key(|job| job.workspace_id);
    let mut answers = Vec::with_capacity(batch.len());
    match transaction(pool, batch, &mut answers).await {
        Ok(news) => {
            for answer in answers {
                answer(Ok(()));
            }
            for wake in news {
                wakes.tell(&wake.contacts, &wake);
            }
        }
        Err(error) => {
            tracing::error!(%error, "a batch was not committed");
            for answer in answers {
                answer(Err(Error::Unavailable(error.to_string())));
            }
        }
    }
}

async fn transaction(pool: &Pool, batch: Vec<Job>, answers: &mut Vec<Answer>) -> Result<Vec<Wake>> {
    let mut conn = pool.acquire().await?;
    let result = run(&mut conn, batch, answers).await;
    if result.is_err() {
        // A connection in an unknown state must not go back to the pool's other users.
        drop(execute!(&mut conn, "ROLLBACK"));
        match conn {
            Conn::Sqlite(line) => drop(line.pooled.close().await),
            Conn::Postgres(line) => drop(line.pooled.close().await),
        }
    }
    result
}

async fn run(conn: &mut Conn, batch: Vec<Job>, answers: &mut Vec<Answer>) -> Result<Vec<Wake>> {
    let begin = if matches!(conn, Conn::Sqlite(_)) { "BEGIN IMMEDIATE" } else { "BEGIN" };
    execute!(conn, begin)?;
    let mut news = Vec::new();
    let mut held: Option<(i64, i64)> = None;
    for job in batch {
        if job.workspace_id != 0 && held.is_none_or(|(id, _)| id != job.workspace_id) {
            news.extend(settled(conn, held).await?);
            let seq = lock(conn, job.workspace_id).await?;
            held = Some((job.workspace_id, seq));
            conn.ledger().hold(job.workspace_id, seq);
        }
        let mark = ledger::mark(conn);
        if job.guarded {
            ledger::guard(conn).await?;
        }
        let done = (job.work)(conn).await;
        answers.push(done.answer);
        ledger::end(conn, done.outcome, mark).await?;
    }
    news.extend(settled(conn, held).await?);
    execute!(conn, "COMMIT")?;
    Ok(news)
}

/// Writes how far a workspace's log has come, and whom to tell.
async fn settled(conn: &mut Conn, held: Option<(i64, i64)>) -> Result<Option<Wake>> {
    let Some((_, before)) = held else { return Ok(None) };
    let Some((workspace_id, seq)) = ledger::settle(conn, before).await? else { return Ok(None) };
    let contacts = contacts_since(conn, workspace_id, before).await?;
    Ok(Some(Wake { workspace_id, seq, contacts }))
}

/// Takes the workspace's row, so that change numbers become visible in order, and gives its newest number.
async fn lock(conn: &mut Conn, workspace_id: i64) -> Result<i64> {
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT seq FROM workspaces WHERE id = $1",
        Conn::Postgres(_) => "SELECT seq FROM workspaces WHERE id = $1 FOR UPDATE",
    };
    current(conn, workspace_id, sql).await
}

async fn current(conn: &mut Conn, workspace_id: i64, sql: &'static str) -> Result<i64> {
    Ok(row!(conn, (i64,), sql, workspace_id)?.map_or(0, |(seq,)| seq))
}
