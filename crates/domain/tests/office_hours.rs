//! Office hours and reply times (M§8.7): tables with the days on which clocks are put forward and back, and what holds for
//! all hours.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use doorstep_domain::office_hours::{OfficeHours, ReplyTime, Usually, median};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use rstest::rstest;

const DAY: i64 = 86_400;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// Unix seconds of a time on the wall, of the earlier one where a clock shows it twice.
fn at(zone: &TimeZone, text: &str) -> i64 {
    text.parse::<DateTime>().unwrap().to_zoned_datetime(zone.clone()).unwrap().timestamp().as_second()
}

fn hours(text: &str) -> OfficeHours {
    OfficeHours::parse(text).unwrap()
}

#[test]
fn weekdays_from_nine_to_five_without_a_word() {
    assert_eq!(hours(OfficeHours::DEFAULT), OfficeHours::default());
}

#[rstest]
#[case(
    "mon-fri 09:00-17:00",
    "mon 09:00-17:00,tue 9:00-17:00, wed 09:00-17:00,thu 09:00-17:00,fri 09:00-17:00"
)]
#[case("SAT-MON 00:00-24:00", "sat 0:00-24:00, sun 0:00-24:00, mon 0:00-24:00")]
fn reads_days(#[case] one: &str, #[case] other: &str) {
    assert_eq!(hours(one), hours(other));
}

#[rstest]
#[case("")]
#[case("mon")]
#[case("mon 9-17")]
#[case("mon 09:15-17:00")]
#[case("mon 17:00-09:00")]
#[case("mon 09:00-09:00")]
#[case("mon 09:00-24:30")]
#[case("mon 09:00-99:00")]
#[case("mon -9:00-17:00")]
#[case("monday 09:00-17:00")]
#[case("mon-fri 09:00-17:00,")]
#[case("mon\u{a0}09:00-17:00")]
#[case("sometimes")]
fn refuses(#[case] text: &str) {
    assert!(OfficeHours::parse(text).is_err(), "{text}");
}

#[rstest]
#[case::morning("2026-11-25T08:59:59", true, "2026-11-25T09:00")]
#[case::nine("2026-11-25T09:00", false, "2026-11-25T17:00")]
#[case::five("2026-11-25T17:00", true, "2026-11-26T09:00")]
#[case::friday_evening("2026-11-27T17:30", true, "2026-11-30T09:00")]
#[case::sunday("2026-11-29T12:00", true, "2026-11-30T09:00")]
// Clocks are put back on Sunday, 25 October 2026, and forward on Sunday, 28 March 2027.
#[case::over_winter("2026-10-23T17:00", true, "2026-10-26T09:00")]
#[case::over_summer("2027-03-26T18:00", true, "2027-03-29T09:00")]
fn says_who_is_there(#[case] now: &str, #[case] away: bool, #[case] next: &str) {
    for name in ["Europe/Berlin", "Europe/London"] {
        let zone = zone(name);
        let found = OfficeHours::default().at(&zone, at(&zone, now));
        assert_eq!((found.away, found.changes[0]), (away, at(&zone, next)), "{name}");
    }
}

#[rstest]
// The night is three hours long when clocks are put forward, five when they are put back.
#[case::forward("sun 01:00-04:00", "2027-03-28T00:00", 2 * 3600)]
#[case::back("sun 01:00-04:00", "2026-10-25T00:00", 4 * 3600)]
// What is skipped has no length, and what begins in it begins after it.
#[case::all_skipped("sun 02:00-03:00, mon 09:00-10:00", "2027-03-28T00:00", 3600)]
#[case::usual("sun 01:00-04:00", "2026-11-01T00:00", 3 * 3600)]
fn clocks_change(#[case] text: &str, #[case] now: &str, #[case] length: i64) {
    let zone = zone("Europe/Berlin");
    let found = hours(text).at(&zone, at(&zone, now));
    assert!(found.away);
    assert_eq!(found.changes[1] - found.changes[0], length);
}

#[test]
fn days_that_touch_are_one_stretch() {
    let zone = zone("America/New_York");
    let found = hours("mon-tue 00:00-24:00").at(&zone, at(&zone, "2026-11-23T12:00"));
    assert_eq!((found.away, found.changes[0]), (false, at(&zone, "2026-11-25T00:00")));
    let always = hours("always").at(&zone, 0);
    assert!(!always.away && always.changes.is_empty());
    let week = hours("mon-sun 00:00-24:00").at(&zone, at(&zone, "2026-11-23T12:00"));
    assert!(!week.away);
}

#[rstest]
#[case::same_day("2026-11-25T10:00", "2026-11-25T11:30", 5400)]
#[case::over_night("2026-11-25T16:00", "2026-11-26T10:00", 2 * 3600)]
#[case::over_the_weekend("2026-11-27T18:00", "2026-11-30T09:05", 300)]
#[case::asked_and_answered_away("2026-11-28T10:00", "2026-11-28T12:00", 0)]
#[case::backwards("2026-11-25T11:00", "2026-11-25T10:00", 0)]
fn counts_office_hours_only(#[case] from: &str, #[case] to: &str, #[case] seconds: i64) {
    let zone = zone("Europe/Berlin");
    assert_eq!(OfficeHours::default().seconds_between(&zone, at(&zone, from), at(&zone, to)), seconds);
}

#[rstest]
#[case("dynamic", Some(ReplyTime::Dynamic))]
#[case("hour", Some(ReplyTime::Said(Usually::Hour)))]
#[case("3", Some(ReplyTime::Hours(3)))]
#[case("none", Some(ReplyTime::Unsaid))]
#[case("0", None)]
#[case("721", None)]
#[case("soon", None)]
#[case("", None)]
fn reads_reply_times(#[case] text: &str, #[case] expected: Option<ReplyTime>) {
    assert_eq!(ReplyTime::parse(text), expected);
    for usually in [Usually::Minutes, Usually::Hour, Usually::Hours, Usually::Day] {
        assert_eq!(ReplyTime::parse(usually.as_str()), Some(ReplyTime::Said(usually)));
    }
}

#[rstest]
#[case(0, Some(Usually::Minutes))]
#[case(900, Some(Usually::Minutes))]
#[case(901, Some(Usually::Hour))]
#[case(3600, Some(Usually::Hour))]
#[case(3601, Some(Usually::Hours))]
#[case(4 * 3600, Some(Usually::Hours))]
#[case(4 * 3600 + 1, Some(Usually::Day))]
#[case(8 * 3600, Some(Usually::Day))]
#[case(8 * 3600 + 1, None)]
fn says_what_is_true(#[case] seconds: i64, #[case] expected: Option<Usually>) {
    assert_eq!(Usually::of(seconds, OfficeHours::default().day_seconds()), expected);
}

#[test]
fn the_middle_one() {
    assert_eq!(median(vec![]), None);
    assert_eq!(median(vec![5]), Some(5));
    assert_eq!(median(vec![9, 1, 5]), Some(5));
    assert_eq!(median(vec![9, 1, 5, 3]), Some(3));
    assert_eq!(hours("always").day_seconds(), DAY);
    assert_eq!(hours("mon 09:00-12:00, mon 13:00-17:00, tue 10:00-11:00").day_seconds(), 7 * 3600);
}

fn week() -> impl Strategy<Value = String> {
    let day = prop::sample::select(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
    let rule = (day, 0_u32..47, 1_u32..48).prop_map(|(day, from, length)| {
        let to = (from + length).min(48);
        format!("{day} {:02}:{:02}-{:02}:{:02}", from / 2, from % 2 * 30, to / 2, to % 2 * 30)
    });
    prop::collection::vec(rule, 1..6).prop_map(|rules| rules.join(", "))
}

fn zones() -> impl Strategy<Value = TimeZone> {
    // Half hours, a clock that moves by half an hour, a day that was skipped, and no summer time.
    let names =
        ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"];
    prop::sample::select(names.to_vec()).prop_map(|name| TimeZone::get(name).unwrap())
}

proptest! {
    #[test]
    fn what_is_told_ahead_comes_true(text in week(), zone in zones(), now in 1_300_000_000_i64..1_900_000_000) {
        let hours = hours(&text);
        let found = hours.at(&zone, now);
        prop_assert!(found.changes.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(found.changes.first().is_none_or(|first| *first > now));
        prop_assert!(!found.away || !found.changes.is_empty());
        prop_assert_eq!(found.away_at(now), found.away);
        for change in &found.changes {
            for then in [change - 1, *change] {
                prop_assert_eq!(found.away_at(then), hours.at(&zone, then).away);
            }
        }
    }

    #[test]
    fn seconds_add_up(text in week(), zone in zones(), from in 1_300_000_000_i64..1_900_000_000,
        one in 0_i64..9 * DAY, two in 0_i64..9 * DAY) {
        let hours = hours(&text);
        let (middle, to) = (from + one, from + one + two);
        let whole = hours.seconds_between(&zone, from, to);
        prop_assert_eq!(whole, hours.seconds_between(&zone, from, middle) + hours.seconds_between(&zone, middle, to));
        prop_assert!((0..=to - from).contains(&whole));
    }

    #[test]
    fn nothing_panics(text in ".{0,30}", now in any::<i32>()) {
        if let Ok(hours) = OfficeHours::parse(&text) {
            hours.at(&TimeZone::UTC, i64::from(now));
        }
        let _ = ReplyTime::parse(&text);
    }
}
