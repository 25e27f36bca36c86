//! The stage of the stories: a fresh database, a workspace with a teammate, and browsers that behave as the Messenger.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use doorstep_domain::companies::CompanyData;
use doorstep_domain::identity::VerificationMode;
use doorstep_domain::settings::{BootSettings, Claim};
use doorstep_domain::visit::Visit;
use doorstep_store::{
    Admin, AdminReply, ChangeKind, Conversation, ConversationRef, EmailGiven, Identified, Identify, NewAdmin,
    NewMessage, NewWorkspace, Part, Result, SecretHash, SendMessage, Sent, SessionOutcome, Store, Workspace,
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// A week, as the server gives.
pub(crate) const TTL: i64 = 604_800;
/// When the stories begin.
pub(crate) const NOON: i64 = 1_800_000_000;

/// Declares a story; it becomes one test for each database.
macro_rules! story {
    ($(#[$meta:meta])* async fn $name:ident($world:ident: &World) $body:block) => {
        mod $name {
            use super::*;

            async fn tell($world: &World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::world::on_sqlite(async |world| tell(world).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::world::on_postgres(async |world| tell(world).await).await;
            }
        }
    };
}
pub(crate) use story;

/// A database with one workspace.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) url: String,
    pub(crate) workspace: Workspace,
    pub(crate) admin: Admin,
}

impl World {
    async fn make(url: String) -> Self {
        let store = Store::open(&url).await.unwrap();
        let workspace = store.create_workspace(new_workspace("demo")).await.unwrap();
        let admin = store.create_admin(new_admin(workspace.id, "Grace@example.com")).await.unwrap();
        Self { store, url, workspace, admin }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser {
            store: self.store.clone(),
            workspace_id: self.workspace.id,
            visitor: unique("visitor"),
            session: None,
            visit: Visit::default(),
            now: NOON,
        }
    }

    /// The teammate answers.
    pub(crate) async fn reply(&self, conversation_id: i64, text: &str) -> (Conversation, Part, i64) {
        self.store.reply_as_admin(self.answer(conversation_id, text, &unique("reply"))).await.unwrap()
    }

    pub(crate) fn answer(&self, conversation_id: i64, text: &str, client_id: &str) -> AdminReply {
        AdminReply {
            workspace_id: self.workspace.id,
            admin_id: self.admin.id,
            conversation_id,
            client_id: client_id.to_owned(),
            body: format!("<p>{text}</p>"),
            preview: text.to_owned(),
            files: Vec::new(),
            now: NOON + 60,
        }
    }

    /// A message of the team to these contacts, which is no conversation before it is answered.
    pub(crate) fn news(&self, to: &[&str]) -> NewMessage {
        NewMessage {
            workspace_id: self.workspace.id,
            admin_id: self.admin.id,
            message_type: "inapp",
            subject: "News".to_owned(),
            body: "<p>heyy</p>".to_owned(),
            preview: "heyy".to_owned(),
            template: None,
            to: to.iter().map(|id| (*id).to_owned()).collect(),
            copies: Vec::new(),
            begins_conversation: false,
            at: NOON,
            now: NOON,
        }
    }

    /// What the log says about a contact after a number.
    pub(crate) async fn heard(&self, contact_id: &str, since: i64) -> Vec<(ChangeKind, Option<i64>)> {
        let changes = self.store.changes_for_contact(contact_id, since, 1000).await.unwrap();
        changes.into_iter().map(|change| (change.kind, change.part_id.or(change.conversation_id))).collect()
    }

    pub(crate) async fn seq(&self) -> i64 {
        self.store.newest_seq(self.workspace.id).await.unwrap()
    }

    /// Bodies of a conversation as the inbox sees it.
    pub(crate) async fn bodies(&self, conversation_id: i64) -> Vec<String> {
        let thread = self.store.thread(self.workspace.id, None, conversation_id, None, 1000).await.unwrap();
        thread.parts.into_iter().map(|part| part.body).collect()
    }
}

pub(crate) fn new_workspace(app_id: &str) -> NewWorkspace {
    NewWorkspace {
        app_id: app_id.to_owned(),
        name: "Demo".to_owned(),
        identity_mode: VerificationMode::Off,
        identity_secret: "secret".to_owned(),
        settings: "{}".to_owned(),
        now: NOON,
    }
}

pub(crate) fn new_admin(workspace_id: i64, email: &str) -> NewAdmin {
    NewAdmin {
        workspace_id,
        email: email.to_owned(),
        name: "Grace".to_owned(),
        password_hash: "$argon2id$".to_owned(),
        now: NOON,
    }
}

/// What a page says about its user.
pub(crate) fn claim(settings: &Value) -> Claim {
    BootSettings::read(settings.as_object().unwrap()).claim(BTreeSet::new()).unwrap()
}

/// A text nobody else has.
pub(crate) fn unique(what: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{what}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A hash nobody else has.
pub(crate) fn secret() -> SecretHash {
    let mut hash = [0; 32];
    let text = unique("secret");
    hash[..text.len()].copy_from_slice(text.as_bytes());
    hash
}

/// A browser with its cookies: keeps the session it is given, as the Messenger does.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) store: Store,
    pub(crate) workspace_id: i64,
    pub(crate) visitor: String,
    pub(crate) session: Option<SecretHash>,
    pub(crate) visit: Visit,
    pub(crate) now: i64,
}

impl Browser {
    pub(crate) async fn boot(&mut self, claim: Option<Claim>) -> Identified {
        self.boot_with(claim, Vec::new()).await
    }

    /// Boots with what the page says of companies.
    pub(crate) async fn boot_with(
        &mut self,
        claim: Option<Claim>,
        companies: Vec<CompanyData>,
    ) -> Identified {
        self.boot_saying(claim, None, companies).await
    }

    /// Boots with settings that name nobody.
    pub(crate) async fn boot_about(&mut self, settings: &Value) -> Identified {
        let about = BootSettings::read(settings.as_object().unwrap()).about();
        self.boot_saying(None, Some(about), Vec::new()).await
    }

    async fn boot_saying(
        &mut self,
        claim: Option<Claim>,
        about: Option<Claim>,
        companies: Vec<CompanyData>,
    ) -> Identified {
        let fresh = secret();
        let question = Identify {
            workspace_id: self.workspace_id,
            visitor_id: Some(self.visitor.clone()),
            device_id: None,
            session: self.session,
            claim,
            companies,
            about,
            visit: self.visit.clone(),
            fresh_session: fresh,
            now: self.now,
            session_ttl: TTL,
        };
        let found = self.store.identify(question).await.unwrap();
        self.keep(found.session, fresh);
        found
    }

    /// Boots as somebody and gives their contact id.
    pub(crate) async fn log_in(&mut self, settings: &Value) -> String {
        self.boot(Some(claim(settings))).await.contact.unwrap().id
    }

    pub(crate) fn message(&self, place: ConversationRef, text: &str) -> SendMessage {
        SendMessage {
            workspace_id: self.workspace_id,
            session: self.session,
            visitor_id: Some(self.visitor.clone()),
            device_id: None,
            fresh_session: secret(),
            client_id: unique("message"),
            conversation: place,
            body: format!("<p>{text}</p>"),
            preview: text.to_owned(),
            email: EmailGiven::default(),
            chosen: None,
            files: Vec::new(),
            page_url: "https://shop.example/".to_owned(),
            visit: self.visit.clone(),
            now: self.now,
            session_ttl: TTL,
        }
    }

    pub(crate) async fn send(&mut self, message: SendMessage) -> Result<Sent> {
        let fresh = message.fresh_session;
        let sent = self.store.send_message(message).await?;
        self.keep(sent.session, fresh);
        // What the answer says of the conversation is what is stored, unless more has happened since.
        let (id, writer) = (sent.conversation.id, &sent.contact.id);
        let stored = self.store.conversation_seen_by(self.workspace_id, id, writer).await?;
        if self.store.newest_seq(self.workspace_id).await? == sent.seq {
            assert_eq!(stored.as_ref(), Some(&sent.conversation));
        }
        Ok(sent)
    }

    /// Begins a conversation.
    pub(crate) async fn write(&mut self, text: &str) -> Sent {
        let message = self.message(ConversationRef::Key(unique("key")), text);
        self.send(message).await.unwrap()
    }

    pub(crate) async fn shutdown(&mut self) {
        let visitor = Some(self.visitor.clone());
        self.store.shutdown(self.workspace_id, self.session, visitor, self.now).await.unwrap();
        self.session = None;
        self.visitor = unique("visitor");
    }

    /// Whose the session is.
    pub(crate) async fn who(&self) -> Option<String> {
        let session = self.session?;
        let found = self.store.contact_by_session(self.workspace_id, &session, self.now).await.unwrap();
        found.map(|contact| contact.id)
    }

    /// Ids of the conversations a boot would show.
    pub(crate) async fn sees(&mut self) -> Vec<i64> {
        let Some(contact) = self.boot(None).await.contact else { return Vec::new() };
        let (found, _) = self.store.conversations_of(self.workspace_id, &contact.id, 100).await.unwrap();
        let mut ids: Vec<i64> = found.into_iter().map(|one| one.id).collect();
        ids.sort_unstable();
        ids
    }

    fn keep(&mut self, outcome: SessionOutcome, fresh: SecretHash) {
        match outcome {
            SessionOutcome::Fresh(_) => self.session = Some(fresh),
            SessionOutcome::Kept(_) => {}
            SessionOutcome::None => self.session = None,
        }
    }
}

/// Tells a story over SQLite.
pub(crate) async fn on_sqlite(story: impl AsyncFnOnce(&World)) {
    let folder = tempfile::tempdir().unwrap();
    let world = World::make(format!("sqlite://{}", folder.path().join("doorstep.db").display())).await;
    story(&world).await;
    world.store.close().await;
}

/// Tells a story over PostgreSQL, in a database of its own.
pub(crate) async fn on_postgres(story: impl AsyncFnOnce(&World)) {
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
        let required = std::env::var("DOORSTEP_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
        assert!(!required, "DOORSTEP_REQUIRE_POSTGRES=1, but TEST_DATABASE_URL names no PostgreSQL server");
        return;
    };
    let name = unique("doorstep").replace('-', "_");
    let mut admin = PgConnection::connect(&server).await.unwrap();
    // The name is made of letters, digits and underscores by `unique`.
    admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let world = World::make(in_database(&server, &name)).await;
    story(&world).await;
    world.store.close().await;
    admin.execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).await.unwrap();
}

/// The server's URL with another database's name.
fn in_database(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').unwrap_or((server, ""));
    let (host, _) = address.rsplit_once('/').unwrap();
    format!("{host}/{name}?{options}")
}

/// Waits for a future, and says what it waited for when it takes far too long.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let minute = std::time::Duration::from_mins(1);
    tokio::time::timeout(minute, future)
        .await
        .unwrap_or_else(|_| panic!("{what} did not happen within a minute"))
}
