//! `token create`, `token list`, `token revoke`: who may call the REST API. A token's secret is printed once and stored
//! as a hash.

use anyhow::{Context as _, Result};
use clap::Subcommand;
use doorstep_store::TokenAccess;

use super::create::{find, now};
use super::{DatabaseArgs, print};
use crate::session::Secret;

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Create an API token.
    Create {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// What the token is for.
        #[arg(long, default_value = "API token")]
        name: String,
        /// What it may do: `read` or `write`.
        #[arg(long, default_value = "write", value_parser = access)]
        access: TokenAccess,
        /// Print one JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// List a workspace's API tokens; their secrets are not kept.
    List {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
    },
    /// Take an API token out of use; calls with it are refused from then on.
    Revoke {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// Its id, as `token list` prints it.
        #[arg(long)]
        id: i64,
    },
}

pub(super) async fn token(command: TokenCommand) -> Result<()> {
    match command {
        TokenCommand::Create { database, workspace, name, access, json } => {
            create(&database, &workspace, name, access, json).await
        }
        TokenCommand::List { database, workspace } => list(&database, &workspace).await,
        TokenCommand::Revoke { database, workspace, id } => revoke(&database, &workspace, id).await,
    }
}

async fn create(
    database: &DatabaseArgs,
    workspace: &str,
    name: String,
    access: TokenAccess,
    json: bool,
) -> Result<()> {
    let store = database.open().await?;
    let workspace = find(&store, workspace).await?;
    let secret = Secret::fresh();
    let made = store.create_token(workspace.id, secret.hash(), name, access, now()).await;
    store.close().await;
    made?;
    let text = secret.text();
    print(&if json { serde_json::json!({"token": text}).to_string() } else { format!("token: {text}") });
    Ok(())
}

async fn list(database: &DatabaseArgs, workspace: &str) -> Result<()> {
    let store = database.open().await?;
    let workspace = find(&store, workspace).await?;
    let tokens = store.tokens(workspace.id).await;
    store.close().await;
    for token in tokens? {
        let ended = if token.revoked_at.is_some() { "  revoked" } else { "" };
        print(&format!("{}  {}  {}{ended}", token.id, token.access, token.name));
    }
    Ok(())
}

async fn revoke(database: &DatabaseArgs, workspace: &str, id: i64) -> Result<()> {
    let store = database.open().await?;
    let workspace = find(&store, workspace).await?;
    let done = store.revoke_token(workspace.id, id, now()).await;
    store.close().await;
    done.with_context(|| format!("--id {id}: see `doorstep token list`"))?;
    print("revoked");
    Ok(())
}

fn access(text: &str) -> Result<TokenAccess, String> {
    TokenAccess::parse(text).ok_or_else(|| "use `read` or `write`".to_owned())
}
