//! One WebSocket, closed and silent once dropped.

use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, WebSocket};

use super::listener::Listener;

/// What a socket reports.
pub enum Report {
    /// It opened.
    Opened,
    /// A text frame came.
    Frame(String),
    /// It closed, or could not be opened.
    Closed,
}

/// A socket and its listeners.
pub struct Socket {
    socket: WebSocket,
    _listeners: [Listener; 3],
}

impl Socket {
    /// Opens one. `None` when the browser refuses at once (a policy, a bad address).
    pub fn open(url: &str, report: impl Fn(Report) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new(url).ok()?;
        let (opened, closed) = (report.clone(), report.clone());
        let listeners = [
            Listener::new(&socket, "open", move |_| opened(Report::Opened)),
            Listener::new(&socket, "message", move |event| {
                if let Some(text) = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string())
                {
                    report(Report::Frame(text));
                }
            }),
            Listener::new(&socket, "close", move |_| closed(Report::Closed)),
        ];
        Some(Self { socket, _listeners: listeners })
    }

    /// Sends a text frame; what is sent into a closing socket is lost, as the protocol allows.
    pub fn send(&self, text: &str) {
        let _ = self.socket.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = self.socket.close();
    }
}
