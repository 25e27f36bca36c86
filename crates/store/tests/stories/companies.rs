//! Companies: made by programs and by pages, attached, listed, merged along, deleted.

use doorstep_domain::companies::CompanyData;
use doorstep_domain::edit::Edit;
use doorstep_store::{
    AttributeModel, CompanyQuery, CompanyRecord, CompanyRef, CompanySort, CompanyWrite, ContactWrite,
    DataType, Error, NewAttribute, TagRef,
};
use serde_json::{Value, json};

use crate::world::{Browser, NOON, World, new_workspace, story};

fn named(name: &str) -> CompanyWrite {
    CompanyWrite { name: Edit::Set(name.to_owned()), ..CompanyWrite::default() }
}

async fn company(world: &World, company_id: &str, write: CompanyWrite) -> CompanyRecord {
    world.store.upsert_company(world.workspace.id, company_id.to_owned(), write, NOON).await.unwrap()
}

async fn user(world: &World, external_id: &str) -> String {
    let write = ContactWrite { external_id: Edit::Set(external_id.to_owned()), ..ContactWrite::default() };
    world.store.create_contact(world.workspace.id, write, String::new(), NOON).await.unwrap().id
}

async fn attach(world: &World, contact: &str, company: &str) -> CompanyRecord {
    let (contact, company) = (contact.to_owned(), company.to_owned());
    world.store.attach_company(world.workspace.id, contact, company, NOON).await.unwrap()
}

async fn known(world: &World, company_id: &str) -> CompanyRecord {
    world.store.company_by_company_id(world.workspace.id, company_id).await.unwrap().unwrap()
}

/// Ids of a contact's companies, in order.
async fn of_contact(world: &World, contact: &str) -> Vec<String> {
    let (all, total) = world.store.companies_of_contact(contact, 0, 1000).await.unwrap();
    assert_eq!(i64::try_from(all.len()).unwrap(), total);
    all.into_iter().map(|company| company.company_id).collect()
}

fn all() -> CompanyQuery {
    CompanyQuery {
        filter: None,
        tag_id: None,
        sort: CompanySort::CreatedAt,
        ascending: true,
        after: None,
        offset: 0,
        limit: 100,
    }
}

async fn listed(world: &World, query: &CompanyQuery) -> Vec<String> {
    let page = world.store.search_companies(world.workspace.id, query).await.unwrap();
    page.companies.into_iter().map(|company| company.company_id).collect()
}

async fn define(world: &World, name: &str, data_type: DataType, messenger_writable: bool) {
    let new = NewAttribute {
        model: AttributeModel::Company,
        name: name.to_owned(),
        data_type,
        description: None,
        options: Vec::new(),
        messenger_writable,
    };
    world.store.create_data_attribute(world.workspace.id, new, NOON).await.unwrap();
}

/// A page with these settings pings.
async fn ping(browser: &mut Browser, settings: &Value) {
    let settings = settings.as_object().unwrap();
    let claim =
        doorstep_domain::settings::BootSettings::read(settings).claim(std::collections::BTreeSet::new());
    browser.boot_with(claim, CompanyData::all(settings)).await;
}

story! {
    async fn the_sites_id_is_one_company(world: &World) {
        let plan = CompanyWrite { plan: Edit::Set("Pro".to_owned()), monthly_spend: Edit::Set(49), ..named("Acme") };
        let made = company(world, "6", plan).await;
        assert_eq!((made.name.as_deref(), made.plan_name.as_deref(), made.monthly_spend), (Some("Acme"), Some("Pro"), 49));
        assert_eq!((made.user_count, made.session_count, made.last_request_at), (0, 0, None));
        let other = company(world, "7", CompanyWrite { plan: Edit::Set("Pro".to_owned()), seen: true, ..named("Bolt") }).await;
        assert_eq!((other.plan_id, other.last_request_at), (made.plan_id, Some(NOON)));
        let again = company(world, "6", CompanyWrite { plan: Edit::Clear, monthly_spend: Edit::Clear, ..CompanyWrite::default() }).await;
        assert_eq!((&again.id, again.name.as_deref(), again.plan_id, again.monthly_spend), (&made.id, Some("Acme"), None, 0));
        let stranger = world.store.create_workspace(new_workspace("other")).await.unwrap();
        assert!(world.store.company(stranger.id, &made.id).await.unwrap().is_none());
        assert!(matches!(world.store.update_company(stranger.id, made.id.clone(), named("x"), NOON).await, Err(Error::NotFound("company"))));
        assert!(matches!(world.store.delete_company(stranger.id, made.id, NOON).await, Err(Error::NotFound("company"))));
    }
}

story! {
    async fn attributes_are_of_companies(world: &World) {
        define(world, "tier", DataType::Integer, false).await;
        let with = |attributes: Value| CompanyWrite {
            custom_attributes: attributes.as_object().unwrap().clone(),
            ..CompanyWrite::default()
        };
        let made = company(world, "6", with(json!({"tier": 2}))).await;
        assert_eq!(made.custom_attributes, "{\"tier\":2}");
        for wrong in [json!({"tier": "two"}), json!({"tier": 3, "unknown": 1})] {
            let refused = world.store.upsert_company(world.workspace.id, "6".to_owned(), with(wrong), NOON).await;
            assert!(matches!(refused, Err(Error::Attribute { .. })));
        }
        // Nothing is made either.
        let refused = world.store.upsert_company(world.workspace.id, "9".to_owned(), with(json!({"unknown": 1})), NOON).await;
        assert!(matches!(refused, Err(Error::Attribute { .. })));
        assert!(world.store.company_by_company_id(world.workspace.id, "9").await.unwrap().is_none());
        assert_eq!(known(world, "6").await.custom_attributes, "{\"tier\":2}");
        assert_eq!(company(world, "6", with(json!({"tier": null}))).await.custom_attributes, "{}");
    }
}

story! {
    async fn who_belongs_where(world: &World) {
        let (acme, bolt) = (company(world, "acme", named("Acme")).await, company(world, "bolt", named("Bolt")).await);
        let (ada, bob) = (user(world, "ada").await, user(world, "bob").await);
        assert!(listed(world, &all()).await.is_empty());
        for _ in 0..2 {
            assert_eq!(attach(world, &ada, &bolt.id).await.user_count, 1);
        }
        attach(world, &ada, &acme.id).await;
        assert_eq!(attach(world, &bob, &acme.id).await.user_count, 2);
        let mut right = vec!["acme".to_owned(), "bolt".to_owned()];
        let mut found = of_contact(world, &ada).await;
        found.sort();
        assert_eq!(found, right);
        let page = world.store.contacts_of_company(&acme.id, None, 1).await.unwrap();
        assert_eq!((page.contacts.len(), page.more, page.total), (1, true, 2));
        let last = (page.contacts[0].created_at, page.contacts[0].id.clone());
        let rest = world.store.contacts_of_company(&acme.id, Some(last), 1).await.unwrap();
        assert_eq!((rest.contacts.len(), rest.more), (1, false));

        // Archived people do not count.
        world.store.archive_contact(world.workspace.id, ada.clone(), true, NOON).await.unwrap();
        assert_eq!((known(world, "acme").await.user_count, known(world, "bolt").await.user_count), (1, 0));
        assert_eq!(listed(world, &all()).await, ["acme"]);
        world.store.archive_contact(world.workspace.id, ada.clone(), false, NOON).await.unwrap();
        right.sort();
        let mut found = listed(world, &all()).await;
        found.sort();
        assert_eq!(found, right);

        let gone = world.store.detach_company(world.workspace.id, ada.clone(), bolt.id.clone(), NOON).await.unwrap();
        assert_eq!(gone.user_count, 0);
        let twice = world.store.detach_company(world.workspace.id, ada.clone(), bolt.id, NOON).await;
        assert!(matches!(twice, Err(Error::NotFound("company"))));
        let nobody = world.store.attach_company(world.workspace.id, "f".repeat(24), acme.id.clone(), NOON).await;
        assert!(matches!(nobody, Err(Error::NotFound("contact"))));
        world.store.delete_contact(world.workspace.id, ada, NOON).await.unwrap();
        assert_eq!(known(world, "acme").await.user_count, 1);
    }
}

story! {
    async fn a_deleted_company_lets_its_people_and_its_id_go(world: &World) {
        let acme = company(world, "acme", named("Acme")).await;
        let ada = user(world, "ada").await;
        attach(world, &ada, &acme.id).await;
        world.store.delete_company(world.workspace.id, acme.id.clone(), NOON).await.unwrap();
        assert!(world.store.company(world.workspace.id, &acme.id).await.unwrap().is_none());
        assert!(of_contact(world, &ada).await.is_empty());
        let twice = world.store.delete_company(world.workspace.id, acme.id.clone(), NOON).await;
        assert!(matches!(twice, Err(Error::NotFound("company"))));
        let anew = company(world, "acme", named("Acme again")).await;
        assert_ne!(anew.id, acme.id);
    }
}

story! {
    async fn a_merge_unites_companies(world: &World) {
        let (acme, bolt) = (company(world, "acme", named("Acme")).await, company(world, "bolt", named("Bolt")).await);
        let lead = world.browser().write("hello").await.contact.id;
        let ada = user(world, "ada").await;
        attach(world, &lead, &acme.id).await;
        attach(world, &lead, &bolt.id).await;
        attach(world, &ada, &acme.id).await;
        world.store.merge_contacts(world.workspace.id, lead, ada.clone(), doorstep_domain::contacts::MergeRules::default(), NOON).await.unwrap();
        let mut found = of_contact(world, &ada).await;
        found.sort();
        assert_eq!(found, ["acme", "bolt"]);
        assert_eq!((known(world, "acme").await.user_count, known(world, "bolt").await.user_count), (1, 1));
    }
}

story! {
    async fn pages_go_by_key_and_by_number(world: &World) {
        for number in 0..5 {
            let made = company(world, &format!("c{number}"), named("C")).await;
            let person = user(world, &format!("u{number}")).await;
            attach(world, &person, &made.id).await;
        }
        let whole = listed(world, &all()).await;
        assert_eq!(whole.len(), 5);
        let mut query = CompanyQuery { limit: 2, ..all() };
        let mut by_key = Vec::new();
        loop {
            let page = world.store.search_companies(world.workspace.id, &query).await.unwrap();
            assert_eq!(page.total, 5);
            let Some(last) = page.companies.last() else { break };
            query.after = Some((query.sort.of(last), last.id.clone()));
            by_key.extend(page.companies.into_iter().map(|company| company.company_id));
        }
        assert_eq!(by_key, whole);
        let second = CompanyQuery { limit: 2, offset: 2, ..all() };
        assert_eq!(listed(world, &second).await, whole[2..4]);
        assert!(listed(world, &CompanyQuery { offset: 6, ..all() }).await.is_empty());
    }
}

story! {
    async fn a_users_page_makes_changes_and_attaches(world: &World) {
        let mut browser = world.browser();
        let settings = json!({"user_id": "ada", "company": {"id": 6, "name": "Acme", "plan": "Pro", "seats": 3}});
        ping(&mut browser, &settings).await;
        let acme = known(world, "6").await;
        assert_eq!((acme.name.as_deref(), acme.plan_name.as_deref(), acme.custom_attributes.as_str()), (Some("Acme"), Some("Pro"), "{\"seats\":3}"));
        assert_eq!((acme.user_count, acme.session_count, acme.last_request_at), (1, 1, Some(NOON)));
        let defined = world.store.data_attributes(world.workspace.id, Some(AttributeModel::Company), false).await.unwrap();
        assert_eq!((defined.len(), defined[0].name.as_str(), defined[0].data_type.as_str()), (1, "seats", "integer"));

        // The same again says nothing new and writes nothing; another plan does.
        let seq = world.seq().await;
        browser.now += 60;
        ping(&mut browser, &settings).await;
        assert_eq!((world.seq().await, known(world, "6").await.last_request_at), (seq, Some(NOON)));
        browser.now += 60;
        ping(&mut browser, &json!({"user_id": "ada", "company": {"id": 6, "name": "Acme", "plan": "Max", "seats": 4.5}})).await;
        let acme = known(world, "6").await;
        assert_eq!((acme.plan_name.as_deref(), acme.custom_attributes.as_str(), acme.session_count), (Some("Max"), "{\"seats\":4.5}", 1));

        // The next visit is a session of all their companies.
        browser.now += 3600;
        ping(&mut browser, &json!({"user_id": "ada", "companies": [{"id": 7, "name": "Bolt"}, {"id": 8}]})).await;
        assert_eq!((known(world, "6").await.session_count, known(world, "7").await.session_count), (2, 1));
        assert_eq!(known(world, "6").await.last_request_at, Some(browser.now));
        // An id without a name makes no company.
        assert!(world.store.company_by_company_id(world.workspace.id, "8").await.unwrap().is_none());
        let contact = world.store.user_by_external_id(world.workspace.id, "ada").await.unwrap();
        let doorstep_store::ContactLookup::Found(contact) = contact else { panic!("no user") };
        assert_eq!(of_contact(world, &contact.id).await, ["6", "7"]);
    }
}

story! {
    async fn a_leads_page_attaches_and_makes_but_does_not_change(world: &World) {
        let mut browser = world.browser();
        // A visitor has no row, so there is nothing to attach.
        ping(&mut browser, &json!({"company": {"id": 6, "name": "Acme"}})).await;
        assert!(world.store.company_by_company_id(world.workspace.id, "6").await.unwrap().is_none());
        let lead = browser.write("hello").await.contact.id;
        ping(&mut browser, &json!({"company": {"id": 6, "name": "Acme"}})).await;
        assert_eq!(of_contact(world, &lead).await, ["6"]);
        ping(&mut browser, &json!({"company": {"id": 6, "name": "Hacked", "plan": "Free", "fresh": 1}})).await;
        let acme = known(world, "6").await;
        assert_eq!((acme.name.as_deref(), acme.plan_id, acme.custom_attributes.as_str()), (Some("Acme"), None, "{}"));
        browser.now += 7200;
        ping(&mut browser, &json!({"company": {"id": 6, "name": "Acme"}})).await;
        // P11: no sessions are counted for leads.
        assert_eq!((known(world, "6").await.session_count, known(world, "6").await.last_request_at), (0, Some(browser.now)));
        // The lead logs in and takes the company along.
        ping(&mut browser, &json!({"user_id": "ada"})).await;
        assert_eq!(of_contact(world, &lead).await, ["6"]);
        assert_eq!(known(world, "6").await.session_count, 1);
    }
}

story! {
    async fn pages_write_what_the_messenger_may_write(world: &World) {
        define(world, "tier", DataType::Integer, false).await;
        define(world, "region", DataType::String, true).await;
        define(world, "seats", DataType::Integer, true).await;
        let mut browser = world.browser();
        let said = json!({"id": 6, "name": "Acme", "tier": 9, "region": 44, "seats": "many"});
        ping(&mut browser, &json!({"user_id": "ada", "company": said})).await;
        assert_eq!(known(world, "6").await.custom_attributes, "{\"region\":\"44\"}");
        let seq = world.seq().await;
        ping(&mut browser, &json!({"user_id": "ada", "company": said})).await;
        assert_eq!(world.seq().await, seq);
    }
}

story! {
    async fn a_contact_belongs_to_a_thousand_companies(world: &World) {
        let ada = user(world, "ada").await;
        let mut browser = world.browser();
        for hundred in 0..10 {
            let companies: Vec<Value> = (0..100).map(|one| json!({"id": hundred * 100 + one, "name": "C"})).collect();
            ping(&mut browser, &json!({"user_id": "ada", "companies": companies})).await;
        }
        assert_eq!(of_contact(world, &ada).await.len(), 1000);
        let one_more = company(world, "one more", named("C")).await;
        let refused = world.store.attach_company(world.workspace.id, ada.clone(), one_more.id, NOON).await;
        assert!(matches!(refused, Err(Error::TooManyCompanies)));
        ping(&mut browser, &json!({"user_id": "ada", "company": {"id": "by page", "name": "C"}})).await;
        assert_eq!(of_contact(world, &ada).await.len(), 1000);
    }
}

story! {
    async fn webhooks_are_told(world: &World) {
        let since = world.seq().await;
        let acme = company(world, "acme", named("Acme")).await;
        company(world, "acme", named("Acme")).await;
        company(world, "acme", named("Acme Ltd")).await;
        let ada = user(world, "ada").await;
        attach(world, &ada, &acme.id).await;
        attach(world, &ada, &acme.id).await;
        world.store.delete_company(world.workspace.id, acme.id.clone(), NOON).await.unwrap();
        let feed = world.store.change_feed(world.workspace.id, since, 100).await.unwrap();
        let told: Vec<(&str, &str, i64)> = feed
            .iter()
            .filter_map(|entry| {
                let topic = entry.topic.as_deref().filter(|topic| topic.starts_with("company."))?;
                let detail: Value = serde_json::from_str(entry.detail.as_deref()?).unwrap();
                assert_eq!(detail["company"]["id"], acme.id);
                Some((topic, entry.contact_id.as_str(), detail["company"]["user_count"].as_i64().unwrap()))
            })
            .collect();
        assert_eq!(told, [
            ("company.created", "", 0),
            ("company.updated", "", 0),
            ("company.contact.attached", ada.as_str(), 1),
            ("company.contact.detached", ada.as_str(), 0),
            ("company.deleted", "", 1),
        ]);
    }
}

story! {
    async fn tags_are_on_companies(world: &World) {
        let (acme, bolt) = (company(world, "acme", named("Acme")).await, company(world, "bolt", named("Bolt")).await);
        attach(world, &user(world, "ada").await, &acme.id).await;
        let put = async |tag: &str, companies: Vec<CompanyRef>, tagged: bool| {
            let tag = TagRef::Name(tag.to_owned());
            world.store.tag_companies(world.workspace.id, tag, companies, tagged, NOON).await
        };
        let both = vec![CompanyRef::Id(acme.id.clone()), CompanyRef::CompanyId("bolt".to_owned())];
        let (vip, ids) = put("VIP", both.clone(), true).await.unwrap();
        assert_eq!(ids, [acme.id.clone(), bolt.id]);
        assert_eq!(known(world, "acme").await.tags, std::slice::from_ref(&vip));
        let query = CompanyQuery { tag_id: Some(vip.id), ..all() };
        assert_eq!(listed(world, &query).await, ["acme"]);
        let half = vec![CompanyRef::Id(acme.id), CompanyRef::CompanyId("nobody".to_owned())];
        assert!(matches!(put("new", half, true).await, Err(Error::NotFound("company"))));
        assert_eq!(world.store.tags(world.workspace.id).await.unwrap().len(), 1);
        assert!(matches!(put("no such tag", both.clone(), false).await, Err(Error::NotFound("tag"))));
        for _ in 0..2 {
            put("vip", both.clone(), false).await.unwrap();
        }
        assert!(known(world, "acme").await.tags.is_empty());
    }
}
