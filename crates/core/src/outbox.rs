//! Sending: nothing is lost, nothing arrives twice.
//!
//! A message is stored before it is sent and removed when the server has acknowledged it, by its HTTP reply or by the
//! socket, whichever is first. Until then it is tried again with backoff; the client-made id makes a repetition
//! harmless. Within a conversation one message is on its way at a time, so they arrive in the order of writing.

use doorstep_protocol::messenger::{ErrorBody, Role, SendReply, SendRequest};

use crate::backoff::delay_ms;
use crate::files::{FAILED, File, stuck, uploaded};
use crate::messenger::Step;
use crate::model::{Outgoing, Request};
use crate::refusal::Reply;
use crate::tabs::TabMessage;
use crate::{Announcement, Effect, Timer, wire};

/// Longest message, in characters (the server's limit).
pub(crate) const LONGEST: usize = 10_000;

/// `not_before` of a message that waits for an email.
pub(crate) const HELD: i64 = i64::MAX;

/// No message waits longer for its next attempt.
const LONGEST_WAIT_MS: i64 = 60_000;

/// A message another tab sends is left to it for this long.
const OTHER_TAB_MS: i64 = 20_000;

impl Step<'_> {
    /// Sends what is in the composer.
    pub(crate) fn send_draft(&mut self) {
        let Some(thread) = self.model.shown() else { return };
        let key = thread.key.clone();
        let text = thread.draft.trim();
        let nothing = text.is_empty() && thread.files.is_empty();
        if nothing || text.chars().count() > LONGEST || stuck(&thread.files) || self.email_blocks_sending() {
            return;
        }
        let files =
            self.model.find_mut(&key).map(|thread| std::mem::take(&mut thread.files)).unwrap_or_default();
        self.write_files(&key);
        let body = self.take_draft(&key).trim().to_owned();
        self.queue(body, None, files);
    }

    /// Sends a text into the conversation on screen; `reply` is the quick reply that it chooses.
    pub(crate) fn queue(&mut self, body: String, reply: Option<String>, files: Vec<File>) {
        let Some(thread) = self.model.shown() else { return };
        let (key, id) = (thread.key.clone(), thread.id.clone());
        self.email_goes_with_message();
        // The order of messages is their time; a clock that stands still or jumps back must not reorder them.
        let after_last = self.model.outbox.last().map_or(0, |last| last.at_ms + 1);
        let message = Outgoing {
            client_id: self.moment.fresh[0].clone(),
            key,
            conversation_id: id,
            body,
            reply,
            files,
            at_ms: self.moment.now_ms.max(after_last),
            ..Outgoing::default()
        };
        self.store_message(&message);
        self.tell_tabs(&TabMessage::Queued { message: message.clone() });
        self.model.outbox.push(message);
        self.show_end();
        self.ask(Effect::FocusComposer);
    }

    /// Sends whatever may be sent now, and sets the timer for the rest.
    pub(crate) fn want_sends(&mut self) {
        if !self.model.settled {
            return;
        }
        let now = self.moment.now_ms;
        // The first message makes the lead; others wait for it, so that two cannot make two.
        let alone = self.model.person.role == Role::Visitor;
        let mut busy: Vec<String> = self
            .model
            .requests
            .iter()
            .filter_map(|(_, request)| match request {
                Request::Send(client_id) => {
                    let message = self.model.outbox.iter().find(|message| &message.client_id == client_id);
                    Some(message.map(|message| message.key.clone()).unwrap_or_default())
                }
                _ => None,
            })
            .collect();
        let mut next = i64::MAX;
        let mut ready = Vec::new();
        for message in &self.model.outbox {
            if message.refused.is_some()
                || message.done
                || !uploaded(&message.files)
                || busy.contains(&message.key)
                || (alone && !busy.is_empty())
            {
                continue;
            }
            busy.push(message.key.clone());
            if message.held() {
                continue;
            }
            // Longer than any wait: the clock was put back meanwhile.
            if (1..=LONGEST_WAIT_MS).contains(&(message.not_before - now)) {
                next = next.min(message.not_before - now);
            } else {
                ready.push(message.clone());
            }
        }
        for message in ready {
            self.send(message);
        }
        if next < i64::MAX {
            self.set_timer(Timer::Outbox, u32::try_from(next).unwrap_or(u32::MAX));
        }
    }

    fn send(&mut self, message: Outgoing) {
        let id = message.conversation_id.or_else(|| self.model.find(&message.key)?.id.clone());
        let body = SendRequest {
            caller: self.model.caller.clone(),
            client_id: message.client_id.clone(),
            conversation_key: id.is_none().then_some(message.key),
            conversation_id: id,
            body: message.body,
            email: self.model.carried_email(),
            reply_uuid: message.reply,
            attachments: message.files.into_iter().filter_map(|file| file.upload).collect(),
            page: self.model.page.clone(),
        };
        self.request(Request::Send(message.client_id), "send", &body);
    }

    /// The server answered a `send`, or did not.
    pub(crate) fn send_answered(&mut self, client_id: &str, reply: &Reply<'_>) {
        match reply {
            Reply::Ok(json) => match wire::send_reply(json) {
                Some(reply) => self.acknowledged(reply),
                None => self.postpone(client_id, 1), // not our server's words: a proxy, a captive portal
            },
            Reply::SessionLost => {} // `session_lost` has asked for a ping; the message waits for it
            Reply::Later => self.postpone(client_id, 1),
            Reply::Busy => self.postpone(client_id, 3),
            Reply::VisitorRetired => {
                self.take_new_visitor_id();
                self.postpone(client_id, 0);
            }
            Reply::Refused(error) if error.field.as_deref() == Some("email") => self.hold(client_id),
            Reply::Refused(error) => self.refused(client_id, error),
        }
    }

    fn acknowledged(&mut self, reply: SendReply) {
        if let Some(session) = reply.session {
            self.take_session(session);
        }
        if self.model.person.role == Role::Visitor {
            // A lead now: what the page said before is recorded (P3).
            self.report_soon();
        }
        self.take_person(reply.person);
        self.email_arrived();
        self.merge_conversation(reply.conversation, reply.seq);
        self.merge_part(reply.part, false);
    }

    /// The server has this message: it leaves the outbox, whoever brought the news.
    pub(crate) fn delivered(&mut self, client_id: &str) {
        let Some(index) = self.model.outbox.iter().position(|message| message.client_id == client_id) else {
            return;
        };
        let message = self.model.outbox.remove(index);
        self.drop_files(&message.files);
        let key = self.model.outbox_key(client_id);
        self.ask(Effect::Remove { key });
        if !message.done {
            self.tell_tabs(&TabMessage::Delivered { client_id: message.client_id });
        }
    }

    /// Tries again later; `at_least` is the number of failures to count from.
    fn postpone(&mut self, client_id: &str, at_least: u32) {
        let (now, random) = (self.moment.now_ms, self.moment.random);
        let Some(message) = self.model.outbox.iter_mut().find(|message| message.client_id == client_id)
        else {
            return;
        };
        let first = message.failures == 0;
        message.failures = (message.failures + 1).max(at_least);
        let wait = if at_least == 0 && first { 0 } else { delay_ms(message.failures, random) };
        message.not_before = now + i64::from(wait);
        if first && at_least > 0 {
            self.ask(Effect::Announce(Announcement::NotDelivered));
        }
    }

    fn refused(&mut self, client_id: &str, error: &ErrorBody) {
        let Some(message) = self.model.outbox.iter_mut().find(|message| message.client_id == client_id)
        else {
            return;
        };
        if error.code == "upload_unknown" && message.failures == 0 {
            // It waited too long there: uploaded once more, if its bytes are still here.
            message.failures = 1;
            for file in &mut message.files {
                file.upload = None;
            }
        } else {
            message.refused = Some(error.message.clone());
        }
        let message = message.clone();
        self.store_message(&message);
        if message.refused.is_some() {
            self.ask(Effect::Announce(Announcement::Refused));
        }
    }

    /// The person wants it tried again now.
    pub(crate) fn retry_message(&mut self, client_id: &str) {
        let Some(message) = self.model.outbox.iter_mut().find(|message| message.client_id == client_id)
        else {
            return;
        };
        message.not_before = 0;
        for file in &mut message.files {
            if file.problem == FAILED {
                file.problem.clear();
            }
        }
        if message.refused.take().is_some() {
            message.failures = 0;
            let message = message.clone();
            self.store_message(&message);
        }
    }

    /// The person gives a refused message up. One that may already be at the server cannot be taken back.
    pub(crate) fn delete_message(&mut self, client_id: &str) {
        let here = |message: &Outgoing| message.refused.is_some() || !uploaded(&message.files);
        if self.model.outbox.iter().any(|message| message.client_id == client_id && here(message)) {
            self.give_up(client_id);
        }
    }

    /// Removes a message from memory and storage.
    pub(crate) fn forget_message(&mut self, client_id: &str) {
        if let Some(index) = self.model.outbox.iter().position(|message| message.client_id == client_id) {
            let message = self.model.outbox.remove(index);
            self.drop_files(&message.files);
        }
        let key = self.model.outbox_key(client_id);
        self.ask(Effect::Remove { key });
    }

    /// Nothing waits for its time any longer, but what waits for an email.
    pub(crate) fn hurry_outbox(&mut self) {
        for message in self.model.outbox.iter_mut().filter(|message| !message.held()) {
            message.not_before = 0;
        }
    }

    /// A message from storage or another tab, put in its place. Says whether it was new.
    pub(crate) fn adopt_message(&mut self, mut message: Outgoing) -> bool {
        if self.knows_message(&message.client_id) {
            return false;
        }
        self.ensure_thread(&message.key);
        // The conversation may go by another of its names here.
        if let Some(thread) = self.model.find(&message.key) {
            message.key.clone_from(&thread.key);
        }
        let place = self.model.outbox.partition_point(|other| other.at_ms <= message.at_ms);
        self.model.outbox.insert(place, message);
        true
    }

    /// A message another tab has written: shown here too, sent from here only if that tab does not manage to.
    pub(crate) fn echo_message(&mut self, mut message: Outgoing) {
        message.not_before = self.moment.now_ms + OTHER_TAB_MS;
        for file in &mut message.files {
            // That tab has the bytes.
            file.problem.clear();
            file.percent = Some(0);
        }
        if self.adopt_message(message) && self.model.at_end {
            self.ask(Effect::ScrollToEnd);
        }
    }

    /// Another tab has this message acknowledged: it stays on screen until the part itself comes.
    pub(crate) fn delivered_elsewhere(&mut self, client_id: &str) {
        if let Some(message) = self.model.outbox.iter_mut().find(|message| message.client_id == client_id) {
            message.done = true;
            let key = self.model.outbox_key(client_id);
            self.ask(Effect::Remove { key });
            if self.model.person.role == Role::Visitor || !self.model.socket.live {
                // The other tab became a lead; a ping makes us the same one.
                self.model.ping.wanted = true;
            }
        }
    }

    fn knows_message(&self, client_id: &str) -> bool {
        self.model.outbox.iter().any(|message| message.client_id == client_id)
            || (self.model.conversations.iter())
                .any(|thread| thread.parts.iter().any(|part| part.client_id.as_deref() == Some(client_id)))
    }
}
