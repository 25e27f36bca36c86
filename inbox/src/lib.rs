//! The inbox: where teammates answer. A pure state machine (`state`) that knows no browser, thin adapters (`browser`), views
//! that read the model and send events (`view`), and the one place where they meet (`shell`).

// The builds for browsers leave out what `{:?}` would say: a text made with it is empty there.
#![cfg_attr(not(test), warn(clippy::use_debug))]

pub mod browser;
pub mod shell;
pub mod state;
pub mod view;
