//! Teammates and their log-in sessions.

use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::types::{Admin, AdminWrite, NewAdmin, SecretHash};
use crate::workspaces::taken;
use crate::{Store, hex};

#[derive(sqlx::FromRow)]
struct WithPassword {
    #[sqlx(flatten)]
    admin: Admin,
    password_hash: String,
}

impl Store {
    /// Creates a teammate. [`Error::Conflict`] if the email is taken, whatever its case.
    pub async fn create_admin(&self, new: NewAdmin) -> Result<Admin> {
        self.writer
            .run(new.workspace_id, move |conn| {
                Box::pin(async move {
                    let made = row!(
                        conn,
                        (i64,),
                        "INSERT INTO admins (workspace_id, email, email_norm, name, password_hash, created_at) \
                         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                        new.workspace_id,
                        &new.email,
                        new.email.to_lowercase(),
                        &new.name,
                        &new.password_hash,
                        new.now
                    );
                    let (id,) = made.map_err(taken("email"))?.ok_or(Error::NotFound("admin"))?;
                    admin(conn, new.workspace_id, id).await
                })
            })
            .await
    }

    /// A teammate and the hash of their password, by email, whatever its case.
    pub async fn admin_by_email(&self, email: &str) -> Result<Option<(Admin, String)>> {
        let mut conn = self.reader().await?;
        let found = row!(
            &mut conn,
            WithPassword,
            "SELECT * FROM admins WHERE email_norm = $1",
            email.to_lowercase()
        )?;
        Ok(found.map(|row| (row.admin, row.password_hash)))
    }

    /// Changes what `write` names. [`Error::NotFound`].
    pub async fn update_admin(&self, workspace_id: i64, id: i64, write: AdminWrite) -> Result<Admin> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before = admin(conn, workspace_id, id).await?;
                    execute!(
                        conn,
                        "UPDATE admins SET name = $2, job_title = $3, avatar = $4, away_mode_enabled = $5, \
                         away_mode_reassign = $6 WHERE id = $1",
                        id,
                        write.name.unwrap_or(before.name),
                        write.job_title.over(before.job_title),
                        write.avatar.over(before.avatar),
                        write.away_mode_enabled.unwrap_or(before.away_mode_enabled),
                        write.away_mode_reassign.unwrap_or(before.away_mode_reassign)
                    )?;
                    admin(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// The teammates of a workspace, the first ones first.
    pub async fn team(&self, workspace_id: i64) -> Result<Vec<Admin>> {
        let mut conn = self.reader().await?;
        Ok(rows!(&mut conn, Admin, "SELECT * FROM admins WHERE workspace_id = $1 ORDER BY id", workspace_id)?)
    }

    /// Stores a log-in.
    pub async fn create_admin_session(
        &self,
        admin_id: i64,
        hash: SecretHash,
        now: i64,
        expires_at: i64,
    ) -> Result<()> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    execute!(
                        conn,
                        "INSERT INTO admin_sessions (hash, admin_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
                        hex(&hash),
                        admin_id,
                        now,
                        expires_at
                    )?;
                    execute!(conn, "DELETE FROM admin_sessions WHERE expires_at < $1", now)?;
                    Ok(())
                })
            })
            .await
    }

    /// Who is logged in with this secret.
    pub async fn admin_by_session(&self, hash: &SecretHash, now: i64) -> Result<Option<Admin>> {
        let mut conn = self.reader().await?;
        Ok(row!(
            &mut conn,
            Admin,
            "SELECT a.* FROM admins a JOIN admin_sessions s ON s.admin_id = a.id \
             WHERE s.hash = $1 AND s.expires_at > $2",
            hex(hash),
            now
        )?)
    }

    /// Ends a log-in; an unknown one is no failure.
    pub async fn revoke_admin_session(&self, hash: SecretHash) -> Result<()> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    execute!(conn, "DELETE FROM admin_sessions WHERE hash = $1", hex(&hash))?;
                    Ok(())
                })
            })
            .await
    }
}

/// A teammate of the workspace.
pub(crate) async fn admin(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<Admin> {
    let sql = "SELECT * FROM admins WHERE id = $1 AND workspace_id = $2";
    row!(conn, Admin, sql, id, workspace_id)?.ok_or(Error::NotFound("admin"))
}
