//! The commands of the binary `doorstep`. The doc comments are the manual that `--help` prints.

mod admins;
mod create;
mod keys;
mod seed;
mod serving;
mod settings;
mod subscription_types;
mod teams;
mod tokens;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand};
use doorstep_store::Store;

/// A self-hosted messenger for websites that speaks Intercom's language.
#[derive(Debug, Parser)]
#[command(name = "doorstep", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(Box<serving::ServeArgs>),
    /// Workspaces.
    #[command(subcommand)]
    Workspace(create::WorkspaceCommand),
    /// Teammates.
    #[command(subcommand)]
    Admin(admins::AdminCommand),
    /// Teams of teammates.
    #[command(subcommand)]
    Team(teams::TeamCommand),
    /// Kinds of messages that people can want or not.
    #[command(subcommand)]
    SubscriptionType(subscription_types::SubscriptionTypeCommand),
    /// API tokens.
    #[command(subcommand)]
    Token(tokens::TokenCommand),
    /// Bring the database up to date and stop.
    Migrate(DatabaseArgs),
    /// Ask a running server whether it is well; exits with 1 if not.
    Healthcheck {
        /// Address of the server.
        #[arg(long, env = "DOORSTEP_HEALTHCHECK_URL", default_value = "http://127.0.0.1:4600")]
        url: String,
    },
}

/// Where the data is.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// Database: `sqlite:///absolute/path.db` or `postgres://user:password@host/name`. Without it, `doorstep.db` in
    /// the data directory.
    #[arg(long, env = "DOORSTEP_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// Directory for everything the server stores in files; made if missing.
    #[arg(long, env = "DOORSTEP_DATA_DIR", default_value = "data", value_name = "DIR")]
    pub data_dir: std::path::PathBuf,
}

impl DatabaseArgs {
    /// Opens the database, up to date.
    async fn open(&self) -> Result<Store> {
        let url = if let Some(url) = &self.database {
            url.clone()
        } else {
            std::fs::create_dir_all(&self.data_dir)
                .with_context(|| format!("--data-dir {}: cannot be made", self.data_dir.display()))?;
            format!("sqlite://{}", self.data_dir.join("doorstep.db").display())
        };
        Store::open(&url).await.context("--database: could not be opened (DOORSTEP_DATABASE)")
    }
}

/// Runs the command line.
pub async fn run(cli: Cli) -> Result<()> {
    match cli.command {
        Command::Serve(args) => serving::serve(*args).await,
        Command::Workspace(command) => create::workspace(command).await,
        Command::Admin(command) => admins::admin(command).await,
        Command::Team(command) => teams::team(command).await,
        Command::SubscriptionType(command) => subscription_types::subscription_type(command).await,
        Command::Token(command) => tokens::token(command).await,
        Command::Migrate(database) => {
            database.open().await?.close().await;
            print("the database is up to date");
            Ok(())
        }
        Command::Healthcheck { url } => serving::healthcheck(&url).await,
    }
}

/// The one place that writes to standard output.
#[expect(clippy::print_stdout, reason = "a command's answer belongs on standard output")]
fn print(text: &str) {
    println!("{text}");
}
