//! The time and the dice.

/// Unix milliseconds.
pub fn now_ms() -> i64 {
    // A whole number far below 2^53.
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    let now = js_sys::Date::now() as i64;
    now
}

/// An evenly distributed number, for jitter only.
pub fn random() -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "Math.random() is at least 0 and less than 1"
    )]
    let random = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    random
}
