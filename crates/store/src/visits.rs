//! What browsers report of leads and users (`doorstep_domain::visit`), in columns of the contact. Written by the statement
//! of a ping that writes anyway, and with a new lead: no operation of its own, no entry in the change log. Nothing is kept of
//! unknown visitors (P1).

use doorstep_domain::visit::Visit;

use crate::conn::{Conn, execute, row};
use crate::error::Result;

/// What is known of a contact's newest visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct LastVisit {
    /// Name of the browser.
    pub browser: Option<String>,
    /// Its version.
    pub browser_version: Option<String>,
    /// The language its user prefers, `en-US`.
    pub browser_language: Option<String>,
    /// Name of the system.
    pub os: Option<String>,
    /// The page of another site that led here.
    pub referrer: Option<String>,
    /// The campaign that led here.
    pub utm_campaign: Option<String>,
    /// Which of its links.
    pub utm_content: Option<String>,
    /// By which means.
    pub utm_medium: Option<String>,
    /// From where.
    pub utm_source: Option<String>,
    /// The words searched for.
    pub utm_term: Option<String>,
}

impl LastVisit {
    /// Of a contact whose first visit this is.
    pub(crate) fn of(visit: &Visit) -> Self {
        let agent = visit.agent.clone().unwrap_or_default();
        let campaign = visit.campaign.clone().unwrap_or_default();
        Self {
            browser: agent.browser.map(ToOwned::to_owned),
            browser_version: agent.version,
            browser_language: visit.language.clone(),
            os: agent.os.map(ToOwned::to_owned),
            referrer: visit.referrer.clone(),
            utm_campaign: campaign.campaign,
            utm_content: campaign.content,
            utm_medium: campaign.medium,
            utm_source: campaign.source,
            utm_term: campaign.term,
        }
    }
}

/// What is known of a contact.
pub(crate) async fn known(conn: &mut Conn, contact_id: &str) -> Result<LastVisit> {
    let sql = "SELECT browser, browser_version, browser_language, os, referrer, utm_campaign, utm_content, \
               utm_medium, utm_source, utm_term FROM contacts WHERE id = $1";
    Ok(row!(conn, LastVisit, sql, contact_id)?.unwrap_or_default())
}

/// Whether a visit says another origin than the one known. Asked of visits that say one, which are few. A new browser is
/// no news: it waits for the next ping that writes, minutes at most.
pub(crate) async fn led_here_anew(conn: &mut Conn, contact_id: &str, visit: &Visit) -> Result<bool> {
    if visit.referrer.is_none() && visit.campaign.is_none() {
        return Ok(false);
    }
    let known = known(conn, contact_id).await?;
    let said = LastVisit::of(visit);
    let campaign = |of: &LastVisit| {
        let (term, source) = (of.utm_term.clone(), of.utm_source.clone());
        [of.utm_campaign.clone(), of.utm_content.clone(), of.utm_medium.clone(), source, term]
    };
    Ok((visit.referrer.is_some() && said.referrer != known.referrer)
        || (visit.campaign.is_some() && campaign(&said) != campaign(&known)))
}

/// The contact is here now, in this browser.
pub(crate) async fn seen(conn: &mut Conn, contact_id: &str, visit: &Visit, now: i64) -> Result<()> {
    let said = LastVisit::of(visit);
    execute!(
        conn,
        "UPDATE contacts SET last_seen_at = $2, browser_language = coalesce($3, browser_language), \
         referrer = coalesce($4, referrer), browser = CASE WHEN $5 THEN $6 ELSE browser END, \
         browser_version = CASE WHEN $5 THEN $7 ELSE browser_version END, os = CASE WHEN $5 THEN $8 ELSE os END, \
         utm_campaign = CASE WHEN $9 THEN $10 ELSE utm_campaign END, \
         utm_content = CASE WHEN $9 THEN $11 ELSE utm_content END, \
         utm_medium = CASE WHEN $9 THEN $12 ELSE utm_medium END, \
         utm_source = CASE WHEN $9 THEN $13 ELSE utm_source END, \
         utm_term = CASE WHEN $9 THEN $14 ELSE utm_term END WHERE id = $1",
        contact_id,
        now,
        said.browser_language,
        said.referrer,
        visit.agent.is_some(),
        said.browser,
        said.browser_version,
        said.os,
        visit.campaign.is_some(),
        said.utm_campaign,
        said.utm_content,
        said.utm_medium,
        said.utm_source,
        said.utm_term
    )?;
    Ok(())
}

/// What a merged contact's browser said goes on where nothing is known of the one who stays.
pub(crate) async fn fill(conn: &mut Conn, from: &str, into: &str) -> Result<()> {
    execute!(
        conn,
        "UPDATE contacts SET browser = f.browser, browser_version = f.browser_version, os = f.os FROM contacts AS f \
         WHERE contacts.id = $1 AND f.id = $2 AND coalesce(contacts.browser, contacts.os) IS NULL",
        into,
        from
    )?;
    execute!(
        conn,
        "UPDATE contacts SET utm_campaign = f.utm_campaign, utm_content = f.utm_content, \
         utm_medium = f.utm_medium, utm_source = f.utm_source, utm_term = f.utm_term FROM contacts AS f \
         WHERE contacts.id = $1 AND f.id = $2 AND coalesce(contacts.utm_campaign, contacts.utm_content, \
         contacts.utm_medium, contacts.utm_source, contacts.utm_term) IS NULL",
        into,
        from
    )?;
    execute!(
        conn,
        "UPDATE contacts SET browser_language = coalesce(contacts.browser_language, f.browser_language), \
         referrer = coalesce(contacts.referrer, f.referrer) FROM contacts AS f \
         WHERE contacts.id = $1 AND f.id = $2",
        into,
        from
    )?;
    Ok(())
}
