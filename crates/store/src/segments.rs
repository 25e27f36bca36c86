//! Segments: saved searches (S§3.4). Stored is what they ask; who is in one is looked up when it is asked for.

use doorstep_domain::segments::USUAL;

use crate::conn::{Conn, execute};
use crate::error::Result;
use crate::messages::new_contact_id;

/// Gives a new workspace the usual segments.
pub(crate) async fn insert_usual(conn: &mut Conn, workspace_id: i64, now: i64) -> Result<()> {
    for usual in USUAL {
        execute!(
            conn,
            "INSERT INTO segments (id, workspace_id, name, person_type, query, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $6)",
            new_contact_id(),
            workspace_id,
            usual.name,
            if usual.of_users { "user" } else { "contact" },
            usual.query,
            now
        )?;
    }
    Ok(())
}
