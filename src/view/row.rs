//! A conversation's row, in the list and on Home.

use doorstep_core::UserAction;
use doorstep_core::view_model::{ConversationRow, Face};

use super::face::face;
use super::icon::{self, flipped};
use super::node::{Node, button, el};
use crate::ui::Ui;

/// The row as a button that opens the conversation.
pub(crate) fn row(ui: Ui, row: &ConversationRow) -> Node {
    let ConversationRow { key, name, avatar, initials, preview, mine, at, unread, closed, failed } =
        row.clone();
    let picture = face(&Face { name: name.clone(), avatar, initials });
    let preview = move || {
        ui.words(|words| {
            if failed {
                words.get("row.failed")
            } else if mine {
                words.fill("row.mine", &[("text", &preview)])
            } else {
                preview.clone()
            }
        })
    };
    let time = el("span", "row-time").words(move || ui.words(|words| words.row_time(at)));
    let closed = closed.then(|| el("span", "row-time").say(ui, "row.closed"));
    let shown = el("span", if failed { "row-preview row-failed" } else { "row-preview" });
    let text = el("span", "row-text")
        .child(el("span", "row-under").child(shown.attr("dir", "auto").words(preview)))
        .child(el("span", "row-top").child(el("span", "row-name").text(name)).child(time).maybe(closed));
    let open = button(if unread > 0 { "row unread" } else { "row" }, move || {
        ui.send(UserAction::OpenConversation(key.clone()));
    });
    let row = open.child(picture).child(text);
    if unread == 0 {
        return row.child(flipped(icon::FORWARD));
    }
    row.child(el("i", "dot").attr("aria-hidden", "true"))
        .child(el("span", "hidden").words(move || ui.words(|words| words.count("unread", unread))))
}
