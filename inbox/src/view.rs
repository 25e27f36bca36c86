//! The inbox's views: they read the model and send events. Screens: log-in, list, thread, person.

mod composer;
mod face;
mod help;
mod list;
mod log_in;
mod person;
mod thread;

use leptos::prelude::*;

use crate::shell::Ui;
use crate::state::{Event, Session};

/// Which of the outermost screens.
#[derive(Clone, PartialEq)]
enum Screen {
    Asking,
    Unreachable,
    LogIn,
    Inbox,
}

/// Everything.
pub fn app(ui: Ui) -> impl IntoView {
    let screen = ui.get(|model| match model.session {
        Session::Asking => Screen::Asking,
        Session::Unreachable => Screen::Unreachable,
        Session::Out { .. } => Screen::LogIn,
        Session::In(_) => Screen::Inbox,
    });
    move || match screen.get() {
        Screen::Asking => view! { <p class="center" role="status">"Loading…"</p> }.into_any(),
        Screen::Unreachable => view! {
            <main class="center" role="alert">
                <h1>"The server cannot be reached"</h1>
                <p>"Trying again every few seconds."</p>
                <button class="button" on:click=move |_| ui.send(Event::RetrySession)>"Try now"</button>
            </main>
        }
        .into_any(),
        Screen::LogIn => log_in::log_in(ui).into_any(),
        Screen::Inbox => inbox(ui).into_any(),
    }
}

fn inbox(ui: Ui) -> impl IntoView {
    let open = ui.get(|model| model.thread.is_some());
    let person = ui.get(|model| model.person_shown);
    let lost = ui.get(|model| model.was_live && !model.live);
    let problem = ui.get(|model| model.problem.clone());
    let line = move || {
        let problem = problem.get();
        let words = problem.clone().or_else(|| {
            lost.get().then(|| "Reconnecting… What you send is delivered once the server is back.".to_owned())
        });
        words.map(|words| view! { <p class="notice" class:bad=problem.is_some() role="status">{words}</p> })
    };
    view! {
        <div class="app">
            {line}
            <div class="panes" class:reading=move || open.get() class:about=move || person.get()>
                {list::list(ui)} {thread::thread(ui)} {person::person(ui)}
            </div>
            {help::help(ui)}
        </div>
    }
}
