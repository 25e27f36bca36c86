//! What views hold: the view model as a signal, and where a person's actions go. Made by `shell.rs`; cheap to copy.
//!
//! Not here: any rule, any browser facility.

use std::rc::Rc;

use doorstep_core::{Announcement, UserAction, ViewModel};
use leptos::prelude::{
    ArcReadSignal, ArcRwSignal, Effect, Get as _, LocalStorage, RwSignal, Set as _, StoredValue, Update as _,
    With as _, WithUntracked as _, WithValue as _,
};

use crate::text::Words;

mod memo;

pub use memo::Memo;
pub(crate) use memo::memo;
use memo::{Place, Renew, differs};

/// The views' only door to the rest. A single key: every closure of a view carries one.
#[derive(Clone, Copy)]
pub struct Ui(StoredValue<Door, LocalStorage>);

/// As [`Renew`], from the view model.
type RenewOf = Box<dyn Fn(&Place, &ViewModel) -> bool + Send + Sync>;

struct Door {
    model: ArcRwSignal<ViewModel>,
    focus: ArcRwSignal<u32>,
    scroll: ArcRwSignal<u32>,
    said: ArcRwSignal<Option<Announcement>>,
    words: RwSignal<Words, LocalStorage>,
    send: Rc<dyn Fn(UserAction)>,
}

impl Ui {
    /// Makes one under the current reactive owner. `send` receives what the person does; it may be called while an
    /// event handler runs, never while a view is being computed.
    pub fn new(send: impl Fn(UserAction) + 'static) -> Self {
        Self(StoredValue::new_local(Door {
            model: ArcRwSignal::new(ViewModel::default()),
            focus: ArcRwSignal::new(0),
            scroll: ArcRwSignal::new(0),
            said: ArcRwSignal::new(None),
            words: RwSignal::new_local(Words::english()),
            send: Rc::new(send),
        }))
    }

    /// One part of the view model; changes only when that part does.
    pub fn get<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&ViewModel) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(self.following(Box::new(move |place, model| differs(place, part(model)))))
    }

    #[inline(never)]
    fn following(self, renew: RenewOf) -> Renew {
        let model = self.0.with_value(|door| door.model.clone());
        Box::new(move |place| model.with(|model| renew(place, model)))
    }

    /// Reads the view model once, without following it.
    pub fn peek<T>(self, part: impl FnOnce(&ViewModel) -> T) -> T {
        self.0.with_value(|door| door.model.with_untracked(part))
    }

    /// The text of a key in the present language, for a place of a view; follows the language.
    pub fn text(self, key: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
        move || self.words(|words| words.get(key))
    }

    /// Makes a text of the present language's words; follows the language.
    pub fn words<T>(self, make: impl FnOnce(&Words) -> T) -> T {
        make(&self.current_words())
    }

    #[inline(never)]
    fn current_words(self) -> Words {
        self.0.with_value(|door| door.words).get()
    }

    /// Changes the language. For the shell.
    pub fn speak(self, change: impl FnOnce(&Words) -> Words) {
        self.0.with_value(|door| door.words).update(|words| *words = change(words));
    }

    /// Reports what the person did.
    pub fn send(self, action: UserAction) {
        if let Some(send) = self.0.try_with_value(|door| Rc::clone(&door.send)) {
            send(action);
        }
    }

    /// Counts the requests to put the cursor into the composer; the composer follows it.
    pub fn focus_requests(self) -> ArcReadSignal<u32> {
        self.0.with_value(|door| door.focus.read_only())
    }

    /// Counts the requests to scroll the thread to its end; the thread follows it.
    pub fn scroll_requests(self) -> ArcReadSignal<u32> {
        self.0.with_value(|door| door.scroll.read_only())
    }

    /// The last thing to tell screen readers; the live region follows it.
    pub fn announcement(self) -> ArcReadSignal<Option<Announcement>> {
        self.0.with_value(|door| door.said.read_only())
    }

    /// Shows another model. For the shell, and for pages that show views on their own.
    pub fn publish(self, model: ViewModel) {
        self.0.with_value(|door| door.model.clone()).set(model);
    }

    /// See [`Ui::focus_requests`]. For the shell.
    pub fn focus_composer(self) {
        self.0.with_value(|door| door.focus.clone()).update(|count| *count = count.wrapping_add(1));
    }

    /// See [`Ui::scroll_requests`]. For the shell.
    pub fn scroll_to_end(self) {
        self.0.with_value(|door| door.scroll.clone()).update(|count| *count = count.wrapping_add(1));
    }

    /// See [`Ui::announcement`]. For the shell.
    pub fn announce(self, what: Announcement) {
        self.0.with_value(|door| door.said.clone()).set(Some(what));
    }
}

/// Does something now, told that this is the first time, and whenever the signals it reads change.
pub(crate) fn watch(run: impl FnMut(bool) + 'static) {
    boxed_watch(Box::new(run));
}

fn boxed_watch(mut run: Box<dyn FnMut(bool)>) {
    Effect::new(move |before: Option<()>| run(before.is_none()));
}
