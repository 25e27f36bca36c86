//! Drafts and replies: nothing typed is lost, nothing arrives twice, everything arrives in the order it was written.

use super::event::{Answer, Call, Effect, Failure, Focus, Timer};
use super::files::ready;
use super::model::{Model, Outgoing, Progress};
use super::thread;

/// Longest reply, characters; the server's limit.
pub(super) const LONGEST: usize = 10_000;
/// How often the person is told that somebody types, seconds.
const TYPING_EVERY: i64 = 3;
/// How long to wait after a failure, by how many there were.
const AGAIN_MS: [u32; 5] = [1_000, 2_000, 5_000, 10_000, 30_000];

pub(super) fn draft(model: &mut Model, text: String) -> Vec<Effect> {
    let Some(id) = model.route.conversation().map(str::to_owned) else { return Vec::new() };
    let mut effects = Vec::new();
    if !text.is_empty() && model.now - model.told_typing >= TYPING_EVERY {
        model.told_typing = model.now;
        effects.push(Effect::Call(Call::Typing { id: id.clone() }));
    }
    if text.is_empty() {
        model.drafts.remove(&id);
    } else {
        model.drafts.insert(id, text);
    }
    effects.push(model.keep());
    effects
}

/// Whether the composer's text can be sent; the error says what is wrong with it, if anything is.
pub fn sendable(text: &str) -> Result<bool, String> {
    let length = text.trim().chars().count();
    if length > LONGEST {
        let over = length - LONGEST;
        return Err(format!("{over} {} too long", if over == 1 { "character" } else { "characters" }));
    }
    Ok(length > 0)
}

pub(super) fn send(model: &mut Model, client_id: String) -> Vec<Effect> {
    let Some(conversation_id) = model.route.conversation().map(str::to_owned) else { return Vec::new() };
    let body = model.draft().trim().to_owned();
    let files = model.picked();
    let (attachments, names): (Vec<String>, Vec<String>) =
        files.iter().filter_map(|file| Some((file.upload.clone()?, file.name.clone()))).unzip();
    let something = sendable(&body) == Ok(true) || (sendable(&body).is_ok() && !attachments.is_empty());
    if !something || !ready(files) {
        return Vec::new();
    }
    model.files.remove(&conversation_id);
    model.drafts.remove(&conversation_id);
    model.told_typing = 0;
    let at = model.now;
    let progress = Progress::Queued;
    model.outbox.push(Outgoing {
        client_id,
        conversation_id,
        body,
        attachments,
        names,
        at,
        progress,
        failures: 0,
    });
    let mut effects = vec![model.keep(), Effect::ScrollToEnd];
    effects.extend(pump(model));
    effects
}

/// Sends the first waiting reply of each conversation.
pub(super) fn pump(model: &mut Model) -> Vec<Effect> {
    if model.me().is_none() {
        return Vec::new();
    }
    let mut busy: Vec<String> = Vec::new();
    let mut effects = Vec::new();
    for reply in &mut model.outbox {
        if busy.contains(&reply.conversation_id) || matches!(reply.progress, Progress::Refused(_)) {
            continue;
        }
        busy.push(reply.conversation_id.clone());
        if reply.progress == Progress::Queued {
            reply.progress = Progress::Sending;
            effects.push(Effect::Call(Call::Reply {
                id: reply.conversation_id.clone(),
                client_id: reply.client_id.clone(),
                body: reply.body.clone(),
                attachments: reply.attachments.clone(),
            }));
        }
    }
    effects
}

/// The call ended with the session: the reply goes with the next one.
pub(super) fn pause(model: &mut Model, call: &Call) {
    if let Call::Reply { client_id, .. } = call {
        set(model, client_id, Progress::Queued);
    }
}

fn set(model: &mut Model, client_id: &str, progress: Progress) {
    if let Some(reply) = model.outbox.iter_mut().find(|reply| reply.client_id == client_id) {
        reply.progress = progress;
    }
}

pub(super) fn answered(
    model: &mut Model,
    conversation_id: &str,
    client_id: &str,
    outcome: Result<Answer, Failure>,
) -> Vec<Effect> {
    match outcome {
        Ok(Answer::Reply(done)) => {
            model.outbox.retain(|reply| reply.client_id != client_id);
            model.put(done.conversation);
            let mut effects = thread::put_part(model, done.part);
            effects.push(model.keep());
            effects.extend(pump(model));
            effects
        }
        Ok(_) => Vec::new(),
        Err(failure) if failure.may_pass() => {
            let Some(reply) = model.outbox.iter_mut().find(|reply| reply.client_id == client_id) else {
                return Vec::new();
            };
            reply.progress = Progress::Queued;
            let index = (reply.failures as usize).min(AGAIN_MS.len() - 1);
            reply.failures += 1;
            vec![Effect::Timer(Timer::Outbox, AGAIN_MS[index])]
        }
        Err(failure) => {
            set(model, client_id, Progress::Refused(failure.message));
            let here = model.route.conversation() == Some(conversation_id);
            if !here {
                model.problem =
                    Some("A reply could not be sent. Open its conversation to see why.".to_owned());
            }
            pump(model)
        }
    }
}

/// Replies the loaded thread has need no sending any more.
pub(super) fn forget_delivered(model: &mut Model) {
    if let Some(thread) = &model.thread {
        let delivered = |reply: &Outgoing| {
            thread.parts.iter().any(|part| part.client_id.as_ref() == Some(&reply.client_id))
        };
        model.outbox.retain(|reply| !delivered(reply));
    }
}

pub(super) fn retry(model: &mut Model, client_id: &str) -> Vec<Effect> {
    set(model, client_id, Progress::Queued);
    pump(model)
}

/// Takes a refused reply back: its text goes before what the composer holds.
pub(super) fn discard(model: &mut Model, client_id: &str) -> Vec<Effect> {
    let Some(at) = model.outbox.iter().position(|reply| reply.client_id == client_id) else {
        return Vec::new();
    };
    let reply = model.outbox.remove(at);
    let draft = model.drafts.entry(reply.conversation_id).or_default();
    *draft = if draft.trim().is_empty() { reply.body } else { format!("{}\n\n{draft}", reply.body) };
    vec![model.keep(), Effect::Focus(Focus::Composer)]
}
