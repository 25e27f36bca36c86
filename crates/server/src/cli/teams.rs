//! `team create`, `team list`, `team rename`, `team add-member`, `team remove-member`: groups of teammates that
//! conversations are assigned to.

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use doorstep_store::{Error, Store, Workspace};

use super::admins::teammate;
use super::create::{find, now};
use super::{DatabaseArgs, print};

/// Most characters of a name.
const NAME: usize = 255;

#[derive(Debug, Subcommand)]
pub(super) enum TeamCommand {
    /// Create a team.
    Create {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// Its name.
        #[arg(long)]
        name: String,
        /// Print one JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// List a workspace's teams with their members.
    List {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
    },
    /// Give a team another name.
    Rename {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// The team's name or id, as `team list` prints them.
        #[arg(long)]
        team: String,
        /// Its new name.
        #[arg(long)]
        name: String,
    },
    /// Take a teammate into a team.
    AddMember(Membership),
    /// Take a teammate out of a team.
    RemoveMember(Membership),
}

/// A team and a teammate.
#[derive(Args, Debug)]
pub(super) struct Membership {
    #[command(flatten)]
    database: DatabaseArgs,
    /// The workspace's app id.
    #[arg(long)]
    workspace: String,
    /// The team's name or id, as `team list` prints them.
    #[arg(long)]
    team: String,
    /// The teammate's log-in name.
    #[arg(long)]
    email: String,
}

pub(super) async fn team(command: TeamCommand) -> Result<()> {
    match command {
        TeamCommand::Create { database, workspace, name, json } => {
            let name = fitting(&name)?;
            let store = database.open().await?;
            let workspace = find(&store, &workspace).await?;
            let made = store.create_team(workspace.id, name.clone(), now()).await;
            store.close().await;
            let id = made.map_err(explained).with_context(|| format!("--name {name}"))?;
            let object = serde_json::json!({"id": id.to_string(), "name": name});
            print(&if json { object.to_string() } else { format!("team {id}: {name}") });
            Ok(())
        }
        TeamCommand::List { database, workspace } => list(&database, &workspace).await,
        TeamCommand::Rename { database, workspace, team, name } => {
            let name = fitting(&name)?;
            let store = database.open().await?;
            let workspace = find(&store, &workspace).await?;
            let id = id_of(&store, &workspace, &team).await?;
            let done = store.rename_team(workspace.id, id, name.clone()).await;
            store.close().await;
            done.map_err(explained).with_context(|| format!("--name {name}"))?;
            print(&format!("team {id}: {name}"));
            Ok(())
        }
        TeamCommand::AddMember(membership) => set_member(membership, true).await,
        TeamCommand::RemoveMember(membership) => set_member(membership, false).await,
    }
}

async fn list(database: &DatabaseArgs, workspace: &str) -> Result<()> {
    let store = database.open().await?;
    let workspace = find(&store, workspace).await?;
    let teams = store.teams(workspace.id).await?;
    let admins = store.team(workspace.id).await;
    store.close().await;
    let admins = admins?;
    for team in teams {
        let of = |id: &i64| admins.iter().find(|admin| admin.id == *id).map(|admin| admin.email.as_str());
        let members: Vec<&str> = team.admin_ids.iter().filter_map(of).collect();
        print(&format!("{}  {}  {}", team.id, team.name, members.join(" ")));
    }
    Ok(())
}

async fn set_member(membership: Membership, member: bool) -> Result<()> {
    let Membership { database, workspace, team, email } = membership;
    let store = database.open().await?;
    let workspace = find(&store, &workspace).await?;
    let team_id = id_of(&store, &workspace, &team).await?;
    let admin = teammate(&store, &workspace, &email).await?;
    let done = store.set_team_member(workspace.id, team_id, admin.id, member).await;
    store.close().await;
    done?;
    print(&format!("{} is {} the team {team}", admin.email, if member { "in" } else { "not in" }));
    Ok(())
}

/// The team of `--team`: a name before an id.
async fn id_of(store: &Store, workspace: &Workspace, team: &str) -> Result<i64> {
    let teams = store.teams(workspace.id).await?;
    let named = teams.iter().find(|found| found.name == team);
    let found = named.or_else(|| teams.iter().find(|found| found.id.to_string() == team));
    found
        .map(|found| found.id)
        .with_context(|| format!("--team {team}: no such team; `doorstep team list` prints those there are"))
}

fn fitting(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME || name.contains(char::is_control) {
        bail!("--name: use 1 to {NAME} characters in one line");
    }
    Ok(name.to_owned())
}

fn explained(error: Error) -> anyhow::Error {
    match error {
        Error::Conflict(_) => anyhow::anyhow!("a team of this name exists already; choose another"),
        error => error.into(),
    }
}
