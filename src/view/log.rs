//! The messages of a conversation in their scroller: the newest at its end, older ones fetched at its beginning, the
//! email card, who is typing.

use doorstep_core::UserAction;
use doorstep_core::view_model::Face;
use leptos::prelude::*;
use web_sys::Element;

use super::email_card::email_card;
use super::face::{face, faces};
use super::icon::{self, icon};
use super::message::message;
use super::node::{Node, button, el};
use super::rows::{Rows, rows};
use super::thread::part;
use crate::ui::{Ui, memo};

/// How near to an end of the messages counts as being there, in pixels.
const NEAR: i32 = 48;

/// Where the scroller stands.
#[derive(Clone, Copy)]
struct Place {
    element: StoredValue<Option<Element>, LocalStorage>,
    at_end: RwSignal<bool>,
    /// Whether a message came while the end was not on screen.
    missed: RwSignal<bool>,
}

/// The messages.
pub(crate) fn log(ui: Ui) -> Node {
    let place = Place {
        element: StoredValue::new_local(None),
        at_end: RwSignal::new(true),
        missed: RwSignal::new(false),
    };
    let rows = rows(ui);
    follow(ui, place, rows);
    let title = part(ui, |thread| thread.title.clone());
    let content = el("div")
        .class("log-content")
        .part(older(ui))
        .part(intro(ui))
        .child(messages(ui, rows))
        .part(typing(ui))
        .part(closed(ui));
    let scroller = el("div")
        .class("log")
        .attr("tabindex", "0")
        .attr("role", "log")
        // New messages are announced in words of their own (notice.rs).
        .attr("aria-live", "off")
        .label(move || ui.words(|words| words.fill("thread.log", "name", &title.get())))
        .made(move |element| place.element.set_value(Some(element.clone())))
        .on("scroll", move |_| scrolled(ui, place))
        .child(content);
    el("div").class("log-frame").child(scroller).part(jump(ui, place))
}

/// Tells whether the end is on screen, and scrolls there when asked.
fn follow(ui: Ui, place: Place, rows: Memo<Rows>) {
    let requests = ui.scroll_requests();
    Effect::new(move || {
        ui.send(if place.at_end.get() { UserAction::ReachedEnd } else { UserAction::LeftEnd });
    });
    Effect::new(move |before: Option<u32>| {
        let asked = requests.get();
        if before.is_some_and(|before| before != asked) {
            to_end(place);
        }
        let newest_is_fresh = rows.with(|rows| {
            let newest = rows.keys.last().and_then(|key| rows.by_key.get(key));
            newest.is_some_and(|row| row.fresh)
        });
        let at_end = place.at_end.get();
        if newest_is_fresh || at_end {
            place.missed.set(!at_end);
        }
        asked
    });
}

fn to_end(place: Place) {
    place.element.with_value(|element| {
        if let Some(element) = element {
            // The column is reversed: its end is at nought.
            element.set_scroll_top(0);
        }
    });
}

fn scrolled(ui: Ui, place: Place) {
    let Some((top, rest)) = place.element.with_value(|element| {
        let element = element.as_ref()?;
        let top = element.scroll_top();
        Some((top, element.scroll_height() - element.client_height() + top))
    }) else {
        return;
    };
    let at_end = -top < NEAR;
    if place.at_end.get_untracked() != at_end {
        place.at_end.set(at_end);
    }
    let may_load = |model: &doorstep_core::ViewModel| {
        model.thread.as_ref().is_some_and(|thread| thread.more && !thread.loading_older)
    };
    if rest < NEAR && ui.peek(may_load) {
        ui.send(UserAction::LoadOlder);
    }
}

fn messages(ui: Ui, rows: Memo<Rows>) -> Node {
    let asked = part(ui, |thread| thread.email_card.is_some());
    let newest = memo(move || rows.with(|rows| rows.own(rows.keys.iter().rev())));
    // The card stands after the person's first message.
    let card_after = memo(move || rows.with(|rows| rows.own(rows.keys.iter())).filter(|_| asked.get()));
    let keys = move || {
        let mut keys = rows.with(|rows| rows.keys.clone());
        if let Some(after) = card_after.get()
            && let Some(index) = keys.iter().position(|key| *key == after)
        {
            keys.insert(index + 1, String::new());
        }
        keys
    };
    el("ul").list(keys, move |key| {
        let row = rows.with_untracked(|rows| rows.by_key.get(key).cloned());
        match row {
            Some(row) => message(ui, key, row, newest),
            // Only the card has no message.
            None => email_card(ui),
        }
    })
}

fn older(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let more = part(ui, |thread| thread.more);
    let loading = part(ui, |thread| thread.loading_older);
    move || {
        if loading.get() {
            Some(el("p").class("older").attr("role", "status").words(ui.text("thread.older_loading")))
        } else {
            more.get().then(|| {
                button("older link", move || ui.send(UserAction::LoadOlder)).words(ui.text("thread.older"))
            })
        }
    }
}

fn intro(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let shown = part(ui, |thread| thread.intro);
    let pictures = ui.get(|model| model.workspace.faces.clone());
    let own = ui.get(|model| model.workspace.team_intro.clone());
    let words = move || {
        let own = own.get();
        if own.is_empty() { ui.words(|words| words.get("thread.intro")) } else { own }
    };
    move || {
        shown.get().then(|| {
            el("div")
                .class("intro")
                .part(move || Some(faces(&pictures.get())))
                .child(el("p").attr("dir", "auto").words(words))
        })
    }
}

fn typing(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let name = part(ui, |thread| thread.typing.clone());
    move || {
        name.get().map(|name| {
            let known = ui.peek(|model| {
                let faces = &model.thread.as_ref()?.faces;
                faces.iter().find(|face| face.name == name).cloned()
            });
            let initials = name.chars().take(1).collect();
            let who = known.unwrap_or_else(|| Face { initials, name: name.clone(), avatar: None });
            let dots = [(); 3].map(|()| el("i"));
            el("div")
                .class("typing")
                .child(face(&who))
                .child(el("span").class("bubble").attr("aria-hidden", "true").children(dots))
                .child(
                    el("span")
                        .class("hidden")
                        .words(move || ui.words(|words| words.fill("thread.typing", "name", &name))),
                )
        })
    }
}

fn closed(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let closed = part(ui, |thread| thread.closed);
    move || closed.get().then(|| el("p").class("closed").words(ui.text("thread.closed")))
}

/// Back to the end, for who has scrolled away from it.
fn jump(ui: Ui, place: Place) -> impl Fn() -> Option<Node> + Send {
    move || {
        (!place.at_end.get()).then(|| {
            let missed = place.missed.get();
            let label = ui.text(if missed { "thread.new_messages" } else { "thread.to_end" });
            let jump = button(if missed { "jump new" } else { "jump" }, move || to_end(place)).label(label);
            jump.child(icon(icon::DOWN)).children(missed.then(|| el("span").words(label)))
        })
    }
}
