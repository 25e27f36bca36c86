//! The conversation list.

use doorstep_core::UserAction;
use doorstep_core::view_model::LoadState;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent};

use super::bar::close_button;
use super::icon::{self, flipped, icon};
use super::node::{Node, button, el};
use super::row::row;
use super::state::{failed, loading_rows};
use crate::ui::Ui;

/// The screen.
pub(crate) fn list(ui: Ui) -> Node {
    // What stands in the rows' place while there are none.
    let instead = ui.get(|model| model.list.rows.is_empty().then_some(model.list.state));
    let content = move || match instead.get() {
        Some(LoadState::Loading) => loading_rows(ui, "list", 4),
        Some(LoadState::Failed) => failed(ui),
        Some(LoadState::Ready) => nothing(ui),
        None => rows(ui),
    };
    el("div", "screen messages")
        .attr("tabindex", "-1")
        .child(
            el("header", "bar plain")
                .part(sound(ui))
                .child(el("h1", "").say(ui, "tab.messages"))
                .child(close_button(ui)),
        )
        .part(move || Some(content()))
        .part(move || instead.get().is_none().then(|| el("div", "float").child(start_button(ui))))
}

/// The bell that keeps silent, where the workspace lets it ring.
fn sound(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let sound = ui.get(|model| model.sound);
    move || {
        sound.get().map(|on| {
            let (name, bell) = if on { ("sound.off", icon::BELL) } else { ("sound.on", icon::MUTED) };
            button("round sound", move || ui.send(UserAction::SoundToggled)).name(ui, name).child(icon(bell))
        })
    }
}

fn rows(ui: Ui) -> Node {
    let keys = ui.get(|model| model.list.rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>());
    let made = move |index: usize| {
        // A list makes only what its keys name.
        let key = keys.with(|keys| keys.get(index).cloned()).unwrap_or_default();
        el("li", "").child(row(ui, key))
    };
    let list = el("ul", "").name(ui, "list.label").on("keydown", |event| arrows(&event));
    el("div", "list").child(list.list(move || keys.get(), made))
}

/// The arrow keys go from row to row, beside Tab.
fn arrows(event: &Event) {
    let event: &KeyboardEvent = event.unchecked_ref();
    let row = event.target().and_then(|button| button.unchecked_into::<web_sys::Node>().parent_node());
    let beside = row.and_then(|row| match event.key().as_str() {
        "ArrowDown" => row.next_sibling(),
        "ArrowUp" => row.previous_sibling(),
        _ => None,
    });
    if let Some(button) = beside.and_then(|row| row.first_child()) {
        event.prevent_default();
        let _ = button.unchecked_into::<HtmlElement>().focus();
    }
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
