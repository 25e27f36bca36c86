//! The views.

use leptos::prelude::*;

use crate::ui::Ui;

/// Everything on screen.
#[component]
pub fn App(
    /// The views' door.
    ui: Ui,
) -> impl IntoView {
    let booted = ui.get(|model| model.booted);
    move || booted.get().then(|| view! { <p>"…"</p> })
}
