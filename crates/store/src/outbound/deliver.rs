//! A browser asks for a message whose rules it found met, and tells what became of it. Who is known is decided again, in the
//! writer's order: of two tabs or two devices that ask at once, one gets the message.

use doorstep_domain::outbound::{Facts, History, in_season};
use serde_json::{Map, Value};

use super::{OutboundMessage, OutboundState, of, thread};
use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::people::{contact, is_retired, lead_of_visitor, live_session};
use crate::types::{Contact, SecretHash};

/// A browser asks for a message.
#[derive(Clone, Debug)]
pub struct DeliveryClaim {
    /// Workspace.
    pub workspace_id: i64,
    /// The message.
    pub message_id: i64,
    /// The name the browser gave to this showing.
    pub delivery_id: String,
    /// Whose browser: a session.
    pub session: Option<SecretHash>,
    /// Whose browser: a visitor id.
    pub visitor_id: Option<String>,
    /// What the browser found of the conditions it can check.
    pub met: bool,
    /// Whether an anonymous showing counts: it does not if it is a repetition.
    pub counts: bool,
    /// Now.
    pub now: i64,
}

/// What the browser gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Claimed {
    /// Nothing: paused, not the season, not for them, or they have had it.
    Nothing,
    /// The message.
    Message(Box<OutboundMessage>),
}

/// What became of a showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It was on a screen.
    Seen,
    /// Opened, or its button pressed.
    Clicked,
    /// Closed.
    Dismissed,
}

/// A browser tells what became of a showing.
#[derive(Clone, Debug)]
pub struct DeliveryReport {
    /// Workspace.
    pub workspace_id: i64,
    /// The showing's name.
    pub delivery_id: String,
    /// Whose browser: a session.
    pub session: Option<SecretHash>,
    /// Whose browser: a visitor id.
    pub visitor_id: Option<String>,
    /// What happened.
    pub deed: Deed,
    /// Whether an anonymous deed counts: it does not if it is a repetition.
    pub counts: bool,
    /// Now.
    pub now: i64,
}

impl Store {
    /// Gives a message to a browser, once. Repeating the claim of a lead or user gives the same again.
    pub async fn claim_outbound(&self, claim: DeliveryClaim) -> Result<Claimed> {
        self.writer
            .run(claim.workspace_id, move |conn| Box::pin(async move { give(conn, &claim).await }))
            .await
    }

    /// Counts what became of a showing. What cannot be counted is nobody's fault and no error.
    pub async fn report_outbound(&self, report: DeliveryReport) -> Result<()> {
        self.writer
            .run(report.workspace_id, move |conn| Box::pin(async move { note(conn, &report).await }))
            .await
    }
}

async fn give(conn: &mut Conn, claim: &DeliveryClaim) -> Result<Claimed> {
    let message = match of(conn, claim.workspace_id, claim.message_id).await {
        Err(Error::NotFound(_)) => return Ok(Claimed::Nothing),
        found => found?,
    };
    let shown =
        message.state == OutboundState::Live && in_season(message.starts_at, message.stops_at, claim.now);
    let Some(rules) = message.rules.as_ref().filter(|_| shown) else { return Ok(Claimed::Nothing) };
    let person =
        person(conn, claim.workspace_id, claim.session.as_ref(), claim.visitor_id.as_deref(), claim.now);
    let person = person.await?;
    let attributes = match &person {
        Some(person) if rules.asks() => custom_attributes(conn, &person.id).await?,
        _ => Map::new(),
    };
    let companies = match &person {
        Some(person) if rules.asks_companies() => companies(conn, &person.id).await?,
        _ => Vec::new(),
    };
    let role = person.as_ref().map_or("visitor", |person| &person.role);
    if !rules.fit(claim.met, &Facts { role, attributes: &attributes, companies: &companies }) {
        return Ok(Claimed::Nothing);
    }
    match &person {
        Some(person) if person.blocked_at.is_some() => return Ok(Claimed::Nothing),
        Some(person) => match owner(conn, &claim.delivery_id).await? {
            Some(owner) if owner == person.id => {}
            Some(_) => return Ok(Claimed::Nothing),
            None => {
                let before = history(conn, message.id, &person.id).await?;
                if !message.frequency.allows(before, claim.now) {
                    return Ok(Claimed::Nothing);
                }
                insert(conn, &claim.delivery_id, message.id, &person.id, claim.now).await?;
                count(conn, message.id, "sent").await?;
            }
        },
        None if claim.counts => count(conn, message.id, "sent").await?,
        None => {}
    }
    Ok(Claimed::Message(Box::new(message)))
}

async fn note(conn: &mut Conn, report: &DeliveryReport) -> Result<()> {
    let named = doorstep_domain::outbound::delivery::message_of(&report.delivery_id);
    let Some(message_id) = named else { return Ok(()) };
    let Some(message) = super::once(conn, report.workspace_id, message_id).await? else { return Ok(()) };
    let person =
        person(conn, report.workspace_id, report.session.as_ref(), report.visitor_id.as_deref(), report.now);
    let person = person.await?;
    let (column, counter) = match report.deed {
        Deed::Seen => ("seen_at", "seen"),
        Deed::Clicked => ("clicked_at", "clicked"),
        Deed::Dismissed => ("dismissed_at", "dismissed"),
    };
    match (owner(conn, &report.delivery_id).await?, person) {
        (Some(owner), Some(person)) if owner == person.id => {
            if mark(conn, &report.delivery_id, column, report.now).await? {
                count(conn, message.id, counter).await?;
            }
            // What was opened or put away can be found again in the Messenger.
            if report.deed != Deed::Seen && message.content.banner.is_none() {
                thread::keep(conn, &message, &person, &report.delivery_id, report.now).await?;
            }
        }
        // Anonymous when it was given.
        (None, _) if report.counts => count(conn, message.id, counter).await?,
        _ => {}
    }
    Ok(())
}

/// Who asks: the session's person, else the lead of the visitor id, else nobody that is known.
async fn person(
    conn: &mut Conn,
    workspace_id: i64,
    session: Option<&SecretHash>,
    visitor_id: Option<&str>,
    now: i64,
) -> Result<Option<Contact>> {
    if let Some(hash) = session
        && let Some(session) = live_session(conn, workspace_id, hash, now).await?
    {
        return contact(conn, workspace_id, &session.contact_id).await;
    }
    let Some(visitor_id) = visitor_id else { return Ok(None) };
    if is_retired(conn, workspace_id, visitor_id).await? {
        return Ok(None);
    }
    lead_of_visitor(conn, workspace_id, visitor_id).await
}

async fn custom_attributes(conn: &mut Conn, contact_id: &str) -> Result<Map<String, Value>> {
    let sql = "SELECT custom_attributes FROM contacts WHERE id = $1";
    let found = row!(conn, (String,), sql, contact_id)?;
    Ok(found.and_then(|(text,)| serde_json::from_str(&text).ok()).unwrap_or_default())
}

async fn companies(conn: &mut Conn, contact_id: &str) -> Result<Vec<Map<String, Value>>> {
    let sql = "SELECT c.name, p.name, c.custom_attributes FROM companies c \
               JOIN contact_companies a ON a.company_id = c.id LEFT JOIN plans p ON p.id = c.plan_id \
               WHERE a.contact_id = $1";
    let found = rows!(conn, (Option<String>, Option<String>, String), sql, contact_id)?;
    let facts = found.into_iter().map(|(name, plan, attributes)| {
        let mut facts: Map<String, Value> = serde_json::from_str(&attributes).unwrap_or_default();
        facts.insert("name".to_owned(), name.into());
        facts.insert("plan".to_owned(), plan.into());
        facts
    });
    Ok(facts.collect())
}

async fn history(conn: &mut Conn, message_id: i64, contact_id: &str) -> Result<History> {
    let sql = "SELECT max(created_at), count(clicked_at) + count(dismissed_at) + count(replied_at) \
               FROM outbound_deliveries WHERE contact_id = $1 AND message_id = $2";
    let (last_at, deeds) = row!(conn, (Option<i64>, i64), sql, contact_id, message_id)?.unwrap_or_default();
    Ok(History { last_at, interacted: deeds > 0 })
}

/// Who got the showing of this name; nobody that is known, if it was anonymous.
async fn owner(conn: &mut Conn, delivery_id: &str) -> Result<Option<String>> {
    let sql = "SELECT contact_id FROM outbound_deliveries WHERE id = $1";
    Ok(row!(conn, (String,), sql, delivery_id)?.map(|(owner,)| owner))
}

async fn insert(conn: &mut Conn, id: &str, message_id: i64, contact_id: &str, now: i64) -> Result<()> {
    let sql =
        "INSERT INTO outbound_deliveries (id, message_id, contact_id, created_at) VALUES ($1, $2, $3, $4)";
    execute!(conn, sql, id, message_id, contact_id, now)?;
    Ok(())
}

/// Writes down when something happened first; says whether this was the first time.
async fn mark(conn: &mut Conn, id: &str, column: &'static str, now: i64) -> Result<bool> {
    let sql = match column {
        "seen_at" => "UPDATE outbound_deliveries SET seen_at = $2 WHERE id = $1 AND seen_at IS NULL",
        "clicked_at" => "UPDATE outbound_deliveries SET clicked_at = $2 WHERE id = $1 AND clicked_at IS NULL",
        "dismissed_at" => {
            "UPDATE outbound_deliveries SET dismissed_at = $2 WHERE id = $1 AND dismissed_at IS NULL"
        }
        _ => "UPDATE outbound_deliveries SET replied_at = $2 WHERE id = $1 AND replied_at IS NULL",
    };
    Ok(execute!(conn, sql, id, now)? > 0)
}

async fn count(conn: &mut Conn, message_id: i64, what: &'static str) -> Result<()> {
    let sql = match what {
        "sent" => "UPDATE outbound_messages SET sent = sent + 1 WHERE id = $1",
        "seen" => "UPDATE outbound_messages SET seen = seen + 1 WHERE id = $1",
        "clicked" => "UPDATE outbound_messages SET clicked = clicked + 1 WHERE id = $1",
        "dismissed" => "UPDATE outbound_messages SET dismissed = dismissed + 1 WHERE id = $1",
        _ => "UPDATE outbound_messages SET replied = replied + 1 WHERE id = $1",
    };
    execute!(conn, sql, message_id)?;
    Ok(())
}

/// Somebody answered. Who was anonymous when they got it is a lead now (P2): they have had it, so that it does not come
/// again. What they did before was counted then.
pub(super) async fn replied(
    conn: &mut Conn,
    delivery_id: &str,
    message_id: i64,
    contact_id: &str,
    now: i64,
) -> Result<()> {
    match owner(conn, delivery_id).await? {
        None => insert(conn, delivery_id, message_id, contact_id, now).await?,
        Some(owner) if owner != contact_id => return Ok(()),
        Some(_) => {}
    }
    mark(conn, delivery_id, "seen_at", now).await?;
    if mark(conn, delivery_id, "replied_at", now).await? {
        count(conn, message_id, "replied").await?;
    }
    Ok(())
}
