//! What each mutation announces to webhooks and the change feed (S§4.3).

use doorstep_domain::contacts::Role;
use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use doorstep_store::{
    Action, Actor, ContactEdit, ContactWrite, ConversationRef, Deed, FeedEntry, NewConversation,
};
use serde_json::json;

use crate::world::{NOON, World, story, unique};

async fn entries(world: &World, since: i64) -> Vec<FeedEntry> {
    world.store.change_feed(world.workspace.id, since, 1000).await.unwrap()
}

/// Topics announced after a number, in order.
async fn topics(world: &World, since: i64) -> Vec<String> {
    entries(world, since).await.into_iter().filter_map(|entry| entry.topic).collect()
}

/// Topics announced since this was asked last.
struct Ear<'a> {
    world: &'a World,
    seq: i64,
}

impl Ear<'_> {
    async fn heard(&mut self) -> Vec<String> {
        let since = std::mem::replace(&mut self.seq, self.world.seq().await);
        topics(self.world, since).await
    }
}

fn email(text: &str) -> ContactWrite {
    ContactWrite { email: Edit::Set(Email::parse(text).unwrap()), ..ContactWrite::default() }
}

story! {
    async fn a_visitor_writes_and_gives_their_email(world: &World) {
        let mut ear = Ear { world, seq: 0 };
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        assert_eq!(ear.heard().await, ["contact.lead.created", "conversation.user.created"]);
        let entry = entries(world, 0).await.pop().unwrap();
        assert_eq!((entry.conversation_id, entry.part_id), (Some(sent.conversation.id), Some(sent.part.id)));
        let place = ConversationRef::Id(sent.conversation.id);
        browser.send(browser.message(place, "anybody?")).await.unwrap();
        assert_eq!(ear.heard().await, ["conversation.user.replied"]);
        let edit = |text: &str| ContactEdit { email: Some(text.to_owned()), ..ContactEdit::default() };
        let (workspace_id, id) = (world.workspace.id, sent.contact.id);
        world.store.edit_contact(workspace_id, id.clone(), edit("ada@example.com"), NOON).await.unwrap();
        assert_eq!(ear.heard().await, ["contact.lead.updated", "contact.lead.added_email"]);
        // The same mailbox written otherwise is a change, but not of the email.
        world.store.edit_contact(workspace_id, id.clone(), edit("Ada@example.com"), NOON).await.unwrap();
        assert_eq!(ear.heard().await, ["contact.lead.updated"]);
        world.store.edit_contact(workspace_id, id.clone(), edit("ada@example.org"), NOON).await.unwrap();
        assert_eq!(ear.heard().await, ["contact.lead.updated", "contact.email.updated"]);
        world.store.edit_contact(workspace_id, id, edit("ada@example.org"), NOON).await.unwrap();
        assert_eq!(ear.heard().await, [""; 0]);
    }
}

story! {
    async fn people_log_in(world: &World) {
        let mut ear = Ear { world, seq: 0 };
        let mut fresh = world.browser();
        fresh.log_in(&json!({"user_id": "1", "email": "ada@example.com"})).await;
        assert_eq!(ear.heard().await, ["contact.user.created", "visitor.signed_up"]);
        fresh.log_in(&json!({"user_id": "1", "name": "Ada"})).await;
        assert_eq!(ear.heard().await, ["contact.user.updated"]);
        let mut lead = world.browser();
        lead.write("hello").await;
        ear.heard().await;
        lead.log_in(&json!({"user_id": "2", "email": "bob@example.com"})).await;
        assert_eq!(ear.heard().await, ["contact.lead.signed_up", "contact.email.updated"]);
        let mut other = world.browser();
        let from = other.write("hello").await.contact.id;
        ear.heard().await;
        let since = world.seq().await;
        let into = other.log_in(&json!({"user_id": "1"})).await;
        assert_eq!(ear.heard().await, ["contact.merged"]);
        let merged = entries(world, since).await.into_iter().find(|entry| entry.topic.is_some()).unwrap();
        assert_eq!(merged.contact_id, into);
        let detail = json!({"merged_from": {"type": "contact", "id": from}});
        assert_eq!(merged.detail.unwrap(), detail.to_string());
        // What was announced of the lead stays the lead's; the conversation is the user's.
        let of = |topic: &'static str| {
            let from = &from;
            async move {
                let all = entries(world, 0).await;
                let mut all = all.into_iter().filter(|entry| entry.topic.as_deref() == Some(topic));
                all.rfind(|entry| entry.contact_id == *from).is_some()
            }
        };
        assert!(of("contact.lead.created").await);
        assert!(!of("conversation.user.created").await);
    }
}

story! {
    async fn the_api_writes_contacts(world: &World) {
        let mut ear = Ear { world, seq: 0 };
        let workspace_id = world.workspace.id;
        let store = &world.store;
        let new = ContactWrite { role: Some(Role::Lead), ..email("ada@example.com") };
        let lead = store.create_contact(workspace_id, new, unique("lead"), NOON).await.unwrap();
        assert_eq!(ear.heard().await, ["contact.lead.created"]);
        let update = |write: ContactWrite| store.update_contact(workspace_id, lead.id.clone(), write, NOON + 1);
        update(email("ada@example.com")).await.unwrap();
        assert_eq!(ear.heard().await, [""; 0], "writing back what is there is no news");
        update(email("ada@example.org")).await.unwrap();
        assert_eq!(ear.heard().await, ["contact.lead.updated", "contact.email.updated"]);
        update(ContactWrite { role: Some(Role::User), ..ContactWrite::default() }).await.unwrap();
        assert_eq!(ear.heard().await, ["contact.lead.signed_up"]);
        update(ContactWrite { name: Edit::Set("Ada".to_owned()), ..ContactWrite::default() }).await.unwrap();
        assert_eq!(ear.heard().await, ["contact.user.updated"]);
        for (archived, topic) in [(true, "contact.archived"), (false, "contact.unarchive")] {
            store.archive_contact(workspace_id, lead.id.clone(), archived, NOON).await.unwrap();
            assert_eq!(ear.heard().await, [topic]);
            store.archive_contact(workspace_id, lead.id.clone(), archived, NOON).await.unwrap();
            assert_eq!(ear.heard().await, [""; 0]);
        }
        let new = NewConversation {
            workspace_id,
            contact_id: lead.id.clone(),
            body: "hi".to_owned(),
            preview: "hi".to_owned(),
            attachments: None,
            files: Vec::new(),
            subject: String::new(),
            url: None,
            at: NOON,
            now: NOON,
        };
        store.begin_conversation(new).await.unwrap();
        store.block_contact(workspace_id, lead.id.clone(), NOON).await.unwrap();
        assert_eq!(ear.heard().await, ["conversation.user.created", "contact.archived"]);
        let since = world.seq().await;
        store.delete_contact(workspace_id, lead.id.clone(), NOON).await.unwrap();
        assert_eq!(ear.heard().await, ["conversation.deleted", "contact.deleted"]);
        let deleted = entries(world, since).await.pop().unwrap();
        assert_eq!((deleted.contact_id, deleted.detail.unwrap()), (lead.id, r#"{"external_id":null}"#.to_owned()));
    }
}

story! {
    async fn the_team_works_on_a_conversation(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        let (workspace_id, id, admin) = (world.workspace.id, sent.conversation.id, world.admin.id);
        let mut ear = Ear { world, seq: world.seq().await };
        for (action, body, topic) in [
            (Action::Comment, "hi", "conversation.admin.replied"),
            (Action::Note, "psst", "conversation.admin.noted"),
            (Action::Assign(Some(admin)), "", "conversation.admin.assigned"),
            (Action::Snooze(NOON + 100), "", "conversation.admin.snoozed"),
            (Action::Open, "", "conversation.admin.opened"),
            (Action::Close, "bye", "conversation.admin.closed"),
            (Action::Assign(None), "", "conversation.admin.open.assigned"),
            (Action::Snooze(NOON + 100), "", "conversation.admin.snoozed"),
        ] {
            let deed = Deed {
                workspace_id,
                conversation_id: id,
                actor: Actor::Admin(admin),
                action,
                body: body.to_owned(),
                preview: body.to_owned(),
                attachments: None,
                files: Vec::new(),
                metadata: None,
                at: NOON,
                now: NOON,
            };
            world.store.act(deed).await.unwrap();
            assert_eq!(ear.heard().await, [topic]);
        }
        world.store.wake_snoozed(NOON + 100).await.unwrap();
        assert_eq!(ear.heard().await, ["conversation.admin.unsnoozed"]);
        let (_, part, _) = world.reply(id, "still there?").await;
        assert_eq!(ear.heard().await, ["conversation.admin.replied"]);
        let read = || world.store.mark_read_by_contact(workspace_id, sent.contact.id.clone(), id, part.id, NOON);
        read().await.unwrap();
        assert_eq!(ear.heard().await, ["conversation.read"]);
        read().await.unwrap();
        assert_eq!(ear.heard().await, [""; 0]);
        world.store.set_state(workspace_id, id, admin, "closed", NOON).await.unwrap();
        world.store.set_state(workspace_id, id, admin, "open", NOON).await.unwrap();
        assert_eq!(ear.heard().await, ["conversation.admin.closed", "conversation.admin.opened"]);
        let since = world.seq().await;
        world.store.redact(workspace_id, id, part.id, NOON).await.unwrap();
        assert_eq!(ear.heard().await, ["conversation_part.redacted"]);
        let redacted = entries(world, since).await.pop().unwrap();
        assert_eq!((redacted.conversation_id, redacted.part_id), (Some(id), Some(part.id)));
        world.store.delete_conversation(workspace_id, id, true, NOON).await.unwrap();
        assert_eq!(ear.heard().await, ["conversation.deleted"]);
    }
}
