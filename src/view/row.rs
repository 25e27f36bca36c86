//! A conversation's row, in the list and on Home.

use doorstep_core::UserAction;
use doorstep_core::view_model::{ConversationRow, Face};
use leptos::prelude::*;

use super::face::face;
use super::icon::{self, flipped};
use crate::ui::Ui;

/// The row as a button that opens the conversation.
pub(crate) fn row(ui: Ui, row: &ConversationRow) -> AnyView {
    let ConversationRow { key, name, avatar, initials, preview, mine, at, unread, closed, failed } =
        row.clone();
    let picture = face(&Face { name: name.clone(), avatar, initials });
    let preview = move || {
        if failed {
            ui.words(|words| words.get("row.failed"))
        } else if mine {
            ui.words(|words| words.fill("row.mine", "text", &preview))
        } else {
            preview.clone()
        }
    };
    let mark = if unread > 0 {
        view! {
            <i class="dot" aria-hidden="true"></i>
            <span class="hidden">{move || ui.words(|words| words.count("unread", unread))}</span>
        }
        .into_any()
    } else {
        flipped(icon::FORWARD)
    };
    view! {
        <button
            type="button"
            class="row"
            class:unread={unread != 0}
            on:click=move |_| ui.send(UserAction::OpenConversation(key.clone()))
        >
            {picture}
            <span class="row-text">
                <span class="row-under">
                    <span class="row-preview" class:row-failed=move || failed dir="auto">
                        {preview}
                    </span>
                </span>
                <span class="row-top">
                    <span class="row-name">{name}</span>
                    <span class="row-time">{move || ui.words(|words| words.row_time(at))}</span>
                    {closed.then(|| view! { <span class="row-time">{ui.text("row.closed")}</span> })}
                </span>
            </span>
            {mark}
        </button>
    }
    .into_any()
}
