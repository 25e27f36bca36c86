//! The embed script behind a `MessagePort`; the handshake is in `doorstep_protocol::host`. The script that starts us has said
//! hello before we are there, and gives us the port that the page answers with; what it has said so far comes once more then
//! (embed/frame/main.js).

use std::cell::RefCell;
use std::rc::Rc;

use doorstep_protocol::host::{FrameToHost, HostToFrame};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, MessagePort};

use super::Host;
use crate::browser::listener::Listener;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = doorstepPort, catch)]
    fn take_port(take: &JsValue) -> Result<(), JsValue>;
}

/// The page at the other end.
pub struct Framed {
    port: Rc<RefCell<Option<Connected>>>,
}

struct Connected {
    port: MessagePort,
    _listener: Listener,
}

impl Framed {
    /// Somebody to tell, and what begins to listen to them. The port is the parent window's: which page may hold us is the
    /// server's to say (`frame-ancestors`).
    pub fn new(heard: impl Fn(HostToFrame) + 'static) -> (Self, Listening) {
        let held: Rc<RefCell<Option<Connected>>> = Rc::default();
        let holder = Rc::clone(&held);
        let take = Closure::once_into_js(move |port: MessagePort| {
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
        (Self { port: held }, Listening { take })
    }
}

/// What the page says waits until this begins.
pub struct Listening {
    take: JsValue,
}

impl Listening {
    /// Takes the port, now or when it comes.
    pub fn begin(&self) {
        // Nobody gives one where no script of ours started us: then nobody is served.
        let _ = take_port(&self.take);
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
