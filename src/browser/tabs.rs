//! The other tabs, by BroadcastChannel. Left when dropped.

use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use super::listener::Listener;

/// A channel.
pub struct Tabs {
    channel: BroadcastChannel,
    _listener: Listener,
}

impl Tabs {
    /// Joins the channel. `None` where the browser has none.
    pub fn join(name: &str, heard: impl Fn(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let listener = Listener::new(&channel, "message", move |event| {
            if let Some(text) = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string()) {
                heard(text);
            }
        });
        Some(Self { channel, _listener: listener })
    }

    /// Tells the others.
    pub fn tell(&self, text: &str) {
        let _ = self.channel.post_message(&text.into());
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.channel.close();
    }
}
