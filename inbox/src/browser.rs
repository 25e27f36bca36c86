//! Thin adapters over the browser, one concern a file. They know nothing of the inbox's state.

pub mod files;
pub mod http;
pub mod page;
pub mod socket;
pub mod storage;
