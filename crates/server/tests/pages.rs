//! Pages and files through the router, in process, over a small folder of made-up assets.
#![expect(clippy::unwrap_used, reason = "a broken set-up must fail the test loudly")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use axum_extra::extract::cookie::Key;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorstep_domain::identity::VerificationMode;
use doorstep_domain::webhooks::TIME_OUT;
use doorstep_server::app::{App, SharedApp};
use doorstep_server::assets::Assets;
use doorstep_server::clock::SystemClock;
use doorstep_server::demo::Demo;
use doorstep_server::metrics::Metrics;
use doorstep_server::rate_limit::{LimitArgs, Limits};
use doorstep_server::rest::Windows;
use doorstep_server::router::router;
use doorstep_server::showings::Showings;
use doorstep_server::webhooks::courier::{Courier, SystemNames};
use doorstep_store::{NewWorkspace, Store};
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

struct Site {
    router: Router,
    _assets: tempfile::TempDir,
}

async fn site(built: bool, demo: bool) -> Site {
    let assets = tempfile::tempdir().unwrap();
    if built {
        let manifest = serde_json::json!({
            "embed": "embed.js", "widget_js": "assets/widget-1.js", "widget_wasm": "assets/widget-1.wasm", "frame_js": "assets/frame-1.js", "frame_wasm": "assets/frame-1.wasm",
            "frame_start": "frame.js", "early_script": "early.js", "early_style": "early.css", "locales": {"ar": "assets/locale-ar-1.json"},
            "embed_later": "assets/later-1-00ff.js", "embed_wipe": "assets/wipe-1-00ee.js",
            "inbox_js": "assets/inbox-1.js", "inbox_wasm": "assets/inbox-1.wasm",
            "inbox_css": "assets/inbox-1.css", "module_types": "doorstep.d.ts",
            "parts": {"sound": "assets/part-sound-1.js", "module-card": "assets/part-module-card-1.js"},
        });
        std::fs::create_dir(assets.path().join("assets")).unwrap();
        std::fs::write(assets.path().join("manifest.json"), manifest.to_string()).unwrap();
        std::fs::write(assets.path().join("doorstep.d.ts"), "export {};").unwrap();
        std::fs::write(assets.path().join("frame.js"), "start(__JS__, __WASM__);").unwrap();
        std::fs::write(assets.path().join("early.js"), "early();").unwrap();
        std::fs::write(assets.path().join("early.css"), "#early{color:red}").unwrap();
        let arabic = r#"{"language":"ar","direction":"rtl","composer.label":"رسالة \"<b>"}"#;
        std::fs::write(assets.path().join("assets/locale-ar-1.json"), arabic).unwrap();
        std::fs::write(assets.path().join("assets/widget-1.wasm"), b"\0asm").unwrap();
        std::fs::write(assets.path().join("assets/later-1-00ff.js"), "export const live = 1;").unwrap();
        std::fs::write(assets.path().join("assets/widget-1.wasm.br"), b"packed").unwrap();
    }
    let user = Demo {
        user_id: "ada".to_owned(),
        user_hash: "00ff".to_owned(),
        user_email: "ada@example.com".to_owned(),
        user_name: "Ada \"<script>\" L".to_owned(),
    };
    let store = Store::open(&format!("sqlite://{}", assets.path().join("test.db").display())).await.unwrap();
    let new = NewWorkspace {
        app_id: "test".to_owned(),
        name: "Test".to_owned(),
        identity_mode: VerificationMode::Off,
        identity_secret: String::new(),
        settings: "{}".to_owned(),
        now: 0,
    };
    store.create_workspace(new).await.unwrap();
    let app = App {
        store,
        typing: doorstep_store::Switchboard::default(),
        clock: Arc::new(SystemClock),
        assets: Assets::new(Some(assets.path().to_owned())),
        storage: doorstep_server::attachments::Storage::in_memory(),
        links: doorstep_server::attachments::Links::new(b"links"),
        windows: Windows::new(0),
        showings: Showings::default(),
        limits: Limits::new(&LimitArgs::default()),
        pulse: doorstep_server::pulse::Pulse::default(),
        metrics: Metrics::default(),
        cookie_key: Key::generate(),
        public_url: "http://127.0.0.1:4600".to_owned(),
        trust_proxy: false,
        courier: Courier::new(false, Arc::new(SystemNames), TIME_OUT),
        demo: demo.then_some(user),
        stopping: tokio::sync::watch::Sender::new(false),
    };
    Site { router: router(SharedApp(Arc::new(app))), _assets: assets }
}

impl Site {
    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn text(&self, path: &str) -> String {
        text(self.get(path, &[]).await).await
    }
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

fn header_of<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn without_built_assets_pages_say_what_to_run() {
    let site = site(false, false).await;
    for path in ["/inbox", "/inbox.js", "/doorstep.js", "/doorstep.d.ts"] {
        let response = site.get(path, &[]).await;
        assert_eq!(response.status(), 503, "{path}");
        assert!(text(response).await.contains("cargo xtask run"), "{path}");
    }
}

#[tokio::test]
async fn the_inbox_cannot_be_framed_and_runs_no_inline_code() {
    let response = site(true, false).await.get("/inbox/conversations/7", &[]).await;
    assert_eq!(response.status(), 200);
    let policy = header_of(&response, "content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    assert_eq!(header_of(&response, "x-content-type-options"), "nosniff");
    assert_eq!(header_of(&response, "referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn hashed_files_are_immutable_and_sent_as_they_were_compressed() {
    let site = site(true, false).await;
    let packed = site.get("/assets/widget-1.wasm", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(header_of(&packed, "content-encoding"), "br");
    assert_eq!(header_of(&packed, "content-type"), "application/wasm");
    assert_eq!(header_of(&packed, "access-control-allow-origin"), "*");
    assert!(header_of(&packed, "cache-control").contains("immutable"));
    assert_eq!(text(packed).await, "packed");
    // There is no .gz beside it: the plain file is right for everybody.
    let plain = site.get("/assets/widget-1.wasm", &[("accept-encoding", "gzip")]).await;
    assert_eq!(header_of(&plain, "content-encoding"), "");
    for path in ["/assets/none.js", "/assets/../manifest.json", "/assets/%2e%2e/manifest.json"] {
        assert_eq!(site.get(path, &[]).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn the_module_finds_its_files_from_another_site_and_is_revalidated() {
    let site = site(true, false).await;
    let first = site.get("/doorstep.js", &[]).await;
    assert_eq!(header_of(&first, "access-control-allow-origin"), "*");
    let etag = header_of(&first, header::ETAG.as_str()).to_owned();
    let module = text(first).await;
    assert!(module.contains("export * from \"./assets/widget-1.js\""), "{module}");
    assert!(module.contains("new URL(\"./assets/widget-1.wasm\", import.meta.url)"), "{module}");
    assert_eq!(site.get("/doorstep.js", &[("if-none-match", &etag)]).await.status(), 304);
    // What only pages need is nothing to the frame.
    let frame = site.text("/frame/test").await;
    assert!(
        module.contains("\"./assets/part-sound-1.js\"") && frame.contains("\"/assets/part-sound-1.js\""),
        "{frame}"
    );
    assert!(module.contains("part-module-card") && !frame.contains("part-module-card"), "{module} {frame}");
}

/// What stands between the first `begin` and the next `end`.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    text.split(begin).nth(1).and_then(|rest| rest.split(end).next()).unwrap()
}

#[tokio::test]
async fn the_frame_runs_its_own_script_and_style_and_no_other_that_is_inline() {
    let site = site(true, false).await;
    let start = "start(\"/assets/frame-1.js\", \"/assets/frame-1.wasm\");const parts";
    for (path, begins, styles) in [("/frame/test", start, 0), ("/frame/test?new", "early();start(", 1)] {
        let response = site.get(path, &[]).await;
        let policy = header_of(&response, "content-security-policy").to_owned();
        let page = text(response).await;
        let script = between(&page, "<script type=\"module\">", "</script>");
        assert!(script.starts_with(begins), "{script}");
        assert_eq!(page.matches("<style>").count(), styles, "{page}");
        let style = (styles > 0).then(|| between(&page, "<style>", "</style>"));
        for inline in [script].into_iter().chain(style) {
            let hash = STANDARD.encode(Sha256::digest(inline.as_bytes()));
            assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy} {inline}");
        }
        let hashes = policy.matches("sha256-").count();
        assert_eq!((hashes, policy.contains("unsafe-inline")), (1 + styles, false), "{policy}");
    }
}

#[tokio::test]
async fn the_composer_before_the_widget_speaks_the_browsers_language() {
    let site = site(true, false).await;
    assert!(!site.text("/frame/test").await.contains("id=\"early\""));
    for (asked, wanted) in [
        ("", "<form id=\"early\" lang=\"en\" dir=\"ltr\" hidden>"),
        ("xx, ar-EG;q=0.9, en;q=0.8", "<form id=\"early\" lang=\"ar\" dir=\"rtl\" hidden>"),
        ("en-GB, ar;q=0.9", "lang=\"en\" dir=\"ltr\" hidden>"),
        ("ar", "aria-label=\"رسالة &quot;&lt;b&gt;\""),
        ("ar", "placeholder=\"Message…\""),
    ] {
        let response = site.get("/frame/test?new", &[("accept-language", asked)]).await;
        assert!(header_of(&response, "vary").contains("Accept-Language"));
        let page = text(response).await;
        assert!(page.contains(wanted), "{asked}: {page}");
    }
}

#[tokio::test]
async fn wipe_escapes_the_app_id() {
    let page = site(true, false).await.text("/frame/%22%3E%3Cscript%3E/wipe").await;
    assert!(page.contains("data-app-id=\"&quot;&gt;&lt;script&gt;\""), "{page}");
}

#[tokio::test]
async fn the_demo_is_there_only_when_asked_for() {
    assert_eq!(site(true, false).await.get("/demo/", &[]).await.status(), 404);
    let site = site(true, true).await;
    let response = site.get("/demo/", &[]).await;
    assert_eq!(response.status(), 200);
    let policy = header_of(&response, "content-security-policy").to_owned();
    let page = text(response).await;
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(page.contains(&format!("<script nonce=\"{nonce}\">(function()")), "{page}");
    assert!(!page.contains("{{") && page.contains("http://127.0.0.1:4600/widget/demo"));
    assert!(page.contains("&lt;script&gt;") && !page.contains("\"<script>\\\""));
    for (path, kind) in
        [("account", "text/html"), ("pricing", "text/html"), ("shop.js", "application/javascript")]
    {
        let response = site.get(&format!("/demo/{path}"), &[]).await;
        assert_eq!(response.status(), 200, "{path}");
        assert!(header_of(&response, "content-type").starts_with(kind), "{path}");
    }
    assert_eq!(site.get("/demo/none", &[]).await.status(), 404);
}

#[tokio::test]
async fn answers_are_counted_and_carry_a_request_id() {
    let site = site(true, false).await;
    let response = site.get("/nothing", &[]).await;
    assert_eq!((response.status().as_u16(), header_of(&response, "x-request-id").len()), (404, 36));
    assert!(site.text("/metrics").await.contains("doorstep_http_answers_total{status=\"404\"} 1\n"));
}

#[tokio::test]
async fn a_part_of_an_earlier_embed_script_is_answered_with_todays_and_not_kept() {
    let site = site(true, false).await;
    let today = site.get("/assets/later-1-00ff.js", &[]).await;
    assert!(header_of(&today, "cache-control").contains("immutable"));
    let earlier = site.get("/assets/later-1-abcd.js", &[]).await;
    assert_eq!(earlier.status(), 200);
    assert_eq!(header_of(&earlier, "cache-control"), "no-store");
    assert_eq!(header_of(&earlier, "access-control-allow-origin"), "*");
    assert_eq!(text(earlier).await, "export const live = 1;");
    for other in ["/assets/later-2-abcd.js", "/assets/widget-1-abcd.js", "/assets/later.js"] {
        assert_eq!(site.get(other, &[]).await.status(), 404, "{other}");
    }
}
