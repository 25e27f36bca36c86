//! Which deeds of anonymous visitors with outbound messages were counted lately, so that a request that is repeated on its
//! way (by a proxy, a service worker, a browser that got no answer) is counted once. Kept in this process's memory and
//! bounded: of anonymous people nothing is stored (P1). The browser itself asks and tells each thing once.

use std::collections::HashSet;
use std::sync::Mutex;

use crate::session::{SecretHash, hash_of};

/// How many are remembered at least; twice as many at most.
const REMEMBERED: usize = 20_000;

/// The newer and the older half of what is remembered.
#[derive(Debug, Default)]
pub struct Showings(Mutex<(HashSet<SecretHash>, HashSet<SecretHash>)>);

impl Showings {
    /// Whether this happened for the first time, as far as is remembered.
    pub fn is_new(&self, workspace_id: i64, delivery_id: &str, what: &str) -> bool {
        let key = hash_of(&format!("{workspace_id} {delivery_id} {what}"));
        let Ok(mut halves) = self.0.lock() else { return true };
        let (newer, older) = &mut *halves;
        if newer.contains(&key) || older.contains(&key) {
            return false;
        }
        if newer.len() >= REMEMBERED {
            *older = std::mem::take(newer);
        }
        newer.insert(key)
    }
}

#[cfg(test)]
mod tests {
    use super::{REMEMBERED, Showings};

    #[test]
    fn each_deed_is_new_once_and_memory_is_bounded() {
        let showings = Showings::default();
        assert!(showings.is_new(1, "a", "seen"));
        assert!(!showings.is_new(1, "a", "seen"));
        assert!(showings.is_new(1, "a", "clicked"));
        assert!(showings.is_new(2, "a", "seen"));
        for number in 0..REMEMBERED {
            assert!(showings.is_new(1, &number.to_string(), "seen"));
        }
        assert!(!showings.is_new(1, "a", "seen"));
        for number in 0..REMEMBERED {
            showings.is_new(3, &number.to_string(), "seen");
        }
        let halves = showings.0.lock().unwrap();
        assert!(halves.0.len() + halves.1.len() <= 2 * REMEMBERED);
    }
}
