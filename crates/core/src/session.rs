//! Boot, update and ping: asking the server who is here and what to show.

use doorstep_protocol::host::FrameToHost;
use doorstep_protocol::messenger::{Caller, ErrorBody, Page, PingReply, PingRequest};
use serde_json::{Map, Value};

use crate::backoff::delay_ms;
use crate::happenings::take;
use crate::messenger::Step;
use crate::model::Request;
use crate::refusal::Reply;
use crate::settings::{claims, different_persons};
use crate::storage::visitor_identity;
use crate::view_model::Notice;
use crate::{Effect, Timer, wire};

/// `update` is coalesced over this time, so that a single-page application's many calls are one ping.
pub(crate) const UPDATE_MS: u32 = 300;

impl Step<'_> {
    /// `boot`. On a booted Messenger it is an `update`, unless it names another workspace or another person.
    pub(crate) fn boot(
        &mut self,
        app_id: String,
        settings: Map<String, Value>,
        caller: Caller,
        page: Page,
        mobile: bool,
    ) {
        self.model.mobile = mobile;
        if self.model.booted && self.model.app_id == app_id {
            self.update_settings(settings, page);
            return;
        }
        if self.model.booted {
            self.ask(Effect::JoinTabs(None));
            self.reset();
            self.model.mobile = mobile;
        }
        self.model.booted = true;
        self.model.app_id = app_id;
        self.join_tabs();
        self.model.settings = settings;
        self.heed_consent();
        self.model.page = page;
        self.model.viewed = true;
        self.model.caller = caller;
        if self.model.caller.visitor_id.is_none() {
            let id = self.moment.fresh[2].clone();
            self.model.caller.visitor_id = Some(id.clone());
            self.tell(FrameToHost::Visitor { id });
        }
        self.model.identity = visitor_identity(self.model.caller.visitor_id.as_deref());
        self.model.ping.wanted = true;
        self.load();
    }

    /// `update`: new settings, new page.
    pub(crate) fn update_settings(&mut self, mut settings: Map<String, Value>, page: Page) {
        if different_persons(&self.model.settings, &settings) {
            self.switch_person();
            // They were the former person's.
            self.forget_events(take(&mut settings));
        }
        let claims_changed = claims(&self.model.settings) != claims(&settings)
            || ["user_hash", "intercom_user_jwt", "intercomEncryptedPayload"]
                .iter()
                .any(|proof| self.model.settings.get(*proof) != settings.get(*proof));
        self.model.settings = settings;
        self.heed_consent();
        self.model.viewed |= self.model.page.url != page.url;
        self.model.page = page;
        if claims_changed {
            // What is sent from now on must be sent as whom the page says this is.
            self.model.settled = false;
            self.model.ping.wanted = true;
            self.model.ping.waits = false;
        } else {
            self.set_timer(Timer::Update, UPDATE_MS);
        }
    }

    /// Whether anything may be kept in this browser is the page's to say: it asks its visitors.
    fn heed_consent(&mut self) {
        let refused = match self.model.settings.get("cookie_consent") {
            Some(Value::Bool(given)) => !given,
            Some(Value::String(given)) => given == "false",
            _ => false,
        };
        if refused != self.model.keeps_nothing {
            self.model.keeps_nothing = refused;
            self.ask(Effect::Keep(!refused));
        }
    }

    /// The page names another person without `shutdown` in between: everything of the former goes first.
    fn switch_person(&mut self) {
        let mut caller = std::mem::take(&mut self.model.caller);
        let app_id = self.model.app_id.clone();
        let (page, mobile, open) = (self.model.page.clone(), self.model.mobile, self.model.open);
        // What the site's visitor said about keeping things holds until the new settings say otherwise.
        let mut said = Map::new();
        if self.model.keeps_nothing {
            said.insert("cookie_consent".to_owned(), Value::Bool(false));
        }
        self.wipe_all();
        self.reset();
        if caller.session.take().is_some() {
            self.tell(FrameToHost::Session { token: None, max_age: 0 });
        }
        self.boot(app_id, said, caller, page, mobile);
        self.model.open = open;
        self.model.opened_before = open;
    }

    /// Sends a ping if one is wanted and may be sent.
    pub(crate) fn want_ping(&mut self) {
        if !self.model.ping.wanted || self.model.ping.waits || self.model.asks(&Request::Ping) {
            return;
        }
        self.model.ping.wanted = false;
        let settings = self.reported();
        let body = PingRequest {
            caller: self.model.caller.clone(),
            settings,
            page: self.model.page.clone(),
            viewed: self.model.viewed,
        };
        self.request(Request::Ping, "ping", &body);
    }

    /// Holds the next ping back as after `failures` failures.
    pub(crate) fn ping_later(&mut self, failures: u32) {
        self.model.ping.waits = true;
        self.set_timer(Timer::Ping, delay_ms(failures, self.moment.random));
    }

    /// The server answered a ping, or did not.
    pub(crate) fn ping_answered(&mut self, reply: &Reply<'_>) {
        match reply {
            Reply::Ok(json) => match wire::ping_reply(json) {
                Some(reply) => self.pinged(reply),
                None => self.ping_failed(1),
            },
            Reply::SessionLost => {
                self.drop_session();
                self.ping_failed(1);
            }
            Reply::VisitorRetired => {
                self.take_new_visitor_id();
                self.ping_failed(1);
            }
            Reply::Later => self.ping_failed(1),
            Reply::Busy => self.ping_failed(3),
            Reply::Refused(error) => {
                self.model.ping.failures = self.model.ping.failures.saturating_add(1);
                self.model.notice = Some(Notice::Refused { message: error.message.clone() });
                self.report(error);
            }
        }
    }

    fn ping_failed(&mut self, at_least: u32) {
        let failures = self.model.ping.failures.saturating_add(1).max(at_least);
        self.model.ping.failures = failures;
        self.model.ping.wanted = true;
        self.ping_later(failures);
    }

    fn pinged(&mut self, reply: PingReply) {
        self.model.ping.failures = 0;
        self.model.notice = None;
        match reply.session {
            Some(session) => self.take_session(session),
            None => self.drop_session(),
        }
        let first = !self.model.known;
        let relist = std::mem::take(&mut self.model.relist);
        let changed = self.take_person(reply.person) || relist;
        self.model.known = true;
        self.report_arrived();
        if !reply.complaint.is_empty() {
            self.complain(reply.complaint);
        }
        self.model.workspace = reply.workspace;
        if changed && !first {
            let listed: Vec<String> = reply.conversations.iter().map(|about| about.id.clone()).collect();
            self.drop_unlisted(&listed);
        }
        for about in reply.conversations {
            self.merge_conversation(about, reply.seq);
        }
        if first || changed || !self.model.socket.live {
            // The reply brings us to `seq`, but without the parts: what is loaded may be behind.
            self.model.seq = self.model.seq.max(reply.seq);
            self.stale_threads();
        }
        // Another ping is wanted when the claims changed while this one was on its way.
        self.model.settled = !self.model.ping.wanted;
        self.wipe_others();
        self.drop_placeholders();
        match reply.refusal {
            Some(error) => self.report(&error),
            None => self.model.ping.refusal.clear(),
        }
    }

    /// Tells the page's developer, once, why the identity or the workspace was refused (M§2.3).
    fn report(&mut self, error: &ErrorBody) {
        let message = ["Intercom Messenger error: ", &error.message].concat();
        if self.model.ping.refusal != message {
            self.model.ping.refusal.clone_from(&message);
            self.complain(message);
        }
    }

    /// A line on the page's console.
    pub(crate) fn complain(&mut self, message: String) {
        self.tell(FrameToHost::Console { level: "error".to_owned(), message });
    }
}
