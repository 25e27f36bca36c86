//! Hears of what other processes write to the same database: looks at the workspaces' numbers now and then and sends the
//! wakes that the other's own writer could not send here. One for a node, however many sockets it has. What this node's own
//! writer told of is not read again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::changes::contacts_since;
use crate::conn::rows;
use crate::error::Result;
use crate::readers::Readers;
use crate::switchboard::Switchboard;
use crate::types::Wake;

/// How late another node's news may be.
const EVERY: Duration = Duration::from_secs(2);

/// Up to which number of each workspace's log everything was told on this node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told(Arc<Mutex<HashMap<i64, i64>>>);

impl Told {
    /// This node's writer told of a commit. If another node wrote before it, what is between is still to be told.
    pub(crate) fn here(&self, wake: &Wake) {
        if let Some(told) = self.all().get_mut(&wake.workspace_id).filter(|told| **told >= wake.since) {
            *told = wake.seq.max(*told);
        }
    }

    /// Everything up to this number was told.
    fn up_to(&self, workspace_id: i64, seq: i64) {
        let mut all = self.all();
        let told = all.entry(workspace_id).or_insert(seq);
        *told = seq.max(*told);
    }

    fn of(&self, workspace_id: i64) -> Option<i64> {
        self.all().get(&workspace_id).copied()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<i64, i64>> {
        // Nothing is left half done under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks until the store is closed.
pub(crate) async fn poll(readers: Readers, wakes: Switchboard<Wake>, told: Told) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut first = true;
    while !readers.is_closed() {
        ticks.tick().await;
        match look(&readers, first, &wakes, &told).await {
            Ok(()) => first = false,
            // A database that does not answer now is asked again.
            Err(error) if !readers.is_closed() => {
                tracing::warn!(%error, "could not look for news of other nodes");
            }
            Err(_) => {}
        }
    }
}

/// At the first look everything is taken as told: nobody listened before.
async fn look(readers: &Readers, first: bool, wakes: &Switchboard<Wake>, told: &Told) -> Result<()> {
    let mut conn = readers.acquire().await?;
    for (workspace_id, seq) in rows!(&mut conn, (i64, i64), "SELECT id, seq FROM workspaces")? {
        // Nothing was told of a workspace that was not there at the last look.
        let since = told.of(workspace_id).unwrap_or(if first { seq } else { 0 });
        if seq > since {
            let contacts = contacts_since(&mut conn, workspace_id, since).await?;
            let wake = Wake { workspace_id, since, seq, contacts, fresh: None };
            wakes.tell(&wake.contacts, &wake);
        }
        told.up_to(workspace_id, seq);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Told;
    use crate::types::Wake;

    fn wake(since: i64, seq: i64) -> Wake {
        Wake { workspace_id: 1, since, seq, contacts: [].into(), fresh: None }
    }

    #[test]
    fn what_this_node_wrote_is_told_and_what_another_wrote_before_it_is_not() {
        let told = Told::default();
        told.here(&wake(4, 5));
        assert_eq!(told.of(1), None, "what came before is not known yet");
        told.up_to(1, 5);
        told.here(&wake(5, 7));
        assert_eq!(told.of(1), Some(7));
        // 8 is another node's.
        told.here(&wake(8, 9));
        assert_eq!(told.of(1), Some(7));
        told.up_to(1, 9);
        told.here(&wake(8, 9));
        told.here(&wake(9, 10));
        told.up_to(1, 9);
        assert_eq!(told.of(1), Some(10), "it never goes back");
    }
}
