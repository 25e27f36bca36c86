//! The Messenger widget.

pub mod ui;
