//! The Messenger's WebSocket, `GET /messenger/<app_id>/socket`. Text frames of JSON.
//!
//! The client opens with [`ClientFrame::Hello`]; the server answers with the changes after `since` that this person
//! may see, in order, then [`ServerFrame::Welcome`], and goes on with changes as they happen. Nothing depends on
//! delivery: after any gap the client says hello again with the last `seq` it has.

use serde::{Deserialize, Serialize};

use crate::messenger::{Conversation, Part, Person};

/// What the client says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame.
    Hello {
        /// The session's secret.
        session: String,
        /// The last change number the client has.
        since: i64,
    },
    /// The person is typing; the server forwards it and stores nothing.
    Typing {
        /// Where.
        conversation_id: String,
    },
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The client is up to date as of `seq`.
    Welcome {
        /// Newest change number.
        seq: i64,
    },
    /// Something changed.
    Change {
        /// Its number; grows, with gaps.
        seq: i64,
        /// What.
        change: Box<Change>,
    },
    /// A teammate or another participant is typing; forgotten after a few seconds.
    Typing {
        /// Where.
        conversation_id: String,
        /// Who, for display.
        name: String,
    },
    /// Sent every 25 seconds; a client that hears nothing for 60 reconnects.
    Beat,
    /// The server ends the connection on purpose.
    Bye {
        /// `session_ended` (do not come back with this session), `restart` (come back soon), `slow` (come back and
        /// resume), `protocol` (the frame before was not understood).
        reason: String,
    },
}

/// A change the person may see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::large_enum_variant, reason = "frames hold it in a box")
)]
pub enum Change {
    /// A new part, or one whose words were taken away, and the conversation after it.
    Part {
        /// The conversation after the change.
        conversation: Conversation,
        /// The part.
        part: Part,
    },
    /// A conversation without a new part: closed, read elsewhere, seen by the team; or gone.
    Conversation {
        /// The conversation after the change; with nothing but its id it is gone: deleted, or no longer this person's.
        conversation: Conversation,
    },
    /// The person: an email was set, a lead became a user.
    Person {
        /// The person after the change.
        person: Person,
    },
}
