//! What the tabs of one site tell each other by BroadcastChannel. Each tab has its own socket; this covers what the
//! socket cannot: messages not yet at the server, and the end of the session.

use serde::{Deserialize, Serialize};

use crate::Effect;
use crate::messenger::Step;
use crate::model::Outgoing;

/// With the identity of the sender; other persons' tabs ignore it, except for `Shutdown`.
#[derive(Debug, Serialize, Deserialize)]
struct Letter {
    from: String,
    what: TabMessage,
}

/// What is said.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
        let letter = Letter { from: self.model.identity.clone(), what: what.clone() };
        self.ask(Effect::Tab(serde_json::to_string(&letter).unwrap_or_default()));
    }

    /// Another tab said something. What does not read comes from another version of us: ignored.
    pub(crate) fn tab_said(&mut self, text: &str) {
        let Ok(letter) = serde_json::from_str::<Letter>(text) else { return };
        if let TabMessage::Shutdown = letter.what {
            self.shutdown(false);
            return;
        }
        if letter.from != self.model.identity {
            return;
        }
        match letter.what {
            TabMessage::Queued { message } => self.echo_message(message),
            TabMessage::Delivered { client_id } => self.delivered_elsewhere(&client_id),
            TabMessage::Deleted { client_id } => self.forget_message(&client_id),
            TabMessage::Shutdown => {}
        }
    }
}
