//! `subscription-type create`, `subscription-type list`: the kinds of messages that people can want or not (S§3.4).

use anyhow::{Result, bail};
use clap::{Subcommand, ValueEnum};
use doorstep_store::{ConsentType, NewSubscriptionType};

use super::create::{find, now};
use super::{DatabaseArgs, print};

/// Most characters of a name or description.
const TEXT: usize = 255;

#[derive(Debug, Subcommand)]
pub(super) enum SubscriptionTypeCommand {
    /// Create a subscription type for emails.
    Create {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
        /// What people see it called.
        #[arg(long)]
        name: String,
        /// What its messages are about.
        #[arg(long, default_value = "")]
        description: String,
        /// What holds for people who have said nothing.
        #[arg(long, value_enum, default_value_t = Consent::OptOut)]
        consent: Consent,
    },
    /// List a workspace's subscription types.
    List {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The workspace's app id.
        #[arg(long)]
        workspace: String,
    },
}

/// See [`ConsentType`].
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Consent {
    /// They get the messages until they say no.
    OptOut,
    /// They get none until they say yes.
    OptIn,
}

pub(super) async fn subscription_type(command: SubscriptionTypeCommand) -> Result<()> {
    match command {
        SubscriptionTypeCommand::Create { database, workspace, name, description, consent } => {
            let name = name.trim().to_owned();
            if name.is_empty() || name.chars().count() > TEXT || description.chars().count() > TEXT {
                bail!("--name must have 1 to {TEXT} characters, --description at most {TEXT}");
            }
            let consent = match consent {
                Consent::OptOut => ConsentType::OptOut,
                Consent::OptIn => ConsentType::OptIn,
            };
            let store = database.open().await?;
            let workspace = find(&store, &workspace).await?;
            let new = NewSubscriptionType { name, description, consent };
            let made = store.create_subscription_type(workspace.id, new, now()).await?;
            store.close().await;
            print(&format!("subscription type {} was made", made.id));
        }
        SubscriptionTypeCommand::List { database, workspace } => {
            let store = database.open().await?;
            let workspace = find(&store, &workspace).await?;
            for kind in store.subscription_types(workspace.id).await? {
                let words: serde_json::Value = serde_json::from_str(&kind.translations)?;
                let name = words[0]["name"].as_str().unwrap_or_default();
                print(&format!("{}  {}  {}  {name}", kind.id, kind.state, kind.consent_type));
            }
            store.close().await;
        }
    }
    Ok(())
}
