//! Leads become users; users come and go at one browser (P7, P8, P9).

use std::collections::BTreeSet;

use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use doorstep_domain::settings::{BootSettings, Claim};
use doorstep_store::{ChangeKind, ContactEdit, ContactWrite, ConversationRef, SessionOutcome};
use serde_json::json;

use crate::world::{Browser, NOON, World, claim, story, unique};

story! {
    async fn a_lead_becomes_a_new_user_in_place(world: &World) {
        let mut browser = world.browser();
        let first = browser.write("hello").await;
        let second = browser.write("and another thing").await;
        let session = browser.session;
        let since = world.seq().await;
        let found = browser.boot(Some(claim(&json!({"user_id": 7, "email": "Ada@example.com", "name": "Ada"})))).await;
        let user = found.contact.unwrap();
        assert_eq!(user.id, first.contact.id);
        assert_eq!((user.role.as_str(), user.external_id.as_deref()), ("user", Some("7")));
        assert_eq!((user.email.as_deref(), user.email_verified), (Some("Ada@example.com"), false));
        assert_eq!(user.visitor_id, None);
        assert!(matches!(found.session, SessionOutcome::Kept(_)));
        assert_eq!(browser.session, session);
        assert_eq!(browser.sees().await, [first.conversation.id, second.conversation.id]);
        assert!(world.heard(&user.id, since).await.contains(&(ChangeKind::Contact, None)));
        // The visitor id alone no longer opens them: they are a user's now.
        browser.session = None;
        assert_eq!(browser.boot(None).await.contact, None);
    }
}

story! {
    async fn a_lead_merges_into_the_user_who_logs_in(world: &World) {
        let mut desk = world.browser();
        let user = desk.log_in(&json!({"user_id": "u1", "name": "Ada"})).await;
        let old = desk.write("from my desk").await;

        let mut phone = world.browser();
        let lead = phone.write("from my phone").await;
        let edit = doorstep_store::ContactEdit {
            email: Some("ada@example.com".to_owned()),
            name: Some("Somebody".to_owned()),
            ..Default::default()
        };
        world.store.edit_contact(world.workspace.id, lead.contact.id.clone(), edit, phone.now).await.unwrap();
        let (_, answer, heard_up_to) = world.reply(lead.conversation.id, "hello phone").await;
        let session = phone.session;

        assert_eq!(phone.log_in(&json!({"user_id": "u1"})).await, user);
        assert_eq!(phone.session, session, "the open panel goes on (P9)");
        assert_eq!(phone.sees().await, [old.conversation.id, lead.conversation.id]);
        let merged = world.store.contact(world.workspace.id, &user).await.unwrap().unwrap();
        assert_eq!(merged.name.as_deref(), Some("Ada"), "the user's values win");
        assert_eq!(merged.email.as_deref(), Some("ada@example.com"), "what the user lacked comes along");
        assert!(!merged.email_verified);
        assert_eq!(world.store.contact(world.workspace.id, &lead.contact.id).await.unwrap(), None);

        // Sockets: the lead's learns that it is over; the user's sees the conversation.
        assert_eq!(world.heard(&lead.contact.id, heard_up_to).await, [(ChangeKind::SessionEnded, None)]);
        let told = world.heard(&user, heard_up_to).await;
        assert!(told.contains(&(ChangeKind::Conversation, Some(lead.conversation.id))));
        // A client that had not heard the answer before the merge finds it when it resumes as the user.
        let missed = world.heard(&user, heard_up_to - 1).await;
        assert!(missed.contains(&(ChangeKind::Part, Some(answer.id))));
        // And the thread goes on under the user's name.
        let goes_on = phone.message(ConversationRef::Id(lead.conversation.id), "still me");
        assert_eq!(phone.send(goes_on).await.unwrap().contact.id, user);
        let thread = world.store.thread(world.workspace.id, Some(&user), lead.conversation.id, None, 50).await.unwrap();
        assert!(thread.parts.iter().filter(|part| part.author_kind == "contact").all(|part| part.author_id == user));
    }
}

story! {
    async fn a_returning_lead_without_session_merges_too(world: &World) {
        let mut browser = world.browser();
        let lead = browser.write("hello").await;
        let user = world.browser().log_in(&json!({"user_id": "u1"})).await;
        browser.session = None;
        assert_eq!(browser.log_in(&json!({"user_id": "u1"})).await, user);
        assert_eq!(browser.sees().await, [lead.conversation.id]);
    }
}

story! {
    async fn a_second_user_at_the_browser_sees_nothing_of_the_first(world: &World) {
        let mut browser = world.browser();
        let ada = browser.log_in(&json!({"user_id": "ada"})).await;
        browser.write("private").await;
        let queued = browser.message(ConversationRef::Key("later".to_owned()), "written before the switch");
        let old = browser.session;
        let since = world.seq().await;
        let eve = browser.log_in(&json!({"user_id": "eve"})).await;
        assert_ne!(eve, ada);
        assert_ne!(browser.session, old);
        assert!(browser.sees().await.is_empty());
        assert!(world.heard(&ada, since).await.contains(&(ChangeKind::SessionEnded, None)));
        let replay = world.store.contact_by_session(world.workspace.id, &old.unwrap(), browser.now).await.unwrap();
        assert_eq!(replay, None);
        // A message the first user's tab still had in its outbox does not become somebody else's.
        assert!(world.store.send_message(queued).await.is_err());
        assert!(browser.sees().await.is_empty());
        // And back again, everything is where it was.
        assert_eq!(browser.log_in(&json!({"user_id": "ada"})).await, ada);
        assert_eq!(browser.sees().await.len(), 1);
    }
}

story! {
    async fn users_are_found_by_email_when_a_page_gives_nothing_else(world: &World) {
        let mut first = world.browser();
        let user = first.log_in(&json!({"email": "Ada@Example.com"})).await;
        let mut second = world.browser();
        assert_eq!(second.log_in(&json!({"email": "ada@example.COM"})).await, user);
        assert_ne!(second.log_in(&json!({"email": "eve@example.com"})).await, user);
    }
}

story! {
    async fn a_user_known_by_email_gets_an_id_from_their_own_session_only(world: &World) {
        let mut browser = world.browser();
        let user = browser.log_in(&json!({"email": "ada@example.com"})).await;
        let sent = browser.write("hello").await;
        // Somebody else's id with the same email is somebody else.
        let other = world.browser().log_in(&json!({"user_id": "eve", "email": "ada@example.com"})).await;
        assert_ne!(other, user);
        assert_eq!(browser.log_in(&json!({"user_id": "ada", "email": "ada@example.com"})).await, user);
        assert_eq!(browser.sees().await, [sent.conversation.id]);
        // By email alone the session's own user goes before others with that email.
        assert_eq!(browser.log_in(&json!({"email": "ada@example.com"})).await, user);
    }
}

story! {
    async fn an_unproven_email_of_a_lead_merges_nothing(world: &World) {
        let mut eve = world.browser();
        let lead = eve.write("I am Ada, honestly").await;
        let edit = doorstep_store::ContactEdit { email: Some("ada@example.com".to_owned()), ..Default::default() };
        world.store.edit_contact(world.workspace.id, lead.contact.id.clone(), edit, eve.now).await.unwrap();
        let mut ada = world.browser();
        let user = ada.log_in(&json!({"user_id": "ada", "email": "ada@example.com"})).await;
        assert_ne!(user, lead.contact.id);
        assert!(ada.sees().await.is_empty());
        assert_eq!(eve.who().await, Some(lead.contact.id));
    }
}

story! {
    async fn saying_the_same_again_writes_nothing(world: &World) {
        let mut browser = world.browser();
        let settings = json!({"user_id": 1, "email": "a@b.co", "name": "Ada", "plan": "pro", "seats": 3, "gone": null});
        browser.log_in(&settings).await;
        let seq = world.seq().await;
        browser.log_in(&settings).await;
        assert_eq!(world.seq().await, seq);
        browser.log_in(&json!({"user_id": 1, "plan": "free"})).await;
        assert_eq!(world.seq().await, seq + 1);
    }
}

story! {
    async fn another_workspace_knows_none_of_it(world: &World) {
        let mut here = world.browser();
        here.log_in(&json!({"user_id": "ada"})).await;
        let sent = here.write("hello").await;
        let other = world.store.create_workspace(crate::world::new_workspace("other")).await.unwrap();
        let mut there = here.clone();
        there.workspace_id = other.id;
        assert_eq!(there.boot(None).await.contact, None);
        assert_eq!(world.store.conversation(other.id, sent.conversation.id).await.unwrap(), None);
        assert_eq!(world.store.part(other.id, sent.part.id).await.unwrap(), None);
        assert_eq!(world.store.contact(other.id, &sent.contact.id).await.unwrap(), None);
    }
}

/// A browser whose person typed this email, and what they wrote.
async fn stranger_who_typed(world: &World, email: &str) -> (Browser, i64) {
    let mut stranger = world.browser();
    let sent = stranger.write("I am somebody").await;
    let edit = ContactEdit { email: Some(email.to_owned()), by_person: true, ..ContactEdit::default() };
    world.store.edit_contact(world.workspace.id, sent.contact.id, edit, NOON).await.unwrap();
    (stranger, sent.conversation.id)
}

fn proven(settings: &serde_json::Value) -> Claim {
    let settings = BootSettings::read(settings.as_object().unwrap());
    let (subject, _) = settings.subject().unwrap();
    settings.claim(BTreeSet::from([subject.to_owned()])).unwrap()
}

story! {
    /// P8: on the user's next proven ping, and whoever sits at the lead's browser does not become the user.
    async fn a_lead_with_a_proven_email_joins_the_user(world: &World) {
        let settings = json!({"email": "Ada@example.com"});
        let mut ada = world.browser();
        let user = ada.boot(Some(proven(&settings))).await.contact.unwrap().id;
        let secret = ada.write("my own").await.conversation.id;
        let (mut stranger, theirs) = stranger_who_typed(world, "ada@EXAMPLE.com").await;
        assert_eq!(ada.boot(Some(proven(&settings))).await.contact.unwrap().id, user);
        assert_eq!(ada.sees().await, [secret, theirs]);
        assert_eq!(stranger.who().await, None);
        assert_eq!(stranger.sees().await, Vec::<i64>::new());
    }
}

story! {
    /// P8: never on an unproven email.
    async fn a_lead_with_an_unproven_email_stays_apart(world: &World) {
        let (mut stranger, theirs) = stranger_who_typed(world, "ada@example.com").await;
        let by_email = json!({"email": "ada@example.com"});
        let by_id = json!({"user_id": "eve", "email": "ada@example.com"});
        for claim in [claim(&by_email), claim(&by_id), proven(&by_id)] {
            let mut eve = world.browser();
            eve.boot(Some(claim)).await;
            assert_eq!(eve.sees().await, Vec::<i64>::new());
        }
        assert_eq!(stranger.sees().await, [theirs]);
    }
}

story! {
    /// P8: a proven user whose email the API has called verified.
    async fn a_verified_email_of_a_proven_user_counts(world: &World) {
        let settings = json!({"user_id": "ada"});
        let mut ada = world.browser();
        let user = ada.boot(Some(proven(&settings))).await.contact.unwrap().id;
        let write = ContactWrite {
            email: Edit::Set(Email::parse("ada@example.com").unwrap()),
            email_verified: Some(true),
            ..ContactWrite::default()
        };
        world.store.update_contact(world.workspace.id, user, write, NOON).await.unwrap();
        let (_, theirs) = stranger_who_typed(world, "ada@example.com").await;
        ada.boot(Some(claim(&settings))).await;
        assert_eq!(ada.sees().await, Vec::<i64>::new());
        ada.boot(Some(proven(&settings))).await;
        assert_eq!(ada.sees().await, [theirs]);
    }
}

story! {
    /// A page that proves its user may name any email; whoever proves that email must not end up with that user.
    async fn a_claimed_email_leads_nobody_to_the_one_who_claims_it(world: &World) {
        let mut eve = world.browser();
        let claimed = proven(&json!({"user_id": "eve", "email": "ada@example.com"}));
        let eves = eve.boot(Some(claimed)).await.contact.unwrap().id;
        let mut ada = world.browser();
        let adas = ada.boot(Some(proven(&json!({"email": "ada@example.com"})))).await.contact.unwrap().id;
        assert_ne!(adas, eves);
        let secret = ada.write("for the team only").await.conversation.id;
        assert_eq!(eve.sees().await, Vec::<i64>::new());
        // One whom the company's program knows by this email is found by it.
        let write = ContactWrite {
            external_id: Edit::Set("bob".to_owned()),
            email: Edit::Set(Email::parse("bob@example.com").unwrap()),
            ..ContactWrite::default()
        };
        let bobs = world.store.create_contact(world.workspace.id, write, unique("lead"), NOON).await.unwrap().id;
        let mut bob = world.browser();
        assert_eq!(bob.boot(Some(proven(&json!({"email": "bob@example.com"})))).await.contact.unwrap().id, bobs);
        assert_eq!(ada.sees().await, [secret]);
    }
}
