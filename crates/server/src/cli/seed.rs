//! `serve --demo`: the workspace `demo` with a teammate, a token and a user, made once. Their secrets are kept in
//! `demo.json` in the data directory, readable by its owner only, so that what is printed stays right.

use std::path::Path;

use anyhow::{Context as _, Result};
use doorstep_domain::identity::{VerificationMode, user_hash};
use doorstep_store::{Store, TokenAccess};
use serde::{Deserialize, Serialize};

use super::create::{make_admin, make_workspace, now};
use crate::demo::{DEMO_APP_ID, Demo};
use crate::session::{Secret, readable_secret};
use crate::workspace_settings::WorkspaceSettings;

/// The log-in name of the demo's teammate.
pub(super) const EMAIL: &str = "grace@demo.example";

/// What is printed at every start.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Seeded {
    pub(super) password: String,
    pub(super) token: String,
    identity_secret: String,
}

/// Makes what is missing and reads what is there.
pub(super) async fn seed(store: &Store, data_dir: &Path) -> Result<(Seeded, Demo)> {
    let file = data_dir.join("demo.json");
    let seeded = match std::fs::read_to_string(&file) {
        Ok(text) => serde_json::from_str(&text).with_context(|| {
            format!("{} is damaged; remove it and the database to start anew", file.display())
        })?,
        Err(_) => fresh(store, &file).await?,
    };
    let user_id = "ada";
    let demo = Demo {
        user_id: user_id.to_owned(),
        user_hash: user_hash(&seeded.identity_secret, user_id)
            .context("the demo's identity secret is empty")?,
        user_email: "ada@shop.example".to_owned(),
        user_name: "Ada Lovelace".to_owned(),
    };
    Ok((seeded, demo))
}

async fn fresh(store: &Store, file: &Path) -> Result<Seeded> {
    let secret = Secret::fresh();
    let seeded = Seeded {
        password: readable_secret(),
        token: secret.text().to_owned(),
        identity_secret: readable_secret(),
    };
    let workspace = make_workspace(
        store,
        DEMO_APP_ID,
        "Fernwood",
        VerificationMode::Required,
        &seeded.identity_secret,
        &looks(),
    )
    .await
    .context("the database has a workspace `demo`, but demo.json in the data directory is missing")?;
    make_admin(store, &workspace, EMAIL, "Grace Hopper", seeded.password.clone()).await?;
    store.create_token(workspace.id, secret.hash(), "demo".to_owned(), TokenAccess::Write, now()).await?;
    write_private(file, &serde_json::to_string_pretty(&seeded)?)
        .with_context(|| format!("writing {}", file.display()))?;
    Ok(seeded)
}

/// As the demo shop looks.
fn looks() -> WorkspaceSettings {
    WorkspaceSettings {
        action_color: "#2f6b46".to_owned(),
        background_color: "#1d3b2b".to_owned(),
        reply_time: "We usually reply within an hour".to_owned(),
        ..WorkspaceSettings::default()
    }
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(file)?.write_all(text.as_bytes())
}
