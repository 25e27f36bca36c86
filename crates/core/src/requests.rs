//! Requests: sending them, and bringing answers to the file that asked.

use doorstep_protocol::messenger::Caller;
use serde::Serialize;

use crate::messenger::Step;
use crate::model::Request;
use crate::refusal::Reply;
use crate::{Effect, HttpOutcome};

/// The body of a small call: which fields it has depends on the operation, and `doorstep_protocol` has a type for each. One
/// type for all of them here, because each writer of JSON weighs.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Call<'a> {
    /// Who is asking; set by [`Step::written`].
    pub(crate) visitor_id: Option<&'a str>,
    /// As `visitor_id`.
    pub(crate) device_id: Option<&'a str>,
    /// As `visitor_id`.
    pub(crate) session: Option<&'a str>,
    /// The conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) conversation_id: Option<&'a str>,
    /// `thread`: only older parts than this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<&'a str>,
    /// `thread`: only newer parts than this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<&'a str>,
    /// `thread`: as many of the newest parts as it takes to have this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) back_to: Option<&'a str>,
    /// `read`: the newest part seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) part_id: Option<&'a str>,
    /// `email`: the address as typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<&'a str>,
    /// `rate`: 1 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rating: Option<i64>,
    /// `rate`: what the person said about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remark: Option<&'a str>,
}

impl Step<'_> {
    /// The JSON of a small call.
    pub(crate) fn written(&self, call: Call<'_>) -> String {
        let Caller { visitor_id, device_id, session } = &self.model.caller;
        let (visitor_id, device_id) = (visitor_id.as_deref(), device_id.as_deref());
        let call = Call { visitor_id, device_id, session: session.as_deref(), ..call };
        serde_json::to_string(&call).unwrap_or_default()
    }

    /// Sends a small request.
    pub(crate) fn call(&mut self, request: Request, operation: &'static str, call: Call<'_>) {
        let body = self.written(call);
        self.post(request, operation, body);
    }

    /// Sends a request.
    pub(crate) fn request(&mut self, request: Request, operation: &'static str, body: &impl Serialize) {
        // Our request types cannot fail to serialise; if one ever did, the server would refuse the empty body.
        let body = serde_json::to_string(body).unwrap_or_default();
        self.post(request, operation, body);
    }

    fn post(&mut self, request: Request, operation: &'static str, body: String) {
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
