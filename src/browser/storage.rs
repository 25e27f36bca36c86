//! Local storage: the only user of gloo-storage. Where the browser blocks it (private mode, third-party frames,
//! sandboxes) a list in memory takes its place for the life of the page.

use std::cell::Cell;

use gloo_storage::{LocalStorage, Storage as _};

thread_local! {
    /// Whether the browser may keep anything ([`Storage::keep`]).
    static KEEPS: Cell<bool> = const { Cell::new(true) };
}

/// Text by key.
pub enum Storage {
    /// The browser's.
    Browser,
    /// The page's life.
    Memory(Vec<(String, String)>),
}

impl Storage {
    /// Finds out what there is. Reading `localStorage` may throw, which gloo-storage does not expect: asked first.
    pub fn open() -> Self {
        const PROBE: &str = "doorstep.probe";
        let usable = KEEPS.get()
            && web_sys::window().and_then(|window| window.local_storage().ok().flatten()).is_some_and(
                |storage| storage.set_item(PROBE, "").and_then(|()| storage.remove_item(PROBE)).is_ok(),
            );
        if usable { Self::Browser } else { Self::Memory(Vec::new()) }
    }

    /// Whether the browser itself keeps what is stored.
    pub fn lasts(&self) -> bool {
        matches!(self, Self::Browser)
    }

    /// Whether the browser is to keep anything from now on, or only the page's life. What is there moves.
    pub fn keep(&mut self, stays: bool) {
        let pairs = self.pairs("doorstep.");
        KEEPS.set(stays);
        for (key, _) in &pairs {
            self.remove(key);
        }
        *self = Self::open();
        for (key, value) in pairs {
            self.set(key, value);
        }
    }

    /// Every pair whose key begins with `prefix`.
    pub fn pairs(&self, prefix: &str) -> Vec<(String, String)> {
        let pair = |key: String| self.get(&key).map(|value| (key, value));
        self.keys(prefix).into_iter().filter_map(pair).collect()
    }

    /// One value.
    pub fn get(&self, key: &str) -> Option<String> {
        match self {
            // As it is: what is stored is JSON already, and a reader for serde weighs more than all of this.
            Self::Browser => LocalStorage::raw().get_item(key).ok().flatten(),
            Self::Memory(pairs) => pairs.iter().find(|pair| pair.0 == key).map(|pair| pair.1.clone()),
        }
    }

    /// Writes. A full storage loses the write, not the message: that is also in memory.
    pub fn set(&mut self, key: String, value: String) {
        match self {
            Self::Browser => drop(LocalStorage::raw().set_item(&key, &value)),
            Self::Memory(pairs) => {
                pairs.retain(|pair| pair.0 != key);
                pairs.push((key, value));
            }
        }
    }

    /// Removes.
    pub fn remove(&mut self, key: &str) {
        match self {
            Self::Browser => LocalStorage::delete(key),
            Self::Memory(pairs) => pairs.retain(|pair| pair.0 != key),
        }
    }

    /// Removes every key that begins with `prefix`, except those that begin with `keep`.
    pub fn wipe(&mut self, prefix: &str, keep: Option<&str>) {
        for key in self.keys(prefix) {
            if !keep.is_some_and(|keep| key.starts_with(keep)) {
                self.remove(&key);
            }
        }
    }

    fn keys(&self, prefix: &str) -> Vec<String> {
        match self {
            Self::Browser => {
                let storage = LocalStorage::raw();
                (0..LocalStorage::length())
                    .filter_map(|index| storage.key(index).ok().flatten())
                    .filter(|key| key.starts_with(prefix))
                    .collect()
            }
            Self::Memory(pairs) => {
                let keys = pairs.iter().map(|pair| &pair.0);
                keys.filter(|key| key.starts_with(prefix)).cloned().collect()
            }
        }
    }
}

/// Takes a key out of the browser's storage, whether or not that may keep anything.
#[cfg(feature = "module")]
pub fn forget(key: &str) {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    if let Some(storage) = storage {
        // Nothing is there, or the browser has no storage for us: both are the same.
        let _ = storage.remove_item(key);
    }
}
