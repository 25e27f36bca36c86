//! Dates and plural forms as the browser's `Intl` knows them. Unknown languages fall back to the browser's own.

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::http;

thread_local! {
    /// What writes dates, once it is made: making it takes a browser longer than drawing a message.
    static FORMATS: Object = Object::new();
}

/// CLDR plural category of a number: `one`, `few`, `other`…
pub fn plural_category(language: &str, count: u32) -> String {
    let rules = Intl::PluralRules::new(&locales(language), &Object::new());
    rules.select(f64::from(count)).into()
}

/// A number in the language's digits: `۱۲` in Persian.
pub fn number(language: &str, number: u32) -> String {
    let format = Intl::NumberFormat::new(&locales(language), &Object::new());
    let text = format.format().call1(&JsValue::NULL, &number.into());
    text.ok().and_then(|text| text.as_string()).unwrap_or_else(|| number.to_string())
}

/// Days since some day far ago in the visitor's time zone, for telling whether two moments share a day.
pub fn local_day(at: i64) -> i32 {
    let date = date(at);
    let (year, month) = (date.get_full_year().cast_signed(), date.get_month().cast_signed());
    (year * 12 + month) * 31 + date.get_date().cast_signed()
}

/// The day `days` before the one of `at`, as [`local_day`] counts.
pub fn local_day_before(at: i64, days: u32) -> i32 {
    // At noon, so that a day of 23 or 25 hours does not matter.
    let noon = date(at);
    noon.set_hours(12);
    #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit")]
    let noon = (noon.get_time() / 1000.0) as i64;
    local_day(noon - i64::from(days) * 86_400)
}

/// `14:05`, as the language writes it.
pub fn time(language: &str, at: i64) -> String {
    format(language, at, r#"{"hour":"numeric","minute":"2-digit"}"#)
}

/// `24 Nov`; with the year if asked.
pub fn short_date(language: &str, at: i64, year: bool) -> String {
    let options = if year {
        r#"{"day":"numeric","month":"short","year":"numeric"}"#
    } else {
        r#"{"day":"numeric","month":"short"}"#
    };
    format(language, at, options)
}

/// `Tuesday, 24 November`; with the year if asked.
pub fn long_date(language: &str, at: i64, year: bool) -> String {
    let options = if year {
        r#"{"day":"numeric","month":"long","weekday":"long","year":"numeric"}"#
    } else {
        r#"{"day":"numeric","month":"long","weekday":"long"}"#
    };
    format(language, at, options)
}

/// The year in the visitor's time zone.
pub fn local_year(at: i64) -> u32 {
    date(at).get_full_year()
}

fn date(at: i64) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit")]
    let milliseconds = at as f64 * 1000.0;
    Date::new(&milliseconds.into())
}

fn locales(language: &str) -> Array {
    // An invalid tag throws; then the browser's own language.
    let wanted = Array::of1(&language.into());
    let known = Reflect::get(&js_sys::global(), &"Intl".into())
        .and_then(|intl| Reflect::get(&intl, &"getCanonicalLocales".into()))
        .ok()
        .and_then(|check| check.dyn_into::<Function>().ok());
    match known.map(|check| check.call1(&JsValue::NULL, &wanted)) {
        Some(Ok(_)) if !language.is_empty() => wanted,
        _ => Array::new(),
    }
}

/// `options` are those of `Intl.DateTimeFormat`, as JSON.
fn format(language: &str, at: i64, options: &str) -> String {
    let date = date(at);
    // Each is of one time zone for good, and the visitor may travel: of its quarters of an hour.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from -56 to 56")]
    let zone = char::from((date.get_timezone_offset() / 15.0 + 64.0) as u8);
    let key = JsValue::from([language, options, zone.encode_utf8(&mut [0; 4])].concat());
    let made = FORMATS.with(|formats| Reflect::get(formats, &key).ok()?.dyn_into().ok());
    let format: Function = made.unwrap_or_else(|| {
        let options = http::object(options).unwrap_or_default();
        let format = Intl::DateTimeFormat::new(&locales(language), &options).format();
        // Cannot fail on an object of ours.
        let _ = FORMATS.with(|formats| Reflect::set(formats, &key, &format));
        format
    });
    let text = format.call1(&JsValue::NULL, &date);
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}
