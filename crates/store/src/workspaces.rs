//! Workspaces, API tokens, and secrets the nodes of one database share.

use doorstep_domain::identity::VerificationMode;

use crate::conn::{execute, row};
use crate::error::{Error, Result, is_unique_violation};
use crate::types::{NewWorkspace, SecretHash, Workspace};
use crate::{Store, hex};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    app_id: String,
    name: String,
    identity_mode: String,
    identity_secret: String,
    settings: String,
}

impl From<Row> for Workspace {
    fn from(row: Row) -> Self {
        // An unknown mode can only come from a newer version's database: the strict reading is the safe one.
        let identity_mode = VerificationMode::parse(&row.identity_mode).unwrap_or(VerificationMode::Required);
        let Row { id, app_id, name, identity_secret, settings, .. } = row;
        Self { id, app_id, name, identity_mode, identity_secret, settings }
    }
}

impl Store {
    /// Creates a workspace. [`Error::Conflict`] if the `app_id` is taken.
    pub async fn create_workspace(&self, new: NewWorkspace) -> Result<Workspace> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    let made = row!(
                        conn,
                        (i64,),
                        "INSERT INTO workspaces (app_id, name, identity_mode, identity_secret, settings, created_at) \
                         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                        &new.app_id,
                        &new.name,
                        new.identity_mode.as_str(),
                        &new.identity_secret,
                        &new.settings,
                        new.now
                    );
                    let (id,) = made.map_err(taken("app_id"))?.ok_or(Error::NotFound("workspace"))?;
                    let NewWorkspace { app_id, name, identity_mode, identity_secret, settings, .. } = new;
                    Ok(Workspace { id, app_id, name, identity_mode, identity_secret, settings })
                })
            })
            .await
    }

    /// The workspace of a snippet.
    pub async fn workspace_by_app_id(&self, app_id: &str) -> Result<Option<Workspace>> {
        let mut conn = self.reader().await?;
        Ok(row!(&mut conn, Row, "SELECT * FROM workspaces WHERE app_id = $1", app_id)?.map(Workspace::from))
    }

    /// The workspace with an internal id.
    pub async fn workspace(&self, id: i64) -> Result<Option<Workspace>> {
        let mut conn = self.reader().await?;
        Ok(row!(&mut conn, Row, "SELECT * FROM workspaces WHERE id = $1", id)?.map(Workspace::from))
    }

    /// Stores an API token by its hash and gives its id.
    pub async fn create_token(
        &self,
        workspace_id: i64,
        hash: SecretHash,
        name: String,
        now: i64,
    ) -> Result<i64> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let made = row!(
                        conn,
                        (i64,),
                        "INSERT INTO api_tokens (workspace_id, hash, name, created_at) VALUES ($1, $2, $3, $4) \
                         RETURNING id",
                        workspace_id,
                        hex(&hash),
                        name,
                        now
                    );
                    Ok(made?.ok_or(Error::NotFound("workspace"))?.0)
                })
            })
            .await
    }

    /// The workspace of a live API token.
    pub async fn workspace_by_token(&self, hash: &SecretHash) -> Result<Option<Workspace>> {
        let mut conn = self.reader().await?;
        let found = row!(
            &mut conn,
            Row,
            "SELECT w.* FROM workspaces w JOIN api_tokens t ON t.workspace_id = w.id \
             WHERE t.hash = $1 AND t.revoked_at IS NULL",
            hex(hash)
        )?;
        Ok(found.map(Workspace::from))
    }

    /// A secret shared by all nodes of this database; `fresh` is stored and used if there is none yet.
    pub async fn node_secret(&self, name: &'static str, fresh: String) -> Result<String> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    execute!(
                        conn,
                        "INSERT INTO node_secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                        name,
                        fresh
                    )?;
                    let found = row!(conn, (String,), "SELECT value FROM node_secrets WHERE name = $1", name)?;
                    Ok(found.ok_or(Error::NotFound("secret"))?.0)
                })
            })
            .await
    }
}

/// Turns a unique index's refusal into a conflict.
pub(crate) fn taken(what: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |error| if is_unique_violation(&error) { Error::Conflict(what) } else { error.into() }
}
