//! Making a visitor a lead (P2): at their first message, or when a program writes for them.

use doorstep_domain::topics::Topic;
use doorstep_domain::visit::Visit;

use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute};
use crate::error::{Error, Result};
use crate::people::{contact, is_retired, lead_of_visitor};
use crate::types::Contact;
use crate::visits::LastVisit;

impl Store {
    /// The lead of a visitor id that writes by API, made if there is none (P2). [`Error::VisitorRetired`].
    pub async fn lead_for_visitor(&self, workspace_id: i64, visitor_id: String, now: i64) -> Result<String> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    if is_retired(conn, workspace_id, &visitor_id).await? {
                        return Err(Error::VisitorRetired);
                    }
                    match lead_of_visitor(conn, workspace_id, &visitor_id).await? {
                        Some(lead) => Ok(lead.id),
                        None => {
                            Ok(new_lead(conn, workspace_id, &visitor_id, &Visit::default(), now).await?.id)
                        }
                    }
                })
            })
            .await
    }
}

/// A lead for a visitor id that has none.
pub(super) async fn new_lead(
    conn: &mut Conn,
    workspace_id: i64,
    visitor_id: &str,
    visit: &Visit,
    now: i64,
) -> Result<Contact> {
    let id = new_contact_id();
    let first = LastVisit::of(visit);
    execute!(
        conn,
        "INSERT INTO contacts (id, workspace_id, role, external_id, visitor_id, external_id_made, email_verified, \
         custom_attributes, created_at, updated_at, last_seen_at, browser, browser_version, browser_language, os, \
         referrer, utm_campaign, utm_content, utm_medium, utm_source, utm_term) \
         VALUES ($1, $2, 'lead', $3, $3, TRUE, FALSE, '{}', $4, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &id,
        workspace_id,
        visitor_id,
        now,
        first.browser,
        first.browser_version,
        first.browser_language,
        first.os,
        first.referrer,
        first.utm_campaign,
        first.utm_content,
        first.utm_medium,
        first.utm_source,
        first.utm_term
    )?;
    announce(conn, News::contact(workspace_id, &id, now).topic(Topic::ContactLeadCreated)).await?;
    contact(conn, workspace_id, &id).await?.ok_or(Error::NotFound("contact"))
}

/// 24 random hexadecimal digits (S§1.1).
pub(crate) fn new_contact_id() -> String {
    format!("{:024x}", rand::random::<u128>() >> 32)
}
