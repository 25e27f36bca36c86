//! The door of the core, and the dispatch of events to the files that know the rules.
//!
//! An event changes the model; afterwards [`Step::settle`] looks at the model and asks for whatever it now wants
//! (a ping, a socket, a send, a thread). No rule needs to think of all the events that could call for an effect.

use doorstep_protocol::host::{FrameToHost, HostToFrame};

use crate::model::Model;
use crate::{Effect, Event, Moment, Timer, UserAction, ViewModel};

/// The Messenger.
#[derive(Debug, Default)]
pub struct Messenger {
    model: Model,
}

/// One event being worked on.
pub(crate) struct Step<'a> {
    pub(crate) model: &'a mut Model,
    pub(crate) moment: &'a Moment,
    pub(crate) effects: Vec<Effect>,
}

impl Messenger {
    /// A Messenger before `boot`. `framed` says whether the page draws the launcher and places the panel.
    pub fn new(framed: bool) -> Self {
        Self { model: Model { framed, ..Model::default() } }
    }

    /// Takes an event in and says what is to be done, in order. Events that belong to something already forgotten
    /// are ignored.
    pub fn update(&mut self, event: Event, moment: &Moment) -> Vec<Effect> {
        self.model.now = moment.now_ms / 1_000;
        let mut step = Step { model: &mut self.model, moment, effects: Vec::new() };
        step.take(event);
        step.settle();
        step.effects
    }

    /// What is on screen.
    pub fn view(&self) -> ViewModel {
        crate::view::view(&self.model)
    }
}

impl Step<'_> {
    /// Asks for an effect.
    pub(crate) fn ask(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Tells the page.
    pub(crate) fn tell(&mut self, message: FrameToHost) {
        self.ask(Effect::Host(message));
    }

    /// Sets a timer of the present generation.
    pub(crate) fn set_timer(&mut self, timer: Timer, after_ms: u32) {
        let generation = self.model.generation;
        self.ask(Effect::SetTimer { timer, generation, after_ms });
    }

    /// A new id for a request or a socket.
    pub(crate) fn new_id(&mut self) -> u32 {
        self.model.last_id = self.model.last_id.wrapping_add(1);
        self.model.last_id
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Online(online) => {
                self.model.offline = !online;
                if online {
                    self.retry_everything();
                }
            }
            Event::Visible(visible) => self.visible(visible),
            Event::Host(message) => self.host(*message),
            _ if !self.model.booted => {}
            Event::Loaded { generation, pairs } if generation == self.model.generation => self.loaded(&pairs),
            Event::TimerFired { timer, generation } if generation == self.model.generation => {
                self.fired(timer);
            }
            Event::Loaded { .. } | Event::TimerFired { .. } => {}
            Event::User(action) => self.user(action),
            Event::Leading(name) => self.lock_granted(&name),
            Event::Away(away) => self.away(away),
            Event::Http { id, outcome } => self.http(id, &outcome),
            Event::SocketOpened { id } => self.socket_opened(id),
            Event::SocketFrame { id, text } => self.socket_frame(id, &text),
            Event::SocketClosed { id } => self.socket_closed(id),
            Event::Tab(text) => self.tab_said(&text),
        }
    }

    fn host(&mut self, message: HostToFrame) {
        match message {
            HostToFrame::Boot {
                app_id,
                settings,
                visitor_id,
                device_id,
                session,
                page,
                open,
                mobile,
                near,
            } => {
                let caller = doorstep_protocol::messenger::Caller {
                    visitor_id: Some(visitor_id).filter(|id| !id.is_empty()),
                    device_id: Some(device_id).filter(|id| !id.is_empty()),
                    session: session.filter(|secret| !secret.is_empty()),
                };
                self.boot(app_id, settings, caller, page, mobile);
                self.model.near |= near;
                if let Some(open) = open {
                    self.open(open);
                }
                self.tell(FrameToHost::Ready);
            }
            HostToFrame::Visible { visible } => self.visible(visible),
            _ if !self.model.booted => {
                if message == HostToFrame::Shutdown {
                    self.tell(FrameToHost::Gone);
                }
            }
            HostToFrame::Update { settings, page } => self.update_settings(settings, page),
            HostToFrame::Open { open } => self.open(open),
            HostToFrame::Send { text } => self.send_new(text),
            HostToFrame::Close => self.close(),
            HostToFrame::Near => self.model.near = true,
            HostToFrame::Mobile { mobile } => self.model.mobile = mobile,
            HostToFrame::Shutdown => self.shutdown(true),
        }
    }

    fn user(&mut self, action: UserAction) {
        match action {
            UserAction::LauncherClicked if self.model.open => self.close_by_person(),
            UserAction::LauncherClicked => self.open_by_person(),
            UserAction::Close => self.close_by_person(),
            UserAction::Back => self.back(),
            UserAction::ShowHome => self.show_home(),
            UserAction::ShowMessages => self.show_messages(),
            UserAction::StartConversation => self.start_conversation(String::new()),
            UserAction::OpenConversation(key) => {
                if !self.model.open {
                    // A preview.
                    self.open_by_person();
                }
                self.open_conversation(&key);
            }
            UserAction::Dismiss(key) => self.dismiss(key.as_deref()),
            UserAction::SoundToggled => self.toggle_sound(),
            UserAction::DraftChanged(text) => self.draft_changed(text),
            UserAction::Send => self.send_draft(),
            UserAction::RetryMessage(key) => self.retry_message(&key),
            UserAction::DeleteMessage(key) => self.delete_message(&key),
            UserAction::LoadOlder => self.load_older(),
            UserAction::LoadNewer => self.load_newer(),
            UserAction::ToEnd => self.show_end(),
            UserAction::EmailChanged(text) => self.email_changed(text),
            UserAction::EmailSubmitted => self.email_submitted(),
            UserAction::EmailSkipped => self.email_skipped(),
            UserAction::Part(said) => self.part_said(&said),
            UserAction::Retry => self.retry_everything(),
            UserAction::ReachedEnd => self.model.at_end = true,
            UserAction::LeftEnd => self.model.at_end = false,
        }
    }

    fn fired(&mut self, timer: Timer) {
        match timer {
            Timer::Ping => self.model.ping.waits = false,
            Timer::Update => self.model.ping.wanted = true,
            Timer::Socket => self.socket_timer(),
            Timer::Silence => self.silent(),
            Timer::Draft => self.write_draft(),
            Timer::Typing => self.model.typing = None,
            Timer::Thread => self.revive_threads(),
            Timer::Read => self.model.read_waits = false,
            Timer::Chime => self.chime(),
            Timer::Outbox | Timer::Links => {} // `settle` looks at the outbox after every event
        }
    }

    fn visible(&mut self, visible: bool) {
        self.model.hidden = !visible;
        if self.model.booted {
            if visible { self.ask_leader() } else { self.write_draft() }
        }
    }

    /// A page that the browser keeps holds neither socket nor lock nor channel: others wait for them, and with them it
    /// would not be kept. When it comes back, everything may be different.
    fn away(&mut self, away: bool) {
        if std::mem::replace(&mut self.model.away, away) == away {
            return;
        }
        self.visible(!away);
        if away {
            self.resign();
            self.ask(Effect::JoinTabs(None));
        } else {
            self.join_tabs();
            self.load();
            self.model.ping.wanted = true;
        }
    }

    /// The network came back, or the person pressed "retry": nothing waits any longer.
    fn retry_everything(&mut self) {
        self.model.notice = None;
        self.model.ping.waits = false;
        self.model.socket.waits = false;
        self.model.read_waits = false;
        if !self.model.settled {
            self.model.ping.wanted = self.model.booted;
        }
        self.hurry_outbox();
        self.retry_files(None);
        self.revive_threads();
    }

    /// Asks for everything the model now wants.
    fn settle(&mut self) {
        if !self.model.booted || self.model.away {
            return;
        }
        self.want_ping();
        self.want_socket();
        self.want_links();
        self.want_thread();
        self.want_uploads();
        self.want_sends();
        self.want_email();
        self.want_read();
        self.tell_changes();
    }
}
