//! Puts the views into an element, with their style sheets.

use std::any::Any;

use leptos::mount::mount_to;
use web_sys::HtmlElement;

use crate::ui::Ui;
use crate::view::{app, style};

/// The views in their place; dropping it takes them out.
pub struct Mounted {
    _views: Box<dyn Any>,
}

/// Mounts the views into `parent`.
pub fn mount(parent: HtmlElement, ui: Ui) -> Mounted {
    let place = parent.clone();
    let views = move || {
        style::adopt(ui, &place);
        app(ui)
    };
    Mounted { _views: Box::new(mount_to(parent, views)) }
}
