//! When the team is there, and how soon it usually answers (M§8.7). Not here: how that is said (the widget, in the
//! visitor's language), and where the settings are kept. The server asks at every ping.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// How many comings and goings are told ahead: two a day for a week.
pub const CHANGES: usize = 14;
/// Days that are looked at ahead: the longest absence is a week without a day.
const AHEAD: i16 = 9;
/// Most days between a question and its answer that are counted through.
const MOST_DAYS: i64 = 60;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Why a text names no office hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "use days and times in steps of half an hour, such as `mon-fri 09:00-17:00, sat 10:00-14:00`, or `always`"
)]
pub struct HoursError;

/// The hours of a week in which the team is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    /// Empty for always.
    spans: Vec<Span>,
}

/// A stretch of one day of the week, minutes from midnight by the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    day: Weekday,
    from: u16,
    to: u16,
}

/// Whether the team is there, and when that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Nobody is there now.
    pub away: bool,
    /// When somebody comes or goes next, in turn, Unix seconds; at most [`CHANGES`].
    pub changes: Vec<i64>,
}

impl Presence {
    /// Whether nobody is there at a time that is not before the one this was asked for.
    pub fn away_at(&self, at: i64) -> bool {
        let passed = self.changes.iter().take_while(|change| **change <= at).count();
        self.away ^ (passed % 2 == 1)
    }
}

impl Default for OfficeHours {
    /// Weekdays from nine to five (M§8.7).
    fn default() -> Self {
        let days =
            [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
        Self { spans: days.map(|day| Span { day, from: 9 * 60, to: 17 * 60 }).to_vec() }
    }
}

impl OfficeHours {
    /// The default as a text.
    pub const DEFAULT: &'static str = "mon-fri 09:00-17:00";

    /// Reads `mon-fri 09:00-17:00, sat 10:00-14:00`: days or stretches of days, each with a stretch of time, commas
    /// between them. `24:00` ends a day. `always` has no end.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        let text = text.trim().to_ascii_lowercase();
        if text == "always" {
            return Ok(Self { spans: Vec::new() });
        }
        let mut spans = Vec::new();
        for rule in text.split(',') {
            let (days, times) = rule.trim().split_once(' ').ok_or(HoursError)?;
            let (from, to) = times.trim().split_once('-').ok_or(HoursError)?;
            let (from, to) = (minutes(from)?, minutes(to)?);
            if from >= to {
                return Err(HoursError);
            }
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let (mut day, last) = (weekday(first)?, weekday(last)?);
            spans.push(Span { day, from, to });
            while day != last {
                day = day.next();
                spans.push(Span { day, from, to });
            }
        }
        Ok(Self { spans })
    }

    /// Whether somebody is there at `now`, and the comings and goings after it.
    pub fn at(&self, zone: &TimeZone, now: i64) -> Presence {
        if self.spans.is_empty() {
            return Presence { away: false, changes: Vec::new() };
        }
        // Some days more than are told: hours that go on after midnight must not seem to end with the last day looked at.
        let open = self.open(zone, now - DAY, AHEAD + 4);
        let away = !open.iter().any(|(from, to)| *from <= now && now < *to);
        let told = now..=now + i64::from(AHEAD) * DAY;
        let changes =
            open.into_iter().flat_map(|(from, to)| [from, to]).filter(|at| *at > now && told.contains(at));
        Presence { away, changes: changes.take(CHANGES).collect() }
    }

    /// How many seconds of office hours lie between two times.
    pub fn seconds_between(&self, zone: &TimeZone, from: i64, to: i64) -> i64 {
        if self.spans.is_empty() || to <= from {
            return (to - from).max(0);
        }
        let from = from.max(to - MOST_DAYS * DAY);
        let days = i16::try_from((to - from) / DAY + 3).unwrap_or(i16::MAX);
        let open = self.open(zone, from - DAY, days);
        open.iter().map(|(start, end)| (end.min(&to) - start.max(&from)).max(0)).sum()
    }

    /// The longest day of the week, seconds.
    pub fn day_seconds(&self) -> i64 {
        let of = |day| {
            self.spans
                .iter()
                .filter(move |span| span.day == day)
                .map(|span| i64::from(span.to - span.from) * 60)
        };
        let longest = self.spans.iter().map(|span| of(span.day).sum::<i64>()).max();
        longest.unwrap_or(DAY).min(DAY)
    }

    /// The stretches of some days from the one of a time on, joined where they touch. By the clock on the wall, so that
    /// nine is nine in summer and in winter; what a changed clock skips does not exist.
    fn open(&self, zone: &TimeZone, from: i64, days: i16) -> Vec<(i64, i64)> {
        let Ok(first) = Timestamp::from_second(from) else { return Vec::new() };
        let first = first.to_zoned_datetime(zone.clone()).date();
        let mut all: Vec<(i64, i64)> = Vec::new();
        for day in 0..days {
            let Ok(date) = first.checked_add(i64::from(day).days()) else { break };
            let of_day = self.spans.iter().filter(|span| span.day == date.weekday());
            all.extend(
                of_day
                    .filter_map(|span| Some((moment(zone, date, span.from)?, moment(zone, date, span.to)?))),
            );
        }
        all.retain(|(start, end)| start < end);
        all.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (start, end) in all {
            match joined.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => joined.push((start, end)),
            }
        }
        joined
    }
}

fn moment(zone: &TimeZone, date: Date, minutes: u16) -> Option<i64> {
    let (date, minutes) = if minutes < 1440 { (date, minutes) } else { (date.tomorrow().ok()?, 0) };
    let (hour, minute) = (i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?);
    let there = date.at(hour, minute, 0, 0).to_zoned_datetime(zone.clone()).ok()?;
    Some(there.timestamp().as_second())
}

fn weekday(text: &str) -> Result<Weekday, HoursError> {
    Ok(match text.trim() {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return Err(HoursError),
    })
}

/// `09:30` as minutes; steps of half an hour up to `24:00`.
fn minutes(text: &str) -> Result<u16, HoursError> {
    let (hour, minute) = text.trim().split_once(':').ok_or(HoursError)?;
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !matches!(minute, "00" | "30") {
        return Err(HoursError);
    }
    let hour: u16 = hour.parse().map_err(|_| HoursError)?;
    let minutes = hour * 60 + if minute == "30" { 30 } else { 0 };
    if minutes <= 1440 { Ok(minutes) } else { Err(HoursError) }
}

/// How soon a workspace says that it answers (M§8.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplyTime {
    /// As the team did of late: the median of the first answers.
    #[default]
    Dynamic,
    /// Always the same words.
    Said(Usually),
    /// A number of hours.
    Hours(u32),
    /// Nothing is said.
    Unsaid,
}

/// What can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usually {
    /// A few minutes.
    Minutes,
    /// Within an hour.
    Hour,
    /// A few hours.
    Hours,
    /// Within a day.
    Day,
}

impl Usually {
    /// The word on the wire and in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hour => "hour",
            Self::Hours => "hours",
            Self::Day => "day",
        }
    }

    /// What is true of first answers of which half came this soon, seconds of office hours; `None` if it took longer than a
    /// working day of `day` seconds.
    pub fn of(median: i64, day: i64) -> Option<Self> {
        Some(match median {
            ..=900 => Self::Minutes,
            901..=3600 => Self::Hour,
            3601..=14_400 if median <= day => Self::Hours,
            _ if median <= day => Self::Day,
            _ => return None,
        })
    }
}

impl ReplyTime {
    /// Reads `dynamic`, `minutes`, `hour`, `hours`, `day`, `none` or a number of hours up to 720.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "dynamic" => Self::Dynamic,
            "none" => Self::Unsaid,
            "minutes" => Self::Said(Usually::Minutes),
            "hour" => Self::Said(Usually::Hour),
            "hours" => Self::Said(Usually::Hours),
            "day" => Self::Said(Usually::Day),
            number => Self::Hours(number.parse().ok().filter(|hours| (1..=720).contains(hours))?),
        })
    }
}

/// The middle one of some times; of an even number the earlier.
pub fn median(mut times: Vec<i64>) -> Option<i64> {
    times.sort_unstable();
    let middle = times.len().checked_sub(1)? / 2;
    times.get(middle).copied()
}
