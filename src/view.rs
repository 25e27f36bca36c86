//! The views: they read the view model and the words, and send what the person does.
//!
//! Not here: any rule (core), network, storage or clock (`browser/`). Each screen is a file; [`app`] puts them together.

mod bar;
mod colour;
mod composer;
mod email_card;
mod face;
mod files;
mod home;
mod icon;
#[cfg(feature = "module")]
mod launcher;
mod list;
mod log;
mod message;
mod node;
mod notice;
mod preview;
mod row;
mod state;
pub(crate) mod style;
mod thread;
mod used;

use doorstep_core::UserAction;
use doorstep_core::view_model::Screen;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use self::node::{Node, el};
use crate::browser::focus::focus;
use crate::text::Words;
use crate::ui::{Memo, Ui, memo, watch};

/// Everything on screen: nothing before `boot` and after `shutdown`, and no panel before somebody is about to look at it.
pub fn app(ui: Ui) -> impl IntoView {
    let near = ui.get(|model| model.booted && model.near);
    let framed = ui.peek(|model| model.framed);
    let mobile = ui.get(|model| model.mobile);
    let root = el("div", if framed { "ds" } else { "ds paged" })
        .class_if("mobile", move || mobile.get())
        .live("lang", move || Some(ui.words(Words::language)))
        .live("dir", move || Some(ui.words(Words::direction)))
        .part(preview::previews(ui))
        .part(move || near.get().then(|| panel(ui)))
        .child(notice::announcer(ui));
    #[cfg(feature = "module")]
    let root = {
        let visible = ui.get(|model| model.booted && !model.framed && model.launcher.visible);
        root.part(move || visible.get().then(|| launcher::launcher(ui)))
    };
    root
}

fn panel(ui: Ui) -> Node {
    let open = ui.get(|model| model.open);
    let screen = ui.get(|model| model.screen);
    // Another conversation is another screen.
    let conversation = ui.get(|model| model.thread.as_ref().map(|thread| thread.key.clone()));
    let shown = memo(move || (screen.get(), conversation.get()));
    let content = move || match shown.get().0 {
        Screen::Home => home::home(ui),
        Screen::Messages => list::list(ui),
        Screen::Thread => thread::thread(ui),
    };
    el("div", "panel")
        .class_if("shut", move || !open.get())
        .attr("role", "dialog")
        .name(ui, "panel.label")
        .made(move |panel| keep_focus(ui, panel.clone(), shown))
        .on("keydown", move |event| {
            let event: &KeyboardEvent = event.unchecked_ref();
            if event.key() == "Escape" && !event.is_composing() {
                event.prevent_default();
                ui.send(UserAction::Close);
            }
        })
        .part(notice::notice(ui))
        .part(move || Some(content()))
        .part(move || (screen.get() != Screen::Thread).then(|| bar::tabs(ui)))
}

/// A screen that goes takes the focused button with it: the new one gets the focus then, so that Tab goes on there. The
/// composer asks for it by itself.
fn keep_focus(ui: Ui, panel: Element, shown: Memo<(Screen, Option<String>)>) {
    watch(move |first| {
        let (screen, _) = shown.get();
        if first || screen == Screen::Thread || !ui.peek(|model| model.open) {
            return;
        }
        if panel.matches(":focus-within").unwrap_or_default() {
            return;
        }
        if let Ok(Some(screen)) = panel.query_selector(".screen") {
            focus(&screen.unchecked_into());
        }
    });
}
