//! Places of the views that are drawn by parts which are fetched when they are used (`parts/`). A part draws into its place
//! anew whenever its data changes, and says what the person does by an event `part` whose detail is a verb and its object.

use doorstep_core::UserAction;
use js_sys::Reflect;
use leptos::prelude::*;
use web_sys::{Event, EventTarget};

use super::node::{Node, el};
use crate::browser::part;
use crate::browser::task::spawn;
use crate::text::Words;
use crate::ui::Ui;

/// A place for `parts/<name>.js`, with data that follows signals.
pub(crate) fn place(ui: Ui, name: &'static str, data: impl Fn() -> String + Send + 'static) -> Node {
    el("div", "")
        .made(move |element| {
            let element = element.clone();
            Effect::new(move || draw(ui, name, element.clone().into(), data()));
        })
        .on("part", move |event| heard(ui, &event))
}

/// Has a part draw into an element.
pub(crate) fn draw(ui: Ui, name: &'static str, place: EventTarget, data: String) {
    let texts = ui.words(Words::texts);
    spawn(async move { part::run(name, &place, &data, &texts).await });
}

/// What the person did in a part.
pub(crate) fn heard(ui: Ui, event: &Event) {
    let said = Reflect::get(event, &"detail".into()).ok().and_then(|said| said.as_string());
    let said = said.unwrap_or_default();
    let (verb, object) = said.split_once(' ').unwrap_or((&said, ""));
    match verb {
        "rate" => ui.send(UserAction::Rate(object.parse().unwrap_or_default())),
        "remark" => ui.send(UserAction::Remark(object.to_owned())),
        "transcript" => ui.send(UserAction::SaveTranscript),
        _ => {}
    }
}
