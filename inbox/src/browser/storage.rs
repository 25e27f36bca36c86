//! Drafts and replies on their way, kept in local storage so that a reload loses nothing.

use gloo_storage::{LocalStorage, Storage as _};

use crate::state::Kept;

const KEY: &str = "doorstep.inbox";

/// What is kept; nothing where storage is blocked or damaged.
pub fn read() -> Kept {
    LocalStorage::get(KEY).unwrap_or_default()
}

/// Keeps this. Where storage is blocked or full, it lasts as long as the page.
pub fn write(kept: &Kept) {
    if kept.drafts.is_empty() && kept.outbox.is_empty() {
        LocalStorage::delete(KEY);
    } else {
        let _ = LocalStorage::set(KEY, kept);
    }
}
