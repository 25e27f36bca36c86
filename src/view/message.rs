//! One message of a thread, with the day above it and how far it got below it.

use doorstep_core::UserAction;
use doorstep_core::view_model::{Body, Status, ThreadItem};
use leptos::prelude::*;

use super::face::face;
use super::node::{Node, button, el};
use super::rows::Row;
use crate::ui::{Ui, memo};

/// The message as a list item. `newest` is the key of the person's newest message: only there a status of success is
/// said.
pub(crate) fn message(ui: Ui, key: &str, row: Row, newest: Memo<Option<String>>) -> Node {
    let item = RwSignal::from(row.item);
    let day = row.day;
    let part = move |part: fn(&ThreadItem) -> bool| move || item.with(part);
    let mine = item.with_untracked(|item| item.mine);
    let key = key.to_owned();
    let class = match (mine, row.fresh) {
        (true, true) => "item mine fresh",
        (true, false) => "item mine",
        (false, true) => "item fresh",
        (false, false) => "item",
    };
    let day_line = move || {
        day.get().then(|| {
            let at = item.with(|item| item.at);
            el("time").class("day").words(move || ui.words(|words| words.day(at)))
        })
    };
    let said = el("div").class("said-by");
    let said = if mine { said } else { said.part(move || Some(picture(item))) };
    el("li")
        .class(class)
        .class_if("first", part(|item| item.first_of_group))
        .class_if("last", part(|item| item.last_of_group))
        .class_if("pending", part(|item| matches!(item.status, Status::Sending | Status::NotDelivered)))
        .class_if("refused", part(|item| matches!(item.status, Status::Refused { .. })))
        .part(day_line)
        .child(said.child(author(ui, item)).part(bubble(item)))
        .part(move || meta(ui, &item.get(), newest.with(|newest| newest.as_deref() == Some(&*key))))
}

/// The author's picture beside the last message of their run.
fn picture(item: RwSignal<ThreadItem>) -> Node {
    item.with(|item| match item.author.as_ref().filter(|_| item.last_of_group) {
        Some(author) => face(author),
        None => el("span").class("gap"),
    })
}

/// Who says it, for those who cannot see on which side it stands.
fn author(ui: Ui, item: RwSignal<ThreadItem>) -> Node {
    let name = item.with_untracked(|item| item.author.as_ref().map(|author| author.name.clone()));
    el("span").class("hidden").words(move || {
        let name = name.clone().unwrap_or_else(|| ui.words(|words| words.get("thread.you")));
        [&name, ": "].concat()
    })
}

fn bubble(item: RwSignal<ThreadItem>) -> impl Fn() -> Option<Node> + Send {
    let body = memo(move || item.with(|item| item.body.clone()));
    move || {
        let bubble = el("div").attr("dir", "auto");
        Some(match body.get() {
            // The server has made it safe, by one allow-list (docs/SECURITY.md).
            Body::Html(html) => bubble.class("bubble").html(html),
            Body::Text(text) => bubble.class("bubble plain").text(text),
        })
    }
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
    let line = move || {
        ui.words(|words| {
            let mut line = name.clone().map(|name| [&name, " · "].concat()).unwrap_or_default();
            line.push_str(&words.time(at));
            if let Some(word) = word {
                line.push_str(" · ");
                line.push_str(&words.get(word));
            }
            line
        })
    };
    Some(el("p").class(if bad { "meta bad" } else { "meta" }).words(line))
}

/// The server will never take it: what it said, and what can be done.
fn refusal(ui: Ui, key: &str, message: String) -> Node {
    let (again, gone) = (key.to_owned(), key.to_owned());
    let line = el("p").class("meta bad");
    let line = if message.is_empty() { line.words(ui.text("status.refused")) } else { line.text(message) };
    line.child(
        button("link", move || ui.send(UserAction::RetryMessage(again.clone()))).words(ui.text("retry")),
    )
    .child(
        button("link", move || ui.send(UserAction::DeleteMessage(gone.clone())))
            .words(ui.text("status.delete")),
    )
}
