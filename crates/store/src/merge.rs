//! Merging a lead into a user (P7, P8; S§1.6): conversations, sessions and what the user lacks move over, the lead's id
//! stays as a signpost. Called when somebody logs in over a lead or proves an email that leads have (`identify.rs`), and by
//! the REST API. What belongs to a contact and moves is listed in `merge/belongings.rs`.

pub(crate) mod belongings;
pub(crate) mod journal;
mod preview;

pub use journal::{UNDO, Undone};
pub use preview::MergePreview;

use doorstep_domain::contacts::{MergeRules, merge_refusals};
use doorstep_domain::topics::Topic;
use serde_json::json;

use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row, rows};
use crate::contacts::{ContactRecord, attributes};
use crate::error::{Error, Result};
use crate::events;
use crate::participants;
use crate::people::told;
use crate::subscriptions;
use crate::types::ChangeKind;
use crate::{Store, visits};

impl Store {
    /// Merges and gives the contact that goes on. [`Error::NotFound`], [`Error::NotMerged`].
    pub async fn merge_contacts(
        &self,
        workspace_id: i64,
        from: String,
        into: String,
        rules: MergeRules,
        now: i64,
    ) -> Result<ContactRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let lead = live(conn, workspace_id, &from).await?;
                    let kept = live(conn, workspace_id, &into).await?;
                    let refusals = merge_refusals(lead.traits(), kept.traits(), from == into, rules);
                    if let Some(refusal) = refusals.into_iter().next() {
                        return Err(Error::NotMerged(refusal));
                    }
                    // Nobody has shown that the lead's browser is the user's.
                    merge(conn, workspace_id, &from, &into, LeadSessions::End, now).await?;
                    live(conn, workspace_id, &into).await
                })
            })
            .await
    }
}

async fn live(conn: &mut Conn, workspace_id: i64, id: &str) -> Result<ContactRecord> {
    let sql = "SELECT * FROM contacts WHERE id = $1 AND workspace_id = $2 AND merged_into IS NULL";
    row!(conn, ContactRecord, sql, id, workspace_id)?.ok_or(Error::NotFound("contact"))
}

/// What becomes of the lead's sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeadSessions {
    /// The user has logged in over the lead, in the lead's own browser (P9).
    GoOn,
    /// The two are one person by what somebody says or by an email that anybody can have typed: whoever sits at the lead's
    /// browser must not become the user.
    End,
}

/// Everything of the lead goes to the user, whose own values win; conversation ids stay.
pub(crate) async fn merge(
    conn: &mut Conn,
    workspace_id: i64,
    from: &str,
    into: &str,
    sessions: LeadSessions,
    now: i64,
) -> Result<()> {
    let sql = "SELECT id FROM conversations WHERE contact_id = $1 \
               UNION SELECT conversation_id FROM conversation_contacts WHERE contact_id = $1 ORDER BY 1";
    let moved = rows!(conn, (i64,), sql, from)?;
    let merge_id = journal::begin(conn, from, into, now).await?;
    subscriptions::carry_refusals(conn, from, into).await?;
    belongings::hand_over(conn, merge_id, from, into).await?;
    participants::recount(conn, into).await?;
    for contact in [from, into] {
        events::resum(conn, contact).await?;
    }
    if sessions == LeadSessions::End {
        let sql =
            "UPDATE messenger_sessions SET revoked_at = $2 WHERE contact_id = $1 AND revoked_at IS NULL";
        execute!(conn, sql, from, now)?;
    }
    execute!(conn, "UPDATE messenger_sessions SET contact_id = $2 WHERE contact_id = $1", from, into)?;
    fill(conn, workspace_id, from, into, now).await?;
    execute!(
        conn,
        "UPDATE contacts SET merged_into = $2, visitor_id = NULL, updated_at = $3 WHERE id = $1",
        from,
        into,
        now
    )?;
    // Sockets of the lead learn that they are somebody else now, and sockets of the user see the new conversations.
    told(conn, workspace_id, from, ChangeKind::SessionEnded, now).await?;
    let merged_from = json!({"merged_from": {"type": "contact", "id": from}});
    let news = News::contact(workspace_id, into, now);
    announce(conn, news.topic(Topic::ContactMerged).detail(&merged_from)).await?;
    for (conversation_id,) in moved {
        announce(conn, News::conversation(workspace_id, into, conversation_id, now)).await?;
    }
    Ok(())
}

/// What the user has no value for. An email comes with its proof or without.
async fn fill(conn: &mut Conn, workspace_id: i64, from: &str, into: &str, now: i64) -> Result<()> {
    execute!(
        conn,
        "UPDATE contacts SET \
         email_verified = CASE WHEN contacts.email IS NULL THEN f.email_verified ELSE contacts.email_verified END, \
         email = coalesce(contacts.email, f.email), email_norm = coalesce(contacts.email_norm, f.email_norm), \
         email_domain = coalesce(contacts.email_domain, f.email_domain), \
         email_claimed = CASE WHEN contacts.email IS NULL THEN f.email_claimed ELSE contacts.email_claimed END, \
         name = coalesce(contacts.name, f.name), phone = coalesce(contacts.phone, f.phone), \
         phone_norm = CASE WHEN contacts.phone IS NULL THEN f.phone_norm ELSE contacts.phone_norm END, \
         avatar = coalesce(contacts.avatar, f.avatar), owner_id = coalesce(contacts.owner_id, f.owner_id), \
         last_page = coalesce(contacts.last_page, f.last_page), \
         language_override = coalesce(contacts.language_override, f.language_override), \
         last_seen_at = CASE WHEN f.last_seen_at > coalesce(contacts.last_seen_at, 0) THEN f.last_seen_at \
         ELSE contacts.last_seen_at END, \
         last_replied_at = CASE WHEN f.last_replied_at > coalesce(contacts.last_replied_at, 0) \
         THEN f.last_replied_at ELSE contacts.last_replied_at END, \
         last_contacted_at = CASE WHEN f.last_contacted_at > coalesce(contacts.last_contacted_at, 0) \
         THEN f.last_contacted_at ELSE contacts.last_contacted_at END, updated_at = $3 \
         FROM contacts AS f WHERE f.id = $2 AND contacts.id = $1",
        into,
        from,
        now
    )?;
    visits::fill(conn, from, into).await?;
    let mut all = attributes::read(conn, from).await?;
    if !all.is_empty() {
        all.extend(attributes::read(conn, into).await?);
        attributes::write(conn, workspace_id, into, all).await?;
        execute!(conn, "DELETE FROM contact_attributes WHERE contact_id = $1", from)?;
    }
    Ok(())
}
