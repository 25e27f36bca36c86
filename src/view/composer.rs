//! Where the person writes. Enter sends, Shift and Enter begins a line, as in Intercom's Messenger.

use doorstep_core::UserAction;
use leptos::html::Textarea;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::icon::{self, icon};
use crate::ui::Ui;

/// The composer.
pub(crate) fn composer(ui: Ui) -> AnyView {
    let field = NodeRef::<Textarea>::new();
    let part = move |part: fn(&doorstep_core::view_model::Composer) -> Option<String>| {
        ui.get(move |model| model.thread.as_ref().and_then(|thread| part(&thread.composer)))
    };
    let draft = part(|composer| Some(composer.draft.clone()));
    let over = ui.get(|model| model.thread.as_ref().and_then(|thread| thread.composer.too_long));
    let can_send = ui.get(|model| model.thread.as_ref().is_some_and(|thread| thread.composer.can_send));
    keep_draft(field, draft);
    follow_focus(ui, field);
    let send = move || {
        if ui.peek(|model| model.thread.as_ref().is_some_and(|thread| thread.composer.can_send)) {
            ui.send(UserAction::Send);
        }
    };
    let keydown = move |event: KeyboardEvent| {
        // Enter that ends a word of an input method is not ours; some browsers say so by this key code only.
        let composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            send();
        }
    };
    let limit = move || {
        over.get().map(|over| {
            view! {
                <p class="limit over" id="ds-limit" role="status">
                    {move || ui.words(|words| words.count("composer.over", over))}
                </p>
            }
        })
    };
    view! {
        <div class="composer">
            {limit} <div class="field" class:wrong-field=move || over.get().is_some()>
                <div class="grow" data-draft=move || draft.get().unwrap_or_default()>
                    <textarea
                        node_ref=field
                        rows="1"
                        dir="auto"
                        enterkeyhint="send"
                        aria-label=ui.text("composer.label")
                        aria-invalid=move || over.get().map(|_| "true")
                        aria-describedby=move || over.get().map(|_| "ds-limit")
                        placeholder=ui.text("composer.placeholder")
                        on:input=move |event| ui.send(UserAction::DraftChanged(event_target_value(&event)))
                        on:keydown=keydown
                    ></textarea>
                </div>
                <button
                    type="button"
                    class="send"
                    aria-label=ui.text("composer.send")
                    disabled=move || !can_send.get()
                    on:click=move |_| send()
                >
                    {icon(icon::SEND)}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Writes the draft into the field when it is not what stands there: writing the same text would move the cursor.
fn keep_draft(field: NodeRef<Textarea>, draft: Memo<Option<String>>) {
    Effect::new(move || {
        if let (Some(field), Some(draft)) = (field.get(), draft.get())
            && field.value() != draft
        {
            field.set_value(&draft);
        }
    });
}

fn follow_focus(ui: Ui, field: NodeRef<Textarea>) {
    let requests = ui.focus_requests();
    // The request that brought this screen here came before the field was there.
    Effect::new(move || {
        if requests.get() > 0
            && let Some(field) = field.get()
        {
            let _ = field.focus();
        }
    });
}
