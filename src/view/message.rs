//! One message of a thread, with the day above it and how far it got below it.

use doorstep_core::UserAction;
use doorstep_core::view_model::{Body, Status, ThreadItem};

use super::face::face;
use super::node::{Node, button, el};
use super::used;
use crate::ui::Ui;

/// What depends on the messages around one.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Whether a new day begins before it, in the visitor's time zone.
    pub(crate) day: bool,
    /// Whether it is the person's newest: only there a status of success is said.
    pub(crate) newest: bool,
    /// Whether it came while the thread was on screen, at the end.
    pub(crate) fresh: bool,
}

/// A key that is another one when the message has to be drawn anew.
pub(crate) fn identity(item: &ThreadItem, place: Place) -> String {
    let status = match &item.status {
        Status::Sending => 0,
        Status::NotDelivered => 1,
        Status::Sent => 2,
        Status::Seen => 3,
        Status::Refused { .. } => 4,
    };
    let flags = [item.first_of_group, item.last_of_group, place.day, place.newest];
    let look = flags.iter().fold(status, |bits, flag| bits << 1 | u8::from(*flag));
    let mut key = item.key.clone();
    key.push(char::from(look + b' '));
    key
}

/// The message as a list item.
pub(crate) fn message(ui: Ui, item: &ThreadItem, place: Place) -> Node {
    let mut class = String::from("item");
    for (name, holds) in [
        (" mine", item.mine),
        (" fresh", place.fresh),
        (" first", item.first_of_group),
        (" last", item.last_of_group),
        (" refused", matches!(item.status, Status::Refused { .. })),
    ] {
        if holds {
            class.push_str(name);
        }
    }
    let at = item.at;
    let day = place.day.then(|| el("time", "day").words(move || ui.words(|words| words.day(at))));
    let name = item.author.as_ref().map(|author| author.name.clone());
    let author = el("span", "hidden").words(move || {
        let name = name.clone().unwrap_or_else(|| ui.words(|words| words.get("thread.you")));
        [&name, ": "].concat()
    });
    let said = el("div", "said-by").maybe(picture(item)).child(author).child(bubble(ui, item));
    el("li", "").data("class", class).maybe(day).child(said).maybe(meta(ui, item, place.newest))
}

/// The author's picture beside the last message of their run.
fn picture(item: &ThreadItem) -> Option<Node> {
    let author = item.author.as_ref()?;
    Some(if item.last_of_group { face(author) } else { el("span", "gap") })
}

fn bubble(ui: Ui, item: &ThreadItem) -> Node {
    let words = match &item.body {
        // The server has made it safe, by one allow-list (docs/SECURITY.md).
        Body::Html(html) => el("div", "bubble").attr("dir", "auto").html(html.clone()),
        Body::Text(text) => el("div", "bubble plain").attr("dir", "auto").text(text.clone()),
    };
    if item.files.is_empty() {
        return words;
    }
    let key = item.key.clone();
    let shown = ui.get(move |model| {
        let items = model.thread.as_ref().map(|thread| thread.items.as_slice()).unwrap_or_default();
        items.iter().find(|item| item.key == key).map(|item| item.files.clone()).unwrap_or_default()
    });
    let (Body::Html(said) | Body::Text(said)) = &item.body;
    let words = (!said.is_empty()).then_some(words);
    el("div", "with-files").maybe(words).part(used::follow(ui, "div", "attach", shown))
}

/// The line under a message: who and when at the end of a run, and how far the person's own got.
fn meta(ui: Ui, item: &ThreadItem, newest: bool) -> Option<Node> {
    let (word, bad) = match &item.status {
        Status::Refused { message } => return Some(refusal(ui, &item.key, message.clone())),
        Status::NotDelivered => (Some("status.not_delivered"), true),
        Status::Sending => (Some("status.sending"), false),
        Status::Seen if newest => (Some("status.seen"), false),
        Status::Sent if item.mine && newest => (Some("status.sent"), false),
        Status::Sent | Status::Seen => (None, false),
    };
    if word.is_none() && !item.last_of_group {
        return None;
    }
    let name = item.author.as_ref().map(|author| author.name.clone());
    let at = item.at;
    // Isolated: a name may be written in the other direction.
    let line = move || {
        ui.words(|words| {
            let mut line =
                name.clone().map(|name| ["\u{2068}", &name, "\u{2069} · "].concat()).unwrap_or_default();
            line.push_str(&words.time(at));
            if let Some(word) = word {
                line.push_str(" · ");
                line.push_str(&words.get(word));
            }
            line
        })
    };
    Some(el("p", if bad { "meta bad" } else { "meta" }).words(line))
}

/// The server will never take it: what it said, and what can be done.
fn refusal(ui: Ui, key: &str, message: String) -> Node {
    let (again, gone) = (key.to_owned(), key.to_owned());
    let line = el("p", "meta bad");
    let line = if message.is_empty() { line.say(ui, "status.refused") } else { line.text(message) };
    line.child(button("link", move || ui.send(UserAction::RetryMessage(again.clone()))).say(ui, "retry"))
        .child(
            button("link", move || ui.send(UserAction::DeleteMessage(gone.clone()))).say(ui, "status.delete"),
        )
}
