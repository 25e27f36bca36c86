//! `GET /messenger/{app_id}/socket`: a visitor's socket. The session comes in the first frame, not in the address, which
//! would be logged on the way.

use std::time::{Duration, Instant};

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_protocol::live::{Change as Told, ClientFrame, ServerFrame};
use doorstep_protocol::messenger::Conversation;
use doorstep_store::{Change, ChangeKind, Contact, Follower, Wake, Workspace};
use tokio::time::timeout;

use super::{Gone, PAGE, Typing, Typist, beats, say};
use crate::app::SharedApp;
use crate::client::Client;
use crate::error::{Answer, AppError};
use crate::metrics::SocketKind;
use crate::session::{SecretHash, hash_of};
use crate::wire::{Team, person, public_name};
use crate::workspace_settings::WorkspaceSettings;

/// How long a client may take to say hello.
const HELLO: Duration = Duration::from_secs(15);
/// How often somebody's typing is looked at: each time costs a look into the database.
const TYPING: Duration = Duration::from_secs(1);
/// Largest frame of a client, bytes.
const FRAME: usize = 16 * 1024;
/// What a socket keeps for reading, bytes. The library's own 128 KiB would be most of what an idle visitor costs.
const BUFFER: usize = 1024;

/// Upgrades.
pub async fn socket(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    upgrade: WebSocketUpgrade,
) -> Answer<Response> {
    app.limits.address(&client.address.0)?;
    let workspace = app.store.workspace_by_app_id(&app_id).await?.ok_or_else(AppError::app_unknown)?;
    client.site.trusted_by(&WorkspaceSettings::read(&workspace.settings).trusted())?;
    Ok(upgrade.max_message_size(FRAME).read_buffer_size(BUFFER).write_buffer_size(0).on_upgrade(
        move |mut socket| async move {
            let counted = app.metrics.socket(SocketKind::Messenger);
            // The socket being gone is the ordinary end.
            let _ = serve(&app, &workspace, &mut socket).await;
            drop(counted);
        },
    ))
}

struct Line<'a> {
    app: &'a SharedApp,
    workspace: &'a Workspace,
    session: SecretHash,
    contact: Contact,
    seq: i64,
    /// When they last said that they type.
    typed: Option<Instant>,
}

async fn serve(app: &SharedApp, workspace: &Workspace, socket: &mut WebSocket) -> Result<(), Gone> {
    let mut stopping = app.stopping.subscribe();
    // In boxes of their own, which go when they are done: an idle socket keeps room for what is written into this function,
    // and reading the database takes kilobytes.
    let (mut line, mut wakes, mut typing) = Box::pin(open(app, workspace, socket)).await?;
    let mut beats = beats();
    loop {
        tokio::select! {
            // A missed wake says the same as a heard one: look.
            _ = wakes.next() => Box::pin(line.catch_up(socket)).await?,
            // Missed typing is no loss.
            Ok(typing) = typing.next() => Box::pin(line.forward(socket, typing)).await?,
            frame = socket.recv() => Box::pin(line.hear(frame.and_then(Result::ok))).await?,
            _ = beats.tick() => Box::pin(say(socket, &ServerFrame::Beat)).await?,
            _ = stopping.changed() => return bye(socket, "restart").await,
        }
    }
}

/// Hears who is there, and tells what they have missed.
async fn open<'a>(
    app: &'a SharedApp,
    workspace: &'a Workspace,
    socket: &mut WebSocket,
) -> Result<(Line<'a>, Follower<Wake>, Follower<Typing>), Gone> {
    let Ok(Some(Ok(Message::Text(hello)))) = timeout(HELLO, socket.recv()).await else { return Err(Gone) };
    let Ok(ClientFrame::Hello { session, since }) = serde_json::from_str(&hello) else {
        return refuse(socket, "protocol").await;
    };
    let session = hash_of(&session);
    let found = app.store.contact_by_session(workspace.id, &session, app.now()).await;
    let contact = match found {
        Ok(Some(contact)) => contact,
        Ok(None) => return refuse(socket, "session_ended").await,
        Err(_) => return refuse(socket, "restart").await,
    };
    // Listening before the log is read: nothing falls between.
    let wakes = app.store.wakes_of(&contact.id);
    let typing = app.typing.follow(&contact.id);
    let mut line = Line { app, workspace, session, contact, seq: since, typed: None };
    // The number first: what is newer than it is told by the loop.
    let newest = app.store.newest_seq(workspace.id).await.unwrap_or(since);
    line.catch_up(socket).await?;
    line.seq = line.seq.max(newest);
    say(socket, &ServerFrame::Welcome { seq: line.seq }).await?;
    Ok((line, wakes, typing))
}

/// Says why there is no line.
async fn refuse<T>(socket: &mut WebSocket, reason: &str) -> Result<T, Gone> {
    bye(socket, reason).await.and(Err(Gone))
}

async fn bye(socket: &mut WebSocket, reason: &str) -> Result<(), Gone> {
    say(socket, &ServerFrame::Bye { reason: reason.to_owned() }).await
}

impl Line<'_> {
    /// Sends every change after the last one sent.
    async fn catch_up(&mut self, socket: &mut WebSocket) -> Result<(), Gone> {
        loop {
            let found = self.app.store.changes_for_contact(&self.contact.id, self.seq, PAGE).await;
            let Ok(changes) = found else { return refuse(socket, "restart").await };
            // What was committed meanwhile has left a wake of its own.
            let all = changes.len() < PAGE;
            for change in changes {
                self.tell(socket, &change).await?;
                self.seq = change.seq;
            }
            if all {
                return Ok(());
            }
        }
    }

    async fn tell(&mut self, socket: &mut WebSocket, change: &Change) -> Result<(), Gone> {
        let told = match change.kind {
            ChangeKind::SessionEnded => return self.check_session(socket).await,
            ChangeKind::Contact => {
                let Ok(Some(contact)) = self.app.store.contact(self.workspace.id, &self.contact.id).await
                else {
                    return Ok(());
                };
                self.contact = contact;
                Some(Told::Person { person: person(Some(&self.contact)) })
            }
            ChangeKind::Part | ChangeKind::Conversation => self.conversation(change).await,
            ChangeKind::Topic => None,
        };
        match told {
            Some(told) => say(socket, &ServerFrame::Change { seq: change.seq, change: Box::new(told) }).await,
            None => Ok(()),
        }
    }

    async fn conversation(&self, change: &Change) -> Option<Told> {
        let store = &self.app.store;
        let id = change.conversation_id?;
        let found = store.conversation_seen_by(self.workspace.id, id, &self.contact.id).await.ok()?;
        // It may have been deleted, or they take no part any more; the log is history, the rows are the truth.
        let Some(found) = found else {
            let conversation = Conversation { id: id.to_string(), ..Conversation::default() };
            return Some(Told::Conversation { conversation });
        };
        let team = Team::of(self.app, self.workspace.id).await.ok()?;
        let conversation = team.conversation(found, &self.contact);
        match change.part_id {
            Some(id) => {
                let part = store.part(self.workspace.id, id).await.ok()??;
                if !part.shown {
                    return Some(Told::Conversation { conversation });
                }
                Some(Told::Part { conversation, part: team.part(part, &self.contact) })
            }
            None => Some(Told::Conversation { conversation }),
        }
    }

    /// A session of this person ended; if it was ours, so is the socket. A merged lead's session goes on as the user's.
    async fn check_session(&mut self, socket: &mut WebSocket) -> Result<(), Gone> {
        let store = &self.app.store;
        match store.contact_by_session(self.workspace.id, &self.session, self.app.now()).await {
            Ok(Some(contact)) if contact.id == self.contact.id => Ok(()),
            Ok(Some(_)) => refuse(socket, "slow").await,
            Ok(None) => refuse(socket, "session_ended").await,
            Err(_) => refuse(socket, "restart").await,
        }
    }

    async fn forward(&self, socket: &mut WebSocket, typing: Typing) -> Result<(), Gone> {
        let (conversation_id, name) = (typing.conversation_id.to_string(), typing.name);
        say(socket, &ServerFrame::Typing { conversation_id, name }).await
    }

    /// What the client says after hello: only typing. Anything else is ignored; a closed socket ends the loop.
    async fn hear(&mut self, frame: Option<Message>) -> Result<(), Gone> {
        match frame {
            None | Some(Message::Close(_)) => Err(Gone),
            Some(Message::Text(text)) => {
                if let Ok(ClientFrame::Typing { conversation_id }) = serde_json::from_str(&text)
                    && let Ok(conversation_id) = conversation_id.parse()
                {
                    self.types(conversation_id).await;
                }
                Ok(())
            }
            Some(_) => Ok(()),
        }
    }

    /// Tells the team and the others who take part; the person's own other tabs need not hear of it.
    async fn types(&mut self, conversation_id: i64) {
        let now = Instant::now();
        if self.typed.is_some_and(|typed| now.duration_since(typed) < TYPING) {
            return;
        }
        self.typed = Some(now);
        let found = self.app.store.conversation_seen_by(self.workspace.id, conversation_id, &self.contact.id);
        let Ok(Some(found)) = found.await else { return };
        let others: Vec<String> =
            found.people().filter(|id| *id != self.contact.id).map(ToOwned::to_owned).collect();
        let typing = Typing {
            workspace_id: self.workspace.id,
            conversation_id,
            by: Typist::Contact,
            name: public_name(&self.contact),
        };
        self.app.typing.tell(&others, &typing);
    }
}
