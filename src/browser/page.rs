//! Facts of the page and what the browser reports about it.

use doorstep_protocol::messenger::Page;
use web_sys::{VisibilityState, Window};

use super::listener::Listener;

/// Phones: the panel fills the screen (M§8.3).
const MOBILE: &str = "(max-width: 450px), (max-height: 450px)";

/// The page as the server is told; the address goes without its fragment.
pub fn facts(title: Option<String>) -> Page {
    let Some(window) = web_sys::window() else { return Page::default() };
    let document = window.document();
    let href = window.location().href().unwrap_or_default();
    Page {
        url: href.split('#').next().unwrap_or_default().to_owned(),
        title: title.or_else(|| document.as_ref().map(web_sys::Document::title)).unwrap_or_default(),
        referrer: document.map(|document| document.referrer()).unwrap_or_default(),
        // As JavaScript writes an array.
        language: window.navigator().languages().join(",").into(),
    }
}

/// Whether the browser believes that there is a network.
pub fn online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether a person can see the page.
pub fn visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() != VisibilityState::Hidden)
}

/// Whether the panel fills the screen.
pub fn mobile() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media(MOBILE).ok().flatten())
        .is_some_and(|query| query.matches())
}

/// What the browser reports.
pub enum Report {
    /// The network came or went.
    Online(bool),
    /// The page was shown or hidden.
    Visible(bool),
    /// The page was left, or came back from where the browser keeps pages.
    Away(bool),
    /// The window changed its size.
    Mobile(bool),
}

/// Reports until the listeners are dropped.
pub fn watch(window: &Window, report: impl Fn(Report) + Clone + 'static) -> Vec<Listener> {
    let (went, showed, resized) = (report.clone(), report.clone(), report.clone());
    let (left, back) = (report.clone(), report.clone());
    let mut listeners = vec![
        Listener::new(window, "online", move |_| report(Report::Online(true))),
        Listener::new(window, "offline", move |_| went(Report::Online(false))),
        Listener::new(window, "pagehide", move |_| left(Report::Away(true))),
        Listener::new(window, "pageshow", move |_| back(Report::Away(false))),
        Listener::new(window, "resize", move |_| resized(Report::Mobile(mobile()))),
    ];
    if let Some(document) = window.document() {
        listeners
            .push(Listener::new(&document, "visibilitychange", move |_| showed(Report::Visible(visible()))));
    }
    listeners
}
