//! Which screen is shown: opening, closing, going back (M§2).

use doorstep_protocol::host::{FrameToHost, Open};
use doorstep_protocol::messenger::Role;

use crate::Effect;
use crate::messenger::Step;
use crate::model::{Model, Thread};
use crate::storage::NEW;
use crate::view_model::Screen;

impl Model {
    /// What the page needs to bring this screen back after a page change.
    fn place(&self) -> Open {
        match (self.screen, self.shown()) {
            (Screen::Home, _) => Open::Home,
            (Screen::Thread, Some(thread)) => match &thread.id {
                Some(id) => Open::Conversation { id: id.clone() },
                None if !self.is_empty_new(&thread.key) => Open::Conversation { id: thread.key.clone() },
                None if thread.parts.is_empty() => Open::NewMessage { text: String::new() },
                None => Open::Outbound { id: thread.key.clone(), part: Box::default() },
            },
            (Screen::Messages | Screen::Thread, _) => Open::Messages,
        }
    }
}

impl Step<'_> {
    /// The page shows the panel.
    pub(crate) fn open(&mut self, open: Open) {
        self.model.open = true;
        self.model.near = true;
        match open {
            Open::Default => self.open_default(),
            Open::Home => self.show_home(),
            Open::Messages => self.show_messages(),
            Open::NewMessage { text } => self.start_conversation(text),
            // Somebody who never wrote has none.
            Open::Conversation { id }
                if self.model.known
                    && self.model.person.role == Role::Visitor
                    && self.model.find(&id).is_none() =>
            {
                self.show_home();
            }
            Open::Conversation { id } => {
                if self.model.find(&id).is_none() {
                    self.ensure_thread(&id);
                    if !self.model.known {
                        self.model.restored = Some(id.clone());
                    }
                }
                self.open_conversation(&id);
            }
            Open::Outbound { id, part } => {
                self.ensure_thread(&id);
                if let Some(thread) = self.model.find_mut(&id).filter(|thread| thread.parts.is_empty()) {
                    thread.parts.push(*part);
                }
                self.open_conversation(&id);
            }
        }
        self.model.opened_before = true;
    }

    /// Where it was on this page; else the list when something is unread, else home (M§2, `show`).
    fn open_default(&mut self) {
        if self.model.opened_before && self.model.shown().is_some() {
            self.ask(Effect::FocusComposer);
        } else if self.model.unread() > 0 {
            self.show_messages();
        } else if !self.model.opened_before {
            self.show_home();
        }
    }

    /// The launcher shows the panel.
    pub(crate) fn open_by_person(&mut self) {
        self.open(Open::Default);
        self.tell(FrameToHost::Panel { open: true });
    }

    /// The person hides the panel.
    pub(crate) fn close_by_person(&mut self) {
        self.close();
        self.tell(FrameToHost::Panel { open: false });
    }

    /// Hides the panel.
    pub(crate) fn close(&mut self) {
        self.write_draft();
        self.model.open = false;
    }

    /// To home.
    pub(crate) fn show_home(&mut self) {
        self.leave_thread();
        self.model.screen = Screen::Home;
    }

    /// To the list.
    pub(crate) fn show_messages(&mut self) {
        self.leave_thread();
        self.model.screen = Screen::Messages;
    }

    /// Back.
    pub(crate) fn back(&mut self) {
        match (self.model.screen, self.model.back_to) {
            (Screen::Thread, Screen::Messages) => self.show_messages(),
            _ => self.show_home(),
        }
    }

    /// To a conversation.
    pub(crate) fn open_conversation(&mut self, key: &str) {
        let Some(key) = self.model.find(key).map(|thread| thread.key.clone()) else { return };
        self.enter_thread(key);
    }

    /// To a new conversation, with `text` in the composer, or what was typed there before.
    pub(crate) fn start_conversation(&mut self, text: String) {
        let empty =
            self.model.shown().map(|thread| thread.key.clone()).filter(|key| self.model.is_empty_new(key));
        let key = empty.unwrap_or_else(|| {
            let key = self.moment.fresh[1].clone();
            let (draft, files) = (self.model.new_draft.clone(), self.model.new_files.clone());
            self.model.conversations.push(Thread { key: key.clone(), draft, files, ..Thread::default() });
            key
        });
        self.enter_thread(key.clone());
        if let Some(thread) = self.model.find_mut(&key).filter(|_| !text.is_empty()) {
            thread.draft = text;
            self.model.draft_dirty = Some(key);
            self.write_draft();
        }
    }

    /// A new conversation with `text`, sent at once. What was typed for another one stays there.
    pub(crate) fn send_new(&mut self, text: String) {
        if text.trim().is_empty() {
            return;
        }
        self.write_draft();
        let typed = self.model.new_draft.clone();
        let key = self.moment.fresh[1].clone();
        self.model.conversations.push(Thread { key: key.clone(), draft: text, ..Thread::default() });
        self.enter_thread(key);
        self.send_draft();
        if !typed.is_empty() {
            let key = self.model.draft_key(NEW);
            self.ask(Effect::Store { key, value: typed.clone() });
            self.model.new_draft = typed;
        }
    }

    fn enter_thread(&mut self, key: String) {
        self.write_draft();
        if self.model.screen != Screen::Thread {
            self.model.back_to = self.model.screen;
        }
        if self.model.current.as_ref() != Some(&key) {
            self.drop_empty_new();
            self.model.at_end = false;
            self.model.notice = None;
        }
        self.model.screen = Screen::Thread;
        self.model.current = Some(key);
        self.show_end();
        self.ask(Effect::FocusComposer);
    }

    fn leave_thread(&mut self) {
        self.write_draft();
        self.drop_empty_new();
        self.model.current = None;
        self.model.at_end = false;
    }

    /// The new conversation we leave without having written: only its draft stays.
    fn drop_empty_new(&mut self) {
        if let Some(key) = self.model.current.clone().filter(|key| self.model.is_empty_new(key)) {
            self.model.conversations.retain(|thread| thread.key != key);
        }
    }

    /// Tells the page what it does not know yet.
    pub(crate) fn tell_changes(&mut self) {
        let unread = self.model.unread();
        if self.model.told.unread != Some(unread) {
            self.model.told.unread = Some(unread);
            self.tell(FrameToHost::Unread { count: unread });
        }
        let height = self.model.preview_height();
        if self.model.told.preview != height {
            self.model.told.preview = height;
            self.tell(FrameToHost::Preview { height });
        }
        if self.model.open {
            let place = self.model.place();
            if self.model.told.screen.as_ref() != Some(&place) {
                self.model.told.screen = Some(place.clone());
                self.tell(FrameToHost::Screen { open: place });
            }
        }
        if self.model.known && self.model.told.person.as_ref() != Some(&self.model.person) {
            self.model.told.person = Some(self.model.person.clone());
            self.tell(FrameToHost::Person { person: facts(&self.model.person) });
        }
    }
}

/// What `whoami()` answers.
fn facts(person: &doorstep_protocol::messenger::Person) -> serde_json::Map<String, serde_json::Value> {
    use doorstep_protocol::messenger::Role;
    let role = match person.role {
        Role::Visitor => "visitor",
        Role::Lead => "lead",
        Role::User => "user",
    };
    let known = [
        ("type", Some(role)),
        ("id", person.id.as_deref()),
        ("user_id", person.external_id.as_deref()),
        ("email", person.email.as_deref()),
        ("name", person.name.as_deref()),
    ];
    let mut facts = serde_json::Map::new();
    for (name, value) in known {
        if let Some(value) = value {
            facts.insert(name.to_owned(), value.into());
        }
    }
    facts
}
