//! Sockets. Each reads the change log from the number its client has; the store's wakes only say "look". Typing is the
//! one thing that goes around the log: it is forwarded and forgotten.

pub mod inbox;
pub mod messenger;

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use doorstep_store::Wake;
use futures_util::SinkExt as _;
use serde::Serialize;
use tokio::sync::broadcast;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often a socket says that it is alive.
const BEAT: Duration = Duration::from_secs(25);
/// A client that does not take a frame for this long is dropped; it comes back and resumes.
const SLOW: Duration = Duration::from_secs(20);
/// Changes read at once: as many as the store commits at once, as a rule.
const PAGE: usize = 256;

/// Somebody types.
#[derive(Clone, Debug)]
pub struct Typing {
    /// Workspace.
    pub workspace_id: i64,
    /// Where.
    pub conversation_id: i64,
    /// Who.
    pub by: Typist,
    /// Their name, as people who take part may know it.
    pub name: String,
}

/// What somebody who types is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typist {
    /// A teammate.
    Admin,
    /// Somebody in front of a Messenger.
    Contact,
}

/// The socket is over.
struct Gone;

async fn say(socket: &mut WebSocket, frame: &impl Serialize) -> Result<(), Gone> {
    put(socket, frame).await?;
    flush(socket).await
}

/// Hands in a frame that may wait for the next ones: `flush` sends them all together.
async fn put(socket: &mut WebSocket, frame: &impl Serialize) -> Result<(), Gone> {
    let text = serde_json::to_string(frame).map_err(|_| Gone)?;
    in_time(socket.feed(Message::Text(text.into()))).await
}

/// Sends what was handed in.
async fn flush(socket: &mut WebSocket) -> Result<(), Gone> {
    in_time(socket.flush()).await
}

async fn in_time(sending: impl Future<Output = Result<(), axum::Error>>) -> Result<(), Gone> {
    match timeout(SLOW, sending).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Gone),
    }
}

fn beats() -> tokio::time::Interval {
    let mut beats = interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats.reset();
    beats
}

/// Waits until a workspace's log may have grown by something sockets hear of, and gives the hint. Lagging behind the hints is
/// one more, without anything in it.
async fn woken(wakes: &mut broadcast::Receiver<Wake>, workspace_id: i64) -> Result<Option<Wake>, Gone> {
    loop {
        match wakes.recv().await {
            Ok(wake) if wake.workspace_id == workspace_id && !wake.contacts.is_empty() => {
                return Ok(Some(wake));
            }
            Ok(_) => {}
            Err(broadcast::error::RecvError::Lagged(_)) => return Ok(None),
            Err(broadcast::error::RecvError::Closed) => return Err(Gone),
        }
    }
}

/// Waits for typing; missed typing is no loss.
async fn typed(typing: &mut broadcast::Receiver<Typing>) -> Option<Typing> {
    loop {
        match typing.recv().await {
            Ok(typing) => return Some(typing),
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return None,
        }
    }
}
