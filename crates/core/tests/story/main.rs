//! The core against a simulated server, network and browser: what must hold whatever happens (`interleavings`), and
//! the rules one by one.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops")]

mod consent;
mod email;
mod events;
mod files;
mod interleavings;
mod notices;
mod outbound;
mod people;
mod screens;
mod sending;
mod server;
mod tabs;
mod talk;
mod window;
mod world;
