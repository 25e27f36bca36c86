//! The launcher, for the ES module only: with the script tag the page draws it. Intercom's class names (M§8.1).

use doorstep_core::UserAction;

use super::bar::badge;
use super::icon::{self, icon};
use super::node::{Node, button, el};
use crate::ui::Ui;

/// The button.
pub(crate) fn launcher(ui: Ui) -> Node {
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
    let icons = [
        ("intercom-lightweight-app-launcher-icon -icon-open", icon::MESSAGE),
        ("intercom-lightweight-app-launcher-icon -icon-minimize", icon::DOWN),
    ]
    .map(|(class, path)| el("span", class).child(icon(path)));
    button("intercom-lightweight-app-launcher intercom-launcher", move || {
        ui.send(UserAction::LauncherClicked);
    })
    .label(name)
    .attr("aria-haspopup", "dialog")
    .live("aria-expanded", move || Some(open.get().to_string()))
    .children(icons)
    .part(move || badge(unread.get()))
}
