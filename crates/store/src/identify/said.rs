//! What a page says of the person in front of it, named or not: comparing it with what is known, and writing down what is
//! new. What it may say is decided before (`doorstep_domain::identity`).

use doorstep_domain::contacts::{digits, email_proven};
use doorstep_domain::settings::Claim;
use serde_json::{Map, Value};

use crate::conn::{Conn, execute, row};
use crate::contacts::attributes;
use crate::data_attributes::{self, AttributeModel};
use crate::error::Result;
use crate::people::{Became, contact, domain_of, email_changed, norm, told, updated};
use crate::subscriptions;
use crate::types::{ChangeKind, Contact, Identify};

/// Whether a page's word would change something of the person.
pub(super) async fn says_something(conn: &mut Conn, person: &Contact, claim: &Claim) -> Result<bool> {
    Ok(!says_nothing_new(person, claim)
        || news_of_emails(conn, person, claim).await?.is_some()
        || !attributes_said(conn, person, claim).await?.is_empty()
        || data_attributes::learns(conn, person.workspace_id, &claim.attributes).await?)
}

/// The custom attributes that a page changes.
async fn attributes_said(conn: &mut Conn, person: &Contact, claim: &Claim) -> Result<Map<String, Value>> {
    if claim.attributes.is_empty() {
        return Ok(Map::new());
    }
    let known = attributes::read(conn, &person.id).await?;
    let (model, said) = (AttributeModel::Contact, &claim.attributes);
    data_attributes::said_by_page(conn, person.workspace_id, model, &known, said, &claim.signed).await
}

fn says_nothing_new(person: &Contact, claim: &Claim) -> bool {
    let same = |said: &Option<String>, known: &Option<String>| said.is_none() || said == known;
    let email = claim.email.as_ref().map(|email| email.as_str().to_owned());
    same(&claim.name, &person.name)
        && same(&claim.phone, &person.phone)
        && same(&claim.avatar, &person.avatar)
        && same(&email, &person.email)
        && same(&claim.user_id, &person.external_id)
}

/// Whether the person wants no emails, where the page says otherwise than what is known. Somebody's own no holds against
/// what pages say, as against programs (S§9).
async fn news_of_emails(conn: &mut Conn, person: &Contact, claim: &Claim) -> Result<Option<bool>> {
    let Some(unsubscribed) = claim.unsubscribed_from_emails else { return Ok(None) };
    let sql = "SELECT unsubscribed_from_emails FROM contacts WHERE id = $1 \
               AND (unsubscribed_by IS NULL OR unsubscribed_by <> 'person')";
    let known = row!(conn, (bool,), sql, &person.id)?;
    Ok(known.is_some_and(|(known,)| known != unsubscribed).then_some(unsubscribed))
}

/// What the same ping has announced already, so that it is not announced as a change once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ToldOf {
    /// The user is new.
    Birth,
    /// The lead is a user now.
    SignUp,
    Nothing,
}

/// What the page says about the user, where it says something; an email it changes is unverified (P5).
pub(super) async fn apply_claim(conn: &mut Conn, input: &Identify, id: &str, told_of: ToldOf) -> Result<()> {
    let Some(claim) = input.said() else { return Ok(()) };
    let Some(before) = contact(conn, input.workspace_id, id).await? else { return Ok(()) };
    let model = AttributeModel::Contact;
    data_attributes::learn(conn, input.workspace_id, model, &claim.attributes, input.now).await?;
    let said = attributes_said(conn, &before, claim).await?;
    let unsubscribed = news_of_emails(conn, &before, claim).await?;
    if says_nothing_new(&before, claim) && said.is_empty() && unsubscribed.is_none() {
        if claim.email_proven() {
            // It may have come along with the lead, who had only typed it.
            execute!(conn, "UPDATE contacts SET email_claimed = FALSE WHERE id = $1", id)?;
        }
        return Ok(());
    }
    let email = claim.email.as_ref().map(|email| email.as_str().to_owned()).or_else(|| before.email.clone());
    let email_norm = norm(email.as_deref());
    let email_before = norm(before.email.as_deref());
    let verified = email_proven(before.email_verified, email_before.as_deref(), email_norm.as_deref(), None);
    if !said.is_empty() {
        let mut attributes = attributes::read(conn, id).await?;
        attributes.extend(said);
        attributes::write(conn, input.workspace_id, id, attributes).await?;
    }
    if let Some(unsubscribed) = unsubscribed {
        subscriptions::said_by_page(conn, id, unsubscribed).await?;
        if told_of != ToldOf::Birth {
            subscriptions::emails_changed(conn, input.workspace_id, id, !unsubscribed, input.now).await?;
        }
    }
    let domain = domain_of(email_norm.as_deref());
    execute!(
        conn,
        "UPDATE contacts SET email = $2, email_norm = $3, email_verified = $4, name = coalesce($5, name), \
         phone = coalesce($6, phone), external_id = coalesce($7, external_id), email_domain = $8, \
         updated_at = $9, avatar = coalesce($13, avatar), phone_norm = coalesce($10, phone_norm), \
         email_claimed = CASE WHEN $11 THEN FALSE ELSE email_claimed OR $12 END WHERE id = $1",
        id,
        email,
        &email_norm,
        verified,
        &claim.name,
        &claim.phone,
        &claim.user_id,
        domain,
        input.now,
        claim.phone.as_deref().and_then(digits),
        claim.email_proven(),
        email_norm != email_before,
        &claim.avatar
    )?;
    let became = Became { is_user: before.is_user(), email: (email_before, email_norm) };
    if told_of == ToldOf::Nothing {
        return updated(conn, input.workspace_id, id, &became, input.now).await;
    }
    told(conn, input.workspace_id, id, ChangeKind::Contact, input.now).await?;
    if told_of == ToldOf::SignUp {
        email_changed(conn, input.workspace_id, id, &became, input.now).await?;
    }
    Ok(())
}
