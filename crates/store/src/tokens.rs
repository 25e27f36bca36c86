//! API tokens: stored as their hash, shown once by whoever made them, revocable.

use crate::conn::{execute, row, rows};
use crate::error::{Error, Result};
use crate::types::{SecretHash, Token, TokenAccess, TokenRow};
use crate::{Store, hex};

impl Store {
    /// Stores an API token by its hash and gives its id.
    pub async fn create_token(
        &self,
        workspace_id: i64,
        hash: SecretHash,
        name: String,
        access: TokenAccess,
        now: i64,
    ) -> Result<i64> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let made = row!(
                        conn,
                        (i64,),
                        "INSERT INTO api_tokens (workspace_id, hash, name, access, created_at) \
                         VALUES ($1, $2, $3, $4, $5) RETURNING id",
                        workspace_id,
                        hex(&hash),
                        name,
                        access.as_str(),
                        now
                    );
                    Ok(made?.ok_or(Error::NotFound("workspace"))?.0)
                })
            })
            .await
    }

    /// The live token of a secret.
    pub async fn token(&self, hash: &SecretHash) -> Result<Option<Token>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT id, workspace_id, access FROM api_tokens WHERE hash = $1 AND revoked_at IS NULL";
        let Some((id, workspace_id, access)) = row!(&mut conn, (i64, i64, String), sql, hex(hash))? else {
            return Ok(None);
        };
        drop(conn);
        // An unknown word can only come from a newer version's database: reading alone is the safe reading.
        let access = TokenAccess::parse(&access).unwrap_or(TokenAccess::Read);
        Ok(self.workspace(workspace_id).await?.map(|workspace| Token { id, access, workspace }))
    }

    /// A workspace's tokens, the first ones first.
    pub async fn tokens(&self, workspace_id: i64) -> Result<Vec<TokenRow>> {
        let mut conn = self.reader().await?;
        Ok(rows!(
            &mut conn,
            TokenRow,
            "SELECT id, name, access, created_at, revoked_at FROM api_tokens WHERE workspace_id = $1 ORDER BY id",
            workspace_id
        )?)
    }

    /// Takes a token out of use. [`Error::NotFound`]; one that is out of use already is no failure.
    pub async fn revoke_token(&self, workspace_id: i64, id: i64, now: i64) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE api_tokens SET revoked_at = coalesce(revoked_at, $3) \
                               WHERE id = $1 AND workspace_id = $2";
                    match execute!(conn, sql, id, workspace_id, now)? {
                        0 => Err(Error::NotFound("token")),
                        _ => Ok(()),
                    }
                })
            })
            .await
    }
}
