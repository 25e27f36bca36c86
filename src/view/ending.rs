//! What stands below the messages of a conversation: answers to choose from, the card that asks for a rating. The card is a
//! part that is fetched when it is there (`parts/rating.js`).

use doorstep_core::UserAction;
use leptos::prelude::*;

use super::node::{Node, button, el};
use super::thread::part;
use super::used;
use crate::ui::Ui;

/// Quick replies, while there are any.
pub(super) fn replies(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let ids = part(ui, |thread| thread.replies.iter().map(|reply| reply.uuid.clone()).collect::<Vec<_>>());
    let text = move |index: usize| {
        ui.peek(|model| Some(model.thread.as_ref()?.replies.get(index)?.text.clone())).unwrap_or_default()
    };
    let one = move |(index, uuid): (usize, String)| {
        button("reply", move || ui.send(UserAction::ChooseReply(uuid.clone())))
            .attr("dir", "auto")
            .text(text(index))
    };
    move || {
        let ids = ids.get();
        (!ids.is_empty()).then(|| {
            el("div", "replies")
                .attr("role", "group")
                .name(ui, "reply.label")
                .children(ids.into_iter().enumerate().map(one))
        })
    }
}

/// The rating's card, while there is one. What is drawn into it is a digit, `!` when the server did not take it, and `.`
/// when nothing can be changed any more.
pub(super) fn rating(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let card = part(ui, |thread| {
        let card = thread.rating.as_ref()?;
        let state = if card.locked {
            "."
        } else if card.failed {
            "!"
        } else {
            ""
        };
        Some([&card.rating.to_string(), state].concat())
    });
    let there = part(ui, |thread| thread.rating.is_some());
    move || there.get().then(|| used::place(ui, "rating", move || card.get().unwrap_or_default()))
}
