//! The conversation list.

use doorstep_core::UserAction;
use doorstep_core::view_model::{ConversationRow, LoadState};
use leptos::prelude::*;

use super::bar::close_button;
use super::icon::{self, flipped, icon};
use super::row::row;
use super::state::{failed, loading_rows};
use crate::ui::Ui;

/// The screen.
pub(crate) fn list(ui: Ui) -> AnyView {
    let state = ui.get(|model| model.list.state);
    view! {
        <div class="screen messages" tabindex="-1">
            <header class="bar plain">
                <h1>{ui.text("tab.messages")}</h1>
                {close_button(ui)}
            </header>
            {move || match state.get() {
                LoadState::Loading => view! { <div class="list">{loading_rows(ui, 4)}</div> }.into_any(),
                LoadState::Failed => failed(ui),
                LoadState::Ready => rows(ui),
            }}
        </div>
    }
    .into_any()
}

fn rows(ui: Ui) -> AnyView {
    let rows = ui.get(|model| model.list.rows.clone());
    let empty = move || rows.with(Vec::is_empty);
    view! {
        <Show when=empty fallback=move || filled(ui, rows)>
            <div class="state">
                {icon(icon::MESSAGE)} <h2>{ui.text("list.empty_title")}</h2> <p>{ui.text("list.empty")}</p>
                {start_button(ui)}
            </div>
        </Show>
    }
    .into_any()
}

fn filled(ui: Ui, rows: Memo<Vec<ConversationRow>>) -> AnyView {
    // A row that changed is drawn anew: it moves to the top anyway.
    let drawn = move || {
        let rows = rows.get();
        rows.iter().map(|one| view! { <li>{row(ui, one)}</li> }.into_any()).collect::<Vec<_>>()
    };
    view! {
        <ul class="list" aria-label=ui.text("list.label")>
            {drawn}
        </ul>
        <div class="float">{start_button(ui)}</div>
    }
    .into_any()
}

fn start_button(ui: Ui) -> AnyView {
    view! {
        <button type="button" class="button" on:click=move |_| ui.send(UserAction::StartConversation)>
            {ui.text("send_us")}
            {flipped(icon::FORWARD)}
        </button>
    }
    .into_any()
}
