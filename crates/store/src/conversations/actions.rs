//! What the API does to conversations (S§2.1-2.3). Each is one operation.

use doorstep_domain::topics::Topic;

use super::{Action, Actor, ConversationRecord, Deed, PartRecord, record};
use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::messages::{Author, Text, add_part, changed, say_only};
use crate::people::{come_back, contact};
use crate::threads::conversation;
use crate::types::{Conversation, Part};

/// What stands in place of taken words (S§2.3).
const REDACTED: &str = "<p><i>This message was deleted</i></p>";

impl Store {
    /// Begins a conversation with a contact's message. [`Error::NotFound`], [`Error::Blocked`].
    pub async fn begin_conversation(
        &self,
        workspace_id: i64,
        contact_id: String,
        body: String,
        preview: String,
        now: i64,
    ) -> Result<(ConversationRecord, Part)> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let person = contact(conn, workspace_id, &contact_id).await?;
                    come_back(conn, &person.ok_or(Error::NotFound("contact"))?, now).await?;
                    let (id,) = row!(
                        conn,
                        (i64,),
                        "INSERT INTO conversations (workspace_id, contact_id, state, created_at, updated_at) \
                         VALUES ($1, $2, 'open', $3, $3) RETURNING id",
                        workspace_id,
                        &contact_id,
                        now
                    )?
                    .ok_or(Error::NotFound("conversation"))?;
                    let place = light(conn, workspace_id, id).await?;
                    let author = Author { kind: "contact", id: contact_id };
                    let text = Text {
                        client_id: None,
                        part_type: "comment",
                        body: &body,
                        preview: &preview,
                        assigned_to: None,
                        page: None,
                        now,
                    };
                    let (part, _) = add_part(conn, &place, &author, &text).await?;
                    Ok((record(conn, workspace_id, id).await?, part))
                })
            })
            .await
    }

    /// Does something in a conversation. [`Error::NotFound`] for the conversation (also if it is not the contact's), the
    /// teammate (`admin`) or the one it is assigned to (`assignee`).
    pub async fn act(&self, deed: Deed) -> Result<ConversationRecord> {
        self.writer.run(deed.workspace_id, move |conn| Box::pin(async move { act(conn, &deed).await })).await
    }

    /// Changes a conversation's title, or marks it read by its person.
    pub async fn update_conversation(
        &self,
        workspace_id: i64,
        id: i64,
        title: Option<Option<String>>,
        read: Option<bool>,
        now: i64,
    ) -> Result<ConversationRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    record(conn, workspace_id, id).await?;
                    if let Some(title) = title {
                        execute!(conn, "UPDATE conversations SET title = $2 WHERE id = $1", id, title)?;
                    }
                    if let Some(read) = read {
                        let sql = if read {
                            "UPDATE conversations SET read_by_contact = \
                             coalesce((SELECT max(p.id) FROM parts p WHERE p.conversation_id = $1), 0) WHERE id = $1"
                        } else {
                            "UPDATE conversations SET read_by_contact = 0 WHERE id = $1"
                        };
                        execute!(conn, sql, id)?;
                    }
                    let place = light(conn, workspace_id, id).await?;
                    let topic = (read == Some(true)).then_some(Topic::ConversationRead);
                    changed(conn, &place, topic, now).await?;
                    record(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Takes away a part's words. [`Error::NotFound`] for the conversation or the `part`.
    pub async fn redact(
        &self,
        workspace_id: i64,
        id: i64,
        part_id: i64,
        now: i64,
    ) -> Result<ConversationRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before = record(conn, workspace_id, id).await?;
                    let sql = "UPDATE parts SET body = $3, redacted = TRUE WHERE id = $1 AND conversation_id = $2 \
                               AND body <> ''";
                    if execute!(conn, sql, part_id, id, REDACTED)? == 0 {
                        return Err(Error::NotFound("part"));
                    }
                    let newest = "SELECT * FROM parts WHERE conversation_id = $1 AND shown ORDER BY id DESC LIMIT 1";
                    let newest = row!(conn, PartRecord, newest, id)?;
                    if newest.is_some_and(|newest| newest.id == part_id) {
                        let sql = "UPDATE conversations SET preview = 'This message was deleted' WHERE id = $1";
                        execute!(conn, sql, id)?;
                    }
                    let news = News::conversation(workspace_id, &before.contact_id, id, now);
                    let topic = Topic::ConversationPartRedacted;
                    announce(conn, news.within(id, Some(part_id)).topic(topic)).await?;
                    record(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// Removes a conversation for good.
    pub async fn delete_conversation(&self, workspace_id: i64, id: i64, now: i64) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let place = light(conn, workspace_id, id).await?;
                    changed(conn, &place, Some(Topic::ConversationDeleted), now).await?;
                    execute!(conn, "DELETE FROM parts WHERE conversation_id = $1", id)?;
                    execute!(conn, "DELETE FROM conversations WHERE id = $1", id)?;
                    Ok(())
                })
            })
            .await
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
                        let author = Author { kind: "bot", id: String::new() };
                        say_only(conn, &place, &author, "timer_unsnooze", None, now).await?;
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

async fn light(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<Conversation> {
    conversation(conn, workspace_id, id).await?.ok_or(Error::NotFound("conversation"))
}

async fn act(conn: &mut Conn, deed: &Deed) -> Result<ConversationRecord> {
    let (workspace_id, id) = (deed.workspace_id, deed.conversation_id);
    record(conn, workspace_id, id).await?;
    let place = light(conn, workspace_id, id).await?;
    let author = match &deed.actor {
        Actor::Contact(contact) if *contact == place.contact_id => {
            Author { kind: "contact", id: contact.clone() }
        }
        Actor::Contact(_) => return Err(Error::NotFound("conversation")),
        Actor::Admin(admin) => {
            teammate(conn, workspace_id, *admin, "admin").await?;
            Author { kind: "admin", id: admin.to_string() }
        }
    };
    let closed = place.state == "closed";
    let mut assigned_to = None;
    let (part_type, state) = match deed.action {
        Action::Comment if closed && author.kind == "contact" => ("open", None),
        Action::Comment => ("comment", None),
        Action::Note => ("note", None),
        Action::Close => ("close", Some("closed")),
        Action::Open => ("open", Some("open")),
        Action::Snooze(_) => ("snoozed", Some("snoozed")),
        Action::Assign(to) => {
            if let Some(to) = to {
                teammate(conn, workspace_id, to, "assignee").await?;
            }
            assigned_to = to;
            if closed { ("assign_and_reopen", Some("open")) } else { ("assignment", None) }
        }
    };
    let text = Text {
        client_id: None,
        part_type,
        body: &deed.body,
        preview: &deed.preview,
        assigned_to,
        page: None,
        now: deed.now,
    };
    // Words open the conversation; what is done decides how it is afterwards.
    add_part(conn, &place, &author, &text).await?;
    if let Some(state) = state {
        let until = if let Action::Snooze(until) = deed.action { Some(until) } else { None };
        let sql = "UPDATE conversations SET state = $2, snoozed_until = $3, waiting_since = \
                   CASE WHEN $2 = 'closed' THEN NULL ELSE waiting_since END WHERE id = $1";
        execute!(conn, sql, id, state, until)?;
    }
    if let Action::Assign(to) = deed.action {
        execute!(conn, "UPDATE conversations SET admin_assignee_id = $2 WHERE id = $1", id, to)?;
    }
    record(conn, workspace_id, id).await
}

async fn teammate(conn: &mut Conn, workspace_id: i64, id: i64, what: &'static str) -> Result<()> {
    let sql = "SELECT id FROM admins WHERE id = $1 AND workspace_id = $2";
    row!(conn, (i64,), sql, id, workspace_id)?.map(drop).ok_or(Error::NotFound(what))
}
