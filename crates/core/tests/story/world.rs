//! A browser with tabs, a clock that moves when told, a network that does what the test says.

use std::collections::{BTreeMap, VecDeque};

use doorstep_core::view_model::{Body, Status, ThreadItem};
use doorstep_core::{
    Announcement, Effect, Event, HttpOutcome, Messenger, Moment, Timer, UserAction, ViewModel,
};
use doorstep_protocol::host::{EVENTS, FrameToHost, HostToFrame, Open};
use doorstep_protocol::live::ClientFrame;
use doorstep_protocol::messenger::Page;
use serde_json::{Map, Value};

use crate::server::Server;

/// A request on its way.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) id: u32,
    pub(crate) operation: &'static str,
    pub(crate) body: String,
}

/// A socket: its id, and what it has got so far once it has said hello.
#[derive(Clone, Debug)]
pub(crate) struct Socket {
    pub(crate) id: u32,
    pub(crate) since: Option<i64>,
    pub(crate) welcomed: bool,
}

/// A tab that waits for a leader's answer waits no longer than this, milliseconds.
const SOON_MS: i64 = 3_000;

/// One tab.
pub(crate) struct Tab {
    pub(crate) messenger: Messenger,
    pub(crate) requests: Vec<Request>,
    pub(crate) socket: Option<Socket>,
    pub(crate) timers: Vec<(Timer, u32, i64)>,
    pub(crate) told: Vec<FrameToHost>,
    pub(crate) said: Vec<Announcement>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) letters: VecDeque<String>,
    pub(crate) in_tabs: bool,
    /// The lock it wants, and whether it has it.
    pub(crate) claim: Option<(String, bool)>,
    /// What it said on its socket after hello.
    pub(crate) said_live: Vec<ClientFrame>,
    pub(crate) dead: bool,
}

/// Everything.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) storage: BTreeMap<String, String>,
    pub(crate) now_ms: i64,
    /// Whether the browser has locks.
    pub(crate) locks: bool,
    pub(crate) visitor: String,
    pub(crate) session: Option<String>,
    /// What the page holds until it is told that the server has it.
    pub(crate) held: Vec<Value>,
    settings: Map<String, Value>,
    ids: u32,
}

impl World {
    /// One tab, booted anonymously, nothing delivered yet.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            server: Server::default(),
            tabs: Vec::new(),
            storage: BTreeMap::new(),
            now_ms: 1_000_000,
            locks: true,
            visitor: "visitor-1".into(),
            session: None,
            held: Vec::new(),
            settings: Map::new(),
            ids: 0,
        };
        world.open_tab();
        world
    }

    /// Opens another tab and boots it.
    pub(crate) fn open_tab(&mut self) -> usize {
        self.tabs.push(Tab {
            messenger: Messenger::new(true),
            requests: Vec::new(),
            socket: None,
            timers: Vec::new(),
            told: Vec::new(),
            said: Vec::new(),
            effects: Vec::new(),
            letters: VecDeque::new(),
            in_tabs: false,
            claim: None,
            said_live: Vec::new(),
            dead: false,
        });
        let tab = self.tabs.len() - 1;
        self.boot(tab, Value::Null);
        tab
    }

    /// `boot` with these settings and the cookies as they are.
    pub(crate) fn boot(&mut self, tab: usize, settings: Value) {
        let settings = self.given(settings);
        let boot = HostToFrame::Boot {
            app_id: "demo".into(),
            settings,
            visitor_id: self.visitor.clone(),
            device_id: "device".into(),
            session: self.session.clone(),
            page: Page::default(),
            open: Some(Open::Home),
            mobile: false,
            near: true,
        };
        self.host(tab, boot);
    }

    /// `update`.
    pub(crate) fn update(&mut self, tab: usize, settings: Value) {
        let settings = self.given(settings);
        self.host(tab, HostToFrame::Update { settings, page: Page::default() });
    }

    /// `trackEvent`.
    pub(crate) fn track(&mut self, tab: usize, name: &str) {
        let event = format!(r#"{{"name":"{name}","at":{},"metadata":{{}}}}"#, self.now_ms);
        self.held.push(event.into());
        let settings = self.settings.clone();
        self.update(tab, Value::Object(settings));
    }

    /// What the page gives as settings: with the events that wait.
    pub(crate) fn given(&mut self, settings: Value) -> Map<String, Value> {
        self.settings = map(settings);
        let mut given = self.settings.clone();
        if !self.held.is_empty() {
            given.insert(EVENTS.to_owned(), Value::Array(self.held.clone()));
        }
        given
    }

    /// The page says something.
    pub(crate) fn host(&mut self, tab: usize, message: HostToFrame) {
        self.event(tab, Event::Host(Box::new(message)));
    }

    /// The person does something.
    pub(crate) fn user(&mut self, tab: usize, action: UserAction) {
        self.event(tab, Event::User(action));
    }

    /// The person writes and sends into the open thread.
    pub(crate) fn write(&mut self, tab: usize, text: &str) {
        self.user(tab, UserAction::DraftChanged(text.into()));
        self.user(tab, UserAction::Send);
    }

    /// Anything happens.
    pub(crate) fn event(&mut self, tab: usize, event: Event) {
        let fresh = std::array::from_fn(|_| {
            self.ids += 1;
            format!("fresh-{}", self.ids)
        });
        let moment = Moment { now_ms: self.now_ms, random: self.ids, fresh };
        let effects = self.tabs[tab].messenger.update(event, &moment);
        for effect in effects {
            self.tabs[tab].effects.push(effect.clone());
            self.perform(tab, effect);
        }
    }

    fn perform(&mut self, tab: usize, effect: Effect) {
        let now = self.now_ms;
        let this = &mut self.tabs[tab];
        match effect {
            Effect::Http { id, operation, body } => this.requests.push(Request { id, operation, body }),
            Effect::OpenSocket { id } => this.socket = Some(Socket { id, since: None, welcomed: false }),
            Effect::SendSocket(text) => {
                let frame: ClientFrame = serde_json::from_str(&text).unwrap();
                match (&frame, &mut this.socket) {
                    (ClientFrame::Hello { since, .. }, Some(socket)) => socket.since = Some(*since),
                    (_, Some(_)) => this.said_live.push(frame),
                    (_, None) => panic!("nothing is said without a socket"),
                }
            }
            Effect::CloseSocket => this.socket = None,
            Effect::SetTimer { timer, generation, after_ms } => {
                this.timers.retain(|(other, ..)| *other != timer);
                this.timers.push((timer, generation, now + i64::from(after_ms)));
            }
            Effect::ClearTimer(timer) => this.timers.retain(|(other, ..)| *other != timer),
            Effect::Load { generation, prefix } => {
                let pairs = self.storage.iter().filter(|(key, _)| key.starts_with(&prefix));
                let pairs = pairs.map(|(key, value)| (key.clone(), value.clone())).collect();
                self.event(tab, Event::Loaded { generation, pairs });
            }
            Effect::Store { key, value } => drop(self.storage.insert(key, value)),
            Effect::Remove { key } => drop(self.storage.remove(&key)),
            Effect::Wipe { prefix, keep } => self.storage.retain(|key, _| {
                !key.starts_with(&prefix) || keep.as_ref().is_some_and(|keep| key.starts_with(keep))
            }),
            Effect::JoinTabs(name) => this.in_tabs = name.is_some(),
            Effect::Claim(name) => this.claim = name.map(|name| (name, false)),
            Effect::Tab(text) => {
                for (other, heard) in self.tabs.iter_mut().enumerate() {
                    if other != tab && heard.in_tabs {
                        heard.letters.push_back(text.clone());
                    }
                }
            }
            Effect::Host(order) => {
                match &order {
                    FrameToHost::Session { token, .. } => self.session.clone_from(token),
                    FrameToHost::Visitor { id } => self.visitor.clone_from(id),
                    FrameToHost::Tracked { events } => {
                        self.held.retain(|held| !events.as_array().unwrap().contains(held));
                    }
                    _ => {}
                }
                self.tabs[tab].told.push(order);
            }
            Effect::Announce(what) => this.said.push(what),
            Effect::FocusComposer
            | Effect::ScrollToEnd
            | Effect::Chime
            | Effect::Keep(_)
            | Effect::UsePart { .. } => {}
        }
    }

    /// Takes a request off the network.
    pub(crate) fn take_request(&mut self, tab: usize, index: usize) -> Option<Request> {
        let requests = &mut self.tabs[tab].requests;
        (!requests.is_empty()).then(|| requests.remove(index % requests.len()))
    }

    /// A request reaches the server and its answer the tab.
    pub(crate) fn deliver(&mut self, tab: usize, index: usize) {
        if let Some(request) = self.take_request(tab, index) {
            let outcome = self.server.answer(request.operation, &request.body);
            self.event(tab, Event::Http { id: request.id, outcome });
        }
    }

    /// The tab gets this instead of the server's answer to its oldest request of this kind.
    pub(crate) fn fail(&mut self, tab: usize, operation: &str, outcome: HttpOutcome) {
        let index = self.tabs[tab].requests.iter().position(|request| request.operation == operation);
        let request = self.take_request(tab, index.expect("a request of this kind is on its way")).unwrap();
        self.event(tab, Event::Http { id: request.id, outcome });
    }

    /// The socket makes its next step: opens, or brings a frame. Says whether anything happened.
    pub(crate) fn socket_step(&mut self, tab: usize) -> bool {
        let Some(socket) = self.tabs[tab].socket.clone() else { return false };
        let Some(since) = socket.since else {
            self.event(tab, Event::SocketOpened { id: socket.id });
            return true;
        };
        if socket.welcomed && self.server.log.len() <= usize::try_from(since).unwrap() {
            return false;
        }
        let (text, seq) = self.server.frame(since);
        if let Some(socket) = &mut self.tabs[tab].socket {
            socket.welcomed = seq == since || socket.welcomed;
            socket.since = Some(seq);
        }
        self.event(tab, Event::SocketFrame { id: socket.id, text });
        true
    }

    /// The socket breaks.
    pub(crate) fn socket_break(&mut self, tab: usize) {
        if let Some(socket) = self.tabs[tab].socket.take() {
            self.event(tab, Event::SocketClosed { id: socket.id });
        }
    }

    /// The next letter of another tab arrives.
    pub(crate) fn letter(&mut self, tab: usize) -> bool {
        match self.tabs[tab].letters.pop_front() {
            Some(text) => {
                self.event(tab, Event::Tab(text));
                true
            }
            None => false,
        }
    }

    /// The browser gives a lock that is free to this tab, if it wants one. Says whether it did.
    pub(crate) fn grant(&mut self, tab: usize) -> bool {
        let able = self.locks && !self.tabs[tab].dead;
        let Some((name, false)) = self.tabs[tab].claim.clone().filter(|_| able) else { return false };
        let held = (name.clone(), true);
        if self.tabs.iter().any(|tab| tab.claim.as_ref() == Some(&held)) {
            return false;
        }
        self.tabs[tab].claim = Some(held);
        self.event(tab, Event::Leading(name));
        true
    }

    /// The tab is gone without a word: the browser lets its lock and socket go.
    pub(crate) fn crash(&mut self, tab: usize) {
        let tab = &mut self.tabs[tab];
        tab.dead = true;
        (tab.claim, tab.socket) = (None, None);
        tab.requests.clear();
        tab.timers.clear();
        tab.letters.clear();
        tab.in_tabs = false;
    }

    /// The tab is put to sleep: nothing happens in it, but it keeps its lock, and letters wait for it.
    pub(crate) fn freeze(&mut self, tab: usize) {
        self.tabs[tab].dead = true;
    }

    /// It wakes; its socket is dead, and what came on it meanwhile is lost.
    pub(crate) fn thaw(&mut self, tab: usize) {
        self.tabs[tab].dead = false;
        self.socket_break(tab);
        self.event(tab, Event::Visible(true));
    }

    /// How many tabs have a socket.
    pub(crate) fn sockets(&self) -> usize {
        self.tabs.iter().filter(|tab| !tab.dead && tab.socket.is_some()).count()
    }

    /// Time moves to the tab's next timer, which fires. Says whether there was one. A socket's own silence is left out:
    /// nothing that lives is silent here.
    pub(crate) fn next_timer(&mut self, tab: usize) -> bool {
        let open = self.tabs[tab].socket.is_some();
        let timers = &mut self.tabs[tab].timers;
        let quiet = |(_, (timer, _, at)): &(usize, &(Timer, u32, i64))| {
            *timer != Timer::Links && (*timer != Timer::Silence || !open && *at <= self.now_ms + SOON_MS)
        };
        let due = timers.iter().enumerate().filter(quiet);
        let Some(index) = due.min_by_key(|(_, (_, _, at))| *at).map(|(index, _)| index) else { return false };
        let (timer, generation, at) = timers.remove(index);
        self.now_ms = self.now_ms.max(at);
        self.event(tab, Event::TimerFired { timer, generation });
        true
    }

    /// The tab is reloaded: all that is left is storage and cookies.
    pub(crate) fn reload(&mut self, tab: usize) {
        self.crash(tab);
        let fresh = self.open_tab();
        let new = self.tabs.remove(fresh);
        self.tabs[tab] = new;
    }

    /// The network works again until nothing more happens.
    pub(crate) fn settle(&mut self) {
        for _ in 0..10_000 {
            let mut moved = false;
            let living: Vec<usize> = (0..self.tabs.len()).filter(|tab| !self.tabs[*tab].dead).collect();
            for tab in living.clone() {
                while !self.tabs[tab].requests.is_empty() {
                    self.deliver(tab, 0);
                    moved = true;
                }
                moved |= self.socket_step(tab) || self.letter(tab) || self.grant(tab);
            }
            if !moved {
                moved = living.into_iter().any(|tab| self.next_timer(tab));
            }
            if !moved {
                return;
            }
        }
        panic!("this never comes to rest");
    }

    /// What is on screen.
    pub(crate) fn view(&self, tab: usize) -> ViewModel {
        self.tabs[tab].messenger.view()
    }

    /// The open thread's messages.
    pub(crate) fn items(&self, tab: usize) -> Vec<ThreadItem> {
        self.view(tab).thread.map(|thread| thread.items).unwrap_or_default()
    }

    /// The open thread's texts.
    pub(crate) fn texts(&self, tab: usize) -> Vec<String> {
        let text = |item: ThreadItem| match item.body {
            Body::Html(text) | Body::Text(text) => text,
        };
        self.items(tab).into_iter().map(text).collect()
    }

    /// The open thread's states.
    pub(crate) fn statuses(&self, tab: usize) -> Vec<Status> {
        self.items(tab).into_iter().map(|item| item.status).collect()
    }

    /// Names of the requests on their way.
    pub(crate) fn asked(&self, tab: usize) -> Vec<&'static str> {
        self.tabs[tab].requests.iter().map(|request| request.operation).collect()
    }
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
