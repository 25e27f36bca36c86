//! Threads, states, read marks and the inbox's list.

use doorstep_store::{ChangeKind, ConversationRef, Error};

use crate::world::{NOON, World, story, unique};

story! {
    async fn a_message_opens_a_closed_conversation(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        let id = sent.conversation.id;
        let since = world.seq().await;
        let (workspace_id, admin_id) = (world.workspace.id, world.admin.id);
        let closed = world.store.set_state(workspace_id, id, admin_id, "closed", NOON).await.unwrap();
        assert_eq!((closed.state.as_str(), closed.waiting_since), ("closed", None));
        let parts = world.store.part_records(id, 10).await.unwrap();
        assert_eq!(parts.iter().map(|part| &*part.part_type).collect::<Vec<_>>(), ["comment", "close"]);
        assert_eq!(world.heard(&sent.contact.id, since).await, [(ChangeKind::Part, Some(parts[1].id))]);
        // Closing again changes nothing.
        world.store.set_state(workspace_id, id, admin_id, "closed", NOON).await.unwrap();
        assert_eq!(world.seq().await, since + 1);
        browser.now += 100;
        let again = browser.send(browser.message(ConversationRef::Id(id), "one more thing")).await.unwrap();
        assert_eq!(again.conversation.state, "open");
        assert_eq!(again.conversation.waiting_since, Some(NOON + 100));
    }
}

story! {
    async fn both_sides_see_what_the_other_has_read(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        let (workspace_id, id) = (world.workspace.id, sent.conversation.id);
        assert_eq!((sent.conversation.unread_by_team, sent.conversation.seen_by_team), (1, None));

        world.store.mark_read_by_team(workspace_id, id, sent.part.id, NOON).await.unwrap();
        let now = world.store.conversation(workspace_id, id).await.unwrap().unwrap();
        assert_eq!((now.unread_by_team, now.seen_by_team), (0, Some(sent.part.id)));

        let (after, answer, _) = world.reply(id, "hi").await;
        assert_eq!((after.unread_by_contact, after.waiting_since), (1, None));
        let contact = sent.contact.id.clone();
        world.store.mark_read_by_contact(workspace_id, contact.clone(), id, answer.id, NOON).await.unwrap();
        let now = world.store.conversation(workspace_id, id).await.unwrap().unwrap();
        assert_eq!((now.unread_by_contact, now.read_by_contact), (0, answer.id));

        // Marks never go back, a repetition is silent, and a part of another conversation marks nothing.
        let seq = world.seq().await;
        world.store.mark_read_by_contact(workspace_id, contact.clone(), id, sent.part.id, NOON).await.unwrap();
        world.store.mark_read_by_contact(workspace_id, contact.clone(), id, answer.id, NOON).await.unwrap();
        world.store.mark_read_by_contact(workspace_id, contact, id, i64::MAX, NOON).await.unwrap();
        assert_eq!(world.seq().await, seq);
        let foreign = world.store.mark_read_by_contact(workspace_id, "0".repeat(24), id, answer.id, NOON).await;
        assert!(matches!(foreign, Err(Error::NotFound(_))));

        // Who writes has read what stood above.
        world.reply(id, "anything else?").await;
        let last = browser.send(browser.message(ConversationRef::Id(id), "no")).await.unwrap();
        assert_eq!((last.conversation.unread_by_contact, last.conversation.unread_by_team), (0, 1));
    }
}

story! {
    async fn a_notice_put_away_stays_away_until_something_newer_comes(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        let (workspace_id, id) = (world.workspace.id, sent.conversation.id);
        let (answered, ..) = world.reply(id, "hi").await;
        let (contact, up_to) = (sent.contact.id.clone(), answered.updated_at);
        world.store.dismiss(workspace_id, contact.clone(), id, up_to, NOON).await.unwrap();
        let now = world.store.conversation(workspace_id, id).await.unwrap().unwrap();
        assert_eq!((now.dismissed_at, now.unread_by_contact), (up_to, 1), "put away is not read");

        // Never back, never ahead, a repetition is silent, and nobody puts away another's.
        let seq = world.seq().await;
        for at in [up_to, up_to - 1, up_to + 1, i64::MAX] {
            world.store.dismiss(workspace_id, contact.clone(), id, at, NOON).await.unwrap();
        }
        assert_eq!(world.seq().await, seq);
        let foreign = world.store.dismiss(workspace_id, "0".repeat(24), id, up_to, NOON).await;
        assert!(matches!(foreign, Err(Error::NotFound(_))));
    }
}

story! {
    async fn a_long_thread_comes_in_pages(world: &World) {
        let mut browser = world.browser();
        let first = browser.write("0").await;
        let id = first.conversation.id;
        for number in 1..7 {
            browser.send(browser.message(ConversationRef::Id(id), &number.to_string())).await.unwrap();
        }
        let contact = Some(first.contact.id.as_str());
        let (mut before, mut pages) = (None, Vec::new());
        loop {
            let page = world.store.thread(world.workspace.id, contact, id, before, 3).await.unwrap();
            before = page.parts.first().map(|part| part.id);
            pages.push(page.parts.into_iter().map(|part| part.body).collect::<Vec<_>>());
            if !page.more {
                break;
            }
        }
        let expected: [&[&str]; 3] =
            [&["<p>4</p>", "<p>5</p>", "<p>6</p>"], &["<p>1</p>", "<p>2</p>", "<p>3</p>"], &["<p>0</p>"]];
        assert_eq!(pages, expected);

        let (mut after, mut forth) = (first.part.id, Vec::new());
        loop {
            let page = world.store.thread_after(world.workspace.id, contact, id, after, 3).await.unwrap();
            after = page.parts.last().map(|part| part.id).unwrap();
            forth.push(page.parts.into_iter().map(|part| part.body).collect::<Vec<_>>());
            if !page.more {
                break;
            }
        }
        let expected: [&[&str]; 2] = [&["<p>1</p>", "<p>2</p>", "<p>3</p>"], &["<p>4</p>", "<p>5</p>", "<p>6</p>"]];
        assert_eq!(forth, expected);
        let theirs = world.store.thread_after(world.workspace.id, Some("somebody else"), id, 1, 3).await;
        assert!(theirs.is_err(), "only the owner's");
    }
}

story! {
    async fn the_inbox_comes_in_pages_newest_first(world: &World) {
        let mut ids = Vec::new();
        for number in 0..5 {
            let mut browser = world.browser();
            // Two share a second: the order must hold there too.
            browser.now = NOON + number / 2;
            ids.push(browser.write("hello").await.conversation.id);
        }
        ids.reverse();
        let closed = ids.remove(1);
        world.store.set_state(world.workspace.id, closed, world.admin.id, "closed", NOON).await.unwrap();
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = world.store.inbox(world.workspace.id, "open", after, 2).await.unwrap();
            assert_eq!(page.open_count, 4);
            seen.extend(page.rows.iter().map(|(conversation, _)| conversation.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, ids);
        let page = world.store.inbox(world.workspace.id, "closed", None, 10).await.unwrap();
        assert_eq!(page.rows.len(), 1);
    }
}

story! {
    async fn a_repeated_answer_is_stored_once_and_never_answers_for_another(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        let other = browser.write("something else").await;
        let client_id = unique("reply");
        let reply = world.answer(sent.conversation.id, "hi", &client_id);
        let (_, first, _) = world.store.reply_as_admin(reply.clone()).await.unwrap();
        let (_, second, _) = world.store.reply_as_admin(reply).await.unwrap();
        assert_eq!(first, second);
        assert_eq!(world.bodies(sent.conversation.id).await.len(), 2);
        let elsewhere = world.answer(other.conversation.id, "hi", &client_id);
        assert!(matches!(world.store.reply_as_admin(elsewhere).await, Err(Error::Conflict(_))));
        let nowhere = world.answer(i64::MAX, "hi", &unique("reply"));
        assert!(matches!(world.store.reply_as_admin(nowhere).await, Err(Error::NotFound(_))));
    }
}

story! {
    async fn changes_are_read_from_any_number_in_order(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        world.reply(sent.conversation.id, "hi").await;
        world.browser().write("somebody else").await;
        let all = world.store.changes_for_workspace(world.workspace.id, 0, 1000).await.unwrap();
        let numbers: Vec<i64> = all.iter().map(|change| change.seq).collect();
        assert_eq!(numbers, (1..=world.seq().await).collect::<Vec<_>>());
        let tail = world.store.changes_for_workspace(world.workspace.id, 2, 2).await.unwrap();
        assert_eq!(tail, all[2..4]);
        let own = world.store.changes_for_contact(&sent.contact.id, 0, 1000).await.unwrap();
        assert!(own.iter().all(|change| change.contact_id == sent.contact.id));
        let expected: Vec<_> = all.into_iter().filter(|change| change.contact_id == sent.contact.id).collect();
        assert_eq!(own, expected);
    }
}
