//! What a page says about companies at a ping (P12): they are made and the contact is attached. A user's page may change
//! them, as it may change the user. A lead's page is nobody's word: it may make a company and belong to it, but changes
//! none that is there.

use std::collections::BTreeSet;

use doorstep_domain::companies::{COMPANIES_OF_CONTACT, CompanyData, begins_session};
use doorstep_domain::edit::Edit;
use serde_json::{Map, Value};

use crate::companies::attach::{attach, is_attached};
use crate::companies::read::by_company_id;
use crate::companies::write::{create, update};
use crate::companies::{CompanyRecord, CompanyWrite};
use crate::conn::{Conn, execute};
use crate::data_attributes::{self, AttributeModel, learn};
use crate::error::{Error, Result};
use crate::types::Contact;

/// Whether the page says something about companies that is not known yet.
pub(crate) async fn news_of_page(conn: &mut Conn, person: &Contact, said: &[CompanyData]) -> Result<bool> {
    for data in said {
        let Some(found) = by_company_id(conn, person.workspace_id, &data.company_id).await? else {
            if data.name.is_some() {
                return Ok(true);
            }
            continue;
        };
        if !is_attached(conn, &person.id, &found.id).await? {
            return Ok(true);
        }
        if person.is_user()
            && (changes(conn, person.workspace_id, &found, data).await?.is_some()
                || data_attributes::learns(conn, person.workspace_id, &data.attributes).await?)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes what a page says about companies, and counts the visit for all companies of the contact. `last_seen_at` is when
/// they were seen before.
pub(crate) async fn take_from_page(
    conn: &mut Conn,
    person: &Contact,
    said: &[CompanyData],
    last_seen_at: Option<i64>,
    now: i64,
) -> Result<()> {
    let (workspace_id, model) = (person.workspace_id, AttributeModel::Company);
    for data in said {
        let found = match by_company_id(conn, workspace_id, &data.company_id).await? {
            Some(found) if person.is_user() => {
                learn(conn, workspace_id, model, &data.attributes, now).await?;
                match changes(conn, workspace_id, &found, data).await? {
                    Some(write) => update(conn, workspace_id, found, write, now).await?,
                    None => found,
                }
            }
            Some(found) => found,
            None if data.name.is_some() => {
                learn(conn, workspace_id, model, &data.attributes, now).await?;
                let write = write_of(conn, workspace_id, data, &Map::new()).await?;
                create(conn, workspace_id, &data.company_id, write, now).await?
            }
            None => continue,
        };
        match attach(conn, workspace_id, &person.id, found, now).await {
            // A page is told of nothing; programs are.
            Err(Error::TooManyCompanies) => {
                tracing::warn!(contact = person.id, "belongs to {COMPANIES_OF_CONTACT} companies already");
            }
            done => drop(done?),
        }
    }
    let session = i64::from(person.is_user() && begins_session(last_seen_at, now));
    execute!(
        conn,
        "UPDATE companies SET last_request_at = $2, session_count = session_count + $3 WHERE id IN \
         (SELECT company_id FROM contact_companies WHERE contact_id = $1)",
        &person.id,
        now,
        session
    )?;
    Ok(())
}

/// What a page would change of a company that is there, if anything.
async fn changes(
    conn: &mut Conn,
    workspace_id: i64,
    found: &CompanyRecord,
    data: &CompanyData,
) -> Result<Option<CompanyWrite>> {
    let known: Map<String, Value> = serde_json::from_str(&found.custom_attributes).unwrap_or_default();
    let write = write_of(conn, workspace_id, data, &known).await?;
    let differs = |said: &Edit<String>, known: &Option<String>| {
        said.given().is_some_and(|said| Some(said) != known.as_ref())
    };
    let counts = |said: &Edit<i64>, known: Option<i64>| said.given().is_some_and(|said| Some(*said) != known);
    let news = differs(&write.name, &found.name)
        || differs(&write.plan, &found.plan_name)
        || differs(&write.website, &found.website)
        || differs(&write.industry, &found.industry)
        || counts(&write.monthly_spend, Some(found.monthly_spend))
        || counts(&write.size, found.size)
        || counts(&write.remote_created_at, found.remote_created_at)
        || !write.custom_attributes.is_empty();
    Ok(news.then_some(write))
}

async fn write_of(
    conn: &mut Conn,
    workspace_id: i64,
    data: &CompanyData,
    known: &Map<String, Value>,
) -> Result<CompanyWrite> {
    let text = |said: &Option<String>| said.clone().map_or(Edit::Keep, Edit::Set);
    let number = |said: Option<i64>| said.map_or(Edit::Keep, Edit::Set);
    let (model, said) = (AttributeModel::Company, &data.attributes);
    Ok(CompanyWrite {
        name: text(&data.name),
        plan: text(&data.plan),
        monthly_spend: number(data.monthly_spend),
        size: number(data.size),
        website: text(&data.website),
        industry: text(&data.industry),
        remote_created_at: number(data.remote_created_at),
        seen: false,
        custom_attributes: data_attributes::said_by_page(
            conn,
            workspace_id,
            model,
            known,
            said,
            &BTreeSet::new(),
        )
        .await?,
    })
}
