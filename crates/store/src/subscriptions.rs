//! Subscription types, and what contacts have said about them (S§3.4).

use crate::conn::{Conn, execute};
use crate::error::Result;

/// What a new workspace has. Migration 6 gives the same to older ones.
const DEFAULT: &str = r#"[{"name":"Announcements","description":"News about the product","locale":"en"}]"#;

/// Gives a new workspace its subscription type.
pub(crate) async fn insert_default(conn: &mut Conn, workspace_id: i64, now: i64) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO subscription_types (workspace_id, state, consent_type, translations, content_types, created_at) \
         VALUES ($1, 'live', 'opt_out', $2, '[\"email\"]', $3)",
        workspace_id,
        DEFAULT,
        now
    )?;
    Ok(())
}
