//! Who used the processor meanwhile: the server, the database's own processes, the senders (this process), and how busy
//! the machine was. Read from `/proc`; time is counted in hundredths of a second.

use std::fs::read_to_string;

use sqlx::{Connection as _, PgConnection};

use crate::chain::{Chain, Spent};
use crate::is_sqlite;
use crate::proc::{children, stat};
use crate::support::{Database, Server};

/// Times so far.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    server: f64,
    database: f64,
    here: f64,
    busy: f64,
    all: f64,
}

/// Whom to watch, and the measurement that has begun.
pub(crate) struct Meter {
    server: u32,
    /// PostgreSQL's first process.
    postmaster: Option<u32>,
    since: Times,
    chain: Option<Chain>,
}

/// What was used while measuring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Used {
    /// Processor seconds of the server.
    pub(crate) server: f64,
    /// Of the database, if it is one of its own.
    pub(crate) database: f64,
    /// Of this process.
    pub(crate) here: f64,
    /// Share of the machine's processors that was busy, whoever it was.
    pub(crate) busy: f64,
    /// What the chain of transactions did.
    pub(crate) chain: Spent,
}

impl Meter {
    /// Of a server and its database; nothing has begun.
    pub(crate) async fn of(server: &Server, database: &Database) -> Self {
        let postmaster = if is_sqlite(database) { None } else { Some(postmaster(database).await) };
        Self { server: server.pid(), postmaster, since: Times::default(), chain: None }
    }

    /// Begins.
    pub(crate) fn begin(&mut self) {
        self.since = self.times();
        self.chain = Some(Chain::watch(self.server, self.postmaster));
    }

    /// What was used since it began, which ends it.
    pub(crate) fn end(&mut self) -> Used {
        let (before, now) = (self.since, self.times());
        let chain = self.chain.take().map(Chain::end).unwrap_or_default();
        Used {
            server: now.server - before.server,
            database: now.database - before.database,
            here: now.here - before.here,
            busy: (now.busy - before.busy) / (now.all - before.all).max(0.01),
            chain,
        }
    }

    fn times(&self) -> Times {
        let machine = read_to_string("/proc/stat").unwrap();
        let fields: Vec<f64> =
            machine.lines().next().unwrap().split_whitespace().skip(1).map(|n| n.parse().unwrap()).collect();
        // user nice system idle iowait irq softirq steal; what follows is contained in user.
        let all: f64 = fields.iter().take(8).sum();
        let backends = self.postmaster.map(children).unwrap_or_default();
        Times {
            server: seconds(&format!("/proc/{}", self.server)),
            database: backends.iter().map(|backend| seconds(backend)).sum(),
            here: seconds("/proc/self"),
            busy: all - fields[3] - fields[4],
            all,
        }
    }
}

impl Used {
    /// Microseconds of each for one of `count`.
    pub(crate) fn each(&self, count: f64) -> String {
        let each = |seconds: f64| seconds * 1_000_000.0 / count;
        let (server, database, here) = (each(self.server), each(self.database), each(self.here));
        format!("server {server:.0} µs, database {database:.0} µs, sender {here:.0} µs")
    }
}

/// User and system time of a process; 0 once it has gone.
fn seconds(process: &str) -> f64 {
    let ticks = |fields: Vec<String>| fields[11..13].iter().map(|n| n.parse::<f64>().unwrap()).sum::<f64>();
    stat(process).map_or(0.0, ticks) / 100.0
}

async fn postmaster(database: &Database) -> u32 {
    let mut conn = PgConnection::connect(&database.url).await.unwrap();
    let (backend,): (i32,) = sqlx::query_as("SELECT pg_backend_pid()").fetch_one(&mut conn).await.unwrap();
    let parent = stat(&format!("/proc/{backend}")).unwrap()[1].parse().unwrap();
    conn.close().await.unwrap();
    parent
}
