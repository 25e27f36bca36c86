//! The messages of the open thread as rows with an identity, so that a row is drawn once and only what changed in it
//! is drawn again. One pass over the messages for each change.

use std::collections::BTreeMap;

use doorstep_core::view_model::ThreadItem;
use leptos::prelude::*;

use crate::text::local_day;
use crate::ui::Ui;

/// A message and its place.
#[derive(Clone)]
pub(crate) struct Row {
    /// The message.
    pub(crate) item: ArcRwSignal<ThreadItem>,
    /// Whether a new day begins before it, in the visitor's time zone.
    pub(crate) day: ArcRwSignal<bool>,
    /// Whether it came while the thread was on screen, at the end.
    pub(crate) fresh: bool,
    /// Its day, and of which second that is.
    local_day: (i64, i32),
}

/// The messages by key, and the keys in order. A key never changes.
#[derive(Clone, Default)]
pub(crate) struct Rows {
    /// The oldest first.
    pub(crate) keys: Vec<String>,
    /// The messages.
    pub(crate) by_key: BTreeMap<String, Row>,
}

// The same messages in the same order are the same list: what changes inside a message it tells itself.
impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        self.keys == other.keys
    }
}

impl Rows {
    /// The person's own message that comes first in an order of keys.
    pub(crate) fn own<'a>(&self, mut keys: impl Iterator<Item = &'a String>) -> Option<String> {
        let mine = |key: &&String| {
            self.by_key.get(*key).is_some_and(|row| row.item.with_untracked(|item| item.mine))
        };
        keys.find(mine).cloned()
    }
}

/// Follows the open thread's messages.
pub(crate) fn rows(ui: Ui) -> Memo<Rows> {
    let items = ui.get(|model| model.thread.as_ref().map(|thread| thread.items.clone()).unwrap_or_default());
    Memo::new(move |old: Option<&Rows>| items.with(|items| renew(old, items)))
}

fn renew(old: Option<&Rows>, items: &[ThreadItem]) -> Rows {
    let known = |item: &ThreadItem| old.and_then(|old| old.by_key.get(&item.key));
    let last_known = items.iter().rposition(|item| known(item).is_some());
    let mut before = None;
    let mut rows = Rows::default();
    for (index, item) in items.iter().enumerate() {
        let day = match known(item) {
            Some(row) if row.local_day.0 == item.at => row.local_day.1,
            _ => local_day(item.at),
        };
        let breaks = before.replace(day) != Some(day);
        let row = match known(item) {
            Some(row) => {
                if row.item.with_untracked(|old| old != item) {
                    row.item.set(item.clone());
                }
                if row.day.get_untracked() != breaks {
                    row.day.set(breaks);
                }
                Row { local_day: (item.at, day), ..row.clone() }
            }
            None => Row {
                item: ArcRwSignal::new(item.clone()),
                day: ArcRwSignal::new(breaks),
                fresh: last_known.is_some_and(|last| index > last),
                local_day: (item.at, day),
            },
        };
        rows.keys.push(item.key.clone());
        rows.by_key.insert(item.key.clone(), row);
    }
    rows
}
