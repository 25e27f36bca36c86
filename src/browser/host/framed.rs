//! The embed script behind a `MessagePort`; the handshake is in `doorstep_protocol::host`.

use std::cell::RefCell;
use std::rc::Rc;

use doorstep_protocol::host::{FrameToHost, HostToFrame};
use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, MessagePort, Window};

use super::Host;
use crate::browser::listener::Listener;

/// What we say once we listen.
const HELLO: &str = "doorstep:hello";

/// What the answer with the port says.
const PORT: &str = "doorstep:port";

/// The page at the other end.
pub struct Framed {
    port: Rc<RefCell<Option<Connected>>>,
    _listener: Listener,
}

struct Connected {
    port: MessagePort,
    _listener: Listener,
}

impl Framed {
    /// Listens for the port, from the parent window only, and says hello. Which page may hold us is the server's to
    /// say (`frame-ancestors`), so the parent's origin is not known here; the embed script knows ours and checks it.
    pub fn connect(window: &Window, heard: impl Fn(HostToFrame) + Clone + 'static) -> Option<Self> {
        let parent = window.parent().ok().flatten()?;
        let held: Rc<RefCell<Option<Connected>>> = Rc::default();
        let (holder, from) = (Rc::clone(&held), parent.clone());
        let listener = Listener::new(window, "message", move |event| {
            let Ok(event) = event.dyn_into::<MessageEvent>() else { return };
            let from_parent = event.source().is_some_and(|source| js_sys::Object::is(&source, &from));
            if !from_parent || event.data().as_string().as_deref() != Some(PORT) || holder.borrow().is_some()
            {
                return;
            }
            let Ok(port) = event.ports().get(0).dyn_into::<MessagePort>() else { return };
            let heard = heard.clone();
            let listener = Listener::new(&port, "message", move |event| {
                let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                // What does not read comes from an embed script of another version.
                if let Some(message) = text.and_then(|text| doorstep_core::host_to_frame(&text)) {
                    heard(message);
                }
            });
            port.start();
            *holder.borrow_mut() = Some(Connected { port, _listener: listener });
        });
        parent.post_message(&HELLO.into(), "*").ok()?;
        Some(Self { port: held, _listener: listener })
    }
}

impl Host for Framed {
    fn perform(&self, order: FrameToHost) {
        let port = self.port.borrow();
        if let (Some(connected), Ok(text)) = (port.as_ref(), serde_json::to_string(&order)) {
            let _ = connected.port.post_message(&text.into());
        }
    }
}
