//! The messages of the open thread as rows with an identity, so that a row is drawn once and only what changed in it
//! is drawn again. One pass over the messages for each change.

use std::collections::BTreeMap;

use doorstep_core::view_model::ThreadItem;
use leptos::prelude::*;

use crate::browser::intl;
use crate::ui::Ui;

/// A message and its place.
#[derive(Clone)]
pub(crate) struct Row {
    /// The message's key, which never changes.
    pub(crate) key: String,
    /// The message.
    pub(crate) item: ArcRwSignal<ThreadItem>,
    /// Whether a new day begins before it, in the visitor's time zone.
    pub(crate) day: ArcRwSignal<bool>,
    /// Whether it came while the thread was on screen, at the end.
    pub(crate) fresh: bool,
    /// See [`intl::local_day`]; and of which second.
    local_day: (i64, i32),
}

// Rows that hold the same messages in the same order are the same list: what changes inside them they tell themselves.
impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

/// Follows the open thread's messages.
pub(crate) fn rows(ui: Ui) -> Memo<Vec<Row>> {
    let items = ui.get(|model| model.thread.as_ref().map(|thread| thread.items.clone()).unwrap_or_default());
    Memo::new(move |old: Option<&Vec<Row>>| items.with(|items| renew(old, items)))
}

fn renew(old: Option<&Vec<Row>>, items: &[ThreadItem]) -> Vec<Row> {
    let known: BTreeMap<&str, &Row> = old.into_iter().flatten().map(|row| (row.key.as_str(), row)).collect();
    let last_known = items.iter().rposition(|item| known.contains_key(item.key.as_str()));
    let mut before = None;
    items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let known = known.get(item.key.as_str());
            let day = match known {
                Some(row) if row.local_day.0 == item.at => row.local_day.1,
                _ => intl::local_day(item.at),
            };
            let breaks = before.replace(day) != Some(day);
            match known {
                Some(row) => {
                    if row.item.with_untracked(|old| old != item) {
                        row.item.set(item.clone());
                    }
                    if row.day.get_untracked() != breaks {
                        row.day.set(breaks);
                    }
                    Row { local_day: (item.at, day), ..(*row).clone() }
                }
                None => Row {
                    key: item.key.clone(),
                    item: ArcRwSignal::new(item.clone()),
                    day: ArcRwSignal::new(breaks),
                    fresh: last_known.is_some_and(|last| index > last),
                    local_day: (item.at, day),
                },
            }
        })
        .collect()
}
