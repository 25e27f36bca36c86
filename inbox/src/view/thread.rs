//! The open conversation: who, the messages, replies on their way, the composer.

use doorstep_protocol::messenger::{Attachment, AuthorKind, ConversationState, Part};
use doorstep_protocol::talk::Rating;
use leptos::prelude::*;

use super::composer::composer;
use super::face::face;
use crate::browser::page::zone;
use crate::shell::Ui;
use crate::state::{Event, Load, Outgoing, Progress, time};

/// The pane.
pub(super) fn thread(ui: Ui) -> impl IntoView {
    let open = ui.get(|model| model.thread.is_some());
    let any = ui.get(|model| !model.rows.is_empty());
    view! {
        <main class="thread">
            {move || {
                if open.get() {
                    conversation(ui).into_any()
                } else {
                    let words = if any.get() { "Choose a conversation to read it." } else { "Nothing to read yet." };
                    view! { <p class="center">{words}</p> }.into_any()
                }
            }}
        </main>
    }
}

fn conversation(ui: Ui) -> impl IntoView {
    let load = ui
        .get(|model| model.thread.as_ref().map(|thread| (thread.state, thread.missing)).unwrap_or_default());
    view! {
        {bar(ui)}
        {move || match load.get() {
            (Load::Loading, _) => view! { <p class="center" role="status">"Loading…"</p> }.into_any(),
            (Load::Failed, true) => {
                view! {
                    <div class="center" role="alert">
                        <h2>"This conversation does not exist"</h2>
                        <button class="button" on:click=move |_| ui.send(Event::Back)>"Back to the list"</button>
                    </div>
                }
                    .into_any()
            }
            (Load::Failed, false) => {
                view! {
                    <div class="center" role="alert">
                        <h2>"The conversation could not be loaded"</h2>
                        <button class="button" on:click=move |_| ui.send(Event::RetryThread)>"Try again"</button>
                    </div>
                }
                    .into_any()
            }
            (Load::Ready, _) => view! { {log(ui)} {composer(ui)} }.into_any(),
        }}
    }
}

fn bar(ui: Ui) -> impl IntoView {
    let row = |part: fn(&doorstep_protocol::inbox::ConversationRow) -> String| {
        ui.get(move |model| {
            model.thread.as_ref().and_then(|thread| thread.row.as_ref()).map(part).unwrap_or_default()
        })
    };
    let name = row(|row| row.contact.display_name.clone());
    let page = row(|row| row.contact.last_page.clone().unwrap_or_default());
    let state = ui.get(|model| Some(model.thread.as_ref()?.row.as_ref()?.state));
    let rating = row(|row| row.rating.as_ref().map(rated).unwrap_or_default());
    let switch = move || {
        state.get().map(|state| {
            let (label, next) = match state {
                ConversationState::Closed => ("Reopen", ConversationState::Open),
                _ => ("Close", ConversationState::Closed),
            };
            view! { <button class="button" on:click=move |_| ui.send(Event::SetState(next))>{label}</button> }
        })
    };
    view! {
        <header class="bar">
            <button class="quiet back" aria-label="Back to the list" on:click=move |_| ui.send(Event::Back)>"‹"</button>
            <div class="bar-text">
                <h1 id="thread-title" tabindex="-1" dir="auto">{move || name.get()}</h1>
                <p dir="ltr">{move || page.get()}</p>
                {move || {
                    let text = rating.get();
                    (!text.is_empty()).then(|| view! { <p class="rated" dir="auto">{text}</p> })
                }}
            </div>
            <button class="quiet about-button" on:click=move |_| ui.send(Event::ShowPerson(true))>"Details"</button>
            {switch}
        </header>
    }
}

/// What the person says of the conversation; empty before they were asked.
fn rated(rating: &Rating) -> String {
    match (rating.rating, rating.remark.as_str()) {
        (0, _) => "Asked for a rating".to_owned(),
        (score, "") => format!("Rated {score} of 5"),
        (score, remark) => format!("Rated {score} of 5: “{remark}”"),
    }
}

fn log(ui: Ui) -> impl IntoView {
    let parts = ui.get(|model| model.thread.as_ref().map(|thread| thread.parts.clone()).unwrap_or_default());
    let more = ui.get(|model| model.thread.as_ref().is_some_and(|thread| thread.more));
    let waiting = ui.get(|model| {
        let here = model.route.conversation().unwrap_or_default();
        model.outbox.iter().filter(|reply| reply.conversation_id == here).cloned().collect::<Vec<_>>()
    });
    let seen = ui.get(seen);
    let typing =
        ui.get(|model| model.typing.is_some() && model.typing.as_deref() == model.route.conversation());
    let name = ui.get(|model| {
        let row = model.thread.as_ref().and_then(|thread| thread.row.as_ref());
        row.map(|row| row.contact.display_name.clone()).unwrap_or_default()
    });
    let now = ui.get(|model| model.now);
    let days = move || {
        let parts = parts.get();
        let mut before = None;
        parts
            .into_iter()
            .map(|part| {
                let day = time::Day::of(part.created_at, zone);
                let breaks = before.replace(day) != Some(day);
                (part, breaks)
            })
            .collect::<Vec<_>>()
    };
    view! {
        <div class="log" id="log" tabindex="0" role="log" aria-label="Messages">
            {move || {
                more.get()
                    .then(|| {
                        view! {
                            <button class="quiet more" on:click=move |_| ui.send(Event::OlderParts)>
                                "Show earlier messages"
                            </button>
                        }
                    })
            }}
            <ol>
                <For each=days key=|(part, breaks)| (part.id.clone(), *breaks, part.attachments.first().map(|file| file.url.clone())) let:day>
                    {message(day.0, day.1, now)}
                </For>
                <For each=move || waiting.get() key=|reply| (reply.client_id.clone(), reply.progress.clone(), reply.failures) let:reply>
                    {outgoing(ui, reply)}
                </For>
            </ol>
            <p class="after" role="status">
                {move || {
                    if typing.get() {
                        Some(format!("{} is typing…", name.get()))
                    } else {
                        seen.get().then(|| "Seen".to_owned())
                    }
                }}
            </p>
        </div>
    }
}

/// Whether the person has seen the newest part, and it is a teammate's.
fn seen(model: &crate::state::Model) -> bool {
    let Some(thread) = &model.thread else { return false };
    let number = |id: &str| id.parse::<u64>().unwrap_or_default();
    thread.parts.last().is_some_and(|part| {
        part.author.kind == AuthorKind::Admin
            && thread.seen_by_contact.as_deref().is_some_and(|seen| number(seen) >= number(&part.id))
    })
}

fn message(part: Part, breaks: bool, now: Memo<i64>) -> impl IntoView {
    let at = part.created_at;
    let ours = part.author.kind != AuthorKind::Contact;
    let day = breaks.then(|| view! { <p class="day">{move || time::day_label(at, now.get(), zone)}</p> });
    view! {
        <li class="message" class:ours=ours>
            {day} <div class="said">
                {(!ours).then(|| face(&part.author.name, part.author.avatar.clone()))}
                // The server has made it safe, by one allow-list (docs/SECURITY.md).
                <div class="words">
                    {(!part.body.is_empty())
                        .then(|| view! { <div class="bubble" dir="auto" inner_html=part.body.clone()></div> })}
                    {part.attachments.into_iter().map(attachment).collect_view()}
                </div>
            </div>
            <p class="meta">
                <span dir="auto">{part.author.name}</span>
                " · "
                <time datetime=time::machine(at) title=time::full(at, zone)>{time::clock(at, zone)}</time>
            </p>
        </li>
    }
}

/// A file of a message: a picture, or its name to save it by.
fn attachment(file: Attachment) -> impl IntoView {
    let name = file.name.clone();
    let shown = (file.width > 0).then(|| {
        let (width, height) = (file.width.to_string(), file.height.to_string());
        view! { <img src=file.url.clone() alt=name.clone() width=width height=height loading="lazy" /> }
    });
    let picture = shown.is_some();
    view! {
        <a class="attached" class:picture=picture href=file.url target="_blank" rel="noopener noreferrer">
            {shown}
            {(!picture).then(|| view! { <span aria-hidden="true">"📎 "</span> <bdi>{name}</bdi> })}
        </a>
    }
}

fn outgoing(ui: Ui, reply: Outgoing) -> impl IntoView {
    let (again, back) = (reply.client_id.clone(), reply.client_id.clone());
    let status = match reply.progress {
        Progress::Refused(reason) => {
            let reason = if reason.is_empty() { "The server refused it".to_owned() } else { reason };
            view! {
                <p class="meta bad" role="alert">
                    {reason}
                    <button class="link" on:click=move |_| ui.send(Event::RetryReply(again.clone()))>"Try again"</button>
                    <button class="link" on:click=move |_| ui.send(Event::DiscardReply(back.clone()))>"Edit"</button>
                </p>
            }
            .into_any()
        }
        _ if reply.failures > 0 => view! { <p class="meta bad">"Not sent yet – trying again"</p> }.into_any(),
        _ => view! { <p class="meta">"Sending…"</p> }.into_any(),
    };
    view! {
        <li class="message ours pending">
            <div class="said">
                <div class="bubble plain" dir="auto">{reply.body}</div>
            </div>
            {status}
        </li>
    }
}
