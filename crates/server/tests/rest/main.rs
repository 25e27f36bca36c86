//! The REST API in process, over SQLite, with the company's programs as actors. Files mirror the paths.
#![expect(clippy::unwrap_used, reason = "a broken set-up must fail the test loudly")]

mod admins;
mod bad_fields;
mod changes;
mod companies;
mod conformance;
mod contacts;
mod contacts_search;
mod contacts_shape;
mod conversations;
mod conversations_around;
mod conversations_attributes;
mod data_attributes;
mod described;
mod events;
mod example_keys;
mod exports;
mod foreign;
mod fuzz;
mod identity;
mod merges;
mod messages;
mod notes;
mod outbound;
mod receiver;
mod segments;
mod stage;
mod subscriptions;
mod tags;
mod talk;
mod transport;
mod visitors;
mod visits;
mod webhooks;
mod webhooks_refused;
mod world;
