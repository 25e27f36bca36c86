//! The only place where the inbox's state and the browser meet: events go in, effects are performed, the model is
//! published to the views.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use doorstep_protocol::inbox::InboxFrame;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::browser::socket::{Report, Socket};
use crate::browser::{files, http, page, storage};
use crate::state::{Effect as Order, Event, Focus, Inbox, KeyPress, Model, Timer};
use crate::view::app;

/// How often ages are shown anew.
const TICK: Duration = Duration::from_secs(30);

/// The views' door to the rest: the model as a signal, and where events go. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Ui {
    model: RwSignal<Model>,
    send: StoredValue<Rc<dyn Fn(Event)>, LocalStorage>,
}

impl Ui {
    /// Makes one. `send` receives what the teammate does.
    pub fn new(model: Model, send: impl Fn(Event) + 'static) -> Self {
        Self { model: RwSignal::new(model), send: StoredValue::new_local(Rc::new(send)) }
    }

    /// One part of the model; changes only when that part does.
    pub fn get<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&Model) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let model = self.model;
        Memo::new(move |_| model.with(&part))
    }

    /// Reports what the teammate did.
    pub fn send(self, event: Event) {
        (self.send.get_value())(event);
    }

    /// Shows another model.
    pub fn publish(self, model: Model) {
        self.model.set(model);
    }
}

struct Shell {
    inbox: RefCell<Inbox>,
    queue: RefCell<VecDeque<Event>>,
    socket: RefCell<Option<Socket>>,
    timers: RefCell<Vec<(Timer, TimeoutHandle)>>,
    ui: RefCell<Option<Ui>>,
}

/// Mounts the inbox into `#app` for the life of the page.
pub fn start() {
    let Some(place) =
        document().get_element_by_id("app").and_then(|place| place.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let shell = Rc::new(Shell {
        inbox: RefCell::default(),
        queue: RefCell::default(),
        socket: RefCell::default(),
        timers: RefCell::default(),
        ui: RefCell::default(),
    });
    let mounted = {
        let shell = Rc::clone(&shell);
        leptos::mount::mount_to(place, move || {
            let send = Rc::clone(&shell);
            let ui = Ui::new(Model::default(), move |event| dispatch(&send, event));
            shell.ui.replace(Some(ui));
            listen(&shell);
            app(ui)
        })
    };
    mounted.forget();
    dispatch(&shell, Event::Started { path: page::path(), kept: storage::read() });
}

fn listen(shell: &Rc<Shell>) {
    let on = |shell: &Rc<Shell>, event: fn() -> Event| {
        let shell = Rc::clone(shell);
        move || dispatch(&shell, event())
    };
    let path = on(shell, || Event::Path(page::path()));
    let _ = window_event_listener(ev::popstate, move |_| path());
    let online = on(shell, || Event::Online);
    let _ = window_event_listener(ev::online, move |_| online());
    let tick = on(shell, || Event::Tick);
    let _ = set_interval_with_handle(tick, TICK);
    let keys = Rc::clone(shell);
    let _ = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let in_text = target.is_some_and(|target| target.matches("input, textarea").unwrap_or_default());
        let key = event.key();
        // These would scroll the page or open the browser's search.
        if !in_text && matches!(key.as_str(), "j" | "k" | "r" | "e" | "?" | "ArrowDown" | "ArrowUp") {
            event.prevent_default();
        }
        dispatch(&keys, Event::Key(KeyPress { key, in_text }));
    });
}

/// Takes an event in and performs what follows. Events that come up meanwhile wait their turn.
fn dispatch(shell: &Rc<Shell>, event: Event) {
    let busy = {
        let mut queue = shell.queue.borrow_mut();
        queue.push_back(event);
        queue.len() > 1
    };
    if busy {
        return;
    }
    loop {
        let Some(event) = shell.queue.borrow().front().cloned() else { return };
        let orders = shell.inbox.borrow_mut().update(event, page::now());
        publish(shell);
        for order in orders {
            perform(shell, order);
        }
        shell.queue.borrow_mut().pop_front();
        if shell.queue.borrow().is_empty() {
            return;
        }
    }
}

fn publish(shell: &Shell) {
    let inbox = shell.inbox.borrow();
    let model = inbox.model();
    let unread = model.unread();
    page::set_title(&match (model.me(), unread) {
        (None, _) => "Log in · Doorstep".to_owned(),
        (Some(me), 0) => format!("Inbox · {}", me.workspace),
        (Some(me), unread) => format!("({unread}) Inbox · {}", me.workspace),
    });
    if let Some(ui) = *shell.ui.borrow() {
        ui.publish(model.clone());
    }
}

fn perform(shell: &Rc<Shell>, order: Order) {
    match order {
        Order::Call(call) => {
            let shell = Rc::clone(shell);
            spawn_local(async move {
                let outcome = http::call(&call).await;
                dispatch(&shell, Event::Answered(call, outcome));
            });
        }
        Order::OpenSocket { since } => open_socket(shell, since),
        Order::CloseSocket => drop(shell.socket.take()),
        Order::Timer(timer, after_ms) => {
            let later = Rc::clone(shell);
            let ended = move || dispatch(&later, Event::Timer(timer));
            let Ok(handle) = set_timeout_with_handle(ended, Duration::from_millis(after_ms.into())) else {
                return;
            };
            let mut timers = shell.timers.borrow_mut();
            if let Some(at) = timers.iter().position(|(other, _)| *other == timer) {
                timers.swap_remove(at).1.clear();
            }
            timers.push((timer, handle));
        }
        Order::Path(path) => page::push_path(&path),
        Order::DropFile(id) => files::forget(&id),
        Order::Keep(kept) => storage::write(&kept),
        Order::Focus(focus) => {
            // What is to be focused is drawn first.
            request_animation_frame(move || {
                page::focus(&match focus {
                    Focus::Row(id) => format!("row-{id}"),
                    Focus::Thread => "thread-title".to_owned(),
                    Focus::Composer => "composer".to_owned(),
                    Focus::Field => "field".to_owned(),
                });
            });
        }
        Order::ScrollToEnd => request_animation_frame(|| page::scroll_to_end("log")),
    }
}

fn open_socket(shell: &Rc<Shell>, since: i64) {
    let report = Rc::clone(shell);
    let socket = Socket::open(since, move |heard| {
        dispatch(
            &report,
            match heard {
                Report::Frame(frame) => match *frame {
                    InboxFrame::Welcome { seq } => Event::SocketWelcome { seq },
                    frame => Event::Socket(Box::new(frame)),
                },
                Report::Closed => Event::SocketClosed,
            },
        );
    });
    let refused = socket.is_none();
    drop(shell.socket.replace(socket));
    if refused {
        dispatch(shell, Event::SocketClosed);
    }
}
