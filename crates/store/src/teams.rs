//! Teams: groups of teammates that conversations are assigned to. Made and filled from the command line, read by the REST
//! API. Teammates themselves are in `admins.rs`.

use crate::Store;
use crate::admins::admin;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::workspaces::taken;

/// A team with its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamRecord {
    /// Id; never one of a teammate.
    pub id: i64,
    /// Display name; one team of a workspace has it.
    pub name: String,
    /// Made.
    pub created_at: i64,
    /// Ids of the teammates in it, the first ones first.
    pub admin_ids: Vec<i64>,
}

type Row = (i64, String, i64);

impl Store {
    /// The teams of a workspace, the first ones first.
    pub async fn teams(&self, workspace_id: i64) -> Result<Vec<TeamRecord>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT id, name, created_at FROM teams WHERE workspace_id = $1 ORDER BY id";
        let found = rows!(&mut conn, Row, sql, workspace_id)?;
        let sql = "SELECT m.team_id, m.admin_id FROM team_members m JOIN teams t ON t.id = m.team_id \
                   WHERE t.workspace_id = $1 ORDER BY m.admin_id";
        let members = rows!(&mut conn, (i64, i64), sql, workspace_id)?;
        let of = |id| members.iter().filter(|(team, _)| *team == id).map(|(_, admin)| *admin).collect();
        Ok(found
            .into_iter()
            .map(|(id, name, created_at)| TeamRecord { id, name, created_at, admin_ids: of(id) })
            .collect())
    }

    /// Makes a team without members and gives its id. [`Error::Conflict`] if the name is taken.
    pub async fn create_team(&self, workspace_id: i64, name: String, now: i64) -> Result<i64> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move { make_team(conn, workspace_id, &name, now).await })
            })
            .await
    }

    /// Gives a team another name. [`Error::NotFound`], [`Error::Conflict`].
    pub async fn rename_team(&self, workspace_id: i64, id: i64, name: String) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    team(conn, workspace_id, id).await?;
                    let done = execute!(conn, "UPDATE teams SET name = $2 WHERE id = $1", id, name);
                    done.map_err(taken("team name"))?;
                    Ok(())
                })
            })
            .await
    }

    /// Takes a teammate into a team or out of it; doing it twice is no failure. [`Error::NotFound`].
    pub async fn set_team_member(
        &self,
        workspace_id: i64,
        team_id: i64,
        admin_id: i64,
        member: bool,
    ) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    team(conn, workspace_id, team_id).await?;
                    admin(conn, workspace_id, admin_id).await?;
                    let sql = if member {
                        "INSERT INTO team_members (team_id, admin_id) VALUES ($1, $2) \
                         ON CONFLICT (team_id, admin_id) DO NOTHING"
                    } else {
                        "DELETE FROM team_members WHERE team_id = $1 AND admin_id = $2"
                    };
                    execute!(conn, sql, team_id, admin_id)?;
                    Ok(())
                })
            })
            .await
    }
}

/// Whether the workspace has the team. [`Error::NotFound`].
pub(crate) async fn team(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<()> {
    let sql = "SELECT id FROM teams WHERE id = $1 AND workspace_id = $2";
    row!(conn, (i64,), sql, id, workspace_id)?.map(drop).ok_or(Error::NotFound("team"))
}

/// Makes a team.
pub(crate) async fn make_team(conn: &mut Conn, workspace_id: i64, name: &str, now: i64) -> Result<i64> {
    let sql = "INSERT INTO teams (workspace_id, name, created_at) VALUES ($1, $2, $3) RETURNING id";
    let made = row!(conn, (i64,), sql, workspace_id, name, now);
    Ok(made.map_err(taken("team name"))?.ok_or(Error::NotFound("workspace"))?.0)
}
