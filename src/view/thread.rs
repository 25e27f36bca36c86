//! One conversation: header, messages, email card, composer.

use doorstep_core::UserAction;
use doorstep_core::view_model::{Face, LoadState, Thread};
use leptos::html::Div;
use leptos::prelude::*;

use super::bar::close_button;
use super::composer::composer;
use super::email_card::email_card;
use super::face::{face, faces};
use super::icon::{self, flipped, icon};
use super::message::message;
use super::rows::{Row, rows};
use super::state::{failed, loading_messages};
use crate::ui::Ui;

/// How near to an end of the messages counts as being there, in pixels.
const NEAR: i32 = 48;

/// The screen.
pub(crate) fn thread(ui: Ui) -> AnyView {
    let state = part(ui, |thread| thread.state);
    view! {
        <div class="screen thread" tabindex="-1">
            {bar(ui)}
            {move || match state.get() {
                LoadState::Loading => loading_messages(ui),
                LoadState::Failed => failed(ui),
                LoadState::Ready => log(ui),
            }}
            {composer(ui)}
        </div>
    }
    .into_any()
}

/// A fact of the open thread.
fn part<T: Default + PartialEq + Send + Sync + 'static>(ui: Ui, part: fn(&Thread) -> T) -> Memo<T> {
    ui.get(move |model| model.thread.as_ref().map(part).unwrap_or_default())
}

fn bar(ui: Ui) -> AnyView {
    let pictures = part(ui, |thread| thread.faces.clone());
    let title = part(ui, |thread| thread.title.clone());
    let reply_time = ui.get(|model| model.workspace.reply_time.clone());
    view! {
        <header class="bar">
            <button
                type="button"
                class="round"
                aria-label=ui.text("back")
                on:click=move |_| ui.send(UserAction::Back)
            >
                {flipped(icon::BACK)}
            </button>
            {move || pictures.with(|list| faces(list))}
            <div class="bar-text">
                <h1 dir="auto">{move || title.get()}</h1>
                {move || {
                    Some(reply_time.get()).filter(|text| !text.is_empty()).map(|text| view! { <p dir="auto">{text}</p> })
                }}
            </div>
            {close_button(ui)}
        </header>
    }
    .into_any()
}

fn log(ui: Ui) -> AnyView {
    let place = NodeRef::<Div>::new();
    let title = part(ui, |thread| thread.title.clone());
    let rows = rows(ui);
    let newest = Memo::new(move |_| rows.with(|rows| newest_own(rows)));
    let at_end = RwSignal::new(true);
    let missed = RwSignal::new(false);
    // The end is on screen at first, and whenever it is scrolled to.
    Effect::new(move || ui.send(if at_end.get() { UserAction::ReachedEnd } else { UserAction::LeftEnd }));
    Effect::new(move |count: Option<usize>| {
        let now = rows.with(Vec::len);
        if at_end.get() {
            missed.set(false);
        } else if count.is_some_and(|count| now > count)
            && rows.with(|rows| rows.last().is_some_and(|row| row.fresh))
        {
            missed.set(true);
        }
        now
    });
    let to_end = move || {
        if let Some(place) = place.get_untracked() {
            // The column is reversed: its end is at nought.
            place.set_scroll_top(0);
        }
    };
    let requests = ui.scroll_requests();
    Effect::new(move || {
        requests.track();
        to_end();
    });
    let scrolled = move |_| {
        let Some(place) = place.get_untracked() else { return };
        at_end.set(-place.scroll_top() < NEAR);
        let above = place.scroll_height() - place.client_height() + place.scroll_top();
        if above < NEAR && ui.peek(may_load) {
            ui.send(UserAction::LoadOlder);
        }
    };
    let label = move || ui.words(|words| words.fill("thread.log", "name", &title.get()));
    view! {
        <div class="log-frame">
            <div class="log" node_ref=place tabindex="0" role="log" aria-live="off" aria-label=label on:scroll=scrolled>
                <div class="log-content">
                    {older(ui)} {intro(ui)} {messages(ui, rows, newest)} {typing(ui)} {closed(ui)}
                </div>
            </div>
            {jump(ui, at_end, missed, to_end)}
        </div>
    }
    .into_any()
}

fn may_load(model: &doorstep_core::ViewModel) -> bool {
    model.thread.as_ref().is_some_and(|thread| thread.more && !thread.loading_older)
}

fn newest_own(rows: &[Row]) -> Option<String> {
    rows.iter().rev().find(|row| row.item.with_untracked(|item| item.mine)).map(|row| row.key.clone())
}

fn messages(ui: Ui, rows: Memo<Vec<Row>>, newest: Memo<Option<String>>) -> AnyView {
    let asked = part(ui, |thread| thread.email_card.is_some());
    // The card stands after the person's first message.
    let card_after = Memo::new(move |_| {
        let first = |rows: &Vec<Row>| {
            rows.iter().find(|row| row.item.with_untracked(|item| item.mine)).map(|row| row.key.clone())
        };
        if asked.get() { rows.with(first) } else { None }
    });
    view! {
        <ul>
            <For each=move || rows.get() key=|row| row.key.clone() let:row>
                {
                    let key = row.key.clone();
                    let here = Memo::new(move |_| card_after.with(|after| after.as_ref() == Some(&key)));
                    let card = move || here.get().then(|| view! { <li>{email_card(ui)}</li> });
                    (message(ui, row, newest), card)
                }
            </For>
        </ul>
    }
    .into_any()
}

fn older(ui: Ui) -> AnyView {
    let more = part(ui, |thread| thread.more);
    let loading = part(ui, |thread| thread.loading_older);
    (move || match (more.get(), loading.get()) {
        (_, true) => {
            view! { <p class="older" role="status">{ui.text("thread.older_loading")}</p> }.into_any()
        }
        (true, false) => view! {
            <button type="button" class="older link" on:click=move |_| ui.send(UserAction::LoadOlder)>
                {ui.text("thread.older")}
            </button>
        }
        .into_any(),
        (false, false) => ().into_any(),
    })
    .into_any()
}

fn intro(ui: Ui) -> AnyView {
    let shown = part(ui, |thread| thread.intro);
    let pictures = ui.get(|model| model.workspace.faces.clone());
    let own = ui.get(|model| model.workspace.team_intro.clone());
    let words = move || {
        let own = own.get();
        if own.is_empty() { ui.words(|words| words.get("thread.intro")) } else { own }
    };
    (move || {
        shown.get().then(|| {
            view! {
                <div class="intro">
                    {move || pictures.with(|list| faces(list))} <p dir="auto">{words}</p>
                </div>
            }
        })
    })
    .into_any()
}

fn typing(ui: Ui) -> AnyView {
    let name = part(ui, |thread| thread.typing.clone());
    let pictures = part(ui, |thread| thread.faces.clone());
    (move || {
        name.get().map(|name| {
            let known = pictures.with(|list| list.iter().find(|face| face.name == name).cloned());
            let who = known.unwrap_or_else(|| Face {
                initials: name.chars().take(1).collect(),
                name: name.clone(),
                ..Face::default()
            });
            view! {
                <div class="typing">
                    {face(&who)} <span class="bubble" aria-hidden="true">
                        <i></i>
                        <i></i>
                        <i></i>
                    </span>
                    <span class="hidden">{move || ui.words(|words| words.fill("thread.typing", "name", &name))}</span>
                </div>
            }
        })
    })
    .into_any()
}

fn closed(ui: Ui) -> AnyView {
    let closed = part(ui, |thread| thread.closed);
    (move || closed.get().then(|| view! { <p class="closed">{ui.text("thread.closed")}</p> })).into_any()
}

/// Back to the end, for who has scrolled away from it.
fn jump(
    ui: Ui,
    at_end: RwSignal<bool>,
    missed: RwSignal<bool>,
    to_end: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    (move || {
        (!at_end.get()).then(|| {
            let label = move || {
                ui.words(|words| {
                    words.get(if missed.get() { "thread.new_messages" } else { "thread.to_end" })
                })
            };
            view! {
                <button
                    type="button"
                    class="jump"
                    class:new=move || missed.get()
                    aria-label=label
                    on:click=move |_| to_end()
                >
                    {icon(icon::DOWN)}
                    {move || missed.get().then(|| view! { <span>{ui.text("thread.new_messages")}</span> })}
                </button>
            }
        })
    })
    .into_any()
}
