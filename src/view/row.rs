//! A conversation's row, in the list and on Home.

use doorstep_core::UserAction;
use doorstep_core::view_model::{ConversationRow, Face};

use super::face::face;
use super::icon::{self, flipped};
use super::node::{Node, button, el};
use crate::ui::Ui;

/// The row as a button that opens the conversation. The button stays while what it says changes: one that was drawn
/// anew between a finger's down and up would lose the click, and one that is focused the focus.
pub(crate) fn row(ui: Ui, key: String) -> Node {
    let wanted = key.clone();
    let shown = ui.get(move |model| {
        let mut rows = model.list.rows.iter().chain(&model.home.recent);
        rows.find(|row| row.key == wanted).cloned().unwrap_or_default()
    });
    let unread = move || shown.with(|row| row.unread > 0);
    button("row", move || ui.send(UserAction::OpenConversation(key.clone())))
        .class_if("unread", unread)
        .part(move || Some(content(ui, shown.get())))
}

fn content(ui: Ui, row: ConversationRow) -> Node {
    let ConversationRow { name, avatar, initials, preview, mine, at, unread, closed, failed, draft, .. } =
        row;
    let picture = face(&Face { name: name.clone(), avatar, initials, ..Face::default() });
    let preview = move || {
        ui.words(|words| {
            if failed {
                words.get("row.failed")
            } else if !draft.is_empty() {
                words.fill("row.draft", &[("text", &draft)])
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
        .child(
            el("span", "row-top")
                .child(el("span", "row-name").attr("dir", "auto").text(name))
                .child(time)
                .maybe(closed),
        );
    let content = el("span", "row-in").child(picture).child(text);
    if unread == 0 {
        return content.child(flipped(icon::FORWARD));
    }
    content
        .child(el("i", "dot").attr("aria-hidden", "true"))
        .child(el("span", "hidden").words(move || ui.words(|words| words.count("unread", unread))))
}
