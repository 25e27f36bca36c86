//! The types that cross a process boundary, and nothing else: no logic, no defaults that decide anything.
//!
//! - [`messenger`]: what the widget and the server say over HTTP (`/messenger/<app_id>/…`).
//! - [`talk`]: what the two say of quick replies and ratings.
//! - [`live`]: what they say over the WebSocket.
//! - [`host`]: what the embed script in the customer's page and the Messenger's frame say by `MessagePort`.
//! - [`outbound`]: what the embed script and the server say about messages that are shown by rules.
//! - `inbox` (feature): what the teammates' inbox and the server say.
//!
//! Times are Unix seconds unless a field's name ends in `_ms`. Ids of contacts are 24 hexadecimal digits, ids of
//! conversations and parts are decimal numbers written as strings, as Intercom's REST API has them.

pub mod host;
#[cfg(feature = "inbox")]
pub mod inbox;
pub mod live;
pub mod messenger;
pub mod outbound;
pub mod talk;
