//! `shutdown` leaves nothing for the next person (P10).

use doorstep_store::{ChangeKind, ConversationRef, Error};
use serde_json::json;

use crate::world::{NOON, TTL, World, story, unique};

story! {
    async fn after_shutdown_of_a_lead_nothing_opens(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("private").await;
        let before = browser.clone();
        let since = world.seq().await;
        browser.shutdown().await;
        assert!(world.heard(&sent.contact.id, since).await.contains(&(ChangeKind::SessionEnded, None)));

        let mut replay = before.clone();
        assert_eq!(replay.who().await, None);
        let found = replay.boot(None).await;
        assert_eq!((found.contact, found.visitor_retired), (None, true));
        let message = before.message(ConversationRef::Id(sent.conversation.id), "still there?");
        assert!(matches!(replay.send(message).await, Err(Error::VisitorRetired)));
        // The next person starts anew, and the team still has the conversation.
        assert!(browser.sees().await.is_empty());
        assert_ne!(browser.write("hello").await.contact.id, sent.contact.id);
        assert_eq!(world.bodies(sent.conversation.id).await, ["<p>private</p>"]);
    }
}

story! {
    async fn after_shutdown_of_a_user_only_logging_in_opens(world: &World) {
        let mut browser = world.browser();
        let ada = browser.log_in(&json!({"user_id": "ada"})).await;
        let sent = browser.write("private").await;
        let mut replay = browser.clone();
        browser.shutdown().await;
        assert_eq!(replay.who().await, None);
        assert_eq!(replay.boot(None).await.contact, None);
        assert_eq!(browser.log_in(&json!({"user_id": "ada"})).await, ada);
        assert_eq!(browser.sees().await, [sent.conversation.id]);
    }
}

story! {
    async fn shutdown_ends_what_other_tabs_of_the_browser_hold_but_no_other_device(world: &World) {
        let mut tab = world.browser();
        let ada = tab.log_in(&json!({"user_id": "ada"})).await;
        let mut other_tab = tab.clone();
        other_tab.session = None;
        other_tab.log_in(&json!({"user_id": "ada"})).await;
        let mut phone = world.browser();
        phone.log_in(&json!({"user_id": "ada"})).await;
        tab.shutdown().await;
        assert_eq!(other_tab.who().await, None);
        assert_eq!(phone.who().await, Some(ada));
    }
}

story! {
    async fn shutdown_retires_the_visitor_id_the_session_was_opened_with(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        let original = browser.visitor.clone();
        // The cookie is gone; only the session is known.
        world.store.shutdown(world.workspace.id, browser.session, None, browser.now).await.unwrap();
        browser.session = None;
        browser.visitor = original;
        assert_eq!(browser.boot(None).await.contact, None);
        // Or the session is gone and the visitor id is known.
        let mut second = world.browser();
        second.write("hello").await;
        let visitor = Some(second.visitor.clone());
        world.store.shutdown(world.workspace.id, None, visitor, second.now).await.unwrap();
        assert_eq!(second.who().await, None);
        assert_eq!(second.boot(None).await.contact, None);
        assert_eq!(world.bodies(sent.conversation.id).await.len(), 1);
    }
}

story! {
    async fn shutdown_of_anything_unknown_is_fine_and_twice_too(world: &World) {
        let mut browser = world.browser();
        browser.write("hello").await;
        let (session, visitor) = (browser.session, Some(browser.visitor.clone()));
        let id = world.workspace.id;
        for _ in 0..2 {
            world.store.shutdown(id, session, visitor.clone(), browser.now).await.unwrap();
        }
        let seq = world.seq().await;
        world.store.shutdown(id, Some(crate::world::secret()), Some(unique("visitor")), browser.now).await.unwrap();
        world.store.shutdown(id, None, None, browser.now).await.unwrap();
        assert_eq!(world.seq().await, seq);
    }
}

story! {
    async fn sessions_are_forgotten_long_after_their_end(world: &World) {
        let mut browser = world.browser();
        let id = browser.write("hello").await.contact.id;
        let over = NOON + TTL;
        assert_eq!(world.store.forget_old_sessions(over + 89 * 86_400).await.unwrap(), 0);
        assert_eq!(browser.who().await, Some(id));
        assert_eq!(world.store.forget_old_sessions(over + 91 * 86_400).await.unwrap(), 1);
        assert_eq!(browser.who().await, None);
    }
}
