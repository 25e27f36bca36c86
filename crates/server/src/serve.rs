//! Running the server: puts the application together, listens, and stops in order: sockets are told, requests answered,
//! writes finished.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum_extra::extract::cookie::Key;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorstep_domain::webhooks::TIME_OUT;
use doorstep_store::{Store, Switchboard};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::{App, SharedApp};
use crate::assets::Assets;
use crate::attachments::{self, Links, Storage};
use crate::clock::SystemClock;
use crate::demo::Demo;
use crate::jobs::run_waiting;
use crate::metrics::Metrics;
use crate::rate_limit::{LimitArgs, Limits};
use crate::rest::Windows;
use crate::router::router;
use crate::showings::Showings;
use crate::webhooks;
use crate::webhooks::courier::{Courier, SystemNames};

/// How long open requests may take after the order to stop.
const GRACE: Duration = Duration::from_secs(8);

/// What `serve` needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address people use; `None` for the listening address.
    pub public_url: Option<String>,
    /// Browser files on disk instead of those in the binary.
    pub assets: Option<PathBuf>,
    /// The bytes of uploaded files.
    pub storage: Storage,
    /// Rate limits.
    pub limits: LimitArgs,
    /// Whether `X-Forwarded-For` is believed.
    pub trust_proxy: bool,
    /// Whether webhooks may go to every address, also in the operator's own network, and without encryption.
    pub allow_private_webhooks: bool,
    /// The demo's facts.
    pub demo: Option<Demo>,
}

/// Puts the application together over an open database.
pub async fn application(store: Store, config: Config, listening: SocketAddr) -> Result<SharedApp> {
    let fresh = STANDARD.encode(Key::generate().master());
    let key = store.node_secret("inbox_cookie_key", fresh).await?;
    let key = STANDARD.decode(key).context("the cookie key in the database is damaged")?;
    let fresh = STANDARD.encode(Key::generate().master());
    let links = store.node_secret("attachment_link_key", fresh).await?;
    let public_url = config.public_url.unwrap_or_else(|| format!("http://{listening}"));
    let app = App {
        store,
        typing: Switchboard::default(),
        clock: Arc::new(SystemClock),
        assets: Assets::new(config.assets),
        storage: config.storage,
        links: Links::new(links.as_bytes()),
        windows: Windows::new(config.limits.limit_rest),
        showings: Showings::default(),
        limits: Limits::new(&config.limits),
        courier: Courier::new(config.allow_private_webhooks, Arc::new(SystemNames), TIME_OUT),
        pulse: crate::pulse::Pulse::default(),
        metrics: Metrics::default(),
        cookie_key: Key::try_from(&*key).context("the cookie key in the database is too short")?,
        public_url: public_url.trim_end_matches('/').to_owned(),
        trust_proxy: config.trust_proxy,
        demo: config.demo,
        stopping: watch::Sender::new(false),
    };
    Ok(SharedApp(Arc::new(app)))
}

/// Serves until the process is told to stop.
pub async fn serve(listener: TcpListener, app: SharedApp) -> Result<()> {
    let store = app.store.clone();
    let idle = tokio::spawn(each_minute(app.clone()));
    let (stopping, counted) = (app.clone(), app.clone());
    let mut hooks = tokio::spawn(webhooks::run(app.clone()));
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        told_to_stop().await;
        tracing::info!("stopping");
        stopping.stopping.send_replace(true);
    });
    let mut server = tokio::spawn(async move { server.await });
    tokio::select! {
        done = &mut server => done??,
        () = overdue() => server.abort(),
    }
    idle.abort();
    hand_over_identities(&counted).await;
    // What is on its way gets its answer, or is sent again by who serves next.
    tokio::select! {
        _ = &mut hooks => {}
        () = tokio::time::sleep(GRACE) => hooks.abort(),
    }
    store.close().await;
    Ok(())
}

/// Ends when the order to stop was given and the grace is over.
async fn overdue() {
    told_to_stop().await;
    tokio::time::sleep(GRACE).await;
}

/// Ends at SIGTERM or Ctrl-C.
async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            return;
        }
    }
    drop(interrupted.await);
}

/// Stores what came of identity verification since the last time.
async fn hand_over_identities(app: &SharedApp) {
    if let Some(news) = app.metrics.identity.take()
        && let Err(error) = app.store.count_identities(news, app.now()).await
    {
        tracing::warn!(%error, "could not store the numbers of identity verification");
    }
}

async fn forget_old_changes(app: &SharedApp) {
    if let Err(error) = app.store.forget_old_deliveries(app.now()).await {
        tracing::warn!(%error, "could not forget old deliveries");
    }
    if let Err(error) = app.store.forget_old_changes(app.now()).await {
        tracing::warn!(%error, "could not forget old changes");
    }
}

async fn each_minute(app: SharedApp) {
    let mut minutes = tokio::time::interval(Duration::from_mins(1));
    for minute in 0_u64.. {
        minutes.tick().await;
        app.limits.forget_idle();
        hand_over_identities(&app).await;
        if minute % 60 == 0
            && let Err(error) = app.store.forget_old_sessions(app.now()).await
        {
            tracing::warn!(%error, "could not forget old sessions");
        }
        if minute % 60 == 0
            && let Err(error) = app.store.forget_old_merges(app.now()).await
        {
            tracing::warn!(%error, "could not forget how to undo old merges");
        }
        if minute % 60 == 59
            && let Err(error) = app.store.count_roughly().await
        {
            tracing::warn!(%error, "could not count what is in the tables");
        }
        run_waiting(app.clone()).await;
        attachments::sweep(&app).await;
        if minute % 10 == 0 {
            forget_old_changes(&app).await;
        }
        if let Err(error) = app.store.wake_snoozed(app.now()).await {
            tracing::warn!(%error, "could not wake snoozed conversations");
        }
    }
}
