//! Notes, subscriptions and segments of contacts through merges and deletions.

use doorstep_domain::contacts::Role;
use doorstep_domain::edit::Edit;
use doorstep_store::{
    AttachedKind, CompanyWrite, ConsentType, ContactLookup, ContactWrite, Error, NewSubscriptionType,
    NoteAbout, TagRef, Voice,
};

use crate::world::{NOON, World, new_workspace, story, unique};

async fn contact(world: &World, role: Role) -> String {
    let external_id = Edit::Set(unique("id"));
    let write = ContactWrite { role: Some(role), external_id, ..ContactWrite::default() };
    world.store.create_contact(world.workspace.id, write, unique("lead"), NOON).await.unwrap().id
}

async fn merge(world: &World, from: &str, into: &str) {
    let (from, into) = (from.to_owned(), into.to_owned());
    world
        .store
        .merge_contacts(
            world.workspace.id,
            from,
            into,
            doorstep_domain::contacts::MergeRules::default(),
            NOON + 9,
        )
        .await
        .unwrap();
}

async fn said(world: &World, contact: &str) -> Vec<i64> {
    let said = world.store.contact_subscriptions(contact).await.unwrap();
    said.into_iter().map(|kind| kind.id).collect()
}

story! {
    async fn notes_go_along_in_a_merge_and_vanish_with_their_contact(world: &World) {
        let (lead, user) = (contact(world, Role::Lead).await, contact(world, Role::User).await);
        let by = Some(world.admin.id);
        for (who, text) in [(&lead, "one"), (&user, "two"), (&lead, "three")] {
            let about = NoteAbout::Contact(who.clone());
            world.store.create_note(world.workspace.id, about, by, text.to_owned(), NOON).await.unwrap();
        }
        merge(world, &lead, &user).await;
        let (notes, total) = world.store.notes(&NoteAbout::Contact(user.clone()), 0, 2).await.unwrap();
        let bodies: Vec<&str> = notes.iter().map(|note| &*note.body).collect();
        assert_eq!((bodies, total), (vec!["three", "two"], 3));
        let attached = world.store.attachments(&[&lead, &user]).await.unwrap();
        assert_eq!((attached.of(AttachedKind::Note, &lead).total, attached.of(AttachedKind::Note, &user).total), (0, 3));
        let gone = NoteAbout::Contact(lead);
        let refused = world.store.create_note(world.workspace.id, gone, by, "x".to_owned(), NOON).await;
        assert!(matches!(refused, Err(Error::NotFound("contact"))));
        let id = notes[0].id;
        let foreign = world.store.create_workspace(new_workspace("other")).await.unwrap();
        assert_eq!(world.store.note(foreign.id, id).await.unwrap(), None);
        world.store.delete_contact(world.workspace.id, user, NOON + 10).await.unwrap();
        assert_eq!(world.store.note(world.workspace.id, id).await.unwrap(), None);
    }
}

story! {
    async fn either_persons_own_no_goes_on_in_a_merge(world: &World) {
        let store = &world.store;
        let workspace = world.workspace.id;
        let news = store.subscription_types(workspace).await.unwrap()[0].id;
        let new = NewSubscriptionType {
            name: "Betas".to_owned(),
            description: String::new(),
            consent: ConsentType::OptIn,
        };
        let betas = store.create_subscription_type(workspace, new, NOON).await.unwrap().id;
        let (lead, user) = (contact(world, Role::Lead).await, contact(world, Role::User).await);
        store.attach_subscription(workspace, user.clone(), betas, Voice::Company, NOON).await.unwrap();
        store.attach_subscription(workspace, lead.clone(), betas, Voice::Person, NOON).await.unwrap();
        store.detach_subscription(workspace, lead.clone(), betas, Voice::Person, NOON + 1).await.unwrap();
        store.attach_subscription(workspace, lead.clone(), news, Voice::Company, NOON).await.unwrap();
        store.person_wants_emails(workspace, lead.clone(), false, NOON).await.unwrap();
        assert_eq!(said(world, &user).await, [betas]);
        merge(world, &lead, &user).await;
        // No yes is left, and the company cannot say it again.
        assert_eq!(said(world, &user).await, [news]);
        let refused = store.attach_subscription(workspace, user.clone(), betas, Voice::Company, NOON + 10).await;
        assert!(matches!(refused, Err(Error::PersonSaidNo)));
        let write = ContactWrite { unsubscribed_from_emails: Some(false), ..ContactWrite::default() };
        let kept = store.update_contact(workspace, user.clone(), write, NOON + 10).await.unwrap();
        assert!(kept.unsubscribed_from_emails);
        // The person can.
        store.attach_subscription(workspace, user.clone(), betas, Voice::Person, NOON + 11).await.unwrap();
        assert_eq!(said(world, &user).await, [news, betas]);
        store.delete_contact(workspace, user, NOON + 12).await.unwrap();
    }
}

story! {
    async fn saying_it_again_is_no_change(world: &World) {
        let lead = contact(world, Role::Lead).await;
        let news = world.store.subscription_types(world.workspace.id).await.unwrap()[0].id;
        let say = |voice| {
            world.store.attach_subscription(world.workspace.id, lead.clone(), news, voice, NOON)
        };
        say(Voice::Company).await.unwrap();
        let since = world.seq().await;
        say(Voice::Company).await.unwrap();
        assert_eq!(world.seq().await, since);
        // That the person says it, too, is news.
        say(Voice::Person).await.unwrap();
        say(Voice::Person).await.unwrap();
        let write = ContactWrite { unsubscribed_from_emails: Some(true), ..ContactWrite::default() };
        world.store.update_contact(world.workspace.id, lead.clone(), write, NOON).await.unwrap();
        let feed = world.store.change_feed(world.workspace.id, since, 100).await.unwrap();
        let topics: Vec<&str> = feed.iter().filter_map(|entry| entry.topic.as_deref()).collect();
        let right = ["contact.unsubscribed", "granular.unsubscribe", "contact.unsubscribed", "contact.lead.updated"];
        assert_eq!(topics, right);
        assert!(feed[0].detail.as_ref().unwrap().contains("Announcements"));
    }
}

/// What one statement says of a contact, and what two say.
async fn both_ways(world: &World, id: &str) {
    let (workspace, store) = (world.workspace.id, &world.store);
    let apart = (store.contact_record(workspace, id).await.unwrap(), store.attachments(&[id]).await.unwrap());
    assert_eq!(store.whole_contact(workspace, id).await.unwrap(), apart, "{id}");
}

story! {
    async fn a_contact_and_what_hangs_on_it_are_read_at_once(world: &World) {
        let (store, workspace) = (&world.store, world.workspace.id);
        let (lead, user) = (contact(world, Role::Lead).await, contact(world, Role::User).await);
        both_ways(world, &lead).await;
        for number in 0..12 {
            let about = NoteAbout::Contact(user.clone());
            store.create_note(workspace, about, None, format!("{number}, and, more"), NOON).await.unwrap();
        }
        let tag = store.create_tag(workspace, "a, b c".to_owned(), NOON).await.unwrap();
        for who in [&lead, &user] {
            store.tag_contacts(workspace, TagRef::Id(tag.id), vec![who.clone()], Some(world.admin.id), NOON).await.unwrap();
        }
        for number in 0..2 {
            let company = CompanyWrite::default();
            let company = store.upsert_company(workspace, format!("c {number}, x"), company, NOON).await.unwrap();
            store.attach_company(workspace, user.clone(), company.id, NOON + number).await.unwrap();
        }
        let news = store.subscription_types(workspace).await.unwrap()[0].id;
        store.attach_subscription(workspace, user.clone(), news, Voice::Company, NOON).await.unwrap();
        both_ways(world, &user).await;
        let (found, attached) = store.whole_contact(workspace, &user).await.unwrap();
        let ContactLookup::Found(found) = found else { panic!("{found:?}") };
        let notes = attached.of(AttachedKind::Note, &user);
        assert_eq!((notes.ids.len(), notes.total), (10, 12));
        assert_eq!(attached.of(AttachedKind::Company, &user).total, 2);
        assert_eq!(attached.of(AttachedKind::OptedOut, &user).total, 1);
        let own = found.external_id.unwrap();
        let by_own = store.user_by_external_id(workspace, &own).await.unwrap();
        assert_eq!(store.whole_user(workspace, &own).await.unwrap(), (by_own, attached));

        store.archive_contact(workspace, lead.clone(), true, NOON + 1).await.unwrap();
        both_ways(world, &lead).await;
        store.archive_contact(workspace, lead.clone(), false, NOON + 2).await.unwrap();
        merge(world, &lead, &user).await;
        both_ways(world, &lead).await;
        assert_eq!(store.whole_contact(workspace, &lead).await.unwrap().0, ContactLookup::Merged(user.clone()));
        let foreign = store.create_workspace(new_workspace("other")).await.unwrap();
        for (workspace, value) in [(foreign.id, &*user), (foreign.id, &*own), (workspace, "nobody")] {
            assert_eq!(store.whole_contact(workspace, value).await.unwrap().0, ContactLookup::Unknown);
            assert_eq!(store.whole_user(workspace, value).await.unwrap().0, ContactLookup::Unknown);
        }
    }
}
