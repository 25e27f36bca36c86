//! A visitor writes: becomes a lead, once, and comes back.

use doorstep_store::{ChangeKind, ConversationRef, Error, SessionOutcome};

use crate::world::{NOON, TTL, World, story, unique};

story! {
    async fn looking_around_stores_nothing(world: &World) {
        let before = world.seq().await;
        let found = world.browser().boot(None).await;
        assert_eq!((found.contact, found.session), (None, SessionOutcome::None));
        assert_eq!(world.seq().await, before);
    }
}

story! {
    async fn the_first_message_makes_a_lead(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        assert_eq!(sent.contact.role, "lead");
        assert_eq!(sent.contact.external_id.as_ref(), Some(&browser.visitor));
        assert!(sent.contact.id.len() == 24 && sent.contact.id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(sent.session, SessionOutcome::Fresh(NOON + TTL));
        assert_eq!(browser.who().await.as_ref(), Some(&sent.contact.id));
        assert_eq!((sent.conversation.unread_by_team, sent.conversation.waiting_since), (1, Some(NOON)));
        assert_eq!(sent.seq, world.seq().await);
        let contact = world.store.contact(world.workspace.id, &sent.contact.id).await.unwrap().unwrap();
        assert_eq!(contact.last_page.as_deref(), Some("https://shop.example/"));
    }
}

story! {
    async fn a_repeated_message_answers_as_the_first_did(world: &World) {
        let mut browser = world.browser();
        let message = browser.message(ConversationRef::Key("k".to_owned()), "once");
        let first = browser.send(message.clone()).await.unwrap();
        let mut again = message.clone();
        again.fresh_session = crate::world::secret();
        // The answer was lost, so the browser does not know its session yet.
        let second = world.browser().send(again).await.unwrap();
        assert!(!first.repeated && second.repeated);
        assert_eq!((first.part, first.contact.id), (second.part, second.contact.id));
        assert_eq!(world.bodies(first.conversation.id).await, ["<p>once</p>"]);
    }
}

story! {
    async fn anothers_message_id_is_a_conflict_and_tells_nothing(world: &World) {
        let mut ada = world.browser();
        let message = ada.message(ConversationRef::Key(unique("k")), "mine");
        ada.send(message.clone()).await.unwrap();
        let mut eve = world.browser();
        let mut stolen = eve.message(ConversationRef::Key(unique("k")), "guess");
        stolen.client_id = message.client_id;
        let seq = world.seq().await;
        assert!(matches!(eve.send(stolen).await, Err(Error::Conflict(_))));
        assert_eq!(world.seq().await, seq, "the refused lead must be gone with its message");
        assert_eq!(eve.boot(None).await.contact, None);
    }
}

story! {
    async fn one_key_is_one_conversation(world: &World) {
        let mut browser = world.browser();
        let (a, b) = (ConversationRef::Key("a".to_owned()), ConversationRef::Key("b".to_owned()));
        let first = browser.send(browser.message(a.clone(), "1")).await.unwrap();
        let other = browser.send(browser.message(b, "2")).await.unwrap();
        let third = browser.send(browser.message(a, "3")).await.unwrap();
        assert_eq!(first.conversation.id, third.conversation.id);
        assert_ne!(first.conversation.id, other.conversation.id);
        assert_eq!(world.bodies(first.conversation.id).await, ["<p>1</p>", "<p>3</p>"]);
    }
}

story! {
    async fn nobody_writes_into_anothers_conversation(world: &World) {
        let mut ada = world.browser();
        let theirs = ada.send(ada.message(ConversationRef::Key("shared".to_owned()), "mine")).await.unwrap();
        let mut eve = world.browser();
        for place in [ConversationRef::Key("shared".to_owned()), ConversationRef::Id(theirs.conversation.id)] {
            let message = eve.message(place, "let me in");
            assert!(matches!(eve.send(message).await, Err(Error::NotFound(_))));
        }
        eve.write("my own").await;
        let message = eve.message(ConversationRef::Id(theirs.conversation.id), "let me in");
        assert!(matches!(eve.send(message).await, Err(Error::NotFound(_))));
        let eve_id = eve.who().await.unwrap();
        let peek = world.store.thread(world.workspace.id, Some(&eve_id), theirs.conversation.id, None, 50).await;
        assert!(matches!(peek, Err(Error::NotFound(_))));
        assert_eq!(world.bodies(theirs.conversation.id).await.len(), 1);
    }
}

story! {
    async fn a_lead_comes_back_after_the_session_is_over(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        browser.now += TTL + 1;
        assert_eq!(browser.who().await, None);
        let back = browser.boot(None).await;
        assert_eq!(back.contact.unwrap().id, sent.contact.id);
        assert_eq!(back.session, SessionOutcome::Fresh(browser.now + TTL));
        assert_eq!(browser.sees().await, [sent.conversation.id]);
        // And writes as the same lead, also when only the visitor cookie is left.
        browser.session = None;
        assert_eq!(browser.write("again").await.contact.id, sent.contact.id);
    }
}

story! {
    async fn a_session_slides_in_steps_and_a_ping_in_between_writes_nothing(world: &World) {
        let mut browser = world.browser();
        let id = browser.write("hello").await.contact.id;
        let seq = world.seq().await;
        browser.now += 60;
        assert_eq!(browser.boot(None).await.session, SessionOutcome::Kept(NOON + TTL));
        browser.now = NOON + 7200;
        assert_eq!(browser.boot(None).await.session, SessionOutcome::Kept(NOON + 7200 + TTL));
        assert_eq!(world.seq().await, seq);
        assert_eq!(browser.who().await, Some(id));
    }
}

story! {
    async fn a_message_needs_somebody(world: &World) {
        let mut browser = world.browser();
        let mut message = browser.message(ConversationRef::Key(unique("k")), "who am I");
        message.visitor_id = None;
        message.session = Some(crate::world::secret());
        assert!(matches!(browser.send(message).await, Err(Error::NoCaller)));
    }
}

story! {
    async fn the_log_tells_a_new_lead_and_its_part(world: &World) {
        let since = world.seq().await;
        let sent = world.browser().write("hello").await;
        let told = world.heard(&sent.contact.id, since).await;
        assert_eq!(told.first(), Some(&(ChangeKind::Contact, None)));
        assert_eq!(told.last(), Some(&(ChangeKind::Part, Some(sent.part.id))));
    }
}
