//! The list of conversations with its two folders, and who is logged in.

use doorstep_protocol::inbox::ConversationRow;
use doorstep_protocol::messenger::AuthorKind;
use leptos::prelude::*;

use super::face::face;
use crate::browser::page::zone;
use crate::shell::Ui;
use crate::state::{Event, Folder, Load, Model, time};

/// The pane.
pub(super) fn list(ui: Ui) -> impl IntoView {
    let workspace = ui.get(|model| model.me().map(|me| me.workspace.clone()).unwrap_or_default());
    let name = ui.get(|model| model.me().map(|me| me.name.clone()).unwrap_or_default());
    let open_count = ui.get(Model::open_count);
    let label = move |folder: Folder| {
        move || match (folder, open_count.get()) {
            (Folder::Open, 0) => "Open".to_owned(),
            (Folder::Open, count) => format!("Open {count}"),
            (Folder::Closed, _) => "Closed".to_owned(),
        }
    };
    let tab = move |folder: Folder| {
        let current = ui.get(move |model| model.folder == folder);
        view! {
            <button
                class="tab"
                aria-pressed=move || current.get().to_string()
                on:click=move |_| ui.send(Event::ShowFolder(folder))
            >
                {label(folder)}
            </button>
        }
    };
    view! {
        <nav class="list" aria-label="Conversations">
            <header>
                <h1>{move || workspace.get()}</h1>
                <div class="tabs">{tab(Folder::Open)} {tab(Folder::Closed)}</div>
            </header>
            {rows(ui)}
            <footer>
                {move || face(&name.get(), None)}
                <span class="who">{move || name.get()}</span>
                <button class="quiet" aria-label="Keyboard shortcuts" on:click=move |_| ui.send(Event::ShowHelp(true))>
                    "?"
                </button>
                <button class="quiet" on:click=move |_| ui.send(Event::LogOut)>"Log out"</button>
            </footer>
        </nav>
    }
}

fn rows(ui: Ui) -> impl IntoView {
    let rows = ui.get(|model| model.rows.clone());
    let load = ui.get(|model| model.list);
    let folder = ui.get(|model| model.folder);
    let more = ui.get(|model| model.next.is_some());
    let foot = move || match (load.get(), rows.with(Vec::is_empty)) {
        (Load::Loading, _) => view! { <p class="state" role="status">"Loading…"</p> }.into_any(),
        (Load::Failed, _) => view! {
            <div class="state" role="alert">
                <p>"The conversations could not be loaded."</p>
                <button class="button" on:click=move |_| ui.send(Event::MoreRows)>"Try again"</button>
            </div>
        }
        .into_any(),
        (Load::Ready, true) => empty(folder.get()).into_any(),
        (Load::Ready, false) => more
            .get()
            .then(|| {
                view! {
                    <button class="quiet more" on:click=move |_| ui.send(Event::MoreRows)>
                        "Show more"
                    </button>
                }
            })
            .into_any(),
    };
    view! {
        <div class="rows">
            <ul>
                <For each=move || rows.get() key=|row| row_key(row) let:row>
                    {one(ui, row)}
                </For>
            </ul>
            {foot}
        </div>
    }
}

/// A row that changed is drawn anew.
fn row_key(row: &ConversationRow) -> String {
    let contact = &row.contact;
    format!(
        "{} {} {} {} {} {}",
        row.id, row.updated_at, row.unread, row.state as u8, contact.display_name, row.preview
    )
}

fn empty(folder: Folder) -> impl IntoView {
    match folder {
        Folder::Open => view! {
            <div class="state">
                <h2>"All caught up"</h2>
                <p>"When somebody writes to you, their message appears here by itself."</p>
            </div>
        }
        .into_any(),
        Folder::Closed => view! {
            <div class="state">
                <h2>"Nothing closed yet"</h2>
                <p>"Conversations you close are kept here."</p>
            </div>
        }
        .into_any(),
    }
}

fn one(ui: Ui, row: ConversationRow) -> impl IntoView {
    let ConversationRow { id, contact, preview, last_author, updated_at, waiting_since, unread, .. } = row;
    let here = {
        let id = id.clone();
        ui.get(move |model| model.route.conversation() == Some(&*id))
    };
    let now = ui.get(|model| model.now);
    let (name, avatar) = (contact.display_name.clone(), contact.avatar.clone());
    let prefix = (last_author.kind == AuthorKind::Admin).then(|| format!("{}: ", last_author.name));
    let waits = move || {
        waiting_since.map(|since| {
            view! { <span class="waits">{format!("Waiting {}", time::waiting(since, now.get()))}</span> }
        })
    };
    let open = id.clone();
    view! {
        <li>
            <button
                id=format!("row-{id}")
                class="row"
                class:unread={unread > 0}
                aria-current=move || here.get().then_some("true")
                on:click=move |_| ui.send(Event::Open(open.clone()))
            >
                {face(&name, avatar)}
                <span class="row-text">
                    <span class="row-top">
                        <b dir="auto">{name.clone()}</b>
                        <time datetime=time::machine(updated_at)>
                            {move || time::age(updated_at, now.get(), zone)}
                        </time>
                    </span>
                    <span class="row-preview" dir="auto">{prefix} {preview}</span>
                    {waits}
                </span>
                {(unread > 0)
                    .then(|| {
                        view! {
                            <span class="badge">
                                {unread} <span class="hidden">" unread"</span>
                            </span>
                        }
                    })}
            </button>
        </li>
    }
}
