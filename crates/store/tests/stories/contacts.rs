//! Contacts as the REST API writes them: roles, duplicates, merging, ending, searching.

use doorstep_domain::contacts::{MergeRefusal, MergeRules, Role};
use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use doorstep_domain::search::{CONTACT_FIELDS, Dates, Schema, parse};
use doorstep_domain::visit::Visit;
use doorstep_store::{
    AttributeModel, ContactLookup, ContactQuery, ContactRecord, ContactWrite, DataType, Error, NewAttribute,
    Result, SortField,
};
use serde_json::{Value, json};

use crate::world::{NOON, World, claim, story, unique};

async fn create(world: &World, write: ContactWrite) -> Result<ContactRecord> {
    world.store.create_contact(world.workspace.id, write, unique("lead"), NOON).await
}

async fn update(world: &World, id: &str, write: ContactWrite) -> Result<ContactRecord> {
    world.store.update_contact(world.workspace.id, id.to_owned(), write, NOON + 1).await
}

fn of(role: Role, email: &str) -> ContactWrite {
    let email = if email.is_empty() { Edit::Keep } else { Edit::Set(Email::parse(email).unwrap()) };
    ContactWrite { role: Some(role), email, ..ContactWrite::default() }
}

fn user(id: &str) -> ContactWrite {
    ContactWrite { external_id: Edit::Set(id.to_owned()), ..of(Role::User, "") }
}

async fn merge(world: &World, from: &str, into: &str, duplicates_only: bool) -> Result<ContactRecord> {
    let (from, into) = (from.to_owned(), into.to_owned());
    world
        .store
        .merge_contacts(
            world.workspace.id,
            from,
            into,
            MergeRules { duplicates_only, leads: false },
            NOON + 5,
        )
        .await
}

/// Defines an attribute of contacts.
pub(crate) async fn define(world: &World, name: &str, data_type: DataType) {
    let new = NewAttribute {
        model: AttributeModel::Contact,
        name: name.to_owned(),
        data_type,
        description: None,
        options: Vec::new(),
        messenger_writable: false,
    };
    world.store.create_data_attribute(world.workspace.id, new, NOON).await.unwrap();
}

/// Names of the contacts a query finds, sorted.
async fn names(world: &World, query: &Value) -> Vec<String> {
    let attributes = world.store.attribute_kinds(world.workspace.id, AttributeModel::Contact).await.unwrap();
    let zone = jiff::tz::TimeZone::UTC;
    let schema = Schema { fields: CONTACT_FIELDS, attributes: &attributes, zone: &zone, dates: Dates::Days };
    let query = ContactQuery {
        filter: Some(parse(&schema, query).unwrap()),
        sort: SortField::CreatedAt,
        ascending: true,
        after: None,
        include_archived: false,
        limit: 100,
    };
    let page = world.store.search_contacts(world.workspace.id, &query).await.unwrap();
    assert_eq!(i64::try_from(page.contacts.len()).unwrap(), page.total);
    let mut names: Vec<String> = page.contacts.into_iter().filter_map(|contact| contact.name).collect();
    names.sort();
    names
}

story! {
    async fn users_are_one_by_id_and_by_email_and_leads_need_not_be(world: &World) {
        let ada = create(world, ContactWrite { email: of(Role::User, "Ada@example.com").email, ..user("ada") }).await.unwrap();
        for twin in [user("ada"), of(Role::User, "ada@EXAMPLE.com")] {
            match create(world, twin).await {
                Err(Error::Duplicate { id, archived: false }) => assert_eq!(id, ada.id),
                other => panic!("{other:?}"),
            }
        }
        let one = create(world, of(Role::Lead, "ada@example.com")).await.unwrap();
        let two = create(world, of(Role::Lead, "ada@example.com")).await.unwrap();
        assert!(one.id != two.id && one.external_id.is_some() && one.external_id != two.external_id);
        // Nothing of what was refused is there.
        assert_eq!(names(world, &json!({"field": "name", "operator": "!="})).await, Vec::<String>::new());
        assert!(matches!(update(world, &one.id, of(Role::User, "")).await, Err(Error::Duplicate { .. })));
        world.store.archive_contact(world.workspace.id, ada.id.clone(), true, NOON).await.unwrap();
        assert!(matches!(create(world, user("ada")).await, Err(Error::Duplicate { archived: true, .. })));
    }
}

story! {
    async fn a_lead_becomes_a_user_and_never_the_other_way(world: &World) {
        let lead = create(world, of(Role::Lead, "bob@example.com")).await.unwrap();
        let user = update(world, &lead.id, of(Role::User, "")).await.unwrap();
        // The email is kept, the id that was made for the lead is not (S§1.6).
        assert_eq!((user.role(), user.email.as_deref(), user.external_id), (Role::User, Some("bob@example.com"), None));
        assert!(matches!(update(world, &lead.id, of(Role::Lead, "")).await, Err(Error::UserStaysUser)));
        let named = ContactWrite { external_id: Edit::Set("7".to_owned()), ..of(Role::Lead, "") };
        let named = create(world, named).await.unwrap();
        assert_eq!(update(world, &named.id, of(Role::User, "")).await.unwrap().external_id.as_deref(), Some("7"));
    }
}

story! {
    async fn the_proof_of_an_email_ends_with_the_email(world: &World) {
        let proven = ContactWrite { email_verified: Some(true), ..of(Role::Lead, "cleo@example.com") };
        let cleo = create(world, proven).await.unwrap();
        assert!(cleo.email_verified);
        let named = ContactWrite { name: Edit::Set("Cleo".to_owned()), ..ContactWrite::default() };
        assert!(update(world, &cleo.id, named).await.unwrap().email_verified);
        let same = ContactWrite { role: None, ..of(Role::Lead, "CLEO@example.com") };
        assert!(update(world, &cleo.id, same).await.unwrap().email_verified);
        let other = ContactWrite { role: None, ..of(Role::Lead, "cleo@example.org") };
        let other = update(world, &cleo.id, other).await.unwrap();
        assert!(!other.email_verified);
        assert_eq!(other.email_domain.as_deref(), Some("example.org"));
    }
}

story! {
    async fn a_merge_moves_everything_and_leaves_a_signpost(world: &World) {
        define(world, "plan", DataType::String).await;
        define(world, "seats", DataType::Integer).await;
        let with = |values: Value| values.as_object().unwrap().clone();
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        let lead = sent.contact.id;
        let values = with(json!({"plan": "trial", "seats": 3}));
        let edit = ContactWrite { custom_attributes: values, name: Edit::Set("Dora".to_owned()), ..ContactWrite::default() };
        update(world, &lead, edit).await.unwrap();
        let user = ContactWrite { custom_attributes: with(json!({"plan": "gold"})), ..user("dora") };
        let user = create(world, user).await.unwrap();
        assert!(matches!(merge(world, &lead, &user.id, true).await, Err(Error::NotMerged(MergeRefusal::NotDuplicates))));
        assert!(matches!(merge(world, &user.id, &lead, false).await, Err(Error::NotMerged(MergeRefusal::Roles))));
        assert!(matches!(merge(world, &lead, &"f".repeat(24), false).await, Err(Error::NotFound(_))));
        let merged = merge(world, &lead, &user.id, false).await.unwrap();
        // A program's word does not make the lead's browser the user's.
        assert_eq!(browser.who().await, None);
        assert_eq!((merged.name.as_deref(), merged.external_id.as_deref()), (Some("Dora"), Some("dora")));
        let attributes: Value = serde_json::from_str(&merged.custom_attributes).unwrap();
        assert_eq!(attributes, json!({"plan": "gold", "seats": 3}));
        assert_eq!(merged.last_replied_at, Some(NOON));
        let (moved, _) = world.store.conversations_of(world.workspace.id, &user.id, 9).await.unwrap();
        assert_eq!(moved.iter().map(|one| one.id).collect::<Vec<_>>(), [sent.conversation.id]);
        let found = world.store.contact_record(world.workspace.id, &lead).await.unwrap();
        assert_eq!(found, ContactLookup::Merged(user.id.clone()));
        let history = world.store.merges_into(&user.id, None, 9).await.unwrap();
        assert_eq!(history.iter().map(|one| (&*one.from_id, &*one.from_role)).collect::<Vec<_>>(), [(&*lead, "lead")]);
        assert_eq!(names(world, &json!({"field": "custom_attributes.seats", "operator": "=", "value": 3})).await, ["Dora"]);
        // Deleting the user deletes what went into them.
        world.store.delete_contact(world.workspace.id, user.id.clone(), NOON).await.unwrap();
        for id in [&lead, &user.id] {
            assert_eq!(world.store.contact_record(world.workspace.id, id).await.unwrap(), ContactLookup::Unknown);
        }
        assert!(world.store.conversation(world.workspace.id, sent.conversation.id).await.unwrap().is_none());
    }
}

story! {
    async fn who_is_archived_comes_back_and_who_is_blocked_does_not(world: &World) {
        let mut browser = world.browser();
        let lead = browser.write("hello").await.contact.id;
        let seen = async || world.store.inbox(world.workspace.id, "open", None, 9).await.unwrap();
        world.store.archive_contact(world.workspace.id, lead.clone(), true, NOON).await.unwrap();
        assert_eq!((seen().await.rows.len(), seen().await.open_count), (0, 0));
        assert_eq!(browser.sees().await.len(), 1);
        assert_eq!((seen().await.rows.len(), seen().await.open_count), (1, 1));
        world.store.archive_contact(world.workspace.id, lead.clone(), true, NOON).await.unwrap();
        browser.write("me again").await;
        assert_eq!(seen().await.rows.len(), 2);

        world.store.block_contact(world.workspace.id, lead.clone(), NOON).await.unwrap();
        assert_eq!(browser.who().await, None);
        assert_eq!(seen().await.rows.len(), 0);
        browser.session = None;
        let message = browser.message(doorstep_store::ConversationRef::Key(unique("key")), "and again");
        assert!(matches!(browser.send(message).await, Err(Error::Blocked)));

        let user = create(world, user("eve")).await.unwrap();
        world.store.block_contact(world.workspace.id, user.id, NOON).await.unwrap();
        let mut other = world.browser();
        let question = doorstep_store::Identify {
            workspace_id: world.workspace.id,
            visitor_id: Some(other.visitor.clone()),
            device_id: None,
            session: None,
            claim: Some(claim(&json!({"user_id": "eve"}))),
            about: None,
            companies: Vec::new(),
            visit: Visit::default(),
            fresh_session: crate::world::secret(),
            now: NOON,
            session_ttl: 60,
        };
        assert!(matches!(world.store.identify(question).await, Err(Error::Blocked)));
        assert!(matches!(create(world, self::user("eve")).await, Err(Error::Blocked)));
        assert!(other.boot(None).await.contact.is_none());
    }
}

story! {
    async fn searches(world: &World) {
        define(world, "seats", DataType::Integer).await;
        define(world, "beta", DataType::Boolean).await;
        let people = [("Ann_e", "ann@one.example", 1), ("Bo%b", "BOB@two.example", 2), ("Cy\\d", "cyd@two.example", 3)];
        for (name, email, seats) in people {
            let values = json!({"seats": seats, "beta": seats > 1}).as_object().unwrap().clone();
            let edit = ContactWrite { name: Edit::Set(name.to_owned()), custom_attributes: values, ..of(Role::User, email) };
            create(world, edit).await.unwrap();
        }
        let nobody = ContactWrite { name: Edit::Set("Nobody".to_owned()), ..of(Role::Lead, "") };
        create(world, nobody).await.unwrap();
        let seats = "custom_attributes.seats";
        for (field, operator, value, right) in [
            ("email", "=", json!("bob@TWO.example"), "Bo%b"),
            ("email", "!=", json!("bob@two.example"), "Ann_e Cy\\d Nobody"),
            ("email", "=", Value::Null, "Nobody"),
            ("email", "!=", Value::Null, "Ann_e Bo%b Cy\\d"),
            ("email_domain", "IN", json!(["one.example", "nowhere"]), "Ann_e"),
            ("email", "NIN", json!(["ann@one.example"]), "Bo%b Cy\\d Nobody"),
            ("name", "~", json!("N"), "Ann_e Nobody"),
            ("name", "~", json!("_"), "Ann_e"),
            ("name", "~", json!("%"), "Bo%b"),
            ("name", "~", json!("\\"), "Cy\\d"),
            ("name", "!~", json!("_"), "Bo%b Cy\\d Nobody"),
            ("name", "^", json!("bo"), "Bo%b"),
            ("name", "$", json!("D"), "Cy\\d"),
            ("name", "=", json!("' OR 1=1 --"), ""),
            ("role", "=", json!("lead"), "Nobody"),
            (seats, ">", json!(1), "Bo%b Cy\\d"),
            (seats, "<=", json!(2), "Ann_e Bo%b"),
            (seats, "!=", json!(2), "Ann_e Cy\\d Nobody"),
            ("custom_attributes.beta", "=", json!(true), "Bo%b Cy\\d"),
            ("unsubscribed_from_emails", "=", json!(false), "Ann_e Bo%b Cy\\d Nobody"),
            ("created_at", "=", json!(NOON), "Ann_e Bo%b Cy\\d Nobody"),
            ("created_at", ">", json!(NOON), ""),
            ("created_at", "<", json!(NOON + 86_400), "Ann_e Bo%b Cy\\d Nobody"),
            ("owner_id", "=", json!(1.5), ""),
            ("browser", "=", json!("chrome"), ""),
            ("browser", "!=", json!("chrome"), "Ann_e Bo%b Cy\\d Nobody"),
        ] {
            let found = names(world, &json!({"field": field, "operator": operator, "value": value})).await;
            assert_eq!(found.join(" "), right, "{field} {operator} {value}");
        }
        let both = json!({"operator": "AND", "value": [
            {"field": "role", "operator": "=", "value": "user"},
            {"operator": "OR", "value": [
                {"field": seats, "operator": "=", "value": 1}, {"field": "name", "operator": "^", "value": "C"},
            ]},
        ]});
        assert_eq!(names(world, &both).await, ["Ann_e", "Cy\\d"]);
    }
}

story! {
    async fn pages_go_on_where_they_ended(world: &World) {
        for number in 0..7 {
            let edit = ContactWrite { name: Edit::Set(number.to_string()), ..of(Role::Lead, "") };
            create(world, edit).await.unwrap();
        }
        for ascending in [true, false] {
            let mut query = ContactQuery {
                filter: None, sort: SortField::CreatedAt, ascending, after: None, include_archived: false, limit: 3,
            };
            let (mut seen, mut sizes) = (Vec::new(), Vec::new());
            loop {
                let page = world.store.search_contacts(world.workspace.id, &query).await.unwrap();
                assert_eq!(page.total, 7);
                sizes.push(page.contacts.len());
                query.after = page.contacts.last().map(|last| (last.created_at, last.id.clone()));
                seen.extend(page.contacts.into_iter().map(|contact| contact.id));
                if !page.more {
                    break;
                }
            }
            assert_eq!(sizes, [3, 3, 1]);
            let unsorted = seen.clone();
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 7);
            assert_eq!(unsorted.first() == seen.first(), ascending);
        }
    }
}

story! {
    async fn attributes_are_defined_before_the_api_writes_them(world: &World) {
        let write = |values: Value| ContactWrite { custom_attributes: values.as_object().unwrap().clone(), ..of(Role::Lead, "") };
        define(world, "seats", DataType::Integer).await;
        for values in [json!({"nothing": 1}), json!({"seats": "x"}), json!({"seats": 1.5}), json!({"seats": [1]})] {
            assert!(matches!(create(world, write(values)).await, Err(Error::Attribute { .. })));
        }
        let contact = create(world, write(json!({"seats": 3}))).await.unwrap();
        let cleared = update(world, &contact.id, ContactWrite { role: None, ..write(json!({"seats": null})) }).await.unwrap();
        assert_eq!(cleared.custom_attributes, "{}");
        // What a page says is defined by saying it.
        world.browser().log_in(&json!({"user_id": "u", "plan": "gold", "paid": true})).await;
        let known = world.store.data_attributes(world.workspace.id, None, false).await.unwrap();
        let known: Vec<_> = known.iter().map(|one| (&*one.name, &*one.data_type)).collect();
        assert_eq!(known, [("seats", "integer"), ("paid", "boolean"), ("plan", "string")]);
    }
}
