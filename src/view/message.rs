//! One message of a thread, with the day above it and how far it got below it.

use doorstep_core::UserAction;
use doorstep_core::view_model::{Body, Status, ThreadItem};
use leptos::prelude::*;

use super::face::face;
use super::rows::Row;
use crate::ui::Ui;

/// The message as a list item. `newest` is the key of the person's newest message: only there a status of success is
/// said.
pub(crate) fn message(ui: Ui, row: Row, newest: Memo<Option<String>>) -> AnyView {
    let Row { key, item, day, fresh, .. } = row;
    let part = |part: fn(&ThreadItem) -> bool| {
        let item = item.clone();
        move || item.with(part)
    };
    let first = part(|item| item.first_of_group);
    let last = part(|item| item.last_of_group);
    let mine = item.with_untracked(|item| item.mine);
    let pending = part(|item| matches!(item.status, Status::Sending | Status::NotDelivered));
    let refused = part(|item| matches!(item.status, Status::Refused { .. }));
    let day_line = {
        let item = item.clone();
        move || {
            day.get().then(|| {
                let at = item.with(|item| item.at);
                view! { <time class="day">{move || ui.words(|words| words.day(at))}</time> }.into_any()
            })
        }
    };
    let newest = move || newest.with(|newest| newest.as_deref() == Some(&*key));
    view! {
        <li
            class="item"
            class:first=first
            class:last=last
            class:mine=mine
            class:fresh=fresh
            class:pending=pending
            class:refused=refused
        >
            {day_line}
            <div class="said-by">{picture(&item, mine)} {author(ui, &item)} {bubble(&item)}</div>
            {meta(ui, item, newest)}
        </li>
    }
    .into_any()
}

/// The author's picture beside the last message of their run.
fn picture(item: &ArcRwSignal<ThreadItem>, mine: bool) -> AnyView {
    if mine {
        return ().into_any();
    }
    let item = item.clone();
    let shown = Memo::new(move |_| item.with(|item| item.author.clone().filter(|_| item.last_of_group)));
    (move || match shown.get() {
        Some(author) => face(&author),
        None => view! { <span class="gap"></span> }.into_any(),
    })
    .into_any()
}

/// Who says it, for those who cannot see on which side it stands.
fn author(ui: Ui, item: &ArcRwSignal<ThreadItem>) -> AnyView {
    let name = item.with_untracked(|item| item.author.as_ref().map(|author| author.name.clone()));
    let words = move || match &name {
        Some(name) => name.clone(),
        None => ui.words(|words| words.get("thread.you")),
    };
    view! { <span class="hidden">{words} ": "</span> }.into_any()
}

fn bubble(item: &ArcRwSignal<ThreadItem>) -> AnyView {
    let item = item.clone();
    let body = Memo::new(move |_| item.with(|item| item.body.clone()));
    (move || match body.get() {
        // The server has made it safe, by one allow-list (docs/SECURITY.md).
        Body::Html(html) => view! { <div class="bubble" dir="auto" inner_html=html></div> }.into_any(),
        Body::Text(text) => view! {
            <div class="bubble plain" dir="auto">
                {text}
            </div>
        }
        .into_any(),
    })
    .into_any()
}

/// The line under a message: who and when at the end of a run, and how far the person's own got.
fn meta(ui: Ui, item: ArcRwSignal<ThreadItem>, newest: impl Fn() -> bool + Send + Sync + 'static) -> AnyView {
    (move || {
        let ThreadItem { key, mine, author, at, status, last_of_group, .. } = item.get();
        let (word, bad) = match &status {
            Status::Refused { message } => return refusal(ui, key, message.clone()),
            Status::NotDelivered => (Some("status.not_delivered"), true),
            Status::Sending => (Some("status.sending"), false),
            Status::Seen if newest() => (Some("status.seen"), false),
            Status::Sent if mine && newest() => (Some("status.sent"), false),
            Status::Sent | Status::Seen => (None, false),
        };
        if word.is_none() && !last_of_group {
            return ().into_any();
        }
        let line = move || {
            ui.words(|words| {
                let name = author.as_ref().map(|author| author.name.clone());
                let time = words.time(at);
                let word = word.map(|word| words.get(word));
                name.into_iter().chain([time]).chain(word).collect::<Vec<_>>().join(" · ")
            })
        };
        let class = if bad { "meta bad" } else { "meta" };
        view! { <p class=class>{line}</p> }.into_any()
    })
    .into_any()
}

/// The server will never take it: what it said, and what can be done.
fn refusal(ui: Ui, key: String, message: String) -> AnyView {
    let again = key.clone();
    view! {
        <p class="meta bad">
            {if message.is_empty() { ui.text("status.refused").into_any() } else { message.into_any() }}
            <button
                type="button"
                class="link"
                on:click=move |_| ui.send(UserAction::RetryMessage(again.clone()))
            >
                {ui.text("retry")}
            </button>
            <button
                type="button"
                class="link"
                on:click=move |_| ui.send(UserAction::DeleteMessage(key.clone()))
            >
                {ui.text("status.delete")}
            </button>
        </p>
    }
    .into_any()
}
