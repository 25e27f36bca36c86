//! Where the person writes. Enter sends, Shift and Enter begins a line, as in Intercom's Messenger.

use doorstep_core::UserAction;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlTextAreaElement, KeyboardEvent};

use super::icon::{self, icon};
use super::node::{Node, button, el};
use super::used;
use crate::browser::focus::focus;
use crate::text::Words;
use crate::ui::{Ui, watch};

/// The composer.
pub(crate) fn composer(ui: Ui) -> Node {
    let draft = ui.get(|model| model.thread.as_ref().map(|thread| thread.composer.draft.clone()));
    let over = ui.get(|model| model.thread.as_ref().and_then(|thread| thread.composer.too_long));
    let can_send = ui.get(may_send);
    let limit = move || {
        over.get().map(|over| {
            let words = move || ui.words(|words| words.count("composer.over", over));
            el("p", "limit over").attr("id", "ds-limit").attr("role", "status").words(words)
        })
    };
    let field = el("textarea", "")
        .attr("rows", "1")
        .attr("dir", "auto")
        .attr("enterkeyhint", "send")
        .name(ui, "composer.label")
        .live("placeholder", move || Some(ui.words(|words| words.get("composer.placeholder"))))
        .live("aria-invalid", move || over.get().map(|_| "true".to_owned()))
        .live("aria-describedby", move || over.get().map(|_| "ds-limit".to_owned()))
        .made(move |field| follow_focus(ui, field))
        .live("value", move || draft.get())
        .on("input", move |event| {
            if let Some(field) = event.target() {
                ui.send(UserAction::DraftChanged(field.unchecked_into::<HtmlTextAreaElement>().value()));
            }
        })
        .on("keydown", move |event| keydown(ui, &event));
    let send = button("send", move || send(ui))
        .name(ui, "composer.send")
        .live("disabled", move || (!can_send.get()).then(String::new))
        .child(icon(icon::SEND));
    let grow = el("div", "grow").live("data-draft", move || draft.get()).child(field);
    let files = used::place(ui, "div", "attach", |model| {
        model.thread.as_ref().map(|thread| thread.composer.files.clone()).unwrap_or_default()
    });
    let field = el("div", "field")
        .class_if("wrong-field", move || over.get().is_some())
        .child(tool(ui, "attach", "composer.attach", icon::CLIP))
        .child(grow)
        .child(tool(ui, "emoji", "composer.emoji", icon::SMILE))
        .child(send);
    el("div", "composer").part(limit).part(files).child(field)
}

/// A button whose work a part does.
fn tool(ui: Ui, part: &'static str, name: &'static str, path: &'static str) -> Node {
    el("button", "tool").attr("type", "button").name(ui, name).child(icon(path)).on("click", move |event| {
        if let Some(button) = event.current_target() {
            crate::browser::part::run(part, &button, "open", &ui.words(Words::texts));
        }
    })
}

fn may_send(model: &doorstep_core::ViewModel) -> bool {
    model.thread.as_ref().is_some_and(|thread| thread.composer.can_send)
}

fn send(ui: Ui) {
    if ui.peek(may_send) {
        ui.send(UserAction::Send);
    }
}

fn keydown(ui: Ui, event: &Event) {
    let event: &KeyboardEvent = event.unchecked_ref();
    // Enter that ends a word of an input method is not ours; some browsers say so by this key code only.
    let composing = event.is_composing() || event.key_code() == 229;
    if event.key() == "Enter" && !event.shift_key() && !composing {
        event.prevent_default();
        send(ui);
    }
}

fn follow_focus(ui: Ui, field: &Element) {
    let field: HtmlElement = field.clone().unchecked_into();
    // The request that brought this screen here came before the field was there.
    watch(move |_| {
        if ui.focus_requests() > 0 {
            focus(&field);
        }
    });
}
