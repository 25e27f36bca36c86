//! Creating and updating contacts (S§1.2, S§1.3): roles, uniqueness among users, the email's proof.

use doorstep_domain::contacts::{Role, digits, email_proven};
use doorstep_domain::edit::Edit;
use doorstep_domain::topics::Topic;

use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row};
use crate::contacts::read::record;
use crate::contacts::{ContactRecord, ContactWrite, attributes};
use crate::data_attributes::{self, AttributeModel};
use crate::error::{Error, Result};
use crate::messages::new_contact_id;
use crate::people::{Became, domain_of, email_changed, told, updated};
use crate::subscriptions;
use crate::types::ChangeKind;

impl Store {
    /// Creates a contact; `lead_id` becomes a lead's external id if none is given. [`Error::Duplicate`] for a user whose
    /// external id or email another user has; leads may share both.
    pub async fn create_contact(
        &self,
        workspace_id: i64,
        write: ContactWrite,
        lead_id: String,
        now: i64,
    ) -> Result<ContactRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move { create(conn, workspace_id, write, lead_id, now).await })
            })
            .await
    }

    /// Changes what `write` names. [`Error::NotFound`], [`Error::Duplicate`], [`Error::UserStaysUser`].
    pub async fn update_contact(
        &self,
        workspace_id: i64,
        id: String,
        write: ContactWrite,
        now: i64,
    ) -> Result<ContactRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before = record(conn, workspace_id, &id).await?;
                    let before = before.filter(|found| found.merged_into.is_none());
                    let before = before.ok_or(Error::NotFound("contact"))?;
                    let after = put(conn, workspace_id, before.clone(), write, now).await?;
                    announce_update(conn, workspace_id, &before, &after, now).await?;
                    Ok(after)
                })
            })
            .await
    }
}

async fn create(
    conn: &mut Conn,
    workspace_id: i64,
    mut write: ContactWrite,
    lead_id: String,
    now: i64,
) -> Result<ContactRecord> {
    let role = write.role.unwrap_or(Role::User);
    write.role = Some(role);
    let made = role == Role::Lead && write.external_id.given().is_none();
    if made {
        write.external_id = Edit::Set(lead_id);
    }
    let id = new_contact_id();
    // Born as a lead without anything, so that one place decides what may be written.
    execute!(
        conn,
        "INSERT INTO contacts (id, workspace_id, role, email_verified, custom_attributes, created_at, updated_at) \
         VALUES ($1, $2, 'lead', FALSE, '{}', $3, $3)",
        &id,
        workspace_id,
        now
    )?;
    let born = record(conn, workspace_id, &id).await?.ok_or(Error::NotFound("contact"))?;
    put(conn, workspace_id, born, write, now).await?;
    execute!(conn, "UPDATE contacts SET external_id_made = $2 WHERE id = $1", &id, made)?;
    let topic = Topic::contact_created(role == Role::User);
    announce(conn, News::contact(workspace_id, &id, now).topic(topic)).await?;
    record(conn, workspace_id, &id).await?.ok_or(Error::NotFound("contact"))
}

/// Logs an update. A lead that became a user is not announced as a changed one too, and what changed nothing is no news
/// to webhooks: an integration that writes back what it was told would be told again, without end.
async fn announce_update(
    conn: &mut Conn,
    workspace_id: i64,
    before: &ContactRecord,
    after: &ContactRecord,
    now: i64,
) -> Result<()> {
    let is_user = after.role() == Role::User;
    if before.unsubscribed_from_emails != after.unsubscribed_from_emails {
        let wants = !after.unsubscribed_from_emails;
        subscriptions::emails_changed(conn, workspace_id, &after.id, wants, now).await?;
    }
    let became = Became { is_user, email: (before.email_norm.clone(), after.email_norm.clone()) };
    if before.role() != after.role() {
        let news = News::contact(workspace_id, &after.id, now).topic(Topic::ContactLeadSignedUp);
        announce(conn, news).await?;
        return email_changed(conn, workspace_id, &after.id, &became, now).await;
    }
    let same = ContactRecord { updated_at: after.updated_at, ..before.clone() };
    if same == *after {
        return told(conn, workspace_id, &after.id, ChangeKind::Contact, now).await;
    }
    updated(conn, workspace_id, &after.id, &became, now).await
}

async fn put(
    conn: &mut Conn,
    workspace_id: i64,
    before: ContactRecord,
    write: ContactWrite,
    now: i64,
) -> Result<ContactRecord> {
    let role = match (before.role(), write.role) {
        (Role::User, Some(Role::Lead)) => return Err(Error::UserStaysUser),
        (was, wanted) => wanted.unwrap_or(was),
    };
    if let Edit::Set(owner) = write.owner_id {
        let sql = "SELECT id FROM admins WHERE id = $1 AND workspace_id = $2";
        row!(conn, (i64,), sql, owner, workspace_id)?.ok_or(Error::NotFound("owner"))?;
    }
    let converted = (before.role(), role) == (Role::Lead, Role::User);
    let external_id = if converted && write.external_id == Edit::Keep && is_made(conn, &before.id).await? {
        // The id a browser or the server made for the lead is not the site's (S§1.6).
        None
    } else {
        write.external_id.over(before.external_id.clone())
    };
    let phone = write.phone.over(before.phone);
    // A program of the company says whose email it is.
    let names_email = write.email != Edit::Keep;
    let (email, email_norm) = match write.email {
        Edit::Keep => (before.email.clone(), before.email_norm.clone()),
        Edit::Clear => (None, None),
        Edit::Set(email) => (Some(email.as_str().to_owned()), Some(email.normalised().to_owned())),
    };
    let changed_email = email_norm != before.email_norm;
    let (was, is) = (before.email_norm.as_deref(), email_norm.as_deref());
    let verified = email_proven(before.email_verified, was, is, write.email_verified);
    if role == Role::User {
        let changed_id = converted || external_id != before.external_id;
        let wanted_id = external_id.as_ref().filter(|_| changed_id);
        let wanted_email = email_norm.as_ref().filter(|_| converted || changed_email);
        refuse_duplicate(conn, workspace_id, &before.id, wanted_id, wanted_email).await?;
    }
    let domain = domain_of(email_norm.as_deref());
    execute!(
        conn,
        "UPDATE contacts SET role = $2, external_id = $3, email = $4, email_norm = $5, email_domain = $6, \
         email_verified = $7, phone = $8, name = $9, avatar = $10, owner_id = $11, signed_up_at = $12, \
         last_seen_at = $13, language_override = $14, \
         unsubscribed_from_emails = CASE WHEN unsubscribed_by = 'person' THEN TRUE ELSE $15 END, \
         unsubscribed_by = CASE WHEN unsubscribed_by = 'person' THEN 'person' WHEN $15 THEN 'company' ELSE NULL END, \
         updated_at = $16, phone_norm = $17, email_claimed = email_claimed AND NOT $18 WHERE id = $1",
        &before.id,
        role.as_str(),
        external_id,
        email,
        email_norm,
        domain,
        verified,
        &phone,
        write.name.over(before.name),
        write.avatar.over(before.avatar),
        write.owner_id.over(before.owner_id),
        write.signed_up_at.over(before.signed_up_at),
        write.last_seen_at.over(before.last_seen_at),
        write.language_override.over(before.language_override),
        write.unsubscribed_from_emails.unwrap_or(before.unsubscribed_from_emails),
        now,
        phone.as_deref().and_then(digits),
        names_email
    )?;
    if converted {
        // The browser's visitor id no longer opens it: it is a user's now.
        let sql = "UPDATE contacts SET visitor_id = NULL, external_id_made = FALSE WHERE id = $1";
        execute!(conn, sql, &before.id)?;
        // A program's word does not make the lead's browser the user's, here as little as in a merge.
        let sql =
            "UPDATE messenger_sessions SET revoked_at = $2 WHERE contact_id = $1 AND revoked_at IS NULL";
        if execute!(conn, sql, &before.id, now)? > 0 {
            told(conn, workspace_id, &before.id, ChangeKind::SessionEnded, now).await?;
        }
    }
    if !write.custom_attributes.is_empty() {
        let model = AttributeModel::Contact;
        data_attributes::check(conn, workspace_id, model, &write.custom_attributes).await?;
        let mut attributes = attributes::read(conn, &before.id).await?;
        attributes.extend(write.custom_attributes);
        attributes::write(conn, workspace_id, &before.id, attributes).await?;
    }
    record(conn, workspace_id, &before.id).await?.ok_or(Error::NotFound("contact"))
}

async fn is_made(conn: &mut Conn, id: &str) -> Result<bool> {
    let found = row!(conn, (bool,), "SELECT external_id_made FROM contacts WHERE id = $1", id)?;
    Ok(found.is_some_and(|(made,)| made))
}

/// Id, archived and blocked times of another contact.
type Other = (String, Option<i64>, Option<i64>);

/// Users are one by external id and by email, archived and blocked ones included (S§1.2).
async fn refuse_duplicate(
    conn: &mut Conn,
    workspace_id: i64,
    id: &str,
    external_id: Option<&String>,
    email: Option<&String>,
) -> Result<()> {
    let sql = "SELECT id, archived_at, blocked_at FROM contacts WHERE workspace_id = $1 AND role = 'user' \
               AND merged_into IS NULL AND id <> $2 AND (external_id = $3 OR email_norm = $4) ORDER BY created_at, id";
    match row!(conn, Other, sql, workspace_id, id, external_id, email)? {
        None => Ok(()),
        Some((_, _, Some(_))) => Err(Error::Blocked),
        Some((id, archived_at, None)) => Err(Error::Duplicate { id, archived: archived_at.is_some() }),
    }
}
