//! People who take part in a conversation beside its own person (S§2.3 `customers`), in their Messenger.

use doorstep_domain::contacts::MergeRules;
use doorstep_store::{Action, Actor, ChangeKind, Conversation, ConversationRef, Error, Store};
use serde_json::json;

use crate::world::{Browser, NOON, World, soon, story};

impl World {
    /// Has somebody take part.
    async fn join(&self, id: i64, contact: &str) {
        let admin = Actor::Admin(self.admin.id);
        self.store.add_participant(self.workspace.id, id, contact.to_owned(), admin, NOON).await.unwrap();
    }

    async fn leave(&self, id: i64, contact: &str) {
        let admin = Actor::Admin(self.admin.id);
        self.store.remove_participant(self.workspace.id, id, contact.to_owned(), admin, NOON).await.unwrap();
    }

    async fn seen_by(&self, id: i64, contact: &str) -> Option<Conversation> {
        let found = self.store.conversation_seen_by(self.workspace.id, id, contact).await.unwrap();
        let (listed, _) = self.store.conversations_of(self.workspace.id, contact, 100).await.unwrap();
        assert_eq!(listed.into_iter().find(|one| one.id == id), found, "the list says the same");
        found
    }

    async fn unread(&self, id: i64, contact: &str) -> i64 {
        self.seen_by(id, contact).await.unwrap().unread_by_contact
    }

    async fn read(&self, id: i64, contact: &str, part_id: i64) {
        let (workspace, contact) = (self.workspace.id, contact.to_owned());
        self.store.mark_read_by_contact(workspace, contact, id, part_id, NOON).await.unwrap();
    }

    /// A stranger, or somebody who was taken away: nothing of it is there for them.
    async fn is_closed_to(&self, id: i64, browser: &mut Browser, contact: &str) {
        let (workspace, theirs) = (self.workspace.id, contact.to_owned());
        assert_eq!(self.seen_by(id, contact).await, None);
        let nothing = |error| matches!(error, Error::NotFound("conversation"));
        assert!(nothing(self.store.thread(workspace, Some(contact), id, None, 9).await.unwrap_err()));
        assert!(nothing(self.store.thread_after(workspace, Some(contact), id, 0, 9).await.unwrap_err()));
        let read = self.store.mark_read_by_contact(workspace, theirs.clone(), id, 1, NOON).await;
        assert!(nothing(read.unwrap_err()));
        assert!(nothing(self.store.dismiss(workspace, theirs, id, NOON, NOON).await.unwrap_err()));
        let message = browser.message(ConversationRef::Id(id), "let me in");
        assert!(nothing(browser.send(message).await.unwrap_err()));
    }
}

/// Two people who each have a conversation: the first one's id, and who they are.
async fn two(world: &World) -> ([Browser; 2], i64, [String; 2]) {
    let (mut ada, mut ben) = (world.browser(), world.browser());
    let ada_id = ada.log_in(&json!({"user_id": "ada", "name": "Ada", "email": "ada@example.com"})).await;
    let ben_id = ben.log_in(&json!({"user_id": "ben", "name": "Ben", "email": "ben@example.com"})).await;
    let talk = ada.write("hello").await;
    ben.write("something else").await;
    ([ada, ben], talk.conversation.id, [ada_id, ben_id])
}

story! {
    async fn who_takes_part_sees_and_reads_in_their_own_way(world: &World) {
        let ([mut ada, mut ben], id, [ada_id, ben_id]) = two(world).await;
        let (_, answer, _) = world.reply(id, "hi").await;
        world.is_closed_to(id, &mut ben, &ben_id).await;
        world.join(id, &ben_id).await;

        let seen = world.seen_by(id, &ben_id).await.unwrap();
        assert_eq!((seen.unread_by_contact, seen.client_key, seen.contact_id), (2, None, ada_id.clone()));
        assert_eq!(ben.sees().await.len(), 2);
        let thread = world.store.thread(world.workspace.id, Some(&ben_id), id, None, 9).await.unwrap();
        let names: Vec<_> = thread.parts.iter().map(|part| part.author_name.as_deref()).collect();
        assert_eq!(names, [Some("Ada"), None]);

        // Each has marks of their own.
        world.read(id, &ben_id, answer.id).await;
        world.store.dismiss(world.workspace.id, ben_id.clone(), id, NOON, NOON).await.unwrap();
        assert_eq!((world.unread(id, &ben_id).await, world.unread(id, &ada_id).await), (0, 1));
        let dismissed = (
            world.seen_by(id, &ben_id).await.unwrap().dismissed_at,
            world.seen_by(id, &ada_id).await.unwrap().dismissed_at,
        );
        assert_eq!(dismissed, (NOON, 0));

        // Words of one are news for the other and for the team.
        let message = ben.message(ConversationRef::Id(id), "me, too");
        let said = ben.send(message.clone()).await.unwrap();
        assert_eq!((said.part.author_id.as_str(), said.conversation.unread_by_contact), (&*ben_id, 0));
        assert!(ben.send(message.clone()).await.unwrap().repeated);
        let stolen = ada.send(doorstep_store::SendMessage { session: ada.session, ..message }).await;
        assert!(matches!(stolen, Err(Error::Conflict("client_id"))), "another's message is not theirs");
        let seen = world.seen_by(id, &ada_id).await.unwrap();
        assert_eq!((seen.unread_by_contact, seen.last_author_name.as_deref()), (2, Some("Ben")));
        assert_eq!((seen.unread_by_team, seen.preview.as_str()), (1, "me, too"));

        let said = ada.send(ada.message(ConversationRef::Id(id), "good")).await.unwrap();
        assert_eq!(said.conversation.unread_by_contact, 0);
        let seen = world.seen_by(id, &ben_id).await.unwrap();
        assert_eq!((seen.unread_by_contact, seen.last_author_name.as_deref()), (1, Some("Ada")));
        world.reply(id, "thanks, both of you").await;
        assert_eq!((world.unread(id, &ben_id).await, world.unread(id, &ada_id).await), (2, 1));
        world.deed(id, Actor::Admin(world.admin.id), Action::Note, "between us", NOON).await;
        assert_eq!((world.unread(id, &ben_id).await, world.unread(id, &ada_id).await), (2, 1));
        let bodies = world.store.thread(world.workspace.id, Some(&ben_id), id, None, 9).await.unwrap().parts;
        assert!(bodies.iter().all(|part| part.body != "<p>between us</p>"));
    }
}

story! {
    async fn who_takes_part_hears_of_it_as_long_as_they_do(world: &World) {
        let ([mut ada, mut ben], id, [ada_id, ben_id]) = two(world).await;
        let place = ConversationRef::Id(id);
        let mut wakes = world.store.wakes_of(&ben_id);
        let elsewhere = Store::open(&world.url).await.unwrap();
        let mut other_node = elsewhere.wakes_of(&ben_id);

        let since = world.seq().await;
        world.join(id, &ben_id).await;
        soon("the wake of the one who joins", wakes.next()).await.unwrap();
        assert!(world.heard(&ben_id, since).await.contains(&(ChangeKind::Conversation, Some(id))));

        let since = world.seq().await;
        let said = ada.send(ada.message(place.clone(), "news")).await.unwrap();
        soon("the wake of the other", wakes.next()).await.unwrap();
        let (_, answer, _) = world.reply(id, "an answer").await;
        let parts = [(ChangeKind::Part, Some(said.part.id)), (ChangeKind::Part, Some(answer.id))];
        assert_eq!(world.heard(&ben_id, since).await, parts);
        assert_eq!(world.heard(&ada_id, since).await, parts, "and nobody hears it twice");
        soon("the wake on another node", other_node.next()).await.ok();
        elsewhere.close().await;

        // What one has read is not the other's business.
        let since = world.seq().await;
        world.read(id, &ben_id, answer.id).await;
        assert_eq!(world.heard(&ben_id, since).await, [(ChangeKind::Conversation, Some(id))]);
        assert!(world.heard(&ada_id, since).await.is_empty());

        let since = world.seq().await;
        world.leave(id, &ben_id).await;
        assert_eq!(world.heard(&ben_id, since).await, [(ChangeKind::Conversation, Some(id))]);
        let since = world.seq().await;
        ada.send(ada.message(place, "are they gone?")).await.unwrap();
        world.reply(id, "they are").await;
        assert!(world.heard(&ben_id, since).await.is_empty());
        assert_eq!(world.heard(&ada_id, since).await.len(), 2);
        world.is_closed_to(id, &mut ben, &ben_id).await;
        assert_eq!(ben.sees().await.len(), 1);

        // The end of it is told to whoever sees it.
        world.join(id, &ben_id).await;
        let since = world.seq().await;
        world.store.delete_conversation(world.workspace.id, id, false, NOON).await.unwrap();
        assert_eq!(world.heard(&ben_id, since).await, [(ChangeKind::Conversation, Some(id))]);
        world.is_closed_to(id, &mut ben, &ben_id).await;
    }
}

story! {
    async fn a_conversation_that_becomes_the_next_ones_goes_on_as_they_left_it(world: &World) {
        let ([mut ada, mut ben], id, [ada_id, ben_id]) = two(world).await;
        world.join(id, &ben_id).await;
        let (_, first, _) = world.reply(id, "one").await;
        world.read(id, &ben_id, first.id).await;
        let since = world.seq().await;
        let (_, second, _) = world.reply(id, "two").await;
        world.leave(id, &ada_id).await;
        let seen = world.seen_by(id, &ben_id).await.unwrap();
        assert_eq!((seen.contact_id, seen.read_by_contact, seen.unread_by_contact), (ben_id.clone(), first.id, 1));
        let heard = world.heard(&ben_id, since).await;
        assert!(heard.contains(&(ChangeKind::Part, Some(second.id))), "what they had not heard of: {heard:?}");
        world.is_closed_to(id, &mut ada, &ada_id).await;
        assert_eq!(world.heard(&ada_id, since).await, [(ChangeKind::Conversation, Some(id))]);
        let said = ben.send(ben.message(ConversationRef::Id(id), "mine now")).await.unwrap();
        assert_eq!(said.conversation.unread_by_contact, 0);
    }
}

story! {
    async fn merging_takes_parts_along_and_undoing_gives_them_back(world: &World) {
        let ([_, _], id, [ada_id, ben_id]) = two(world).await;
        let (mut lead, mut other) = (world.browser(), world.browser());
        let lead_id = lead.write("a lead").await.contact.id;
        let other_id = other.write("another lead").await.contact.id;
        for contact in [&lead_id, &other_id] {
            world.join(id, contact).await;
        }
        let said = lead.send(lead.message(ConversationRef::Id(id), "by the lead")).await.unwrap();
        let (workspace, rules) = (world.workspace.id, MergeRules { duplicates_only: false, leads: false });
        let since = world.seq().await;
        let merge = async |from: &str| {
            let (from, into) = (from.to_owned(), ben_id.clone());
            world.store.merge_contacts(workspace, from, into, rules, NOON).await.unwrap();
        };
        merge(&lead_id).await;
        assert!(world.heard(&ben_id, since).await.contains(&(ChangeKind::Conversation, Some(id))));
        let seen = world.seen_by(id, &ben_id).await.unwrap();
        assert_eq!((seen.last_author_id, seen.unread_by_contact), (ben_id.clone(), 0), "the words are theirs");
        // Both were in it: one part is left.
        merge(&other_id).await;
        let people: Vec<String> = world.seen_by(id, &ada_id).await.unwrap().people().map(Into::into).collect();
        assert_eq!(people, [ada_id.clone(), ben_id.clone()]);

        for merge in world.store.merges_into(&ben_id, None, 9).await.unwrap() {
            world.store.undo_merge(workspace, merge.id, NOON).await.unwrap();
        }
        assert_eq!(world.seen_by(id, &ben_id).await, None);
        assert_eq!(world.unread(id, &other_id).await, 2);
        assert_eq!(world.seen_by(id, &lead_id).await.unwrap().last_author_id, lead_id);
        assert_eq!(world.store.part(workspace, said.part.id).await.unwrap().unwrap().author_id, lead_id);
    }
}

story! {
    async fn what_a_survivor_wrote_as_a_participant_is_not_given_back(world: &World) {
        let ([_, mut ben], id, [ada_id, ben_id]) = two(world).await;
        let lead_id = world.browser().write("a lead").await.contact.id;
        world.join(id, &lead_id).await;
        let (workspace, rules) = (world.workspace.id, MergeRules { duplicates_only: false, leads: false });
        world.store.merge_contacts(workspace, lead_id.clone(), ben_id.clone(), rules, NOON).await.unwrap();
        ben.send(ben.message(ConversationRef::Id(id), "by the user")).await.unwrap();
        let merge = world.store.merges_into(&ben_id, None, 9).await.unwrap().remove(0);
        world.store.undo_merge(workspace, merge.id, NOON).await.unwrap();
        assert_eq!(world.seen_by(id, &lead_id).await, None);
        assert!(world.seen_by(id, &ben_id).await.is_some());

        // A participant who turns out to be the conversation's own person has nothing unread of their own.
        let mut lead = world.browser();
        let talk = lead.write("mine").await;
        world.join(talk.conversation.id, &ben_id).await;
        ben.send(ben.message(ConversationRef::Id(talk.conversation.id), "mine, too")).await.unwrap();
        world.store.merge_contacts(workspace, talk.contact.id, ben_id.clone(), rules, NOON).await.unwrap();
        assert_eq!(world.unread(talk.conversation.id, &ben_id).await, 0);
        world.leave(id, &ada_id).await;
        assert!(world.seen_by(id, &ben_id).await.is_some());
    }
}

story! {
    async fn while_its_person_is_away_nobody_sees_it(world: &World) {
        let ([mut ada, mut ben], id, [ada_id, ben_id]) = two(world).await;
        world.join(id, &ben_id).await;
        let workspace = world.workspace.id;
        let since = world.seq().await;
        world.store.archive_contact(workspace, ada_id.clone(), true, NOON).await.unwrap();
        assert!(world.heard(&ben_id, since).await.contains(&(ChangeKind::Conversation, Some(id))));
        world.is_closed_to(id, &mut ben, &ben_id).await;
        assert_eq!(ben.sees().await.len(), 1);
        let since = world.seq().await;
        ada.boot(None).await;
        assert!(world.heard(&ben_id, since).await.contains(&(ChangeKind::Conversation, Some(id))));
        assert!(world.seen_by(id, &ben_id).await.is_some());

        // A participant who is archived comes back as anybody does.
        world.store.archive_contact(workspace, ben_id.clone(), true, NOON).await.unwrap();
        ben.send(ben.message(ConversationRef::Id(id), "I am back")).await.unwrap();
        world.store.block_contact(workspace, ben_id.clone(), NOON).await.unwrap();
        assert_eq!(ben.who().await, None);

        let since = world.seq().await;
        world.store.block_contact(workspace, ada_id, NOON).await.unwrap();
        assert_eq!(world.seen_by(id, &ben_id).await, None);
        assert!(world.heard(&ben_id, since).await.contains(&(ChangeKind::Conversation, Some(id))));
    }
}

story! {
    async fn erasing_leaves_nothing_of_a_participant(world: &World) {
        let ([mut ada, mut ben], id, [ada_id, ben_id]) = two(world).await;
        world.join(id, &ben_id).await;
        ben.send(ben.message(ConversationRef::Id(id), "my secret")).await.unwrap();
        world.store.erase_contact(world.workspace.id, ben_id.clone(), NOON).await.unwrap();
        let seen = world.seen_by(id, &ada_id).await.unwrap();
        assert_eq!((seen.preview.as_str(), seen.last_author_name, seen.others), ("", None, None));
        assert_eq!(world.bodies(id).await, ["<p>hello</p>", ""]);

        // With its own person a conversation goes for everybody.
        let third = world.browser().write("hi").await.contact.id;
        world.join(id, &third).await;
        ada.send(ada.message(ConversationRef::Id(id), "still here")).await.unwrap();
        let since = world.seq().await;
        world.store.delete_contact(world.workspace.id, ada_id, NOON).await.unwrap();
        assert_eq!(world.seen_by(id, &third).await, None);
        assert_eq!(world.heard(&third, since).await, [(ChangeKind::Conversation, Some(id))]);
    }
}

story! {
    async fn people_of_merged_conversations_go_on_in_the_one_that_stays(world: &World) {
        let ([mut ada, mut ben], id, [ada_id, _]) = two(world).await;
        let theirs = ben.sees().await[0];
        let since = world.seq().await;
        world.store.merge_conversations(world.workspace.id, id, theirs, NOON).await.unwrap();
        assert!(world.heard(&ada_id, since).await.contains(&(ChangeKind::Conversation, Some(theirs))));
        let said = ada.send(ada.message(ConversationRef::Id(id), "where does it go on?")).await.unwrap();
        assert_eq!(said.conversation.id, theirs);
        world.leave(theirs, &ada_id).await;
        let said = ada.send(ada.message(ConversationRef::Id(id), "and now?")).await.unwrap();
        assert_eq!(said.conversation.id, id, "where they would not see the answer they do not write");
    }
}
