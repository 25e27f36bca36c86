//! What programs do with conversations: messages to contacts, people who join, tags, merging, attributes, statistics, ends.

use std::collections::HashMap;

use doorstep_domain::search::{CONVERSATION_FIELDS, Dates, Schema, parse};
use doorstep_store::{
    Action, Actor, AdminWrite, AttributeChange, ChangeKind, ConversationDataType, ConversationQuery,
    ConversationRef, ConversationWrite, Deed, Error, NewConversationAttribute, NewMessage, PartRecord,
};
use serde_json::{Value, json};

use crate::world::{NOON, World, story, unique};

impl World {
    pub(crate) async fn deed(&self, id: i64, actor: Actor, action: Action, text: &str, at: i64) {
        let deed = Deed {
            workspace_id: self.workspace.id,
            conversation_id: id,
            actor,
            action,
            body: if text.is_empty() { String::new() } else { format!("<p>{text}</p>") },
            preview: text.to_owned(),
            attachments: None,
            files: Vec::new(),
            metadata: None,
            at,
            now: at,
        };
        self.store.act(deed).await.unwrap();
    }

    /// Who takes part beside a conversation's own person.
    async fn others(&self, id: i64) -> Vec<String> {
        let record = self.store.conversation_record(self.workspace.id, id).await.unwrap();
        self.store
            .surroundings(self.workspace.id, &[record], HashMap::new())
            .await
            .unwrap()
            .others(id)
            .to_vec()
    }

    /// How many conversations a filter finds.
    async fn count(&self, field: &str, operator: &str, value: Value) -> i64 {
        let attributes = self.store.conversation_attribute_kinds(self.workspace.id).await.unwrap();
        let zone = jiff::tz::TimeZone::UTC;
        let schema = Schema {
            fields: CONVERSATION_FIELDS,
            attributes: &attributes,
            zone: &zone,
            dates: Dates::Seconds,
        };
        let filter = parse(&schema, &json!({"field": field, "operator": operator, "value": value})).unwrap();
        let query = ConversationQuery { filter: Some(filter), ascending: false, after: None, limit: 10 };
        self.store.search_conversations(self.workspace.id, &query).await.unwrap().total
    }

    /// Topics in the log after a number.
    async fn topics(&self, since: i64) -> Vec<String> {
        let feed = self.store.change_feed(self.workspace.id, since, 1000).await.unwrap();
        feed.into_iter().filter_map(|entry| entry.topic).collect()
    }
}

story! {
    async fn a_message_becomes_a_conversation_by_its_answer(world: &World) {
        let (mut one, mut two) = (world.browser(), world.browser());
        let first = one.write("hello").await.contact.id;
        let second = two.write("hello").await.contact.id;
        let since = world.seq().await;
        let done = world.store.send_to_contacts(world.news(&[&first, &second])).await.unwrap();
        assert_eq!(done.conversation_id, None);
        // Both are told at once, and nobody else of anything.
        let heard = world.heard(&first, since).await;
        assert!(matches!(heard[..], [(ChangeKind::Part, Some(part))] if part == done.id), "{heard:?}");
        assert!(world.topics(since).await.is_empty());
        assert_eq!((one.sees().await.len(), two.sees().await.len()), (2, 2));
        assert_eq!(world.count("source.id", "=", json!(done.id)).await, 0);
        assert_eq!(world.store.inbox(world.workspace.id, "open", None, 10).await.unwrap().open_count, 2);

        let mine = *one.sees().await.last().unwrap();
        assert!(matches!(
            world.store.conversation_record(world.workspace.id, mine).await,
            Err(Error::NotFound(_))
        ));
        one.now += 60;
        let since = world.seq().await;
        one.send(one.message(ConversationRef::Id(mine), "hi")).await.unwrap();
        assert_eq!(world.topics(since).await, ["conversation.user.replied"]);
        assert_eq!(world.count("source.id", "=", json!(done.id)).await, 1);
        assert_eq!(world.count("source.delivered_as", "=", json!("admin_initiated")).await, 1);
        assert_eq!(world.count("source.author.email", "=", json!("GRACE@example.com")).await, 1);
        assert_eq!(world.count("source.author.name", "~", json!("grac")).await, 1);
        assert_eq!(world.count("source.author.type", "=", json!("admin")).await, 1);
        assert_eq!(world.count("source.subject", "=", json!("News")).await, 1);
        let record = world.store.conversation_record(world.workspace.id, mine).await.unwrap();
        assert_eq!((record.first_replied_at, record.message_id), (Some(NOON + 60), Some(done.id)));
        assert_eq!(world.store.inbox(world.workspace.id, "open", None, 10).await.unwrap().open_count, 3);

        // With one stranger among them nobody is written to.
        let before = world.seq().await;
        let refused = world.store.send_to_contacts(world.news(&[&first, "nobody"])).await;
        assert!(matches!(refused, Err(Error::NotFound("contact"))));
        assert_eq!(world.seq().await, before);
    }
}

story! {
    async fn people_join_and_go(world: &World) {
        let (mut one, mut two) = (world.browser(), world.browser());
        let talk = one.write("hello").await;
        let other = two.write("something else").await.contact.id;
        let (workspace, id) = (world.workspace.id, talk.conversation.id);
        let admin = Actor::Admin(world.admin.id);
        let since = world.seq().await;
        world.store.add_participant(workspace, id, other.clone(), admin.clone(), NOON).await.unwrap();
        world.store.add_participant(workspace, id, other.clone(), admin.clone(), NOON).await.unwrap();
        assert_eq!(world.topics(since).await, ["conversation.contact.attached"]);
        assert_eq!(world.others(id).await, [other.as_str()]);
        for contact in [&talk.contact.id, &other] {
            assert!(world.count("contact_ids", "=", json!(contact)).await >= 1);
        }
        world.deed(id, Actor::Contact(other.clone()), Action::Comment, "me, too", NOON + 5).await;
        let thread = world.store.thread(workspace, Some(&talk.contact.id), id, None, 10).await.unwrap();
        let authors: Vec<&str> = thread.parts.iter().map(|part| &*part.author_id).collect();
        assert_eq!(authors, [&talk.contact.id, &other], "their words are not the person's own");
        assert_eq!(two.sees().await.len(), 2);

        let since = world.seq().await;
        let gone = talk.contact.id.clone();
        world.store.remove_participant(workspace, id, gone.clone(), admin.clone(), NOON).await.unwrap();
        assert_eq!((one.sees().await.len(), two.sees().await.len()), (0, 2));
        assert!(!world.heard(&gone, since).await.is_empty() && !world.heard(&other, since).await.is_empty());
        let last = world.store.remove_participant(workspace, id, other, admin.clone(), NOON).await;
        assert!(matches!(last, Err(Error::Conflict(_))));
        let nobody = world.store.remove_participant(workspace, id, gone, admin, NOON).await;
        assert!(matches!(nobody, Err(Error::NotFound("contact"))));
    }
}

/// What the conversation's columns count must be what its parts say.
async fn check_counts(world: &World, id: i64, after: &str) {
    let found = world.store.conversation(world.workspace.id, id).await.unwrap().unwrap();
    let parts = world.store.part_records(id, 1000).await.unwrap();
    let by = |kind: &str| parts.iter().filter(|part| part.author_kind == kind).collect::<Vec<_>>();
    let said = |part: &&&PartRecord| part.part_type != "note" && !part.body.is_empty();
    let theirs = |part: &&&PartRecord| part.author_id != found.contact_id;
    let others = by("contact").into_iter().filter(|part| theirs(&part)).collect::<Vec<_>>();
    let for_contact = by("admin").into_iter().chain(others).collect::<Vec<_>>();
    let unread_by_contact =
        for_contact.iter().filter(said).filter(|part| part.id > found.read_by_contact).count();
    let (seen, unseen): (Vec<_>, Vec<_>) =
        by("contact").into_iter().map(|part| part.id).partition(|part| *part <= found.read_by_team);
    assert_eq!(
        (found.unread_by_contact, found.unread_by_team, found.seen_by_team),
        (
            i64::try_from(unread_by_contact).unwrap(),
            i64::try_from(unseen.len()).unwrap(),
            seen.last().copied()
        ),
        "{after}"
    );
}

story! {
    async fn what_is_unread_is_counted_rightly_whatever_happens(world: &World) {
        let mut browser = world.browser();
        let talk = browser.write("hello").await;
        let guest = world.browser().write("hi").await.contact.id;
        let (workspace, id) = (world.workspace.id, talk.conversation.id);
        let (admin, guest) = (Actor::Admin(world.admin.id), Actor::Contact(guest));
        let Actor::Contact(guest_id) = &guest else { unreachable!() };
        world.store.add_participant(workspace, id, guest_id.clone(), admin.clone(), NOON).await.unwrap();
        // All nine acts in each round, and each round in an order of its own: the factors share no divisor with nine.
        for step in 0..54_usize {
            let (round, at) = (step / 9, NOON + i64::try_from(step).unwrap());
            let act = (step * [1, 2, 4, 5, 7, 8][round] + round) % 9;
            let ids: Vec<i64> = world.store.part_records(id, 1000).await.unwrap().iter().map(|part| part.id).collect();
            let some = ids[step % ids.len()];
            match act {
                0 => drop(browser.send(browser.message(ConversationRef::Id(id), "more")).await.unwrap()),
                1 => world.deed(id, guest.clone(), Action::Comment, "me too", at).await,
                2 => world.deed(id, admin.clone(), Action::Comment, "yes", at).await,
                3 => world.deed(id, admin.clone(), Action::Note, "between us", at).await,
                4 => world.deed(id, guest.clone(), Action::Close, "", at).await,
                5 => world.store.mark_read_by_team(workspace, id, some, at).await.unwrap(),
                6 => {
                    let contact = talk.contact.id.clone();
                    world.store.mark_read_by_contact(workspace, contact, id, some, at).await.unwrap();
                }
                7 => drop(world.reply(id, "indeed").await),
                _ => {
                    let write = ConversationWrite { read: Some(step % 2 == 0), ..ConversationWrite::default() };
                    world.store.update_conversation(workspace, id, write, at).await.unwrap();
                }
            }
            check_counts(world, id, &format!("step {step}, act {act}")).await;
        }
    }
}

story! {
    async fn who_takes_part_goes_along_in_a_merge(world: &World) {
        let mut owner = world.browser();
        let talk = owner.write("hello").await;
        let mut guest = world.browser();
        let lead = guest.write("hi").await.contact.id;
        let (workspace, id) = (world.workspace.id, talk.conversation.id);
        world.store.add_participant(workspace, id, lead.clone(), Actor::Admin(world.admin.id), NOON).await.unwrap();
        world.deed(id, Actor::Contact(lead.clone()), Action::Comment, "me", NOON).await;
        world.store.send_to_contacts(world.news(&[&lead])).await.unwrap();
        let user = guest.log_in(&json!({"user_id": "guest"})).await;
        assert_eq!(world.others(id).await, [user.as_str()]);
        let mut elsewhere = world.browser();
        let known = elsewhere.log_in(&json!({"user_id": "owner"})).await;
        let merged =
            world.store.merge_contacts(workspace, talk.contact.id.clone(), known.clone(), doorstep_domain::contacts::MergeRules::default(), NOON).await.unwrap();
        assert_eq!(merged.id, known);
        world.store.delete_contact(workspace, user, NOON).await.unwrap();
        assert!(world.others(id).await.is_empty());
        world.store.delete_contact(workspace, known, NOON).await.unwrap();
    }
}

story! {
    async fn statistics_are_kept_and_found(world: &World) {
        let mut browser = world.browser();
        let talk = browser.write("hello").await;
        let id = talk.conversation.id;
        let admin = Actor::Admin(world.admin.id);
        let person = Actor::Contact(talk.contact.id.clone());
        world.deed(id, admin.clone(), Action::Assign(Some(world.admin.id)), "", NOON + 10).await;
        world.deed(id, admin.clone(), Action::Comment, "hi", NOON + 20).await;
        world.deed(id, person.clone(), Action::Comment, "and?", NOON + 30).await;
        world.deed(id, admin.clone(), Action::Comment, "yes", NOON + 36).await;
        world.deed(id, person.clone(), Action::Comment, "why?", NOON + 40).await;
        world.deed(id, admin.clone(), Action::Comment, "because", NOON + 43).await;
        world.deed(id, admin.clone(), Action::Close, "", NOON + 50).await;
        world.deed(id, person, Action::Comment, "again", NOON + 60).await;
        world.store.set_state(world.workspace.id, id, world.admin.id, "closed", NOON + 70).await.unwrap();
        let record = world.store.conversation_record(world.workspace.id, id).await.unwrap();
        let told = &record.statistics;
        assert_eq!((told.count_parts, told.count_reopens, told.count_assignments), (9, 1, 1));
        assert_eq!((told.first_close_at, told.last_close_at), (Some(NOON + 50), Some(NOON + 70)));
        assert_eq!(told.last_closed_by_id, Some(world.admin.id));
        assert_eq!(told.median_time_to_reply, Some(6));
        assert_eq!((told.assigned_before_reply_at, told.first_admin_reply_at), (Some(NOON + 10), Some(NOON + 20)));
        for (name, value) in [
            ("time_to_assignment", json!(10)),
            ("time_to_admin_reply", json!(20)),
            ("time_to_first_close", json!(50)),
            ("time_to_last_close", json!(70)),
            ("median_time_to_reply", json!(6)),
            ("first_contact_reply_at", json!(NOON)),
            ("first_assignment_at", json!(NOON + 10)),
            ("first_admin_reply_at", json!(NOON + 20)),
            ("first_close_at", json!(NOON + 50)),
            ("last_assignment_at", json!(NOON + 10)),
            ("last_assignment_admin_reply_at", json!(NOON + 20)),
            ("last_contact_reply_at", json!(NOON + 60)),
            ("last_admin_reply_at", json!(NOON + 43)),
            ("last_close_at", json!(NOON + 70)),
            ("last_closed_by_id", json!(world.admin.id.to_string())),
            ("count_reopens", json!(1)),
            ("count_assignments", json!(1)),
            ("count_conversation_parts", json!(9)),
        ] {
            assert_eq!(world.count(&format!("statistics.{name}"), "=", value).await, 1, "{name}");
        }
        for (field, operator, value, count) in [
            ("teammate_ids", "=", json!(world.admin.id.to_string()), 1),
            ("teammate_ids", "NIN", json!([world.admin.id.to_string()]), 0),
            ("priority", "=", json!("none"), 1),
            ("team_assignee_id", "=", Value::Null, 1),
            ("ai_agent_participated", "=", json!(true), 0),
            ("read", "=", json!(true), 1),
            ("open", "=", json!(false), 1),
        ] {
            assert_eq!(world.count(field, operator, value.clone()).await, count, "{field} {operator} {value}");
        }
    }
}

story! {
    async fn tags_attributes_and_ends(world: &World) {
        let mut browser = world.browser();
        let talk = browser.write("hello").await;
        let (store, workspace, id) = (&world.store, world.workspace.id, talk.conversation.id);
        let tag = store.create_tag(workspace, unique("tag"), NOON).await.unwrap();
        let since = world.seq().await;
        let applied = store.tag_conversation(workspace, id, tag.id, world.admin.id, NOON).await.unwrap();
        store.tag_conversation(workspace, id, tag.id, world.admin.id, NOON + 5).await.unwrap();
        assert_eq!((applied.tag.applied_at, applied.part_id), (NOON, Some(talk.part.id)));
        assert_eq!(world.topics(since).await, ["conversation_part.tag.created"]);
        assert_eq!(world.count("tag_ids", "=", json!(tag.id.to_string())).await, 1);
        store.delete_tag(workspace, tag.id).await.unwrap();
        let record = store.conversation_record(workspace, id).await.unwrap();
        assert!(store.surroundings(workspace, &[record], HashMap::new()).await.unwrap().tags(id).is_empty());
        assert!(matches!(
            store.untag_conversation(workspace, id, tag.id, world.admin.id, NOON).await,
            Err(Error::NotFound("tag"))
        ));

        let new = NewConversationAttribute {
            name: "seats".to_owned(),
            data_type: ConversationDataType::Integer,
            change: AttributeChange::default(),
        };
        let made = store.create_conversation_attribute(workspace, new, NOON).await.unwrap();
        let values = json!({"seats": 7}).as_object().unwrap().clone();
        let write = ConversationWrite { custom_attributes: values, ..ConversationWrite::default() };
        let done = store.update_conversation(workspace, id, write, NOON).await.unwrap();
        assert_eq!(done.custom_attributes, "{\"seats\":7}");
        let change = AttributeChange { name: Some("places".to_owned()), ..AttributeChange::default() };
        store.update_conversation_attribute(workspace, made.id, change, NOON).await.unwrap();
        assert_eq!(world.count("custom_attributes.places", ">", json!(7)).await, 1, "`>` includes the value");

        let since = world.seq().await;
        store.redact(workspace, id, talk.part.id, NOON + 9).await.unwrap();
        assert_eq!(world.heard(&talk.contact.id, since).await, [(ChangeKind::Part, Some(talk.part.id))]);
        let other = browser.write("the same").await.conversation.id;
        let stays = store.merge_conversations(workspace, other, id, NOON).await.unwrap();
        assert_eq!(stays.id, id);
        assert!(matches!(store.merge_conversations(workspace, other, id, NOON).await, Err(Error::Conflict(_))));
        // The one that goes on cannot go into the one that went.
        let circle = store.merge_conversations(workspace, id, other, NOON).await;
        assert!(matches!(circle, Err(Error::NotFound("primary"))));
        store.delete_conversation(workspace, id, true, NOON + 20).await.unwrap();
        let gone = store.deleted_conversations(workspace, false, 0, 10).await.unwrap();
        assert_eq!((gone.total, gone.conversations[0].conversation_id), (1, id));
    }
}

story! {
    async fn receipts_come_in_pages(world: &World) {
        let (mut one, mut two) = (world.browser(), world.browser());
        let first = one.write("hello").await.contact.id;
        let second = two.write("hello").await.contact.id;
        let mut sent = Vec::new();
        for at in [NOON, NOON + 10, NOON + 20] {
            let message = NewMessage { at, ..world.news(&[&first, &second]) };
            sent.push(world.store.send_to_contacts(message).await.unwrap().id);
        }
        let (mut found, mut last) = (Vec::new(), None);
        loop {
            let range = (NOON, NOON + 10);
            let page = world.store.receipts(world.workspace.id, range, last.as_ref(), 3).await.unwrap();
            let Some(end) = page.last() else { break };
            last = Some(end.clone());
            found.extend(page.into_iter().map(|receipt| (receipt.message_id, receipt.contact_id, receipt.sent_at)));
        }
        let mut people = [first, second];
        people.sort();
        let [one, two] = people;
        let expected = [
            (sent[0], one.clone(), NOON),
            (sent[0], two.clone(), NOON),
            (sent[1], one, NOON + 10),
            (sent[1], two.clone(), NOON + 10),
        ];
        assert_eq!(found, expected);
        // Who is gone was sent nothing, and the rest stays.
        world.store.delete_contact(world.workspace.id, two, NOON).await.unwrap();
        assert_eq!(world.store.receipts(world.workspace.id, (0, NOON), None, 10).await.unwrap().len(), 1);
    }
}

story! {
    async fn words_go_where_a_merged_conversation_goes_on(world: &World) {
        let mut browser = world.browser();
        let key = unique("key");
        let begin = browser.message(ConversationRef::Key(key.clone()), "first");
        let first = browser.send(begin).await.unwrap();
        let second = browser.write("second").await.conversation.id;
        let third = browser.write("third").await.conversation.id;
        let (store, workspace, person) = (&world.store, world.workspace.id, first.contact.id);
        let first = first.conversation.id;
        store.merge_conversations(workspace, first, second, NOON).await.unwrap();
        store.merge_conversations(workspace, second, third, NOON).await.unwrap();
        // Whether named by id or by the key it began with; and a repetition finds the part where it went.
        let message = browser.message(ConversationRef::Id(first), "by id");
        let sent = browser.send(message.clone()).await.unwrap();
        let again = browser.send(message).await.unwrap();
        assert_eq!((again.repeated, &again.part), (true, &sent.part));
        let message = browser.message(ConversationRef::Key(key), "by key");
        browser.send(message).await.unwrap();
        world.deed(second, Actor::Contact(person.clone()), Action::Comment, "by api", NOON).await;
        assert_eq!(world.bodies(third).await, ["<p>third</p>", "<p>by id</p>", "<p>by key</p>", "<p>by api</p>"]);
        // A teammate means the one they name.
        world.deed(first, Actor::Admin(world.admin.id), Action::Note, "old", NOON).await;
        let states = async || {
            let mut all = Vec::new();
            for id in [first, second, third] {
                all.push(store.conversation(workspace, id).await.unwrap().map(|found| found.state));
            }
            all.into_iter().flatten().collect::<Vec<_>>()
        };
        assert_eq!(states().await, ["closed", "closed", "open"]);
        // With the last one gone, the one before goes on.
        store.delete_conversation(workspace, third, true, NOON).await.unwrap();
        let message = browser.message(ConversationRef::Id(first), "still there");
        assert_eq!(browser.send(message).await.unwrap().conversation.id, second);

        // What goes on as another's conversation they see there, because they take part in it.
        let other = world.browser().write("somebody else").await;
        let (theirs, mine) = (other.conversation.id, browser.write("mine").await.conversation.id);
        store.merge_conversations(workspace, mine, theirs, NOON).await.unwrap();
        let message = browser.message(ConversationRef::Id(mine), "in the Messenger");
        assert_eq!(browser.send(message).await.unwrap().conversation.id, theirs);
        world.deed(mine, Actor::Contact(person), Action::Comment, "by api", NOON).await;
        assert_eq!(world.bodies(theirs).await, ["<p>somebody else</p>", "<p>in the Messenger</p>", "<p>by api</p>"]);
    }
}

story! {
    async fn an_answer_to_somebody_away_is_for_all(world: &World) {
        let mut browser = world.browser();
        let talk = browser.write("hello").await;
        let (store, workspace, id) = (&world.store, world.workspace.id, talk.conversation.id);
        let away = async |reassign: bool| {
            let write = AdminWrite {
                away_mode_enabled: Some(true),
                away_mode_reassign: Some(reassign),
                ..AdminWrite::default()
            };
            store.update_admin(workspace, world.admin.id, write).await.unwrap();
        };
        let assignee = async || store.conversation_record(workspace, id).await.unwrap().admin_assignee_id;
        let assign = Action::Assign(Some(world.admin.id));
        world.deed(id, Actor::Admin(world.admin.id), assign, "", NOON).await;
        away(false).await;
        browser.send(browser.message(ConversationRef::Id(id), "there?")).await.unwrap();
        assert_eq!(assignee().await, Some(world.admin.id));
        away(true).await;
        world.deed(id, Actor::Admin(world.admin.id), Action::Close, "", NOON).await;
        let since = world.seq().await;
        browser.send(browser.message(ConversationRef::Id(id), "there?")).await.unwrap();
        assert_eq!(world.topics(since).await, ["conversation.user.replied", "conversation.admin.assigned"]);
        let newest = store.part_records(id, 1).await.unwrap().pop().unwrap();
        assert_eq!((newest.part_type.as_str(), newest.author_kind.as_str()), ("away_mode_assignment", "bot"));
        assert_eq!((newest.assigned_to, newest.state.as_deref()), (None, Some("open")));
        assert_eq!(assignee().await, None);
        // By API it is the same; and what nobody has is left alone.
        world.deed(id, Actor::Admin(world.admin.id), assign, "", NOON).await;
        for _ in 0..2 {
            world.deed(id, Actor::Contact(talk.contact.id.clone()), Action::Comment, "and?", NOON).await;
        }
        let types: Vec<String> =
            store.part_records(id, 4).await.unwrap().into_iter().map(|part| part.part_type).collect();
        assert_eq!(types, ["assignment", "comment", "away_mode_assignment", "comment"]);
    }
}
