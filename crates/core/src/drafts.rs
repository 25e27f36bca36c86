//! What is being typed: kept per conversation, written to storage when typing pauses.

use doorstep_protocol::live::ClientFrame;

use crate::messenger::Step;
use crate::model::Model;
use crate::storage::NEW;
use crate::tabs::TabMessage;
use crate::{Effect, Timer};

/// How long typing must pause before the draft is written.
const PAUSE_MS: u32 = 400;

/// How often we tell the team that the person is typing.
const TYPING_EVERY_MS: i64 = 3_000;

impl Model {
    /// Name under which a conversation's draft is stored: one that has no message yet has no lasting key.
    pub(crate) fn draft_name(&self, key: &str) -> String {
        if self.is_empty_new(key) { NEW.to_owned() } else { key.to_owned() }
    }

    /// Whether this conversation exists in the composer only.
    pub(crate) fn is_empty_new(&self, key: &str) -> bool {
        !self.has_outgoing(key) && self.find(key).is_none_or(|thread| thread.id.is_none())
    }
}

impl Step<'_> {
    /// The composer's text changed.
    pub(crate) fn draft_changed(&mut self, text: String) {
        let Some(key) = self.model.shown().map(|thread| thread.key.clone()) else { return };
        let typing = !text.trim().is_empty();
        let Some(thread) = self.model.find_mut(&key) else { return };
        if thread.draft == text {
            return;
        }
        thread.draft = text;
        let id = thread.id.clone();
        self.model.draft_dirty = Some(key);
        self.set_timer(Timer::Draft, PAUSE_MS);
        if let Some(conversation_id) = id.filter(|_| typing) {
            self.tell_typing(conversation_id);
        }
    }

    fn tell_typing(&mut self, conversation_id: String) {
        let now = self.moment.now_ms;
        if !self.model.socket.live || (now - self.model.typing_told).abs() < TYPING_EVERY_MS {
            return;
        }
        self.model.typing_told = now;
        let frame = ClientFrame::Typing { conversation_id };
        let text = serde_json::to_string(&frame).unwrap_or_default();
        if self.model.socket.id.is_some() {
            self.ask(Effect::SendSocket(text));
        } else {
            self.tell_tabs(&TabMessage::Say { text });
        }
    }

    /// The conversation whose composer a stored draft belongs in.
    pub(crate) fn draft_place(&mut self, name: &str) -> Option<String> {
        if name == NEW {
            return self.model.current.clone().filter(|key| self.model.is_empty_new(key));
        }
        self.ensure_thread(name);
        Some(name.to_owned())
    }

    /// Writes the draft that is not written yet.
    pub(crate) fn write_draft(&mut self) {
        let Some(conversation) = self.model.draft_dirty.take() else { return };
        let Some(value) = self.model.find(&conversation).map(|thread| thread.draft.clone()) else { return };
        let name = self.model.draft_name(&conversation);
        if name == NEW {
            self.model.new_draft.clone_from(&value);
        }
        let key = self.model.draft_key(&name);
        self.ask(if value.is_empty() { Effect::Remove { key } } else { Effect::Store { key, value } });
    }

    /// What is stored of a composer under these names is its conversation's that is called `keep` now.
    pub(crate) fn rename_draft(&mut self, names: &[String], keep: String) {
        for name in names {
            let key = self.model.draft_key(name);
            self.ask(Effect::Remove { key });
            let key = self.model.files_key(name);
            self.ask(Effect::Remove { key });
        }
        self.write_files(&keep);
        self.model.draft_dirty = Some(keep);
        self.write_draft();
    }

    /// Takes the text out of the composer, here and in storage.
    pub(crate) fn take_draft(&mut self, conversation: &str) -> String {
        let name = self.model.draft_name(conversation);
        let Some(thread) = self.model.find_mut(conversation) else { return String::new() };
        let text = std::mem::take(&mut thread.draft);
        if name == NEW {
            self.model.new_draft.clear();
        }
        self.model.draft_dirty = None;
        self.ask(Effect::ClearTimer(Timer::Draft));
        let key = self.model.draft_key(&name);
        self.ask(Effect::Remove { key });
        text
    }

    /// A stored draft; what is being typed now wins.
    pub(crate) fn adopt_draft(&mut self, name: &str, text: &str) {
        if name == NEW && self.model.new_draft.is_empty() {
            text.clone_into(&mut self.model.new_draft);
        }
        let key = self.draft_place(name);
        if let Some(thread) = key.and_then(|key| self.model.find_mut(&key))
            && thread.draft.is_empty()
        {
            text.clone_into(&mut thread.draft);
        }
    }
}
