//! The log-in form.

use leptos::html::Input;
use leptos::prelude::*;

use crate::shell::Ui;
use crate::state::{Event, Session};

/// The form.
pub(super) fn log_in(ui: Ui) -> impl IntoView {
    let (email, password) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let busy = ui.get(|model| matches!(model.session, Session::Out { busy: true, .. }));
    let problem = ui.get(|model| match &model.session {
        Session::Out { problem, .. } => problem.clone(),
        _ => None,
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let value =
            |field: NodeRef<Input>| field.get_untracked().map(|field| field.value()).unwrap_or_default();
        ui.send(Event::LogIn { email: value(email), password: value(password) });
    };
    view! {
        <main class="log-in">
            <form on:submit=submit novalidate>
                <p class="logo" aria-hidden="true">"Doorstep"</p>
                <h1>"Log in to your inbox"</h1>
                <label for="email">"Email"</label>
                <input
                    id="email"
                    node_ref=email
                    type="email"
                    name="email"
                    autocomplete="username"
                    autofocus
                    aria-describedby="problem"
                />
                <label for="password">"Password"</label>
                <input
                    id="password"
                    node_ref=password
                    type="password"
                    name="password"
                    autocomplete="current-password"
                    aria-describedby="problem"
                />
                <p id="problem" class="problem" role="alert">{move || problem.get()}</p>
                <button class="button" type="submit" disabled=move || busy.get()>
                    {move || if busy.get() { "Logging in…" } else { "Log in" }}
                </button>
            </form>
        </main>
    }
}
