//! Previews of unread messages while the panel is hidden (M§8.11): a card a conversation, put away one by one or all. In
//! the frame the page shows us this high, without a ground; by ES module they stand above the launcher.

use doorstep_core::UserAction;

use super::icon::{self, icon};
use super::node::{Node, button, el};
use super::row::row;
use crate::ui::{Memo, Ui};

/// The cards, if there are any.
pub(crate) fn previews(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let keys = ui.get(|model| model.previews.clone());
    let any = ui.get(|model| !model.previews.is_empty());
    move || any.get().then(|| cards(ui, keys))
}

fn cards(ui: Ui, keys: Memo<Vec<String>>) -> Node {
    let several = ui.get(|model| (model.previews.len() > 1).then_some(model.more));
    let card = move |index: usize| {
        let key = keys.with(|keys| keys.get(index).cloned()).unwrap_or_default();
        let gone = key.clone();
        let dismiss = button("round", move || ui.send(UserAction::Dismiss(Some(gone.clone()))));
        el("li", "peek")
            .child(row(ui, key))
            .child(dismiss.name(ui, "preview.dismiss").child(icon(icon::CLOSE)))
    };
    el("section", "peeks")
        .name(ui, "panel.label")
        .part(move || several.get().map(|more| line(ui, more)))
        .child(el("ul", "").list(move || keys.get(), card))
}

/// Above several: how many more there are, and the button for all.
fn line(ui: Ui, more: u32) -> Node {
    let words = move || ui.words(|words| words.count("preview.more", more));
    let all = button("", move || ui.send(UserAction::Dismiss(None))).say(ui, "preview.dismiss_all");
    el("p", "peek-line").maybe((more > 0).then(|| el("span", "").words(words))).child(all)
}
