//! The application: every long-lived part of one running server. Handlers get it as axum's state.

use std::sync::Arc;

use axum::extract::FromRef;
use axum_extra::extract::cookie::Key;
use doorstep_store::{Store, Switchboard};
use tokio::sync::watch;

use crate::assets::Assets;
use crate::attachments::{Links, Storage};
use crate::clock::Clock;
use crate::demo::Demo;
use crate::live::Typing;
use crate::metrics::Metrics;
use crate::pulse::Pulse;
use crate::rate_limit::Limits;
use crate::rest::Windows;
use crate::showings::Showings;
use crate::webhooks::courier::Courier;

/// Every long-lived part.
pub struct App {
    /// The database.
    pub store: Store,
    /// Who is typing; forwarded to sockets, stored nowhere.
    pub typing: Switchboard<Typing>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The browser's files.
    pub assets: Assets,
    /// The bytes of uploaded files.
    pub storage: Storage,
    /// Signs their addresses.
    pub links: Links,
    /// Rate limits.
    pub limits: Limits,
    /// Rate windows of API tokens.
    pub windows: Windows,
    /// What anonymous visitors did lately with outbound messages.
    pub showings: Showings,
    /// Calls the receivers of webhooks.
    pub courier: Courier,
    /// How teams answer.
    pub pulse: Pulse,
    /// Counters.
    pub metrics: Metrics,
    /// Signs the inbox's cookie; shared by all nodes of one database.
    pub cookie_key: Key,
    /// The address people use, without a slash at the end.
    pub public_url: String,
    /// Whether `X-Forwarded-For` is believed.
    pub trust_proxy: bool,
    /// The demo's facts, with `--demo` only.
    pub demo: Option<Demo>,
    /// Turns true when the server stops; sockets then say goodbye.
    pub stopping: watch::Sender<bool>,
}

impl App {
    /// Unix seconds by the application's clock.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Whether people reach the server by https.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

/// The application as handlers hold it.
#[derive(Clone, Debug)]
pub struct SharedApp(pub Arc<App>);

impl std::ops::Deref for SharedApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

impl FromRef<SharedApp> for Key {
    fn from_ref(app: &SharedApp) -> Self {
        app.cookie_key.clone()
    }
}
