//! `workspace key add`, `list`, `retire` and `workspace verification`: the keys of identity verification, and what came of
//! it by site and day, before and after it is demanded. A key's secret is printed once, when it is made.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use doorstep_store::{IdentityCount, IdentityKey};
use jiff::Timestamp;

use super::create::{find, now};
use super::{DatabaseArgs, print};
use crate::session::readable_secret;

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Add a key; the ones there are stay in use, so that your servers can change over one by one.
    Add {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// What the key is for.
        #[arg(long, default_value = "key")]
        name: String,
        /// The secret; generated when left out.
        #[arg(long, env = "DOORSTEP_IDENTITY_SECRET", hide_env_values = true)]
        secret: Option<String>,
        /// Print one JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// List a workspace's keys without their secrets.
    List {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
    },
    /// Take a key out of use for good: what was signed with it proves nothing from then on.
    Retire {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// Its id, as `workspace key list` prints it.
        #[arg(long)]
        id: i64,
    },
}

/// Shortest secret that is taken: one that can be guessed proves nothing.
const SHORTEST: usize = 16;

pub(super) async fn key(command: KeyCommand) -> Result<()> {
    match command {
        KeyCommand::Add { database, workspace, name, secret, json } => {
            add(&database, &workspace, name, secret, json).await
        }
        KeyCommand::List { database, workspace } => list(&database, &workspace).await,
        KeyCommand::Retire { database, workspace, id } => retire(&database, &workspace, id).await,
    }
}

async fn add(
    database: &DatabaseArgs,
    workspace: &str,
    name: String,
    secret: Option<String>,
    json: bool,
) -> Result<()> {
    if secret.as_ref().is_some_and(|secret| secret.len() < SHORTEST) {
        bail!("--secret: use at least {SHORTEST} characters, or leave it out to have one made");
    }
    let secret = secret.unwrap_or_else(readable_secret);
    let store = database.open().await?;
    let workspace = find(&store, workspace).await?;
    let made = store.add_identity_key(workspace.id, name, secret.clone(), now()).await;
    store.close().await;
    let id = made?;
    print(&if json {
        serde_json::json!({"id": id, "secret": secret}).to_string()
    } else {
        format!("key {id}\nsecret: {secret}")
    });
    Ok(())
}

async fn list(database: &DatabaseArgs, workspace: &str) -> Result<()> {
    let store = database.open().await?;
    let workspace = find(&store, workspace).await?;
    let keys = store.identity_keys(workspace.id).await;
    store.close().await;
    for key in keys? {
        print(&line(&key));
    }
    Ok(())
}

fn line(key: &IdentityKey) -> String {
    let used = key.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", day(at)));
    let retired = key.retired_at.map_or_else(String::new, |at| format!("  retired {}", day(at)));
    format!("{}  {}  made {}  {used}{retired}", key.id, key.name, day(key.created_at))
}

fn day(at: i64) -> String {
    Timestamp::from_second(at).map_or_else(|_| at.to_string(), |time| time.strftime("%Y-%m-%d").to_string())
}

async fn retire(database: &DatabaseArgs, workspace: &str, id: i64) -> Result<()> {
    let store = database.open().await?;
    let workspace = find(&store, workspace).await?;
    let done = store.retire_identity_key(workspace.id, id, now()).await;
    store.close().await;
    done.with_context(|| format!("--id {id}: see `doorstep workspace key list`"))?;
    print("retired");
    Ok(())
}

/// Prints what came of identity verification.
pub(super) async fn verification(database: &DatabaseArgs, workspace: &str, days: u16) -> Result<()> {
    let store = database.open().await?;
    let workspace = find(&store, workspace).await?;
    let counts = store.identity_counts(workspace.id, i64::from(days), now()).await;
    let keys = store.identity_keys(workspace.id).await;
    store.close().await;
    let active = keys?.iter().filter(|key| key.retired_at.is_none()).count();
    print(&report(workspace.identity_mode.as_str(), active, days, &counts?));
    Ok(())
}

/// One line a site: how many pings that named a user were proven, and what was wrong with the others.
fn report(mode: &str, keys: usize, days: u16, counts: &[IdentityCount]) -> String {
    let mut text = format!(
        "identity verification: {mode}, {keys} active keys; pings that named a user, last {days} days"
    );
    let mut sites: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
    for count in counts {
        let site = if count.site.is_empty() { "(unknown site)" } else { &count.site };
        *sites.entry(site).or_default().entry(&count.outcome).or_default() += count.pings;
    }
    if sites.is_empty() {
        text.push_str("\nnone");
    }
    for (site, outcomes) in sites {
        let outcomes: Vec<String> =
            outcomes.iter().map(|(outcome, pings)| format!("{outcome} {pings}")).collect();
        let _ = write!(text, "\n{site}: {}", outcomes.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_line() {
        let count = |day, site: &str, outcome: &str, pings| IdentityCount {
            day,
            site: site.to_owned(),
            outcome: outcome.to_owned(),
            pings,
        };
        let counts = [
            count(2, "shop.example", "proven", 5),
            count(1, "shop.example", "proven", 2),
            count(1, "shop.example", "missing", 1),
            count(1, "", "hash_invalid", 3),
        ];
        assert_eq!(
            report("report", 2, 7, &counts),
            "identity verification: report, 2 active keys; pings that named a user, last 7 days\n\
             (unknown site): hash_invalid 3\nshop.example: missing 1, proven 7"
        );
        assert!(report("off", 1, 7, &[]).ends_with("\nnone"));
    }

    #[test]
    fn a_key_is_listed_without_its_secret() {
        let key = IdentityKey {
            id: 3,
            name: "web".to_owned(),
            secret: "hidden".to_owned(),
            created_at: 1_800_000_000,
            last_used_at: None,
            retired_at: Some(1_800_100_000),
        };
        assert_eq!(line(&key), "3  web  made 2027-01-15  never used  retired 2027-01-16");
    }
}
