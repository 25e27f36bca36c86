//! `GET /inbox/api/socket?since=SEQ`: a teammate's socket, authorised by the inbox's cookie and opened by the inbox's own
//! page only.

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use doorstep_protocol::inbox::InboxFrame;
use doorstep_store::{Admin, Change, ChangeKind, Fresh, Scene, Wake};
use serde::Deserialize;

use super::{Gone, PAGE, Typist, beats, flush, put, say, typed, woken};
use crate::app::SharedApp;
use crate::error::{Answer, AppError};
use crate::inbox_api::Teammate;
use crate::metrics::SocketKind;
use crate::session::SecretHash;
use crate::wire::Team;

/// Where to resume.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Since {
    /// The last change number the client has.
    pub since: i64,
}

/// Upgrades.
pub async fn socket(
    State(app): State<SharedApp>,
    Query(Since { since }): Query<Since>,
    teammate: Teammate,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Answer<Response> {
    if !same_origin(&headers) {
        return Err(AppError::origin_foreign());
    }
    Ok(upgrade.on_upgrade(move |mut socket| async move {
        let counted = app.metrics.socket(SocketKind::Inbox);
        // The socket being gone is the ordinary end.
        let _ = serve(&app, &teammate.admin, &teammate.session, since, &mut socket).await;
        drop(counted);
    }))
}

/// A browser names the page's origin; it must be the host it talks to.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, rest)| rest == host),
        (None, _) => true,
        (Some(_), None) => false,
    }
}

async fn serve(
    app: &SharedApp,
    admin: &Admin,
    session: &SecretHash,
    since: i64,
    socket: &mut WebSocket,
) -> Result<(), Gone> {
    let mut wakes = app.store.wakes();
    let mut typing = app.typing.everything();
    let mut stopping = app.stopping.subscribe();
    let newest = app.store.newest_seq(admin.workspace_id).await.unwrap_or(since);
    let mut seq = since;
    catch_up(app, admin, &mut seq, socket).await?;
    seq = seq.max(newest);
    say(socket, &InboxFrame::Welcome { seq }).await?;
    let mut beats = beats();
    loop {
        tokio::select! {
            woken = woken(&mut wakes, admin.workspace_id) => {
                match woken? {
                    // The log was read further than this meanwhile.
                    Some(wake) if wake.seq <= seq => {}
                    Some(Wake { fresh: Some(fresh), since, .. }) if since <= seq => {
                        go_on(app, admin, &fresh, &mut seq, socket).await?;
                    }
                    _ => catch_up(app, admin, &mut seq, socket).await?,
                }
            }
            Some(typing) = typed(&mut typing) => {
                if typing.by == Typist::Contact && typing.workspace_id == admin.workspace_id {
                    let conversation_id = typing.conversation_id.to_string();
                    say(socket, &InboxFrame::Typing { conversation_id }).await?;
                }
            }
            frame = socket.recv() => if matches!(frame, None | Some(Err(_) | Ok(Message::Close(_)))) {
                return Err(Gone);
            },
            _ = beats.tick() => {
                // A log-in that was ended elsewhere ends its sockets within a beat.
                match app.store.admin_by_session(session, app.now()).await {
                    Ok(None) => return bye(socket, "session_ended").await,
                    _ => say(socket, &InboxFrame::Beat).await?,
                }
            }
            _ = stopping.changed() => return bye(socket, "restart").await,
        }
    }
}

async fn bye(socket: &mut WebSocket, reason: &str) -> Result<(), Gone> {
    say(socket, &InboxFrame::Bye { reason: reason.to_owned() }).await
}

/// Tells what comes after the last thing told, and is known: words of people only, so that nobody of the team is asked for.
async fn go_on(
    app: &SharedApp,
    admin: &Admin,
    fresh: &Fresh,
    seq: &mut i64,
    socket: &mut WebSocket,
) -> Result<(), Gone> {
    let team = Team::nobody(app, admin.workspace_id);
    let told = *seq;
    for change in fresh.changes.iter().filter(|change| change.seq > told) {
        let frame = change.conversation_id.and_then(|id| frame(&team, &fresh.scene, change, id));
        if let Some(frame) = frame {
            put(socket, &frame).await?;
        }
        *seq = change.seq;
    }
    flush(socket).await
}

/// Tells what the log has after the last thing told.
async fn catch_up(app: &SharedApp, admin: &Admin, seq: &mut i64, socket: &mut WebSocket) -> Result<(), Gone> {
    loop {
        let found = app.store.changes_for_workspace(admin.workspace_id, *seq, PAGE).await;
        let Ok(changes) = found else { return bye(socket, "restart").await.and(Err(Gone)) };
        let Some(last) = changes.last().map(|change| change.seq) else { return Ok(()) };
        // What was committed meanwhile has left a wake of its own.
        let all = changes.len() < PAGE;
        let (team, scene) =
            tokio::join!(Team::of(app, admin.workspace_id), app.store.scene(admin.workspace_id, *seq, last));
        let (Ok(team), Ok(mut scene)) = (team, scene) else {
            return bye(socket, "restart").await.and(Err(Gone));
        };
        for change in changes {
            for frame in frames(app, &team, &mut scene, &change).await {
                put(socket, &frame).await?;
            }
            *seq = change.seq;
        }
        flush(socket).await?;
        if all {
            return Ok(());
        }
    }
}

/// A changed contact changes each of their conversations in the list.
async fn frames(app: &SharedApp, team: &Team, scene: &mut Scene, change: &Change) -> Vec<InboxFrame> {
    let mut ids: Vec<i64> = change.conversation_id.into_iter().collect();
    if change.kind == ChangeKind::Contact {
        ids = theirs(app, team, scene, &change.contact_id).await;
    }
    ids.into_iter().filter_map(|id| frame(team, scene, change, id)).collect()
}

/// The newest conversations of a contact, which no change has named.
async fn theirs(app: &SharedApp, team: &Team, scene: &mut Scene, contact_id: &str) -> Vec<i64> {
    let Ok(Some(contact)) = app.store.contact(team.workspace_id(), contact_id).await else {
        return Vec::new();
    };
    let found = app.store.conversations_of(team.workspace_id(), contact_id, 50).await;
    let mut conversations = found.map(|(conversations, _)| conversations).unwrap_or_default();
    // Those of others say nothing of the contact in the list.
    conversations.retain(|conversation| conversation.contact_id == contact_id);
    scene.contacts.insert(contact.id.clone(), contact);
    let ids = conversations.iter().map(|conversation| conversation.id).collect();
    scene.conversations.extend(conversations.into_iter().map(|conversation| (conversation.id, conversation)));
    ids
}

fn frame(team: &Team, scene: &Scene, change: &Change, id: i64) -> Option<InboxFrame> {
    if !scene.conversations.contains_key(&id) {
        // The log is history, the row is the truth.
        return Some(InboxFrame::Gone { seq: change.seq, conversation_id: id.to_string() });
    }
    let found = scene.conversations.get(&id).filter(|found| !found.pending)?.clone();
    let contact = scene.contacts.get(&found.contact_id)?;
    let seen = found.read_by_contact;
    let conversation = team.row(found, contact);
    let part = change.part_id.and_then(|part_id| scene.parts.get(&part_id)).filter(|part| part.shown);
    if let Some(part) = part {
        let part = team.part_for_team(part.clone(), contact);
        return Some(InboxFrame::Part { seq: change.seq, conversation, part });
    }
    let seen_by_contact = (seen > 0).then(|| seen.to_string());
    Some(InboxFrame::Conversation { seq: change.seq, conversation, seen_by_contact })
}
