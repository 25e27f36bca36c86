//! The open conversation: loading, new parts, what was seen, closing and reopening.

use doorstep_protocol::messenger::{AuthorKind, ConversationState, Part};

use super::event::{Answer, Call, Effect, Failure, Focus};
use super::model::{Load, Model, OpenThread};
use super::outbox;
use super::route::Route;

/// The address bar changed.
pub(super) fn go(model: &mut Model, path: &str) -> Vec<Effect> {
    let route = Route::parse(path);
    if route == model.route {
        return Vec::new();
    }
    let conversation = route.conversation().map(str::to_owned);
    model.route = route;
    if let Some(id) = conversation {
        return show(model, id);
    }
    model.thread = None;
    model.person_shown = false;
    Vec::new()
}

pub(super) fn open(model: &mut Model, id: String) -> Vec<Effect> {
    let route = Route::Conversation(id.clone());
    let mut effects = Vec::new();
    if model.route != route {
        effects.push(Effect::Path(route.path()));
        model.route = route;
    }
    if model.thread.as_ref().is_some_and(|thread| thread.id == id) {
        return effects;
    }
    effects.extend(show(model, id));
    effects
}

fn show(model: &mut Model, id: String) -> Vec<Effect> {
    let row = model.rows.iter().find(|row| row.id == id).cloned();
    model.thread = Some(OpenThread { id, row, ..OpenThread::default() });
    model.edit = None;
    model.person_shown = false;
    model.problem = None;
    let mut effects = load(model, None);
    effects.push(Effect::Focus(Focus::Thread));
    effects
}

pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.route.conversation().map(str::to_owned) else { return Vec::new() };
    model.route = Route::List;
    model.thread = None;
    model.person_shown = false;
    vec![Effect::Path(Route::List.path()), Effect::Focus(Focus::Row(id))]
}

/// A conversation was deleted: it leaves the list, and the screen if it is there.
pub(super) fn gone(model: &mut Model, id: &str) -> Vec<Effect> {
    let open = model.route.conversation() == Some(id);
    // Before its row goes: the row after it gets the keyboard.
    let at = model.rows.iter().position(|row| row.id == id);
    model.rows.retain(|row| row.id != id);
    if !open {
        return Vec::new();
    }
    let next = at.and_then(|at| model.rows.get(at).or(model.rows.last())).map(|row| row.id.clone());
    model.problem = Some("This conversation was deleted.".to_owned());
    let mut effects = back(model);
    effects.pop();
    effects.extend(next.map(|next| Effect::Focus(Focus::Row(next))));
    effects
}

pub(super) fn load(model: &mut Model, before: Option<String>) -> Vec<Effect> {
    let Some(thread) = &mut model.thread else { return Vec::new() };
    match before {
        Some(_) => thread.loading_older = true,
        None => thread.state = Load::Loading,
    }
    thread.loaded_at = model.now;
    vec![Effect::Call(Call::Thread { id: thread.id.clone(), before })]
}

pub(super) fn older(model: &mut Model) -> Vec<Effect> {
    let wanted = model.thread.as_ref().filter(|thread| thread.more && !thread.loading_older);
    let before = wanted.and_then(|thread| thread.parts.first()).map(|part| part.id.clone());
    if before.is_some() { load(model, before) } else { Vec::new() }
}

pub(super) fn loaded(
    model: &mut Model,
    id: &str,
    before: Option<&str>,
    outcome: Result<Answer, Failure>,
) -> Vec<Effect> {
    let Some(thread) = model.thread.as_mut().filter(|thread| thread.id == id) else { return Vec::new() };
    thread.loading_older = false;
    let renews = std::mem::take(&mut thread.renews);
    let found = match outcome {
        Ok(Answer::Thread(found)) => *found,
        Ok(_) => return Vec::new(),
        // Tried again in a while; what is on screen stays.
        Err(_) if renews => return Vec::new(),
        Err(failure) => {
            if before.is_some() {
                model.problem = Some("Earlier messages could not be loaded.".to_owned());
            } else {
                thread.missing = failure.status == 404;
                thread.state = Load::Failed;
            }
            return Vec::new();
        }
    };
    thread.more = found.more;
    thread.state = Load::Ready;
    let known = std::mem::take(&mut thread.parts);
    thread.parts = found.parts;
    // What the socket said while the answer was on its way is newer; what was loaded before an older page follows it.
    for part in known {
        if !thread.parts.iter().any(|other| other.id == part.id) {
            thread.parts.push(part);
        }
    }
    thread.parts.sort_by_key(|part| part.id.parse::<u64>().unwrap_or_default());
    if before.is_some() {
        return Vec::new();
    }
    thread.seen_by_contact = found.seen_by_contact;
    model.put(found.conversation);
    outbox::forget_delivered(model);
    let mut effects = seen(model);
    if !renews {
        effects.push(Effect::ScrollToEnd);
    }
    effects
}

/// A part that came by the socket or as an answer.
pub(super) fn put_part(model: &mut Model, part: Part) -> Vec<Effect> {
    if let Some(client_id) = &part.client_id {
        model.outbox.retain(|reply| reply.client_id != *client_id);
    }
    let Some(thread) = model.thread.as_mut().filter(|thread| thread.id == part.conversation_id) else {
        return Vec::new();
    };
    if thread.parts.iter().any(|known| known.id == part.id) {
        return Vec::new();
    }
    thread.parts.push(part);
    thread.parts.sort_by_key(|part| part.id.parse::<u64>().unwrap_or_default());
    let mut effects = seen(model);
    effects.push(Effect::ScrollToEnd);
    effects
}

/// Tells the server what the teammate has seen, if there is something new of the person.
fn seen(model: &mut Model) -> Vec<Effect> {
    let Some(thread) = &mut model.thread else { return Vec::new() };
    let newest = thread.parts.iter().rfind(|part| part.author.kind == AuthorKind::Contact);
    let Some(part_id) = newest.map(|part| part.id.clone()) else { return Vec::new() };
    let id = thread.id.clone();
    let unread = thread.row.as_mut().map(|row| std::mem::take(&mut row.unread)).unwrap_or_default();
    for row in model.rows.iter_mut().filter(|row| row.id == id) {
        row.unread = 0;
    }
    if unread == 0 { Vec::new() } else { vec![Effect::Call(Call::Seen { id, part_id })] }
}

pub(super) fn set_state(model: &mut Model, state: ConversationState) -> Vec<Effect> {
    let Some(thread) = model.thread.as_ref().filter(|thread| thread.row.is_some()) else { return Vec::new() };
    model.problem = None;
    vec![Effect::Call(Call::SetState { id: thread.id.clone(), state })]
}

pub(super) fn state_set(model: &mut Model, outcome: Result<Answer, Failure>) -> Vec<Effect> {
    match outcome {
        Ok(Answer::Conversation(row)) => {
            model.put(*row);
            Vec::new()
        }
        Ok(_) => Vec::new(),
        Err(failure) => {
            model.problem = Some(if failure.may_pass() {
                "The server cannot be reached. The conversation is as it was.".to_owned()
            } else {
                failure.message
            });
            Vec::new()
        }
    }
}
