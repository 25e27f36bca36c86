//! What views hold: the view model as a signal, and where a person's actions go. Made by `shell.rs`; cheap to copy.
//!
//! Not here: any rule, any browser facility.

use std::rc::Rc;

use doorstep_core::{Announcement, UserAction, ViewModel};
use leptos::prelude::*;

use crate::text::Words;

/// The views' only door to the rest.
#[derive(Clone, Copy)]
pub struct Ui {
    model: RwSignal<ViewModel>,
    focus: RwSignal<u32>,
    scroll: RwSignal<u32>,
    said: RwSignal<Option<Announcement>>,
    words: RwSignal<Words, LocalStorage>,
    send: StoredValue<Rc<dyn Fn(UserAction)>, LocalStorage>,
}

impl Ui {
    /// Makes one under the current reactive owner. `send` receives what the person does; it may be called while an
    /// event handler runs, never while a view is being computed.
    pub fn new(send: impl Fn(UserAction) + 'static) -> Self {
        Self {
            model: RwSignal::new(ViewModel::default()),
            focus: RwSignal::new(0),
            scroll: RwSignal::new(0),
            said: RwSignal::new(None),
            words: RwSignal::new_local(Words::english()),
            send: StoredValue::new_local(Rc::new(send)),
        }
    }

    /// One part of the view model; changes only when that part does.
    pub fn get<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&ViewModel) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let model = self.model;
        memo(move || model.with(&part))
    }

    /// Reads the view model once, without following it.
    pub fn peek<T>(self, part: impl FnOnce(&ViewModel) -> T) -> T {
        self.model.with_untracked(part)
    }

    /// The text of a key in the present language, for a place of a view; follows the language.
    pub fn text(self, key: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
        move || self.words(|words| words.get(key))
    }

    /// Makes a text of the present language's words; follows the language.
    pub fn words<T>(self, make: impl FnOnce(&Words) -> T) -> T {
        self.words.with(make)
    }

    /// Changes the language. For the shell.
    pub fn speak(self, change: impl FnOnce(&Words) -> Words) {
        self.words.update(|words| *words = change(words));
    }

    /// Reports what the person did.
    pub fn send(self, action: UserAction) {
        if let Some(send) = self.send.try_get_value() {
            send(action);
        }
    }

    /// Counts the requests to put the cursor into the composer; the composer follows it.
    pub fn focus_requests(self) -> ReadSignal<u32> {
        self.focus.read_only()
    }

    /// Counts the requests to scroll the thread to its end; the thread follows it.
    pub fn scroll_requests(self) -> ReadSignal<u32> {
        self.scroll.read_only()
    }

    /// The last thing to tell screen readers; the live region follows it.
    pub fn announcement(self) -> ReadSignal<Option<Announcement>> {
        self.said.read_only()
    }

    /// Shows another model. For the shell, and for pages that show views on their own.
    pub fn publish(self, model: ViewModel) {
        self.model.set(model);
    }

    /// See [`Ui::focus_requests`]. For the shell.
    pub fn focus_composer(self) {
        self.focus.update(|count| *count = count.wrapping_add(1));
    }

    /// See [`Ui::scroll_requests`]. For the shell.
    pub fn scroll_to_end(self) {
        self.scroll.update(|count| *count = count.wrapping_add(1));
    }

    /// See [`Ui::announcement`]. For the shell.
    pub fn announce(self, what: Announcement) {
        self.said.set(Some(what));
    }
}

/// A memo whose code is there once for each type, not for each closure: a sixth of the widget's bytes were memos.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    make: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    boxed_memo(Box::new(make))
}

fn boxed_memo<T: PartialEq + Send + Sync + 'static>(make: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
    Memo::new(move |_| make())
}
