//! One contact and what hangs on it, in one statement: what a program asks for most (`GET /contacts/{id}`) waits for the
//! database once. Of many contacts see `attached.rs`.

use crate::Store;
use crate::conn::{Bind, rows_bound};
use crate::contacts::attached::{self, Attachments};
use crate::contacts::read::followed;
use crate::contacts::{ContactLookup, ContactRecord};
use crate::error::Result;

#[derive(sqlx::FromRow)]
struct Whole {
    #[sqlx(flatten)]
    record: ContactRecord,
    attached: Option<String>,
}

impl Store {
    /// What is under an id, archived and blocked contacts included, and what hangs on it.
    pub async fn whole_contact(&self, workspace_id: i64, id: &str) -> Result<(ContactLookup, Attachments)> {
        self.whole(workspace_id, id, "k.id = $2").await
    }

    /// The same of the user with the site's own id; see [`Store::user_by_external_id`].
    pub async fn whole_user(
        &self,
        workspace_id: i64,
        external_id: &str,
    ) -> Result<(ContactLookup, Attachments)> {
        self.whole(workspace_id, external_id, super::read::OWN_ID).await
    }

    async fn whole(
        &self,
        workspace_id: i64,
        value: &str,
        which: &str,
    ) -> Result<(ContactLookup, Attachments)> {
        let mut conn = self.reader().await?;
        let sql = format!(
            "SELECT k.*, {} AS attached FROM contacts k WHERE k.workspace_id = $1 AND {which}",
            attached::of_one()
        );
        let mut rows = rows_bound!(&mut conn, Whole, sql, &[Bind::from(workspace_id), Bind::from(value)])?;
        let Some(Whole { record, attached }) = rows.pop() else {
            return Ok((ContactLookup::Unknown, Attachments::default()));
        };
        let attached = Attachments::of_one(&record.id, &attached.unwrap_or_default());
        Ok((followed(&mut conn, workspace_id, record).await?, attached))
    }
}
