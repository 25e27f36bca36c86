//! Messages of the team to contacts (S§2.6). Each person gets a thread of their own in the Messenger at once; for teammates
//! and programs there is no conversation before the person answers, unless the sender asks for one. The thread's `pending`
//! says so and ends with the person's first words (`messages.rs`).
//!
//! A message has the id of the part its first recipient got, so that ids of messages and of parts never meet, and
//! `source.id` finds the conversations of all.

use super::{Actor, actions};
use crate::Store;
use crate::conn::{Conn, execute, row};
use crate::error::{Error, Result};
use crate::messages::{Extras, Text, add_part};
use crate::people::contact;
use crate::threads::conversation;

/// A message to send.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Workspace.
    pub workspace_id: i64,
    /// The teammate it is from.
    pub admin_id: i64,
    /// `inapp` or `email`.
    pub message_type: &'static str,
    /// Its subject; empty for none.
    pub subject: String,
    /// Safe HTML.
    pub body: String,
    /// Plain text for lists.
    pub preview: String,
    /// How an email looks: `plain` or `personal`.
    pub template: Option<String>,
    /// Whom it is to, by contact id; at least one.
    pub to: Vec<String>,
    /// Who gets a copy of an email: `cc` or `bcc`, and a contact id.
    pub copies: Vec<(&'static str, String)>,
    /// Whether it is a conversation for the team before anybody answers.
    pub begins_conversation: bool,
    /// When it was written.
    pub at: i64,
    /// Now.
    pub now: i64,
}

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageDone {
    /// Its id.
    pub id: i64,
    /// The first recipient's conversation, if it is one yet.
    pub conversation_id: Option<i64>,
}

impl Store {
    /// Sends, to all or to nobody. [`Error::NotFound`] for the `admin` or a `contact`, who may also be archived.
    pub async fn send_to_contacts(&self, new: NewMessage) -> Result<MessageDone> {
        self.writer.run(new.workspace_id, move |conn| Box::pin(async move { send(conn, &new).await })).await
    }
}

async fn send(conn: &mut Conn, new: &NewMessage) -> Result<MessageDone> {
    let mut done: Option<MessageDone> = None;
    for contact_id in &new.to {
        let (conversation_id, part_id) = deliver(conn, new, contact_id).await?;
        let message_id = done.as_ref().map_or(part_id, |first| first.id);
        let sql = "UPDATE conversations SET message_id = $2 WHERE id = $1";
        execute!(conn, sql, conversation_id, message_id)?;
        if done.is_none() {
            keep(conn, new, message_id).await?;
            let conversation_id = Some(conversation_id).filter(|_| new.begins_conversation);
            done = Some(MessageDone { id: message_id, conversation_id });
        }
        recipient(conn, message_id, contact_id, "to").await?;
    }
    let done = done.ok_or(Error::NotFound("contact"))?;
    for (kind, contact_id) in &new.copies {
        here(conn, new.workspace_id, contact_id).await?;
        recipient(conn, done.id, contact_id, kind).await?;
    }
    Ok(done)
}

/// A thread for one person. Gives its id and the part's.
async fn deliver(conn: &mut Conn, new: &NewMessage, contact_id: &str) -> Result<(i64, i64)> {
    here(conn, new.workspace_id, contact_id).await?;
    let source_type = if new.message_type == "email" { "email" } else { "conversation" };
    let (id,) = row!(
        conn,
        (i64,),
        "INSERT INTO conversations (workspace_id, contact_id, state, created_at, updated_at, pending, source_type, \
         source_subject, delivered_as) VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, 'admin_initiated') RETURNING id",
        new.workspace_id,
        contact_id,
        new.at,
        new.now,
        !new.begins_conversation,
        source_type,
        &new.subject
    )?
    .ok_or(Error::NotFound("conversation"))?;
    let place = conversation(conn, new.workspace_id, id).await?.ok_or(Error::NotFound("conversation"))?;
    let author = actions::author(conn, &place, &Actor::Admin(new.admin_id)).await?;
    let text = Text {
        client_id: None,
        part_type: "comment",
        body: &new.body,
        preview: &new.preview,
        extras: Extras::default(),
        page: None,
        at: new.at,
        now: new.now,
    };
    let (part, _) = add_part(conn, &place, &author, &text).await?;
    Ok((id, part.id))
}

async fn keep(conn: &mut Conn, new: &NewMessage, id: i64) -> Result<()> {
    // There is no delivery of email yet; what was not sent says so, and is not sent late by a server that can.
    let email_state = (new.message_type == "email").then_some("not_sent");
    execute!(
        conn,
        "INSERT INTO messages (id, workspace_id, admin_id, message_type, subject, body, template, email_state, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        new.workspace_id,
        new.admin_id,
        new.message_type,
        &new.subject,
        &new.body,
        &new.template,
        email_state,
        new.at
    )?;
    Ok(())
}

async fn recipient(conn: &mut Conn, message_id: i64, contact_id: &str, kind: &str) -> Result<()> {
    let sql = "INSERT INTO message_recipients (message_id, contact_id, kind) VALUES ($1, $2, $3) \
               ON CONFLICT (message_id, contact_id, kind) DO NOTHING";
    execute!(conn, sql, message_id, contact_id, kind)?;
    Ok(())
}

/// A contact who can be written to.
async fn here(conn: &mut Conn, workspace_id: i64, contact_id: &str) -> Result<()> {
    let found = contact(conn, workspace_id, contact_id).await?.filter(|found| found.archived_at.is_none());
    found.map(drop).ok_or(Error::NotFound("contact"))
}

impl Store {
    /// Who was written to by email with the message that a conversation began with: `to`, `cc` or `bcc`, and the email.
    pub async fn email_recipients(
        &self,
        workspace_id: i64,
        message_id: i64,
    ) -> Result<Vec<(String, String)>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT r.kind, k.email FROM message_recipients r JOIN messages m ON m.id = r.message_id \
                   JOIN contacts k ON k.id = r.contact_id WHERE r.message_id = $1 AND m.workspace_id = $2 \
                   AND m.message_type = 'email' AND k.email IS NOT NULL ORDER BY r.kind DESC, k.id";
        Ok(crate::conn::rows!(&mut conn, (String, String), sql, message_id, workspace_id)?)
    }
}
