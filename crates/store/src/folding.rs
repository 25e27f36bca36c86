//! SQLite's log (WAL) is folded into the database file beside the writer, on a connection of its own: done by the writer, a
//! commit now and then would take as long as all the pages since the last time. The writer still does what is left once
//! the log is long (`address.rs`), since only it can begin the log anew. PostgreSQL does this by itself.

use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{mpsc, oneshot};

use crate::address::Address;

/// At most so often: a page that many commits change is written once.
const PAUSE: Duration = Duration::from_millis(200);

/// Told of each commit; the folding ends with it.
#[derive(Debug)]
pub(crate) struct Commits {
    commits: mpsc::Sender<()>,
    _end: oneshot::Sender<()>,
}

impl Commits {
    /// There was one.
    pub(crate) fn tell(&self) {
        // One that waits already stands for all.
        let _ = self.commits.try_send(());
    }
}

/// What is to be run beside the writer, and how to tell it of commits.
pub(crate) fn beside(address: Address) -> (Commits, impl Future<Output = ()> + Send) {
    let (commits, told) = mpsc::channel(1);
    let (end, ended) = oneshot::channel();
    let work = async move {
        if let Address::Sqlite(options) = address
            && let Err(error) = fold(&options, told, ended).await
        {
            // The writer does it then, as SQLite does by itself.
            tracing::warn!(%error, "the log is no longer folded into the database beside the writer");
        }
    };
    (Commits { commits, _end: end }, work)
}

async fn fold(
    options: &SqliteConnectOptions,
    mut commits: mpsc::Receiver<()>,
    mut ended: oneshot::Receiver<()>,
) -> sqlx::Result<()> {
    // Who only reads needs no connection for it.
    if commits.recv().await.is_none() {
        return Ok(());
    }
    let mut conn = options.connect().await?;
    loop {
        sqlx::raw_sql("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut conn).await?;
        let end = tokio::time::timeout(PAUSE, &mut ended).await.is_ok();
        if end || commits.recv().await.is_none() {
            return conn.close().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use doorstep_domain::identity::VerificationMode;

    use crate::{NewWorkspace, Store};

    #[tokio::test]
    async fn what_is_committed_comes_into_the_file_without_the_writer_and_nothing_is_left_at_the_end() {
        let files = tempfile::tempdir().unwrap();
        let path = files.path().join("test.db");
        let store = Store::open(&format!("sqlite://{}", path.display())).await.unwrap();
        let new = NewWorkspace {
            app_id: "test".to_owned(),
            name: "Test".to_owned(),
            identity_mode: VerificationMode::Off,
            identity_secret: String::new(),
            // More than all tables take so far; far less than what makes the writer fold by itself.
            settings: "x".repeat(4 * 1024 * 1024),
            now: 0,
        };
        store.create_workspace(new).await.unwrap();
        let folded = async {
            while std::fs::metadata(&path).unwrap().len() < 4 * 1024 * 1024 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), folded).await.unwrap();
        store.close().await;
        assert!(!files.path().join("test.db-wal").exists());
    }
}
