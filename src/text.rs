//! The widget's words in one language: lookup with English as the net, `{placeholders}`, plural forms, dates.
//!
//! Not here: which language (core), fetching (`browser/http.rs`), when to fetch (`shell.rs`).

use js_sys::{Object, Reflect};

use crate::browser::{clock, http, intl};

/// English, carried by the widget itself; every key is in it.
const FILE: &str = include_str!("../locales/en.json");
/// English without the texts of parts (`parts/`), which bring their own.
static ENGLISH: [u8; own_lines(FILE.as_bytes(), &mut [0; FILE.len()])] = {
    let mut all = [0; FILE.len()];
    own_lines(FILE.as_bytes(), &mut all);
    let mut text = [0; own_lines(FILE.as_bytes(), &mut [0; FILE.len()])];
    let mut at = 0;
    while at < text.len() {
        text[at] = all[at];
        at += 1;
    }
    text
};
/// What the keys of parts' texts begin with.
const PARTS: [&[u8]; 7] = [b"attach.", b"emoji.", b"hours.", b"menu.", b"rating.", b"reply.", b"transcript."];

/// While compiling: writes the file without the lines of parts' texts and without line ends, and gives its length.
const fn own_lines(file: &[u8], out: &mut [u8]) -> usize {
    let (mut at, mut written, mut skips) = (0, 0, false);
    while at < file.len() {
        if at == 0 || file[at - 1] == b'\n' {
            skips = false;
            let mut part = 0;
            while part < PARTS.len() {
                // Two spaces and a quotation mark stand before a key.
                skips |= begins(file, at + 3, PARTS[part]);
                part += 1;
            }
        }
        if !skips {
            // The line that was the last may be gone, and no comma may stand where it was.
            if file[at] == b'}' && written > 1 && out[written - 1] == b',' {
                written -= 1;
            }
            // Neither line ends nor the two spaces that indent.
            let indents = file[at] == b' ' && (file[at - 1] == b'\n' || file[at - 2] == b'\n');
            if !indents && file[at] != b'\n' {
                out[written] = file[at];
                written += 1;
            }
        }
        at += 1;
    }
    written
}

const fn begins(file: &[u8], at: usize, part: &[u8]) -> bool {
    let mut index = 0;
    while index < part.len() {
        if at + index >= file.len() || file[at + index] != part[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// Texts of one language.
#[derive(Clone)]
pub struct Words {
    own: Object,
    english: Object,
}

impl Words {
    /// English.
    pub fn english() -> Self {
        // It was text before whole lines went.
        let english = std::str::from_utf8(&ENGLISH).unwrap_or_default();
        let english = http::object(english).unwrap_or_default();
        Self { own: english.clone(), english }
    }

    /// The same net under another language's texts.
    #[must_use]
    pub fn with(&self, own: Object) -> Self {
        Self { own, english: self.english.clone() }
    }

    /// The text of a key. A key nobody knows is shown as it is: better than nothing.
    pub fn get(&self, key: &str) -> String {
        [&self.own, &self.english]
            .into_iter()
            .find_map(|texts| Reflect::get(texts, &key.into()).ok()?.as_string())
            .unwrap_or_else(|| key.to_owned())
    }

    /// The text with its `{placeholders}` filled. A value is not searched for placeholders.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let text = self.get(key);
        let mut filled = String::new();
        let mut rest = text.as_str();
        // By single characters: a search for strings weighs more than this file.
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(values.iter().find(|value| value.0 == name).map_or("", |value| value.1));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    /// The plural form for a number, `{count}` filled.
    pub fn count(&self, key: &str, count: u32) -> String {
        let own = [key, ".", &intl::plural_category(&self.language(), count)].concat();
        let key = if Reflect::has(&self.own, &own.as_str().into()) == Ok(true) {
            own
        } else {
            [key, ".other"].concat()
        };
        self.fill(&key, &[("count", &intl::number(&self.language(), count))])
    }

    /// The texts themselves, for parts: they have English of their own.
    pub fn texts(&self) -> Object {
        self.own.clone()
    }

    /// BCP 47 tag of these texts.
    pub fn language(&self) -> String {
        self.get("language")
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self) -> String {
        self.get("direction")
    }

    /// `14:05`.
    pub fn time(&self, at: i64) -> String {
        intl::time(&self.language(), at)
    }

    /// When a row's newest message came: the time today, else "Yesterday", else the date.
    pub fn row_time(&self, at: i64) -> String {
        let now = clock::now_ms() / 1000;
        let day = intl::local_day(at);
        if day == intl::local_day(now) {
            self.time(at)
        } else if day == intl::local_day_before(now, 1) {
            self.get("day.yesterday")
        } else {
            intl::short_date(&self.language(), at, other_year(at, now))
        }
    }

    /// The day above a message.
    pub fn day(&self, at: i64) -> String {
        let now = clock::now_ms() / 1000;
        let day = intl::local_day(at);
        if day == intl::local_day(now) {
            self.get("day.today")
        } else if day == intl::local_day_before(now, 1) {
            self.get("day.yesterday")
        } else {
            intl::long_date(&self.language(), at, other_year(at, now))
        }
    }
}

fn other_year(at: i64, now: i64) -> bool {
    intl::local_year(at) != intl::local_year(now)
}

/// A number that is the same for two moments (Unix seconds) of the same day in the visitor's time zone.
pub fn local_day(at: i64) -> i32 {
    intl::local_day(at)
}
