//! What the page says happened (`trackEvent`). The page keeps each event until it is told that the server has it, and gives
//! all that wait with its settings; they go to the server with a ping, as soon as it can know whom they are about: a
//! visitor's wait until they are a lead (P3). A repetition is harmless: the server knows an event by person, name and
//! second. Nothing is stored here.

use doorstep_protocol::host::{EVENTS, FrameToHost};
use doorstep_protocol::messenger::Role;
use serde_json::{Map, Value};

use crate::Timer;
use crate::messenger::Step;
use crate::session::UPDATE_MS;
use crate::settings::claims;

/// Bytes of events that one ping brings: the server reads 64 KiB, and quotation marks double on the way.
const ROOM: usize = 24_000;

impl Step<'_> {
    /// Whether the server can know whom an event is about.
    fn has_a_person(&self) -> bool {
        self.model.caller.session.is_some() || claims(&self.model.settings) != (None, None)
    }

    /// The settings that go with a ping: with as many events as it can bring, or none if they have to wait for the first
    /// message.
    pub(crate) fn reported(&mut self) -> Map<String, Value> {
        let mut settings = self.model.settings.clone();
        let mut events = take(&mut settings);
        let mut room = if self.has_a_person() { ROOM } else { 0 };
        events.retain(|event| {
            let fits = room > 0;
            room = room.saturating_sub(event.as_str().map_or(0, str::len));
            fits
        });
        self.model.ping.events.clone_from(&events);
        put(&mut settings, events);
        settings
    }

    /// A ping was answered: if the server knows the person, it has what the ping brought.
    pub(crate) fn report_arrived(&mut self) {
        if self.model.person.role == Role::Visitor {
            return;
        }
        self.model.viewed = false;
        let sent = std::mem::take(&mut self.model.ping.events);
        let mut waiting = take(&mut self.model.settings);
        waiting.retain(|event| !sent.contains(event));
        if !waiting.is_empty() {
            // More came meanwhile, or there was no room, or the server did not know the person yet.
            put(&mut self.model.settings, waiting);
            self.report_soon();
        }
        self.forget_events(sent);
    }

    /// The page need not keep these any longer.
    pub(crate) fn forget_events(&mut self, events: Vec<Value>) {
        if !events.is_empty() {
            self.tell(FrameToHost::Tracked { events: Value::Array(events) });
        }
    }

    /// Tells the server soon what the page said before.
    pub(crate) fn report_soon(&mut self) {
        self.set_timer(Timer::Update, UPDATE_MS);
    }
}

/// Takes the events out of settings. Their place stays: removing a key weighs more than all of this.
pub(crate) fn take(settings: &mut Map<String, Value>) -> Vec<Value> {
    match settings.get_mut(EVENTS).map(std::mem::take) {
        Some(Value::Array(events)) => events,
        _ => Vec::new(),
    }
}

/// Puts events where they were taken from.
fn put(settings: &mut Map<String, Value>, events: Vec<Value>) {
    if let Some(place) = settings.get_mut(EVENTS) {
        *place = Value::Array(events);
    }
}
