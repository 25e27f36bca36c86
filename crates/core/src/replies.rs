//! Quick replies: answers that the team's newest message offers. Choosing one sends it as the person's own words; they are
//! gone once the person has written.

use doorstep_protocol::messenger::AuthorKind;
use doorstep_protocol::talk::QuickReply;

use crate::messenger::Step;
use crate::model::{Model, Thread};

impl Model {
    /// What can be chosen in a conversation.
    pub(crate) fn replies<'a>(&self, thread: &'a Thread) -> &'a [QuickReply] {
        match thread.parts.last() {
            Some(part) if part.author.kind != AuthorKind::Contact && !self.has_outgoing(&thread.key) => {
                &part.replies
            }
            _ => &[],
        }
    }
}

impl Step<'_> {
    /// The person chooses one.
    pub(crate) fn choose_reply(&mut self, uuid: String) {
        let Some(thread) = self.model.shown() else { return };
        let Some(chosen) = self.model.replies(thread).iter().find(|reply| reply.uuid == uuid) else { return };
        let text = chosen.text.clone();
        if !self.email_blocks_sending() {
            self.queue(text, Some(uuid));
        }
    }
}
