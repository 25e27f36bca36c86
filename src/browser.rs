//! Thin adapters over the browser, one concern a file. They know nothing of the Messenger.

pub mod clock;
#[cfg(feature = "module")]
pub mod cookie;
pub mod focus;
#[cfg(feature = "module")]
pub mod held;
pub mod host;
pub mod http;
pub mod ids;
pub mod intl;
pub mod listener;
pub mod locale;
pub mod lock;
pub mod page;
pub mod part;
#[cfg(feature = "module")]
pub mod revocation;
pub mod socket;
pub mod storage;
pub mod tabs;
pub mod task;
pub mod timer;
#[cfg(feature = "module")]
pub mod title;
#[cfg(feature = "module")]
pub mod typing;
