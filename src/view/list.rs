//! The conversation list.

use doorstep_core::UserAction;
use doorstep_core::view_model::LoadState;
use leptos::prelude::*;

use super::bar::close_button;
use super::icon::{self, flipped, icon};
use super::node::{Node, button, el};
use super::row::row;
use super::state::{failed, loading_rows};
use crate::ui::Ui;

/// The screen.
pub(crate) fn list(ui: Ui) -> Node {
    let state = ui.get(|model| model.list.state);
    let rows = ui.get(|model| model.list.rows.clone());
    let empty = ui.get(|model| model.list.rows.is_empty());
    let content = move || match (state.get(), empty.get()) {
        (LoadState::Loading, true) => loading_rows(ui, "list", 4),
        (LoadState::Failed, true) => failed(ui),
        (LoadState::Ready, true) => nothing(ui),
        // A row that changed is drawn anew: it moves to the top anyway. All stand in one scroller that stays.
        (_, false) => el("div", "list").part(move || {
            let rows = rows.get();
            let rows = rows.iter().map(|one| el("li", "").child(row(ui, one)));
            Some(el("ul", "").name(ui, "list.label").children(rows))
        }),
    };
    el("div", "screen messages")
        .attr("tabindex", "-1")
        .child(el("header", "bar plain").child(el("h1", "").say(ui, "tab.messages")).child(close_button(ui)))
        .part(move || Some(content()))
        .part(move || (!empty.get()).then(|| el("div", "float").child(start_button(ui))))
}

fn nothing(ui: Ui) -> Node {
    el("div", "state")
        .child(icon(icon::MESSAGE))
        .child(el("h2", "").say(ui, "list.empty_title"))
        .child(el("p", "").say(ui, "list.empty"))
        .child(start_button(ui))
}

fn start_button(ui: Ui) -> Node {
    button("button", move || ui.send(UserAction::StartConversation))
        .say(ui, "send_us")
        .child(flipped(icon::SEND_ON))
}
