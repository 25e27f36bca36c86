//! The inbox's socket. Dropping it closes it and says nothing more.

use doorstep_protocol::inbox::InboxFrame;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, WebSocket};

/// What a socket reports.
#[derive(Clone, Debug)]
pub enum Report {
    /// A frame.
    Frame(Box<InboxFrame>),
    /// It is gone.
    Closed,
}

/// An open socket, or one that is opening.
#[derive(Debug)]
pub struct Socket {
    inner: WebSocket,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut()>,
}

impl Socket {
    /// Opens one that resumes after `since`. `None` if the browser refuses.
    pub fn open(since: i64, report: impl Fn(Report) + Clone + 'static) -> Option<Self> {
        let location = web_sys::window()?.location();
        let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
        let host = location.host().ok()?;
        let socket = WebSocket::new(&format!("{scheme}://{host}/inbox/api/socket?since={since}")).ok()?;
        let heard = report.clone();
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let frame = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
            if let Some(frame) = frame {
                heard(Report::Frame(Box::new(frame)));
            }
        });
        let close = Closure::<dyn FnMut()>::new(move || report(Report::Closed));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        Some(Self { inner: socket, _message: message, _close: close })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inner.set_onmessage(None);
        self.inner.set_onclose(None);
        let _ = self.inner.close();
    }
}
