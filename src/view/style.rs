//! The style sheets, adopted by the document or shadow root the views stand in: no style element, no style attribute,
//! so a strict policy (`style-src`) has nothing to refuse.

#[cfg(feature = "module")]
use doorstep_core::view_model::Launcher;
use doorstep_core::view_model::Theme;
use js_sys::{Array, Reflect};
use web_sys::{CssStyleSheet, HtmlElement};

use super::colour;
use crate::ui::{Ui, watch};

const SHEETS: &str = concat!(
    include_str!("../../style/base.css"),
    include_str!("../../style/panel.css"),
    include_str!("../../style/home.css"),
    include_str!("../../style/list.css"),
    include_str!("../../style/preview.css"),
    include_str!("../../style/thread.css"),
    include_str!("../../style/composer.css"),
);
/// Where launcher and panel stand; in a frame the page does that.
#[cfg(feature = "module")]
const PAGED: &str = include_str!("../../style/launcher.css");
#[cfg(not(feature = "module"))]
const PAGED: &str = "";
const DARK_SHEET: &str = include_str!("../../style/dark.css");

static BASE: [u8; squeezed(SHEETS.as_bytes(), &mut [0; SHEETS.len()])] = {
    let mut all = [0; SHEETS.len()];
    squeezed(SHEETS.as_bytes(), &mut all);
    first(&all)
};
static DARK: [u8; squeezed(DARK_SHEET.as_bytes(), &mut [0; DARK_SHEET.len()])] = {
    let mut all = [0; DARK_SHEET.len()];
    squeezed(DARK_SHEET.as_bytes(), &mut all);
    first(&all)
};

/// While compiling: writes the sheet without comments and indentation, and gives its length.
const fn squeezed(sheet: &[u8], out: &mut [u8]) -> usize {
    let (mut at, mut written) = (0, 0);
    while at < sheet.len() {
        if sheet[at] == b'/' && at + 1 < sheet.len() && sheet[at + 1] == b'*' {
            at += 2;
            while !(sheet[at] == b'*' && sheet[at + 1] == b'/') {
                at += 1;
            }
            at += 2;
            continue;
        }
        let space = sheet[at] == b' ' || sheet[at] == b'\n';
        // A space after these separates nothing; before a brace neither.
        let before = if written == 0 { b'\n' } else { out[written - 1] };
        let glued = matches!(before, b'{' | b'}' | b';' | b',' | b' ' | b'\n' | b':');
        if space && glued {
            at += 1;
            continue;
        }
        // Nor a semicolon at the end of a rule.
        let closes = sheet[at] == b'}';
        if ((sheet[at] == b'{' || closes) && before == b' ') || (closes && before == b';') {
            written -= 1;
        }
        out[written] = if space { b' ' } else { sheet[at] };
        written += 1;
        at += 1;
    }
    written
}

const fn first<const N: usize>(all: &[u8]) -> [u8; N] {
    let mut text = [0; N];
    let mut at = 0;
    while at < N {
        text[at] = all[at];
        at += 1;
    }
    text
}

fn text(sheet: &[u8]) -> &str {
    // It was text before spaces went.
    std::str::from_utf8(sheet).unwrap_or_default()
}

/// Adopts the sheets for the root around `place` and keeps them as the settings say.
pub(crate) fn adopt(ui: Ui, place: &HtmlElement) {
    let (Ok(base), Ok(own)) = (CssStyleSheet::new(), CssStyleSheet::new()) else { return };
    let _ = base.replace_sync(&[text(&BASE), PAGED].concat());
    // Both a document and a shadow root have it.
    let root = place.get_root_node();
    let _ = Reflect::set(&root, &"adoptedStyleSheets".into(), &Array::of2(&base, &own));
    let theme = ui.get(|model| model.theme);
    let colours = ui.get(|model| model.workspace.colours.clone());
    let place = place.clone();
    #[cfg(feature = "module")]
    let position = ui.get(|model| if model.framed { String::new() } else { position(&model.launcher) });
    #[cfg(not(feature = "module"))]
    let position = ui.get(|_| String::new());
    watch(move |_| {
        let colours = colours.get();
        let [action, hero, link] = computed(&place, &colours);
        let colours = colour::sheet(&action, &hero, &link);
        let dark = match theme.get() {
            Theme::Light => String::new(),
            Theme::Dark => text(&DARK).to_owned(),
            Theme::System => ["@media (prefers-color-scheme: dark){", text(&DARK), "}"].concat(),
        };
        let _ = own.replace_sync(&[colours, dark, position.get()].concat());
    });
}

/// Colours as the browser reads them, each in a line: settings may give any that CSS knows (M§3.1). Nonsense is transparent.
/// All at once: each time the browser is asked it reckons the looks of the whole page.
fn computed(place: &HtmlElement, colours: &str) -> [String; 3] {
    const PROPERTIES: [&str; 3] = ["color", "background-color", "outline-color"];
    if colours.trim_matches('\n').is_empty() {
        return Default::default();
    }
    let style = place.style();
    for (property, colour) in PROPERTIES.into_iter().zip(colours.split('\n')) {
        let _ = style.set_property(property, "#0000");
        // Nothing would take the property away, and leave what is inherited.
        if !colour.is_empty() {
            let _ = style.set_property(property, colour);
        }
    }
    let computed = web_sys::window().and_then(|window| window.get_computed_style(place).ok()?);
    let read = PROPERTIES.map(|property| {
        computed.as_ref().and_then(|computed| computed.get_property_value(property).ok()).unwrap_or_default()
    });
    style.set_css_text("");
    read
}

#[cfg(feature = "module")]
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
