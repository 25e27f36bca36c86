//! Which contacts belong to which companies.

use doorstep_domain::companies::COMPANIES_OF_CONTACT;
use doorstep_domain::topics::Topic;

use crate::Store;
use crate::companies::read::company;
use crate::companies::tags::with_tags;
use crate::companies::write::tell;
use crate::companies::{CompanyRecord, company_columns};
use crate::conn::{Conn, execute, row, rows};
use crate::contacts::{ContactPage, ContactRecord};
use crate::error::{Error, Result};
use crate::people::{contact, told};
use crate::types::ChangeKind;

impl Store {
    /// Attaches a company to a contact; doing it twice is no failure. [`Error::NotFound`], [`Error::TooManyCompanies`].
    pub async fn attach_company(
        &self,
        workspace_id: i64,
        contact_id: String,
        company_id: String,
        now: i64,
    ) -> Result<CompanyRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    contact(conn, workspace_id, &contact_id).await?.ok_or(Error::NotFound("contact"))?;
                    let found =
                        company(conn, workspace_id, &company_id).await?.ok_or(Error::NotFound("company"))?;
                    attach(conn, workspace_id, &contact_id, found, now).await
                })
            })
            .await
    }

    /// Takes a company from a contact. [`Error::NotFound`], also if the contact does not belong to it.
    pub async fn detach_company(
        &self,
        workspace_id: i64,
        contact_id: String,
        company_id: String,
        now: i64,
    ) -> Result<CompanyRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    contact(conn, workspace_id, &contact_id).await?.ok_or(Error::NotFound("contact"))?;
                    company(conn, workspace_id, &company_id).await?.ok_or(Error::NotFound("company"))?;
                    let sql = "DELETE FROM contact_companies WHERE contact_id = $1 AND company_id = $2";
                    if execute!(conn, sql, &contact_id, &company_id)? == 0 {
                        return Err(Error::NotFound("company"));
                    }
                    let after = company(conn, workspace_id, &company_id).await?;
                    let after = after.ok_or(Error::NotFound("company"))?;
                    moved(conn, workspace_id, &contact_id, &after, Topic::CompanyContactDetached, now)
                        .await?;
                    Ok(after)
                })
            })
            .await
    }

    /// A page of a contact's companies, the first attached first, and how many there are in all.
    pub async fn companies_of_contact(
        &self,
        contact_id: &str,
        offset: i64,
        limit: i64,
    ) -> Result<(Vec<CompanyRecord>, i64)> {
        let mut conn = self.reader().await?;
        let total = count(&mut conn, contact_id).await?;
        let sql = concat!(
            "SELECT ",
            company_columns!(),
            " FROM companies c JOIN contact_companies a ON a.company_id = c.id WHERE a.contact_id = $1 \
             ORDER BY a.attached_at, c.id LIMIT $2 OFFSET $3"
        );
        let page = rows!(&mut conn, CompanyRecord, sql, contact_id, limit, offset)?;
        Ok((with_tags(&mut conn, page).await?, total))
    }

    /// A page of the contacts of a company that are not archived, the newest first; `after` is creation time and id of the
    /// last one before it.
    pub async fn contacts_of_company(
        &self,
        company_id: &str,
        after: Option<(i64, String)>,
        limit: i64,
    ) -> Result<ContactPage> {
        let mut conn = self.reader().await?;
        let sql = "SELECT count(*) FROM contact_companies m JOIN contacts k ON k.id = m.contact_id \
                   WHERE m.company_id = $1 AND k.archived_at IS NULL";
        let total = row!(&mut conn, (i64,), sql, company_id)?.map_or(0, |(total,)| total);
        let (at, id) = after.unwrap_or((i64::MAX, String::new()));
        let sql = "SELECT k.* FROM contacts k JOIN contact_companies m ON m.contact_id = k.id \
                   WHERE m.company_id = $1 AND k.archived_at IS NULL \
                   AND (k.created_at < $2 OR (k.created_at = $2 AND k.id < $3)) \
                   ORDER BY k.created_at DESC, k.id DESC LIMIT $4";
        let mut contacts = rows!(&mut conn, ContactRecord, sql, company_id, at, id, limit + 1)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = contacts.len() > limit;
        contacts.truncate(limit);
        Ok(ContactPage { contacts, more, total })
    }
}

async fn count(conn: &mut Conn, contact_id: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM contact_companies WHERE contact_id = $1";
    Ok(row!(conn, (i64,), sql, contact_id)?.map_or(0, |(count,)| count))
}

/// Whether a contact belongs to a company.
pub(super) async fn is_attached(conn: &mut Conn, contact_id: &str, company_id: &str) -> Result<bool> {
    let sql = "SELECT attached_at FROM contact_companies WHERE contact_id = $1 AND company_id = $2";
    Ok(row!(conn, (i64,), sql, contact_id, company_id)?.is_some())
}

/// Attaches; the contact is one of the workspace. Gives the company as it is then.
pub(super) async fn attach(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    before: CompanyRecord,
    now: i64,
) -> Result<CompanyRecord> {
    if is_attached(conn, contact_id, &before.id).await? {
        return Ok(before);
    }
    if count(conn, contact_id).await? >= COMPANIES_OF_CONTACT {
        return Err(Error::TooManyCompanies);
    }
    let sql = "INSERT INTO contact_companies (contact_id, company_id, attached_at) VALUES ($1, $2, $3)";
    execute!(conn, sql, contact_id, &before.id, now)?;
    let after = company(conn, workspace_id, &before.id).await?.ok_or(Error::NotFound("company"))?;
    moved(conn, workspace_id, contact_id, &after, Topic::CompanyContactAttached, now).await?;
    Ok(after)
}

/// Detaches everybody. The people are counted once, not for each who goes: there may be many.
pub(super) async fn detach_all(conn: &mut Conn, workspace_id: i64, company_id: &str, now: i64) -> Result<()> {
    let sql = "SELECT contact_id FROM contact_companies WHERE company_id = $1 ORDER BY contact_id";
    let contacts = rows!(conn, (String,), sql, company_id)?;
    execute!(conn, "DELETE FROM contact_companies WHERE company_id = $1", company_id)?;
    let empty = company(conn, workspace_id, company_id).await?.ok_or(Error::NotFound("company"))?;
    for (contact_id,) in contacts {
        moved(conn, workspace_id, &contact_id, &empty, Topic::CompanyContactDetached, now).await?;
    }
    Ok(())
}

/// A contact whose companies changed has changed, too. `company` is as it is after that.
async fn moved(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    company: &CompanyRecord,
    topic: Topic,
    now: i64,
) -> Result<()> {
    execute!(conn, "UPDATE contacts SET updated_at = $2 WHERE id = $1", contact_id, now)?;
    told(conn, workspace_id, contact_id, ChangeKind::Contact, now).await?;
    tell(conn, workspace_id, topic, company, Some(contact_id), now).await
}
