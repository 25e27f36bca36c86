//! The line that says when the team answers: on Home, above a new conversation, in a conversation's header.

use doorstep_core::ViewModel;
use doorstep_core::view_model::Presence;
use leptos::prelude::*;

use super::node::{Node, el};
use crate::ui::Ui;

/// The line, while there is anything to say; `of` says which.
pub(crate) fn presence(
    ui: Ui,
    tag: &'static str,
    of: fn(&ViewModel) -> Presence,
) -> impl Fn() -> Option<Node> + Send {
    let shown = ui.get(of);
    move || {
        let text = ui.words(|words| words.presence(&shown.get()));
        (!text.is_empty()).then(|| el(tag, "").attr("dir", "auto").text(text))
    }
}

/// Of the whole team.
pub(crate) fn of_team(model: &ViewModel) -> Presence {
    model.workspace.presence.clone()
}

/// Of whoever answers in the open conversation.
pub(crate) fn of_thread(model: &ViewModel) -> Presence {
    model.thread.as_ref().map(|thread| thread.presence.clone()).unwrap_or_default()
}
