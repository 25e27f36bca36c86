//! Who is in the gallery, and small makers for what they say.

use doorstep_core::view_model::{Body, Face, Status, ThreadItem};

/// Seconds.
pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A picture without a network: a small drawing.
const PORTRAIT: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 40'%3E%3Crect width='40' height='40' fill='%23f2c7a5'/%3E%3Ccircle cx='20' cy='17' r='8' fill='%237a4a2b'/%3E%3Cpath d='M5 40c2-12 28-12 30 0z' fill='%232f6f5e'/%3E%3C/svg%3E";

pub(crate) fn face(name: &str) -> Face {
    let initials = name.split_whitespace().take(2).filter_map(|word| word.chars().next()).collect();
    Face { name: name.to_owned(), initials, ..Face::default() }
}

pub(crate) fn grace() -> Face {
    Face { avatar: Some(PORTRAIT.to_owned()), ..face("Grace Hopper") }
}

pub(crate) fn team() -> Vec<Face> {
    vec![grace(), face("Tomás Oliveira"), Face { away: true, ..face("Yuki") }]
}

/// The moment the gallery is about: now, so that "Today" is today.
pub(crate) fn now() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    let milliseconds = js_sys::Date::now() as i64;
    milliseconds / 1_000
}

/// A teammate's message.
pub(crate) fn theirs(key: &str, author: Face, html: &str, ago: i64) -> ThreadItem {
    ThreadItem {
        key: key.to_owned(),
        mine: false,
        author: Some(author),
        body: Body::Html(html.to_owned()),
        files: String::new(),
        at: now() - ago,
        status: Status::Sent,
        first_of_group: true,
        last_of_group: true,
    }
}

/// The person's own message.
pub(crate) fn mine(key: &str, text: &str, ago: i64, status: Status) -> ThreadItem {
    ThreadItem {
        mine: true,
        author: None,
        body: Body::Text(text.to_owned()),
        status,
        ..theirs(key, Face::default(), "", ago)
    }
}

/// Marks runs of one author, as the core does.
pub(crate) fn grouped(mut items: Vec<ThreadItem>) -> Vec<ThreadItem> {
    for index in 0..items.len() {
        let same = |other: Option<&ThreadItem>| {
            other.is_some_and(|other| {
                let name = |item: &ThreadItem| item.author.as_ref().map(|face| face.name.clone());
                other.mine == items[index].mine
                    && name(other) == name(&items[index])
                    && (other.at - items[index].at).abs() < 5 * MINUTE
            })
        };
        let (first, last) =
            (!same(index.checked_sub(1).and_then(|before| items.get(before))), !same(items.get(index + 1)));
        items[index].first_of_group = first;
        items[index].last_of_group = last;
    }
    items
}
