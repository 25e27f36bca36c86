//! Databases for the stories: a fresh one of each kind for each test.

use doorstep_domain::identity::VerificationMode;
use doorstep_store::{NewAdmin, NewWorkspace, SecretHash, Store};
use sqlx::{Connection as _, PgConnection};

/// A fresh database with one workspace and one teammate.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) workspace: i64,
    pub(crate) admin: i64,
    _files: Option<tempfile::TempDir>,
}

/// SQLite, and PostgreSQL where there is one.
pub(crate) async fn both() -> Vec<Database> {
    let files = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", files.path().join("story.db").display());
    let mut all = vec![open(url, Some(files)).await];
    match std::env::var("TEST_DATABASE_URL") {
        Ok(server) => all.push(open(fresh(&server).await, None).await),
        Err(_) => assert!(
            std::env::var("DOORSTEP_REQUIRE_POSTGRES").is_err(),
            "DOORSTEP_REQUIRE_POSTGRES is set, TEST_DATABASE_URL is not"
        ),
    }
    all
}

async fn fresh(server: &str) -> String {
    let name = format!("story_{:032x}", rand::random::<u128>());
    let mut conn = PgConnection::connect(server).await.unwrap();
    // The name is made of hexadecimal digits above.
    let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(sql).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

async fn open(url: String, files: Option<tempfile::TempDir>) -> Database {
    let store = Store::open(&url).await.unwrap();
    let new = NewWorkspace {
        app_id: "story".to_owned(),
        name: "Story".to_owned(),
        identity_mode: VerificationMode::Off,
        identity_secret: "secret".to_owned(),
        settings: "{}".to_owned(),
        now: 1,
    };
    let workspace = store.create_workspace(new).await.unwrap().id;
    let new = NewAdmin {
        workspace_id: workspace,
        email: "grace@example.com".to_owned(),
        name: "Grace".to_owned(),
        password_hash: "x".to_owned(),
        now: 1,
    };
    let admin = store.create_admin(new).await.unwrap().id;
    Database { store, url, workspace, admin, _files: files }
}

/// A secret's hash.
pub(crate) fn hash(number: u8) -> SecretHash {
    [number; 32]
}

/// A UUID.
pub(crate) fn uuid(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}
