//! `workspace create`, and what other commands make workspaces and teammates with. The identity secret is stored as it is,
//! because signatures are checked with it.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use doorstep_domain::identity::VerificationMode;
use doorstep_store::{Error, NewAdmin, NewWorkspace, Store, Workspace};

use super::{DatabaseArgs, keys, print, settings};
use crate::password;
use crate::session::readable_secret;
use crate::workspace_settings::WorkspaceSettings;

#[derive(Debug, Subcommand)]
pub(super) enum WorkspaceCommand {
    /// Create a workspace.
    Create {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The public id that goes into the snippet: letters, digits, `-` and `_`.
        #[arg(long, value_parser = app_id)]
        app_id: String,
        /// The company's name.
        #[arg(long)]
        name: String,
        /// What is demanded of pages that name a user: `off`, `report` or `required`.
        #[arg(long, default_value = "off", value_parser = mode)]
        identity_verification: VerificationMode,
        /// The first key of identity verification; generated when left out.
        #[arg(long, env = "DOORSTEP_IDENTITY_SECRET", hide_env_values = true)]
        identity_secret: Option<String>,
        /// Print one JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Print a workspace's settings.
    Show {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
    },
    /// Change a workspace's settings and print them, as in `workspace set --workspace demo "reply_time=We reply today"`.
    Set {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// What to change; `workspace show` prints what there is.
        #[arg(value_name = "KEY=VALUE", required = true)]
        changes: Vec<String>,
    },
    /// Keys of identity verification.
    #[command(subcommand)]
    Key(keys::KeyCommand),
    /// Print what came of identity verification: how many pings of each site were proven, and what was wrong with the others.
    Verification {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// How far to look back.
        #[arg(long, default_value_t = 7)]
        days: u16,
    },
}

pub(super) async fn workspace(command: WorkspaceCommand) -> Result<()> {
    let (database, app_id, name, identity_verification, identity_secret, json) = match command {
        WorkspaceCommand::Create { database, app_id, name, identity_verification, identity_secret, json } => {
            (database, app_id, name, identity_verification, identity_secret, json)
        }
        WorkspaceCommand::Show { database, workspace } => return settings::show(&database, &workspace).await,
        WorkspaceCommand::Set { database, workspace, changes } => {
            return settings::set(&database, &workspace, &changes).await;
        }
        WorkspaceCommand::Key(command) => return keys::key(command).await,
        WorkspaceCommand::Verification { database, workspace, days } => {
            return keys::verification(&database, &workspace, days).await;
        }
    };
    let store = database.open().await?;
    let secret = identity_secret.unwrap_or_else(readable_secret);
    let made =
        make_workspace(&store, &app_id, &name, identity_verification, &secret, &WorkspaceSettings::default())
            .await;
    store.close().await;
    made.with_context(|| format!("--app-id {app_id}"))?;
    if json {
        print(&serde_json::json!({"app_id": app_id, "name": name, "identity_secret": secret}).to_string());
    } else {
        print(&format!("workspace {app_id} ({name})\nidentity verification secret: {secret}"));
    }
    Ok(())
}

/// Creates a workspace with the default settings.
pub(super) async fn make_workspace(
    store: &Store,
    app_id: &str,
    name: &str,
    identity_mode: VerificationMode,
    secret: &str,
    settings: &WorkspaceSettings,
) -> Result<Workspace> {
    let new = NewWorkspace {
        app_id: app_id.to_owned(),
        name: name.to_owned(),
        identity_mode,
        identity_secret: secret.to_owned(),
        settings: settings.text(),
        now: now(),
    };
    match store.create_workspace(new).await {
        Err(Error::Conflict(_)) => bail!("a workspace with this app id exists already; choose another"),
        other => Ok(other?),
    }
}

/// Creates a teammate.
pub(super) async fn make_admin(
    store: &Store,
    workspace: &Workspace,
    email: &str,
    name: &str,
    password: String,
) -> Result<()> {
    let password_hash = password::hash(password).await?;
    let new = NewAdmin {
        workspace_id: workspace.id,
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash,
        now: now(),
    };
    match store.create_admin(new).await {
        Err(Error::Conflict(_)) => bail!("a teammate with this email exists already"),
        other => Ok(other.map(drop)?),
    }
}

/// The workspace of `--workspace`.
pub(super) async fn find(store: &Store, app_id: &str) -> Result<Workspace> {
    store.workspace_by_app_id(app_id).await?.with_context(|| {
        format!("--workspace {app_id}: no such workspace; create it with `doorstep workspace create`")
    })
}

/// Unix seconds.
pub(super) fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
}

fn app_id(text: &str) -> Result<String, String> {
    let fits = (1..=64).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if fits { Ok(text.to_owned()) } else { Err("use 1 to 64 letters, digits, `-` or `_`".to_owned()) }
}

fn mode(text: &str) -> Result<VerificationMode, String> {
    VerificationMode::parse(text).ok_or_else(|| "use `off`, `report` or `required`".to_owned())
}
