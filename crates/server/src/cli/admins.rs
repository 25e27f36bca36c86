//! `admin create`, `admin set`. A password made here is printed once and stored as a hash.

use std::io::Read as _;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use doorstep_store::{Admin, AdminWrite, Store, Workspace};

use super::create::{find, make_admin};
use super::{DatabaseArgs, print};
use crate::password;
use crate::session::readable_secret;

#[derive(Debug, Subcommand)]
pub(super) enum AdminCommand {
    /// Create a teammate who can log in to the inbox.
    Create {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// Log-in name.
        #[arg(long)]
        email: String,
        /// Name that visitors see.
        #[arg(long)]
        name: String,
        /// Read the password from standard input instead of generating one.
        #[arg(long)]
        password_stdin: bool,
        /// Print one JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Change what is shown of a teammate.
    Set {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// Log-in name.
        #[arg(long)]
        email: String,
        /// Name that visitors see.
        #[arg(long)]
        name: Option<String>,
        /// What they do; empty for nothing.
        #[arg(long)]
        job_title: Option<String>,
        /// Address of a picture (http or https); empty for none.
        #[arg(long)]
        avatar: Option<String>,
    },
}

pub(super) async fn admin(command: AdminCommand) -> Result<()> {
    let (database, workspace, email, name, password_stdin, json) = match command {
        AdminCommand::Create { database, workspace, email, name, password_stdin, json } => {
            (database, workspace, email, name, password_stdin, json)
        }
        AdminCommand::Set { database, workspace, email, name, job_title, avatar } => {
            let write = AdminWrite {
                name,
                job_title: edit(job_title),
                avatar: edit(avatar),
                ..AdminWrite::default()
            };
            return set(&database, &workspace, &email, write).await;
        }
    };
    let email = Email::parse(&email).map_err(|error| anyhow::anyhow!("--email {email:?}: {error}"))?;
    let password = if password_stdin { from_stdin()? } else { readable_secret() };
    if let Some(refusal) = password::refusal(&password) {
        bail!("the password on standard input: {refusal}");
    }
    let store = database.open().await?;
    let workspace = find(&store, &workspace).await?;
    let made = make_admin(&store, &workspace, email.as_str(), &name, password.clone()).await;
    store.close().await;
    made.with_context(|| format!("--email {}", email.as_str()))?;
    let shown = if password_stdin { None } else { Some(&password) };
    if json {
        print(&serde_json::json!({"email": email.as_str(), "password": shown}).to_string());
    } else {
        print(&format!("teammate {} <{}>", name, email.as_str()));
        if let Some(password) = shown {
            print(&format!("password: {password}"));
        }
    }
    Ok(())
}

async fn set(database: &DatabaseArgs, workspace: &str, email: &str, write: AdminWrite) -> Result<()> {
    if write.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        bail!("--name: must not be empty");
    }
    if let Some(address) = write.avatar.given()
        && !["http://", "https://"].iter().any(|scheme| address.starts_with(scheme))
    {
        bail!("--avatar: must be an http or https address");
    }
    let store = database.open().await?;
    let workspace = find(&store, workspace).await?;
    let found = teammate(&store, &workspace, email).await?;
    let done = store.update_admin(workspace.id, found.id, write).await;
    store.close().await;
    let Admin { name, email, job_title, .. } = done?;
    print(&format!("teammate {name} <{email}> {}", job_title.unwrap_or_default()));
    Ok(())
}

/// An empty text clears.
fn edit(text: Option<String>) -> Edit<String> {
    match text {
        None => Edit::Keep,
        Some(text) if text.trim().is_empty() => Edit::Clear,
        Some(text) => Edit::Set(text.trim().to_owned()),
    }
}

/// The teammate of `--email`.
pub(super) async fn teammate(store: &Store, workspace: &Workspace, email: &str) -> Result<Admin> {
    let found = store.admin_by_email(email).await?.map(|(admin, _)| admin);
    found.filter(|admin| admin.workspace_id == workspace.id).with_context(|| {
        format!(
            "--email {email}: the workspace has no such teammate; create them with `doorstep admin create`"
        )
    })
}

fn from_stdin() -> Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .context("reading the password from standard input")?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
