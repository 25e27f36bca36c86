//! `GET /inbox/api/socket?since=SEQ`: a teammate's socket, authorised by the inbox's cookie and opened by the inbox's own
//! page only.

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use doorstep_protocol::inbox::InboxFrame;
use doorstep_store::{Admin, Change, ChangeKind};
use serde::Deserialize;

use super::{Gone, PAGE, beats, say, typed, woken};
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
                woken?;
                catch_up(app, admin, &mut seq, socket).await?;
            }
            Some(typing) = typed(&mut typing) => {
                if typing.admin.is_none() && typing.workspace_id == admin.workspace_id {
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

async fn catch_up(app: &SharedApp, admin: &Admin, seq: &mut i64, socket: &mut WebSocket) -> Result<(), Gone> {
    loop {
        let found = app.store.changes_for_workspace(admin.workspace_id, *seq, PAGE).await;
        let Ok(changes) = found else { return bye(socket, "restart").await.and(Err(Gone)) };
        if changes.is_empty() {
            return Ok(());
        }
        let Ok(team) = Team::of(&app.store, admin.workspace_id).await else { return Err(Gone) };
        for change in changes {
            *seq = change.seq;
            for frame in frames(app, admin, &team, &change).await {
                say(socket, &frame).await?;
            }
        }
    }
}

/// A changed contact changes each of their conversations in the list.
async fn frames(app: &SharedApp, admin: &Admin, team: &Team, change: &Change) -> Vec<InboxFrame> {
    let mut ids: Vec<i64> = change.conversation_id.into_iter().collect();
    if change.kind == ChangeKind::Contact
        && let Ok((all, _)) = app.store.conversations_of(admin.workspace_id, &change.contact_id, 50).await
    {
        ids = all.into_iter().map(|conversation| conversation.id).collect();
    }
    let mut frames = Vec::with_capacity(ids.len());
    for id in ids {
        frames.extend(frame(app, admin, team, change, id).await);
    }
    frames
}

async fn frame(app: &SharedApp, admin: &Admin, team: &Team, change: &Change, id: i64) -> Option<InboxFrame> {
    let found = app.store.conversation(admin.workspace_id, id).await.ok()?.filter(|found| !found.pending)?;
    let contact = app.store.contact(admin.workspace_id, &found.contact_id).await.ok()??;
    let seen = found.read_by_contact;
    let conversation = team.row(found, &contact);
    let part = match change.part_id {
        Some(part_id) => app.store.part(admin.workspace_id, part_id).await.ok()?,
        None => None,
    };
    if let Some(part) = part.filter(|part| part.shown) {
        let part = team.part(part, &contact);
        return Some(InboxFrame::Part { seq: change.seq, conversation, part });
    }
    let seen_by_contact = (seen > 0).then(|| seen.to_string());
    Some(InboxFrame::Conversation { seq: change.seq, conversation, seen_by_contact })
}
