//! Uploaded files: whose they are, that each is used once, and that their bytes are given up with whatever held them.

use doorstep_domain::attachment::{Attached, FileFacts, read};
use doorstep_store::{ConversationRef, Error, FileOwner, NewFile, SendMessage, WAITING};
use serde_json::json;

use crate::world::{Browser, NOON, World, story, unique};

impl World {
    /// A file of a hundred bytes that is there.
    async fn upload(&self, owner: FileOwner, name: &str) -> String {
        let id = unique("file");
        let new = NewFile {
            id: id.clone(),
            workspace_id: self.workspace.id,
            owner,
            name: name.to_owned(),
            most_waiting: 1000,
            now: NOON,
        };
        self.store.begin_file(new).await.unwrap();
        self.store.end_file(self.workspace.id, facts(&id, name)).await.unwrap();
        id
    }

    async fn gone(&self) -> Vec<String> {
        self.store.gone_files(100).await.unwrap()
    }
}

fn facts(id: &str, name: &str) -> FileFacts {
    let (id, name, content_type) = (id.to_owned(), name.to_owned(), "image/png".to_owned());
    FileFacts { id, name, content_type, size: 100, width: Some(2), height: Some(3) }
}

fn with(browser: &Browser, files: &[&String]) -> SendMessage {
    let files = files.iter().map(|id| (*id).clone()).collect();
    let message = browser.message(ConversationRef::Key(unique("key")), "");
    SendMessage { files, body: String::new(), preview: String::new(), ..message }
}

fn is_refused<T: std::fmt::Debug>(outcome: &doorstep_store::Result<T>, id: &str) {
    assert!(matches!(outcome, Err(Error::File(named)) if named == id), "{outcome:?}");
}

story! {
    async fn a_visitor_begins_with_a_file_and_it_is_used_once(world: &World) {
        let mut browser = world.browser();
        let file = world.upload(FileOwner::Visitor(browser.visitor.clone()), "cat.png").await;
        let message = with(&browser, &[&file]);
        let sent = browser.send(message.clone()).await.unwrap();
        assert_eq!((sent.conversation.preview.as_str(), sent.part.shown), ("📎 cat.png", true));
        assert_eq!(read(sent.part.attachments.as_deref()), [Attached::File(facts(&file, "cat.png"))]);
        assert_eq!(sent.conversation.unread_by_team, 1);
        // A repetition is answered as the first time; another message cannot have the file.
        let again = SendMessage { session: browser.session, ..message };
        assert!(browser.send(again).await.unwrap().repeated);
        is_refused(&browser.send(with(&browser, &[&file])).await, &file);
        assert_eq!(world.store.file(&file).await.unwrap().unwrap().name, "cat.png");
        // It does not wait any more.
        world.store.forget_waiting_files(NOON + 2 * WAITING).await.unwrap();
        world.store.drop_file(world.workspace.id, file.clone()).await.unwrap();
        assert!(world.store.file(&file).await.unwrap().is_some());
    }
}

story! {
    async fn nobody_attaches_what_is_not_theirs(world: &World) {
        let (mut ann, mut bob) = (world.browser(), world.browser());
        let (first, theirs) = (ann.write("hi").await, bob.write("hi").await);
        let of_ann = world.upload(FileOwner::Contact(first.contact.id.clone()), "a.png").await;
        let of_admin = world.upload(FileOwner::Admin(world.admin.id), "b.png").await;
        let of_program = world.upload(FileOwner::Program, "c.png").await;
        for file in [&of_ann, &of_admin, &of_program] {
            is_refused(&bob.send(with(&bob, &[file])).await, file);
        }
        let unknown = "00000000-0000-4000-8000-000000000000".to_owned();
        is_refused(&bob.send(with(&bob, &[&unknown])).await, &unknown);
        is_refused(&ann.send(with(&ann, &[&of_ann, &of_ann])).await, &of_ann);
        // What was refused left nothing: no conversation, and the file still waits.
        let (all, _) = world.store.conversations_of(world.workspace.id, &theirs.contact.id, 10).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(ann.send(with(&ann, &[&of_ann])).await.unwrap().part.author_id, first.contact.id);
        // A teammate's.
        let mut answer = world.answer(first.conversation.id, "", &unique("reply"));
        answer.files = vec![of_program.clone()];
        is_refused(&world.store.reply_as_admin(answer.clone()).await, &of_program);
        answer.files = vec![of_admin.clone()];
        let (_, part, _) = world.store.reply_as_admin(answer).await.unwrap();
        assert_eq!(read(part.attachments.as_deref()).len(), 1);
        // One whose bytes have not come is not there yet.
        let new = NewFile {
            id: unique("file"), workspace_id: world.workspace.id, owner: FileOwner::Contact(first.contact.id),
            name: "slow".to_owned(), most_waiting: 0, now: NOON,
        };
        world.store.begin_file(new.clone()).await.unwrap();
        assert!(world.store.file(&new.id).await.unwrap().is_none());
        is_refused(&ann.send(with(&ann, &[&new.id])).await, &new.id);
    }
}

story! {
    async fn what_waits_goes_after_a_day_and_may_not_grow_without_end(world: &World) {
        let owner = FileOwner::Visitor(world.browser().visitor);
        let first = world.upload(owner.clone(), "a").await;
        for _ in 0..9 {
            world.upload(owner.clone(), "b").await;
        }
        let new = NewFile {
            id: unique("file"), workspace_id: world.workspace.id, owner, name: "c".to_owned(), most_waiting: 1000, now: NOON,
        };
        assert!(matches!(world.store.begin_file(new.clone()).await, Err(Error::TooMuchWaiting)));
        world.store.drop_file(world.workspace.id, first.clone()).await.unwrap();
        assert_eq!(world.gone().await, std::slice::from_ref(&first));
        world.store.begin_file(new.clone()).await.unwrap();
        world.store.forget_waiting_files(NOON + WAITING).await.unwrap();
        assert_eq!(world.gone().await.len(), 1);
        world.store.forget_waiting_files(NOON + WAITING + 1).await.unwrap();
        assert_eq!(world.gone().await.len(), 11);
        assert!(matches!(world.store.end_file(world.workspace.id, facts(&new.id, "c")).await, Err(Error::NotFound("file"))));
        world.store.forget_gone_file(first).await.unwrap();
        assert_eq!(world.gone().await.len(), 10);
    }
}

story! {
    async fn a_retired_visitor_id_uploads_nothing(world: &World) {
        let mut browser = world.browser();
        browser.write("hi").await;
        let visitor = browser.visitor.clone();
        browser.shutdown().await;
        let new = NewFile {
            id: unique("file"), workspace_id: world.workspace.id, owner: FileOwner::Visitor(visitor),
            name: "a".to_owned(), most_waiting: 0, now: NOON,
        };
        assert!(matches!(world.store.begin_file(new).await, Err(Error::VisitorRetired)));
    }
}

story! {
    async fn bytes_are_given_up_with_what_held_them(world: &World) {
        let (store, workspace) = (&world.store, world.workspace.id);
        let mut browser = world.browser();
        let contact = browser.write("hi").await.contact.id;
        let mut files = Vec::new();
        for _ in 0..4 {
            files.push(world.upload(FileOwner::Contact(contact.clone()), "a.png").await);
        }
        let redacted = browser.send(with(&browser, &[&files[0]])).await.unwrap();
        let deleted = browser.send(with(&browser, &[&files[1]])).await.unwrap();
        let kept = browser.send(with(&browser, &[&files[2]])).await.unwrap();
        store.redact(workspace, redacted.conversation.id, redacted.part.id, NOON).await.unwrap();
        assert_eq!(world.gone().await, files[..1]);
        let emptied = store.part(workspace, redacted.part.id).await.unwrap().unwrap();
        assert_eq!((emptied.attachments, emptied.shown), (None, true));
        store.delete_conversation(workspace, deleted.conversation.id, false, NOON).await.unwrap();
        assert!(store.file(&files[1]).await.unwrap().is_none());
        // The person's own export names what they sent and what waits.
        let export = serde_json::Value::Object(store.export_contact(workspace, &contact).await.unwrap());
        assert_eq!(export["files"][0]["id"], json!(files[3]));
        assert!(export.to_string().contains(&files[2]), "{export}");
        // As a user they still have it; erased, nothing is left.
        let user = browser.log_in(&json!({"user_id": unique("user")})).await;
        assert!(store.file(&files[3]).await.unwrap().is_some());
        let waits = browser.send(with(&browser, &[&files[3]])).await.unwrap();
        assert_eq!(waits.contact.id, user);
        let (_, counts) = store.erase_contact(workspace, user, NOON).await.unwrap();
        assert_eq!(counts["files"], 2);
        files.sort();
        assert_eq!(world.gone().await, files);
        assert!(store.conversation(workspace, kept.conversation.id).await.unwrap().is_none());
    }
}

story! {
    async fn an_erased_guest_leaves_no_files_in_others_conversations(world: &World) {
        let (store, workspace) = (&world.store, world.workspace.id);
        let (mut host, mut guest) = (world.browser(), world.browser());
        let (talk, guest_id) = (host.write("hi").await, guest.write("hi").await.contact.id);
        store.add_participant(workspace, talk.conversation.id, guest_id.clone(), doorstep_store::Actor::Program, NOON).await.unwrap();
        let file = world.upload(FileOwner::Program, "a.png").await;
        world.guest_says(talk.conversation.id, &guest_id, &file).await;
        store.erase_contact(workspace, guest_id, NOON).await.unwrap();
        assert_eq!(world.gone().await, [file]);
        let thread = store.thread(workspace, None, talk.conversation.id, None, 10).await.unwrap();
        assert!(thread.parts.iter().all(|part| part.attachments.is_none()));
    }
}

impl World {
    async fn guest_says(&self, conversation_id: i64, guest: &str, file: &str) {
        let deed = doorstep_store::Deed {
            workspace_id: self.workspace.id,
            conversation_id,
            actor: doorstep_store::Actor::Contact(guest.to_owned()),
            action: doorstep_store::Action::Comment,
            body: "<p>look</p>".to_owned(),
            preview: "look".to_owned(),
            attachments: None,
            files: vec![file.to_owned()],
            metadata: None,
            at: NOON,
            now: NOON,
        };
        self.store.act(deed).await.unwrap();
    }
}
