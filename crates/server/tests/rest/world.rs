//! The stage: an application with the workspaces `ours` and `theirs`, a clock that stands until it is moved, and
//! programs that call with a token.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum_extra::extract::cookie::Key;
use doorstep_domain::identity::VerificationMode;
use doorstep_server::app::{App, SharedApp};
use doorstep_server::assets::Assets;
use doorstep_server::attachments::{Links, Storage};
use doorstep_server::clock::Clock;
use doorstep_server::metrics::Metrics;
use doorstep_server::rate_limit::{LimitArgs, Limits};
use doorstep_server::rest::Windows;
use doorstep_server::router::router;
use doorstep_server::session::Secret;
use doorstep_server::showings::Showings;
use doorstep_server::webhooks::courier::{Courier, SystemNames};
use doorstep_store::{NewAdmin, NewWorkspace, Store, TokenAccess};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// 2027-01-15 08:00 UTC.
pub(crate) const NOW: i64 = 1_800_000_000;

#[derive(Clone)]
struct HeldClock(Arc<AtomicI64>);

impl Clock for HeldClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

pub(crate) struct World {
    router: Router,
    pub(crate) app: SharedApp,
    pub(crate) store: Store,
    clock: HeldClock,
    files: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::limited(0).await
    }

    /// With this many REST calls a minute.
    pub(crate) async fn limited(per_minute: u32) -> Self {
        let courier = Courier::new(true, Arc::new(SystemNames), Duration::from_millis(300));
        Self::with(per_minute, courier).await
    }

    /// With this many REST calls a minute and webhooks as this courier sends them.
    pub(crate) async fn with(per_minute: u32, courier: Courier) -> Self {
        let files = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", files.path().join("test.db").display());
        let store = Store::open(&url).await.unwrap();
        let clock = HeldClock(Arc::new(AtomicI64::new(NOW)));
        let app = App {
            store: store.clone(),
            typing: doorstep_store::Switchboard::default(),
            clock: Arc::new(clock.clone()),
            assets: Assets::new(Some(files.path().join("assets"))),
            windows: Windows::new(per_minute),
            showings: Showings::default(),
            storage: Storage::in_memory(),
            links: Links::new(b"links"),
            limits: Limits::new(&LimitArgs::default()),
            courier,
            pulse: doorstep_server::pulse::Pulse::default(),
            metrics: Metrics::default(),
            cookie_key: Key::generate(),
            public_url: "http://127.0.0.1:4600".to_owned(),
            trust_proxy: false,
            demo: None,
            stopping: tokio::sync::watch::Sender::new(false),
        };
        let app = SharedApp(Arc::new(app));
        let world = Self { router: router(app.clone()), app, store, clock, files };
        for app_id in ["ours", "theirs"] {
            world.workspace(app_id).await;
        }
        world
    }

    async fn workspace(&self, app_id: &str) {
        let new = NewWorkspace {
            app_id: app_id.to_owned(),
            name: app_id.to_owned(),
            identity_mode: VerificationMode::Off,
            identity_secret: "secret".to_owned(),
            settings: json!({"timezone": "America/Los_Angeles"}).to_string(),
            now: NOW,
        };
        let workspace = self.store.create_workspace(new).await.unwrap();
        let admin = NewAdmin {
            workspace_id: workspace.id,
            email: format!("grace@{app_id}.example"),
            name: "Grace".to_owned(),
            password_hash: String::new(),
            now: NOW,
        };
        self.store.create_admin(admin).await.unwrap();
    }

    /// The browser's files, by path.
    pub(crate) fn assets(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = self.files.path().join("assets").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// A program of a workspace.
    pub(crate) async fn program(&self, app_id: &str, access: TokenAccess) -> Program {
        let workspace = self.store.workspace_by_app_id(app_id).await.unwrap().unwrap();
        let secret = Secret::fresh();
        let id = self
            .store
            .create_token(workspace.id, secret.hash(), "test".to_owned(), access, NOW)
            .await
            .unwrap();
        Program {
            router: self.router.clone(),
            token: secret.text().to_owned(),
            token_id: id,
            workspace_id: workspace.id,
            version: Some("2.16"),
            headers: Vec::new(),
        }
    }

    /// Whoever has no token: browsers with the Messenger.
    pub(crate) fn browser(&self) -> Program {
        Program {
            router: self.router.clone(),
            token: String::new(),
            token_id: 0,
            workspace_id: 0,
            version: None,
            headers: Vec::new(),
        }
    }

    /// A program of `ours` that may do everything.
    pub(crate) async fn ours(&self) -> Program {
        self.program("ours", TokenAccess::Write).await
    }
}

#[derive(Clone)]
pub(crate) struct Program {
    router: Router,
    pub(crate) token: String,
    pub(crate) token_id: i64,
    pub(crate) workspace_id: i64,
    version: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("{:?}", String::from_utf8_lossy(&self.bytes)))
    }

    /// The answer of a call that went well.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// Status, code, message and field of a refusal.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (u16, String, String, Option<String>) {
        let body = self.json();
        assert_eq!(body["type"], "error.list");
        assert_eq!(body["request_id"], self.headers["x-request-id"].to_str().unwrap());
        let error = &body["errors"][0];
        let text = |name: &str| error[name].as_str().map(ToOwned::to_owned);
        (self.status.as_u16(), text("code").unwrap(), text("message").unwrap(), text("field"))
    }

    /// Status and code of a refusal.
    #[track_caller]
    pub(crate) fn refused(&self) -> (u16, String) {
        let (status, code, ..) = self.refusal();
        (status, code)
    }
}

impl Program {
    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.call("DELETE", path, Vec::new()).await
    }

    pub(crate) fn speaking(&self, version: Option<&'static str>) -> Self {
        Self { version, ..self.clone() }
    }

    pub(crate) fn with(&self, name: &'static str, value: &str) -> Self {
        let mut program = self.clone();
        program.headers.push((name, value.to_owned()));
        program
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Vec<u8>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        if let Some(version) = self.version {
            request = request.header("intercom-version", version);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 24).await.unwrap().to_vec();
        assert_ne!(parts.status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}");
        // What cannot be unpacked here is told apart by its header.
        if !parts.headers.contains_key("content-encoding") {
            crate::described::check(method, path, parts.status.as_u16(), &bytes);
        }
        Reply { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.call("POST", path, body.to_string().into_bytes()).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Reply {
        self.call("PUT", path, body.to_string().into_bytes()).await
    }

    /// Creates a contact and gives its id.
    pub(crate) async fn contact(&self, body: &Value) -> String {
        self.post("/contacts", body).await.ok()["id"].as_str().unwrap().to_owned()
    }
}
