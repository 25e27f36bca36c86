//! Writing into conversations: a person's message (P2), a teammate's reply, state, read marks. Each is one operation;
//! repeating it with the same `client_id` changes nothing.

mod first;
mod lead;
mod parts;
mod usual;

use doorstep_domain::topics::Topic;
pub use first::EmailGiven;
pub(crate) use lead::new_contact_id;
use lead::new_lead;
pub(crate) use parts::add_part;
pub(crate) use usual::{Turn, send_usual};

use crate::Store;
use crate::changes::{News, announce, newest_seq};
use crate::conn::{Conn, execute, row};
use crate::conversations::{closed_by, enter_state, leave_to_all, survivor};
use crate::error::{Error, Result};
use crate::files::{By, Claimed, attach, claim};
use crate::identify::{NewSession, insert_session};
use crate::ledger;
use crate::outbound::thread as outbound;
use crate::participants;
use crate::people::{come_back, contact, is_retired, is_revoked, lead_of_visitor, live_session};
use crate::threads::{conversation, conversation_by_key, part_by_client_id};
use crate::types::{
    AdminReply, Contact, Conversation, ConversationRef, Part, SendMessage, Sent, SessionOutcome,
};

impl Store {
    /// Stores a person's message. A visitor becomes a lead (P2); a closed conversation opens again.
    ///
    /// [`Error::VisitorRetired`] after `shutdown`, [`Error::NoCaller`] without session and visitor id or with a session
    /// that was revoked,
    /// [`Error::NotFound`] for a conversation that is not theirs, [`Error::Conflict`] for another's `client_id`.
    pub async fn send_message(&self, message: SendMessage) -> Result<Sent> {
        self.writer.message(message).await
    }

    /// Stores a teammate's reply. A closed conversation opens again.
    pub async fn reply_as_admin(&self, reply: AdminReply) -> Result<(Conversation, Part, i64)> {
        self.writer
            .run(reply.workspace_id, move |conn| {
                Box::pin(async move {
                    let author = Author { kind: "admin", id: reply.admin_id.to_string() };
                    let place = conversation(conn, reply.workspace_id, reply.conversation_id)
                        .await?
                        .ok_or(Error::NotFound("conversation"))?;
                    if let Some(part) = part_by_client_id(conn, reply.workspace_id, &reply.client_id).await? {
                        return repeated(conn, &place, part, &author).await;
                    }
                    let files =
                        claim(conn, reply.workspace_id, By::Admin(reply.admin_id), &reply.files, None);
                    let files = files.await?;
                    let text = Text {
                        client_id: Some(&reply.client_id),
                        part_type: "comment",
                        body: &reply.body,
                        preview: if reply.preview.is_empty() { &files.preview } else { &reply.preview },
                        extras: Extras { attachments: files.attachments.as_deref(), ..Extras::default() },
                        page: None,
                        at: reply.now,
                        now: reply.now,
                    };
                    let (part, seq) = add_part(conn, &place, &author, &text).await?;
                    attach(conn, &reply.files, part.id).await?;
                    let after = conversation(conn, reply.workspace_id, place.id).await?;
                    Ok((after.ok_or(Error::NotFound("conversation"))?, part, seq))
                })
            })
            .await
    }

    /// A teammate opens or closes a conversation: leaves a part that says so, as the API does (S§2.3).
    pub async fn set_state(
        &self,
        workspace_id: i64,
        id: i64,
        admin_id: i64,
        state: &'static str,
        now: i64,
    ) -> Result<Conversation> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before =
                        conversation(conn, workspace_id, id).await?.ok_or(Error::NotFound("conversation"))?;
                    if before.state == state {
                        return Ok(before);
                    }
                    let author = Author { kind: "admin", id: admin_id.to_string() };
                    let part_type = if state == "closed" { "close" } else { "open" };
                    let extras = Extras { state: Some(state), ..Extras::default() };
                    add_part(conn, &before, &author, &Text::event(part_type, extras, now)).await?;
                    enter_state(conn, &before, state, None).await?;
                    if state == "closed" {
                        closed_by(conn, id, Some(admin_id), now).await?;
                    }
                    conversation(conn, workspace_id, id).await?.ok_or(Error::NotFound("conversation"))
                })
            })
            .await
    }

    /// The person has seen a conversation up to a part.
    pub async fn mark_read_by_contact(
        &self,
        workspace_id: i64,
        contact_id: String,
        id: i64,
        part_id: i64,
        now: i64,
    ) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let place = open(conn, workspace_id, &contact_id, id).await?;
                    if place.contact_id != contact_id {
                        return participants::read(conn, &place, &contact_id, part_id, now).await;
                    }
                    let sql = "UPDATE conversations SET read_by_contact = $2 WHERE id = $1 AND read_by_contact < $2 \
                               AND EXISTS (SELECT 1 FROM parts WHERE id = $2 AND conversation_id = $1)";
                    if execute!(&mut *conn, sql, id, part_id)? > 0 {
                        count_unread(conn, id).await?;
                        changed(conn, &place, Some(Topic::ConversationRead), now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// The person has put the notice of a conversation away whose newest part was this old (Unix seconds). A time to come
    /// changes nothing.
    pub async fn dismiss(
        &self,
        workspace_id: i64,
        contact_id: String,
        id: i64,
        up_to: i64,
        now: i64,
    ) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let place = open(conn, workspace_id, &contact_id, id).await?;
                    if place.contact_id != contact_id {
                        return participants::dismiss(conn, &place, &contact_id, up_to, now).await;
                    }
                    let sql = "UPDATE conversations SET dismissed_at = $2 \
                               WHERE id = $1 AND dismissed_at < $2 AND $2 <= updated_at";
                    if execute!(conn, sql, id, up_to)? > 0 {
                        changed(conn, &place, None, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// A teammate has seen a conversation up to a part.
    pub async fn mark_read_by_team(&self, workspace_id: i64, id: i64, part_id: i64, now: i64) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let place = conversation(conn, workspace_id, id).await?.ok_or(Error::NotFound("conversation"))?;
                    let sql = "UPDATE conversations SET read_by_team = $2 WHERE id = $1 AND read_by_team < $2 \
                               AND EXISTS (SELECT 1 FROM parts WHERE id = $2 AND conversation_id = $1)";
                    if execute!(&mut *conn, sql, id, part_id)? > 0 {
                        count_unread(conn, id).await?;
                        changed(conn, &place, None, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// Counts what is unread after a read mark was moved; new parts count by themselves (`parts.rs`).
pub(crate) async fn count_unread(conn: &mut Conn, id: i64) -> Result<()> {
    let sql = "UPDATE conversations SET \
               unread_by_contact = (SELECT count(*) FROM parts p WHERE p.conversation_id = conversations.id \
               AND (p.author_kind = 'admin' OR p.author_kind = 'contact' AND p.author_id <> conversations.contact_id) \
               AND p.shown AND p.id > conversations.read_by_contact), \
               unread_by_team = (SELECT count(*) FROM parts p WHERE p.conversation_id = conversations.id \
               AND p.author_kind = 'contact' AND p.id > conversations.read_by_team), \
               seen_by_team = (SELECT max(p.id) FROM parts p WHERE p.conversation_id = conversations.id \
               AND p.author_kind = 'contact' AND p.id <= conversations.read_by_team) WHERE id = $1";
    execute!(conn, sql, id)?;
    Ok(())
}

/// A conversation that is open to this person; no other is there for them.
async fn open(conn: &mut Conn, workspace_id: i64, contact_id: &str, id: i64) -> Result<Conversation> {
    let found = conversation(conn, workspace_id, id).await?;
    participants::open_to(conn, found, contact_id).await?.ok_or(Error::NotFound("conversation"))
}

/// A conversation of this person's own.
pub(crate) async fn of_person(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    id: i64,
) -> Result<Conversation> {
    let found = conversation(conn, workspace_id, id).await?;
    found.filter(|place| place.contact_id == contact_id).ok_or(Error::NotFound("conversation"))
}

/// Who writes a part.
pub(crate) struct Author {
    /// `contact`, `admin` or `bot`.
    pub(crate) kind: &'static str,
    /// Their id; empty for the bot.
    pub(crate) id: String,
}

impl Author {
    /// What happens by itself or by a program that names nobody.
    pub(crate) fn bot() -> Self {
        Self { kind: "bot", id: String::new() }
    }
}

/// A part to write.
#[derive(Clone)]
pub(crate) struct Text<'a> {
    /// The client's UUID of this message.
    pub(crate) client_id: Option<&'a str>,
    /// See S§2.4.
    pub(crate) part_type: &'static str,
    /// Safe HTML; empty for a part that only says what happened.
    pub(crate) body: &'a str,
    /// Plain text for lists.
    pub(crate) preview: &'a str,
    /// What else is kept with it.
    pub(crate) extras: Extras<'a>,
    /// The page it was written on, empty if unknown; `None` for one that did not come from a page.
    pub(crate) page: Option<&'a str>,
    /// When it was written: now, or earlier for what is brought over from elsewhere.
    pub(crate) at: i64,
    /// Now.
    pub(crate) now: i64,
}

/// What only the API's parts have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extras<'a> {
    /// The teammate an assignment goes to.
    pub(crate) assigned_to: Option<i64>,
    /// The team an assignment goes to.
    pub(crate) team_assigned_to: Option<i64>,
    /// What is attached, as [`claim`] gives it.
    pub(crate) attachments: Option<&'a str>,
    /// JSON object: quick replies (S§2.2).
    pub(crate) metadata: Option<&'a str>,
    /// JSON object: what an event changed.
    pub(crate) event_details: Option<&'a str>,
    /// The conversation's state after it; without, words open it and everything else leaves it.
    pub(crate) state: Option<&'a str>,
}

impl<'a> Text<'a> {
    /// A person's message to a conversation, and what is kept with it.
    fn of(
        message: &'a SendMessage,
        place: &Conversation,
        files: Option<&'a Claimed>,
        metadata: Option<&'a str>,
    ) -> Self {
        Self {
            client_id: Some(&message.client_id),
            // A reply that opens a closed conversation is named so (S§2.2).
            part_type: if place.state == "closed" { "open" } else { "comment" },
            body: &message.body,
            preview: files.map_or(&message.preview, |files| {
                if message.preview.is_empty() { &files.preview } else { &message.preview }
            }),
            extras: Extras {
                attachments: files.and_then(|files| files.attachments.as_deref()),
                metadata,
                ..Extras::default()
            },
            page: Some(&message.page_url),
            at: message.now,
            now: message.now,
        }
    }

    /// A part without words, that only says what happened.
    pub(crate) fn event(part_type: &'static str, extras: Extras<'a>, now: i64) -> Self {
        Self { client_id: None, part_type, body: "", preview: "", extras, page: None, at: now, now }
    }

    /// Whether the person may see it: what has words or files and is not a note among teammates.
    fn shown(&self) -> bool {
        (!self.body.is_empty() || self.extras.attachments.is_some()) && self.part_type != "note"
    }
}

/// Stores a message about which anything may be unusual.
pub(crate) async fn send(conn: &mut Conn, message: &SendMessage) -> Result<Sent> {
    // From here on a refusal may follow a write.
    ledger::guard(conn).await?;
    let (person, session) = sender(conn, message).await?;
    come_back(conn, &person, message.now).await?;
    let author = Author { kind: "contact", id: person.id.clone() };
    if let Some(part) = part_by_client_id(conn, message.workspace_id, &message.client_id).await? {
        let place = conversation(conn, message.workspace_id, part.conversation_id).await?;
        let place = participants::open_to(conn, place, &person.id).await?;
        let place = place.ok_or(Error::Conflict("client_id"))?;
        let (conversation, part, seq) = repeated(conn, &place, part, &author).await?;
        let conversation = seen(conn, conversation, &person).await?;
        return Ok(Sent { contact: person, session, conversation, part, seq, repeated: true });
    }
    let place = place(conn, message, &person).await?;
    written(conn, message, person, session, &place).await
}

/// Adds a message that is known to be new.
async fn written(
    conn: &mut Conn,
    message: &SendMessage,
    person: Contact,
    session: SessionOutcome,
    place: &Conversation,
) -> Result<Sent> {
    // What may be refused comes before what is written.
    let by = By::Contact(&person.id, [message.visitor_id.as_deref(), person.visitor_id.as_deref()]);
    let files = claim(conn, message.workspace_id, by, &message.files, None).await?;
    let person = first::with_email(conn, message, person, place).await?;
    let chosen = first::chosen(conn, message, place).await?;
    let author = Author { kind: "contact", id: person.id.clone() };
    outbound::replied(conn, place, message.now).await?;
    let text = Text::of(message, place, Some(&files), chosen.as_deref());
    let (part, seq) = add_part(conn, place, &author, &text).await?;
    attach(conn, &message.files, part.id).await?;
    if place.assigned_away {
        leave_to_all(conn, place, message.now).await?;
    }
    let after =
        conversation(conn, message.workspace_id, place.id).await?.ok_or(Error::NotFound("conversation"))?;
    let after = seen(conn, after, &person).await?;
    Ok(Sent { contact: person, session, conversation: after, part, seq, repeated: false })
}

/// A conversation as its writer sees it.
async fn seen(conn: &mut Conn, place: Conversation, person: &Contact) -> Result<Conversation> {
    participants::as_seen_by(conn, place, &person.id).await?.ok_or(Error::NotFound("conversation"))
}

/// Who sends: the session's person, else the visitor id's lead, else a new lead (P2).
async fn sender(conn: &mut Conn, message: &SendMessage) -> Result<(Contact, SessionOutcome)> {
    let workspace_id = message.workspace_id;
    if let Some(hash) = &message.session
        && let Some(session) = live_session(conn, workspace_id, hash, message.now).await?
        && let Some(person) = contact(conn, workspace_id, &session.contact_id).await?
    {
        return Ok((person, SessionOutcome::Kept(session.expires_at)));
    }
    let visitor_id = message.visitor_id.as_ref().ok_or(Error::NoCaller)?;
    if is_retired(conn, workspace_id, visitor_id).await? {
        return Err(Error::VisitorRetired);
    }
    // What was queued under a session that somebody ended belongs to that person, not to the browser's next visitor.
    if let Some(hash) = &message.session
        && is_revoked(conn, workspace_id, hash).await?
    {
        return Err(Error::NoCaller);
    }
    let person = match lead_of_visitor(conn, workspace_id, visitor_id).await? {
        Some(lead) => lead,
        None => new_lead(conn, workspace_id, visitor_id, &message.visit, message.now).await?,
    };
    let expires_at = message.now + message.session_ttl;
    let new = NewSession {
        workspace_id,
        contact_id: &person.id,
        hash: &message.fresh_session,
        visitor_id: Some(visitor_id.clone()),
        device_id: message.device_id.clone(),
        now: message.now,
        expires_at,
    };
    insert_session(conn, new).await?;
    Ok((person, SessionOutcome::Fresh(expires_at)))
}

async fn place(conn: &mut Conn, message: &SendMessage, person: &Contact) -> Result<Conversation> {
    let found = match &message.conversation {
        ConversationRef::Id(id) => conversation(conn, message.workspace_id, *id).await?,
        ConversationRef::Key(key) => match conversation_by_key(conn, message.workspace_id, key).await? {
            Some(found) => Some(found),
            None => Some(begin(conn, message, person, key).await?),
        },
    };
    let place = participants::open_to(conn, found, &person.id).await?;
    let place = place.ok_or(Error::NotFound("conversation"))?;
    // What they say goes where the conversation goes on, unless they take no part there: they would not see the answer.
    let Some(id) = survivor(conn, message.workspace_id, place.id).await? else { return Ok(place) };
    let goes_on = conversation(conn, message.workspace_id, id).await?;
    Ok(participants::open_to(conn, goes_on, &person.id).await?.unwrap_or(place))
}

async fn begin(conn: &mut Conn, message: &SendMessage, person: &Contact, key: &str) -> Result<Conversation> {
    if let Some(answered) = outbound::answered(conn, message.workspace_id, key).await? {
        return outbound::begin(conn, &answered, person, key, message.now).await;
    }
    let (id,) = row!(
        conn,
        (i64,),
        "INSERT INTO conversations (workspace_id, contact_id, client_key, state, created_at, updated_at) \
         VALUES ($1, $2, $3, 'open', $4, $4) RETURNING id",
        message.workspace_id,
        &person.id,
        key,
        message.now
    )?
    .ok_or(Error::NotFound("conversation"))?;
    conversation(conn, message.workspace_id, id).await?.ok_or(Error::NotFound("conversation"))
}

async fn repeated(
    conn: &mut Conn,
    place: &Conversation,
    part: Part,
    author: &Author,
) -> Result<(Conversation, Part, i64)> {
    let another = author.kind == "contact" && part.author_id != author.id;
    if part.conversation_id != place.id || part.author_kind != author.kind || another {
        return Err(Error::Conflict("client_id"));
    }
    Ok((place.clone(), part, newest_seq(conn, place.workspace_id).await?))
}

/// Logs that a conversation changed otherwise than by a part, and what the webhooks call it.
pub(crate) async fn changed(
    conn: &mut Conn,
    place: &Conversation,
    topic: Option<Topic>,
    now: i64,
) -> Result<()> {
    announce(conn, News::of(place, now).topic(topic)).await
}
