//! Parts of the Messenger's API beside the words of a conversation: quick replies and ratings.

use serde::{Deserialize, Serialize};

use crate::messenger::{Caller, Conversation};

/// An answer that can be chosen instead of typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuickReply {
    /// What is shown, and what the person says by choosing it.
    pub text: String,
    /// UUID that a program gave it.
    pub uuid: String,
}

/// What a person says of a conversation. There is one once they were asked.
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
