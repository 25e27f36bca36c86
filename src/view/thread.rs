//! One conversation: header, messages, composer. The scroller with the messages is in `log.rs`.

use doorstep_core::UserAction;
use doorstep_core::view_model::{LoadState, Thread};

use super::bar::close_button;
use super::composer::composer;
use super::face::faces;
use super::files::take;
use super::icon::{self, flipped};
use super::log::log;
use super::node::{Node, button, el};
use super::state::{failed, loading_messages};
use super::used;
use crate::ui::{Memo, Ui};

/// The screen.
pub(crate) fn thread(ui: Ui) -> Node {
    let state = part(ui, |thread| thread.state);
    let content = move || match state.get() {
        LoadState::Loading => loading_messages(ui),
        LoadState::Failed => failed(ui),
        LoadState::Ready => log(ui),
    };
    el("div", "screen thread")
        .attr("tabindex", "-1")
        .on("paste", move |event| take(ui, &event))
        .on("dragover", move |event| take(ui, &event))
        .on("drop", move |event| take(ui, &event))
        .on("part", move |event| used::heard(ui, &event))
        .child(bar(ui))
        .part(move || Some(content()))
        .child(composer(ui))
}

/// A fact of the open thread.
pub(super) fn part<T: Default + PartialEq + Send + Sync + 'static>(
    ui: Ui,
    part: fn(&Thread) -> T,
) -> Memo<T> {
    ui.get(move |model| model.thread.as_ref().map(part).unwrap_or_default())
}

fn bar(ui: Ui) -> Node {
    let pictures = part(ui, |thread| thread.faces.clone());
    let title = part(ui, |thread| thread.title.clone());
    let text = el("div", "bar-text")
        .child(el("h1", "").attr("dir", "auto").words(move || title.get()))
        .part(used::place(ui, "p", "hours", used::office_here));
    el("header", "bar")
        .child(
            button("round", move || ui.send(UserAction::Back))
                .attr("data-testid", "go-back")
                .name(ui, "back")
                .child(flipped(icon::BACK)),
        )
        .part(move || Some(faces(&pictures.get())))
        .child(text)
        .part(used::place(ui, "span", "menu", used::menu))
        .child(close_button(ui))
}
