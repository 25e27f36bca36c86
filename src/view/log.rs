//! The messages of a conversation in their scroller: the newest at its end, older ones fetched at its beginning, the
//! email card, who is typing.

use doorstep_core::UserAction;
use doorstep_core::view_model::{Face, ThreadItem};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::email_card::email_card;
use super::face::{face, faces};
use super::icon::{self, icon};
use super::message::{Place, identity, message};
use super::node::{Node, button, el};
use super::thread::part;
use super::used;
use crate::text::local_day;
use crate::ui::{Ui, watch};

/// How near to the end of the messages counts as being there, in pixels.
const NEAR: i32 = 48;
/// How far ahead of an end what lies beyond it is fetched, in pixels: before the person gets there.
const AHEAD: i32 = 800;

/// Where the scroller stands.
#[derive(Clone, Copy)]
struct Scroller(StoredValue<Parts, LocalStorage>);

/// What a [`Scroller`] knows.
struct Parts {
    /// The element, when it is there.
    scroller: Option<HtmlElement>,
    /// 1 where the end is on screen, else 0.
    at_end: ArcRwSignal<u32>,
    /// What was there when the list was last drawn: what comes after it is fresh.
    drawn: Vec<Place>,
    /// The key of its last message.
    newest: Option<String>,
    /// A message that stays where it is on screen while others come and go around it, and its place.
    held: Option<(HtmlElement, i32)>,
}

/// The messages.
pub(crate) fn log(ui: Ui) -> Node {
    let at_end = ArcRwSignal::new(1);
    let parts = Parts { scroller: None, at_end, drawn: Vec::new(), newest: None, held: None };
    let place = Scroller(StoredValue::new_local(parts));
    follow(ui, place);
    let title = part(ui, |thread| thread.title.clone());
    let content = el("div", "log-content")
        .part(older(ui))
        .part(intro(ui))
        .child(messages(ui, place))
        .part(typing(ui))
        .part(closed(ui))
        .part(used::place(ui, "div", "ending", used::ending));
    let scroller = el("div", "log")
        .attr("tabindex", "0")
        .attr("role", "log")
        // New messages are announced in words of their own (notice.rs).
        .attr("aria-live", "off")
        .label(move || ui.words(|words| words.fill("thread.log", &[("name", &title.get())])))
        .made(move |element| place.with(|parts| parts.scroller = Some(element.clone().unchecked_into())))
        .on("scroll", move |_| scrolled(ui, place))
        .child(content);
    el("div", "log-frame").child(scroller).part(jump(ui, place))
}

/// Tells whether the end is on screen, and scrolls there when asked.
fn follow(ui: Ui, place: Scroller) {
    let at_end = place.at_end();
    watch(move |_| {
        ui.send(if at_end.get() > 0 { UserAction::ReachedEnd } else { UserAction::LeftEnd });
    });
    watch(move |first| {
        if ui.scroll_requests() > 0 && !first {
            place.to_end();
        }
    });
}

impl Scroller {
    #[inline(never)]
    fn with(self, work: impl FnOnce(&mut Parts)) {
        self.0.update_value(work);
    }

    fn at_end(self) -> ArcRwSignal<u32> {
        self.0.with_value(|parts| parts.at_end.clone())
    }

    /// Nought is the end: the column is reversed. Above it is less.
    fn to_end(self) {
        self.with(|parts| {
            if let Some(scroller) = &parts.scroller {
                scroller.set_scroll_top(0);
            }
        });
    }

    /// Before the messages change: notes one that will stay, which the one in the middle does, whichever end changes. After
    /// it (`None`): what is read stays where it is. Not every browser does that by itself, and none when the end goes.
    fn around(self, middle: Option<&Element>) {
        let at_end = self.at_end().get_untracked() > 0;
        self.with(|parts| {
            if let Some(middle) = middle.filter(|_| !at_end) {
                let middle: HtmlElement = middle.clone().unchecked_into();
                let top = middle.offset_top();
                parts.held = Some((middle, top));
            } else if let (Some((held, before)), Some(scroller)) = (parts.held.take(), &parts.scroller) {
                scroller.set_scroll_top(scroller.scroll_top() + held.offset_top() - before);
            }
        });
    }
}

fn scrolled(ui: Ui, place: Scroller) {
    let (mut top, mut rest) = (0, 0);
    place.with(|parts| {
        if let Some(scroller) = &parts.scroller {
            top = scroller.scroll_top();
            rest = scroller.scroll_height() - scroller.client_height() + top;
        }
    });
    let (older, newer) = ui.peek(|model| {
        let thread = model.thread.as_ref();
        thread.map(|thread| (thread.more && !thread.loading_older, thread.newer)).unwrap_or_default()
    });
    let at_end = u32::from(-top < NEAR && !newer);
    if place.at_end().get_untracked() != at_end {
        place.at_end().set(at_end);
    }
    if rest < AHEAD && older {
        ui.send(UserAction::LoadOlder);
    } else if -top < AHEAD && newer {
        ui.send(UserAction::LoadNewer);
    }
}

fn messages(ui: Ui, place: Scroller) -> Node {
    let items = part(ui, |thread| thread.items.clone());
    let asked = part(ui, |thread| thread.email_card.is_some());
    // The card stands after the person's first message, or where that will stand.
    let card_at = move || {
        let first = |items: &Vec<ThreadItem>| items.iter().position(|item| item.mine);
        let at = items.with(|items| first(items).map_or(items.len(), |first| first + 1));
        asked.get().then_some(at)
    };
    let keys = move || {
        let mut keys = Vec::new();
        items.with(|items| {
            place.with(|parts| {
                parts.drawn = places(items, parts.newest.as_deref());
                parts.newest = items.last().map(|item| item.key.clone());
                keys.extend(items.iter().zip(&parts.drawn).map(|(item, place)| identity(item, *place)));
            });
        });
        if let Some(card_at) = card_at() {
            keys.insert(card_at, String::new());
        }
        keys
    };
    let one = move |index: usize| {
        let index = match card_at() {
            Some(card_at) if card_at == index => return email_card(ui),
            Some(card_at) if card_at < index => index - 1,
            _ => index,
        };
        let place = place.0.with_value(|parts| parts.drawn[index]);
        items.with(|items| message(ui, &items[index], place))
    };
    el("ul", "").list_around(keys, one, move |middle| place.around(middle))
}

/// What depends on the messages around each. `known` is the key of the last one that was drawn before.
fn places(items: &[ThreadItem], known: Option<&str>) -> Vec<Place> {
    let newest = items.iter().rposition(|item| item.mine);
    let known = items.iter().rposition(|item| Some(&*item.key) == known);
    let mut before = None;
    let place = |(index, item): (usize, &ThreadItem)| {
        let day = local_day(item.at);
        Place {
            day: before.replace(day) != Some(day),
            newest: newest == Some(index),
            fresh: known.is_some_and(|known| index > known),
        }
    };
    items.iter().enumerate().map(place).collect()
}

fn older(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let more = part(ui, |thread| thread.more);
    let loading = part(ui, |thread| thread.loading_older);
    move || {
        if loading.get() {
            Some(el("p", "older").attr("role", "status").say(ui, "thread.older_loading"))
        } else {
            more.get()
                .then(|| button("older link", move || ui.send(UserAction::LoadOlder)).say(ui, "thread.older"))
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
            el("div", "intro")
                .part(move || Some(faces(&pictures.get())))
                .child(el("p", "").attr("dir", "auto").words(words))
                .part(used::place(ui, "p", "hours", used::office_here))
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
            let who = known.unwrap_or_else(|| Face { initials, name: name.clone(), ..Face::default() });
            let dots = [(); 3].map(|()| el("i", ""));
            el("div", "typing")
                .child(face(&who))
                .child(el("span", "bubble").attr("aria-hidden", "true").children(dots))
                .child(
                    el("span", "hidden")
                        .words(move || ui.words(|words| words.fill("thread.typing", &[("name", &name)]))),
                )
        })
    }
}

fn closed(ui: Ui) -> impl Fn() -> Option<Node> + Send {
    let closed = part(ui, |thread| thread.closed);
    move || closed.get().then(|| el("p", "closed").say(ui, "thread.closed"))
}

/// Back to the end, for who has scrolled away from it.
fn jump(ui: Ui, place: Scroller) -> impl Fn() -> Option<Node> + Send {
    let unread = part(ui, |thread| thread.unread);
    let at_end = place.at_end();
    move || {
        (at_end.get() == 0).then(|| {
            let missed = unread.get() > 0;
            let label = ui.text(if missed { "thread.new_messages" } else { "thread.to_end" });
            let to_end = move || ui.send(UserAction::ToEnd);
            let jump = button(if missed { "jump new" } else { "jump" }, to_end).label(label);
            jump.child(icon(icon::DOWN)).maybe(missed.then(|| el("span", "").words(label)))
        })
    }
}
