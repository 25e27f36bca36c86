//! What is unread, and telling the server what has been read.

use doorstep_protocol::messenger::Role;

use crate::Timer;
use crate::backoff::delay_ms;
use crate::messenger::Step;
use crate::model::{Model, Parts, Request, Thread};
use crate::refusal::Reply;
use crate::requests::Call;

impl Thread {
    /// Unread messages: the server's number, unless we have just read them and it does not know yet.
    pub(crate) fn unread(&self) -> u32 {
        let read = self.state == Parts::Fresh && self.read_to > 0 && self.newest() <= self.read_to;
        if read { 0 } else { self.about.unread }
    }
}

impl Model {
    /// Number of conversations with unread messages.
    pub(crate) fn unread(&self) -> u32 {
        let count = self.conversations.iter().filter(|thread| thread.unread() > 0).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

impl Step<'_> {
    /// The end of an open thread on a visible page counts as read, once per newest part.
    pub(crate) fn want_read(&mut self) {
        let model = &self.model;
        if !model.open
            || model.hidden
            || !model.at_end
            || !model.settled
            || model.read_waits
            || model.person.role == Role::Visitor
        {
            return;
        }
        let Some(thread) = model.shown() else { return };
        if thread.state != Parts::Fresh
            || thread.unread() == 0
            || model.asks(&Request::Read(thread.key.clone()))
        {
            return;
        }
        let (Some(id), Some(part)) = (thread.id.clone(), thread.parts.last()) else { return };
        let (key, newest) = (thread.key.clone(), thread.newest());
        let part_id = part.id.clone();
        if let Some(thread) = self.model.find_mut(&key) {
            thread.read_to = newest;
        }
        let call = Call { conversation_id: Some(&id), part_id: Some(&part_id), ..Call::default() };
        self.call(Request::Read(key), "read", call);
    }

    /// The server answered a `read`, or did not: then it is tried again later.
    pub(crate) fn read_answered(&mut self, key: &str, reply: &Reply<'_>) {
        if let Reply::Ok(_) | Reply::Refused(_) = reply {
            self.model.read_failures = 0;
            return;
        }
        if let Some(thread) = self.model.find_mut(key) {
            thread.read_to = 0;
        }
        self.model.read_failures = self.model.read_failures.saturating_add(1);
        self.model.read_waits = true;
        self.set_timer(Timer::Read, delay_ms(self.model.read_failures, self.moment.random));
    }
}
