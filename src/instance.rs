//! The one Messenger a page may have by ES module: its container, its cookies, its shell.

use std::cell::RefCell;
use std::rc::Rc;

use doorstep_core::Event;
use doorstep_protocol::host::{EVENTS, FrameToHost, HostToFrame, Open};
use doorstep_protocol::messenger::ShutdownRequest;
use serde_json::{Map, Value};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, ShadowRootInit, ShadowRootMode};

use crate::browser::host::Host;
use crate::browser::host::direct::{Callbacks, Direct};
use crate::browser::keyboard::Keyboard;
use crate::browser::listener::Listener;
use crate::browser::tabs::Tabs;
use crate::browser::{clock, held, page, revocation, typing};
use crate::mount::{Mounted, mount};
use crate::outbound::Outbound;
use crate::shell::Shell;

/// Bytes of one event: it has to go with a ping, and the server reads 64 KiB.
const LONGEST: usize = 8_000;

thread_local! {
    static INSTANCE: RefCell<Option<Rc<Instance>>> = const { RefCell::new(None) };
    static BASE: RefCell<String> = const { RefCell::new(String::new()) };
    static CALLBACKS: Rc<Callbacks> = Rc::default();
}

/// The page's Messenger.
pub struct Instance {
    app_id: String,
    base: String,
    settings: RefCell<Map<String, Value>>,
    shell: Rc<Shell>,
    direct: Rc<Direct>,
    outbound: Rc<Outbound>,
    _mounted: Mounted,
    container: Container,
    /// Where tabs of this site tell each other of a shutdown, those with the embed script too.
    site: Option<Tabs>,
    _clicks: Option<Listener>,
    _typing: Option<Listener>,
}

/// The element in the page; dropping it takes it out.
struct Container(Element);

impl Drop for Container {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// Lets the shell and the exports share the page, and tells what works beside the Messenger.
struct Shared {
    direct: Rc<Direct>,
    outbound: Rc<Outbound>,
    keyboard: Keyboard,
}

impl Host for Shared {
    fn perform(&self, order: FrameToHost) {
        let person = match &order {
            FrameToHost::Person { person } => Some(person.clone()),
            _ => None,
        };
        if let FrameToHost::Preview { height } = &order {
            self.outbound.previewed(*height > 0);
        }
        self.direct.perform(order);
        if let Some(person) = person {
            self.outbound.person(person);
        }
    }

    fn keep(&self, stays: bool) {
        self.direct.keep(stays);
        self.outbound.keep(stays);
    }

    fn published(&self, open: bool, booted: bool) {
        // The first time it is there before anybody opens anything.
        if booted && self.outbound.opened(open) {
            self.keyboard.heed();
        }
        self.direct.published(open, booted);
    }
}

/// Where the server is, as the module's wrapper says.
pub fn set_base(url: &str) {
    BASE.with_borrow_mut(|base| url.trim_end_matches('/').clone_into(base));
}

/// The page's callbacks; they may be set before `boot` and are dropped by `shutdown`.
pub fn callbacks() -> Rc<Callbacks> {
    CALLBACKS.with(Rc::clone)
}

/// The running Messenger.
pub fn running() -> Option<Rc<Instance>> {
    INSTANCE.with_borrow(Clone::clone)
}

/// Starts the Messenger, or updates the one that runs. The error names what is missing.
pub fn boot(settings: Map<String, Value>) -> Result<(), &'static str> {
    let app_id = settings.get("app_id").and_then(Value::as_str).map(str::to_owned);
    if let Some(instance) = running() {
        if app_id.as_ref().is_none_or(|app_id| *app_id == instance.app_id) {
            instance.update(settings);
            return Ok(());
        }
        stop(&instance);
    }
    let app_id = app_id.filter(|app_id| !app_id.is_empty()).ok_or("boot needs app_id, a text")?;
    let instance = Rc::new(Instance::start(app_id, settings)?);
    INSTANCE.set(Some(Rc::clone(&instance)));
    instance.begin();
    Ok(())
}

/// Ends the session (P10). Without a Messenger there is nothing to end.
pub fn shutdown() {
    if let Some(instance) = running() {
        instance.revoke();
        if let Some(site) = &instance.site {
            site.tell("shutdown");
        }
        instance.tell(HostToFrame::Shutdown);
        stop(&instance);
    }
    let callbacks = callbacks();
    callbacks.drop_all();
}

/// Another tab of this site ended the session, and told the server.
fn ended_elsewhere() {
    if let Some(instance) = running() {
        instance.tell(HostToFrame::Shutdown);
        stop(&instance);
    }
}

/// Takes an instance out of the page, keeping its session.
fn stop(instance: &Rc<Instance>) {
    INSTANCE.with_borrow_mut(|running| {
        if running.as_ref().is_some_and(|running| Rc::ptr_eq(running, instance)) {
            *running = None;
        }
    });
}

impl Instance {
    fn start(app_id: String, settings: Map<String, Value>) -> Result<Self, &'static str> {
        let base = base(&settings);
        let container = Container::add().ok_or("the page has no body yet: boot after it is loaded")?;
        let place = container.shadow().ok_or("this browser has no shadow roots")?;
        let direct = Rc::new(Direct::new(&app_id, callbacks(), || drop(INSTANCE.take())));
        let outbound = Outbound::new(&app_id, &base);
        let keyboard = Keyboard::new(container.0.shadow_root());
        let shared = Shared { direct: Rc::clone(&direct), outbound: Rc::clone(&outbound), keyboard };
        let shell = Shell::start(&base, &app_id, false, |_| Box::new(shared));
        let mounted = mount(place, shell.ui());
        let clicks = listen_for_launchers();
        let typing = container.0.owner_document().map(|document| typing::mark(&document, &container.0));
        let site = Tabs::join(&["doorstep.", &app_id].concat(), |_| ended_elsewhere());
        Ok(Self {
            app_id,
            base,
            settings: RefCell::new(settings),
            shell,
            direct,
            outbound,
            _mounted: mounted,
            container,
            site,
            _clicks: clicks,
            _typing: typing,
        })
    }

    fn begin(&self) {
        revocation::send_kept(self.address("shutdown"), &self.app_id);
        self.outbound.settings(&self.settings.borrow());
        self.tell(HostToFrame::Boot {
            app_id: self.app_id.clone(),
            settings: self.given(),
            visitor_id: self.direct.visitor_id(),
            device_id: self.direct.device_id(),
            session: self.direct.session(),
            page: self.page(),
            open: None,
            mobile: page::mobile(),
            // The launcher is in the page already, with all of this.
            near: true,
        });
    }

    fn tell(&self, message: HostToFrame) {
        self.shell.dispatch(Event::Host(Box::new(message)));
    }

    /// Merges settings into those there are and reports the page.
    pub fn update(&self, settings: Map<String, Value>) {
        self.settings.borrow_mut().extend(settings);
        self.report();
        let settings = self.settings.borrow().clone();
        self.outbound.settings(&settings);
    }

    fn report(&self) {
        self.tell(HostToFrame::Update { settings: self.given(), page: self.page() });
    }

    /// The settings with the events that wait.
    fn given(&self) -> Map<String, Value> {
        let mut settings = self.settings.borrow().clone();
        let events = held::all(&self.app_id);
        if !events.is_empty() {
            settings.insert(EVENTS.to_owned(), Value::Array(events));
        }
        settings
    }

    /// Something happened; kept until the server has it. The error is for the page's developer.
    pub fn track(&self, name: &str, metadata: &JsValue) -> Result<(), &'static str> {
        // The text as the page's JSON writes it: the order of the keys says which are kept.
        let text = js_sys::JSON::stringify(metadata).ok().and_then(|text| text.as_string());
        let given = text.filter(|text| text.starts_with('{'));
        let odd = given.is_none() && !metadata.is_null() && !metadata.is_undefined();
        let event = [
            "{\"name\":",
            &serde_json::to_string(name).unwrap_or_default(),
            ",\"at\":",
            &clock::now_ms().to_string(),
            ",\"metadata\":",
            given.as_deref().unwrap_or("{}"),
            "}",
        ]
        .concat();
        if event.len() > LONGEST {
            return Err("an event of more than 8,000 bytes is not tracked");
        }
        let full = held::add(&self.app_id, event);
        self.report();
        match (odd, full) {
            (true, _) => Err("metadata is not an object that JSON can carry, and left out"),
            (_, true) => Err("500 events wait at most; the oldest is dropped"),
            _ => Ok(()),
        }
    }

    /// Shows the panel.
    pub fn open(&self, open: Open) {
        self.direct.act();
        self.tell(HostToFrame::Open { open });
    }

    /// Sends the first message of a new conversation.
    pub fn send(&self, text: String) {
        self.tell(HostToFrame::Send { text });
    }

    /// Hides the panel.
    pub fn close(&self) {
        self.tell(HostToFrame::Close);
    }

    /// The page's side.
    pub fn direct(&self) -> &Direct {
        &self.direct
    }

    /// The element in the page.
    pub fn element(&self) -> &Element {
        &self.container.0
    }

    fn page(&self) -> doorstep_protocol::messenger::Page {
        let title = self.settings.borrow().get("page_title").and_then(Value::as_str).map(str::to_owned);
        page::facts(title)
    }

    fn address(&self, operation: &str) -> String {
        let app_id: String = js_sys::encode_uri_component(&self.app_id).into();
        [&self.base, "/messenger/", &app_id, "/", operation].concat()
    }

    fn revoke(&self) {
        let Some(caller) = self.direct.owner() else { return };
        let body = serde_json::to_string(&ShutdownRequest { caller }).unwrap_or_default();
        revocation::send(self.address("shutdown"), self.app_id.clone(), body);
    }
}

/// `api_base` of the settings, unless it is Intercom's own; else where the module came from; else this page's server.
fn base(settings: &Map<String, Value>) -> String {
    let given = settings.get("api_base").and_then(Value::as_str).map(|base| base.trim_end_matches('/'));
    let given = given.filter(|base| {
        let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://")).unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or_default();
        !host.is_empty() && host != "intercom.io" && !host.ends_with(".intercom.io")
    });
    let module = BASE.with_borrow(Clone::clone);
    match given {
        Some(given) => given.to_owned(),
        None if !module.is_empty() => module,
        None => web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default(),
    }
}

impl Container {
    fn add() -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let element = document.create_element("div").ok()?;
        element.set_id("intercom-container");
        element.set_class_name("intercom-namespace");
        document.body()?.append_child(&element).ok()?;
        Some(Self(element))
    }

    /// The place for the views, inside a shadow root so that styles do not leak either way.
    fn shadow(&self) -> Option<HtmlElement> {
        let root = self.0.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()?;
        let place = self.0.owner_document()?.create_element("div").ok()?.dyn_into::<HtmlElement>().ok()?;
        root.append_child(&place).ok()?;
        Some(place)
    }
}

/// Setting `custom_launcher_selector`: also for elements that come later, so one listener on the document.
fn listen_for_launchers() -> Option<Listener> {
    let document = web_sys::window()?.document()?;
    Some(Listener::new(&document, "click", |event| {
        let Some(instance) = running() else { return };
        let selector = instance
            .settings
            .borrow()
            .get("custom_launcher_selector")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let (Some(selector), Some(target)) = (selector, target)
            && target.closest(&selector).ok().flatten().is_some()
        {
            event.prevent_default();
            instance.open(Open::Default);
        }
    }))
}

/// Settings as JavaScript gives them; what is not an object counts as none.
pub fn read_settings(value: &JsValue) -> Map<String, Value> {
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    match text.and_then(|text| doorstep_core::json::parse(&text)) {
        Some(Value::Object(settings)) => settings,
        _ => Map::new(),
    }
}
