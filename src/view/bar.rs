//! Parts of the bars at a screen's edges.

use doorstep_core::UserAction;
use doorstep_core::view_model::Screen;
use leptos::prelude::*;

use super::icon::{self, icon};
use crate::ui::Ui;

/// The cross that hides the panel.
pub(crate) fn close_button(ui: Ui) -> AnyView {
    view! {
        <button
            type="button"
            class="round"
            aria-label=ui.text("close")
            on:click=move |_| ui.send(UserAction::Close)
        >
            {icon(icon::CLOSE)}
        </button>
    }
    .into_any()
}

/// The spaces, at the panel's lower edge.
pub(crate) fn tabs(ui: Ui) -> AnyView {
    let unread = ui.get(|model| model.unread);
    let badge = move || {
        let unread = unread.get();
        (unread > 0).then(|| {
            view! {
                <span class="badge" aria-hidden="true">
                    {shown_count(unread)}
                </span>
                <span class="hidden">{move || ui.words(|words| words.count("unread", unread))}</span>
            }
            .into_any()
        })
    };
    view! {
        <nav class="tabs" aria-label=ui.text("panel.label")>
            {tab(ui, Screen::Home, "tab.home", icon::HOME, UserAction::ShowHome, ().into_any())}
            {tab(ui, Screen::Messages, "tab.messages", icon::MESSAGE, UserAction::ShowMessages, badge.into_any())}
        </nav>
    }
    .into_any()
}

fn tab(
    ui: Ui,
    screen: Screen,
    name: &'static str,
    picture: &'static str,
    action: UserAction,
    badge: AnyView,
) -> AnyView {
    let current = ui.get(move |model| model.screen == screen);
    view! {
        <button
            type="button"
            class="tab"
            aria-current=move || current.get().then_some("page")
            on:click=move |_| ui.send(action.clone())
        >
            <span class="tab-icon">{icon(picture)} {badge}</span>
            <span>{ui.text(name)}</span>
        </button>
    }
    .into_any()
}

/// A number as a badge shows it , like the embed script's launcher: from a hundred on `99+`.
pub(crate) fn shown_count(count: u32) -> String {
    if count > 99 { "99+".to_owned() } else { count.to_string() }
}
