//! `cargo xtask bench server`: what the server does on this machine, beside what the machine itself does. Numbers to compare
//! side by side, not a test: nothing fails for being slow. Each line says the target and whether it is met.
//!
//! - `messages`: acknowledged messages a second, and how long after its sending one reaches the team;
//! - `sockets`: what ten thousand idle visitors cost;
//! - `people`: a million contacts and five million events: retrieving, searching, listing, memory.
//!
//! `machine` measures the disk's flush and a server that does nothing, `meter` who used the processor. Each section has
//! a database of its own. `BENCH=messages,sockets,people` chooses sections, `BENCH_DATABASE=sqlite` or `postgres` the
//! database.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a broken set-up ends it; its output is the result"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

mod calls;
mod chain;
mod fill;
mod http;
mod machine;
mod messages;
mod meter;
mod people;
mod proc;
mod sockets;

use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};
use support::Database;

#[tokio::main]
async fn main() {
    let chosen = |variable: &str, name: &str| {
        let wanted = std::env::var(variable).unwrap_or_default();
        wanted.is_empty() || wanted.split(',').any(|word| word == name)
    };
    for (index, kind) in ["sqlite", "postgres"].into_iter().enumerate() {
        if !chosen("BENCH_DATABASE", kind) || support::databases().await.len() <= index {
            continue;
        }
        println!("\n# {kind}");
        for section in ["messages", "sockets", "people"] {
            if !chosen("BENCH", section) {
                continue;
            }
            println!("\n## {section}\n");
            let start = Instant::now();
            let database = support::databases().await.swap_remove(index);
            match section {
                "messages" => messages::run(&database).await,
                "sockets" => sockets::run(&database).await,
                _ => people::run(&database).await,
            }
            println!("  (this section took {:.0} s)", start.elapsed().as_secs_f64());
        }
    }
}

/// The end of a line: what was wanted, and whether it is so.
fn verdict(target: &str, met: bool) -> String {
    format!("[target {target}: {}]", if met { "met" } else { "NOT MET" })
}

/// The value below which a share of the sorted times lies.
fn at(times: &[Duration], share: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let index = ((times.len().max(1) - 1) as f64 * share) as usize;
    times.get(index).copied().unwrap_or_default()
}

/// Median and 99th percentile, with the verdict on the latter.
fn spread(times: &mut [Duration], limit: Duration) -> String {
    times.sort_unstable();
    let shown = |share| at(times, share).as_secs_f64() * 1000.0;
    let met = !times.is_empty() && at(times, 0.99) < limit;
    format!(
        "p50 {:>7.2} ms, p99 {:>7.2} ms {}",
        shown(0.5),
        shown(0.99),
        verdict(&format!("p99 < {} ms", limit.as_millis()), met)
    )
}

/// What PostgreSQL does by itself within minutes (autovacuum), in a database that fills up in seconds: without any idea of how
/// much there is of what, it reads all of a workspace's people to find one, and without knowing which pages everybody may see
/// it reads those beside the index. Done here it is not done in the midst of what is measured.
async fn settle(database: &Database) {
    if !is_sqlite(database) {
        let mut conn = PgConnection::connect(&database.url).await.unwrap();
        sqlx::raw_sql("VACUUM ANALYZE").execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    }
}

/// Whether this is SQLite.
fn is_sqlite(database: &Database) -> bool {
    database.url.starts_with("sqlite")
}
