//! The list of conversations: loading, what the socket says, moving through it by keys.

use doorstep_protocol::inbox::InboxFrame;
use doorstep_protocol::messenger::{AuthorKind, ConversationState};

use super::event::{Answer, Call, Effect, Failure, Focus, KeyPress, Timer};
use super::model::{Folder, Load, Model};
use super::{session, thread};

/// How long "is typing" stands after it was last said.
const TYPING_MS: u32 = 6_000;

pub(super) fn show(model: &mut Model, folder: Folder) -> Vec<Effect> {
    if model.folder == folder && model.list == Load::Ready {
        return Vec::new();
    }
    model.folder = folder;
    model.rows.clear();
    model.next = None;
    model.list = Load::Loading;
    vec![Effect::Call(Call::List { folder, before: None })]
}

pub(super) fn more(model: &mut Model) -> Vec<Effect> {
    if model.list == Load::Loading {
        return Vec::new();
    }
    model.list = Load::Loading;
    vec![Effect::Call(Call::List { folder: model.folder, before: model.next.clone() })]
}

pub(super) fn loaded(
    model: &mut Model,
    folder: Folder,
    before: Option<&str>,
    outcome: Result<Answer, Failure>,
) -> Vec<Effect> {
    if folder != model.folder {
        return Vec::new();
    }
    let Ok(Answer::List(list)) = outcome else {
        if model.list == Load::Loading {
            model.list = Load::Failed;
        }
        return Vec::new();
    };
    model.list = Load::Ready;
    model.listed_open = list.open_count;
    model.next = list.next;
    if before.is_none() {
        model.rows.clear();
        // The first page may be older than what the socket has said; it then says the rest again.
        model.seq = model.seq.max(list.seq);
    }
    for row in list.conversations {
        if !model.rows.iter().any(|known| known.id == row.id) {
            model.rows.push(row);
        }
    }
    Vec::new()
}

pub(super) fn frame(model: &mut Model, frame: InboxFrame) -> Vec<Effect> {
    match frame {
        InboxFrame::Welcome { seq } => session::welcome(model, seq),
        InboxFrame::Part { seq, conversation, part } => {
            model.seq = model.seq.max(seq);
            if part.author.kind == AuthorKind::Contact && model.typing.as_ref() == Some(&conversation.id) {
                model.typing = None;
            }
            model.put(conversation);
            thread::put_part(model, part)
        }
        InboxFrame::Conversation { seq, conversation, seen_by_contact } => {
            model.seq = model.seq.max(seq);
            if let Some(thread) = model.thread.as_mut().filter(|thread| thread.id == conversation.id)
                && seen_by_contact.is_some()
            {
                thread.seen_by_contact = seen_by_contact;
            }
            model.put(conversation);
            Vec::new()
        }
        InboxFrame::Gone { seq, conversation_id } => {
            model.seq = model.seq.max(seq);
            thread::gone(model, &conversation_id)
        }
        InboxFrame::Typing { conversation_id } => {
            model.typing = Some(conversation_id);
            vec![Effect::Timer(Timer::Typing, TYPING_MS)]
        }
        InboxFrame::Bye { reason } if reason == "session_ended" => session::ended(model),
        InboxFrame::Beat | InboxFrame::Bye { .. } => Vec::new(),
    }
}

/// Shortcuts. Letters are ours only outside of fields.
pub(super) fn key(model: &mut Model, key: &KeyPress) -> Vec<Effect> {
    if model.me().is_none() {
        return Vec::new();
    }
    if key.key == "Escape" {
        return escape(model);
    }
    if key.in_text || model.help {
        return Vec::new();
    }
    match key.key.as_str() {
        "j" | "ArrowDown" => step(model, 1),
        "k" | "ArrowUp" => step(model, -1),
        "r" if model.thread.is_some() => vec![Effect::Focus(Focus::Composer)],
        "e" => {
            let state = model.thread.as_ref().and_then(|thread| thread.row.as_ref()).map(|row| row.state);
            match state {
                Some(ConversationState::Closed) => thread::set_state(model, ConversationState::Open),
                Some(_) => thread::set_state(model, ConversationState::Closed),
                None => Vec::new(),
            }
        }
        "?" => {
            model.help = true;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn escape(model: &mut Model) -> Vec<Effect> {
    if model.help {
        model.help = false;
    } else if model.edit.is_some() {
        model.edit = None;
    } else if model.person_shown {
        model.person_shown = false;
    } else if let Some(id) = model.route.conversation().map(str::to_owned) {
        return vec![Effect::Focus(Focus::Row(id))];
    }
    Vec::new()
}

fn step(model: &mut Model, by: isize) -> Vec<Effect> {
    let here = model.route.conversation().and_then(|id| model.rows.iter().position(|row| row.id == id));
    let next = match here {
        Some(here) => here.checked_add_signed(by),
        None => Some(0),
    };
    let Some(row) = next.and_then(|next| model.rows.get(next)) else { return Vec::new() };
    let id = row.id.clone();
    let mut effects = thread::open(model, id.clone());
    effects.push(Effect::Focus(Focus::Row(id)));
    effects
}
