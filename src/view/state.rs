//! What stands in a screen's place while its content is on its way, could not be fetched, or is empty.

use doorstep_core::UserAction;

use super::icon::{self, icon};
use super::node::{Node, button, el};
use crate::ui::Ui;

/// A screen whose content could not be fetched.
pub(crate) fn failed(ui: Ui) -> Node {
    el("div", "state")
        .attr("role", "alert")
        .child(icon(icon::TROUBLE))
        .child(el("h2", "").say(ui, "failed.title"))
        .child(el("p", "").say(ui, "failed.text"))
        .child(button("button", move || ui.send(UserAction::Retry)).say(ui, "retry"))
}

/// Rows on their way.
pub(crate) fn loading_rows(ui: Ui, class: &'static str, count: usize) -> Node {
    let row = |_| {
        let lines =
            el("span", "row-text").child(el("i", "skeleton line")).child(el("i", "skeleton line wide"));
        el("div", "row").child(el("i", "skeleton disc")).child(lines)
    };
    waiting(ui, class).children((0..count).map(row))
}

/// Messages on their way.
pub(crate) fn loading_messages(ui: Ui) -> Node {
    let blob = |mine| el("i", if mine { "skeleton blob mine" } else { "skeleton blob" });
    waiting(ui, "waiting").children([true, false, false, true].map(blob))
}

/// A place for placeholders, with the word for those who do not see them.
fn waiting(ui: Ui, class: &'static str) -> Node {
    el("div", class).child(el("p", "hidden").attr("role", "status").say(ui, "loading"))
}
