//! Making, changing and deleting companies (S§3.3).

use doorstep_domain::edit::Edit;
use doorstep_domain::topics::Topic;
use serde_json::{Map, json};

use crate::Store;
use crate::changes::{News, announce};
use crate::companies::attach::detach_all;
use crate::companies::read::{by_company_id, company};
use crate::companies::shape::object;
use crate::companies::{CompanyRecord, CompanyWrite};
use crate::conn::{Conn, execute, row};
use crate::contacts::attributes::{self, Owner};
use crate::data_attributes::{self, AttributeModel};
use crate::error::{Error, Result};
use crate::messages::new_contact_id;

impl Store {
    /// The company of the site's own id, made if there is none, with what `write` names.
    pub async fn upsert_company(
        &self,
        workspace_id: i64,
        company_id: String,
        write: CompanyWrite,
        now: i64,
    ) -> Result<CompanyRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    data_attributes::check(
                        conn,
                        workspace_id,
                        AttributeModel::Company,
                        &write.custom_attributes,
                    )
                    .await?;
                    match by_company_id(conn, workspace_id, &company_id).await? {
                        Some(before) => update(conn, workspace_id, before, write, now).await,
                        None => create(conn, workspace_id, &company_id, write, now).await,
                    }
                })
            })
            .await
    }

    /// Changes what `write` names. [`Error::NotFound`].
    pub async fn update_company(
        &self,
        workspace_id: i64,
        id: String,
        write: CompanyWrite,
        now: i64,
    ) -> Result<CompanyRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before = company(conn, workspace_id, &id).await?.ok_or(Error::NotFound("company"))?;
                    data_attributes::check(
                        conn,
                        workspace_id,
                        AttributeModel::Company,
                        &write.custom_attributes,
                    )
                    .await?;
                    update(conn, workspace_id, before, write, now).await
                })
            })
            .await
    }

    /// Archives a company and detaches its contacts; its own id is free again. Gives it as it was.
    pub async fn delete_company(&self, workspace_id: i64, id: String, now: i64) -> Result<CompanyRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let found = company(conn, workspace_id, &id).await?.ok_or(Error::NotFound("company"))?;
                    detach_all(conn, workspace_id, &id, now).await?;
                    execute!(conn, "DELETE FROM company_tags WHERE company_id = $1", &id)?;
                    let sql = "UPDATE companies SET archived_at = $2, updated_at = $2 WHERE id = $1";
                    execute!(conn, sql, &id, now)?;
                    tell(conn, workspace_id, Topic::CompanyDeleted, &found, None, now).await?;
                    Ok(found)
                })
            })
            .await
    }
}

/// Makes a company; its attributes have been checked.
pub(super) async fn create(
    conn: &mut Conn,
    workspace_id: i64,
    company_id: &str,
    write: CompanyWrite,
    now: i64,
) -> Result<CompanyRecord> {
    let id = new_contact_id();
    execute!(
        conn,
        "INSERT INTO companies (id, workspace_id, company_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
        &id,
        workspace_id,
        company_id,
        now
    )?;
    let born = company(conn, workspace_id, &id).await?.ok_or(Error::NotFound("company"))?;
    let made = put(conn, workspace_id, born, write, now).await?;
    tell(conn, workspace_id, Topic::CompanyCreated, &made, None, now).await?;
    Ok(made)
}

/// Changes a company; its attributes have been checked. What changes nothing is no news to webhooks: an integration that
/// writes back what it was told would be told again, without end.
pub(super) async fn update(
    conn: &mut Conn,
    workspace_id: i64,
    before: CompanyRecord,
    write: CompanyWrite,
    now: i64,
) -> Result<CompanyRecord> {
    let after = put(conn, workspace_id, before.clone(), write, now).await?;
    if (CompanyRecord { updated_at: after.updated_at, ..before }) != after {
        tell(conn, workspace_id, Topic::CompanyUpdated, &after, None, now).await?;
    }
    Ok(after)
}

async fn put(
    conn: &mut Conn,
    workspace_id: i64,
    before: CompanyRecord,
    write: CompanyWrite,
    now: i64,
) -> Result<CompanyRecord> {
    let plan_id = match &write.plan {
        Edit::Keep => before.plan_id,
        Edit::Clear => None,
        Edit::Set(name) => Some(plan(conn, workspace_id, name).await?),
    };
    execute!(
        conn,
        "UPDATE companies SET name = $2, plan_id = $3, monthly_spend = $4, size = $5, website = $6, industry = $7, \
         remote_created_at = $8, last_request_at = $9, updated_at = $10 WHERE id = $1",
        &before.id,
        write.name.over(before.name),
        plan_id,
        write.monthly_spend.over(Some(before.monthly_spend)).unwrap_or(0),
        write.size.over(before.size),
        write.website.over(before.website),
        write.industry.over(before.industry),
        write.remote_created_at.over(before.remote_created_at),
        if write.seen { Some(now) } else { before.last_request_at },
        now
    )?;
    if !write.custom_attributes.is_empty() {
        let mut all: Map<_, _> = serde_json::from_str(&before.custom_attributes).unwrap_or_default();
        all.extend(write.custom_attributes);
        attributes::write_of(conn, Owner::Company, workspace_id, &before.id, all).await?;
    }
    company(conn, workspace_id, &before.id).await?.ok_or(Error::NotFound("company"))
}

/// Logs what happened to a company, with the object as it is now, for webhooks and the change feed; `contact_id` is whom
/// it happened with.
pub(super) async fn tell(
    conn: &mut Conn,
    workspace_id: i64,
    topic: Topic,
    company: &CompanyRecord,
    contact_id: Option<&str>,
    now: i64,
) -> Result<()> {
    let sql = "SELECT app_id FROM workspaces WHERE id = $1";
    let (app_id,) = row!(conn, (String,), sql, workspace_id)?.ok_or(Error::NotFound("workspace"))?;
    let news = News::only(topic, workspace_id, now).about(contact_id.unwrap_or_default());
    announce(conn, news.detail(&json!({"company": object(&app_id, company)}))).await
}

/// The id of a plan's name, made if there is none.
async fn plan(conn: &mut Conn, workspace_id: i64, name: &str) -> Result<i64> {
    let sql =
        "INSERT INTO plans (workspace_id, name) VALUES ($1, $2) ON CONFLICT (workspace_id, name) DO NOTHING";
    execute!(conn, sql, workspace_id, name)?;
    let sql = "SELECT id FROM plans WHERE workspace_id = $1 AND name = $2";
    Ok(row!(conn, (i64,), sql, workspace_id, name)?.ok_or(Error::NotFound("plan"))?.0)
}
