//! Outbound messages by ES module (docs/OUTBOUND.md): asks the server whether any are live, and if so keeps
//! `parts/module-outbound.js` told of what it needs to know, which then does as the embed script does by script tag.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use doorstep_core::host_to_frame;
use doorstep_protocol::host::HostToFrame;
use js_sys::{Function, Object, Reflect};
use serde_json::{Map, Value};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::ending::Ending;
use crate::browser::task::spawn;
use crate::browser::{http, part, storage};
use crate::instance::running;

/// The outbound messages of a page's Messenger; dropping it takes away what is shown, and forgets what was.
pub struct Outbound {
    app_id: String,
    base: String,
    /// What there is to tell.
    known: RefCell<Map<String, Value>>,
    part: RefCell<Part>,
    ending: Ending,
    /// Says as JSON whom requests of the page name.
    owner: Closure<dyn Fn() -> String>,
    /// Opens the panel as the message says.
    show: Closure<dyn Fn(String)>,
    this: Weak<Outbound>,
}

/// The part that shows them.
enum Part {
    /// The server has not said who this is (whom would a message be for?), or what there is could not be had.
    Unasked,
    /// On its way, if there are live messages.
    Asked,
    /// There are none.
    Needless,
    /// At work; hears what there is to tell.
    There(Function),
}

impl Outbound {
    /// Asks nothing yet. `base` is the server's address without a slash at its end.
    pub fn new(app_id: &str, base: &str) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            app_id: app_id.to_owned(),
            base: base.to_owned(),
            known: RefCell::default(),
            part: RefCell::new(Part::Unasked),
            ending: Ending::new(),
            owner: Closure::new(owner),
            show: Closure::new(|message: String| show(&message)),
            this: this.clone(),
        })
    }

    /// The page gave settings, or may have another address.
    pub fn settings(&self, settings: &Map<String, Value>) {
        self.tell("settings", settings.clone().into());
        self.want();
    }

    /// The server said who this is.
    pub fn person(&self, person: Map<String, Value>) {
        self.tell("person", person.into());
        self.want();
    }

    /// Once it is known who this is, we ask what there is for them; again, if that could not be had.
    fn want(&self) {
        if self.known.borrow().contains_key("person") && matches!(*self.part.borrow(), Part::Unasked) {
            self.part.replace(Part::Asked);
            self.ask();
        }
    }

    /// Whether the panel is shown. Says whether that is news.
    pub fn opened(&self, open: bool) -> bool {
        self.tell_change("open", open)
    }

    /// Whether previews of unread messages are there.
    pub fn previewed(&self, any: bool) {
        self.tell("previews", any.into());
    }

    /// Whether the browser may keep anything.
    pub fn keep(&self, stays: bool) {
        self.tell_change("keeps", stays);
        self.forget_unasked();
    }

    fn tell_change(&self, what: &str, holds: bool) -> bool {
        let changes = self.known.borrow().get(what) != Some(&Value::Bool(holds));
        if changes {
            self.tell(what, holds.into());
        }
        changes
    }

    fn tell(&self, what: &str, value: Value) {
        self.known.borrow_mut().insert(what.to_owned(), value.clone());
        self.say(&Map::from_iter([(what.to_owned(), value)]));
    }

    /// Tells the part, if it is there.
    fn say(&self, news: &Map<String, Value>) {
        // It may answer at once, by `owner` or `show`: nothing is borrowed meanwhile.
        let tell = match &*self.part.borrow() {
            Part::There(tell) => tell.clone(),
            _ => return,
        };
        let text = serde_json::to_string(news).unwrap_or_default();
        let _ = tell.call1(&JsValue::NULL, &text.into());
    }

    fn ask(&self) {
        let app_id: String = js_sys::encode_uri_component(&self.app_id).into();
        let (address, this) = ([&self.base, "/widget/", &app_id, "/outbound"].concat(), self.this.clone());
        spawn(async move {
            let config = http::text(&address).await;
            // The Messenger may be gone.
            let Some(outbound) = this.upgrade() else { return };
            let Some(config) = config else { return outbound.begun(Part::Unasked) };
            let Some(given) = http::object(&config).map(|config| outbound.given(&config)) else {
                return outbound.begun(Part::Needless);
            };
            drop(outbound);
            let tell = part::begin("module-outbound", &given).await.and_then(|tell| tell.dyn_into().ok());
            if let Some(outbound) = this.upgrade() {
                outbound.begun(tell.map_or(Part::Unasked, Part::There));
            }
        });
    }

    /// What the part is given; its `run` says what each is.
    fn given(&self, config: &Object) -> Object {
        let given = Object::new();
        for (name, value) in [
            ("appId", (&self.app_id).into()),
            ("origin", (&self.base).into()),
            ("config", config.into()),
            ("signal", self.ending.signal()),
            ("owner", self.owner.as_ref().clone()),
            ("show", self.show.as_ref().clone()),
        ] {
            // A new object takes every property.
            let _ = Reflect::set(&given, &name.into(), &value);
        }
        given
    }

    fn begun(&self, part: Part) {
        self.part.replace(part);
        self.forget_unasked();
        let known = self.known.borrow().clone();
        self.say(&known);
    }

    /// Where nothing may be kept and no part heeds it, what an earlier page kept goes.
    fn forget_unasked(&self) {
        let keeps = self.known.borrow().get("keeps") != Some(&Value::Bool(false));
        if !keeps && matches!(*self.part.borrow(), Part::Needless) {
            self.forget();
        }
    }

    fn forget(&self) {
        storage::forget(&["intercom.doorstep-outbound-", &self.app_id].concat());
    }
}

impl Drop for Outbound {
    fn drop(&mut self) {
        self.forget();
    }
}

fn owner() -> String {
    let owner = running().and_then(|instance| instance.direct().owner());
    serde_json::to_string(&owner).unwrap_or_default()
}

fn show(message: &str) {
    if let (Some(instance), Some(HostToFrame::Open { open })) = (running(), host_to_frame(message)) {
        instance.open(open);
    }
}
