//! Times as people read them. Pure: the distance from UTC is given, nothing asks a clock.

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Seconds to add to UTC for local time at a given moment (it changes with daylight saving).
pub type Zone = fn(i64) -> i64;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// Days since 1 January 1970, local time.
    pub number: i64,
}

impl Day {
    /// The local day of a Unix time.
    pub fn of(at: i64, zone: Zone) -> Self {
        Self { number: (at + zone(at)).div_euclid(DAY) }
    }

    /// Year, month (1 to 12) and day of month. Counts in eras of 400 years that begin on 1 March, where the leap
    /// day is the last day of its year.
    pub fn civil(self) -> (i64, i64, i64) {
        let shifted = self.number + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }

    fn weekday(self) -> &'static str {
        // 1 January 1970 was a Thursday.
        name(&WEEKDAYS, (self.number + 3).rem_euclid(7))
    }

    fn month_name(self) -> &'static str {
        name(&MONTHS, self.civil().1 - 1)
    }
}

fn name(names: &[&'static str], index: i64) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}

/// Age in the list: `now`, `5m`, `3h`, `2d`, then `12 Mar`, in other years `12 Mar 2024`.
pub fn age(at: i64, now: i64, zone: Zone) -> String {
    let passed = now - at;
    match passed {
        ..MINUTE => "now".to_owned(),
        MINUTE..HOUR => format!("{}m", passed / MINUTE),
        HOUR..DAY => format!("{}h", passed / HOUR),
        _ if passed < 7 * DAY => format!("{}d", passed / DAY),
        _ => date(at, now, zone),
    }
}

/// Date without time: `12 Mar`, in other years `12 Mar 2024`.
pub fn date(at: i64, now: i64, zone: Zone) -> String {
    let day = Day::of(at, zone);
    let (year, _, of_month) = day.civil();
    if year == Day::of(now, zone).civil().0 {
        format!("{of_month} {}", day.month_name())
    } else {
        format!("{of_month} {} {year}", day.month_name())
    }
}

/// How long somebody waits: `under a minute`, `5 min`, `3 h`, `2 days`.
pub fn waiting(since: i64, now: i64) -> String {
    let passed = now - since;
    match passed {
        ..MINUTE => "under a minute".to_owned(),
        MINUTE..HOUR => format!("{} min", passed / MINUTE),
        HOUR..DAY => format!("{} h", passed / HOUR),
        _ if passed < 2 * DAY => "1 day".to_owned(),
        _ => format!("{} days", passed / DAY),
    }
}

/// Day separator of a thread: `Today`, `Yesterday`, a weekday, then `Monday, 12 Mar` with the year if another.
pub fn day_label(at: i64, now: i64, zone: Zone) -> String {
    let day = Day::of(at, zone);
    match Day::of(now, zone).number - day.number {
        ..=0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        2..=6 => day.weekday().to_owned(),
        _ => format!("{}, {}", day.weekday(), date(at, now, zone)),
    }
}

/// Time of day, `14:05`.
pub fn clock(at: i64, zone: Zone) -> String {
    let of_day = (at + zone(at)).rem_euclid(DAY);
    format!("{:02}:{:02}", of_day / HOUR, of_day % HOUR / MINUTE)
}

/// Date and time in full, `12 Mar 2026, 14:05`.
pub fn full(at: i64, zone: Zone) -> String {
    let day = Day::of(at, zone);
    let (year, _, of_month) = day.civil();
    format!("{of_month} {} {year}, {}", day.month_name(), clock(at, zone))
}

/// The same for machines (`<time datetime>`), in UTC.
pub fn machine(at: i64) -> String {
    let (year, month, day) = Day::of(at, |_| 0).civil();
    let of_day = at.rem_euclid(DAY);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        of_day / HOUR,
        of_day % HOUR / MINUTE,
        of_day % MINUTE
    )
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, Zone, age, clock, day_label, full, machine, waiting};
    use rstest::rstest;

    /// Thursday 12 March 2026, 12:00:00 UTC.
    const NOON: i64 = 1_773_316_800;
    const UTC: Zone = |_| 0;
    const TOKYO: Zone = |_| 9 * HOUR;

    #[rstest]
    #[case(-5, "now")]
    #[case(59, "now")]
    #[case(60, "1m")]
    #[case(3_599, "59m")]
    #[case(3_600, "1h")]
    #[case(23 * HOUR, "23h")]
    #[case(DAY, "1d")]
    #[case(6 * DAY, "6d")]
    #[case(7 * DAY, "5 Mar")]
    #[case(365 * DAY, "12 Mar 2025")]
    fn ages(#[case] passed: i64, #[case] expected: &str) {
        assert_eq!(age(NOON - passed, NOON, UTC), expected);
    }

    #[rstest]
    #[case(10, "under a minute")]
    #[case(60, "1 min")]
    #[case(2 * HOUR, "2 h")]
    #[case(DAY, "1 day")]
    #[case(3 * DAY, "3 days")]
    fn waits(#[case] passed: i64, #[case] expected: &str) {
        assert_eq!(waiting(NOON - passed, NOON), expected);
    }

    #[rstest]
    #[case(0, "Today")]
    #[case(13 * HOUR, "Yesterday")]
    #[case(2 * DAY, "Tuesday")]
    #[case(8 * DAY, "Wednesday, 4 Mar")]
    #[case(-DAY, "Today")]
    fn days(#[case] passed: i64, #[case] expected: &str) {
        assert_eq!(day_label(NOON - passed, NOON, UTC), expected);
    }

    #[test]
    fn days_are_local() {
        // 16:00 UTC is 01:00 of the next day in Tokyo.
        assert_eq!(day_label(NOON + 4 * HOUR, NOON + 4 * HOUR, TOKYO), "Today");
        assert_eq!(day_label(NOON, NOON + 4 * HOUR, TOKYO), "Yesterday");
        assert_eq!(clock(NOON, TOKYO), "21:00");
    }

    #[rstest]
    #[case(0, "1 Jan 1970, 00:00", "1970-01-01T00:00:00Z")]
    #[case(1_709_208_000, "29 Feb 2024, 12:00", "2024-02-29T12:00:00Z")]
    #[case(-1, "31 Dec 1969, 23:59", "1969-12-31T23:59:59Z")]
    #[case(951_868_800, "1 Mar 2000, 00:00", "2000-03-01T00:00:00Z")]
    fn calendar(#[case] at: i64, #[case] people: &str, #[case] machines: &str) {
        assert_eq!(full(at, UTC), people);
        assert_eq!(machine(at), machines);
    }
}
