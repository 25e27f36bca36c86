//! The rating of a closed conversation (M§8.9): what the person says goes to the server, which has the last word.

use doorstep_protocol::messenger::ConversationState;
use doorstep_protocol::talk::RateRequest;

use crate::messenger::Step;
use crate::model::{Model, Request, Thread};
use crate::refusal::Reply;
use crate::view_model::RatingCard;
use crate::wire;

impl Model {
    /// The card of a conversation whose person was asked.
    pub(crate) fn rating_card(&self, thread: &Thread) -> Option<RatingCard> {
        let closed = thread.about.state == ConversationState::Closed && !self.has_outgoing(&thread.key);
        let rating = thread.about.rating.as_ref().filter(|_| closed)?;
        Some(RatingCard {
            rating: rating.rating,
            locked: !rating.remark.is_empty(),
            failed: self.rating_failed.as_deref() == Some(&thread.key),
        })
    }
}

impl Step<'_> {
    /// The person rates, or says why.
    pub(crate) fn rate(&mut self, rating: Option<u32>, remark: Option<String>) {
        let Some(thread) = self.model.shown() else { return };
        let (key, Some(conversation_id)) = (thread.key.clone(), thread.id.clone()) else { return };
        if self.model.asks(&Request::Rate(key.clone())) {
            return;
        }
        let caller = self.model.caller.clone();
        let body = RateRequest { caller, conversation_id, rating: rating.map(i64::from), remark };
        self.model.rating_failed = None;
        self.request(Request::Rate(key), "rate", &body);
    }

    /// The server answered a `rate`, or did not.
    pub(crate) fn rated(&mut self, key: String, reply: &Reply<'_>) {
        let about = match reply {
            Reply::Ok(json) => wire::rate_reply(json),
            _ => None,
        };
        match about {
            Some(about) => self.merge_conversation(about),
            None => self.model.rating_failed = Some(key),
        }
    }
}
