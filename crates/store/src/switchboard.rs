//! Who hears of what, in one process: some hear everything, others only what one contact is about. Without the second kind
//! every idle socket would wake for every commit. Used for the wakes after a commit (`writer.rs`, `poller.rs`) and by the
//! server for typing. Nothing is kept: who listens later hears of it later.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Heard by everybody, most unheard items before the oldest are dropped.
const CROWD: usize = 1024;
/// The same for who follows one contact. Small, because there is one for each.
const LINE: usize = 4;

/// A cheap handle.
#[derive(Debug)]
pub struct Switchboard<T>(Arc<Inner<T>>);

#[derive(Debug)]
struct Inner<T> {
    everybody: broadcast::Sender<T>,
    lines: Mutex<HashMap<String, broadcast::Sender<T>>>,
}

impl<T> Clone for Switchboard<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Clone> Default for Switchboard<T> {
    fn default() -> Self {
        Self(Arc::new(Inner { everybody: broadcast::Sender::new(CROWD), lines: Mutex::default() }))
    }
}

impl<T: Clone> Switchboard<T> {
    /// Tells everybody, and who follows one of the contacts. Nobody listening is no failure.
    pub fn tell(&self, contacts: &[String], item: &T) {
        {
            let lines = self.0.lines();
            for line in contacts.iter().filter_map(|contact| lines.get(contact)) {
                drop(line.send(item.clone()));
            }
        }
        drop(self.0.everybody.send(item.clone()));
    }

    /// Hears everything from now on.
    pub fn everything(&self) -> broadcast::Receiver<T> {
        self.0.everybody.subscribe()
    }

    /// Hears what one contact is about from now on.
    pub fn follow(&self, contact: &str) -> Follower<T> {
        let mut lines = self.0.lines();
        let line = lines.entry(contact.to_owned()).or_insert_with(|| broadcast::Sender::new(LINE));
        Follower { heard: line.subscribe(), contact: contact.to_owned(), board: self.0.clone() }
    }
}

impl<T> Inner<T> {
    fn lines(&self) -> MutexGuard<'_, HashMap<String, broadcast::Sender<T>>> {
        // Nothing is left half done under this lock.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hears what one contact is about, until dropped.
#[derive(Debug)]
pub struct Follower<T> {
    heard: broadcast::Receiver<T>,
    contact: String,
    board: Arc<Inner<T>>,
}

impl<T: Clone> Follower<T> {
    /// Waits for the next item; `Err` says that the oldest were dropped because nobody took them.
    pub async fn next(&mut self) -> Result<T, Missed> {
        // Never closed: the sender stays while there is a follower.
        self.heard.recv().await.map_err(|_: RecvError| Missed)
    }
}

/// Some items came faster than they were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed;

impl<T> Drop for Follower<T> {
    fn drop(&mut self) {
        let mut lines = self.board.lines();
        // This follower still counts.
        if lines.get(&self.contact).is_some_and(|line| line.receiver_count() <= 1) {
            lines.remove(&self.contact);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Missed, Switchboard};

    #[tokio::test]
    async fn followers_hear_their_contact_and_the_crowd_hears_everything() {
        let board = Switchboard::default();
        let (mut everything, mut ada, mut bob) =
            (board.everything(), board.follow("ada"), board.follow("bob"));
        board.tell(&["ada".to_owned()], &1);
        board.tell(&["ada".to_owned(), "bob".to_owned()], &2);
        board.tell(&[], &3);
        assert_eq!((ada.next().await, ada.next().await, bob.next().await), (Ok(1), Ok(2), Ok(2)));
        assert_eq!(bob.heard.len(), 0);
        let all = [everything.recv().await, everything.recv().await, everything.recv().await];
        assert_eq!(all, [Ok(1), Ok(2), Ok(3)]);
    }

    #[tokio::test]
    async fn who_is_slow_learns_that_something_was_missed() {
        let board = Switchboard::default();
        let mut ada = board.follow("ada");
        for number in 0..10 {
            board.tell(&["ada".to_owned()], &number);
        }
        assert_eq!((ada.next().await, ada.next().await), (Err(Missed), Ok(6)));
    }

    #[tokio::test]
    async fn a_line_ends_with_its_last_follower() {
        let board = Switchboard::<i32>::default();
        let (first, second) = (board.follow("ada"), board.follow("ada"));
        drop(first);
        assert_eq!(board.0.lines().len(), 1);
        drop(second);
        assert_eq!(board.0.lines().len(), 0);
    }
}
