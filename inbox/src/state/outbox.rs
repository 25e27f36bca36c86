//! Replies on their way: queued, sent one at a time for each conversation, retried, never doubled.
//!
//! A reply keeps the UUID it got when it was written, and the server answers a repetition as it did the first time,
//! so sending again after an answer that was lost is harmless. The queue is kept in the tab's storage and outlives a
//! reload and the end of a session.

use doorstep_protocol::inbox::{Reply, ReplyDone};
use serde::{Deserialize, Serialize};

use super::event::{Call, Effect, Failure, Focus, Timer};
use super::{Model, Toast};

/// The longest reply in characters (`protocol::inbox::Reply`).
pub const LONGEST_REPLY: usize = 10_000;
/// Waits between attempts; after the last the reply is "not sent" until the teammate or the connection tries again.
const RETRY_AFTER_MS: [u32; 3] = [1_000, 3_000, 8_000];

/// A reply that is not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Its UUID.
    pub client_id: String,
    /// The conversation.
    pub conversation_id: String,
    /// Plain text.
    pub body: String,
    /// When it was written.
    pub made_at: i64,
    /// How far it is. Not kept: after a reload it is tried from the start.
    #[serde(skip)]
    pub progress: Progress,
}

/// How far an [`Outgoing`] is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// Waits for its turn.
    #[default]
    Queued,
    /// The call is under way; the number of attempts before it.
    Sending(usize),
    /// The call failed and is made again after a while; the number of attempts so far.
    Waiting(usize),
    /// Given up: why, and whether it may work once the server is back.
    Failed {
        /// For the teammate.
        reason: String,
        /// The reason may pass by itself.
        may_pass: bool,
    },
}

impl Outgoing {
    /// Whether the teammate has to do something about it.
    pub fn failed(&self) -> bool {
        matches!(self.progress, Progress::Failed { .. })
    }
}

/// Queues the composer's text. Nothing happens if it is empty or too long.
pub(super) fn send(model: &mut Model, client_id: String, now: i64) -> Vec<Effect> {
    let Some(conversation_id) = model.route.conversation().map(str::to_owned) else { return vec![] };
    let body = model.drafts.get(&conversation_id).map(|text| text.trim().to_owned()).unwrap_or_default();
    let ready = model.thread.as_ref().is_some_and(|thread| thread.id == conversation_id && thread.ready());
    if body.is_empty() || body.chars().count() > LONGEST_REPLY || !ready || model.me.is_none() {
        return vec![];
    }
    model.drafts.remove(&conversation_id);
    model.outbox.push(Outgoing {
        client_id,
        conversation_id: conversation_id.clone(),
        body,
        made_at: now,
        progress: Progress::Queued,
    });
    if let Some(thread) = &mut model.thread {
        thread.go_to_end();
    }
    let mut effects = vec![
        Effect::KeepDraft { conversation_id: conversation_id.clone(), text: String::new() },
        Effect::KeepOutbox(model.outbox.clone()),
        Effect::ScrollToEnd,
    ];
    effects.extend(pump(model, &conversation_id));
    effects
}

/// Starts the next call of a conversation, unless one is under way or an earlier reply blocks the queue: replies
/// arrive in the order they were written.
pub(super) fn pump(model: &mut Model, conversation_id: &str) -> Vec<Effect> {
    if model.me.is_none() {
        return vec![];
    }
    let Some(next) = model.outbox.iter_mut().find(|item| item.conversation_id == conversation_id) else {
        return vec![];
    };
    let attempts = match next.progress {
        Progress::Queued => 0,
        Progress::Waiting(attempts) => attempts,
        Progress::Sending(_) | Progress::Failed { .. } => return vec![],
    };
    next.progress = Progress::Sending(attempts);
    let reply = Reply { client_id: next.client_id.clone(), body: next.body.clone() };
    vec![Effect::Call(Call::Reply { id: conversation_id.to_owned(), reply })]
}

/// The pause before the next attempt is over. A reply whose call was started in the meantime is left alone.
pub(super) fn pause_over(model: &mut Model, conversation_id: &str) -> Vec<Effect> {
    pump(model, conversation_id)
}

/// Tries everything again that may work now: after a log-in and when the connection is back.
pub(super) fn resume(model: &mut Model) -> Vec<Effect> {
    let mut conversations = Vec::new();
    for item in &mut model.outbox {
        if matches!(item.progress, Progress::Waiting(_) | Progress::Failed { may_pass: true, .. }) {
            item.progress = Progress::Queued;
        }
        if !conversations.contains(&item.conversation_id) {
            conversations.push(item.conversation_id.clone());
        }
    }
    conversations.iter().flat_map(|id| pump(model, id)).collect()
}

/// The teammate wants a failed reply sent again.
pub(super) fn retry(model: &mut Model, client_id: &str) -> Vec<Effect> {
    let Some(item) = model.outbox.iter_mut().find(|item| item.client_id == client_id && item.failed()) else {
        return vec![];
    };
    item.progress = Progress::Queued;
    let conversation_id = item.conversation_id.clone();
    pump(model, &conversation_id)
}

/// The teammate takes a failed reply back: its text goes before what the composer holds.
pub(super) fn discard(model: &mut Model, client_id: &str) -> Vec<Effect> {
    let Some(at) = model.outbox.iter().position(|item| item.client_id == client_id && item.failed()) else {
        return vec![];
    };
    let item = model.outbox.remove(at);
    let draft = model.drafts.entry(item.conversation_id.clone()).or_default();
    *draft = if draft.trim().is_empty() { item.body } else { format!("{}\n\n{draft}", item.body) };
    let text = draft.clone();
    let mut effects = vec![
        Effect::KeepDraft { conversation_id: item.conversation_id.clone(), text },
        Effect::KeepOutbox(model.outbox.clone()),
        Effect::Focus(Focus::Composer),
    ];
    effects.extend(pump(model, &item.conversation_id));
    effects
}

/// The server has it.
pub(super) fn acknowledged(model: &mut Model, reply: &Reply, done: ReplyDone) -> Vec<Effect> {
    let conversation_id = done.part.conversation_id.clone();
    forget(model, &reply.client_id);
    model.put_row(done.conversation, None);
    let mut effects = vec![Effect::KeepOutbox(model.outbox.clone())];
    if let Some(thread) = model.thread.as_mut().filter(|thread| thread.id == conversation_id) {
        thread.put_part(done.part);
        if thread.at_end {
            effects.push(Effect::ScrollToEnd);
        }
    }
    effects.extend(pump(model, &conversation_id));
    effects
}

/// A part arrived by the socket; if it is one of ours, it needs no acknowledgement any more.
pub(super) fn forget(model: &mut Model, client_id: &str) {
    model.outbox.retain(|item| item.client_id != client_id);
}

/// The call failed.
pub(super) fn failed(model: &mut Model, conversation_id: &str, reply: &Reply, failure: &Failure) -> Vec<Effect> {
    let Some(item) = model.outbox.iter_mut().find(|item| item.client_id == reply.client_id) else {
        return vec![];
    };
    let attempts = match item.progress {
        Progress::Sending(attempts) => attempts,
        _ => 0,
    };
    if failure.status == 401 {
        // The session ended: sent again after the log-in.
        item.progress = Progress::Queued;
        return vec![];
    }
    if failure.may_pass()
        && let Some(pause) = RETRY_AFTER_MS.get(attempts)
    {
        item.progress = Progress::Waiting(attempts + 1);
        return vec![Effect::Timer(Timer::SendAgain(conversation_id.to_owned()), *pause)];
    }
    let reason = if failure.may_pass() {
        "The server cannot be reached.".to_owned()
    } else if failure.message.is_empty() {
        "The server refused it.".to_owned()
    } else {
        failure.message.clone()
    };
    item.progress = Progress::Failed { reason, may_pass: failure.may_pass() };
    if model.route.conversation() == Some(conversation_id) {
        return vec![];
    }
    let name = model.rows.get(conversation_id).map(|row| row.contact.display_name.clone());
    let text = format!("A reply to {} was not sent.", name.unwrap_or_else(|| "somebody".to_owned()));
    model.show_toast(Toast::plain(text))
}
