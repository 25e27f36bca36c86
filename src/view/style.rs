//! The style sheets, adopted by the document or shadow root the views stand in: no style element, no style attribute,
//! so a strict policy (`style-src`) has nothing to refuse.

use doorstep_core::view_model::{Launcher, Theme};
use js_sys::{Array, Reflect};
use leptos::prelude::*;
use web_sys::{CssStyleSheet, HtmlElement};

use super::colour;
use crate::ui::Ui;

const BASE: &str = concat!(
    include_str!("../../style/base.css"),
    include_str!("../../style/panel.css"),
    include_str!("../../style/home.css"),
    include_str!("../../style/list.css"),
    include_str!("../../style/thread.css"),
    include_str!("../../style/composer.css"),
    include_str!("../../style/launcher.css"),
);
const DARK: &str = include_str!("../../style/dark.css");

/// Adopts the sheets for the root around `place` and keeps them as the settings say.
pub(crate) fn adopt(ui: Ui, place: &HtmlElement) {
    let (Ok(base), Ok(own)) = (CssStyleSheet::new(), CssStyleSheet::new()) else { return };
    let _ = base.replace_sync(BASE);
    // Both a document and a shadow root have it.
    let root = place.get_root_node();
    let _ = Reflect::set(&root, &"adoptedStyleSheets".into(), &Array::of2(&base, &own));
    let theme = ui.get(|model| model.theme);
    let colours =
        ui.get(|model| colour::sheet(&model.workspace.action_color, &model.workspace.background_color));
    let position = ui.get(|model| if model.framed { String::new() } else { position(&model.launcher) });
    Effect::new(move || {
        let dark = match theme.get() {
            Theme::Light => String::new(),
            Theme::Dark => DARK.to_owned(),
            Theme::System => ["@media (prefers-color-scheme: dark){", DARK, "}"].concat(),
        };
        let _ = own.replace_sync(&[colours.get(), dark, position.get()].concat());
    });
}

/// Where launcher and panel stand on the page (M§3.1), as properties style/launcher.css uses.
fn position(launcher: &Launcher) -> String {
    let side = launcher.horizontal_padding.to_string();
    let (right, left, origin) = if launcher.right {
        ([&side, "px"].concat(), "auto".to_owned(), "100%")
    } else {
        ("auto".to_owned(), [&side, "px"].concat(), "0")
    };
    [
        ".paged{--launcher-right:",
        &right,
        ";--launcher-left:",
        &left,
        ";--launcher-origin:",
        origin,
        " 100%;--launcher-below:",
        &launcher.vertical_padding.to_string(),
        "px}",
    ]
    .concat()
}
