//! Parts of the bars at a screen's edges.

use doorstep_core::UserAction;
use doorstep_core::view_model::Screen;

use super::icon::{self, icon};
use super::node::{Node, button, el};
use crate::ui::Ui;

/// The cross that hides the panel.
pub(crate) fn close_button(ui: Ui) -> Node {
    button("round", move || ui.send(UserAction::Close)).name(ui, "close").child(icon(icon::CLOSE))
}

/// The spaces, at the panel's lower edge.
pub(crate) fn tabs(ui: Ui) -> Node {
    let unread = ui.get(|model| model.unread);
    let messages = tab(ui, Screen::Messages, "tab.messages", UserAction::ShowMessages);
    let picture = el("span", "tab-icon").child(icon(icon::MESSAGE)).part(move || badge(unread.get()));
    let said = move || {
        let unread = unread.get();
        let words = move || ui.words(|words| words.count("unread", unread));
        (unread > 0).then(|| el("span", "hidden").words(words))
    };
    let home = tab(ui, Screen::Home, "tab.home", UserAction::ShowHome);
    el("nav", "tabs")
        .name(ui, "panel.label")
        .child(
            home.child(el("span", "tab-icon").child(icon(icon::HOME)))
                .child(el("span", "").say(ui, "tab.home")),
        )
        .child(messages.child(picture).child(el("span", "").say(ui, "tab.messages")).part(said))
}

fn tab(ui: Ui, screen: Screen, name: &'static str, action: UserAction) -> Node {
    let current = ui.get(move |model| model.screen == screen);
    button("tab", move || ui.send(action.clone()))
        .attr("data-space", name)
        .live("aria-current", move || current.get().then(|| "page".to_owned()))
}

/// How many are unread; like the embed script's launcher: from a hundred on `99+`. Decoration: it is also said in words.
pub(crate) fn badge(unread: u32) -> Option<Node> {
    let shown = match unread {
        0 => return None,
        1..=99 => unread.to_string(),
        _ => "99+".to_owned(),
    };
    // Not as text: it would be part of what the button around it says, and is no part of its name.
    Some(el("span", "badge").attr("aria-hidden", "true").data("data-count", shown))
}
