//! What the API does in conversations (S§2.1-2.3): beginning, answering, closing, opening, snoozing, assigning. Each is one
//! operation. Taking words or conversations away is in `end.rs`, titles and attributes in `update.rs`.

use super::{Action, Actor, ConversationRecord, Deed, NewConversation, light, record, survivor};
use crate::Store;
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::files::{By, attach, claim};
use crate::messages::{Author, Extras, Text, add_part};
use crate::people::{come_back, contact};
use crate::teams::team;
use crate::threads::conversation;
use crate::types::{Conversation, Part};

impl Store {
    /// Begins a conversation with a contact's message. [`Error::NotFound`], [`Error::Blocked`].
    pub async fn begin_conversation(&self, new: NewConversation) -> Result<(ConversationRecord, Part)> {
        self.writer.run(new.workspace_id, move |conn| Box::pin(async move { begin(conn, &new).await })).await
    }

    /// Does something in a conversation. [`Error::NotFound`] for the conversation (also if it is not the contact's), the
    /// teammate (`admin`) or the one it is assigned to (`assignee`, `team`).
    pub async fn act(&self, deed: Deed) -> Result<ConversationRecord> {
        self.writer.run(deed.workspace_id, move |conn| Box::pin(async move { act(conn, &deed).await })).await
    }

    /// Opens conversations whose time to sleep is over; gives how many.
    pub async fn wake_snoozed(&self, now: i64) -> Result<usize> {
        let mut conn = self.reader().await?;
        let sql =
            "SELECT id, workspace_id FROM conversations WHERE snoozed_until <= $1 AND state = 'snoozed'";
        let due = rows!(&mut conn, (i64, i64), sql, now)?;
        drop(conn);
        for (id, workspace_id) in &due {
            let (id, workspace_id) = (*id, *workspace_id);
            self.writer
                .run(workspace_id, move |conn| {
                    Box::pin(async move {
                        let Some(place) = conversation(conn, workspace_id, id).await? else { return Ok(()) };
                        if place.state != "snoozed" {
                            return Ok(());
                        }
                        let extras = Extras { state: Some("open"), ..Extras::default() };
                        let text = Text::event("timer_unsnooze", extras, now);
                        add_part(conn, &place, &Author::bot(), &text).await?;
                        let sql =
                            "UPDATE conversations SET state = 'open', snoozed_until = NULL WHERE id = $1";
                        execute!(conn, sql, id)?;
                        Ok(())
                    })
                })
                .await?;
        }
        Ok(due.len())
    }
}

async fn begin(conn: &mut Conn, new: &NewConversation) -> Result<(ConversationRecord, Part)> {
    let (workspace_id, now) = (new.workspace_id, new.now);
    let person = contact(conn, workspace_id, &new.contact_id).await?;
    come_back(conn, &person.ok_or(Error::NotFound("contact"))?, now).await?;
    let (id,) = row!(
        conn,
        (i64,),
        "INSERT INTO conversations (workspace_id, contact_id, state, created_at, updated_at, source_subject, \
         source_url) VALUES ($1, $2, 'open', $3, $4, $5, $6) RETURNING id",
        workspace_id,
        &new.contact_id,
        new.at,
        now,
        &new.subject,
        &new.url
    )?
    .ok_or(Error::NotFound("conversation"))?;
    let place = light(conn, workspace_id, id).await?;
    let author = Author { kind: "contact", id: new.contact_id.clone() };
    let files = claim(conn, workspace_id, By::Program, &new.files, new.attachments.as_deref()).await?;
    let text = Text {
        client_id: None,
        part_type: "comment",
        body: &new.body,
        preview: if new.preview.is_empty() { &files.preview } else { &new.preview },
        extras: Extras { attachments: files.attachments.as_deref(), ..Extras::default() },
        page: None,
        at: new.at,
        now,
    };
    let (part, _) = add_part(conn, &place, &author, &text).await?;
    attach(conn, &new.files, part.id).await?;
    Ok((record(conn, workspace_id, id).await?, part))
}

async fn act(conn: &mut Conn, deed: &Deed) -> Result<ConversationRecord> {
    let (workspace_id, mut id) = (deed.workspace_id, deed.conversation_id);
    record(conn, workspace_id, id).await?;
    let mut place = light(conn, workspace_id, id).await?;
    let author = author(conn, &place, &deed.actor).await?;
    if author.kind == "contact"
        && let Some(survivor) = survivor(conn, workspace_id, id).await?
    {
        id = survivor;
        record(conn, workspace_id, id).await?;
        place = light(conn, workspace_id, id).await?;
        self::author(conn, &place, &deed.actor).await?;
    }
    let closed = place.state == "closed";
    let assigned = if closed { ("assign_and_reopen", Some("open")) } else { ("assignment", None) };
    let files = claim(conn, workspace_id, By::Program, &deed.files, deed.attachments.as_deref()).await?;
    let mut extras = Extras {
        attachments: files.attachments.as_deref(),
        metadata: deed.metadata.as_deref(),
        ..Extras::default()
    };
    let (part_type, state) = match deed.action {
        Action::Comment | Action::QuickReply if closed && author.kind == "contact" => ("open", None),
        Action::QuickReply if author.kind == "admin" => ("quick_reply", None),
        Action::Comment | Action::QuickReply => ("comment", None),
        Action::Note => ("note", None),
        Action::Close => ("close", Some("closed")),
        Action::Open => ("open", Some("open")),
        Action::Snooze(_) => ("snoozed", Some("snoozed")),
        Action::Assign(to) => {
            if let Some(to) = to {
                teammate(conn, workspace_id, to, "assignee").await?;
            }
            extras.assigned_to = to;
            assigned
        }
        Action::AssignTeam(to) => {
            if let Some(to) = to {
                team(conn, workspace_id, to).await?;
            }
            extras.team_assigned_to = to;
            assigned
        }
        Action::RunRules => ("default_assignment", None),
    };
    extras.state = state;
    let text = Text {
        client_id: None,
        part_type,
        body: &deed.body,
        preview: if deed.preview.is_empty() { &files.preview } else { &deed.preview },
        extras,
        page: None,
        at: deed.at,
        now: deed.now,
    };
    // Words open the conversation; what is done decides how it is afterwards.
    let (part, _) = add_part(conn, &place, &author, &text).await?;
    attach(conn, &deed.files, part.id).await?;
    if author.kind == "contact" && place.assigned_away {
        leave_to_all(conn, &place, deed.now).await?;
    }
    if let Some(state) = state {
        let until = if let Action::Snooze(until) = deed.action { Some(until) } else { None };
        enter_state(conn, &place, state, until).await?;
    }
    match deed.action {
        Action::Close => {
            let admin_id = if let Actor::Admin(admin) = deed.actor { Some(admin) } else { None };
            closed_by(conn, id, admin_id, deed.at).await?;
        }
        Action::Assign(to) => {
            execute!(conn, "UPDATE conversations SET admin_assignee_id = $2 WHERE id = $1", id, to)?;
            count_assignment(conn, id, to, deed.at).await?;
        }
        Action::AssignTeam(to) => {
            execute!(conn, "UPDATE conversations SET team_assignee_id = $2 WHERE id = $1", id, to)?;
            count_assignment(conn, id, to, deed.at).await?;
        }
        _ => {}
    }
    record(conn, workspace_id, id).await
}

/// Takes a conversation from the teammate it is assigned to, who is away, after its person's answer (S§2.4).
pub(crate) async fn leave_to_all(conn: &mut Conn, place: &Conversation, now: i64) -> Result<()> {
    execute!(conn, "UPDATE conversations SET admin_assignee_id = NULL WHERE id = $1", place.id)?;
    let answered = light(conn, place.workspace_id, place.id).await?;
    let text = Text::event("away_mode_assignment", Extras::default(), now);
    add_part(conn, &answered, &Author::bot(), &text).await?;
    Ok(())
}

/// How the conversation is from now on; until when, if it is put aside.
pub(crate) async fn enter_state(
    conn: &mut Conn,
    place: &Conversation,
    state: &str,
    until: Option<i64>,
) -> Result<()> {
    let sql = "UPDATE conversations SET state = $2, snoozed_until = $3, \
               waiting_since = CASE WHEN $2 = 'closed' THEN NULL ELSE waiting_since END, \
               count_reopens = count_reopens + CASE WHEN state = 'closed' AND $2 = 'open' THEN 1 ELSE 0 END \
               WHERE id = $1";
    execute!(conn, sql, place.id, state, until)?;
    Ok(())
}

/// Keeps when it was closed, and by whom.
pub(crate) async fn closed_by(conn: &mut Conn, id: i64, admin_id: Option<i64>, at: i64) -> Result<()> {
    let sql = "UPDATE conversations SET first_close_at = coalesce(first_close_at, $2), last_close_at = $2, \
               last_closed_by_id = $3 WHERE id = $1";
    execute!(conn, sql, id, at, admin_id)?;
    Ok(())
}

/// Keeps when it was given to somebody; taking it from everybody is no assignment.
async fn count_assignment(conn: &mut Conn, id: i64, to: Option<i64>, at: i64) -> Result<()> {
    if to.is_some() {
        let sql = "UPDATE conversations SET first_assignment_at = coalesce(first_assignment_at, $2), \
                   last_assignment_at = $2, last_assignment_admin_reply_at = NULL, \
                   assigned_before_reply_at = CASE WHEN first_admin_reply_at IS NULL THEN $2 \
                   ELSE assigned_before_reply_at END, count_assignments = count_assignments + 1 WHERE id = $1";
        execute!(conn, sql, id, at)?;
    }
    Ok(())
}

/// Who acts, if they may in this conversation.
pub(super) async fn author(conn: &mut Conn, place: &Conversation, actor: &Actor) -> Result<Author> {
    match actor {
        Actor::Contact(contact) => {
            if !place.people().any(|one| one == contact) {
                return Err(Error::NotFound("conversation"));
            }
            Ok(Author { kind: "contact", id: contact.clone() })
        }
        Actor::Admin(admin) => {
            teammate(conn, place.workspace_id, *admin, "admin").await?;
            Ok(Author { kind: "admin", id: admin.to_string() })
        }
        Actor::Program => Ok(Author::bot()),
    }
}

async fn teammate(conn: &mut Conn, workspace_id: i64, id: i64, what: &'static str) -> Result<()> {
    let sql = "SELECT id FROM admins WHERE id = $1 AND workspace_id = $2";
    row!(conn, (i64,), sql, id, workspace_id)?.map(drop).ok_or(Error::NotFound(what))
}
