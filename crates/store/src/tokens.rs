//! API tokens: stored as their hash, shown once by whoever made them, revocable.

use crate::conn::{execute, row, rows};
use crate::error::{Error, Result};
use crate::types::{SecretHash, Token, TokenAccess, TokenRow};
use crate::{Store, hex, workspaces};

#[derive(sqlx::FromRow)]
struct Live {
    token_id: i64,
    access: String,
    #[sqlx(flatten)]
    workspace: workspaces::Row,
}

impl From<Live> for Token {
    fn from(live: Live) -> Self {
        // An unknown word can only come from a newer version's database: reading alone is the safe reading.
        let access = TokenAccess::parse(&live.access).unwrap_or(TokenAccess::Read);
        Self { id: live.token_id, access, workspace: live.workspace.into() }
    }
}

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
        // Each call of the API begins with this: one statement for both.
        let sql = "SELECT w.*, t.id AS token_id, t.access FROM api_tokens t JOIN workspaces w \
                   ON w.id = t.workspace_id WHERE t.hash = $1 AND t.revoked_at IS NULL";
        Ok(row!(&mut conn, Live, sql, hex(hash))?.map(Token::from))
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
