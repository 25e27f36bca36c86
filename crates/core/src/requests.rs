//! Requests: sending them, and bringing answers to the file that asked.

use serde::Serialize;

use crate::messenger::Step;
use crate::model::Request;
use crate::refusal::Reply;
use crate::{Effect, HttpOutcome};

impl Step<'_> {
    /// Sends a request.
    pub(crate) fn request(&mut self, request: Request, operation: &'static str, body: &impl Serialize) {
        // Our request types cannot fail to serialise; if one ever did, the server would refuse the empty body.
        let body = serde_json::to_string(body).unwrap_or_default();
        let id = self.new_id();
        self.model.requests.push((id, request));
        self.ask(Effect::Http { id, operation, body });
    }

    /// A request ended. Unknown ids belong to a former generation.
    pub(crate) fn http(&mut self, id: u32, outcome: &HttpOutcome) {
        let Some(index) = self.model.requests.iter().position(|(known, _)| *known == id) else {
            return;
        };
        let (_, request) = self.model.requests.swap_remove(index);
        let reply = Reply::of(outcome);
        if !matches!(request, Request::Ping) {
            match &reply {
                Reply::SessionLost => self.session_lost(),
                Reply::Ok(_) => self.model.session_losses = 0,
                _ => {}
            }
        }
        match request {
            Request::Ping => self.ping_answered(&reply),
            Request::Send(client_id) => self.send_answered(&client_id, &reply),
            Request::Thread { key, span } => self.thread_answered(&key, span, &reply),
            Request::Email => self.email_answered(&reply),
            Request::Read(key) => self.read_answered(&key, &reply),
            Request::Rate(key) => self.rated(key, &reply),
            // What the server did not hear is shown again at the next load; not before.
            Request::Dismiss => {}
        }
    }
}
