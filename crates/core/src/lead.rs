//! One socket for all tabs of a person: which tab holds it, and how the others hear what it says.
//!
//! The tab that has the browser's lock of this person leads, and passes each frame on with the change number it had before.
//! Who follows takes a frame only if nothing is missing before it, and asks the server otherwise. A leader that is not
//! heard (asleep, or no locks in this browser) is replaced by one that proclaims itself; of two leaders the one with the
//! lock stays, else the one whose name sorts first. For a while two sockets may be open: that costs a socket, no message.

use crate::messenger::Step;
use crate::tabs::TabMessage;
use crate::{Effect, Timer};

/// How long a leader may take to answer.
const ANSWER_MS: u32 = 2_000;

/// How long a leader may be silent: longer than its socket's silence and the longest wait before the next attempt together.
const LEADER_MS: u32 = 100_000;

/// What a tab is to the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Lead {
    /// There is nobody to hold a socket for.
    #[default]
    Nothing,
    /// Another tab holds the socket, or will.
    Follows,
    /// Nobody was heard: this tab holds the socket. Its name among those who did the same.
    Proclaimed(String),
    /// This tab has the lock.
    Holds,
}

impl Step<'_> {
    /// Whether this tab holds the socket for the others. Queues for the lead if it does not yet.
    pub(crate) fn leads(&mut self) -> bool {
        if self.model.claimed != self.model.identity {
            self.close_socket();
            self.model.claimed.clone_from(&self.model.identity);
            let name = self.model.lead_name();
            self.model.lead = Lead::Follows;
            self.model.socket.failures = 0;
            self.ask(Effect::Claim(Some(name)));
            self.ask_leader();
        }
        self.model.rank().is_some()
    }

    /// Leaves the lead, and the queue for it.
    pub(crate) fn resign(&mut self) {
        if self.model.lead != Lead::Nothing {
            self.close_socket();
            self.model.lead = Lead::Nothing;
            self.model.claimed.clear();
            self.ask(Effect::Claim(None));
        }
    }

    /// The lock is ours.
    pub(crate) fn lock_granted(&mut self, name: &str) {
        if self.model.lead != Lead::Nothing && name == self.model.lead_name() {
            self.model.lead = Lead::Holds;
        }
    }

    /// Who follows wants to know whether somebody leads, and how far.
    pub(crate) fn ask_leader(&mut self) {
        if self.model.lead == Lead::Follows {
            self.tell_tabs(&TabMessage::Where);
            self.set_timer(Timer::Silence, ANSWER_MS);
        }
    }

    /// Nobody was heard for too long, by who leads or who follows.
    pub(crate) fn silent(&mut self) {
        match self.model.lead {
            Lead::Nothing => {}
            Lead::Follows => self.model.lead = Lead::Proclaimed(self.moment.fresh[0].clone()),
            Lead::Proclaimed(_) | Lead::Holds => self.socket_silent(),
        }
    }

    /// Passes on what the socket says, before it is taken in here.
    pub(crate) fn pass_on(&mut self, text: &str) {
        if let Some(by) = self.model.rank() {
            let since = self.model.seq;
            self.tell_tabs(&TabMessage::Heard { by: by.to_owned(), since, text: text.to_owned() });
        }
    }

    /// Says that there is a leader, and how far it is if its socket is open.
    pub(crate) fn tell_where(&mut self) {
        let seq = self.model.seq.to_string();
        let welcome = ["{\"type\":\"welcome\",\"seq\":", &seq, "}"].concat();
        self.pass_on(if self.model.socket.live { &welcome } else { "" });
    }

    /// A leader passed on a frame; an empty one says only that it is there.
    pub(crate) fn leader_said(&mut self, by: &str, since: i64, text: &str) {
        match self.model.rank() {
            Some(ours) if by < ours => {
                self.close_socket();
                self.model.lead = Lead::Follows;
                self.model.socket.failures = 0;
            }
            Some(_) => return self.tell_where(),
            None => {}
        }
        if self.model.lead != Lead::Follows {
            return;
        }
        self.set_timer(Timer::Silence, LEADER_MS);
        self.model.socket.live = !text.is_empty() && since <= self.model.seq;
        if self.model.socket.live {
            self.frame(text);
        } else if since > self.model.seq {
            self.model.ping.wanted = true;
        }
    }
}

impl crate::model::Model {
    /// Our name among leaders; the lock's holder sorts before all. `None` for who does not lead.
    pub(crate) fn rank(&self) -> Option<&str> {
        match &self.lead {
            Lead::Nothing | Lead::Follows => None,
            Lead::Proclaimed(name) => Some(name),
            Lead::Holds => Some(""),
        }
    }

    fn lead_name(&self) -> String {
        ["doorstep.lead.", &self.app_id, ".", &self.claimed].concat()
    }
}
