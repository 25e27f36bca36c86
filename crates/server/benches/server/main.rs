//! `cargo xtask bench server`: what the server does on this machine, beside what the machine itself does. Numbers to compare
//! side by side, not a test: nothing fails for being slow.
//!
//! - `messages`: acknowledged messages a second, and how long after its sending one reaches the team;
//! - `people`: a million contacts and five million events: retrieving, searching, listing, memory;
//! - `sockets`: what ten thousand idle visitors cost.
//!
//! `machine` measures the disk's flush and a server that does nothing. `BENCH=messages,people,sockets` chooses.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a broken set-up ends it; its output is the result"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

mod http;
mod machine;
mod messages;
mod people;
mod sockets;

use std::time::Duration;

#[tokio::main]
async fn main() {
    let wanted = std::env::var("BENCH").unwrap_or_default();
    let runs = |name: &str| wanted.is_empty() || wanted.split(',').any(|word| word == name);
    for database in support::databases().await {
        let kind = if database.url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" };
        println!("\n# {kind}\n");
        if runs("messages") {
            messages::run(&database).await;
        }
        if runs("sockets") {
            sockets::run(&database).await;
        }
        if runs("people") {
            people::run(&database).await;
        }
    }
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

/// Median and 99th percentile, in milliseconds.
fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let shown = |share| at(times, share).as_secs_f64() * 1000.0;
    format!("p50 {:>7.2} ms, p99 {:>7.2} ms", shown(0.5), shown(0.99))
}
