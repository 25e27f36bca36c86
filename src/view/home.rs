//! Home: greeting, the newest conversation, the card that starts one.

use doorstep_core::UserAction;
use doorstep_core::view_model::LoadState;
use leptos::prelude::*;

use super::bar::close_button;
use super::face::faces;
use super::icon::{self, flipped};
use super::row::row;
use super::state::{failed, loading_rows};
use crate::ui::Ui;

/// The screen.
pub(crate) fn home(ui: Ui) -> AnyView {
    let state = ui.get(|model| model.home.state);
    let broken = Memo::new(move |_| state.get() == LoadState::Failed);
    view! {
        <div class="screen" tabindex="-1">
            <div class="home">
                {hero(ui)} {move || if broken.get() { failed(ui) } else { cards(ui, state) }}
            </div>
        </div>
    }
    .into_any()
}

fn hero(ui: Ui) -> AnyView {
    let workspace = ui.get(|model| model.workspace.clone());
    // The workspace's own words, else the language's.
    let line = move |own: fn(&doorstep_core::view_model::Workspace) -> &String, key: &'static str| {
        move || {
            let own = workspace.with(|workspace| own(workspace).clone());
            if own.is_empty() { ui.words(|words| words.get(key)) } else { own }
        }
    };
    view! {
        <header class="hero">
            <div class="hero-bar">
                <span class="brand">{move || workspace.with(|workspace| workspace.name.clone())}</span>
                {move || workspace.with(|workspace| faces(&workspace.faces))}
                {close_button(ui)}
            </div>
            <h1 dir="auto">
                <span>{line(|workspace| &workspace.greeting, "home.greeting")}</span>
                <span>{line(|workspace| &workspace.introduction, "home.introduction")}</span>
            </h1>
        </header>
    }
    .into_any()
}

fn cards(ui: Ui, state: Memo<LoadState>) -> AnyView {
    let recent = ui.get(|model| model.home.recent.clone());
    let reply_time = ui.get(|model| model.workspace.reply_time.clone());
    let first = move || match (recent.get(), state.get()) {
        (Some(recent), _) => Some(
            view! {
                <section class="card">
                    <h2 class="card-title">{ui.text("home.recent")}</h2>
                    {row(ui, &recent)}
                </section>
            }
            .into_any(),
        ),
        (None, LoadState::Loading) => {
            Some(view! { <section class="card">{loading_rows(ui, 1)}</section> }.into_any())
        }
        (None, _) => None,
    };
    view! {
        <div class="cards">
            {first}
            <button type="button" class="card start" on:click=move |_| ui.send(UserAction::StartConversation)>
                <span>
                    <b>{ui.text("send_us")}</b>
                    {move || {
                        Some(reply_time.get()).filter(|text| !text.is_empty()).map(|text| view! { <small dir="auto">{text}</small> })
                    }}
                </span>
                {flipped(icon::SEND_ON)}
            </button>
        </div>
    }
    .into_any()
}
