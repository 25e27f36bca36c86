//! Who the person is, and changing what is known of them.

use doorstep_protocol::inbox::Contact;
use doorstep_protocol::messenger::Role;
use leptos::prelude::*;

use super::face::face;
use crate::browser::page::zone;
use crate::shell::Ui;
use crate::state::person::value;
use crate::state::{Event, Field, time};

/// The pane.
pub(super) fn person(ui: Ui) -> impl IntoView {
    let contact = ui.get(|model| Some(model.thread.as_ref()?.row.as_ref()?.contact.clone()));
    view! {
        <aside class="person" aria-label="Details of the person">
            {move || contact.get().map(|contact| about(ui, contact))}
        </aside>
    }
}

fn about(ui: Ui, contact: Contact) -> impl IntoView {
    let role = match contact.role {
        Role::User => "User",
        Role::Lead => "Lead",
        Role::Visitor => "Visitor",
    };
    let fields = Field::ALL.map(|field| edited(ui, field, &contact));
    let fact = |label: &'static str, value: Option<String>| {
        value.filter(|value| !value.is_empty()).map(|value| {
            view! { <dt>{label}</dt> <dd dir="auto">{value}</dd> }
        })
    };
    let seen = contact.last_seen_at.map(|at| time::full(at, zone));
    view! {
        <header>
            <button class="quiet back" aria-label="Back to the conversation" on:click=move |_| ui.send(Event::ShowPerson(false))>
                "‹"
            </button>
            {face(&contact.display_name, contact.avatar.clone())}
            <div>
                <h2 dir="auto">{contact.display_name.clone()}</h2>
                <p class="role">{role}</p>
            </div>
        </header>
        <dl>
            {fields} {fact("Last seen", seen)} {fact("First seen", Some(time::full(contact.created_at, zone)))}
            {fact("Last page", contact.last_page)} {fact("User id", contact.external_id.filter(|_| contact.role == Role::User))}
        </dl>
    }
}

fn edited(ui: Ui, field: Field, contact: &Contact) -> impl IntoView + use<> {
    let shown = value(contact, field).map(str::to_owned);
    let verified = field == Field::Email && shown.is_some() && contact.email_verified;
    let editing = ui.get(move |model| model.edit.as_ref().is_some_and(|edit| edit.field == field));
    view! {
        <dt>{field.label()}</dt>
        <dd>
            {move || {
                if editing.get() {
                    form(ui, field).into_any()
                } else {
                    let (words, class) = match &shown {
                        Some(text) => (text.clone(), "value"),
                        None => (format!("Add {}", field.label().to_lowercase()), "value none"),
                    };
                    let label = format!("{}: {words}. Change", field.label());
                    view! {
                        <button
                            class=class
                            dir="auto"
                            aria-label=label
                            on:click=move |_| ui.send(Event::Edit(field))
                        >
                            {words}
                        </button>
                        {verified.then(|| view! { <span class="verified">"verified"</span> })}
                    }
                        .into_any()
                }
            }}
        </dd>
    }
}

fn form(ui: Ui, field: Field) -> impl IntoView {
    let typed = ui.get(|model| model.edit.as_ref().map(|edit| edit.value.clone()).unwrap_or_default());
    let busy = ui.get(|model| model.edit.as_ref().is_some_and(|edit| edit.busy));
    let problem = ui.get(|model| model.edit.as_ref().and_then(|edit| edit.problem.clone()));
    let kind = if field == Field::Email { "email" } else { "text" };
    view! {
        <form
            novalidate
            on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                ui.send(Event::EditSave);
            }
        >
            <input
                id="field"
                type=kind
                autocomplete="off"
                aria-label=field.label()
                aria-describedby="field-problem"
                aria-invalid=move || problem.get().map(|_| "true")
                prop:value=move || typed.get()
                on:input=move |event| ui.send(Event::EditChanged(event_target_value(&event)))
            />
            <p id="field-problem" class="problem" role="alert">{move || problem.get()}</p>
            <button class="button primary" type="submit" disabled=move || busy.get()>"Save"</button>
            <button class="quiet" type="button" on:click=move |_| ui.send(Event::EditCancel)>"Cancel"</button>
        </form>
    }
}
