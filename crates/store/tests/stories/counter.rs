//! The numbers of contacts and of conversations that lists tell: they are kept, not counted, and are always the numbers that
//! counting gives. And who is found by an attribute: what is kept beside it finds those whom their own rows find.

use doorstep_domain::contacts::Role;
use doorstep_domain::edit::Edit;
use doorstep_domain::search::{Field, Filter, Query, Scalar, Test};
use doorstep_store::{
    ContactPage, ContactQuery, ContactWrite, ConversationPage, ConversationQuery, ConversationRef, DataType,
    NewMessage, SortField,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::contacts::define;
use crate::world::{NOON, World, story, unique};

#[derive(Clone, Debug)]
enum Deed {
    Lead,
    User,
    Write,
    LogIn,
    Convert(usize),
    Merge(usize, usize),
    /// The merge into somebody that was made last.
    Undo(usize),
    Archive(usize),
    Unarchive(usize),
    Block(usize),
    Delete(usize),
    /// The team's message, which is no conversation before it is answered.
    Tell(usize),
    /// One that is a conversation at once.
    Begin(usize),
    /// One that is answered.
    Answer,
    EndConversation(usize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let one = 0..6_usize;
    let deed = prop_oneof![
        Just(Deed::Lead),
        Just(Deed::User),
        Just(Deed::Write),
        Just(Deed::LogIn),
        Just(Deed::Answer),
        one.clone().prop_map(Deed::Convert),
        (one.clone(), one.clone()).prop_map(|(from, into)| Deed::Merge(from, into)),
        one.clone().prop_map(Deed::Undo),
        one.clone().prop_map(Deed::Archive),
        one.clone().prop_map(Deed::Unarchive),
        one.clone().prop_map(Deed::Block),
        one.clone().prop_map(Deed::Delete),
        one.clone().prop_map(Deed::Tell),
        one.clone().prop_map(Deed::Begin),
        one.prop_map(Deed::EndConversation),
    ];
    prop::collection::vec(deed, 1..25)
}

async fn page(world: &World, include_archived: bool) -> ContactPage {
    found(world, None, include_archived).await
}

/// Who has the attribute, looked for by it alone and beside something that is true of everybody.
async fn having_plan(world: &World) -> (ContactPage, ContactPage) {
    let own = |field, test| Query::Filter(Filter { field, test });
    let gold = own(Field::Attribute("plan".to_owned()), Test::In(vec![Scalar::Text("gold".to_owned())]));
    let anybody = own(Field::Own("created_at"), Test::Present);
    (
        found(world, Some(gold.clone()), false).await,
        found(world, Some(Query::All(vec![gold, anybody])), false).await,
    )
}

async fn found(world: &World, filter: Option<Query>, include_archived: bool) -> ContactPage {
    let query = ContactQuery {
        filter,
        sort: SortField::CreatedAt,
        ascending: true,
        after: None,
        include_archived,
        limit: 1000,
    };
    world.store.search_contacts(world.workspace.id, &query).await.unwrap()
}

async fn conversations(world: &World) -> ConversationPage {
    let query = ConversationQuery { filter: None, ascending: true, after: None, limit: 1000 };
    world.store.search_conversations(world.workspace.id, &query).await.unwrap()
}

/// Refusals are part of the play: whatever is refused changes nothing.
async fn carry_out(world: &World, ids: &mut Vec<String>, deed: &Deed) {
    let (store, workspace) = (&world.store, world.workspace.id);
    let write = |role| ContactWrite {
        role: Some(role),
        external_id: Edit::Set(unique("id")),
        custom_attributes: [("plan".to_owned(), "gold".into())].into_iter().collect(),
        ..ContactWrite::default()
    };
    let id = |at: &usize| ids.get(*at).cloned().unwrap_or_default();
    match deed {
        Deed::Lead | Deed::User => {
            let role = if matches!(deed, Deed::Lead) { Role::Lead } else { Role::User };
            ids.push(store.create_contact(workspace, write(role), unique("lead"), NOON).await.unwrap().id);
        }
        Deed::Write => ids.push(world.browser().write("Hi").await.contact.id),
        Deed::LogIn => {
            let mut browser = world.browser();
            browser.write("Hi").await;
            ids.push(browser.log_in(&serde_json::json!({"user_id": unique("site")})).await);
        }
        Deed::Convert(at) => drop(store.update_contact(workspace, id(at), write(Role::User), NOON).await),
        Deed::Merge(from, into) => {
            drop(
                store
                    .merge_contacts(
                        workspace,
                        id(from),
                        id(into),
                        doorstep_domain::contacts::MergeRules::default(),
                        NOON,
                    )
                    .await,
            );
        }
        Deed::Undo(at) => {
            if let Some(merge) = store.merges_into(&id(at), None, 1).await.unwrap().first() {
                drop(store.undo_merge(workspace, merge.id, NOON).await);
            }
        }
        Deed::Archive(at) => drop(store.archive_contact(workspace, id(at), true, NOON).await),
        Deed::Unarchive(at) => drop(store.archive_contact(workspace, id(at), false, NOON).await),
        Deed::Block(at) => drop(store.block_contact(workspace, id(at), NOON).await),
        Deed::Delete(at) => drop(store.delete_contact(workspace, id(at), NOON).await),
        Deed::Tell(at) => drop(store.send_to_contacts(world.news(&[&id(at)])).await),
        Deed::Begin(at) => {
            let news = NewMessage { begins_conversation: true, ..world.news(&[&id(at)]) };
            drop(store.send_to_contacts(news).await);
        }
        Deed::Answer => {
            let mut browser = world.browser();
            let person = browser.write("Hi").await.contact.id;
            store.send_to_contacts(world.news(&[&person])).await.unwrap();
            let (all, _) = store.conversations_of(workspace, &person, 9).await.unwrap();
            let pending = all.iter().find(|one| one.pending).unwrap().id;
            let answer = browser.message(ConversationRef::Id(pending), "Thanks");
            browser.send(answer).await.unwrap();
            ids.push(person);
        }
        Deed::EndConversation(at) => {
            let (all, _) = store.conversations_of(workspace, &id(at), 9).await.unwrap();
            if let Some(first) = all.first() {
                drop(store.delete_conversation(workspace, first.id, false, NOON).await);
            }
        }
    }
}

story! {
    async fn the_number_told_is_the_number_there_is(world: &World) {
        define(world, "plan", DataType::String).await;
        let mut runner = TestRunner::new(Config::default());
        for _ in 0..12 {
            let deeds = deeds().new_tree(&mut runner).unwrap().current();
            let mut ids = Vec::new();
            for deed in &deeds {
                carry_out(world, &mut ids, deed).await;
                let told = page(world, false).await;
                assert_eq!(told.total, i64::try_from(told.contacts.len()).unwrap(), "after {deed:?} of {deeds:?}");
                let (alone, beside) = having_plan(world).await;
                assert_eq!(alone.contacts, beside.contacts, "found after {deed:?} of {deeds:?}");
                assert_eq!(alone.total, beside.total);
                let told = conversations(world).await;
                let many = i64::try_from(told.conversations.len()).unwrap();
                assert_eq!(told.total, many, "conversations after {deed:?} of {deeds:?}");
            }
            for contact in page(world, true).await.contacts {
                world.store.delete_contact(world.workspace.id, contact.id, NOON).await.unwrap();
            }
            assert_eq!(page(world, false).await.total, 0);
        }
    }
}

story! {
    async fn behind_the_last_page_the_number_is_told_as_well(world: &World) {
        define(world, "plan", DataType::String).await;
        let mut ids = Vec::new();
        for deed in [Deed::Write, Deed::Lead, Deed::User, Deed::Write] {
            carry_out(world, &mut ids, &deed).await;
        }
        let (store, workspace) = (&world.store, world.workspace.id);
        let query = ContactQuery {
            filter: None,
            sort: SortField::CreatedAt,
            ascending: true,
            after: Some((i64::MAX, String::new())),
            include_archived: false,
            limit: 10,
        };
        let told = store.search_contacts(workspace, &query).await.unwrap();
        assert_eq!((told.contacts.len(), told.total), (0, 4));
        let gold = Filter {
            field: Field::Attribute("plan".to_owned()),
            test: Test::In(vec![Scalar::Text("gold".to_owned())]),
        };
        let query = ContactQuery { filter: Some(Query::Filter(gold)), ..query };
        let told = store.search_contacts(workspace, &query).await.unwrap();
        assert_eq!((told.contacts.len(), told.total), (0, 2));
        let query = ConversationQuery { filter: None, ascending: true, after: Some((i64::MAX, 0)), limit: 10 };
        let told = store.search_conversations(workspace, &query).await.unwrap();
        assert_eq!((told.conversations.len(), told.total), (0, 2));
    }
}
