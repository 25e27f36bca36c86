//! How much of a conversation is held: a window of its parts, so that neither memory nor the work of drawing grows with
//! its length. At its end the oldest are let go as new ones come; who reads older ones has the newest let go instead
//! ([`Parts::Behind`]), and they are fetched again on the way back.

use crate::Effect;
use crate::messenger::Step;
use crate::model::{Parts, Request, Span, Thread, part_number};
use crate::requests::Call;

/// Parts held of a conversation at most: five of the server's pages.
pub(crate) const WINDOW: usize = 100;

/// What is left when the oldest are let go: some room, so that not every new message moves the window.
const KEPT: usize = 80;

impl Step<'_> {
    /// Fetches older parts of the conversation on screen.
    pub(crate) fn load_older(&mut self) {
        let oldest = self.model.shown().filter(|thread| thread.more).and_then(|thread| thread.parts.first());
        if let Some(oldest) = oldest.map(|part| part_number(&part.id)) {
            self.load_beside(Span::Before(oldest));
        }
    }

    /// Fetches the parts that follow those that are there.
    pub(crate) fn load_newer(&mut self) {
        if let Some(thread) = self.model.shown().filter(|thread| thread.state == Parts::Behind) {
            self.load_beside(Span::After(thread.newest()));
        }
    }

    fn load_beside(&mut self, span: Span) {
        let Some(thread) = self.model.shown() else { return };
        let Some(conversation_id) = thread.id.clone() else { return };
        let request = Request::Thread { key: thread.key.clone(), span };
        if self.model.asks(&request) {
            return;
        }
        let (before, after) = match span {
            Span::Before(id) => (Some(id.to_string()), None),
            Span::After(id) => (None, Some(id.to_string())),
            Span::Newest => (None, None),
        };
        self.model.notice = None;
        let (before, after) = (before.as_deref(), after.as_deref());
        let call = Call { conversation_id: Some(&conversation_id), before, after, ..Call::default() };
        self.call(request, "thread", call);
    }

    /// To the newest message, which may have to be fetched again.
    pub(crate) fn show_end(&mut self) {
        let key = self.model.current.clone().unwrap_or_default();
        if let Some(thread) = self.model.find_mut(&key).filter(|thread| thread.state == Parts::Behind) {
            // What stands between is not worth the way.
            thread.parts.clear();
            thread.solid_to = 0;
            thread.state = Parts::Stale;
        }
        self.ask(Effect::ScrollToEnd);
    }

    /// Whether this conversation is on screen with its end out of sight.
    pub(crate) fn reads_older(&self, key: &str) -> bool {
        !self.model.at_end && self.model.shown().is_some_and(|thread| thread.answers_to(key))
    }
}

impl Thread {
    /// Lets go of what is too much: the newest while older ones are read, else the oldest.
    pub(crate) fn bound(&mut self, reads_older: bool) {
        if self.parts.len() <= WINDOW {
            return;
        }
        if reads_older {
            self.parts.truncate(WINDOW);
            self.solid_to = self.solid_to.min(self.newest());
            self.state = Parts::Behind;
        } else {
            self.keep_newest(KEPT);
        }
    }

    /// Lets go of the oldest parts until so many are left.
    pub(crate) fn keep_newest(&mut self, count: usize) {
        let gone = self.parts.len().saturating_sub(count);
        if gone > 0 {
            self.parts.drain(..gone);
            self.more = true;
        }
    }
}
