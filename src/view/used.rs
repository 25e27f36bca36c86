//! Places of the views that are drawn by parts which are fetched when they are used (`parts/`). A part follows the data in its
//! place's `data-state` and says what the person does by an event `part`.

use doorstep_core::{UserAction, ViewModel};
use web_sys::Event;

use super::node::{Node, el};
use crate::browser::part;
use crate::text::Words;
use crate::ui::{Memo, Ui, memo};

/// A place of this tag for `parts/<name>.js`, while there are data for it.
pub(crate) fn place(
    ui: Ui,
    tag: &'static str,
    name: &'static str,
    data: fn(&ViewModel) -> String,
) -> impl Fn() -> Option<Node> + Send {
    follow(ui, tag, name, ui.get(data))
}

/// As [`place`], with data of any origin.
pub(crate) fn follow(
    ui: Ui,
    tag: &'static str,
    name: &'static str,
    state: Memo<String>,
) -> impl Fn() -> Option<Node> + Send {
    let there = memo(move || !state.get().is_empty());
    move || {
        there.get().then(|| {
            el(tag, "")
                .live("data-state", move || Some(state.get()))
                .made(move |element| part::run(name, element, "", &ui.words(Words::texts)))
                .on("part", move |event| heard(ui, &event))
        })
    }
}

/// What the person did in a part.
pub(crate) fn heard(ui: Ui, event: &Event) {
    ui.send(UserAction::Part(part::said(event)));
}

/// When the team answers.
pub(crate) fn office(model: &ViewModel) -> String {
    model.workspace.office.clone()
}

/// When whoever answers in the open conversation does; behind a `-` if they are away.
pub(crate) fn office_here(model: &ViewModel) -> String {
    let away = model.thread.as_ref().is_some_and(|thread| thread.away);
    [if away { "-" } else { "" }, &model.workspace.office].concat()
}

/// What stands below the messages.
pub(crate) fn ending(model: &ViewModel) -> String {
    model.thread.as_ref().map(|thread| thread.ending.clone()).unwrap_or_default()
}

/// The menu of what can be done with a conversation, once there are messages.
pub(crate) fn menu(model: &ViewModel) -> String {
    let begun = model.thread.as_ref().is_some_and(|thread| !thread.items.is_empty());
    if begun { "-".to_owned() } else { String::new() }
}
