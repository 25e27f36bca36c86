//! How the chain of transactions spends its time: the writer's thread of the server, and what writes for it, each waiting while
//! the other works: SQLite's thread of that connection, or a process of PostgreSQL's. Looked at again and again (`/proc`): one of
//! them runs or could run, or one waits for the disk, or both wait for something to write. `meter.rs` uses it.

use std::fs::read_to_string;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::proc::{children, stat, threads};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(2);
/// How long it takes to see which of the database's threads or processes writes.
const GLANCE: Duration = Duration::from_millis(300);
/// A wait for the disk that a person could notice.
const LONG: Duration = Duration::from_millis(20);

/// Shares of the looks, and how long the disk was waited for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    /// One of the chain ran, or would have run on a free processor.
    pub(crate) at_work: f64,
    /// None did, and one waited for the disk.
    pub(crate) at_disk: f64,
    /// The longest wait for the disk: a flush that took so long held up everybody, whatever the server does.
    pub(crate) longest: Duration,
    /// All waits together that took longer than [`LONG`].
    pub(crate) long: Duration,
}

impl Spent {
    fn waited(&mut self, wait: Duration) {
        self.longest = self.longest.max(wait);
        if wait > LONG {
            self.long += wait;
        }
    }
}

impl std::fmt::Display for Spent {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "the chain of transactions {:.0} % at work, {:.0} % at the disk (the longest {:.0} ms; over {} ms in all {:.0} ms)",
            100.0 * self.at_work,
            100.0 * self.at_disk,
            1000.0 * self.longest.as_secs_f64(),
            LONG.as_millis(),
            1000.0 * self.long.as_secs_f64()
        )
    }
}

/// A chain that is being watched.
pub(crate) struct Chain {
    end: Arc<AtomicBool>,
    watching: JoinHandle<Spent>,
}

impl Chain {
    /// Begins to watch a server's chain; with PostgreSQL's first process, if it is that.
    pub(crate) fn watch(server: u32, postmaster: Option<u32>) -> Self {
        let end = Arc::new(AtomicBool::new(false));
        let ended = end.clone();
        let watching = std::thread::spawn(move || {
            let Some(links) = links(server, postmaster) else { return Spent::default() };
            let (mut looks, mut spent) = (0.0_f64, Spent::default());
            let mut waits_since: Option<Instant> = None;
            while !ended.load(Ordering::Relaxed) {
                let states = links.each_ref().map(|link| state(link));
                looks += 1.0;
                let at_work = states.contains(&Some('R'));
                if at_work {
                    spent.at_work += 1.0;
                }
                if !at_work && states.contains(&Some('D')) {
                    spent.at_disk += 1.0;
                    waits_since.get_or_insert_with(Instant::now);
                } else if let Some(since) = waits_since.take() {
                    spent.waited(since.elapsed());
                }
                std::thread::sleep(PAUSE);
            }
            if let Some(since) = waits_since {
                spent.waited(since.elapsed());
            }
            let looks = looks.max(1.0);
            Spent { at_work: spent.at_work / looks, at_disk: spent.at_disk / looks, ..spent }
        });
        Self { end, watching }
    }

    /// What was seen.
    pub(crate) fn end(self) -> Spent {
        self.end.store(true, Ordering::Relaxed);
        self.watching.join().unwrap()
    }
}

/// The writer's thread, and the one that writes for it: of those that may, the one with the most to do.
fn links(server: u32, postmaster: Option<u32>) -> Option<[String; 2]> {
    let writer = threads(server, "writer\n").pop()?;
    let writing = postmaster.map_or_else(|| threads(server, "sqlx-sqlite"), children);
    let before: Vec<f64> = writing.iter().map(|link| worked(link)).collect();
    std::thread::sleep(GLANCE);
    let now = writing.iter().zip(before).map(|(link, before)| worked(link) - before);
    let busiest = writing.iter().zip(now).max_by(|(_, one), (_, other)| one.total_cmp(other))?.0;
    Some([writer, busiest.clone()])
}

/// `R` runs or could, `D` waits for the disk, `S` sleeps.
fn state(link: &str) -> Option<char> {
    stat(link)?.first()?.chars().next()
}

/// Nanoseconds on a processor.
fn worked(link: &str) -> f64 {
    let text = read_to_string(format!("{link}/schedstat")).unwrap_or_default();
    text.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
