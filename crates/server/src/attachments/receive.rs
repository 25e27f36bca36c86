//! Taking a file in: its row first, so that nothing in storage is unknown, then the bytes in pieces as they come, then what
//! is known of it. What is refused or breaks off leaves nothing.

use std::time::Duration;

use axum::body::{Body, Bytes};
use doorstep_domain::attachment::FileFacts;
use doorstep_domain::upload::{HEAD, LARGEST, UploadError, file_name, kind, runs_by_name};
use doorstep_store::{FileOwner, NewFile};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::time::timeout;

use super::storage::Writing;
use crate::app::SharedApp;

/// How long a sender may be silent.
const SILENCE: Duration = Duration::from_mins(1);

/// A file that comes.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) workspace_id: i64,
    pub(crate) owner: FileOwner,
    /// As the sender gave it.
    pub(crate) name: String,
    /// What the sender says of its kind.
    pub(crate) said: String,
}

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It may not be kept.
    #[error(transparent)]
    Refused(#[from] UploadError),
    /// The sender went away or fell silent.
    #[error("the upload broke off")]
    BrokeOff,
    /// The database.
    #[error(transparent)]
    Store(#[from] doorstep_store::Error),
    /// Where files are kept.
    #[error("the file could not be stored: {0}")]
    Storage(#[from] object_store::Error),
}

type Outcome<T> = Result<T, ReceiveError>;

/// Takes in a request's body of `length` bytes, as far as the sender says.
pub(crate) async fn receive(
    app: &SharedApp,
    incoming: Incoming,
    length: Option<u64>,
    body: Body,
) -> Outcome<FileFacts> {
    if length.is_some_and(|length| length > LARGEST) {
        return Err(UploadError::TooLarge.into());
    }
    // A sender who goes away ends the handler; the cleaning up after them must not end with it.
    let app = app.clone();
    let task = tokio::spawn(async move { take_in(&app, incoming, body.into_data_stream()).await });
    task.await.unwrap_or(Err(ReceiveError::BrokeOff))
}

/// Takes in what is in memory already.
pub(crate) async fn receive_bytes(app: &SharedApp, incoming: Incoming, bytes: Bytes) -> Outcome<FileFacts> {
    take_in(app, incoming, stream::iter([Ok::<_, std::convert::Infallible>(bytes)])).await
}

async fn take_in<E>(
    app: &SharedApp,
    incoming: Incoming,
    pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Outcome<FileFacts> {
    let name = file_name(&incoming.name);
    // Said by the name: not worth its bytes.
    if runs_by_name(&name) {
        return Err(UploadError::Runs.into());
    }
    let id = uuid::Uuid::new_v4().to_string();
    let workspace_id = incoming.workspace_id;
    let new = NewFile {
        id: id.clone(),
        workspace_id,
        owner: incoming.owner,
        name: name.clone(),
        most_waiting: app.storage.most_waiting,
        now: app.now(),
    };
    app.store.begin_file(new).await?;
    let kept = keep(app, &id, name, &incoming.said, pieces).await;
    let done = match kept {
        Ok(facts) => {
            app.store.end_file(workspace_id, facts.clone()).await.map(|()| facts).map_err(Into::into)
        }
        Err(error) => Err(error),
    };
    if done.is_err() {
        // Its bytes, if any are there, go with the row.
        app.store.drop_file(workspace_id, id).await?;
    }
    done
}

async fn keep<E>(
    app: &SharedApp,
    id: &str,
    name: String,
    said: &str,
    mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Outcome<FileFacts> {
    let mut writing = app.storage.write(id).await?;
    let (mut head, mut size) = (Vec::new(), 0_u64);
    let end = copy(&mut writing, &mut pieces, &mut head, &mut size).await;
    let judged = end.and_then(|()| match size {
        0 => Err(UploadError::Empty.into()),
        _ => Ok(kind(&name, &head, said)?),
    });
    let kind = match judged {
        Ok(kind) => kind,
        Err(error) => {
            writing.give_up().await;
            return Err(error);
        }
    };
    writing.end().await?;
    let (width, height) = kind.pixels.map_or((None, None), |(w, h)| (Some(w.into()), Some(h.into())));
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    Ok(FileFacts { id: id.to_owned(), name, content_type: kind.content_type, size, width, height })
}

async fn copy<E>(
    writing: &mut Writing,
    pieces: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    head: &mut Vec<u8>,
    size: &mut u64,
) -> Outcome<()> {
    loop {
        let Ok(next) = timeout(SILENCE, pieces.next()).await else { return Err(ReceiveError::BrokeOff) };
        let Some(piece) = next else { return Ok(()) };
        let piece = piece.map_err(|_| ReceiveError::BrokeOff)?;
        *size += piece.len() as u64;
        if *size > LARGEST {
            return Err(UploadError::TooLarge.into());
        }
        head.extend_from_slice(&piece[..piece.len().min(HEAD - head.len())]);
        writing.take(&piece).await?;
    }
}
