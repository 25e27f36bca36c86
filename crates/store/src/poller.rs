//! Hears of what other processes write to the same database: looks at the workspaces' numbers now and then and sends the
//! wakes that the other's own writer could not send here. One for a node, however many sockets it has.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::changes::contacts_since;
use crate::conn::{Pool, rows};
use crate::error::Result;
use crate::switchboard::Switchboard;
use crate::types::Wake;

/// How late another node's news may be.
const EVERY: Duration = Duration::from_secs(2);

/// Looks until the pool is closed.
pub(crate) async fn poll(pool: Pool, wakes: Switchboard<Wake>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = None;
    while !pool.is_closed() {
        ticks.tick().await;
        // A database that does not answer now is asked again.
        if let Err(error) = look(&pool, &mut known, &wakes).await
            && !pool.is_closed()
        {
            tracing::warn!(%error, "could not look for news of other nodes");
        }
    }
}

async fn look(pool: &Pool, known: &mut Option<HashMap<i64, i64>>, wakes: &Switchboard<Wake>) -> Result<()> {
    let mut conn = pool.acquire().await?;
    let now = rows!(&mut conn, (i64, i64), "SELECT id, seq FROM workspaces")?;
    if let Some(known) = known {
        for (workspace_id, seq) in &now {
            let before = known.get(workspace_id).copied().unwrap_or(0);
            if *seq > before {
                let contacts = contacts_since(&mut conn, *workspace_id, before).await?;
                let wake = Wake { workspace_id: *workspace_id, seq: *seq, contacts, fresh: None };
                wakes.tell(&wake.contacts, &wake);
            }
        }
    }
    *known = Some(now.into_iter().collect());
    Ok(())
}
