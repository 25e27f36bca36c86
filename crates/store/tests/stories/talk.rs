//! What a conversation begins and ends with: an email where one is needed, quick replies, ratings, who answered first.

use doorstep_domain::rating::{Given, RatingError};
use doorstep_domain::search::{CONVERSATION_FIELDS, Dates, Schema, parse};
use doorstep_store::{
    Action, Actor, ConversationQuery, ConversationRef, Deed, EmailGiven, Error, FirstAnswer, Sent,
};
use serde_json::{Value, json};

use crate::world::{Browser, NOON, World, new_admin, story, unique};

const NEEDED: EmailGiven = EmailGiven { email: None, needed: true };

fn with(email: &str) -> EmailGiven {
    EmailGiven { email: Some(email.to_owned()), needed: true }
}

async fn first(browser: &mut Browser, email: EmailGiven) -> Result<Sent, Error> {
    let mut message = browser.message(ConversationRef::Key(unique("key")), "hello");
    message.email = email;
    browser.send(message).await
}

story! {
    async fn a_first_message_waits_for_an_email(world: &World) {
        let mut ada = world.browser();
        let seq = world.seq().await;
        assert!(matches!(first(&mut ada, NEEDED).await, Err(Error::EmailNeeded)));
        assert_eq!((world.seq().await, ada.boot(None).await.contact), (seq, None), "nothing is left of it");
        let sent = first(&mut ada, with("Ada@example.com")).await.unwrap();
        assert_eq!(sent.contact.email.as_deref(), Some("Ada@example.com"));
        assert!(!sent.contact.email_verified, "typed is not proven (P5)");
        // Once given it is not needed again, and another one changes nothing.
        let second = first(&mut ada, with("else@example.com")).await.unwrap();
        assert_eq!(second.contact.email.as_deref(), Some("Ada@example.com"));
        first(&mut ada, NEEDED).await.unwrap();
    }
}

story! {
    async fn what_was_begun_goes_on_without_an_email(world: &World) {
        let mut ada = world.browser();
        let begun = ada.write("hello").await;
        let mut more = ada.message(ConversationRef::Id(begun.conversation.id), "and more");
        more.email = NEEDED;
        ada.send(more.clone()).await.unwrap();
        assert!(ada.send(more).await.unwrap().repeated, "a repetition is answered, whatever is needed by now");
        assert!(matches!(first(&mut ada, NEEDED).await, Err(Error::EmailNeeded)), "a new one waits");
        // What the team began is answered with an email.
        let message = world.news(&[&begun.contact.id]);
        world.store.send_to_contacts(message).await.unwrap();
        let (all, _) = world.store.conversations_of(world.workspace.id, &begun.contact.id, 9).await.unwrap();
        let outbound = all.iter().find(|one| one.pending).unwrap().id;
        let mut answer = ada.message(ConversationRef::Id(outbound), "thanks");
        answer.email = NEEDED;
        assert!(matches!(ada.send(answer.clone()).await, Err(Error::EmailNeeded)));
        answer.email = with("ada@example.com");
        let sent = ada.send(answer).await.unwrap();
        assert_eq!(sent.contact.email.as_deref(), Some("ada@example.com"));
    }
}

story! {
    async fn a_user_is_not_asked_for_an_email(world: &World) {
        let mut ada = world.browser();
        ada.log_in(&json!({"user_id": "7"})).await;
        let sent = first(&mut ada, with("typed@example.com")).await.unwrap();
        assert_eq!(sent.contact.email, None, "a user's email comes from the site");
        first(&mut ada, NEEDED).await.unwrap();
    }
}

fn deed(world: &World, id: i64, action: Action, text: &str, metadata: Option<Value>) -> Deed {
    Deed {
        workspace_id: world.workspace.id,
        conversation_id: id,
        actor: Actor::Admin(world.admin.id),
        action,
        body: if text.is_empty() { String::new() } else { format!("<p>{text}</p>") },
        preview: text.to_owned(),
        attachments: None,
        files: Vec::new(),
        metadata: metadata.map(|value| value.to_string()),
        at: NOON + 10,
        now: NOON + 10,
    }
}

story! {
    async fn a_quick_reply_that_was_offered_is_kept_with_the_answer(world: &World) {
        let mut ada = world.browser();
        let id = ada.write("hello").await.conversation.id;
        let offer = json!({"quick_reply_options": [{"text": "Yes", "uuid": "u-1"}, {"text": "No", "uuid": "u-2"}]});
        world.store.act(deed(world, id, Action::QuickReply, "Yes or no?", Some(offer))).await.unwrap();
        for (uuid, kept) in [("u-2", Some(json!({"quick_reply_uuid": "u-2"}))), ("u-9", None)] {
            let mut answer = ada.message(ConversationRef::Id(id), "No");
            answer.chosen = Some(uuid.to_owned());
            let part = ada.send(answer).await.unwrap().part;
            let metadata = part.metadata.map(|text| serde_json::from_str::<Value>(&text).unwrap());
            assert_eq!(metadata, kept, "{uuid}");
        }
        let thread = world.store.thread(world.workspace.id, None, id, None, 10).await.unwrap();
        assert!(thread.parts[1].metadata.as_ref().unwrap().contains("u-1"), "the offer comes with its part");
        let scene = world.store.scene(world.workspace.id, 0, world.seq().await).await.unwrap();
        assert_eq!(scene.parts.len(), 4, "sockets see it, too");
    }
}

async fn count(world: &World, field: &str, value: Value) -> i64 {
    let zone = jiff::tz::TimeZone::UTC;
    let attributes = world.store.conversation_attribute_kinds(world.workspace.id).await.unwrap();
    let schema =
        Schema { fields: CONVERSATION_FIELDS, attributes: &attributes, zone: &zone, dates: Dates::Seconds };
    let field = format!("conversation_rating.{field}");
    let filter = parse(&schema, &json!({"field": field, "operator": "=", "value": value})).unwrap();
    let query = ConversationQuery { filter: Some(filter), ascending: false, after: None, limit: 10 };
    world.store.search_conversations(world.workspace.id, &query).await.unwrap().total
}

story! {
    async fn a_closed_conversation_is_rated_until_a_remark_is_left(world: &World) {
        let mut ada = world.browser();
        let sent = ada.write("hello").await;
        let (id, contact) = (sent.conversation.id, sent.contact.id);
        let (store, workspace_id) = (&world.store, world.workspace.id);
        let rate = async |score: Option<i64>, remark: Option<&str>, now| {
            let given = Given { score, remark: remark.map(ToOwned::to_owned) };
            store.rate_conversation(workspace_id, contact.clone(), id, given, now).await
        };
        world.reply(id, "short").await;
        store.act(deed(world, id, Action::Close, "", None)).await.unwrap();
        assert!(!store.ask_for_rating(workspace_id, id, NOON + 70).await.unwrap(), "too little was said");
        assert!(matches!(rate(Some(5), None, NOON + 71).await, Err(Error::NotFound("rating"))));
        world.reply(id, &"&amp;".repeat(251)).await;
        assert!(!store.ask_for_rating(workspace_id, id, NOON + 72).await.unwrap(), "it is open");
        store.act(deed(world, id, Action::Close, "", None)).await.unwrap();
        let since = world.seq().await;
        assert!(store.ask_for_rating(workspace_id, id, NOON + 73).await.unwrap());
        assert!(!store.ask_for_rating(workspace_id, id, NOON + 74).await.unwrap(), "once");
        assert_eq!(store.change_feed(workspace_id, since, 9).await.unwrap()[0].topic, None);
        let asked = store.conversation(workspace_id, id).await.unwrap().unwrap();
        assert_eq!((asked.state.as_str(), asked.rating.rating_requested_at), ("closed", Some(NOON + 73)));
        assert_eq!(asked.rating.rating_admin_id, Some(world.admin.id));
        assert_eq!(asked.last_author_kind, "admin", "a request is no message");

        let since = world.seq().await;
        rate(Some(2), None, NOON + 80).await.unwrap();
        rate(Some(2), None, NOON + 81).await.unwrap();
        rate(Some(4), None, NOON + 82).await.unwrap();
        let done = rate(None, Some("Quick!"), NOON + 83).await.unwrap();
        assert!(matches!(rate(Some(1), None, NOON + 84).await, Err(Error::Rating(RatingError::Locked))));
        assert_eq!(done.state, "closed", "a rating opens nothing");
        let kept = &done.rating;
        assert_eq!((kept.rating_score, kept.rating_remark.as_deref()), (Some(4), Some("Quick!")));
        assert_eq!((kept.rating_replied_at, kept.rating_updated_at), (Some(NOON + 80), Some(NOON + 83)));
        let feed = store.change_feed(workspace_id, since, 9).await.unwrap();
        assert_eq!(feed.len(), 3, "the repetition is no news");
        assert!(feed.iter().all(|entry| entry.topic.as_deref() == Some("conversation.rating.added")));
        let parts = store.part_records(id, 100).await.unwrap();
        let types: Vec<&str> = parts.iter().rev().take(4).rev().map(|part| part.part_type.as_str()).collect();
        assert_eq!(types, [
            "conversation_rating_requested", "conversation_rating_changed", "conversation_rating_changed",
            "conversation_rating_remark_added",
        ]);
        for (field, value) in [
            ("score", json!(4)), ("remark", json!("Quick!")), ("requested_at", json!(NOON + 73)),
            ("replied_at", json!(NOON + 80)), ("contact_id", json!(contact)),
            ("admin_d", json!(world.admin.id.to_string())), ("admin_id", json!(world.admin.id.to_string())),
        ] {
            assert_eq!(count(world, field, value).await, 1, "{field}");
        }
        assert_eq!(count(world, "score", json!(5)).await, 0);
    }
}

story! {
    async fn only_its_person_rates_a_conversation(world: &World) {
        let (mut ada, mut eve) = (world.browser(), world.browser());
        let id = ada.write(&"long ".repeat(60)).await.conversation.id;
        let other = eve.write("hello").await.contact.id;
        world.reply(id, "answer").await;
        world.store.act(deed(world, id, Action::Close, "", None)).await.unwrap();
        assert!(world.store.ask_for_rating(world.workspace.id, id, NOON + 70).await.unwrap());
        let given = Given { score: Some(1), remark: None };
        let refused = world.store.rate_conversation(world.workspace.id, other, id, given, NOON + 80).await;
        assert!(matches!(refused, Err(Error::NotFound("conversation"))));
    }
}

story! {
    async fn first_answers_are_told_with_who_gave_them(world: &World) {
        let grace = world.admin.id;
        let lin = world.store.create_admin(new_admin(world.workspace.id, "lin@example.com")).await.unwrap().id;
        let mut ada = world.browser();
        let one = ada.write("one").await.conversation.id;
        let two = ada.write("two").await.conversation.id;
        ada.write("nobody answers").await;
        world.reply(one, "hi").await;
        let mut answer = world.answer(two, "hi", &unique("reply"));
        (answer.admin_id, answer.now) = (lin, NOON + 90);
        world.store.reply_as_admin(answer).await.unwrap();
        world.reply(two, "me too").await;
        let found = world.store.first_answers(world.workspace.id, NOON).await.unwrap();
        let told = |answered_at, admin_id| FirstAnswer { asked_at: NOON, answered_at, admin_id };
        assert_eq!(found, [told(NOON + 90, lin), told(NOON + 60, grace)]);
        assert_eq!(world.store.first_answers(world.workspace.id, NOON + 61).await.unwrap().len(), 1);
    }
}
