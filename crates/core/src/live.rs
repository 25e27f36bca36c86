//! The socket: when there is one, resuming from the last change, coming back after a loss.
//!
//! Nothing depends on delivery: after any gap the server is asked again with the last `seq`. A visitor the server
//! does not know has no socket. Where sockets are blocked altogether, each attempt also pings.

use doorstep_protocol::live::{Change, ClientFrame, ServerFrame};
use doorstep_protocol::messenger::{AuthorKind, Role};

use crate::backoff::delay_ms;
use crate::messenger::Step;
use crate::{Announcement, Effect, Timer, wire};

/// The server beats every 25 seconds; silence for this long means the connection is dead.
const SILENCE_MS: u32 = 60_000;

/// How long "… is typing" stays.
const TYPING_MS: u32 = 6_000;

/// From this many failures on, an attempt at the socket also pings.
const PING_FROM: u32 = 3;

impl Step<'_> {
    /// Opens the socket if there is somebody to open it for.
    pub(crate) fn want_socket(&mut self) {
        if !self.model.settled {
            return;
        }
        if self.model.person.role == Role::Visitor || self.model.caller.session.is_none() {
            return self.resign();
        }
        if !self.leads() || self.model.socket.id.is_some() || self.model.socket.waits {
            return;
        }
        let id = self.new_id();
        self.model.socket.id = Some(id);
        self.ask(Effect::OpenSocket { id });
        self.set_timer(Timer::Silence, SILENCE_MS);
        self.tell_where();
    }

    /// The socket opened: say who we are and what we have.
    pub(crate) fn socket_opened(&mut self, id: u32) {
        if self.model.socket.id != Some(id) {
            return;
        }
        let session = self.model.caller.session.clone().unwrap_or_default();
        let frame = ClientFrame::Hello { session, since: self.model.seq };
        self.ask(Effect::SendSocket(serde_json::to_string(&frame).unwrap_or_default()));
    }

    /// The socket said something. What does not read comes from a newer server: ignored.
    pub(crate) fn socket_frame(&mut self, id: u32, text: &str) {
        if self.model.socket.id != Some(id) {
            return;
        }
        self.set_timer(Timer::Silence, SILENCE_MS);
        self.pass_on(text);
        self.frame(text);
    }

    /// Takes a frame in, of our socket or of the leading tab's.
    pub(crate) fn frame(&mut self, text: &str) {
        match wire::server_frame(text) {
            Some(ServerFrame::Welcome { seq }) => {
                self.model.seq = self.model.seq.max(seq);
                self.model.socket.live = true;
                self.model.socket.failures = 0;
                self.hurry_outbox();
                self.revive_threads();
            }
            Some(ServerFrame::Change { seq, change }) => {
                self.change(*change, seq);
                self.model.seq = self.model.seq.max(seq);
            }
            Some(ServerFrame::Typing { conversation_id, name }) => {
                self.model.typing = Some((conversation_id, name));
                self.set_timer(Timer::Typing, TYPING_MS);
            }
            // Who follows has no socket to lose.
            Some(ServerFrame::Bye { reason }) if self.model.socket.id.is_some() => self.bye(&reason),
            Some(ServerFrame::Beat | ServerFrame::Bye { .. }) | None => {}
        }
    }

    fn change(&mut self, change: Change, seq: i64) {
        match change {
            Change::Part { conversation, part } => {
                let id = conversation.id.clone();
                let text = conversation.preview.clone();
                let author = part.author.clone();
                self.merge_conversation(conversation, seq);
                let new = self.merge_part(part, true);
                let shown = self.model.shown().is_some_and(|thread| thread.answers_to(&id));
                if new && shown && self.model.at_end {
                    self.ask(Effect::ScrollToEnd);
                }
                if new && author.kind != AuthorKind::Contact {
                    self.model.typing.take_if(|(conversation, _)| *conversation == id);
                    self.notice(id);
                    self.ask(Effect::Announce(Announcement::NewMessage { from: author.name, text }));
                }
            }
            // Without a time it is gone: deleted, or somebody else's.
            Change::Conversation { conversation } if conversation.updated_at == 0 => {
                self.drop_thread(&conversation.id);
            }
            Change::Conversation { conversation } => self.merge_conversation(conversation, seq),
            Change::Person { person } => {
                if self.take_person(person) {
                    // Somebody else, or a lead merged into a user: ask for what is theirs.
                    self.model.ping.wanted = true;
                    self.model.relist = true;
                }
            }
        }
    }

    fn bye(&mut self, reason: &str) {
        self.close_socket();
        match reason {
            "session_ended" => self.session_lost(),
            "restart" | "slow" => self.socket_later(1),
            _ => self.socket_later(PING_FROM),
        }
    }

    /// The socket closed, or never opened.
    pub(crate) fn socket_closed(&mut self, id: u32) {
        if self.model.socket.id == Some(id) {
            self.model.socket.id = None;
            self.close_socket();
            self.socket_later(1);
        }
    }

    /// Nothing was heard on it for too long.
    pub(crate) fn socket_silent(&mut self) {
        self.close_socket();
        self.socket_later(1);
    }

    /// It is time to try again.
    pub(crate) fn socket_timer(&mut self) {
        self.model.socket.waits = false;
        if self.model.socket.failures >= PING_FROM {
            self.model.ping.wanted = true;
        }
    }

    fn socket_later(&mut self, at_least: u32) {
        let failures = self.model.socket.failures.saturating_add(1).max(at_least);
        self.model.socket.failures = failures;
        self.model.socket.waits = true;
        self.set_timer(Timer::Socket, delay_ms(failures, self.moment.random));
    }

    /// Lets go of the socket.
    pub(crate) fn close_socket(&mut self) {
        self.model.socket.live = false;
        if self.model.socket.id.take().is_some() {
            self.ask(Effect::CloseSocket);
        }
        self.ask(Effect::ClearTimer(Timer::Silence));
    }
}
