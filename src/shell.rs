//! The only place where core and browser meet: events go in, effects are performed in order, the view model is
//! published. Not here: any rule (core), any browser detail (`browser/`), any drawing (`view/`).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use doorstep_core::{Effect, Event, Messenger, Moment, Timer, UserAction};
use doorstep_protocol::host::HostToFrame;
use js_sys::Object;
use leptos::prelude::Owner;
use wasm_bindgen::JsValue;
use web_sys::EventTarget;

use crate::browser::host::Host;
use crate::browser::listener::Listener;
use crate::browser::lock::Lock;
use crate::browser::socket::{Report, Socket};
use crate::browser::storage::Storage;
use crate::browser::tabs::Tabs;
use crate::browser::task::spawn;
use crate::browser::timer::Timeout;
use crate::browser::{clock, http, ids, locale, page, part};
use crate::text::Words;
use crate::ui::Ui;

/// One running Messenger. Dropping it closes and cancels everything it holds.
pub struct Shell {
    core: RefCell<Messenger>,
    queue: RefCell<VecDeque<Event>>,
    busy: Cell<bool>,
    host: Box<dyn Host>,
    /// The server's address, without a slash at its end.
    base: String,
    /// `https://server/messenger/<app_id>/`.
    address: String,
    /// Path of the texts that are shown or on their way; empty for English.
    language: RefCell<String>,
    storage: RefCell<Storage>,
    socket: RefCell<Option<Socket>>,
    tabs: RefCell<Option<Tabs>>,
    lock: RefCell<Option<Lock>>,
    timers: RefCell<Vec<(Timer, Timeout)>>,
    ui: Ui,
    this: Weak<Shell>,
    /// Hears parts that work for the core, whatever is on screen.
    heard: Option<EventTarget>,
    _listeners: Vec<Listener>,
    // Owns the signals of `ui`.
    _owner: Owner,
}

impl Shell {
    /// Starts one. `base` is the server's address without a slash at its end; `framed` says whether the page draws
    /// launcher and panel; `host` gets a handle for dispatching what the page says.
    pub fn start(
        base: &str,
        app_id: &str,
        framed: bool,
        host: impl FnOnce(Handle) -> Box<dyn Host>,
    ) -> Rc<Self> {
        let app_id: String = js_sys::encode_uri_component(app_id).into();
        let address = [base, "/messenger/", &app_id, "/"].concat();
        let shell = Rc::new_cyclic(|this| {
            let handle = Handle(this.clone());
            let owner = Owner::new();
            let actions = handle.clone();
            let ui = owner.with(|| Ui::new(move |action| actions.dispatch(Event::User(action))));
            let heard = EventTarget::new().ok();
            let mut listeners = listen(&handle, framed);
            listeners.extend(heard.as_ref().map(|heard| {
                let handle = handle.clone();
                let said = move |event| handle.dispatch(Event::User(UserAction::Part(part::said(&event))));
                Listener::new(heard, "part", said)
            }));
            Self {
                core: RefCell::new(Messenger::new(framed)),
                queue: RefCell::default(),
                busy: Cell::new(false),
                host: host(handle.clone()),
                base: base.to_owned(),
                address,
                language: RefCell::default(),
                storage: RefCell::new(Storage::open()),
                socket: RefCell::default(),
                tabs: RefCell::default(),
                lock: RefCell::default(),
                timers: RefCell::default(),
                ui,
                this: this.clone(),
                heard,
                _listeners: listeners,
                _owner: owner,
            }
        });
        shell.dispatch(Event::Online(page::online()));
        shell.dispatch(Event::Visible(page::visible()));
        shell
    }

    /// What the views hold.
    pub fn ui(&self) -> Ui {
        self.ui
    }

    /// Takes an event in and performs what follows. Events that come up while this goes on wait their turn.
    pub fn dispatch(&self, event: Event) {
        self.queue.borrow_mut().push_back(event);
        if self.busy.replace(true) {
            return;
        }
        // Keeps us alive should an effect let go of the last owner.
        let _alive = self.this.upgrade();
        loop {
            let next = self.queue.borrow_mut().pop_front();
            let Some(event) = next else { break };
            let moment = Moment {
                now_ms: clock::now_ms(),
                random: clock::random(),
                fresh: std::array::from_fn(|_| ids::uuid()),
            };
            let effects = self.core.borrow_mut().update(event, &moment);
            // Views first: an effect may need what they draw.
            self.ui.publish(self.core.borrow().view());
            for effect in effects {
                self.perform(effect);
            }
        }
        self.busy.set(false);
        self.speak();
        let (open, booted) = self.ui.peek(|model| (model.open, model.booted));
        self.host.published(open, booted);
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Http { id, operation, body } => self.post(id, operation, body),
            Effect::OpenSocket { id } => self.open_socket(id),
            Effect::SendSocket(text) => {
                if let Some(socket) = self.socket.borrow().as_ref() {
                    socket.send(&text);
                }
            }
            Effect::CloseSocket => drop(self.socket.take()),
            Effect::SetTimer { timer, generation, after_ms } => self.set_timer(timer, generation, after_ms),
            Effect::ClearTimer(timer) => self.timers.borrow_mut().retain(|(other, _)| *other != timer),
            Effect::Load { generation, prefix } => {
                let pairs = self.storage.borrow().pairs(&prefix);
                self.dispatch(Event::Loaded { generation, pairs });
            }
            Effect::Store { key, value } => self.storage.borrow_mut().set(key, value),
            Effect::Remove { key } => self.storage.borrow_mut().remove(&key),
            Effect::Wipe { prefix, keep } => self.storage.borrow_mut().wipe(&prefix, keep.as_deref()),
            Effect::Keep(stays) => {
                self.host.keep(stays);
                self.storage.borrow_mut().keep(stays);
            }
            Effect::JoinTabs(name) => self.join_tabs(name.as_deref()),
            Effect::Claim(name) => self.claim(name),
            Effect::Tab(text) => {
                if let Some(tabs) = self.tabs.borrow().as_ref() {
                    tabs.tell(&text);
                }
            }
            Effect::Host(order) => self.host.perform(order),
            Effect::UsePart { name, data } => {
                let place = JsValue::from(self.heard.clone());
                part::run(name, &place, &data, &self.ui.words(Words::texts));
            }
            Effect::FocusComposer => self.ui.focus_composer(),
            Effect::ScrollToEnd => self.ui.scroll_to_end(),
            Effect::Announce(what) => self.ui.announce(what),
            Effect::Chime => part::run("sound", &JsValue::NULL, "", &Object::new()),
        }
    }

    /// Follows the view model's languages. Until the texts are there, and where there are none, English is shown.
    fn speak(&self) {
        let wanted = self.ui.peek(|model| locale::path(&model.language));
        if *self.language.borrow() == wanted {
            return;
        }
        self.language.replace(wanted.clone());
        if wanted.is_empty() {
            self.ui.speak(|_| Words::english());
            return;
        }
        let (this, url) = (self.this.clone(), [self.base.as_str(), &wanted].concat());
        spawn(async move {
            let texts = http::get(&url).await;
            // The language may have changed again, and the Messenger may be gone.
            if let (Some(texts), Some(shell)) = (texts, this.upgrade())
                && *shell.language.borrow() == wanted
            {
                shell.ui.speak(|words| words.with(texts));
            }
        });
    }

    fn post(&self, id: u32, operation: &str, body: String) {
        let url = [&self.address, operation].concat();
        let handle = self.handle();
        spawn(async move {
            let outcome = http::post(&url, body).await;
            handle.dispatch(Event::Http { id, outcome });
        });
    }

    fn open_socket(&self, id: u32) {
        // `http…` becomes `ws…`, `https…` becomes `wss…`.
        let url = ["ws", self.address.strip_prefix("http").unwrap_or_default(), "socket"].concat();
        let handle = self.handle();
        let socket = Socket::open(&url, move |report| {
            handle.dispatch(match report {
                Report::Opened => Event::SocketOpened { id },
                Report::Frame(text) => Event::SocketFrame { id, text },
                Report::Closed => Event::SocketClosed { id },
            });
        });
        let refused = socket.is_none();
        drop(self.socket.replace(socket));
        if refused {
            self.dispatch(Event::SocketClosed { id });
        }
    }

    fn set_timer(&self, timer: Timer, generation: u32, after_ms: u32) {
        let handle = self.handle();
        let timeout =
            Timeout::new(after_ms, move || handle.dispatch(Event::TimerFired { timer, generation }));
        let mut timers = self.timers.borrow_mut();
        timers.retain(|(other, _)| *other != timer);
        timers.push((timer, timeout));
    }

    fn join_tabs(&self, name: Option<&str>) {
        let handle = self.handle();
        let joined = name.and_then(|name| Tabs::join(name, move |text| handle.dispatch(Event::Tab(text))));
        drop(self.tabs.replace(joined));
    }

    fn claim(&self, name: Option<String>) {
        drop(self.lock.take());
        let handle = self.handle();
        let queue = |name: String| {
            let ours = name.clone();
            Lock::queue(&name, move || handle.dispatch(Event::Leading(ours)))
        };
        let queued = name.map(queue);
        self.lock.replace(queued);
    }

    fn handle(&self) -> Handle {
        Handle(self.this.clone())
    }
}

/// A way to a shell that may be gone: late callbacks then do nothing.
#[derive(Clone)]
pub struct Handle(Weak<Shell>);

impl Handle {
    /// As [`Shell::dispatch`].
    pub fn dispatch(&self, event: Event) {
        if let Some(shell) = self.0.upgrade() {
            shell.dispatch(event);
        }
    }
}

/// Listens to the browser. In a frame the page tells about its size.
fn listen(handle: &Handle, framed: bool) -> Vec<Listener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let handle = handle.clone();
    page::watch(&window, move |report| match report {
        page::Report::Online(online) => handle.dispatch(Event::Online(online)),
        page::Report::Visible(visible) => handle.dispatch(Event::Visible(visible)),
        page::Report::Away(away) => handle.dispatch(Event::Away(away)),
        page::Report::Mobile(mobile) if !framed => {
            handle.dispatch(Event::Host(Box::new(HostToFrame::Mobile { mobile })));
        }
        page::Report::Mobile(_) => {}
    })
}
