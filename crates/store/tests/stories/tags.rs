//! Tags on contacts: once each, all or none, through merges and deletions.

use doorstep_domain::contacts::Role;
use doorstep_domain::edit::Edit;
use doorstep_store::{ContactWrite, Error, TagRef};

use crate::world::{NOON, World, new_workspace, story, unique};

async fn contact(world: &World, role: Role) -> String {
    let external_id = Edit::Set(unique("id"));
    let write = ContactWrite { role: Some(role), external_id, ..ContactWrite::default() };
    world.store.create_contact(world.workspace.id, write, unique("lead"), NOON).await.unwrap().id
}

async fn tag(world: &World, name: &str, contact: &str, now: i64) {
    let tag = TagRef::Name(name.to_owned());
    let by = Some(world.admin.id);
    world.store.tag_contacts(world.workspace.id, tag, vec![contact.to_owned()], by, now).await.unwrap();
}

async fn tags_of(world: &World, contact: &str) -> Vec<(String, i64)> {
    let tags = world.store.contact_tags(contact).await.unwrap();
    tags.into_iter().map(|tag| (tag.name, tag.applied_at)).collect()
}

story! {
    async fn a_merge_unites_tags(world: &World) {
        let (lead, user) = (contact(world, Role::Lead).await, contact(world, Role::User).await);
        tag(world, "Both", &lead, NOON + 1).await;
        tag(world, "Lead's", &lead, NOON + 2).await;
        tag(world, "both", &user, NOON + 3).await;
        world.store.merge_contacts(world.workspace.id, lead.clone(), user.clone(), doorstep_domain::contacts::MergeRules::default(), NOON + 9).await.unwrap();
        let right = [("Lead's".to_owned(), NOON + 2), ("Both".to_owned(), NOON + 3)];
        assert_eq!(tags_of(world, &user).await, right);
        assert_eq!(tags_of(world, &lead).await, []);
        let gone = vec![lead];
        let refused = world.store.tag_contacts(world.workspace.id, TagRef::Name("x".to_owned()), gone, None, NOON);
        assert!(matches!(refused.await, Err(Error::NotFound("contact"))));
        world.store.delete_contact(world.workspace.id, user, NOON + 10).await.unwrap();
        assert_eq!(world.store.tags(world.workspace.id).await.unwrap().len(), 2);
    }
}

story! {
    async fn deleting_a_tag_takes_it_off(world: &World) {
        let lead = contact(world, Role::Lead).await;
        tag(world, "Beta", &lead, NOON).await;
        let beta = world.store.tags(world.workspace.id).await.unwrap()[0].id;
        let foreign = world.store.create_workspace(new_workspace("other")).await.unwrap();
        assert!(matches!(world.store.delete_tag(foreign.id, beta).await, Err(Error::NotFound("tag"))));
        assert_eq!(world.store.tag(foreign.id, beta).await.unwrap(), None);
        world.store.delete_tag(world.workspace.id, beta).await.unwrap();
        assert_eq!(tags_of(world, &lead).await, []);
    }
}

story! {
    async fn tagging_is_told_and_all_or_none(world: &World) {
        let lead = contact(world, Role::Lead).await;
        let since = world.seq().await;
        tag(world, "Beta", &lead, NOON).await;
        tag(world, "Beta", &lead, NOON + 5).await;
        assert_eq!(world.heard(&lead, since).await.len(), 1);
        let user = contact(world, Role::User).await;
        let since_user = world.seq().await;
        tag(world, "beta", &user, NOON).await;
        let beta = TagRef::Name("beta".to_owned());
        world.store.untag_contacts(world.workspace.id, beta, vec![user], false, NOON).await.unwrap();
        let feed = world.store.change_feed(world.workspace.id, since, 100).await.unwrap();
        let topics: Vec<&str> = feed
            .iter()
            .filter(|entry| entry.seq <= since + 1 || entry.seq > since_user)
            .filter_map(|entry| entry.topic.as_deref())
            .collect();
        let right = ["contact.lead.tag.created", "contact.user.tag.created", "contact.user.tag.deleted"];
        assert_eq!(topics, right);
        let id = world.store.tags(world.workspace.id).await.unwrap()[0].id;
        let detail = format!("{{\"tag\":{{\"id\":\"{id}\",\"name\":\"Beta\",\"type\":\"tag\"}}}}");
        assert_eq!(feed[0].detail.as_deref(), Some(&*detail));
        let both = vec![lead.clone(), "nobody".to_owned()];
        let name = TagRef::Name("New".to_owned());
        let refused = world.store.tag_contacts(world.workspace.id, name, both.clone(), None, NOON).await;
        assert!(matches!(refused, Err(Error::NotFound("contact"))));
        let refused =
            world.store.untag_contacts(world.workspace.id, TagRef::Name("beta".to_owned()), both, false, NOON);
        assert!(matches!(refused.await, Err(Error::NotFound("contact"))));
        assert_eq!(tags_of(world, &lead).await, [("Beta".to_owned(), NOON)]);
        assert_eq!(world.store.tags(world.workspace.id).await.unwrap().len(), 1);
    }
}
