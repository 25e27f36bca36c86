//! Uploaded files: [`Storage`] keeps their bytes, [`Links`] signs their addresses, `receive.rs` takes one in, `serve.rs`
//! answers `GET /attachments/…`, and [`sweep`] removes what nobody holds any more.
//!
//! Not here: what may be uploaded (`doorstep_domain::upload`), whose a file is (`doorstep_store`).

mod link;
mod receive;
pub mod serve;
mod storage;

pub use link::Links;
pub use receive::ReceiveError;
pub(crate) use receive::{Incoming, receive, receive_bytes};
pub use storage::{FileArgs, Storage};

use crate::app::SharedApp;

/// Files removed in one go.
const AT_ONCE: i64 = 500;

/// Forgets what no message came for, and removes the bytes of every file whose row is gone. Called each minute.
pub async fn sweep(app: &SharedApp) {
    if let Err(error) = app.store.forget_waiting_files(app.now()).await {
        tracing::warn!(%error, "could not forget files that no message came for");
    }
    let gone = match app.store.gone_files(AT_ONCE).await {
        Ok(gone) => gone,
        Err(error) => return tracing::warn!(%error, "could not look for files to remove"),
    };
    for id in gone {
        if let Err(error) = app.storage.remove(&id).await {
            // It stays among those that are gone, for the next time.
            return tracing::warn!(%error, "could not remove a file");
        }
        if let Err(error) = app.store.forget_gone_file(id).await {
            return tracing::warn!(%error, "could not forget a removed file");
        }
    }
}
