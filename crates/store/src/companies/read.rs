//! Looking companies up.

use crate::Store;
use crate::companies::tags::with_tags;
use crate::companies::{CompanyRecord, company_columns};
use crate::conn::{Conn, rows};
use crate::error::Result;

impl Store {
    /// The company under an id of ours.
    pub async fn company(&self, workspace_id: i64, id: &str) -> Result<Option<CompanyRecord>> {
        company(&mut self.reader().await?, workspace_id, id).await
    }

    /// The company under the site's own id.
    pub async fn company_by_company_id(
        &self,
        workspace_id: i64,
        company_id: &str,
    ) -> Result<Option<CompanyRecord>> {
        by_company_id(&mut self.reader().await?, workspace_id, company_id).await
    }

    /// The company of a name; of several the one seen last.
    pub async fn company_by_name(&self, workspace_id: i64, name: &str) -> Result<Option<CompanyRecord>> {
        let sql = concat!(
            "SELECT ",
            company_columns!(),
            " FROM companies c WHERE c.workspace_id = $1 AND c.name = $2 AND c.archived_at IS NULL \
             ORDER BY coalesce(c.last_request_at, 0) DESC, c.created_at DESC, c.id LIMIT 1"
        );
        let mut conn = self.reader().await?;
        let found = rows!(&mut conn, CompanyRecord, sql, workspace_id, name)?;
        Ok(with_tags(&mut conn, found).await?.pop())
    }
}

/// A company that was not deleted.
pub(crate) async fn company(conn: &mut Conn, workspace_id: i64, id: &str) -> Result<Option<CompanyRecord>> {
    let sql = concat!(
        "SELECT ",
        company_columns!(),
        " FROM companies c WHERE c.id = $1 AND c.workspace_id = $2 AND c.archived_at IS NULL"
    );
    let found = rows!(conn, CompanyRecord, sql, id, workspace_id)?;
    Ok(with_tags(conn, found).await?.pop())
}

/// The same by the site's own id.
pub(crate) async fn by_company_id(
    conn: &mut Conn,
    workspace_id: i64,
    company_id: &str,
) -> Result<Option<CompanyRecord>> {
    let sql = concat!(
        "SELECT ",
        company_columns!(),
        " FROM companies c WHERE c.workspace_id = $1 AND c.company_id = $2 AND c.archived_at IS NULL"
    );
    let found = rows!(conn, CompanyRecord, sql, workspace_id, company_id)?;
    Ok(with_tags(conn, found).await?.pop())
}
