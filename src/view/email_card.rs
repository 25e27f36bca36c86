//! The card "Get notified by email" (P4).

use doorstep_core::UserAction;
use doorstep_core::view_model::{EmailCard, EmailState};
use leptos::prelude::*;

use super::icon::{self, flipped, icon};
use crate::ui::Ui;

/// The card, while the thread has one.
pub(crate) fn email_card(ui: Ui) -> AnyView {
    let done = card(ui, |card| card.state == EmailState::Done);
    (move || if done.get() { given(ui) } else { form(ui) }).into_any()
}

fn card<T: Clone + Default + PartialEq + Send + Sync + 'static>(
    ui: Ui,
    part: fn(&EmailCard) -> T,
) -> Memo<T> {
    ui.get(move |model| {
        model.thread.as_ref().and_then(|thread| thread.email_card.as_ref()).map(part).unwrap_or_default()
    })
}

fn given(ui: Ui) -> AnyView {
    view! {
        <div class="email done">{icon(icon::CHECK)} <p>{ui.text("email.done")}</p></div>
    }
    .into_any()
}

fn form(ui: Ui) -> AnyView {
    let value = card(ui, |card| card.value.clone());
    let state = card(ui, |card| card.state);
    let required = card(ui, |card| card.required);
    let wrong = Memo::new(move |_| match state.get() {
        EmailState::Invalid => Some("email.invalid"),
        EmailState::Failed => Some("email.failed"),
        _ => None,
    });
    let title = move || {
        ui.words(|words| words.get(if required.get() { "email.required_title" } else { "email.title" }))
    };
    view! {
        <form
            class="email"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                ui.send(UserAction::EmailSubmitted);
            }
        >
            <label for="ds-email">{title}</label>
            <div class="field" class:wrong-field=move || wrong.get().is_some()>
                <input
                    id="ds-email"
                    type="email"
                    name="email"
                    autocomplete="email"
                    autocapitalize="off"
                    spellcheck="false"
                    dir="ltr"
                    placeholder=ui.text("email.placeholder")
                    aria-invalid=move || wrong.get().map(|_| "true")
                    aria-describedby="ds-email-wrong"
                    readonly=move || state.get() == EmailState::Sending
                    prop:value=move || value.get()
                    on:input=move |event| ui.send(UserAction::EmailChanged(event_target_value(&event)))
                />
                <button
                    type="submit"
                    class="go"
                    aria-label=ui.text("email.submit")
                    disabled=move || state.get() == EmailState::Sending
                >
                    {flipped(icon::FORWARD)}
                </button>
            </div>
            <div id="ds-email-wrong">
                {move || wrong.get().map(|key| view! { <p class="wrong">{ui.text(key)}</p> })}
            </div>
        </form>
    }
    .into_any()
}
