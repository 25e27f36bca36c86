//! One story over two databases: SQLite always, PostgreSQL when `TEST_DATABASE_URL` names a server on which databases can
//! be created. `DOORSTEP_REQUIRE_POSTGRES=1` makes its absence a failure.
#![expect(clippy::unwrap_used, reason = "a broken set-up must fail the test loudly")]

mod support;

use doorstep_domain::settings::Claim;
use doorstep_store::{
    AdminReply, ChangeKind, ConversationRef, Error, Identified, Identify, SendMessage, Sent, SessionOutcome,
};
use support::{Database, both, hash, uuid};

const NOW: i64 = 1_700_000_000;
const TTL: i64 = 7 * 24 * 3600;

struct Browser {
    visitor: String,
    session: Option<u8>,
}

impl Browser {
    fn new(number: u32) -> Self {
        Self { visitor: uuid(number), session: None }
    }

    async fn ping(&mut self, db: &Database, user_id: Option<&str>, secret: u8) -> Identified {
        let claim =
            user_id.map(|id| Claim { user_id: Some(id.to_owned()), proven: true, ..Claim::default() });
        let question = Identify {
            workspace_id: db.workspace,
            visitor_id: Some(self.visitor.clone()),
            device_id: None,
            session: self.session.map(hash),
            claim,
            fresh_session: hash(secret),
            now: NOW,
            session_ttl: TTL,
        };
        let found = db.store.identify(question).await.unwrap();
        if matches!(found.session, SessionOutcome::Fresh(_)) {
            self.session = Some(secret);
        }
        found
    }

    fn message(&self, db: &Database, number: u32, key: u32, secret: u8) -> SendMessage {
        SendMessage {
            workspace_id: db.workspace,
            session: self.session.map(hash),
            visitor_id: Some(self.visitor.clone()),
            device_id: None,
            fresh_session: hash(secret),
            client_id: uuid(number),
            conversation: ConversationRef::Key(uuid(key)),
            body: format!("<p>{number}</p>"),
            preview: number.to_string(),
            page_url: "https://shop.example/".to_owned(),
            now: NOW,
            session_ttl: TTL,
        }
    }

    async fn send(&mut self, db: &Database, number: u32, key: u32, secret: u8) -> Result<Sent, Error> {
        let sent = db.store.send_message(self.message(db, number, key, secret)).await?;
        if matches!(sent.session, SessionOutcome::Fresh(_)) {
            self.session = Some(secret);
        }
        Ok(sent)
    }
}

#[tokio::test]
async fn an_unknown_visitor_leaves_no_row() {
    for db in both().await {
        let found = Browser::new(1).ping(&db, None, 1).await;
        assert!(found.contact.is_none());
        assert_eq!(found.session, SessionOutcome::None);
        assert_eq!(db.store.newest_seq(db.workspace).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn the_first_message_makes_a_lead_and_a_repetition_changes_nothing() {
    for db in both().await {
        let mut browser = Browser::new(1);
        let first = browser.send(&db, 100, 200, 1).await.unwrap();
        assert_eq!((first.contact.role.as_str(), first.repeated), ("lead", false));
        assert_eq!(first.contact.external_id.as_deref(), Some(browser.visitor.as_str()));
        let again = browser.send(&db, 100, 200, 2).await.unwrap();
        assert!(again.repeated);
        assert_eq!((again.part.id, again.conversation.id), (first.part.id, first.conversation.id));
        let second = browser.send(&db, 101, 200, 2).await.unwrap();
        assert_eq!(second.conversation.id, first.conversation.id);
        assert!(second.seq > first.seq);
        let thread = db.store.thread(db.workspace, None, first.conversation.id, None, 50).await.unwrap();
        assert_eq!(thread.parts.len(), 2);
    }
}

#[tokio::test]
async fn another_persons_client_id_and_conversation_are_out_of_reach() {
    for db in both().await {
        let (mut ada, mut eve) = (Browser::new(1), Browser::new(2));
        let hers = ada.send(&db, 100, 200, 1).await.unwrap();
        assert!(matches!(eve.send(&db, 100, 201, 2).await, Err(Error::Conflict("client_id"))));
        assert!(matches!(eve.send(&db, 101, 200, 2).await, Err(Error::NotFound("conversation"))));
        let mut message = eve.message(&db, 102, 0, 2);
        message.conversation = ConversationRef::Id(hers.conversation.id);
        assert!(matches!(db.store.send_message(message).await, Err(Error::NotFound("conversation"))));
        // Eve's refused operations left nothing, not even a lead.
        assert!(eve.ping(&db, None, 3).await.contact.is_none());
    }
}

#[tokio::test]
async fn a_returning_lead_gets_a_session_until_shutdown_retires_the_visitor_id() {
    for db in both().await {
        let mut browser = Browser::new(1);
        let sent = browser.send(&db, 100, 200, 1).await.unwrap();
        let mut later = Browser { visitor: browser.visitor.clone(), session: None };
        let found = later.ping(&db, None, 2).await;
        assert_eq!(found.contact.map(|contact| contact.id), Some(sent.contact.id.clone()));
        db.store.shutdown(db.workspace, Some(hash(2)), None, NOW).await.unwrap();
        assert!(db.store.contact_by_session(db.workspace, &hash(2), NOW).await.unwrap().is_none());
        let mut thief = Browser { visitor: browser.visitor.clone(), session: Some(2) };
        let found = thief.ping(&db, None, 3).await;
        assert!(found.contact.is_none() && found.visitor_retired);
        assert!(matches!(thief.send(&db, 101, 200, 4).await, Err(Error::VisitorRetired)));
        let told = db.store.changes_for_contact(&sent.contact.id, 0, 100).await.unwrap();
        assert!(told.iter().any(|change| change.kind == ChangeKind::SessionEnded));
        db.store.shutdown(db.workspace, Some(hash(99)), Some(uuid(77)), NOW).await.unwrap();
    }
}

#[tokio::test]
async fn a_lead_who_logs_in_keeps_the_conversation() {
    for db in both().await {
        // No such user: the lead becomes the user in place, on the same session.
        let mut browser = Browser::new(1);
        let sent = browser.send(&db, 100, 200, 1).await.unwrap();
        let found = browser.ping(&db, Some("ada"), 2).await;
        let ada = found.contact.unwrap();
        assert_eq!((ada.id.as_str(), ada.role.as_str()), (sent.contact.id.as_str(), "user"));
        assert_eq!(ada.external_id.as_deref(), Some("ada"));
        assert!(matches!(found.session, SessionOutcome::Kept(_)));
        // The user exists: the second browser's lead merges into her, conversation ids stay.
        let mut second = Browser::new(2);
        let other = second.send(&db, 101, 201, 3).await.unwrap();
        let found = second.ping(&db, Some("ada"), 4).await;
        assert_eq!(found.contact.map(|contact| contact.id), Some(ada.id.clone()));
        let (conversations, _) = db.store.conversations_of(db.workspace, &ada.id, 10).await.unwrap();
        let mut ids: Vec<i64> = conversations.iter().map(|one| one.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, [sent.conversation.id, other.conversation.id]);
        assert!(db.store.contact(db.workspace, &other.contact.id).await.unwrap().is_none());
        // The visitor id alone opens nothing of a user.
        let mut cookie_only = Browser { visitor: browser.visitor.clone(), session: None };
        assert!(cookie_only.ping(&db, None, 5).await.contact.is_none());
    }
}

#[tokio::test]
async fn another_user_at_the_same_browser_sees_nothing_of_the_first() {
    for db in both().await {
        let mut browser = Browser::new(1);
        browser.ping(&db, Some("ada"), 1).await;
        browser.send(&db, 100, 200, 2).await.unwrap();
        let eve = browser.ping(&db, Some("eve"), 3).await.contact.unwrap();
        let (conversations, _) = db.store.conversations_of(db.workspace, &eve.id, 10).await.unwrap();
        assert!(conversations.is_empty());
        assert!(db.store.contact_by_session(db.workspace, &hash(1), NOW).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn replies_count_as_unread_until_read_and_open_what_was_closed() {
    for db in both().await {
        let mut browser = Browser::new(1);
        let sent = browser.send(&db, 100, 200, 1).await.unwrap();
        let id = sent.conversation.id;
        db.store.set_state(db.workspace, id, "closed", NOW).await.unwrap();
        let reply = AdminReply {
            workspace_id: db.workspace,
            admin_id: db.admin,
            conversation_id: id,
            client_id: uuid(300),
            body: "<p>hello</p>".to_owned(),
            preview: "hello".to_owned(),
            now: NOW,
        };
        let (conversation, part, _) = db.store.reply_as_admin(reply.clone()).await.unwrap();
        assert_eq!((conversation.state.as_str(), conversation.unread_by_contact), ("open", 1));
        assert_eq!(conversation.seen_by_team, Some(sent.part.id));
        assert_eq!(db.store.reply_as_admin(reply).await.unwrap().1.id, part.id);
        let contact = sent.contact.id;
        db.store.mark_read_by_contact(db.workspace, contact, id, part.id, NOW).await.unwrap();
        let after = db.store.conversation(db.workspace, id).await.unwrap().unwrap();
        assert_eq!(after.unread_by_contact, 0);
        let elsewhere = "0".repeat(24);
        let refused = db.store.mark_read_by_contact(db.workspace, elsewhere, id, part.id, NOW).await;
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }
}

#[tokio::test]
async fn two_hundred_senders_at_once_each_arrive_once_and_the_log_has_no_gap() {
    for db in both().await {
        let senders: Vec<_> = (0..200_u32)
            .map(|number| {
                let message = Browser::new(1000 + number).message(&db, 2000 + number, 3000 + number, 0);
                let secret = doorstep_store::SecretHash::from([u8::try_from(number % 256).unwrap(); 32]);
                let store = db.store.clone();
                let message = SendMessage { fresh_session: secret, ..message };
                tokio::spawn(async move {
                    let first = store.send_message(message.clone()).await.unwrap();
                    let again = store.send_message(SendMessage {
                        fresh_session: [255; 32],
                        session: Some(secret),
                        ..message
                    });
                    assert_eq!(again.await.unwrap().part.id, first.part.id);
                })
            })
            .collect();
        for sender in senders {
            sender.await.unwrap();
        }
        let changes = db.store.changes_for_workspace(db.workspace, 0, 10_000).await.unwrap();
        let seqs: Vec<i64> = changes.iter().map(|change| change.seq).collect();
        let expected: Vec<i64> = (1..=i64::try_from(changes.len()).unwrap()).collect();
        assert_eq!(seqs, expected);
        assert_eq!(changes.iter().filter(|change| change.kind == ChangeKind::Part).count(), 200);
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_reopening() {
    for db in both().await {
        let sent = Browser::new(1).send(&db, 100, 200, 1).await.unwrap();
        db.store.close().await;
        let store = doorstep_store::Store::open(&db.url).await.unwrap();
        let thread = store.thread(db.workspace, None, sent.conversation.id, None, 50).await.unwrap();
        assert_eq!(thread.parts, [sent.part]);
        store.close().await;
    }
}
