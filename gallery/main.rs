//! The gallery: every view in every state, with made-up people and no server. For looking at, for screenshots, and for the
//! checks of accessibility and of languages that want to see all of it (`cargo xtask gallery`, e2e/harness/gallery.mjs).
//!
//! Here: the two functions the page calls. The states are in `states.rs` and the files it names. Nothing of it is in the
//! widget that visitors download.

mod inbox_of_ann;
mod people;
mod states;

use std::cell::RefCell;

use doorstep_core::view_model::Theme;
use doorstep_widget::browser::{http, page};
use doorstep_widget::mount::{Mounted, mount};
use doorstep_widget::text::Words;
use doorstep_widget::ui::Ui;
use leptos::prelude::Owner;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

thread_local! {
    /// What is shown, with the owner of its signals.
    static SHOWN: RefCell<Option<(Mounted, Owner)>> = const { RefCell::new(None) };
}

fn main() {}

/// Names of all states, in the order of the gallery.
#[wasm_bindgen]
pub fn gallery_states() -> Vec<String> {
    states::all().into_iter().map(|(name, _)| name.to_owned()).collect()
}

/// Shows a state in `place`, in its language (`texts`: the JSON of a file of `locales/`, empty for English) and theme
/// (`dark`, else light). `action` replaces the workspace's colour unless it is empty.
#[wasm_bindgen]
pub fn gallery_show(place: HtmlElement, state: &str, texts: &str, theme: &str, action: &str) {
    let Some((_, mut model)) = states::all().into_iter().find(|(name, _)| *name == state) else { return };
    model.mobile = page::mobile();
    model.theme = if theme == "dark" { Theme::Dark } else { Theme::Light };
    if !action.is_empty() {
        model.workspace.colours = [action, action, ""].join("\n");
    }
    let owner = Owner::new();
    let mounted = owner.with(|| {
        let ui = Ui::new(|_| ());
        if let Some(texts) = http::object(texts) {
            ui.speak(|_| Words::english().with(texts));
        }
        ui.publish(model);
        mount(place, ui)
    });
    SHOWN.set(Some((mounted, owner)));
}
