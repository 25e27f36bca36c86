//! Lines above a screen's content: no network, refused by the server; and what is said to screen readers only.

use doorstep_core::view_model::{Connection, Notice};
use doorstep_core::{Announcement, UserAction};

use super::node::{Node, button, el};
use crate::ui::Ui;

/// The line, when there is one. Something that has to be done comes before what passes by itself.
pub(crate) fn notice(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let notice = ui.get(|model| model.notice.clone());
    let connection = ui.get(|model| model.connection);
    move || {
        let line = |class, role| el("p", class).attr("role", role);
        match (notice.get(), connection.get()) {
            (Some(Notice::Refused { message }), _) => {
                let line = line("notice bad", "alert");
                Some(if message.is_empty() { line.say(ui, "notice.refused") } else { line.text(message) })
            }
            (_, Connection::Offline) => Some(line("notice", "status").say(ui, "notice.offline")),
            (_, Connection::Connecting) => Some(line("notice", "status").say(ui, "notice.connecting")),
            (Some(Notice::OlderFailed), Connection::Fine) => {
                let again = button("link", move || ui.send(UserAction::LoadOlder)).say(ui, "retry");
                Some(line("notice bad", "status").say(ui, "notice.older_failed").child(again))
            }
            (None, Connection::Fine) => None,
        }
    }
}

/// The live region.
pub(crate) fn announcer(ui: Ui) -> Node {
    el("p", "hidden").attr("aria-live", "polite").words(move || {
        ui.words(|words| match ui.announcement() {
            None => String::new(),
            Some(Announcement::NewMessage { from, text }) => {
                words.fill("said.new", &[("name", &from), ("text", &text)])
            }
            Some(Announcement::NotDelivered) => words.get("said.not_delivered"),
            Some(Announcement::Refused) => words.get("said.refused"),
            Some(Announcement::EmailSaved) => words.get("said.email_saved"),
            Some(Announcement::EmailInvalid) => words.get("said.email_invalid"),
        })
    })
}
