//! The Messenger's behaviour as a pure state machine: [`Messenger::update`] takes an [`Event`] and returns
//! [`Effect`]s, [`Messenger::view`] says what is on screen.
//!
//! Not here: the browser, the clock, randomness (they come in a [`Moment`]), words, drawing. Called by the widget's
//! `shell.rs` alone.

// The builds for browsers leave out what `{:?}` would say: a text made with it is empty there.
#![cfg_attr(not(test), warn(clippy::use_debug))]

mod backoff;
mod drafts;
mod effect;
mod email_card;
mod ending;
mod event;
mod files;
mod happenings;
mod identity;
pub mod json;
mod lead;
mod live;
mod messenger;
mod model;
mod notices;
mod office;
mod outbox;
mod refusal;
mod requests;
mod screens;
mod session;
mod settings;
mod storage;
mod tabs;
mod threads;
mod unread;
mod view;
pub mod view_model;
mod window;
mod wire;

pub use effect::{Announcement, Effect, Timer};
pub use event::{Event, HttpOutcome, Moment, UserAction};
pub use messenger::Messenger;
pub use view_model::ViewModel;
pub use wire::host_to_frame;
