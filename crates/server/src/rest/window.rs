//! How many calls a token may make: fixed windows of ten seconds, as clients of Intercom expect them (S§1.0). Kept in
//! this process's memory: with several nodes each counts for itself.

use std::collections::HashMap;
use std::sync::Mutex;

use axum::http::{HeaderMap, HeaderValue, header};

/// Length of a window, seconds.
const LENGTH: i64 = 10;

/// All tokens' windows.
#[derive(Debug)]
pub struct Windows {
    /// Calls a window; 0 for no limit.
    limit: u32,
    /// The window's number and how many calls came in it, by token.
    counts: Mutex<(i64, HashMap<i64, u32>)>,
}

/// What is left of a token's window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Calls a window.
    pub limit: u32,
    /// Calls that are still allowed in it.
    pub remaining: u32,
    /// When the next begins, Unix seconds.
    pub reset: i64,
    /// Whether this call was one too many.
    pub over: bool,
}

impl Windows {
    /// For this many calls a minute; 0 for no limit.
    pub fn new(per_minute: u32) -> Self {
        Self { limit: per_minute.div_ceil(6), counts: Mutex::new((0, HashMap::new())) }
    }

    /// Counts a call. `None` without a limit.
    pub fn take(&self, token: i64, now: i64) -> Option<Room> {
        if self.limit == 0 {
            return None;
        }
        let window = now.div_euclid(LENGTH);
        let mut counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if counts.0 != window {
            *counts = (window, HashMap::new());
        }
        let count = counts.1.entry(token).or_default();
        *count = count.saturating_add(1);
        Some(Room {
            limit: self.limit,
            remaining: self.limit.saturating_sub(*count),
            reset: (window + 1) * LENGTH,
            over: *count > self.limit,
        })
    }
}

impl Room {
    /// Writes it into an answer's headers.
    pub(super) fn tell(&self, headers: &mut HeaderMap, now: i64) {
        headers.insert("x-ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(self.remaining));
        headers.insert("x-ratelimit-reset", HeaderValue::from(self.reset));
        if self.over {
            headers.insert(header::RETRY_AFTER, HeaderValue::from((self.reset - now).max(1)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Windows;

    #[test]
    fn a_window_fills_and_the_next_is_empty() {
        let windows = Windows::new(12);
        let take = |token, now| windows.take(token, now).map(|room| (room.remaining, room.reset, room.over));
        assert_eq!(take(1, 100), Some((1, 110, false)));
        assert_eq!(take(1, 109), Some((0, 110, false)));
        assert_eq!(take(1, 109), Some((0, 110, true)));
        assert_eq!(take(2, 109), Some((1, 110, false)));
        assert_eq!(take(1, 110), Some((1, 120, false)));
        assert_eq!(Windows::new(0).take(1, 0), None);
        assert_eq!(Windows::new(1000).take(1, 0).map(|room| room.limit), Some(167));
    }
}
