//! Puts the views into an element, with their style sheet.

use std::any::Any;

use leptos::mount::mount_to;
use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::ui::Ui;
use crate::view::App;

/// The views in their place; dropping it takes them out.
pub struct Mounted {
    _views: Box<dyn Any>,
}

/// Mounts the views into `parent`.
pub fn mount(parent: HtmlElement, ui: Ui) -> Mounted {
    Mounted { _views: Box::new(mount_to(parent, move || view! { <App ui=ui /> })) }
}
