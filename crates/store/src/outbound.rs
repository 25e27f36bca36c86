//! Outbound messages: what is shown to people by rules (`doorstep_domain::outbound`). Here: making, changing, listing them.
//! Who got one and what they did with it: `deliver`. The conversation an answer begins: `thread`.
//!
//! Of anonymous people nothing is kept: what they did is a number in the message's row (P1). Of leads and users there is a
//! row a showing, which the number is counted from.

mod deliver;
pub(crate) mod thread;

pub use deliver::{Claimed, Deed, DeliveryClaim, DeliveryReport};
use doorstep_domain::outbound::{Content, Frequency, LIVE, Rules};

use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboundMessage {
    /// Id.
    pub id: i64,
    /// What teammates call it.
    pub name: String,
    /// Whether it is shown.
    pub state: OutboundState,
    /// The teammate it is from.
    pub admin_id: i64,
    /// What it says.
    pub content: Content,
    /// Whom it is for, and where; `None` for rules of a later version, which reach nobody.
    pub rules: Option<Rules>,
    /// How often.
    pub frequency: Frequency,
    /// Of several that could be shown, the highest is.
    pub priority: i64,
    /// From when on.
    pub starts_at: Option<i64>,
    /// Until when.
    pub stops_at: Option<i64>,
    /// What came of it.
    pub counts: OutboundCounts,
    /// Made.
    pub created_at: i64,
    /// Last changed.
    pub updated_at: i64,
}

/// Whether a message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboundState {
    /// Never was.
    Draft,
    /// Is.
    Live,
    /// Was, and may be again.
    Paused,
}

impl OutboundState {
    /// The stored and spoken word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Paused => "paused",
        }
    }

    fn parse(text: &str) -> Self {
        [Self::Draft, Self::Live].into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Paused)
    }
}

/// How many showings there were, and what came of them; each counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboundCounts {
    /// Given to a browser.
    pub sent: i64,
    /// On a screen.
    pub seen: i64,
    /// Clicked: the message opened, the button pressed.
    pub clicked: i64,
    /// Closed.
    pub dismissed: i64,
    /// Answered.
    pub replied: i64,
}

/// What a message shall be.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboundWrite {
    /// What teammates call it.
    pub name: String,
    /// The teammate it is from.
    pub admin_id: i64,
    /// What it says.
    pub content: Content,
    /// Whom it is for, and where.
    pub rules: Rules,
    /// How often.
    pub frequency: Frequency,
    /// Of several that could be shown, the highest is.
    pub priority: i64,
    /// From when on.
    pub starts_at: Option<i64>,
    /// Until when.
    pub stops_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: i64,
    name: String,
    state: String,
    admin_id: i64,
    body: String,
    banner: String,
    rules: String,
    frequency: String,
    frequency_days: Option<i64>,
    priority: i64,
    starts_at: Option<i64>,
    stops_at: Option<i64>,
    sent: i64,
    seen: i64,
    clicked: i64,
    dismissed: i64,
    replied: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<MessageRow> for OutboundMessage {
    fn from(row: MessageRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            state: OutboundState::parse(&row.state),
            admin_id: row.admin_id,
            content: Content::read(row.body, &row.banner),
            rules: Rules::read(&row.rules),
            frequency: Frequency::parse(&row.frequency, row.frequency_days).unwrap_or_default(),
            priority: row.priority,
            starts_at: row.starts_at,
            stops_at: row.stops_at,
            counts: OutboundCounts {
                sent: row.sent,
                seen: row.seen,
                clicked: row.clicked,
                dismissed: row.dismissed,
                replied: row.replied,
            },
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl Store {
    /// All messages, the newest first; `before` an id, `limit` of them at most.
    pub async fn outbound_messages(
        &self,
        workspace_id: i64,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<OutboundMessage>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT * FROM outbound_messages WHERE workspace_id = $1 AND deleted_at IS NULL AND id < $2 \
                   ORDER BY id DESC LIMIT $3";
        let before = before.unwrap_or(i64::MAX);
        Ok(rows!(&mut conn, MessageRow, sql, workspace_id, before, limit)?
            .into_iter()
            .map(Into::into)
            .collect())
    }

    /// How many messages there are.
    pub async fn outbound_total(&self, workspace_id: i64) -> Result<i64> {
        let mut conn = self.reader().await?;
        let sql = "SELECT count(*) FROM outbound_messages WHERE workspace_id = $1 AND deleted_at IS NULL";
        Ok(row!(&mut conn, (i64,), sql, workspace_id)?.map_or(0, |(count,)| count))
    }

    /// The live messages whose time is not over, in the order in which they are tried.
    pub async fn live_outbound(&self, workspace_id: i64, now: i64) -> Result<Vec<OutboundMessage>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT * FROM outbound_messages WHERE workspace_id = $1 AND state = 'live' \
                   AND deleted_at IS NULL AND (stops_at IS NULL OR stops_at > $2) ORDER BY priority DESC, id";
        Ok(rows!(&mut conn, MessageRow, sql, workspace_id, now)?.into_iter().map(Into::into).collect())
    }

    /// One message. [`Error::NotFound`].
    pub async fn outbound_message(&self, workspace_id: i64, id: i64) -> Result<OutboundMessage> {
        of(&mut self.reader().await?, workspace_id, id).await
    }

    /// Makes a draft. [`Error::NotFound`] for the `admin`.
    pub async fn create_outbound(
        &self,
        workspace_id: i64,
        new: OutboundWrite,
        now: i64,
    ) -> Result<OutboundMessage> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    sender(conn, workspace_id, new.admin_id).await?;
                    let (id,) = row!(
                        conn,
                        (i64,),
                        "INSERT INTO outbound_messages (workspace_id, name, state, admin_id, body, banner, rules, \
                         frequency, frequency_days, priority, starts_at, stops_at, created_at, updated_at) \
                         VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) RETURNING id",
                        workspace_id,
                        &new.name,
                        new.admin_id,
                        &new.content.body,
                        new.content.banner_object().to_string(),
                        new.rules.object().to_string(),
                        new.frequency.as_str(),
                        new.frequency.days().map(i64::from),
                        new.priority,
                        new.starts_at,
                        new.stops_at,
                        now
                    )?
                    .ok_or(Error::NotFound("outbound message"))?;
                    of(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Changes a message; what was counted stays. [`Error::NotFound`].
    pub async fn update_outbound(
        &self,
        workspace_id: i64,
        id: i64,
        write: OutboundWrite,
        now: i64,
    ) -> Result<OutboundMessage> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    of(conn, workspace_id, id).await?;
                    sender(conn, workspace_id, write.admin_id).await?;
                    execute!(
                        conn,
                        "UPDATE outbound_messages SET name = $2, admin_id = $3, body = $4, banner = $5, rules = $6, \
                         frequency = $7, frequency_days = $8, priority = $9, starts_at = $10, stops_at = $11, \
                         updated_at = $12 WHERE id = $1",
                        id,
                        &write.name,
                        write.admin_id,
                        &write.content.body,
                        write.content.banner_object().to_string(),
                        write.rules.object().to_string(),
                        write.frequency.as_str(),
                        write.frequency.days().map(i64::from),
                        write.priority,
                        write.starts_at,
                        write.stops_at,
                        now
                    )?;
                    of(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Shows a message, or stops showing it. Doing it twice is no failure. [`Error::NotFound`]; [`Error::TooManyLive`].
    pub async fn set_outbound_state(
        &self,
        workspace_id: i64,
        id: i64,
        state: OutboundState,
        now: i64,
    ) -> Result<OutboundMessage> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    if of(conn, workspace_id, id).await?.state != state {
                        let sql = "UPDATE outbound_messages SET state = $2, updated_at = $3 WHERE id = $1";
                        execute!(conn, sql, id, state.as_str(), now)?;
                        let sql = "SELECT count(*) FROM outbound_messages WHERE workspace_id = $1 \
                                   AND state = 'live' AND deleted_at IS NULL";
                        let live = row!(conn, (i64,), sql, workspace_id)?.map_or(0, |(count,)| count);
                        if state == OutboundState::Live && usize::try_from(live).is_ok_and(|live| live > LIVE)
                        {
                            return Err(Error::TooManyLive);
                        }
                    }
                    of(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Deletes a message. Its row stays out of sight: who has it on screen can still answer. [`Error::NotFound`].
    pub async fn delete_outbound(&self, workspace_id: i64, id: i64, now: i64) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    of(conn, workspace_id, id).await?;
                    let sql = "UPDATE outbound_messages SET deleted_at = $2, state = 'paused' WHERE id = $1";
                    execute!(conn, sql, id, now)?;
                    Ok(())
                })
            })
            .await
    }
}

async fn of(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<OutboundMessage> {
    let sql = "SELECT * FROM outbound_messages WHERE id = $1 AND workspace_id = $2 AND deleted_at IS NULL";
    Ok(row!(conn, MessageRow, sql, id, workspace_id)?.ok_or(Error::NotFound("outbound message"))?.into())
}

/// A message, deleted or not: an answer to it may be late.
async fn once(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<Option<OutboundMessage>> {
    let sql = "SELECT * FROM outbound_messages WHERE id = $1 AND workspace_id = $2";
    Ok(row!(conn, MessageRow, sql, id, workspace_id)?.map(Into::into))
}

/// The teammate must be there.
async fn sender(conn: &mut Conn, workspace_id: i64, admin_id: i64) -> Result<()> {
    let sql = "SELECT id FROM admins WHERE id = $1 AND workspace_id = $2";
    row!(conn, (i64,), sql, admin_id, workspace_id)?.map(drop).ok_or(Error::NotFound("admin"))
}
