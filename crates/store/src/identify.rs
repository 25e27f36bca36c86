//! `ping`: who is in front of the Messenger. Looks the people up, lets `doorstep_domain::people` decide, and carries the
//! decision out in one operation. Reads only, when nothing changes: most pings write nothing. What the page says of the person
//! is `identify/said.rs`.

mod said;

use doorstep_domain::people::{Decision, Found, Known, decide, leads_join};
use doorstep_domain::settings::Claim;
use doorstep_domain::topics::Topic;

use crate::changes::{News, announce};
use crate::companies::{news_of_page, take_from_page};
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::merge::{LeadSessions, merge};
use crate::people::{
    come_back, contact, contact_columns, is_retired, lead_of_visitor, live_session, norm, revoke,
};
use crate::types::{Contact, Identified, Identify, SecretHash, SessionOutcome};
use crate::{Store, hex, visits};
use said::{ToldOf, apply_claim, says_something};

/// A session is prolonged only when that moves its end by this much: pings stay reads.
const PROLONG_STEP: i64 = 3600;
/// `last_seen_at` is exact to this many seconds.
pub(crate) const SEEN_STEP: i64 = 300;

impl Store {
    /// Says who is there (P1, P7, P8, P9). Writes nothing for an unknown visitor.
    pub async fn identify(&self, input: Identify) -> Result<Identified> {
        let mut conn = self.reader().await?;
        if let Some(answer) = without_change(&mut conn, &input).await? {
            return Ok(answer);
        }
        drop(conn);
        self.writer
            .run(input.workspace_id, move |conn| Box::pin(async move { carry_out(conn, &input).await }))
            .await
    }
}

/// The answer, if giving it changes nothing.
async fn without_change(conn: &mut Conn, input: &Identify) -> Result<Option<Identified>> {
    let looked_up = look_up(conn, input).await?;
    match decide(&looked_up.found) {
        Decision::Nobody => Ok(Some(Identified {
            contact: None,
            session: SessionOutcome::None,
            visitor_retired: looked_up.visitor_retired,
        })),
        Decision::Keep(id) => {
            let Some(person) = contact(conn, input.workspace_id, &id).await? else { return Ok(None) };
            let fresh = input.now + input.session_ttl - looked_up.expires_at < PROLONG_STEP;
            let seen = person.last_seen_at.is_some_and(|at| input.now - at < SEEN_STEP);
            if person.archived_at.is_some() {
                return Ok(None);
            }
            if !leads_of_proven_email(conn, input, &id).await?.is_empty() {
                return Ok(None);
            }
            let same = match input.said() {
                Some(claim) => !says_something(conn, &person, claim).await?,
                None => true,
            };
            let same = same
                && !news_of_page(conn, &person, &input.companies).await?
                && !visits::led_here_anew(conn, &person.id, &input.visit).await?;
            Ok((fresh && seen && same).then_some(Identified {
                contact: Some(person),
                session: SessionOutcome::Kept(looked_up.expires_at),
                visitor_retired: looked_up.visitor_retired,
            }))
        }
        _ => Ok(None),
    }
}

struct LookedUp {
    found: Found,
    visitor_retired: bool,
    /// End of the session given; 0 without one.
    expires_at: i64,
}

async fn look_up(conn: &mut Conn, input: &Identify) -> Result<LookedUp> {
    let known = |person: Contact| Known { is_user: person.is_user(), id: person.id };
    let mut current = None;
    let mut looked_up = LookedUp { found: Found::default(), visitor_retired: false, expires_at: 0 };
    if let Some(hash) = &input.session
        && let Some(session) = live_session(conn, input.workspace_id, hash, input.now).await?
    {
        looked_up.expires_at = session.expires_at;
        current = contact(conn, input.workspace_id, &session.contact_id).await?;
        looked_up.found.by_session = current.clone().map(known);
    }
    if let Some(visitor_id) = &input.visitor_id {
        looked_up.visitor_retired = is_retired(conn, input.workspace_id, visitor_id).await?;
        if !looked_up.visitor_retired {
            looked_up.found.by_visitor =
                lead_of_visitor(conn, input.workspace_id, visitor_id).await?.map(known);
        }
    }
    if let Some(claim) = &input.claim {
        looked_up.found.claimed = true;
        looked_up.found.by_claim = claimed(conn, input.workspace_id, claim, current).await?.map(known);
    }
    Ok(looked_up)
}

/// The user a claim names: by `user_id` if there is one, else by email: the session's own user before all others, then
/// the one seen last. A user so far known by email only gets their `user_id` when their own session brings it; another
/// browser's claim of the same email, which a hash over `user_id` does not cover, makes a user of its own.
async fn claimed(
    conn: &mut Conn,
    workspace_id: i64,
    claim: &Claim,
    current: Option<Contact>,
) -> Result<Option<Contact>> {
    let claimed_email = claim.email.as_ref().map(|email| email.normalised().to_owned());
    let same_email = current.filter(|person| {
        person.is_user() && person.email.is_some() && norm(person.email.as_deref()) == claimed_email
    });
    if let Some(user_id) = &claim.user_id {
        let found = row!(
            conn,
            Contact,
            concat!(
                "SELECT ",
                contact_columns!(),
                " FROM contacts k WHERE k.workspace_id = $1 AND k.external_id = $2 AND k.role = 'user' \
                 AND k.merged_into IS NULL"
            ),
            workspace_id,
            user_id
        )?;
        return Ok(found.or_else(|| same_email.filter(|person| person.external_id.is_none())));
    }
    if same_email.is_some() {
        return Ok(same_email);
    }
    let Some(email) = &claim.email else { return Ok(None) };
    // Whoever proves an email must not be led to a user of whom a page only said that it is theirs.
    Ok(row!(
        conn,
        Contact,
        concat!(
            "SELECT ",
            contact_columns!(),
            " FROM contacts k WHERE k.workspace_id = $1 AND k.email_norm = $2 AND k.role = 'user' \
             AND k.merged_into IS NULL AND NOT (k.email_claimed AND k.external_id IS NOT NULL AND $3) \
             ORDER BY coalesce(k.last_seen_at, k.created_at) DESC, k.id LIMIT 1"
        ),
        workspace_id,
        email.normalised(),
        claim.email_proven()
    )?)
}

async fn carry_out(conn: &mut Conn, input: &Identify) -> Result<Identified> {
    // Looked up again: this time nobody else writes.
    let looked_up = look_up(conn, input).await?;
    let decision = decide(&looked_up.found);
    let session_of = looked_up.found.by_session.as_ref().map(|person| person.id.clone());
    let told_of = match decision {
        Decision::Create => ToldOf::Birth,
        Decision::Convert(_) => ToldOf::SignUp,
        _ => ToldOf::Nothing,
    };
    let id = match decision {
        Decision::Nobody => {
            return Ok(Identified {
                contact: None,
                session: SessionOutcome::None,
                visitor_retired: looked_up.visitor_retired,
            });
        }
        Decision::Keep(id) | Decision::Return(id) => id,
        Decision::LogIn(id) => {
            end_session_of_another(conn, input).await?;
            id
        }
        Decision::Create => {
            end_session_of_another(conn, input).await?;
            create_user(conn, input).await?
        }
        Decision::Convert(id) => {
            convert(conn, input, &id).await?;
            id
        }
        Decision::Merge { from, into } => {
            merge(conn, input.workspace_id, &from, &into, LeadSessions::GoOn, input.now).await?;
            into
        }
    };
    let found = contact(conn, input.workspace_id, &id).await?.ok_or(Error::NotFound("contact"))?;
    come_back(conn, &found, input.now).await?;
    apply_claim(conn, input, &id, told_of).await?;
    // Who is a user since this very ping has not been here as one.
    let last_seen_at = found.last_seen_at.filter(|_| told_of == ToldOf::Nothing);
    take_from_page(conn, &found, &input.companies, last_seen_at, input.now).await?;
    for lead in leads_of_proven_email(conn, input, &id).await? {
        merge(conn, input.workspace_id, &lead, &id, LeadSessions::End, input.now).await?;
    }
    visits::seen(conn, &id, &input.visit, input.now).await?;
    // A lead's session goes on when the lead becomes or joins the user; somebody else's session does not.
    let lead_goes_on = looked_up.found.by_session.as_ref().is_some_and(|person| !person.is_user);
    let keeps = input.session.filter(|_| session_of.as_deref() == Some(&id) || lead_goes_on);
    let session = match keeps {
        Some(hash) => prolong(conn, input, &hash).await?,
        None => open_session(conn, input, &id).await?,
    };
    let person = contact(conn, input.workspace_id, &id).await?.ok_or(Error::NotFound("contact"))?;
    Ok(Identified { contact: Some(person), session, visitor_retired: looked_up.visitor_retired })
}

/// Leads with the email of a user who has just been proven, oldest first, if they join the user (P8).
async fn leads_of_proven_email(conn: &mut Conn, input: &Identify, id: &str) -> Result<Vec<String>> {
    let Some(claim) = input.claim.as_ref().filter(|claim| claim.proven()) else { return Ok(Vec::new()) };
    let Some(user) = contact(conn, input.workspace_id, id).await?.filter(Contact::is_user) else {
        return Ok(Vec::new());
    };
    let email = norm(user.email.as_deref()).filter(|email| leads_join(claim, email, user.email_verified));
    let Some(email) = email else { return Ok(Vec::new()) };
    let sql = "SELECT id FROM contacts WHERE workspace_id = $1 AND email_norm = $2 AND role = 'lead' \
               AND merged_into IS NULL AND archived_at IS NULL ORDER BY created_at, id";
    Ok(rows!(conn, (String,), sql, input.workspace_id, email)?.into_iter().map(|(id,)| id).collect())
}

async fn end_session_of_another(conn: &mut Conn, input: &Identify) -> Result<()> {
    if let Some(hash) = &input.session
        && let Some(session) = live_session(conn, input.workspace_id, hash, input.now).await?
    {
        revoke(conn, input.workspace_id, hash, &session, input.now).await?;
    }
    Ok(())
}

async fn create_user(conn: &mut Conn, input: &Identify) -> Result<String> {
    let claim = input.claim.clone().unwrap_or_default();
    let id = crate::messages::new_contact_id();
    execute!(
        conn,
        "INSERT INTO contacts (id, workspace_id, role, external_id, email_verified, custom_attributes, created_at, \
         updated_at, last_seen_at) VALUES ($1, $2, 'user', $3, FALSE, '{}', $4, $5, $5)",
        &id,
        input.workspace_id,
        &claim.user_id,
        claim.created_at.unwrap_or(input.now),
        input.now
    )?;
    let news = News::contact(input.workspace_id, &id, input.now);
    announce(conn, news.topic(Topic::ContactUserCreated)).await?;
    let news = News::only(Topic::VisitorSignedUp, input.workspace_id, input.now);
    announce(conn, news.about(&id)).await?;
    Ok(id)
}

/// P7: the lead becomes the user in place. The visitor id no longer opens it: it is a user's now.
async fn convert(conn: &mut Conn, input: &Identify, id: &str) -> Result<()> {
    let user_id = input.claim.as_ref().and_then(|claim| claim.user_id.clone());
    execute!(
        conn,
        "UPDATE contacts SET role = 'user', external_id = $2, external_id_made = FALSE, visitor_id = NULL, \
         updated_at = $3 WHERE id = $1",
        id,
        user_id,
        input.now
    )?;
    announce(conn, News::contact(input.workspace_id, id, input.now).topic(Topic::ContactLeadSignedUp)).await
}

async fn prolong(conn: &mut Conn, input: &Identify, hash: &SecretHash) -> Result<SessionOutcome> {
    let expires_at = input.now + input.session_ttl;
    execute!(conn, "UPDATE messenger_sessions SET expires_at = $2 WHERE hash = $1", hex(hash), expires_at)?;
    Ok(SessionOutcome::Kept(expires_at))
}

/// Opens a session for a contact under the request's fresh secret.
async fn open_session(conn: &mut Conn, input: &Identify, contact_id: &str) -> Result<SessionOutcome> {
    let expires_at = input.now + input.session_ttl;
    let visitor_id = input.visitor_id.clone();
    let new = NewSession {
        workspace_id: input.workspace_id,
        contact_id,
        hash: &input.fresh_session,
        visitor_id,
        device_id: input.device_id.clone(),
        now: input.now,
        expires_at,
    };
    insert_session(conn, new).await?;
    Ok(SessionOutcome::Fresh(expires_at))
}

/// A session to store.
pub(crate) struct NewSession<'a> {
    pub(crate) workspace_id: i64,
    pub(crate) contact_id: &'a str,
    pub(crate) hash: &'a SecretHash,
    pub(crate) visitor_id: Option<String>,
    pub(crate) device_id: Option<String>,
    pub(crate) now: i64,
    pub(crate) expires_at: i64,
}

/// Stores a session.
pub(crate) async fn insert_session(conn: &mut Conn, new: NewSession<'_>) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO messenger_sessions (hash, workspace_id, contact_id, visitor_id, device_id, created_at, \
         expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        hex(new.hash),
        new.workspace_id,
        new.contact_id,
        new.visitor_id,
        new.device_id,
        new.now,
        new.expires_at
    )?;
    Ok(())
}
