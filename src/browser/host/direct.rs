//! The page itself (ES module): we keep the cookies and call the callbacks that the embed script would.

use std::cell::{Cell, RefCell};

use doorstep_protocol::host::FrameToHost;
use doorstep_protocol::messenger::Caller;
use js_sys::Function;
use serde_json::{Map, Value};
use wasm_bindgen::JsValue;

use super::Host;
use crate::browser::cookie::{Cookies, NINE_MONTHS};
use crate::browser::held;
use crate::browser::title::Blink;

/// Seconds that a session lasts of which nothing is known but the cookie.
const SESSION: i64 = 7 * 86_400;

/// The callbacks of `onShow` and its kin.
#[derive(Default)]
pub struct Callbacks {
    /// `onShow`.
    pub show: RefCell<Option<Function>>,
    /// `onHide`.
    pub hide: RefCell<Option<Function>>,
    /// `onUnreadCountChange`.
    pub unread: RefCell<Option<Function>>,
    /// `onUserEmailSupplied`.
    pub email: RefCell<Option<Function>>,
    /// `onError`.
    pub error: RefCell<Option<Function>>,
    /// `ready`, each called once.
    pub ready: RefCell<Vec<Function>>,
}

impl Callbacks {
    /// Calls what waits for `ready`.
    pub fn ready(&self) {
        for callback in self.ready.take() {
            call(&RefCell::new(Some(callback)), None);
        }
    }

    /// Forgets them all.
    pub fn drop_all(&self) {
        for callback in [&self.show, &self.hide, &self.unread, &self.email, &self.error] {
            callback.replace(None);
        }
        self.ready.take();
    }
}

/// The page.
pub struct Direct {
    app_id: String,
    cookies: Cookies,
    callbacks: std::rc::Rc<Callbacks>,
    visitor_id: RefCell<String>,
    device_id: String,
    /// The session where it may be in no cookie, and how long it lasts.
    session: RefCell<Option<(String, i64)>>,
    /// Whether cookies may be written.
    keeps: Cell<bool>,
    acted: Cell<bool>,
    open: Cell<bool>,
    unread: Cell<u32>,
    /// While a message is unseen.
    blink: RefCell<Option<Blink>>,
    person: RefCell<Map<String, Value>>,
    gone: Box<dyn Fn()>,
}

impl Direct {
    /// Reads the cookies; writes none before the first act, unless the visitor already has them. `gone` is called
    /// when everything is forgotten, here or in another tab.
    pub fn new(app_id: &str, callbacks: std::rc::Rc<Callbacks>, gone: impl Fn() + 'static) -> Self {
        let cookies = Cookies::open(app_id);
        let visitor_id = cookies.get("id");
        let acted = visitor_id.is_some();
        let direct = Self {
            app_id: app_id.to_owned(),
            visitor_id: RefCell::new(visitor_id.unwrap_or_else(crate::browser::ids::uuid)),
            device_id: cookies.get("device-id").unwrap_or_else(crate::browser::ids::uuid),
            cookies,
            callbacks,
            session: RefCell::default(),
            keeps: Cell::new(true),
            acted: Cell::new(acted),
            open: Cell::new(false),
            unread: Cell::new(0),
            blink: RefCell::default(),
            person: RefCell::default(),
            gone: Box::new(gone),
        };
        if acted {
            direct.write_ids();
        }
        direct
    }

    /// The first act: opening, or a command that needs identity. From now on there is a visitor.
    pub fn act(&self) {
        if !self.acted.replace(true) {
            self.write_ids();
        }
    }

    /// Whether the ids are in cookies.
    pub fn acted(&self) -> bool {
        self.acted.get()
    }

    /// Whom requests of the page name: nobody where nobody has acted.
    pub fn owner(&self) -> Option<Caller> {
        let session = self.session();
        (session.is_some() || self.acted()).then(|| Caller {
            visitor_id: Some(self.visitor_id()),
            device_id: Some(self.device_id()),
            session,
        })
    }

    fn write_ids(&self) {
        if !self.keeps.get() {
            return;
        }
        self.cookies.set("id", &self.visitor_id.borrow(), NINE_MONTHS);
        self.cookies.set("device-id", &self.device_id, NINE_MONTHS);
    }

    /// Cookie `intercom-id-`, or what it will be.
    pub fn visitor_id(&self) -> String {
        self.visitor_id.borrow().clone()
    }

    /// Cookie `intercom-device-id-`.
    pub fn device_id(&self) -> String {
        self.device_id.clone()
    }

    /// Cookie `intercom-session-`.
    pub fn session(&self) -> Option<String> {
        let held = self.session.borrow().as_ref().map(|(token, _)| token.clone());
        held.or_else(|| self.cookies.get("session"))
    }

    fn take_session(&self, token: String, max_age: i64) {
        if self.keeps.get() {
            self.cookies.set("session", &token, max_age);
        } else {
            self.session.replace(Some((token, max_age)));
        }
    }

    /// What the server said about the person.
    pub fn person(&self) -> Map<String, Value> {
        self.person.borrow().clone()
    }

    /// Number of unread conversations.
    pub fn unread(&self) -> u32 {
        self.unread.get()
    }

    /// Expires the session and takes the visitor id away; the device id stays (M§4.3).
    pub fn expire_cookies(&self) {
        self.session.take();
        self.cookies.expire("session");
        self.cookies.expire("id");
    }
}

/// Calls a page's callback. What it throws is its own, and must not stop us.
pub fn call(callback: &RefCell<Option<Function>>, argument: Option<&JsValue>) {
    let callback = callback.borrow().clone();
    if let Some(callback) = callback {
        let _ = match argument {
            Some(argument) => callback.call1(&JsValue::NULL, argument),
            None => callback.call0(&JsValue::NULL),
        };
    }
}

impl Host for Direct {
    fn perform(&self, order: FrameToHost) {
        match order {
            FrameToHost::Session { token: Some(token), max_age } => {
                self.take_session(token, max_age);
            }
            FrameToHost::Session { token: None, .. } => {
                self.session.take();
                self.cookies.expire("session");
            }
            FrameToHost::Visitor { id } => {
                *self.visitor_id.borrow_mut() = id;
                if self.acted.get() {
                    self.write_ids();
                }
            }
            FrameToHost::Unread { count } => {
                self.unread.set(count);
                if count == 0 {
                    self.blink.take();
                }
                call(&self.callbacks.unread, Some(&count.into()));
            }
            FrameToHost::EmailSupplied => call(&self.callbacks.email, None),
            FrameToHost::Person { person } => {
                *self.person.borrow_mut() = person;
                self.callbacks.ready();
            }
            FrameToHost::Console { message, .. } => {
                let message = message.into();
                web_sys::console::error_1(&message);
                call(&self.callbacks.error, Some(&message));
            }
            FrameToHost::Tracked { events } => held::arrived(&self.app_id, &events),
            FrameToHost::Gone => {
                held::clear(&self.app_id);
                self.expire_cookies();
                (self.gone)();
            }
            // The view draws launcher and panel here; opening after a page change is the page's own business.
            FrameToHost::Alert => drop(self.blink.replace(Blink::begin(self.unread.get()))),
            FrameToHost::Ready
            | FrameToHost::Panel { .. }
            | FrameToHost::Screen { .. }
            | FrameToHost::Preview { .. } => {}
        }
    }

    fn keep(&self, stays: bool) {
        let session = self.session();
        let max_age = self.session.take().map_or(SESSION, |(_, max_age)| max_age);
        self.keeps.set(stays);
        if stays && self.acted.get() {
            self.write_ids();
        } else if !stays {
            for name in ["session", "id", "device-id"] {
                self.cookies.expire(name);
            }
            held::release(&self.app_id);
        }
        if let Some(token) = session {
            self.take_session(token, max_age);
        }
    }

    fn published(&self, open: bool, booted: bool) {
        if !booted || self.open.replace(open) == open {
            return;
        }
        if open {
            self.act();
            call(&self.callbacks.show, None);
        } else {
            call(&self.callbacks.hide, None);
        }
    }
}
