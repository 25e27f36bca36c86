//! Contacts and their sessions: looking them up, editing them, ending sessions (P5, P10). Deciding who is who is in
//! `identify.rs`.

use doorstep_domain::contacts::{digits, email_proven};
use doorstep_domain::email::Email;
use doorstep_domain::topics::Topic;

use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row};
use crate::error::{Error, Result};
use crate::participants;
use crate::types::{ChangeKind, Contact, ContactEdit, SecretHash};
use crate::{Store, hex};

/// How long after its end a session is remembered, seconds: three months.
const REMEMBERED: i64 = 90 * 24 * 3600;

/// Columns of [`Contact`].
macro_rules! contact_columns {
    () => {
        "k.id, k.workspace_id, k.role, k.external_id, k.visitor_id, k.email, k.email_verified, k.name, k.phone, \
         k.avatar, k.last_page, k.created_at, k.last_seen_at, k.archived_at, k.blocked_at"
    };
}
pub(crate) use contact_columns;

/// The live session of a secret, and whose it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Session {
    pub(crate) contact_id: String,
    pub(crate) visitor_id: Option<String>,
    pub(crate) expires_at: i64,
}

impl Store {
    /// Whose live session this is.
    pub async fn contact_by_session(
        &self,
        workspace_id: i64,
        hash: &SecretHash,
        now: i64,
    ) -> Result<Option<Contact>> {
        let mut conn = self.reader().await?;
        match live_session(&mut conn, workspace_id, hash, now).await? {
            Some(session) => contact(&mut conn, workspace_id, &session.contact_id).await,
            None => Ok(None),
        }
    }

    /// A contact by id.
    pub async fn contact(&self, workspace_id: i64, id: &str) -> Result<Option<Contact>> {
        contact(&mut self.reader().await?, workspace_id, id).await
    }

    /// Changes what a teammate or the person themselves typed. A changed email is unverified (P5).
    pub async fn edit_contact(
        &self,
        workspace_id: i64,
        id: String,
        edit: ContactEdit,
        now: i64,
    ) -> Result<Contact> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move { edit_contact(conn, workspace_id, &id, edit, now).await })
            })
            .await
    }

    /// Drops sessions that ended by time long ago; gives how many. Until then a revoked one is remembered, so that what was
    /// queued under it is refused.
    pub async fn forget_old_sessions(&self, now: i64) -> Result<u64> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    let sql = "DELETE FROM messenger_sessions WHERE expires_at < $1";
                    Ok(execute!(conn, sql, now - REMEMBERED)?)
                })
            })
            .await
    }

    /// Ends a browser's sessions (P10): the one given and those the same person had in the same browser are revoked, its
    /// visitor id and the one given are retired. Unknown and ended ones are no failure.
    pub async fn shutdown(
        &self,
        workspace_id: i64,
        session: Option<SecretHash>,
        visitor_id: Option<String>,
        now: i64,
    ) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let mut visitors: Vec<String> = visitor_id.into_iter().collect();
                    if let Some(hash) = session
                        && let Some(session) = any_session(conn, workspace_id, &hash).await?
                    {
                        revoke(conn, workspace_id, &hash, &session, now).await?;
                        visitors.extend(session.visitor_id);
                    }
                    for visitor in visitors {
                        end_sessions_of_lead(conn, workspace_id, &visitor, now).await?;
                        retire(conn, workspace_id, &visitor, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// Changes a contact as a teammate or the person themselves does.
pub(crate) async fn edit_contact(
    conn: &mut Conn,
    workspace_id: i64,
    id: &str,
    edit: ContactEdit,
    now: i64,
) -> Result<Contact> {
    let before = contact(conn, workspace_id, id).await?.ok_or(Error::NotFound("contact"))?;
    let email = choose(edit.email, before.email.clone());
    let name = choose(edit.name, before.name.clone());
    let phone = choose(edit.phone, before.phone.clone());
    if (&email, &name, &phone) == (&before.email, &before.name, &before.phone) {
        return Ok(before);
    }
    let (was, email_norm) = (norm(before.email.as_deref()), norm(email.as_deref()));
    let verified = email_proven(before.email_verified, was.as_deref(), email_norm.as_deref(), None);
    let changed_email = was != email_norm;
    // Only a teammate knows whose email a user's is: what a lead has was typed by the lead, or on their word.
    let claimed = email.is_some() && (edit.by_person || !before.is_user());
    let domain = domain_of(email_norm.as_deref());
    execute!(
        conn,
        "UPDATE contacts SET email = $2, email_norm = $3, email_verified = $4, name = $5, phone = $6, \
         updated_at = $7, email_domain = $8, phone_norm = $9, \
         email_claimed = CASE WHEN $10 THEN $11 ELSE email_claimed END WHERE id = $1",
        id,
        &email,
        &email_norm,
        verified,
        &name,
        &phone,
        now,
        domain,
        phone.as_deref().and_then(digits),
        changed_email,
        claimed
    )?;
    let became = Became { is_user: before.is_user(), email: (was, email_norm) };
    updated(conn, workspace_id, id, &became, now).await?;
    contact(conn, workspace_id, id).await?.ok_or(Error::NotFound("contact"))
}

/// The given value if there is one (`""` clears), else the old.
fn choose(new: Option<String>, old: Option<String>) -> Option<String> {
    match new {
        Some(text) if text.is_empty() => None,
        Some(text) => Some(text),
        None => old,
    }
}

/// The form emails are compared in.
pub(crate) fn norm(email: Option<&str>) -> Option<String> {
    email.map(|text| {
        Email::parse(text).map_or_else(|_| text.to_lowercase(), |email| email.normalised().to_owned())
    })
}

/// What stands after the @ of an email in that form.
pub(crate) fn domain_of(email_norm: Option<&str>) -> Option<String> {
    email_norm.and_then(|text| text.split_once('@')).map(|(_, domain)| domain.to_owned())
}

/// A contact that has not been merged away.
pub(crate) async fn contact(conn: &mut Conn, workspace_id: i64, id: &str) -> Result<Option<Contact>> {
    Ok(row!(
        conn,
        Contact,
        concat!(
            "SELECT ",
            contact_columns!(),
            " FROM contacts k WHERE k.id = $1 AND k.workspace_id = $2 AND k.merged_into IS NULL"
        ),
        id,
        workspace_id
    )?)
}

/// An archived contact who is there again is visible again, with their conversations (S§1.5); a blocked one is refused.
pub(crate) async fn come_back(conn: &mut Conn, found: &Contact, now: i64) -> Result<()> {
    if found.blocked_at.is_some() {
        return Err(Error::Blocked);
    }
    if found.archived_at.is_some() {
        execute!(conn, "UPDATE contacts SET archived_at = NULL WHERE id = $1", &found.id)?;
        let news = News::contact(found.workspace_id, &found.id, now);
        announce(conn, news.topic(Topic::ContactUnarchived)).await?;
        participants::tell_others(conn, found.workspace_id, &found.id, now).await?;
    }
    Ok(())
}

/// The live lead of a visitor id; a retired id has none.
pub(crate) async fn lead_of_visitor(
    conn: &mut Conn,
    workspace_id: i64,
    visitor_id: &str,
) -> Result<Option<Contact>> {
    Ok(row!(
        conn,
        Contact,
        concat!(
            "SELECT ",
            contact_columns!(),
            " FROM contacts k WHERE k.workspace_id = $1 AND k.visitor_id = $2 AND k.role = 'lead' \
             AND k.merged_into IS NULL"
        ),
        workspace_id,
        visitor_id
    )?)
}

/// Whether `shutdown` ended this visitor id.
pub(crate) async fn is_retired(conn: &mut Conn, workspace_id: i64, visitor_id: &str) -> Result<bool> {
    let found = row!(
        conn,
        (i64,),
        "SELECT retired_at FROM retired_visitors WHERE workspace_id = $1 AND visitor_id = $2",
        workspace_id,
        visitor_id
    )?;
    Ok(found.is_some())
}

/// Takes a visitor id out of use: it opens nothing any more.
async fn retire(conn: &mut Conn, workspace_id: i64, visitor_id: &str, now: i64) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO retired_visitors (workspace_id, visitor_id, retired_at) VALUES ($1, $2, $3) \
         ON CONFLICT (workspace_id, visitor_id) DO NOTHING",
        workspace_id,
        visitor_id,
        now
    )?;
    execute!(
        conn,
        "UPDATE contacts SET visitor_id = NULL WHERE workspace_id = $1 AND visitor_id = $2",
        workspace_id,
        visitor_id
    )?;
    Ok(())
}

/// The session of a secret, if it is neither revoked nor over.
pub(crate) async fn live_session(
    conn: &mut Conn,
    workspace_id: i64,
    hash: &SecretHash,
    now: i64,
) -> Result<Option<Session>> {
    Ok(row!(
        conn,
        Session,
        "SELECT contact_id, visitor_id, expires_at FROM messenger_sessions \
         WHERE hash = $1 AND workspace_id = $2 AND revoked_at IS NULL AND expires_at > $3",
        hex(hash),
        workspace_id,
        now
    )?)
}

/// Ends what the lead of a visitor id has open in this browser, when the caller knows the visitor id only.
async fn end_sessions_of_lead(conn: &mut Conn, workspace_id: i64, visitor_id: &str, now: i64) -> Result<()> {
    let Some(lead) = lead_of_visitor(conn, workspace_id, visitor_id).await? else { return Ok(()) };
    let sql = "UPDATE messenger_sessions SET revoked_at = $3 WHERE contact_id = $1 AND visitor_id = $2 \
               AND revoked_at IS NULL";
    if execute!(conn, sql, &lead.id, visitor_id, now)? > 0 {
        told(conn, workspace_id, &lead.id, ChangeKind::SessionEnded, now).await?;
    }
    Ok(())
}

/// The session of a secret, ended or not: `shutdown` of one that is over still retires its visitor id.
async fn any_session(conn: &mut Conn, workspace_id: i64, hash: &SecretHash) -> Result<Option<Session>> {
    Ok(row!(
        conn,
        Session,
        "SELECT contact_id, visitor_id, expires_at FROM messenger_sessions WHERE hash = $1 AND workspace_id = $2",
        hex(hash),
        workspace_id
    )?)
}

/// Whether the session of a secret was ended on purpose, by shutdown or by another user's log-in.
pub(crate) async fn is_revoked(conn: &mut Conn, workspace_id: i64, hash: &SecretHash) -> Result<bool> {
    let sql = "SELECT hash FROM messenger_sessions WHERE hash = $1 AND workspace_id = $2 AND revoked_at IS NOT NULL";
    Ok(row!(conn, (String,), sql, hex(hash), workspace_id)?.is_some())
}

/// Ends a session, with others the same person opened in the same browser (two tabs that asked at once), and tells
/// their sockets.
pub(crate) async fn revoke(
    conn: &mut Conn,
    workspace_id: i64,
    hash: &SecretHash,
    session: &Session,
    now: i64,
) -> Result<()> {
    let ended = execute!(
        conn,
        "UPDATE messenger_sessions SET revoked_at = $4 WHERE workspace_id = $1 AND contact_id = $2 \
         AND (hash = $3 OR visitor_id = $5) AND revoked_at IS NULL",
        workspace_id,
        &session.contact_id,
        hex(hash),
        now,
        &session.visitor_id
    )?;
    if ended == 0 {
        return Ok(());
    }
    told(conn, workspace_id, &session.contact_id, ChangeKind::SessionEnded, now).await
}

/// What a contact is after a change, and their normalised email before and after it.
pub(crate) struct Became {
    pub(crate) is_user: bool,
    pub(crate) email: (Option<String>, Option<String>),
}

/// Logs that something about a contact changed, and that their email did.
pub(crate) async fn updated(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    became: &Became,
    now: i64,
) -> Result<()> {
    let topic = Topic::contact_updated(became.is_user);
    announce(conn, News::contact(workspace_id, contact_id, now).topic(topic)).await?;
    email_changed(conn, workspace_id, contact_id, became, now).await
}

/// Logs that a contact's email changed, if it did.
pub(crate) async fn email_changed(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    became: &Became,
    now: i64,
) -> Result<()> {
    match Topic::of_email(became.is_user, became.email.0.as_deref(), became.email.1.as_deref()) {
        Some(topic) => announce(conn, News::only(topic, workspace_id, now).about(contact_id)).await,
        None => Ok(()),
    }
}

/// Logs a change of a contact that has no topic, or the end of a session.
pub(crate) async fn told(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    kind: ChangeKind,
    now: i64,
) -> Result<()> {
    announce(
        conn,
        match kind {
            ChangeKind::SessionEnded => News::session_ended(workspace_id, contact_id, now),
            _ => News::contact(workspace_id, contact_id, now),
        },
    )
    .await
}
