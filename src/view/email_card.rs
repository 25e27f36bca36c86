//! The card "Get notified by email" (P4).

use doorstep_core::UserAction;
use doorstep_core::view_model::{EmailCard, EmailState};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::icon::{self, flipped, icon};
use super::node::{Node, button, el};
use crate::ui::{Memo, Ui};

/// The card, while the thread has one.
pub(crate) fn email_card(ui: Ui) -> Node {
    let done = ui.get(|model| card(model).is_some_and(|card| card.state == EmailState::Done));
    el("li", "").part(move || Some(if done.get() { given(ui) } else { form(ui) }))
}

fn card(model: &doorstep_core::ViewModel) -> Option<&EmailCard> {
    model.thread.as_ref()?.email_card.as_ref()
}

fn given(ui: Ui) -> Node {
    el("div", "email done").child(icon(icon::CHECK)).child(el("p", "").say(ui, "email.done"))
}

fn form(ui: Ui) -> Node {
    let value = ui.get(|model| card(model).map(|card| card.value.clone()));
    let required = ui.get(|model| card(model).is_some_and(|card| card.required));
    let away = ui.get(|model| card(model).is_some_and(|card| card.away));
    let sending = ui.get(|model| card(model).is_some_and(|card| card.state == EmailState::Sending));
    let wrong = ui.get(|model| match card(model).map(|card| card.state) {
        Some(EmailState::Invalid) => Some("email.invalid"),
        Some(EmailState::Failed) => Some("email.failed"),
        _ => None,
    });
    let title = move || {
        let key = match (required.get(), away.get()) {
            (false, _) => "email.title",
            (true, false) => "email.required_title",
            (true, true) => "email.away_title",
        };
        ui.words(|words| words.get(key))
    };
    let flag = |flag: Memo<bool>| move || flag.get().then(String::new);
    let field = el("input", "")
        .attr("id", "ds-email")
        .attr("type", "email")
        .attr("name", "email")
        .attr("autocomplete", "email")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("dir", "ltr")
        .attr("aria-describedby", "ds-email-wrong")
        .live("placeholder", move || Some(ui.words(|words| words.get("email.placeholder"))))
        .live("aria-invalid", move || wrong.get().map(|_| "true".to_owned()))
        .live("readonly", flag(sending))
        .live("value", move || value.get())
        .on("input", move |event| {
            if let Some(field) = event.target() {
                ui.send(UserAction::EmailChanged(field.unchecked_into::<HtmlInputElement>().value()));
            }
        });
    let submit = el("button", "go")
        .attr("type", "submit")
        .name(ui, "email.submit")
        .live("disabled", flag(sending))
        .child(flipped(icon::FORWARD));
    el("form", "email")
        .attr("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            ui.send(UserAction::EmailSubmitted);
        })
        .child(el("label", "").attr("for", "ds-email").words(title))
        .child(
            el("div", "field")
                .class_if("wrong-field", move || wrong.get().is_some())
                .child(field)
                .child(submit),
        )
        .child(
            el("div", "")
                .attr("id", "ds-email-wrong")
                .part(move || wrong.get().map(|key| el("p", "wrong").say(ui, key))),
        )
        .part(move || {
            let skip = || button("link", move || ui.send(UserAction::EmailSkipped)).say(ui, "email.skip");
            (!required.get() && !sending.get()).then(skip)
        })
}
