//! What stands in a screen's place while its content is on its way, could not be fetched, or is empty.

use doorstep_core::UserAction;
use leptos::prelude::*;

use super::icon::{self, icon};
use crate::ui::Ui;

/// A screen whose content could not be fetched.
pub(crate) fn failed(ui: Ui) -> AnyView {
    view! {
        <div class="state" role="alert">
            {icon(icon::TROUBLE)} <h2>{ui.text("failed.title")}</h2> <p>{ui.text("failed.text")}</p>
            <button type="button" class="button" on:click=move |_| ui.send(UserAction::Retry)>
                {ui.text("retry")}
            </button>
        </div>
    }
    .into_any()
}

/// Rows on their way.
pub(crate) fn loading_rows(ui: Ui, count: usize) -> AnyView {
    let row = |_| {
        view! {
            <div class="row">
                <i class="skeleton dot"></i>
                <span class="row-text">
                    <i class="skeleton line"></i>
                    <i class="skeleton line wide"></i>
                </span>
            </div>
        }
        .into_any()
    };
    waiting(ui, (0..count).map(row).collect())
}

/// Messages on their way.
pub(crate) fn loading_messages(ui: Ui) -> AnyView {
    let blob =
        |mine| view! { <i class=if mine { "skeleton blob mine" } else { "skeleton blob" }></i> }.into_any();
    let blobs = [true, false, false, true].into_iter().map(blob).collect();
    view! { <div class="waiting">{waiting(ui, blobs)}</div> }.into_any()
}

/// Placeholders, and the word for those who do not see them.
fn waiting(ui: Ui, placeholders: Vec<AnyView>) -> AnyView {
    view! {
        <p class="hidden" role="status">
            {ui.text("loading")}
        </p>
        {placeholders}
    }
    .into_any()
}
