//! Where the teammate answers. Ctrl or Command and Enter sends, as in Intercom's inbox; Enter begins a line.

use leptos::html::Textarea;
use leptos::prelude::*;

use crate::browser::page;
use crate::shell::Ui;
use crate::state::Event;
use crate::state::outbox::sendable;

/// The composer.
pub(super) fn composer(ui: Ui) -> impl IntoView {
    let field = NodeRef::<Textarea>::new();
    let draft = ui.get(|model| model.draft().to_owned());
    // Writing the same text again would move the cursor.
    Effect::new(move || {
        if let Some(field) = field.get()
            && field.value() != draft.get()
        {
            field.set_value(&draft.get());
        }
    });
    let state = move || sendable(&draft.get());
    let send = move || ui.send(Event::Send { client_id: page::uuid() });
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    view! {
        <div class="composer">
            <textarea
                id="composer"
                node_ref=field
                rows="3"
                dir="auto"
                aria-label="Reply"
                aria-describedby="composer-hint"
                placeholder="Write a reply…"
                on:input=move |event| ui.send(Event::Draft(event_target_value(&event)))
                on:keydown=keydown
            ></textarea>
            <div class="composer-foot">
                <p id="composer-hint" class:bad=move || state().is_err()>
                    {move || state().err().unwrap_or_else(|| "Ctrl or ⌘ + Enter sends".to_owned())}
                </p>
                <button class="button primary" disabled=move || state() != Ok(true) on:click=move |_| send()>
                    "Send"
                </button>
            </div>
        </div>
    }
}
