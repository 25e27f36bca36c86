//! Stories about people, told to the store over SQLite always and over PostgreSQL when `TEST_DATABASE_URL` names a
//! server on which databases may be made. `DOORSTEP_REQUIRE_POSTGRES=1` makes its absence a failure.
//!
//! One binary with one file for each subject, because linking sqlx takes longer than running the stories.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod around;
mod companies;
mod contacts;
mod conversation_calls;
mod conversations;
mod counter;
mod crowd;
mod endings;
mod events;
mod files;
mod first_messages;
mod log_ins;
mod merges;
mod migrations;
mod outbound;
mod participants;
mod random_acts;
mod said_by_page;
mod tags;
mod talk;
mod team;
mod topics;
mod visits;
mod webhooks;
mod world;
