//! The names of stored things: `doorstep.<app_id>.<identity>.out.<client id>`, `….draft.<conversation key>` and `….email`
//! (whoever did not want to give one is not asked again).
//!
//! Every message has a key of its own, so that two tabs never overwrite each other's. The identity is `v-<visitor id>`
//! for visitors and leads, whom the visitor cookie brings back, and `u-<contact id>` for users, so that what one
//! person left is never shown to another.

use crate::messenger::Step;
use crate::model::{Model, Outgoing};
use crate::{Effect, wire};

/// What is stored of a person who does not want to give an email.
pub(crate) const SKIPPED: &str = "skipped";
/// Name of what is there when the person wants no sound.
const MUTED: &str = "muted";

/// Name of the draft of a conversation that has no message yet.
pub(crate) const NEW: &str = "new";

impl Model {
    /// Prefix of everything of this workspace.
    pub(crate) fn workspace_prefix(&self) -> String {
        ["doorstep.", &self.app_id, "."].concat()
    }

    /// Prefix of everything of this person.
    pub(crate) fn person_prefix(&self) -> String {
        ["doorstep.", &self.app_id, ".", &self.identity, "."].concat()
    }

    /// Key of a message.
    pub(crate) fn outbox_key(&self, client_id: &str) -> String {
        [&self.person_prefix(), "out.", client_id].concat()
    }

    /// Key of what is known of the email card.
    pub(crate) fn email_key(&self) -> String {
        [&self.person_prefix(), "email"].concat()
    }

    /// Key of a draft.
    pub(crate) fn draft_key(&self, conversation: &str) -> String {
        [&self.person_prefix(), "draft.", conversation].concat()
    }
}

impl Step<'_> {
    /// Writes a message.
    pub(crate) fn store_message(&mut self, message: &Outgoing) {
        let key = self.model.outbox_key(&message.client_id);
        let value = serde_json::to_string(message).unwrap_or_default();
        self.ask(Effect::Store { key, value });
    }

    /// Writes whether the person wants a sound.
    pub(crate) fn store_muted(&mut self) {
        let key = [&self.model.person_prefix(), MUTED].concat();
        let muted = Effect::Store { key: key.clone(), value: "1".to_owned() };
        self.ask(if self.model.muted { muted } else { Effect::Remove { key } });
    }

    /// Asks for what is stored for this person.
    pub(crate) fn load(&mut self) {
        let (generation, prefix) = (self.model.generation, self.model.person_prefix());
        self.ask(Effect::Load { generation, prefix });
    }

    /// Storage answered. What is already in memory wins; what does not read is removed.
    pub(crate) fn loaded(&mut self, pairs: &[(String, String)]) {
        let prefix = self.model.person_prefix();
        for (key, value) in pairs {
            let Some(name) = key.strip_prefix(&prefix) else { continue };
            if let Some(client_id) = name.strip_prefix("out.") {
                match crate::json::parse(value).as_ref().and_then(wire::outgoing) {
                    Some(message) if message.client_id == client_id => {
                        self.adopt_message(message);
                    }
                    _ => self.ask(Effect::Remove { key: key.clone() }),
                }
            } else if name == MUTED {
                self.model.muted = true;
            } else if let Some(conversation) = name.strip_prefix("files.") {
                if let Some(value) = crate::json::parse(value) {
                    self.adopt_files(conversation, &value);
                }
            } else if let Some(conversation) = name.strip_prefix("draft.") {
                self.adopt_draft(conversation, value);
            } else if name == "email" {
                self.model.email.skipped = true;
            }
        }
    }

    /// Moves everything stored and waiting to another identity of the same person (a lead who became a user, a
    /// visitor with a new id).
    pub(crate) fn rename_identity(&mut self, identity: String) {
        if self.model.identity == identity {
            return;
        }
        let old: Vec<String> =
            self.model.outbox.iter().map(|message| self.model.outbox_key(&message.client_id)).collect();
        self.model.identity = identity;
        for message in self.model.outbox.clone() {
            if !message.done {
                self.store_message(&message);
            }
        }
        for key in old {
            self.ask(Effect::Remove { key });
        }
        if self.model.muted {
            self.store_muted();
        }
        let drafts: Vec<(String, String)> = self
            .model
            .conversations
            .iter()
            .filter(|thread| !thread.draft.is_empty())
            .map(|thread| (self.model.draft_name(&thread.key), thread.draft.clone()))
            .collect();
        for (name, value) in drafts {
            let key = self.model.draft_key(&name);
            self.ask(Effect::Store { key, value });
        }
        self.load();
    }

    /// Removes what other persons left in this workspace's storage.
    pub(crate) fn wipe_others(&mut self) {
        let (prefix, keep) = (self.model.workspace_prefix(), Some(self.model.person_prefix()));
        self.ask(Effect::Wipe { prefix, keep });
    }

    /// Removes everything of this workspace.
    pub(crate) fn wipe_all(&mut self) {
        let prefix = self.model.workspace_prefix();
        self.ask(Effect::Wipe { prefix, keep: None });
    }
}

/// Identity of a visitor or lead.
pub(crate) fn visitor_identity(visitor_id: Option<&str>) -> String {
    ["v-", visitor_id.unwrap_or_default()].concat()
}
