//! What the REST API is, as data: every operation with its parameters, body and answer. `GET /openapi.json` is written from
//! it (`document.rs`), and the tests hold the code to it: each route of `router.rs` is here and the other way round, each
//! field a handler reads is declared (`Fields`), each answer has the declared keys.
//!
//! Not here: the declarations. A body's fields stand beside the handler that reads them, an object beside the code that
//! makes it. Why not types and derives: docs/adr/0007-api-described-as-data.md.

mod body;
mod document;
mod operation;
mod schema;

pub use body::{Field, Kind};
pub use document::document;
pub use operation::{Operation, Param, Success};
pub use schema::{Key, Schema, Shape, key};

/// The operations of a resource, in the order of its tables.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    /// Its tag in the description.
    pub tag: &'static str,
    /// What can be done with it.
    pub operations: &'static [Operation],
}

const fn resource(tag: &'static str, operations: &'static [Operation]) -> Resource {
    Resource { tag, operations }
}

/// Everything there is: one line a resource.
pub const RESOURCES: &[Resource] = &[
    resource("Admins", super::admins::OPERATIONS),
    resource("Changes", super::changes::OPERATIONS),
    resource("Companies", super::companies::describe::OPERATIONS),
    resource("Contacts", super::contacts::describe::OPERATIONS),
    resource("Conversations", super::conversations::describe::OPERATIONS),
    resource("Data attributes", super::data_attributes::OPERATIONS),
    resource("Emails", super::emails::OPERATIONS),
    resource("Events", super::events::OPERATIONS),
    resource("Exports", super::exports::OPERATIONS),
    resource("Messages", super::messages::OPERATIONS),
    resource("Notes", super::notes::OPERATIONS),
    resource("Outbound messages", super::outbound::OPERATIONS),
    resource("Segments", super::segments::OPERATIONS),
    resource("Subscription types", super::subscription_types::OPERATIONS),
    resource("Tags", super::tags::OPERATIONS),
    resource("Teams", super::teams::OPERATIONS),
    resource("Visitors", super::visitors::OPERATIONS),
    resource("Webhooks", super::subscriptions::describe::OPERATIONS),
];

/// All operations.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    RESOURCES.iter().flat_map(|resource| resource.operations)
}

/// The operation of a method and a route's pattern.
pub fn of_route(method: &str, path: &str) -> Option<&'static Operation> {
    operations().find(|operation| operation.method == method && operation.path == path)
}
