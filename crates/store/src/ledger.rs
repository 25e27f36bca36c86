//! What the writer's transaction keeps in memory while it runs: the number its workspace's log has reached, written once at
//! the end instead of once a change, and whether the operation at hand has a savepoint. Each statement is a trip to another
//! thread (SQLite) or process (PostgreSQL); their number is what limits how many messages a second a node takes.

use std::sync::Arc;

use crate::conn::{Conn, execute_all};
use crate::error::{Error, Result};
use crate::scene::{Fresh, Scene};
use crate::types::{Change, Contact, Conversation, Part, Wake};

/// The state of one transaction.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Whose log, and the number it has reached.
    log: Option<(i64, i64)>,
    /// Whom the changes since the row was taken are about, as far as sockets have to hear of it.
    heard: Vec<String>,
    /// The usual messages among those changes.
    fresh: Vec<Change>,
    /// What they name.
    scene: Scene,
    /// Where a savepoint is.
    savepoint: Savepoint,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Savepoint {
    /// There is none.
    #[default]
    None,
    /// One of the operation at hand.
    Set,
    /// One of an operation that is over: the next to need one releases it on the way.
    Left,
}

impl Ledger {
    /// The number a workspace's log has reached, if this transaction holds its row.
    pub(crate) fn reached(&self, workspace_id: i64) -> Option<i64> {
        self.log.filter(|(held, _)| *held == workspace_id).map(|(_, seq)| seq)
    }

    /// Takes the next number of a workspace's log, if this transaction holds its row.
    pub(crate) fn next(&mut self, workspace_id: i64) -> Option<i64> {
        let (_, seq) = self.log.as_mut().filter(|(held, _)| *held == workspace_id)?;
        *seq += 1;
        Some(*seq)
    }

    /// From now on the transaction holds this workspace's row, and its log has reached `seq`.
    pub(crate) fn hold(&mut self, workspace_id: i64, seq: i64) {
        self.log = Some((workspace_id, seq));
        self.heard.clear();
        self.fresh.clear();
        self.scene = Scene::default();
    }

    /// A change is a usual message, whose conversation, person and part are now these.
    pub(crate) fn tell(&mut self, change: Change, conversation: Conversation, contact: Contact, part: Part) {
        self.fresh.push(change);
        self.scene.conversations.insert(conversation.id, conversation);
        self.scene.contacts.insert(contact.id.clone(), contact);
        self.scene.parts.insert(part.id, part);
    }

    /// A change is about this contact.
    pub(crate) fn hear(&mut self, workspace_id: i64, contact_id: &str) {
        if self.reached(workspace_id).is_some() {
            self.heard.push(contact_id.to_owned());
        }
    }
}

/// Where an operation began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    log: Option<(i64, i64)>,
    heard: usize,
}

/// Begins an operation.
pub(crate) fn mark(conn: &mut Conn) -> Mark {
    let ledger = conn.ledger();
    Mark { log: ledger.log, heard: ledger.heard.len() }
}

/// Sets the operation's savepoint, unless it has one. An operation that refuses only before its first write needs none.
pub(crate) async fn guard(conn: &mut Conn) -> Result<()> {
    let sql = match conn.ledger().savepoint {
        Savepoint::Set => return Ok(()),
        Savepoint::None => "SAVEPOINT operation",
        Savepoint::Left => "RELEASE SAVEPOINT operation; SAVEPOINT operation",
    };
    execute_all!(&mut *conn, sql)?;
    conn.ledger().savepoint = Savepoint::Set;
    Ok(())
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was done.
    Done,
    /// It was refused by a rule: after its first write only with a savepoint set.
    Refused,
    /// The database failed in the midst of it.
    Broken,
}

/// Ends an operation: what it wrote stays, or goes. One that broke without a savepoint takes the whole transaction along.
pub(crate) async fn end(conn: &mut Conn, outcome: Outcome, mark: Mark) -> Result<()> {
    let guarded = conn.ledger().savepoint == Savepoint::Set;
    match outcome {
        Outcome::Done => {}
        Outcome::Broken if !guarded => {
            return Err(Error::Unavailable("a write broke off; try again".to_owned()));
        }
        Outcome::Refused | Outcome::Broken => {
            if guarded {
                execute_all!(&mut *conn, "ROLLBACK TO SAVEPOINT operation")?;
            }
            let ledger = conn.ledger();
            ledger.log = mark.log;
            ledger.heard.truncate(mark.heard);
        }
    }
    if guarded {
        conn.ledger().savepoint = Savepoint::Left;
    }
    Ok(())
}

/// The end of a workspace's turn: the number its log has reached, which is still to be written, and whom to tell. Nothing if
/// nothing was written.
pub(crate) fn settle(conn: &mut Conn, before: i64) -> Option<Wake> {
    let ledger = conn.ledger();
    let mut contacts = std::mem::take(&mut ledger.heard);
    let (changes, scene) = (std::mem::take(&mut ledger.fresh), std::mem::take(&mut ledger.scene));
    let (workspace_id, seq) = ledger.log.take().filter(|(_, seq)| *seq > before)?;
    contacts.sort_unstable();
    contacts.dedup();
    // Anything else that was written has a number, too.
    let all = i64::try_from(changes.len()).is_ok_and(|known| known == seq - before);
    let fresh = all.then(|| Arc::new(Fresh { changes, scene }));
    Some(Wake { workspace_id, since: before, seq, contacts: contacts.into(), fresh })
}

#[cfg(test)]
mod tests {
    use doorstep_domain::identity::VerificationMode;

    use super::guard;
    use crate::conn::{Conn, execute};
    use crate::error::{Error, Result};
    use crate::{NewWorkspace, Store};

    const VISITOR: &str = "00000000-0000-4000-8000-000000000001";

    async fn retire(conn: &mut Conn, workspace_id: i64) -> Result<()> {
        let sql = "INSERT INTO retired_visitors (workspace_id, visitor_id, retired_at) VALUES ($1, $2, 0)";
        execute!(conn, sql, workspace_id, VISITOR)?;
        Ok(())
    }

    async fn store() -> (tempfile::TempDir, Store, i64) {
        let files = tempfile::tempdir().unwrap();
        let store =
            Store::open(&format!("sqlite://{}", files.path().join("test.db").display())).await.unwrap();
        let new = NewWorkspace {
            app_id: "test".to_owned(),
            name: "Test".to_owned(),
            identity_mode: VerificationMode::Off,
            identity_secret: String::new(),
            settings: "{}".to_owned(),
            now: 0,
        };
        let workspace = store.create_workspace(new).await.unwrap();
        (files, store, workspace.id)
    }

    async fn retired(store: &Store) -> i64 {
        let mut conn = store.reader().await.unwrap();
        crate::conn::row!(&mut conn, (i64,), "SELECT count(*) FROM retired_visitors").unwrap().unwrap().0
    }

    #[tokio::test]
    async fn what_breaks_without_a_savepoint_leaves_nothing() {
        let (_files, store, id) = store().await;
        let broken: Result<()> = store
            .writer
            .hand_in_alone(id, false, move |conn| {
                Box::pin(async move {
                    retire(conn, id).await?;
                    execute!(conn, "INSERT INTO nowhere VALUES (1)")?;
                    Ok(())
                })
            })
            .await;
        assert!(matches!(broken, Err(Error::Unavailable(_))));
        assert_eq!(retired(&store).await, 0);
    }

    #[tokio::test]
    async fn what_is_refused_after_a_guarded_write_leaves_nothing_and_the_others_stay() {
        let (_files, store, id) = store().await;
        let refused = store.writer.hand_in_alone(id, false, move |conn| {
            Box::pin(async move {
                guard(conn).await?;
                retire(conn, id).await?;
                Err::<(), _>(Error::NoCaller)
            })
        });
        let done = store.writer.hand_in_alone(id, false, move |conn| {
            Box::pin(async move {
                guard(conn).await?;
                retire(conn, id).await
            })
        });
        // Handed in together, so that both are in one transaction.
        let (refused, done) = tokio::join!(refused, done);
        assert!(matches!(refused, Err(Error::NoCaller)));
        assert!(done.is_ok());
        assert_eq!(retired(&store).await, 1);
    }
}
