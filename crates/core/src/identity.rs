//! Who we are: the session, the visitor id, the person the server says we are, and what happens when one of them
//! changes (P2, P7, P9).

use doorstep_protocol::host::FrameToHost;
use doorstep_protocol::messenger::{Person, Role, Session};

use crate::Effect;
use crate::messenger::Step;
use crate::settings::session_seconds;
use crate::storage::visitor_identity;
use crate::view_model::Screen;

/// A server's clock may say that a session it has just given ends in the past; the cookie then lives this long.
const LEAST_SESSION_SECONDS: i64 = 60;

impl Step<'_> {
    /// A new or prolonged session: the page writes its cookie.
    pub(crate) fn take_session(&mut self, session: Session) {
        let left = match session.max_age {
            0 => session.expires_at - self.moment.now_ms / 1_000,
            max_age => max_age,
        };
        let left = left.max(LEAST_SESSION_SECONDS);
        let max_age = session_seconds(&self.model.settings).map_or(left, |limit| left.min(limit.max(1)));
        self.tell(FrameToHost::Session { token: Some(session.token.clone()), max_age });
        self.model.caller.session = Some(session.token);
    }

    /// The session is no more.
    pub(crate) fn drop_session(&mut self) {
        if self.model.caller.session.take().is_some() {
            self.tell(FrameToHost::Session { token: None, max_age: 0 });
        }
        self.resign();
    }

    /// The server did not know our session (401): forget it and ask who we are. What waits to be sent stays.
    pub(crate) fn session_lost(&mut self) {
        self.drop_session();
        self.model.settled = false;
        self.model.session_losses = self.model.session_losses.saturating_add(1);
        self.model.ping.wanted = true;
        if self.model.session_losses > 1 {
            // A server that gives sessions and then does not know them must not be asked in a tight loop.
            self.ping_later(self.model.session_losses);
        }
    }

    /// The visitor id was retired by a shutdown elsewhere: go on as somebody new, with nothing of the former person
    /// but what they have just written here.
    pub(crate) fn take_new_visitor_id(&mut self) {
        let [_, key, id] = self.moment.fresh.clone();
        self.drop_session();
        self.model.person = Person::default();
        self.model.seq = 0;
        self.model.conversations.retain(|thread| {
            thread.id.is_none() || self.model.outbox.iter().any(|message| thread.answers_to(&message.key))
        });
        for thread in &mut self.model.conversations {
            if thread.id.is_some() {
                // Its id is the former person's; what waits here begins a new one.
                *thread = crate::model::Thread {
                    key: std::mem::take(&mut thread.key),
                    draft: std::mem::take(&mut thread.draft),
                    files: std::mem::take(&mut thread.files),
                    ..crate::model::Thread::default()
                };
            }
            if thread.key.bytes().all(|byte| byte.is_ascii_digit()) {
                for message in self.model.outbox.iter_mut().filter(|message| message.key == thread.key) {
                    message.key.clone_from(&key);
                }
                if self.model.current.as_ref() == Some(&thread.key) {
                    self.model.current = Some(key.clone());
                }
                thread.key.clone_from(&key);
            }
        }
        for message in &mut self.model.outbox {
            message.conversation_id = None;
        }
        if self.model.screen == Screen::Thread && self.model.shown().is_none() {
            self.model.screen = Screen::Home;
            self.model.current = None;
        }
        self.model.caller.visitor_id = Some(id.clone());
        self.tell(FrameToHost::Visitor { id });
        let identity = visitor_identity(self.model.caller.visitor_id.as_deref());
        self.rename_identity(identity);
    }

    /// The server says who we are. Says whether we are somebody else than before.
    pub(crate) fn take_person(&mut self, person: Person) -> bool {
        let old = std::mem::replace(&mut self.model.person, person);
        let (before, now) = (old.role, self.model.person.role);
        let same_id = old.id == self.model.person.id;
        // A lead who is another lead was merged: this browser's visitor is still the same. What waits goes on as them.
        let grew = before == Role::Visitor || (before == Role::Lead && now != Role::Visitor);
        if !same_id && !grew {
            self.forget_person();
        }
        let identity = match (&self.model.person.id, now) {
            (Some(id), Role::User) => ["u-", id].concat(),
            _ => visitor_identity(self.model.caller.visitor_id.as_deref()),
        };
        if identity != self.model.identity {
            if same_id || grew {
                self.rename_identity(identity);
            } else {
                self.model.identity = identity;
                self.load();
            }
        }
        !same_id
    }

    /// Somebody else is here now: everything of the former person goes.
    fn forget_person(&mut self) {
        let model = &mut *self.model;
        model.conversations.clear();
        model.outbox.clear();
        model.new_draft.clear();
        model.new_files.clear();
        model.draft_dirty = None;
        model.typing = None;
        model.email = crate::model::EmailForm::default();
        model.seq = 0;
        if model.screen == Screen::Thread {
            model.screen = Screen::Home;
            model.current = None;
        }
        self.wipe_all();
        self.resign();
    }

    /// After a change of person: conversations the server does not list are not ours any more.
    pub(crate) fn drop_unlisted(&mut self, listed: &[String]) {
        let model = &mut *self.model;
        let outbox = &model.outbox;
        model.conversations.retain(|thread| {
            thread.id.as_ref().is_none_or(|id| listed.contains(id))
                || outbox.iter().any(|message| message.key == thread.key)
        });
        self.stale_threads();
        if self.model.screen == Screen::Thread && self.model.shown().is_none() {
            self.model.screen = Screen::Messages;
            self.model.current = None;
        }
    }

    /// Ends the session in this tab (P10): nothing remains but the ids that make late answers recognisable.
    /// `asked` when the page asked, as opposed to another tab.
    pub(crate) fn shutdown(&mut self, asked: bool) {
        if asked {
            self.tell_tabs(&crate::tabs::TabMessage::Shutdown);
        }
        self.ask(Effect::JoinTabs(None));
        self.wipe_all();
        if !asked {
            self.tell(FrameToHost::Session { token: None, max_age: 0 });
        }
        self.reset();
        self.tell(FrameToHost::Gone);
    }

    /// Forgets all, as before `boot`.
    pub(crate) fn reset(&mut self) {
        use crate::Timer::{
            Chime, Draft, Links, Outbox, Ping, Read, Silence, Socket, Thread, Typing, Update,
        };
        self.resign();
        for timer in [Ping, Outbox, Socket, Silence, Draft, Typing, Update, Read, Thread, Chime, Links] {
            self.ask(Effect::ClearTimer(timer));
        }
        let old = std::mem::take(self.model);
        self.model.generation = old.generation.wrapping_add(1);
        self.model.last_id = old.last_id;
        self.model.framed = old.framed;
        self.model.offline = old.offline;
        self.model.hidden = old.hidden;
        self.model.keeps_nothing = old.keeps_nothing;
    }
}
