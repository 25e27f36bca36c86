//! What the tabs of one site tell each other by BroadcastChannel: messages not yet at the server, what the socket of the
//! tab that leads says (`lead.rs`), and the end of the session.

use serde::Serialize;

use crate::messenger::Step;
use crate::model::Outgoing;
use crate::{Effect, wire};

/// What is said.
#[derive(Clone, Debug)]
pub(crate) enum TabMessage {
    /// A message was written.
    Queued {
        /// It.
        message: Outgoing,
    },
    /// The server has it.
    Delivered {
        /// Its id.
        client_id: String,
    },
    /// The person gave it up.
    Deleted {
        /// Its id.
        client_id: String,
    },
    /// Who leads, and how far are they?
    Where,
    /// The leader's socket said this.
    Heard {
        /// The leader's name among leaders.
        by: String,
        /// The change number it had before.
        since: i64,
        /// The frame; empty when it has no open socket.
        text: String,
    },
    /// The leader is asked to say this on the socket.
    Say {
        /// The frame.
        text: String,
    },
    /// The person turned the sound off, or on.
    Muted {
        /// Off?
        muted: bool,
    },
    /// The session ended (P10).
    Shutdown,
}

/// All that is ever said, as it goes over the channel: one writer for all is small.
#[derive(Default, Serialize)]
struct Letter<'a> {
    from: &'a str,
    what: &'static str,
    client_id: &'a str,
    by: &'a str,
    since: i64,
    text: &'a str,
    message: Option<&'a Outgoing>,
}

impl Step<'_> {
    /// Joins the channel of this workspace.
    pub(crate) fn join_tabs(&mut self) {
        // Not `doorstep.<app_id>`: on that channel the embed scripts of a site's tabs tell each other of a shutdown, and
        // on the server's own pages they share our origin.
        self.ask(Effect::JoinTabs(Some(["doorstep.tabs.", &self.model.app_id].concat())));
    }

    /// Tells the other tabs.
    pub(crate) fn tell_tabs(&mut self, what: &TabMessage) {
        let mut letter = Letter { from: &self.model.identity, ..Letter::default() };
        letter.what = match what {
            TabMessage::Queued { message } => {
                letter.message = Some(message);
                "queued"
            }
            TabMessage::Delivered { client_id } => {
                letter.client_id = client_id;
                "delivered"
            }
            TabMessage::Deleted { client_id } => {
                letter.client_id = client_id;
                "deleted"
            }
            TabMessage::Where => "where",
            TabMessage::Heard { by, since, text } => {
                (letter.by, letter.since, letter.text) = (by, *since, text);
                "heard"
            }
            TabMessage::Say { text } => {
                letter.text = text;
                "say"
            }
            TabMessage::Muted { muted } => {
                letter.text = if *muted { "1" } else { "" };
                "muted"
            }
            TabMessage::Shutdown => "shutdown",
        };
        let text = serde_json::to_string(&letter).unwrap_or_default();
        self.ask(Effect::Tab(text));
    }

    /// Another tab said something. What does not read comes from another version of us: ignored.
    pub(crate) fn tab_said(&mut self, text: &str) {
        let Some((from, what)) = wire::letter(text) else { return };
        if let TabMessage::Shutdown = what {
            self.shutdown(false);
            return;
        }
        if from != self.model.identity {
            return;
        }
        match what {
            TabMessage::Queued { message } => self.echo_message(message),
            TabMessage::Delivered { client_id } => self.delivered_elsewhere(&client_id),
            TabMessage::Deleted { client_id } => self.forget_message(&client_id),
            TabMessage::Where => self.tell_where(),
            TabMessage::Muted { muted } => self.model.muted = muted,
            TabMessage::Heard { by, since, text } => self.leader_said(&by, since, &text),
            TabMessage::Say { text } if self.model.socket.id.is_some() && self.model.socket.live => {
                self.ask(Effect::SendSocket(text));
            }
            TabMessage::Say { .. } | TabMessage::Shutdown => {}
        }
    }
}
