//! What a teammate's message does beyond the thread: previews while the panel is hidden (M§8.11), the sound, the title.

use doorstep_protocol::host::FrameToHost;
use doorstep_protocol::messenger::DismissRequest;
use serde_json::Value;

use crate::messenger::Step;
use crate::model::{Model, Request};
use crate::tabs::TabMessage;
use crate::view_model::ConversationRow;
use crate::{Effect, Timer};

/// How many previews stand over each other.
const MOST: usize = 3;

/// Height of a preview and of the line above several, CSS pixels (style/preview.css).
const CARD: usize = 84;
const LINE: usize = 36;

/// How long a message may take to be read, here or in another tab, before it makes a sound.
const UNREAD_FOR_MS: u32 = 800;

impl Model {
    /// Whether the page wants no previews, no sound and no title (setting `hide_notifications`).
    fn quiet(&self) -> bool {
        self.settings.get("hide_notifications") == Some(&Value::Bool(true))
    }

    /// Whether this conversation has a preview.
    fn previewed(&self, key: &str) -> bool {
        !self.open
            && !self.quiet()
            && self.find(key).is_some_and(|thread| {
                thread.unread() > 0 && thread.about.dismissed_at < thread.about.updated_at
            })
    }

    /// The keys of the rows that have a preview, and how many messages are unread in those for which there is no room.
    pub(crate) fn previews(&self, rows: &[ConversationRow]) -> (Vec<String>, u32) {
        let (mut keys, mut more) = (Vec::new(), 0);
        for row in rows.iter().filter(|row| self.previewed(&row.key)) {
            if keys.len() < MOST { keys.push(row.key.clone()) } else { more += row.unread }
        }
        (keys, more)
    }

    /// How much room the previews need, CSS pixels.
    pub(crate) fn preview_height(&self) -> u32 {
        let count = self.conversations.iter().filter(|thread| self.previewed(&thread.key)).count();
        let line = if count > 1 { LINE } else { 0 };
        u32::try_from(count.min(MOST) * CARD + line).unwrap_or_default()
    }
}

impl Step<'_> {
    /// The person puts the preview of a conversation away, or all of them. They stay unread.
    pub(crate) fn dismiss(&mut self, key: Option<&str>) {
        let shown = self.model.conversations.iter().filter(|thread| self.model.previewed(&thread.key));
        let shown: Vec<String> = shown.map(|thread| thread.key.clone()).collect();
        for one in shown {
            if key.is_some_and(|key| key != one) {
                continue;
            }
            let Some(thread) = self.model.find_mut(&one) else { continue };
            thread.about.dismissed_at = thread.about.updated_at;
            let (conversation_id, updated_at) = (thread.about.id.clone(), thread.about.updated_at);
            let caller = self.model.caller.clone();
            let body = DismissRequest { caller, conversation_id, updated_at };
            self.request(Request::Dismiss, "dismiss", &body);
        }
    }

    /// A teammate's message came. The tab that leads makes the sound, unless it is read at once.
    pub(crate) fn notice(&mut self, conversation_id: String) {
        if self.model.rank().is_some() && !self.model.quiet() {
            self.model.chime = Some(conversation_id);
            self.set_timer(Timer::Chime, UNREAD_FOR_MS);
        }
    }

    /// It has had the time to be read.
    pub(crate) fn chime(&mut self) {
        let id = self.model.chime.take().unwrap_or_default();
        if self.model.find(&id).is_none_or(|thread| thread.unread() == 0) {
            return;
        }
        if self.model.workspace.sound && !self.model.muted {
            self.ask(Effect::Chime);
        }
        if self.model.hidden {
            self.tell(FrameToHost::Alert);
        }
    }

    /// The person wants no sound any more, or wants it again.
    pub(crate) fn toggle_sound(&mut self) {
        let muted = !self.model.muted;
        self.model.muted = muted;
        self.store_muted();
        self.tell_tabs(&TabMessage::Muted { muted });
    }
}
