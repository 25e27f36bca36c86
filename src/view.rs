//! The views: they read the view model and the words, and send what the person does.
//!
//! Not here: any rule (core), network, storage or clock (`browser/`). Each screen is a file; [`app`] puts them together.

mod bar;
mod colour;
mod composer;
mod email_card;
mod face;
mod home;
mod icon;
mod launcher;
mod list;
mod message;
mod notice;
mod row;
mod rows;
mod state;
pub(crate) mod style;
mod thread;

use doorstep_core::UserAction;
use doorstep_core::view_model::Screen;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::ui::Ui;

/// Everything on screen: nothing before `boot` and after `shutdown`.
pub fn app(ui: Ui) -> AnyView {
    let booted = ui.get(|model| model.booted);
    (move || booted.get().then(|| messenger(ui))).into_any()
}

fn messenger(ui: Ui) -> AnyView {
    let framed = ui.peek(|model| model.framed);
    let mobile = ui.get(|model| model.mobile);
    view! {
        <div
            class="ds"
            class:paged=!framed
            class:mobile=move || mobile.get()
            lang=move || ui.words(crate::text::Words::language)
            dir=move || ui.words(crate::text::Words::direction)
        >
            {panel(ui)} {(!framed).then(|| launcher::launcher(ui))}
        </div>
    }
    .into_any()
}

fn panel(ui: Ui) -> AnyView {
    let place = NodeRef::<Div>::new();
    let open = ui.get(|model| model.open);
    let screen = ui.get(|model| model.screen);
    // Another conversation is another screen.
    let conversation = ui.get(|model| model.thread.as_ref().map(|thread| thread.key.clone()));
    let shown = Memo::new(move |_| (screen.get(), conversation.get()));
    keep_focus(ui, place, shown);
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.prevent_default();
            ui.send(UserAction::Close);
        }
    };
    view! {
        <div
            class="panel"
            class:shut=move || !open.get()
            node_ref=place
            role="dialog"
            aria-label=ui.text("panel.label")
            on:keydown=escape
        >
            {notice::notice(ui)}
            {move || match shown.get().0 {
                Screen::Home => home::home(ui),
                Screen::Messages => list::list(ui),
                Screen::Thread => thread::thread(ui),
            }}
            {move || (screen.get() != Screen::Thread).then(|| bar::tabs(ui))}
            {notice::announcer(ui)}
        </div>
    }
    .into_any()
}

/// A screen that goes takes the focused button with it: the new one gets the focus then, so that Tab goes on there. The
/// composer asks for it by itself.
fn keep_focus(ui: Ui, place: NodeRef<Div>, shown: Memo<(Screen, Option<String>)>) {
    Effect::new(move |before: Option<()>| {
        let (screen, _) = shown.get();
        if before.is_none() || screen == Screen::Thread || !ui.peek(|model| model.open) {
            return;
        }
        let Some(place) = place.get_untracked() else { return };
        if place.matches(":focus-within").unwrap_or_default() {
            return;
        }
        if let Ok(Some(screen)) = place.query_selector(".screen") {
            let _ = screen.unchecked_into::<HtmlElement>().focus();
        }
    });
}
