//! Home: greeting, the newest conversation, the card that starts one.

use doorstep_core::UserAction;
use doorstep_core::view_model::{LoadState, Workspace};

use super::bar::close_button;
use super::face::faces;
use super::icon::{self, flipped};
use super::node::{Node, button, el};
use super::row::row;
use super::state::{failed, loading_rows};
use super::used::{office, place};
use crate::ui::Ui;

/// The screen.
pub(crate) fn home(ui: Ui) -> Node {
    let broken = ui.get(|model| model.home.state == LoadState::Failed);
    let scroller = el("div", "home")
        .child(hero(ui))
        .part(move || Some(if broken.get() { failed(ui) } else { cards(ui) }));
    el("div", "screen").attr("tabindex", "-1").child(scroller)
}

fn hero(ui: Ui) -> Node {
    let name = ui.get(|model| model.workspace.name.clone());
    let pictures = ui.get(|model| model.workspace.faces.clone());
    let bar = el("div", "hero-bar")
        .child(el("span", "brand").attr("dir", "auto").words(move || name.get()))
        .part(move || Some(faces(&pictures.get())))
        .child(close_button(ui));
    let heading = el("h1", "")
        .attr("dir", "auto")
        .child(line(ui, |workspace| &workspace.greeting, "home.greeting"))
        .child(line(ui, |workspace| &workspace.introduction, "home.introduction"));
    el("header", "hero").child(bar).child(heading)
}

/// The workspace's own words, else the language's.
fn line(ui: Ui, own: fn(&Workspace) -> &String, key: &'static str) -> Node {
    let own = ui.get(move |model| own(&model.workspace).clone());
    el("span", "").words(move || {
        let own = own.get();
        if own.is_empty() { ui.words(|words| words.get(key)) } else { own }
    })
}

fn cards(ui: Ui) -> Node {
    let recent = ui.get(|model| model.home.recent.as_ref().map(|row| row.key.clone()));
    let loading = ui.get(|model| model.home.state == LoadState::Loading);
    let first = move || match recent.get() {
        Some(recent) => {
            let title = el("h2", "card-title").say(ui, "home.recent");
            Some(el("section", "card").child(title).child(row(ui, recent)))
        }
        None if loading.get() => Some(loading_rows(ui, "card", 1)),
        None => None,
    };
    let start =
        el("span", "").child(el("b", "").say(ui, "send_us")).part(place(ui, "small", "hours", office));
    el("div", "cards").part(first).child(
        button("card start", move || ui.send(UserAction::StartConversation))
            .child(start)
            .child(flipped(icon::SEND_ON)),
    )
}
