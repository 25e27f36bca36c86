//! Lines above a screen's content: no network, refused by the server; and what is said to screen readers only.

use doorstep_core::view_model::{Connection, Notice};
use doorstep_core::{Announcement, UserAction};
use leptos::prelude::*;

use crate::ui::Ui;

/// The line, when there is one. Something that has to be done comes before what passes by itself.
pub(crate) fn notice(ui: Ui) -> AnyView {
    let notice = ui.get(|model| model.notice.clone());
    let connection = ui.get(|model| model.connection);
    (move || match (notice.get(), connection.get()) {
        (Some(Notice::Refused { message }), _) => {
            let words = move || {
                if message.is_empty() {
                    ui.words(|words| words.get("notice.refused"))
                } else {
                    message.clone()
                }
            };
            view! {
                <p class="notice bad" role="alert">
                    {words}
                </p>
            }
            .into_any()
        }
        (_, Connection::Offline) => passing(ui, "notice.offline"),
        (_, Connection::Connecting) => passing(ui, "notice.connecting"),
        (Some(Notice::OlderFailed), Connection::Fine) => view! {
            <p class="notice bad" role="status">
                {ui.text("notice.older_failed")}
                <button type="button" class="link" on:click=move |_| ui.send(UserAction::LoadOlder)>
                    {ui.text("retry")}
                </button>
            </p>
        }
        .into_any(),
        (None, Connection::Fine) => ().into_any(),
    })
    .into_any()
}

fn passing(ui: Ui, key: &'static str) -> AnyView {
    view! {
        <p class="notice" role="status">
            {ui.text(key)}
        </p>
    }
    .into_any()
}

/// The live region.
pub(crate) fn announcer(ui: Ui) -> AnyView {
    let said = ui.announcement();
    let words = move || {
        ui.words(|words| match said.get() {
            None => String::new(),
            Some(Announcement::NewMessage { from, text }) => {
                words.fill("said.new", "name", &from).replace("{text}", &text)
            }
            Some(Announcement::NotDelivered) => words.get("said.not_delivered"),
            Some(Announcement::Refused) => words.get("said.refused"),
            Some(Announcement::EmailSaved) => words.get("said.email_saved"),
            Some(Announcement::EmailInvalid) => words.get("said.email_invalid"),
        })
    };
    view! {
        <p class="hidden" aria-live="polite">
            {words}
        </p>
    }
    .into_any()
}
