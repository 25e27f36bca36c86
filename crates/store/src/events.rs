//! What contacts did (S§3.1): writing events down and reading them. One row an event, whose key is what makes it the same
//! event (contact, name, second); beside it, in the same transaction, what searches ask: how often, first, last
//! (`summaries.rs`), and the values of the metadata.

mod summaries;

use doorstep_domain::events::{EventName, LISTED, Metadata, NAMES, PAGE_VIEW};
use doorstep_domain::topics::Topic;
use serde_json::{Value, json};

use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::people::contact;
use crate::types::Contact;
pub(crate) use summaries::resum;
pub use summaries::{EventSummary, NewSummary};

/// Something a contact did.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What.
    pub name: EventName,
    /// When, Unix seconds.
    pub created_at: i64,
    /// With what.
    pub metadata: Metadata,
}

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EventRecord {
    /// When.
    pub created_at: i64,
    /// Id of the name: with the time it tells an event from the contact's others.
    pub name_id: i64,
    /// What, as it was written first.
    pub name: String,
    /// JSON object; empty for none.
    pub metadata: String,
}

/// Which of a contact's events.
#[derive(Clone, Copy, Debug)]
pub struct EventsAsked {
    /// Time and name id: only older ones.
    pub before: Option<(i64, i64)>,
    /// Time and name id: only newer ones.
    pub since: Option<(i64, i64)>,
    /// Most events.
    pub limit: i64,
    /// Now: what is older than 90 days is not listed.
    pub now: i64,
}

impl Store {
    /// Writes an event down; says whether it was new. [`Error::NotFound`] without the contact, [`Error::TooManyEventNames`].
    pub async fn track_event(
        &self,
        workspace_id: i64,
        contact_id: String,
        event: NewEvent,
        now: i64,
    ) -> Result<bool> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let person = person(conn, workspace_id, &contact_id).await?;
                    track(conn, &person, &event, now).await
                })
            })
            .await
    }

    /// Writes down what a browser held; gives the names for which there was no room.
    pub async fn track_events(
        &self,
        workspace_id: i64,
        contact_id: String,
        events: Vec<NewEvent>,
        now: i64,
    ) -> Result<Vec<String>> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let person = person(conn, workspace_id, &contact_id).await?;
                    let mut refused = Vec::new();
                    for event in &events {
                        match track(conn, &person, event, now).await {
                            Ok(_) => {}
                            Err(Error::TooManyEventNames) => refused.push(event.name.shown().to_owned()),
                            Err(error) => return Err(error),
                        }
                    }
                    Ok(refused)
                })
            })
            .await
    }

    /// A contact's events of the last 90 days, the newest first, and whether there are more.
    pub async fn events(&self, contact_id: &str, asked: EventsAsked) -> Result<(Vec<EventRecord>, bool)> {
        let mut conn = self.reader().await?;
        let (before_at, before_name) = asked.before.unwrap_or((i64::MAX, i64::MAX));
        let (since_at, since_name) = asked.since.unwrap_or((-1, 0));
        let mut found = rows!(
            &mut conn,
            EventRecord,
            "SELECT e.created_at, e.name_id, n.name, e.metadata FROM events e JOIN event_names n ON n.id = e.name_id \
             WHERE e.contact_id = $1 AND e.created_at >= $2 AND (e.created_at < $3 OR e.created_at = $3 AND e.name_id < $4) \
             AND (e.created_at > $5 OR e.created_at = $5 AND e.name_id > $6) \
             ORDER BY e.created_at DESC, e.name_id DESC LIMIT $7",
            contact_id,
            asked.now - LISTED,
            before_at,
            before_name,
            since_at,
            since_name,
            asked.limit + 1
        )?;
        let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        Ok((found, more))
    }
}

impl EventRecord {
    /// As the REST API and webhooks show it (S§3.1).
    pub fn object(&self, person: &Contact) -> Value {
        object(person, &self.name, self.created_at, Metadata::stored(&self.metadata))
    }
}

fn object(person: &Contact, name: &str, created_at: i64, metadata: Metadata) -> Value {
    json!({
        "type": "event",
        "event_name": name,
        "created_at": created_at,
        "id": person.external_id.as_ref().unwrap_or(&person.id),
        "user_id": person.external_id,
        "intercom_user_id": person.id,
        "email": person.email,
        "metadata": metadata.into_map(),
    })
}

/// The contact something is written down for: an archived one is not tracked (S§1.5).
async fn person(conn: &mut Conn, workspace_id: i64, contact_id: &str) -> Result<Contact> {
    let found = contact(conn, workspace_id, contact_id).await?;
    found.filter(|found| found.archived_at.is_none()).ok_or(Error::NotFound("contact"))
}

async fn track(conn: &mut Conn, person: &Contact, event: &NewEvent, now: i64) -> Result<bool> {
    let name_id = name_id(conn, person.workspace_id, &event.name, now).await?;
    let new = execute!(
        conn,
        "INSERT INTO events (contact_id, created_at, name_id, metadata) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        &person.id,
        event.created_at,
        name_id,
        event.metadata.text()
    )?;
    if new == 0 {
        return Ok(false);
    }
    execute!(
        conn,
        "INSERT INTO event_summaries (contact_id, name_id, tracked, count, first_at, last_at) VALUES ($1, $2, 1, 1, $3, $3) \
         ON CONFLICT (contact_id, name_id) DO UPDATE SET tracked = event_summaries.tracked + 1, \
         count = CASE WHEN event_summaries.tracked >= event_summaries.count THEN event_summaries.tracked + 1 \
         ELSE event_summaries.count END, \
         first_at = CASE WHEN event_summaries.first_at > $3 THEN $3 ELSE event_summaries.first_at END, \
         last_at = CASE WHEN event_summaries.last_at < $3 THEN $3 ELSE event_summaries.last_at END",
        &person.id,
        name_id,
        event.created_at
    )?;
    for fact in event.metadata.facts() {
        execute!(
            conn,
            "INSERT INTO event_values (name_id, key, value, contact_id, number_value) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (name_id, key, value, contact_id) DO UPDATE SET \
             number_value = coalesce(event_values.number_value, excluded.number_value)",
            name_id,
            fact.key,
            fact.text,
            &person.id,
            fact.number
        )?;
    }
    // Everybody looks at pages all the time: that is no news.
    if event.name.norm() != PAGE_VIEW {
        let detail = object(person, event.name.shown(), event.created_at, event.metadata.clone());
        let news =
            News::only(Topic::EventCreated, person.workspace_id, now).about(&person.id).detail(&detail);
        announce(conn, news).await?;
    }
    Ok(true)
}

/// The id of a name, which is made if there is room for another.
async fn name_id(conn: &mut Conn, workspace_id: i64, name: &EventName, now: i64) -> Result<i64> {
    let sql = "SELECT id FROM event_names WHERE workspace_id = $1 AND name_norm = $2";
    if let Some((id,)) = row!(conn, (i64,), sql, workspace_id, name.norm())? {
        return Ok(id);
    }
    let count = row!(conn, (i64,), "SELECT count(*) FROM event_names WHERE workspace_id = $1", workspace_id)?;
    if count.is_some_and(|(count,)| count >= NAMES) {
        return Err(Error::TooManyEventNames);
    }
    let made = row!(
        conn,
        (i64,),
        "INSERT INTO event_names (workspace_id, name, name_norm, created_at) VALUES ($1, $2, $3, $4) RETURNING id",
        workspace_id,
        name.shown(),
        name.norm(),
        now
    )?;
    Ok(made.ok_or(Error::NotFound("workspace"))?.0)
}
