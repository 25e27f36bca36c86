//! Where the teammate answers. Ctrl or Command and Enter sends, as in Intercom's inbox; Enter begins a line.

use leptos::html::Textarea;
use leptos::prelude::*;

use crate::browser::{files, page};
use crate::shell::Ui;
use crate::state::files::ready;
use crate::state::outbox::sendable;
use crate::state::{Event, Picked};

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
    let picked = ui.get(|model| model.picked().to_vec());
    let state = move || match sendable(&draft.get()) {
        Ok(words) => Ok((words || !picked.get().is_empty()) && ready(&picked.get())),
        wrong => wrong,
    };
    let pick = move |taken: Vec<(String, String)>| {
        for (id, name) in taken {
            ui.send(Event::Picked { id, name });
        }
    };
    let carried = move |event: &web_sys::Event| {
        let taken = files::carried(event);
        if !taken.is_empty() {
            event.prevent_default();
            pick(taken);
        }
    };
    // Marks around what is selected, as `doorstep_domain::markup` reads them.
    let mark = move |before: &'static str, after: &'static str| {
        if let Some(field) = field.get() {
            page::surround(&field, before, after);
            ui.send(Event::Draft(field.value()));
        }
    };
    let tools = [
        ("Bold", "B", "**", "**"),
        ("Italics", "I", "*", "*"),
        ("Code", "<>", "`", "`"),
        ("Link", "🔗", "[", "](https://)"),
        ("List", "•", "\n- ", ""),
    ];
    let tools = tools.map(|(name, sign, before, after)| {
        view! {
            <button class="quiet tool" aria-label=name title=name on:click=move |_| mark(before, after)>
                {sign}
            </button>
        }
    });
    let send = move || ui.send(Event::Send { client_id: page::uuid() });
    let keydown = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    view! {
        <div
            class="composer"
            on:paste=move |event| carried(&event)
            on:drop=move |event| carried(&event)
            on:dragover=move |event| event.prevent_default()
        >
            <ul class="picked">
                <For each=move || picked.get() key=|file| (file.id.clone(), file.upload.clone(), file.problem.clone()) let:file>
                    {attached(ui, file)}
                </For>
            </ul>
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
                {tools}
                <label class="quiet tool">
                    <span class="hidden">"Attach files"</span>
                    <span aria-hidden="true">"📎"</span>
                    <input
                        type="file"
                        class="hidden"
                        multiple
                        on:change=move |event| pick(files::input(&event).map(|field| files::take(&field)).unwrap_or_default())
                    />
                </label>
                <button class="button primary" disabled=move || state() != Ok(true) on:click=move |_| send()>
                    "Send"
                </button>
            </div>
        </div>
    }
}

/// A file of the reply, with how far it got.
fn attached(ui: Ui, file: Picked) -> impl IntoView {
    let bad = file.problem.is_some();
    let how = match (&file.problem, &file.upload) {
        (Some(problem), _) => problem.clone(),
        (None, None) => "Uploading…".to_owned(),
        (None, Some(_)) => String::new(),
    };
    let label = format!("Remove {}", file.name);
    view! {
        <li class:bad=bad>
            <bdi>{file.name}</bdi>
            <span role="status">{how}</span>
            <button class="quiet" aria-label=label on:click=move |_| ui.send(Event::Unpick(file.id.clone()))>
                "✕"
            </button>
        </li>
    }
}
