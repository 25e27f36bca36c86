//! What the part of the embed script that shows outbound messages (`embed/outbound/`) and the server say. Like the calls of
//! [`crate::messenger`]: `POST /messenger/<app_id>/outbound` and `…/outbound/report`, JSON sent as `text/plain`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::messenger::{Author, Caller};

/// `outbound`: asks for a message whose rules the page found met. Makes no row for a visitor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutboundRequest {
    /// Who is asking; nobody, for a visitor who has not acted yet.
    #[serde(flatten)]
    pub caller: Caller,
    /// UUID of version 8 that the browser made for this showing; its last twelve digits are the message's id in hexadecimal.
    pub delivery_id: String,
    /// Whether the conditions that the page can check are met: all of them, or one of them, as the rules want. Not, when
    /// the server's own may be enough.
    #[serde(default)]
    pub met: bool,
    /// The page's language, a BCP 47 tag, for the words around the message.
    #[serde(default)]
    pub language: String,
}

/// Answer to [`OutboundRequest`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutboundReply {
    /// The message; `None` if there is none for this person now.
    pub message: Option<OutboundShown>,
}

/// A message as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutboundShown {
    /// Its words: plain text.
    pub body: String,
    /// Whom it is from.
    pub author: Author,
    /// What only a banner has: `position`, `style`, `dismissable`, `action`, `background_color`; `null` for a chat message.
    pub banner: Value,
    /// The workspace's name.
    pub workspace: String,
    /// The word for closing, in the page's language.
    pub close: String,
    /// The word in an empty field for an answer.
    pub reply: String,
    /// When it was sent.
    pub at: i64,
}

/// `outbound/report`: what became of a showing. Answered with an empty object, also when there is nothing to count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutboundReport {
    /// Who is asking.
    #[serde(flatten)]
    pub caller: Caller,
    /// The showing.
    pub delivery_id: String,
    /// `seen`, `clicked` or `dismissed`.
    pub what: String,
}
