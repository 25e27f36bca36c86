//! Merging leads, looking ahead, undoing it; suspected duplicates; a person's export and erasure (S§9).

use doorstep_domain::contacts::{MergeRefusal, MergeRules, Role};
use doorstep_domain::edit::Edit;
use doorstep_store::{ContactEdit, ContactLookup, ContactWrite, ConversationRef, Error, Shared, UNDO};
use serde_json::json;

use crate::world::{Browser, NOON, World, story, unique};

const LEADS: MergeRules = MergeRules { duplicates_only: false, leads: true };

/// A browser whose lead wrote one message; their id and the conversation's.
async fn lead(world: &World, text: &str) -> (Browser, String, i64) {
    let mut browser = world.browser();
    let sent = browser.write(text).await;
    (browser, sent.contact.id, sent.conversation.id)
}

async fn type_in(world: &World, id: &str, email: &str, name: &str) {
    let edit =
        ContactEdit { email: Some(email.to_owned()), name: Some(name.to_owned()), ..ContactEdit::default() };
    world.store.edit_contact(world.workspace.id, id.to_owned(), edit, NOON).await.unwrap();
}

async fn newest_merge(world: &World, into: &str) -> i64 {
    world.store.merges_into(into, None, 1).await.unwrap()[0].id
}

story! {
    async fn a_lead_goes_into_a_lead_and_comes_back(world: &World) {
        let workspace = world.workspace.id;
        let (mut first, from, asked) = lead(world, "from the phone").await;
        let (mut second, into, told) = lead(world, "from the desk").await;
        type_in(world, &from, "ada@example.com", "Ada L").await;
        type_in(world, &into, "", "Ada").await;
        world.store.merge_contacts(workspace, from.clone(), into.clone(), LEADS, NOON + 5).await.unwrap();
        assert_eq!(second.sees().await, [asked, told]);
        assert_eq!(first.who().await, None, "nobody has shown that it is the same browser's person");
        let ContactLookup::Found(kept) = world.store.contact_record(workspace, &into).await.unwrap() else { panic!() };
        assert_eq!((kept.email.as_deref(), kept.name.as_deref()), (Some("ada@example.com"), Some("Ada")));

        let merge = newest_merge(world, &into).await;
        let undone = world.store.undo_merge(workspace, merge, NOON + 10).await.unwrap();
        assert_eq!((undone.contact.id.as_str(), undone.contact.name.as_deref()), (from.as_str(), Some("Ada L")));
        assert_eq!(undone.survivor.email, None, "what was taken over goes back");
        assert_eq!(second.sees().await, [told]);
        first.boot(None).await;
        assert_eq!(first.sees().await, [asked], "the browser's own id opens it again");
        assert!(world.store.merges_into(&into, None, 10).await.unwrap().is_empty());
        let again = world.store.undo_merge(workspace, merge, NOON + 11).await;
        assert!(matches!(again, Err(Error::NotFound("merge"))));
    }
}

story! {
    /// Nobody is shown words they have not seen: a conversation the survivor has gone on with stays with the survivor.
    async fn what_was_written_since_stays(world: &World) {
        let workspace = world.workspace.id;
        let (mut stranger, from, joint) = lead(world, "help").await;
        let other = stranger.write("something else").await.conversation.id;
        let mut ada = world.browser();
        let into = ada.log_in(&json!({"user_id": "ada"})).await;
        world.store.merge_contacts(workspace, from.clone(), into.clone(), MergeRules::default(), NOON + 5).await.unwrap();
        let message = ada.message(ConversationRef::Id(joint), "my address is …");
        ada.send(message).await.unwrap();
        let since = ada.write("and this").await.conversation.id;
        let merge = newest_merge(world, &into).await;
        let undone = world.store.undo_merge(workspace, merge, NOON + 10).await.unwrap();
        assert_eq!(undone.contact.role(), Role::Lead);
        stranger.boot(None).await;
        assert_eq!(stranger.sees().await, [other]);
        assert_eq!(ada.sees().await, [joint, since]);
    }
}

story! {
    async fn merges_are_undone_from_the_newest_and_for_thirty_days(world: &World) {
        let workspace = world.workspace.id;
        let (_, a, _) = lead(world, "a").await;
        let (_, b, _) = lead(world, "b").await;
        let (mut browser, c, _) = lead(world, "c").await;
        world.store.merge_contacts(workspace, a.clone(), b.clone(), LEADS, NOON).await.unwrap();
        let first = newest_merge(world, &b).await;
        world.store.merge_contacts(workspace, b.clone(), c.clone(), LEADS, NOON + 1).await.unwrap();
        let second = newest_merge(world, &c).await;
        assert_eq!(browser.sees().await.len(), 3);
        assert!(matches!(world.store.undo_merge(workspace, first, NOON + 2).await, Err(Error::MergedOn)));
        world.store.undo_merge(workspace, second, NOON + 2).await.unwrap();
        assert_eq!(browser.sees().await.len(), 1);
        world.store.forget_old_merges(NOON + UNDO + 1).await.unwrap();
        let late = world.store.undo_merge(workspace, first, NOON + 3).await;
        assert!(matches!(late, Err(Error::NotFound("merge"))), "it is forgotten how");
    }
}

story! {
    async fn users_stay_and_nobody_joins_themselves(world: &World) {
        let workspace = world.workspace.id;
        let (_, someone, _) = lead(world, "a").await;
        let user = world.browser().log_in(&json!({"user_id": "ada"})).await;
        for (from, into, refusal) in [
            (&user, &someone, MergeRefusal::Roles),
            (&user, &user, MergeRefusal::Roles),
            (&someone, &someone, MergeRefusal::Same),
        ] {
            let done = world.store.merge_contacts(workspace, from.clone(), into.clone(), LEADS, NOON).await;
            assert!(matches!(done, Err(Error::NotMerged(found)) if found == refusal));
        }
        let preview = world.store.preview_merge(workspace, &someone, &user, LEADS).await.unwrap();
        assert!(preview.refusals.is_empty());
        assert!(preview.moved.contains(&("conversations", 1)), "{:?}", preview.moved);
    }
}

story! {
    async fn duplicates_are_listed(world: &World) {
        let workspace = world.workspace.id;
        let (_, a, _) = lead(world, "a").await;
        let (_, b, _) = lead(world, "b").await;
        for id in [&a, &b] {
            type_in(world, id, "Ada@example.com", "").await;
        }
        let write = ContactWrite { phone: Edit::Set("+44 20".to_owned()), ..ContactWrite::default() };
        let mut phones = Vec::new();
        for phone in ["+44 20", "(44)20"] {
            let write = ContactWrite { role: Some(Role::Lead), phone: Edit::Set(phone.to_owned()), ..write.clone() };
            phones.push(world.store.create_contact(workspace, write, unique("lead"), NOON).await.unwrap().id);
        }
        let groups = world.store.duplicate_groups(workspace, None, 10).await.unwrap();
        let shown: Vec<(Shared, &str, usize)> =
            groups.iter().map(|group| (group.shared, group.value.as_str(), group.contacts.len())).collect();
        assert_eq!(shown, [(Shared::Email, "ada@example.com", 2), (Shared::Phone, "4420", 2)]);
        let after = Some((Shared::Email, "ada@example.com".to_owned()));
        let rest = world.store.duplicate_groups(workspace, after, 10).await.unwrap();
        assert_eq!(rest.len(), 1);
        let of = world.store.duplicates_of(workspace, &a).await.unwrap();
        assert_eq!(of.iter().map(|(other, shared)| (other.id.clone(), shared.clone())).collect::<Vec<_>>(),
            [(b, vec![Shared::Email])]);
        assert_eq!(world.store.duplicates_of(workspace, &phones[0]).await.unwrap().len(), 1);
    }
}

story! {
    async fn a_person_is_exported_and_erased(world: &World) {
        let workspace = world.workspace.id;
        let (browser, from, old) = lead(world, "the old secret").await;
        let (_, into, new) = lead(world, "the new secret").await;
        world.store.merge_contacts(workspace, from.clone(), into.clone(), LEADS, NOON).await.unwrap();
        let export = world.store.export_contact(workspace, &into).await.unwrap();
        assert_eq!(export["contacts"].as_array().unwrap().len(), 2, "with whom was merged in");
        let conversations = export["conversations"].as_array().unwrap();
        let ids: Vec<_> = conversations.iter().map(|one| one["id"].as_i64().unwrap()).collect();
        assert_eq!(ids, [old, new]);
        assert_eq!(conversations[0]["parts"][0]["body"], "<p>the old secret</p>");
        assert!(!json!(export).to_string().contains("\"hash\""));
        let (gone, counts) = world.store.erase_contact(workspace, into.clone(), NOON + 9).await.unwrap();
        assert_eq!((gone.id.as_str(), counts["conversations"], counts["parts"]), (into.as_str(), 2, 2));
        for id in [&from, &into] {
            assert_eq!(world.store.contact_record(workspace, id).await.unwrap(), ContactLookup::Unknown);
        }
        assert_eq!(browser.who().await, None);
    }
}
