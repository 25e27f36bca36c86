//! The list of shortcuts.

use leptos::html::Button;
use leptos::prelude::*;

use crate::shell::Ui;
use crate::state::Event;

const KEYS: [(&str, &str); 6] = [
    ("j or ↓", "Next conversation"),
    ("k or ↑", "Conversation before"),
    ("r", "Reply"),
    ("e", "Close or reopen"),
    ("Ctrl or ⌘ + Enter", "Send the reply"),
    ("Esc", "Leave what is open"),
];

/// The dialog, while it is asked for.
pub(super) fn help(ui: Ui) -> impl IntoView {
    let shown = ui.get(|model| model.help);
    move || {
        shown.get().then(|| {
            let close = NodeRef::<Button>::new();
            Effect::new(move || {
                if let Some(close) = close.get() {
                    let _ = close.focus();
                }
            });
            let rows = KEYS.map(|(keys, what)| view! { <dt><kbd>{keys}</kbd></dt> <dd>{what}</dd> });
            view! {
                <div class="shade" on:click=move |_| ui.send(Event::ShowHelp(false))>
                    <section class="dialog" role="dialog" aria-modal="true" aria-label="Keyboard shortcuts">
                        <h2>"Keyboard shortcuts"</h2>
                        <dl>{rows}</dl>
                        <button class="button" node_ref=close on:click=move |_| ui.send(Event::ShowHelp(false))>
                            "Close"
                        </button>
                    </section>
                </div>
            }
        })
    }
}
