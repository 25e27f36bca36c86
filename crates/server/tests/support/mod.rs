//! The real binary as a test sees it: its own data directory, a free port, killed when dropped.
#![expect(dead_code, reason = "each test file uses another part of this")]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::Connection as _;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// A client's end of a socket.
pub(crate) type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

const BINARY: &str = env!("CARGO_BIN_EXE_doorstep");

/// Where a server's data is.
pub(crate) struct Database {
    pub(crate) url: String,
    files: tempfile::TempDir,
}

/// A running server with the workspace `test` and a teammate.
pub(crate) struct Server {
    child: Child,
    port: u16,
    database: String,
    files: std::path::PathBuf,
    pub(crate) identity_secret: String,
    pub(crate) password: String,
    own: Option<Database>,
}

/// SQLite, and PostgreSQL where `TEST_DATABASE_URL` names a server.
pub(crate) async fn databases() -> Vec<Database> {
    let mut all = vec![sqlite()];
    match std::env::var("TEST_DATABASE_URL") {
        Ok(server) => all.push(postgres(&server).await),
        Err(_) => assert!(
            std::env::var("DOORSTEP_REQUIRE_POSTGRES").is_err(),
            "DOORSTEP_REQUIRE_POSTGRES is set, TEST_DATABASE_URL is not"
        ),
    }
    all
}

impl Database {
    /// A directory on the disk the database is on (PostgreSQL's own is beside it).
    pub(crate) fn files(&self) -> &std::path::Path {
        self.files.path()
    }
}

fn sqlite() -> Database {
    let files = tempfile::tempdir().unwrap();
    Database { url: format!("sqlite://{}", files.path().join("test.db").display()), files }
}

async fn postgres(server: &str) -> Database {
    let name = format!("crash_{}", uuid::Uuid::new_v4().simple());
    let mut conn = sqlx::PgConnection::connect(server).await.unwrap();
    // The name is made of hexadecimal digits above.
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    Database { url: format!("{base}/{name}"), files: tempfile::tempdir().unwrap() }
}

/// A UUID.
pub(crate) fn uuid(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

impl Server {
    pub(crate) fn start(verification: &str) -> Self {
        let database = sqlite();
        let mut server = Self::start_on(&database, verification);
        server.own = Some(database);
        server
    }

    pub(crate) fn start_on(database: &Database, verification: &str) -> Self {
        // Clients of this process need one, though they speak plain http. A second one is refused, which is no failure.
        drop(rustls::crypto::ring::default_provider().install_default());
        let made = command(
            &database.url,
            &[
                "workspace",
                "create",
                "--app-id",
                "test",
                "--name",
                "Test",
                "--identity-verification",
                verification,
            ],
        );
        let admin =
            ["admin", "create", "--workspace", "test", "--email", "grace@example.com", "--name", "Grace"];
        let grace = command(&database.url, &admin);
        // Taken and let go, so that the server can have the same port after each restart.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let files = database.files.path().to_owned();
        let child = spawn(&database.url, port, &files);
        Self {
            child,
            port,
            files,
            database: database.url.clone(),
            identity_secret: made["identity_secret"].as_str().unwrap().to_owned(),
            password: grace["password"].as_str().unwrap().to_owned(),
            own: None,
        }
    }

    /// A token of the workspace for the REST API.
    pub(crate) fn rest_token(&self) -> String {
        let made = command(&self.database, &["token", "create", "--workspace", "test", "--name", "test"]);
        made["token"].as_str().unwrap().to_owned()
    }

    /// The answer of a REST call that goes well.
    pub(crate) async fn rest(&self, token: &str, method: &str, path: &str, body: &Value) -> Value {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = reqwest::Client::new().request(method, format!("{}{path}", self.url()));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = request.bearer_auth(token).body(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn inbox_socket_url(&self) -> String {
        format!("ws://127.0.0.1:{}/inbox/api/socket", self.port)
    }

    pub(crate) fn socket_url(&self) -> String {
        format!("ws://127.0.0.1:{}/messenger/test/socket", self.port)
    }

    /// Resident memory, bytes.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Processor time used so far.
    pub(crate) fn processor_time(&self) -> std::time::Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name in parentheses may hold spaces; user and system time are the 14th and 15th field, in hundredths.
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum();
        std::time::Duration::from_millis(ticks * 10)
    }

    /// A token of the REST API that may do everything.
    pub(crate) fn token(&self) -> String {
        let made = command(&self.database, &["token", "create", "--workspace", "test", "--name", "test"]);
        made["token"].as_str().unwrap().to_owned()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) async fn kill_and_restart(&mut self) {
        self.kill();
        let (database, port, files) = (self.database.clone(), self.port, self.files.clone());
        self.child = tokio::task::spawn_blocking(move || spawn(&database, port, &files)).await.unwrap();
    }

    /// A teammate's socket that resumes from a change.
    pub(crate) async fn inbox_socket(&self, teammate: &Teammate, since: i64) -> Socket {
        let url = format!("ws://127.0.0.1:{}/inbox/api/socket?since={since}", self.port);
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("Cookie", teammate.cookie().parse().unwrap());
        tokio_tungstenite::connect_async(request).await.unwrap().0
    }

    pub(crate) async fn messenger(&self, verb: &str, body: Value) -> (StatusCode, Value) {
        self.at("test", verb, body).await
    }

    pub(crate) async fn at(&self, app_id: &str, verb: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("{}/messenger/{app_id}/{verb}", self.url());
        let answer = reqwest::Client::new().post(url).body(body.to_string()).send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        (answer.status(), answer.json().await.unwrap())
    }

    pub(crate) async fn raw(&self, verb: &str, body: Vec<u8>) -> StatusCode {
        let url = format!("{}/messenger/test/{verb}", self.url());
        reqwest::Client::new().post(url).body(body).send().await.unwrap().status()
    }

    pub(crate) async fn text(&self, path: &str) -> String {
        reqwest::get(format!("{}{path}", self.url())).await.unwrap().text().await.unwrap()
    }

    pub(crate) async fn text_status(&self, path: &str) -> StatusCode {
        reqwest::get(format!("{}{path}", self.url())).await.unwrap().status()
    }

    pub(crate) async fn try_log_in(&self, email: &str, password: &str, header: bool) -> StatusCode {
        self.request_log_in(email, password, header).await.status()
    }

    async fn request_log_in(&self, email: &str, password: &str, header: bool) -> reqwest::Response {
        let body = json!({"email": email, "password": password}).to_string();
        let mut request = reqwest::Client::new().post(format!("{}/inbox/api/session", self.url())).body(body);
        if header {
            request = request.header("X-Doorstep-Inbox", "1");
        }
        request.send().await.unwrap()
    }

    pub(crate) async fn log_in(&self) -> Teammate {
        let answer = self.request_log_in("grace@example.com", &self.password, true).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Teammate { base: format!("{}/inbox/api", self.url()), cookie }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A logged-in teammate.
pub(crate) struct Teammate {
    base: String,
    cookie: String,
}

impl Teammate {
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request =
            reqwest::Client::new().get(format!("{}/{path}", self.base)).header("Cookie", &self.cookie);
        request.send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let request = reqwest::Client::new().post(format!("{}/{path}", self.base)).body(body.to_string());
        let answer =
            request.header("Cookie", &self.cookie).header("X-Doorstep-Inbox", "1").send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let text = answer.text().await.unwrap();
        // Some calls have nothing to say.
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }
}

fn command(database: &str, arguments: &[&str]) -> Value {
    let output =
        Command::new(BINARY).args(arguments).args(["--json", "--database", database]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Starts the server and waits for the line that says it listens.
fn spawn(database: &str, port: u16, files: &std::path::Path) -> Child {
    let mut child = Command::new(BINARY)
        .args(["serve", "--database", database, "--listen", &format!("127.0.0.1:{port}"), "--data-dir"])
        .arg(files)
        .args(["--limit-messages", "0", "--limit-calls", "0", "--limit-address", "0", "--limit-rest", "0"])
        .arg("--allow-private-webhooks")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("doorstep listening on"), "the server said {line:?}");
    child
}
