//! The inbox: where teammates answer. A pure state machine (`state`) that knows no browser, thin adapters (`browser`), views
//! that read the model and send events (`view`), and the one place where they meet (`shell`).

pub mod browser;
pub mod shell;
pub mod state;
pub mod view;
