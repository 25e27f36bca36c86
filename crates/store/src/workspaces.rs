//! Workspaces, and secrets the nodes of one database share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use doorstep_domain::identity::VerificationMode;

use crate::conn::{execute, row};
use crate::error::{Error, Result, is_unique_violation};
use crate::identity_keys;
use crate::teams::make_team;
use crate::types::{NewWorkspace, Workspace, WorkspaceWrite};
use crate::{Store, segments, subscriptions};

/// How long a workspace may be used before it is read again.
const RECENT: Duration = Duration::from_secs(1);

/// Workspaces that were read a moment ago, by `app_id`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recent(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// Grows whenever this process changes a workspace: what was read before is not kept after it.
    turn: u64,
    workspaces: HashMap<String, (Instant, Workspace)>,
}

impl Recent {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing is left half done under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, app_id: &str) -> Option<Workspace> {
        let kept = self.kept();
        let (at, found) = kept.workspaces.get(app_id)?;
        (at.elapsed() < RECENT).then(|| found.clone())
    }

    fn turn(&self) -> u64 {
        self.kept().turn
    }

    fn keep(&self, turn: u64, found: &Workspace) {
        let mut kept = self.kept();
        if kept.turn == turn {
            kept.workspaces.insert(found.app_id.clone(), (Instant::now(), found.clone()));
        }
    }

    fn forget(&self) {
        let mut kept = self.kept();
        kept.turn += 1;
        kept.workspaces.clear();
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: i64,
    app_id: String,
    name: String,
    identity_mode: String,
    settings: String,
    created_at: i64,
}

impl From<Row> for Workspace {
    fn from(row: Row) -> Self {
        // An unknown mode can only come from a newer version's database: the strict reading is the safe one.
        let identity_mode = VerificationMode::parse(&row.identity_mode).unwrap_or(VerificationMode::Required);
        let Row { id, app_id, name, settings, created_at, .. } = row;
        Self { id, app_id, name, identity_mode, settings, created_at }
    }
}

impl Store {
    /// Creates a workspace with one team. [`Error::Conflict`] if the `app_id` is taken.
    pub async fn create_workspace(&self, new: NewWorkspace) -> Result<Workspace> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    let made = row!(
                        conn,
                        (i64,),
                        "INSERT INTO workspaces (app_id, name, identity_mode, identity_secret, settings, created_at) \
                         VALUES ($1, $2, $3, '', $4, $5) RETURNING id",
                        &new.app_id,
                        &new.name,
                        new.identity_mode.as_str(),
                        &new.settings,
                        new.now
                    );
                    let (id,) = made.map_err(taken("app_id"))?.ok_or(Error::NotFound("workspace"))?;
                    // So that there is one to assign conversations to; it is renamed and filled as the company likes.
                    make_team(conn, id, "Support", new.now).await?;
                    segments::insert_usual(conn, id, new.now).await?;
                    subscriptions::insert_default(conn, id, new.now).await?;
                    let NewWorkspace { app_id, name, identity_mode, identity_secret, settings, now } = new;
                    if !identity_secret.is_empty() {
                        identity_keys::insert(conn, id, "first key", &identity_secret, now).await?;
                    }
                    Ok(Workspace { id, app_id, name, identity_mode, settings, created_at: now })
                })
            })
            .await
    }

    /// Changes a workspace. [`Error::NotFound`].
    pub async fn update_workspace(&self, id: i64, write: WorkspaceWrite) -> Result<Workspace> {
        self.writer
            .run(id, move |conn| {
                Box::pin(async move {
                    execute!(
                        conn,
                        "UPDATE workspaces SET name = coalesce($2, name), identity_mode = coalesce($3, identity_mode), \
                         settings = coalesce($4, settings) WHERE id = $1",
                        id,
                        write.name,
                        write.identity_mode.map(VerificationMode::as_str),
                        write.settings
                    )?;
                    let found = row!(conn, Row, "SELECT * FROM workspaces WHERE id = $1", id)?;
                    found.map(Workspace::from).ok_or(Error::NotFound("workspace"))
                })
            })
            .await
            .inspect(|_| self.recent.forget())
    }

    /// The same as it was at most a second ago, where another process has changed it since: for what is asked with each
    /// message.
    pub async fn recent_workspace(&self, app_id: &str) -> Result<Option<Workspace>> {
        if let Some(found) = self.recent.get(app_id) {
            return Ok(Some(found));
        }
        let turn = self.recent.turn();
        let found = self.workspace_by_app_id(app_id).await?;
        if let Some(found) = &found {
            self.recent.keep(turn, found);
        }
        Ok(found)
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
