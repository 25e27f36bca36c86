//! The launcher, for the ES module only: with the script tag the page draws it. Intercom's class names (M§8.1).

use doorstep_core::UserAction;
use leptos::prelude::*;

use super::bar::shown_count;
use super::icon::{self, icon};
use crate::ui::Ui;

/// The button.
pub(crate) fn launcher(ui: Ui) -> AnyView {
    let visible = ui.get(|model| model.launcher.visible);
    (move || visible.get().then(|| button(ui))).into_any()
}

fn button(ui: Ui) -> AnyView {
    let open = ui.get(|model| model.open);
    let unread = ui.get(|model| model.unread);
    let name = move || {
        ui.words(|words| {
            let name = words.get(if open.get() { "launcher.close" } else { "launcher.open" });
            match unread.get() {
                0 => name,
                unread => [&name, ", ", &words.count("unread", unread)].concat(),
            }
        })
    };
    view! {
        <button
            type="button"
            class="intercom-lightweight-app-launcher intercom-launcher"
            aria-label=name
            aria-haspopup="dialog"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            on:click=move |_| ui.send(UserAction::LauncherClicked)
        >
            <span class="intercom-lightweight-app-launcher-icon -icon-open">{icon(icon::MESSAGE)}</span>
            <span class="intercom-lightweight-app-launcher-icon -icon-minimize">{icon(icon::DOWN)}</span>
            {move || {
                let unread = unread.get();
                (unread > 0).then(|| view! { <span class="badge" aria-hidden="true">{shown_count(unread)}</span> })
            }}
        </button>
    }
    .into_any()
}
