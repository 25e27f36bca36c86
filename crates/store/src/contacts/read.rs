//! Looking contacts up, and what was merged into them.

use doorstep_domain::email::Email;

use crate::Store;
use crate::conn::{Conn, row, rows};
use crate::contacts::{ContactLookup, ContactRecord, Merge};
use crate::error::Result;
use crate::people::lead_of_visitor;

/// Which user has the site's own id `$2`: one that goes on before those merged away, the newest of those.
pub(super) const OWN_ID: &str = "k.external_id = $2 AND k.role = 'user' \
    ORDER BY CASE WHEN k.merged_into IS NULL THEN 0 ELSE 1 END, k.updated_at DESC LIMIT 1";

/// Most steps from a merged contact to the one that goes on.
const HOPS: usize = 20;

impl Store {
    /// What is under an id, archived and blocked contacts included.
    pub async fn contact_record(&self, workspace_id: i64, id: &str) -> Result<ContactLookup> {
        lookup(&mut self.reader().await?, workspace_id, id).await
    }

    /// A contact's row, also of one that was merged: what was said of them is told under their own name.
    pub async fn contact_row(&self, workspace_id: i64, id: &str) -> Result<Option<ContactRecord>> {
        record(&mut self.reader().await?, workspace_id, id).await
    }

    /// The user with the site's own id (leads have none of their own).
    pub async fn user_by_external_id(&self, workspace_id: i64, external_id: &str) -> Result<ContactLookup> {
        let mut conn = self.reader().await?;
        let sql = format!("SELECT k.* FROM contacts k WHERE k.workspace_id = $1 AND {OWN_ID}");
        let found = row!(&mut conn, ContactRecord, sqlx::AssertSqlSafe(sql), workspace_id, external_id)?;
        match found {
            Some(found) => followed(&mut conn, workspace_id, found).await,
            None => Ok(ContactLookup::Unknown),
        }
    }

    /// The lead of a visitor's UUID.
    pub async fn lead_by_visitor(&self, workspace_id: i64, visitor_id: &str) -> Result<Option<String>> {
        let mut conn = self.reader().await?;
        Ok(lead_of_visitor(&mut conn, workspace_id, visitor_id).await?.map(|lead| lead.id))
    }

    /// The contact with the site's own id; without such an id the one with this email. Of several a user before a lead,
    /// then the one seen last. With an id the email is not tried: it may be another person's (S§1.2). Archived ones too.
    pub async fn find_contact(
        &self,
        workspace_id: i64,
        external_id: Option<&str>,
        email: Option<&Email>,
        users_only: bool,
    ) -> Result<Option<String>> {
        let (sql, value) = match (external_id, email) {
            (Some(external_id), _) => (
                "SELECT id FROM contacts WHERE workspace_id = $1 AND external_id = $2 AND merged_into IS NULL \
                 AND (role = 'user' OR NOT $3) ORDER BY role DESC, coalesce(last_seen_at, created_at) DESC, id LIMIT 1",
                external_id,
            ),
            (None, Some(email)) => (
                "SELECT id FROM contacts WHERE workspace_id = $1 AND email_norm = $2 AND merged_into IS NULL \
                 AND (role = 'user' OR NOT $3) ORDER BY role DESC, coalesce(last_seen_at, created_at) DESC, id LIMIT 1",
                email.normalised(),
            ),
            (None, None) => return Ok(None),
        };
        let mut conn = self.reader().await?;
        Ok(row!(&mut conn, (String,), sql, workspace_id, value, users_only)?.map(|(id,)| id))
    }

    /// What was merged into a contact, the newest first, before an id of [`Merge`].
    pub async fn merges_into(&self, contact_id: &str, before: Option<i64>, limit: i64) -> Result<Vec<Merge>> {
        let mut conn = self.reader().await?;
        Ok(rows!(
            &mut conn,
            Merge,
            "SELECT id, from_id, from_role, merged_at, journal IS NOT NULL AS undoable FROM merges \
             WHERE into_id = $1 AND id < $2 AND undone_at IS NULL \
             ORDER BY id DESC LIMIT $3",
            contact_id,
            before.unwrap_or(i64::MAX),
            limit
        )?)
    }
}

/// What is under an id.
pub(crate) async fn lookup(conn: &mut Conn, workspace_id: i64, id: &str) -> Result<ContactLookup> {
    match record(conn, workspace_id, id).await? {
        Some(found) => followed(conn, workspace_id, found).await,
        None => Ok(ContactLookup::Unknown),
    }
}

/// What became of a row that was found.
pub(super) async fn followed(
    conn: &mut Conn,
    workspace_id: i64,
    found: ContactRecord,
) -> Result<ContactLookup> {
    let Some(mut next) = found.merged_into.clone() else { return Ok(ContactLookup::Found(Box::new(found))) };
    for _ in 0..HOPS {
        match record(conn, workspace_id, &next).await?.map(|found| found.merged_into) {
            Some(Some(further)) => next = further,
            Some(None) => return Ok(ContactLookup::Merged(next)),
            None => break,
        }
    }
    Ok(ContactLookup::Unknown)
}

/// The row of an id, merged away or not.
pub(crate) async fn record(conn: &mut Conn, workspace_id: i64, id: &str) -> Result<Option<ContactRecord>> {
    Ok(row!(
        conn,
        ContactRecord,
        "SELECT * FROM contacts WHERE id = $1 AND workspace_id = $2",
        id,
        workspace_id
    )?)
}
