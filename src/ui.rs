//! What views hold: the view model as a signal, and where a person's actions go. Made by `shell.rs`; cheap to copy.
//!
//! Not here: any rule, any browser facility.

use std::cell::RefCell;
use std::rc::Rc;

use doorstep_core::{Announcement, UserAction, ViewModel};
use leptos::prelude::{
    ArcRwSignal, Effect, Get as _, LocalStorage, StoredValue, Update as _, WithValue as _,
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

/// What changes stands in cells, and signals count the changes: signals of one type are Leptos's code once.
struct Door {
    model: RefCell<ViewModel>,
    words: RefCell<Words>,
    said: RefCell<Option<Announcement>>,
    published: Count,
    spoken: Count,
    announced: Count,
    focus: Count,
    scroll: Count,
    send: Rc<dyn Fn(UserAction)>,
}

type Count = ArcRwSignal<u32>;

impl Ui {
    /// Makes one under the current reactive owner. `send` receives what the person does; it may be called while an
    /// event handler runs, never while a view is being computed.
    pub fn new(send: impl Fn(UserAction) + 'static) -> Self {
        let [published, spoken, announced, focus, scroll] = std::array::from_fn(|_| Count::new(0));
        Self(StoredValue::new_local(Door {
            model: RefCell::default(),
            words: RefCell::new(Words::english()),
            said: RefCell::default(),
            published,
            spoken,
            announced,
            focus,
            scroll,
            send: Rc::new(send),
        }))
    }

    /// Follows what this counts.
    #[inline(never)]
    fn follow(self, count: fn(&Door) -> &Count) -> u32 {
        self.0.with_value(|door| count(door).clone()).get()
    }

    #[inline(never)]
    fn add(self, count: fn(&Door) -> &Count) {
        self.0.with_value(|door| count(door).clone()).update(|count| *count = count.wrapping_add(1));
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
        Box::new(move |place| {
            self.follow(|door| &door.published);
            self.peek(|model| renew(place, model))
        })
    }

    /// Reads the view model once, without following it.
    pub fn peek<T>(self, part: impl FnOnce(&ViewModel) -> T) -> T {
        self.0.with_value(|door| part(&door.model.borrow()))
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
        self.follow(|door| &door.spoken);
        self.0.with_value(|door| door.words.borrow().clone())
    }

    /// Changes the language. For the shell.
    pub fn speak(self, change: impl FnOnce(&Words) -> Words) {
        self.0.with_value(|door| {
            let changed = change(&door.words.borrow());
            door.words.replace(changed);
        });
        self.add(|door| &door.spoken);
    }

    /// Reports what the person did.
    pub fn send(self, action: UserAction) {
        if let Some(send) = self.0.try_with_value(|door| Rc::clone(&door.send)) {
            send(action);
        }
    }

    /// How often the cursor was asked for in the composer, which follows it.
    pub fn focus_requests(self) -> u32 {
        self.follow(|door| &door.focus)
    }

    /// How often the thread was asked to scroll to its end; the thread follows it.
    pub fn scroll_requests(self) -> u32 {
        self.follow(|door| &door.scroll)
    }

    /// The last thing to tell screen readers; the live region follows it.
    pub fn announcement(self) -> Option<Announcement> {
        self.follow(|door| &door.announced);
        self.0.with_value(|door| door.said.borrow().clone())
    }

    /// Shows another model. For the shell, and for pages that show views on their own.
    pub fn publish(self, model: ViewModel) {
        self.0.with_value(|door| door.model.replace(model));
        self.add(|door| &door.published);
    }

    /// See [`Ui::focus_requests`]. For the shell.
    pub fn focus_composer(self) {
        self.add(|door| &door.focus);
    }

    /// See [`Ui::scroll_requests`]. For the shell.
    pub fn scroll_to_end(self) {
        self.add(|door| &door.scroll);
    }

    /// See [`Ui::announcement`]. For the shell.
    pub fn announce(self, what: Announcement) {
        self.0.with_value(|door| door.said.replace(Some(what)));
        self.add(|door| &door.announced);
    }
}

/// Does something now, told that this is the first time, and whenever the signals it reads change.
pub(crate) fn watch(run: impl FnMut(bool) + 'static) {
    boxed_watch(Box::new(run));
}

fn boxed_watch(mut run: Box<dyn FnMut(bool)>) {
    Effect::new(move |before: Option<()>| run(before.is_none()));
}
