//! Conversations and their parts: merging what the server says, whatever way and in whatever order it comes.
//!
//! Parts are only ever added, sorted by id, so merging is a union; a part that carries the client id of a message in
//! the outbox acknowledges it.

use doorstep_protocol::messenger::{AuthorKind, Conversation, LINK_SECONDS, Part, Role, ThreadReply};

use crate::backoff::delay_ms;
use crate::messenger::Step;
use crate::model::{Parts, Request, Span, Thread, part_number};
use crate::refusal::Reply;
use crate::requests::Call;
use crate::view_model::{Notice, Screen};
use crate::window::WINDOW;
use crate::{Effect, Timer, wire};

/// How long addresses of files are taken to be good: somewhat less than the server says.
const LINKS_MS: i64 = (LINK_SECONDS - 120) * 1_000;

impl Step<'_> {
    /// Makes sure that a conversation with this key or id exists here. Digits are a server's id.
    pub(crate) fn ensure_thread(&mut self, key: &str) {
        if self.model.find(key).is_none() {
            let id = key.bytes().all(|byte| byte.is_ascii_digit()).then(|| key.to_owned());
            self.model.conversations.push(Thread { key: key.to_owned(), id, ..Thread::default() });
        }
    }

    /// The server described a conversation.
    /// Everything up to change `seq` is in it: what comes later and is older is of no account.
    pub(crate) fn merge_conversation(&mut self, mut about: Conversation, seq: i64) {
        if about.id.is_empty() {
            return;
        }
        self.join_names(&about);
        let known = self.model.find_mut(&about.id);
        match known {
            Some(thread) => {
                thread.id = Some(about.id.clone());
                // What is put away here stays so, whenever the server hears of it.
                about.dismissed_at = about.dismissed_at.max(thread.about.dismissed_at);
                if (seq, about.updated_at) >= (thread.as_of, thread.about.updated_at) {
                    thread.as_of = seq;
                    thread.about = about;
                }
            }
            None => self.model.conversations.push(Thread {
                key: about.key.clone().unwrap_or_else(|| about.id.clone()),
                id: Some(about.id.clone()),
                about,
                as_of: seq,
                ..Thread::default()
            }),
        }
    }

    /// A page change may have left us two names for one conversation, the server's id and the client's key: from here
    /// on they are one. The one on screen keeps its name.
    fn join_names(&mut self, about: &Conversation) {
        let model = &mut *self.model;
        let is_it = |thread: &Thread| {
            thread.answers_to(&about.id) || about.key.as_deref().is_some_and(|key| thread.answers_to(key))
        };
        let mut names: Vec<String> = model
            .conversations
            .iter()
            .filter(|thread| is_it(thread))
            .map(|thread| thread.key.clone())
            .collect();
        let Some(place) =
            names.iter().position(|name| model.current.as_ref() == Some(name)).or(names.len().checked_sub(1))
        else {
            return;
        };
        let keep = names.swap_remove(place);
        let mut moved = false;
        for name in &names {
            for message in model.outbox.iter_mut().filter(|message| message.key == *name) {
                message.key.clone_from(&keep);
            }
            let Some(index) = model.conversations.iter().position(|thread| thread.key == *name) else {
                continue;
            };
            let gone = model.conversations.remove(index);
            // What was typed and attached goes along.
            if let Some(thread) =
                model.find_mut(&keep).filter(|thread| !gone.is_untouched() && thread.is_untouched())
            {
                thread.draft = gone.draft;
                thread.files = gone.files;
                moved = true;
            }
        }
        if let Some(thread) = model.find_mut(&keep) {
            thread.id = Some(about.id.clone());
        }
        if moved {
            self.rename_draft(&names, keep);
        }
    }

    /// The server has a part; `in_turn` when nothing before it can be missing (the socket). Says whether it was new to
    /// us.
    pub(crate) fn merge_part(&mut self, part: Part, in_turn: bool) -> bool {
        if let Some(client_id) = part.client_id.clone() {
            self.delivered(&client_id);
        }
        let shown = self.reads_older(&part.conversation_id);
        let Some(thread) = self.model.find_mut(&part.conversation_id) else { return false };
        let number = part_number(&part.id);
        if in_turn && thread.state == Parts::Fresh {
            thread.solid_to = thread.solid_to.max(number);
        }
        thread.links(&part, self.moment.now_ms + LINKS_MS);
        // Beyond what is held: inserted, it would hide a hole. It is fetched when the person goes there.
        if thread.state == Parts::Behind && number > thread.newest() {
            return true;
        }
        // A late acknowledgement may be of a message older than what is loaded: the same.
        let older = thread.parts.first().is_some_and(|first| number < part_number(&first.id));
        let new = if older && thread.more { false } else { thread.insert(part) };
        thread.bound(shown);
        new
    }

    /// Fetches the conversation on screen if its parts are not there.
    pub(crate) fn want_thread(&mut self) {
        if !self.model.settled || !self.model.open || self.model.person.role == Role::Visitor {
            return;
        }
        let Some(thread) = self.model.shown() else { return };
        let (key, id) = (thread.key.clone(), thread.id.clone());
        let request = Request::Thread { key: key.clone(), span: Span::Newest };
        let (true, Some(conversation_id)) = (thread.state == Parts::Stale && !self.model.asks(&request), id)
        else {
            return;
        };
        if let Some(thread) = self.model.find_mut(&key) {
            thread.state = Parts::Loading;
        }
        // As far back as the addresses of what is attached are to be renewed.
        let back_to = self.model.find(&key).and_then(first_attached);
        let (conversation_id, back_to) = (Some(&*conversation_id), back_to.as_deref());
        self.call(request, "thread", Call { conversation_id, back_to, ..Call::default() });
    }

    /// Addresses of files end: those of the conversation on screen are asked for again before they do.
    pub(crate) fn want_links(&mut self) {
        let now = self.moment.now_ms;
        let Some(key) = self.model.shown().map(|thread| thread.key.clone()) else { return };
        let Some(thread) = self.model.find_mut(&key).filter(|thread| thread.links_until > 0) else { return };
        if thread.links_until > now {
            let wait = u32::try_from(thread.links_until - now).unwrap_or(u32::MAX);
            self.set_timer(Timer::Links, wait);
        } else if thread.state == Parts::Fresh {
            thread.state = Parts::Stale;
            thread.renews = true;
        }
    }

    /// The server answered a `thread`, or did not.
    pub(crate) fn thread_answered(&mut self, key: &str, span: Span, reply: &Reply<'_>) {
        let parsed = match reply {
            Reply::Ok(json) => wire::thread_reply(json),
            _ => None,
        };
        if let Some(reply) = parsed {
            self.take_parts(key, span, reply);
            return;
        }
        let Some(thread) = self.model.find_mut(key) else { return };
        match span {
            Span::Before(_) => self.model.notice = Some(Notice::OlderFailed),
            // Asked for again when the person scrolls on.
            Span::After(_) => {}
            Span::Newest => {
                if let Reply::SessionLost = reply {
                    thread.state = Parts::Stale;
                } else if matches!(reply, Reply::Refused(error) if error.code == "not_found") {
                    self.drop_thread(key);
                } else {
                    thread.state = Parts::Failed;
                    self.model.thread_failures = self.model.thread_failures.saturating_add(1);
                    self.set_timer(Timer::Thread, delay_ms(self.model.thread_failures, self.moment.random));
                }
            }
        }
    }

    fn take_parts(&mut self, key: &str, span: Span, reply: ThreadReply) {
        self.model.thread_failures = 0;
        let client_ids: Vec<String> = reply.parts.iter().filter_map(|part| part.client_id.clone()).collect();
        let id = reply.conversation.id.clone();
        self.merge_conversation(reply.conversation, reply.seq);
        for client_id in client_ids {
            self.delivered(&client_id);
        }
        if span == Span::Newest {
            // What another tab has delivered is among these, or older.
            self.model.outbox.retain(|message| !(message.done && message.key == key));
        }
        let shown = self.model.shown().is_some_and(|thread| thread.answers_to(key));
        let reads_older = self.reads_older(key);
        let links_until = self.moment.now_ms + LINKS_MS;
        let Some(thread) = self.model.find_mut(&id) else { return };
        let first = thread.parts.first().map(|part| part_number(&part.id));
        let mut to_end = false;
        match span {
            // The window may have moved while this was on its way; then it would leave a hole.
            Span::Before(before) if first != Some(before) => return,
            Span::Before(_) => thread.more = reply.more,
            Span::After(after) if thread.state != Parts::Behind || thread.newest() != after => return,
            Span::After(_) if reply.more => {}
            // The end, as it was; what came since then was not taken in. The newest, asked for once more, join on.
            Span::After(_) => thread.state = Parts::Stale,
            Span::Newest => {
                let oldest = reply.parts.first().map_or(0, |part| part_number(&part.id));
                let hole = reply.more && thread.solid_to < oldest;
                if hole {
                    thread.parts.retain(|part| part_number(&part.id) >= oldest);
                }
                if hole || !reply.more || first.is_none_or(|first| first >= oldest) {
                    thread.more = reply.more;
                }
                // Who reads older ones goes on reading.
                to_end = shown && (hole || !reads_older);
                // Marked stale again while this was on its way: ask once more.
                if matches!(thread.state, Parts::Loading | Parts::Behind) {
                    thread.state = Parts::Fresh;
                }
            }
        }
        let newest = reply.parts.last().map_or(0, |part| part_number(&part.id));
        thread.solid_to = thread.solid_to.max(newest);
        let renews = std::mem::take(&mut thread.renews);
        if span == Span::Newest {
            thread.links_until = 0;
        }
        for part in reply.parts {
            thread.links(&part, links_until);
            thread.insert(part);
        }
        match span {
            Span::After(_) => thread.keep_newest(WINDOW),
            _ => thread.bound(!to_end && reads_older),
        }
        if to_end && !renews {
            self.ask(Effect::ScrollToEnd);
        }
    }

    /// What is loaded may lack the newest parts. Where they were let go that is known.
    pub(crate) fn stale_threads(&mut self) {
        for thread in &mut self.model.conversations {
            if thread.state != Parts::Behind {
                thread.state = Parts::Stale;
            }
        }
    }

    /// What failed to load may be asked for again.
    pub(crate) fn revive_threads(&mut self) {
        for thread in &mut self.model.conversations {
            if thread.state == Parts::Failed {
                thread.state = Parts::Stale;
            }
        }
    }

    /// The server knows no such conversation of ours.
    pub(crate) fn drop_thread(&mut self, key: &str) {
        if self.model.has_outgoing(key) {
            return;
        }
        if self.model.shown().is_some_and(|thread| thread.answers_to(key)) {
            self.show_home();
        }
        self.model.conversations.retain(|thread| !thread.answers_to(key));
    }

    /// After a ping: a conversation that a page change left on screen, but that nobody knows, is not there.
    pub(crate) fn drop_placeholders(&mut self) {
        let nobody = self.model.person.role == Role::Visitor;
        let Some(thread) = self.model.shown() else { return };
        let key = thread.key.clone();
        if thread.about.id.is_empty() && thread.id.is_some() && nobody {
            self.drop_thread(&key);
        } else if thread.id.is_none()
            && self.model.restored.as_deref() == Some(&key)
            && self.model.is_empty_new(&key)
        {
            self.model.conversations.retain(|thread| thread.key != key);
            self.model.screen = Screen::Home;
            self.model.current = None;
        }
        self.model.restored = None;
    }
}

/// The first part loaded that has files.
fn first_attached(thread: &Thread) -> Option<String> {
    thread.parts.iter().find(|part| !part.attachments.is_empty()).map(|part| part.id.clone())
}

impl Thread {
    /// Notes until when the addresses of a part's files are good.
    fn links(&mut self, part: &Part, until: i64) {
        if !part.attachments.is_empty() && (self.links_until == 0 || self.links_until > until) {
            self.links_until = until;
        }
    }

    /// Adds a part in its place, or puts it there anew: its words may have been taken away. Says whether it was new.
    fn insert(&mut self, part: Part) -> bool {
        let number = part_number(&part.id);
        if part.author.kind == AuthorKind::Admin {
            // What the page showed of an outbound message gives way to the message itself.
            self.parts.retain(|known| known.id != "0");
        }
        match self.parts.binary_search_by_key(&number, |known| part_number(&known.id)) {
            Ok(place) => {
                self.parts[place] = part;
                false
            }
            Err(place) => {
                self.parts.insert(place, part);
                true
            }
        }
    }
}
