//! The Doorstep server as a library: the parts the binary `doorstep` and the tests put together.

pub mod address;
pub mod app;
pub mod assets;
pub mod body;
pub mod cli;
pub mod client;
pub mod clock;
pub mod demo;
pub mod error;
pub mod http_log;
pub mod identity_tally;
pub mod inbox_api;
mod jobs;
pub mod live;
pub mod messenger;
pub mod metrics;
pub mod pages;
pub mod password;
pub mod pulse;
pub mod rate_limit;
pub mod rest;
pub mod router;
pub mod serve;
pub mod session;
pub mod webhooks;
pub mod wire;
pub mod workspace_settings;
