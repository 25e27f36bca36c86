//! Parts of the Messenger's API beside the words of a conversation: quick replies and ratings.

use serde::{Deserialize, Serialize};

use crate::messenger::{Caller, Conversation};

/// When the team answers (M§8.7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Office {
    /// What is said for a while in place of all else; empty for nothing.
    pub notice: String,
    /// The company's own words for when the team replies; empty for the language's own.
    pub reply_time: String,
    /// How soon the team usually replies: `minutes`, `hour`, `hours`, `day`; empty for nothing.
    pub usually: String,
    /// The same in hours, where the company says so; 0 for nothing.
    pub hours: u32,
    /// Whether nobody is there, as of the answer.
    pub away: bool,
    /// When somebody comes or goes next, in turn, Unix seconds.
    pub changes: Vec<i64>,
}

/// An answer that can be chosen instead of typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuickReply {
    /// What is shown, and what the person says by choosing it.
    pub text: String,
    /// UUID that a program gave it.
    pub uuid: String,
}

/// What a person says of a conversation, as teammates see it. There is one once they were asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rating {
    /// 1 (terrible) to 5 (amazing); 0 before they have rated.
    pub rating: u32,
    /// What they said about it; with it the rating is final.
    pub remark: String,
}

/// `rate`: a rating, a remark on it, or both (M§8.9). A repetition changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RateRequest {
    /// Who is asking; needs a session.
    #[serde(flatten)]
    pub caller: Caller,
    /// The conversation.
    pub conversation_id: String,
    /// 1 to 5.
    #[serde(default)]
    pub rating: Option<i64>,
    /// At most 2,000 characters.
    #[serde(default)]
    pub remark: Option<String>,
}

/// Answer to [`RateRequest`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateReply {
    /// The conversation with the rating.
    pub conversation: Conversation,
}
