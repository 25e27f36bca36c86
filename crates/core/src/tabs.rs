//! What the tabs of one site tell each other by BroadcastChannel. Each tab has its own socket; this covers what the
//! socket cannot: messages not yet at the server, and the end of the session.

use serde_json::json;

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
    /// The session ended (P10).
    Shutdown,
}

impl Step<'_> {
    /// Tells the other tabs.
    pub(crate) fn tell_tabs(&mut self, what: &TabMessage) {
        let from = &self.model.identity;
        let letter = match what {
            TabMessage::Queued { message } => json!({ "from": from, "what": "queued", "message": message }),
            TabMessage::Delivered { client_id } => {
                json!({ "from": from, "what": "delivered", "client_id": client_id })
            }
            TabMessage::Deleted { client_id } => {
                json!({ "from": from, "what": "deleted", "client_id": client_id })
            }
            TabMessage::Shutdown => json!({ "from": from, "what": "shutdown" }),
        };
        self.ask(Effect::Tab(letter.to_string()));
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
            TabMessage::Shutdown => {}
        }
    }
}
