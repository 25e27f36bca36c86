//! The Messenger widget. Two ways in: `frame.rs` runs it in the frame the embed script makes; `exports.rs` (feature `module`)
//! offers Intercom's commands as functions to pages that import it. `cargo xtask build` builds each by itself, so that
//! neither carries the other.

// The builds for browsers leave out what `{:?}` would say: a text made with it is empty there.
#![cfg_attr(not(test), warn(clippy::use_debug))]

pub mod browser;
#[cfg(feature = "module")]
mod exports;
pub mod frame;
#[cfg(feature = "module")]
pub mod instance;
pub mod mount;
#[cfg(feature = "module")]
pub mod outbound;
#[cfg(feature = "module")]
mod settings_types;
pub mod shell;
pub mod text;
pub mod ui;
pub mod view;

#[cfg(feature = "module")]
pub use exports::*;
#[cfg(feature = "module")]
pub use settings_types::{IntercomPerson, IntercomSettings};
