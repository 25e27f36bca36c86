//! The model and the dispatch of events to the files that know the rules.

use crate::{Effect, Event, Moment, ViewModel};

/// The model.
#[derive(Debug, Default)]
pub struct Messenger {}

impl Messenger {
    /// Takes an event in and says what is to be done.
    pub fn update(&mut self, _event: Event, _moment: &Moment) -> Vec<Effect> {
        Vec::new()
    }

    /// What is on screen.
    pub fn view(&self) -> ViewModel {
        ViewModel::default()
    }
}
