//! Many at once: each message once, numbers without gaps, a failure hurts nobody else, reopening keeps everything.

use std::collections::HashSet;
use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Waker};

use doorstep_store::{ConversationRef, Error, Store};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::io::{copy, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::world::{World, soon, story};

const SENDERS: usize = 200;

story! {
    async fn two_hundred_senders_and_a_reader_that_misses_nothing(world: &World) {
        let (done, watching) = watch::channel(false);
        let reader = tokio::spawn(read_along(world.store.clone(), world.workspace.id, watching));
        let mut crowd = JoinSet::new();
        for number in 0..SENDERS {
            let mut browser = world.browser();
            crowd.spawn(async move {
                let key = ConversationRef::Key(format!("key-{number}"));
                let first = browser.message(key.clone(), "first");
                // The same message twice at once, as two tabs with one outbox would.
                let (mut a, mut b) = (browser.clone(), browser.clone());
                let (mut one, mut two) = (first.clone(), first);
                (one.fresh_session, two.fresh_session) = (crate::world::secret(), crate::world::secret());
                let (one, two) = tokio::join!(a.send(one), b.send(two));
                let (one, two) = (one.unwrap(), two.unwrap());
                assert!(one.repeated != two.repeated);
                assert_eq!(one.part, two.part);
                browser.session = a.session;
                let second = browser.send(browser.message(key, "second")).await.unwrap();
                [one.part.id, second.part.id]
            });
        }
        let sent: Vec<[i64; 2]> = soon("all messages", crowd.join_all()).await;
        done.send(true).unwrap();
        let seen = soon("the reader's end", reader).await.unwrap();
        let parts: HashSet<i64> = sent.into_iter().flatten().collect();
        assert_eq!(parts.len(), 2 * SENDERS);
        let told: Vec<i64> = seen.into_iter().flatten().collect();
        assert_eq!(told.len(), parts.len(), "each part is told once");
        assert_eq!(told.into_iter().collect::<HashSet<_>>(), parts);
        let page = world.store.inbox(world.workspace.id, "open", None, 1000).await.unwrap();
        assert_eq!(page.rows.len(), SENDERS);
        let people: HashSet<_> = page.rows.iter().map(|(_, contact)| contact.id.clone()).collect();
        assert_eq!(people.len(), SENDERS);
    }
}

/// Follows the log as a socket does, until the senders are done and nothing is left; panics at a gap.
async fn read_along(store: Store, workspace_id: i64, done: watch::Receiver<bool>) -> Vec<Option<i64>> {
    let (mut seen, mut seq) = (Vec::new(), 0);
    loop {
        // Asked before reading: what was committed before this is in the reading.
        let last = *done.borrow();
        let changes = store.changes_for_workspace(workspace_id, seq, 50).await.unwrap();
        if changes.is_empty() && last {
            return seen;
        }
        for change in changes {
            assert_eq!(change.seq, seq + 1, "a number became visible before a smaller one");
            seq = change.seq;
            seen.push(change.part_id);
        }
        tokio::task::yield_now().await;
    }
}

story! {
    async fn two_nodes_on_one_database_keep_one_order(world: &World) {
        let other = Store::open(&world.url).await.unwrap();
        let second = world.store.create_workspace(crate::world::new_workspace("second")).await.unwrap();
        let mut crowd = JoinSet::new();
        for number in 0..60 {
            let mut browser = world.browser();
            if number % 2 == 0 {
                browser.store = other.clone();
            }
            if number % 3 == 0 {
                browser.workspace_id = second.id;
            }
            crowd.spawn(async move {
                browser.write("hello").await;
                browser.log_in(&json!({"user_id": number % 5})).await;
            });
        }
        soon("all messages", crowd.join_all()).await;
        for (workspace_id, conversations) in [(world.workspace.id, 40), (second.id, 20)] {
            let changes = other.changes_for_workspace(workspace_id, 0, 10_000).await.unwrap();
            let numbers: Vec<i64> = changes.iter().map(|change| change.seq).collect();
            assert_eq!(numbers, (1..=other.newest_seq(workspace_id).await.unwrap()).collect::<Vec<_>>());
            let page = other.inbox(workspace_id, "open", None, 1000).await.unwrap();
            assert_eq!(page.rows.len(), conversations);
            assert!(page.rows.iter().all(|(_, contact)| contact.is_user()));
            let people: HashSet<_> = page.rows.iter().map(|(_, contact)| contact.id.clone()).collect();
            assert_eq!(people.len(), 5, "one contact for each user_id");
        }
        other.close().await;
    }
}

story! {
    async fn a_refused_operation_takes_no_other_down(world: &World) {
        let mut crowd = JoinSet::new();
        for number in 0..60 {
            let mut browser = world.browser();
            crowd.spawn(async move {
                let place = if number % 3 == 0 {
                    ConversationRef::Id(i64::MAX)
                } else {
                    ConversationRef::Key(format!("key-{number}"))
                };
                (number, browser.send(browser.message(place, "hello")).await)
            });
        }
        for (number, result) in soon("all answers", crowd.join_all()).await {
            match result {
                Err(Error::NotFound(_)) => assert_eq!(number % 3, 0),
                other => assert!(!other.unwrap().repeated && number % 3 != 0),
            }
        }
        // Refused operations leave no lead and no number behind: a lead and a part for each of the 40 others.
        assert_eq!(world.seq().await, 80);
    }
}

story! {
    async fn each_commit_wakes_with_the_newest_number(world: &World) {
        let mut wakes = world.store.wakes();
        let sent = world.browser().write("hello").await;
        let wake = soon("the wake", wakes.recv()).await.unwrap();
        assert_eq!((wake.workspace_id, wake.seq), (world.workspace.id, sent.seq));
    }
}

story! {
    async fn a_wake_knows_what_a_usual_message_wrote(world: &World) {
        let mut wakes = world.store.wakes();
        let mut browser = world.browser();
        let first = browser.write("hello").await;
        let place = ConversationRef::Id(first.conversation.id);
        let wake = soon("the first wake", wakes.recv()).await.unwrap();
        assert_eq!(wake.fresh, None, "it made a lead");
        let begin = browser.now;
        let workspace_id = world.workspace.id;
        let mut since = first.seq;
        // When somebody was seen moves in steps of five minutes; what is told says the same as what is stored.
        for (later, seen) in [(100, 0), (299, 0), (300, 300)] {
            browser.now = begin + later;
            let mut message = browser.message(place.clone(), "one more thing");
            format!("https://shop.example/cart/{later}").clone_into(&mut message.page_url);
            let sent = browser.send(message).await.unwrap();
            let wake = soon("the next wake", wakes.recv()).await.unwrap();
            let fresh = wake.fresh.unwrap();
            let read = world.store.changes_for_workspace(workspace_id, since, 10).await.unwrap();
            assert_eq!((wake.since, &fresh.changes), (since, &read));
            assert_eq!(fresh.scene, world.store.scene(workspace_id, since, sent.seq).await.unwrap());
            let seen_at: Vec<_> = fresh.scene.contacts.values().map(|contact| contact.last_seen_at).collect();
            assert_eq!(seen_at, [Some(begin + seen)], "{later} seconds later");
            since = sent.seq;
        }
    }
}

story! {
    async fn reopening_keeps_everything(world: &World) {
        let mut browser = world.browser();
        let sent = browser.write("hello").await;
        world.store.close().await;
        assert!(matches!(browser.send(browser.message(ConversationRef::Id(1), "late")).await, Err(Error::Unavailable(_))));
        let again = Store::open(&world.url).await.unwrap();
        again.ready().await.unwrap();
        browser.store = again.clone();
        assert_eq!(browser.sees().await, [sent.conversation.id]);
        let next = browser.send(browser.message(ConversationRef::Id(sent.conversation.id), "back")).await.unwrap();
        assert_eq!(next.seq, sent.seq + 1);
        again.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_to_postgres_is_replaced() {
    crate::world::on_postgres(async |world: &World| {
        let mut browser = world.browser();
        let sent = browser.write("before").await;
        let mut admin = PgConnection::connect(&world.url).await.unwrap();
        // Waits until each is gone: one that is only told to go may still begin a transaction.
        sqlx::query(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .execute(&mut admin)
        .await
        .unwrap();
        let message = browser.message(ConversationRef::Id(sent.conversation.id), "after");
        let after = soon("the next write", browser.send(message)).await.unwrap();
        assert_eq!(after.seq, sent.seq + 1);
        // One that was read from just now is found out by the next to read from it.
        let read = async {
            let contact_id = &sent.conversation.contact_id;
            loop {
                if let Ok((found, _)) =
                    world.store.conversations_of(world.workspace.id, contact_id, 100).await
                {
                    return found;
                }
            }
        };
        assert_eq!(soon("the next read", read).await[0].id, sent.conversation.id);
    })
    .await;
}

/// A server's address that everything goes through until it falls silent: lines that are open then stay open, and nothing is
/// heard from the server any more. Those that are opened later work.
struct Silence {
    url: String,
    falls: watch::Sender<()>,
}

impl Silence {
    /// `deaf` says whether the server hears nothing any more, either.
    async fn before(server: &str, deaf: bool) -> Self {
        let options: PgConnectOptions = server.parse().unwrap();
        let address = format!("{}:{}", options.get_host(), options.get_port());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = options.host("127.0.0.1").port(listener.local_addr().unwrap().port());
        let (falls, silent) = watch::channel(());
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (mut silent, address) = (silent.clone(), address.clone());
                silent.mark_unchanged();
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(address).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => return,
                        // The test is over.
                        changed = silent.changed() => if changed.is_err() { return },
                    }
                    if !deaf {
                        let _ = copy(&mut near, &mut far).await;
                    }
                    // Held for as long as the test.
                    std::future::pending::<()>().await;
                });
            }
        });
        Self { url: near.to_url_lossy().to_string(), falls }
    }
}

async fn writes_after_silence(world: &World, deaf: bool) {
    let silence = Silence::before(&world.url, deaf).await;
    let mut browser = world.browser();
    browser.store = Store::open(&silence.url).await.unwrap();
    let sent = browser.write("before").await;
    silence.falls.send_replace(());
    let message = browser.message(ConversationRef::Id(sent.conversation.id), "after");
    let after = soon("the next write", browser.send(message)).await.unwrap();
    assert_eq!(after.seq, sent.seq + 1);
}

/// A firewall that has forgotten a line lets nobody know.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_connection_to_postgres_is_replaced() {
    crate::world::on_postgres(async |world: &World| writes_after_silence(world, true).await).await;
}

/// The transaction that was begun on it keeps the workspace's row no longer than a moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_to_postgres_whose_answers_are_lost_is_replaced() {
    crate::world::on_postgres(async |world: &World| writes_after_silence(world, false).await).await;
}

/// Those that read, too, however many of them there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_for_reading_are_replaced() {
    crate::world::on_postgres(async |world: &World| {
        let silence = Silence::before(&world.url, true).await;
        let mut browser = world.browser();
        let sent = browser.write("before").await;
        browser.store = Store::open(&silence.url).await.unwrap();
        let workspace_id = world.workspace.id;
        let read = async || {
            let mut crowd = JoinSet::new();
            for _ in 0..8 {
                let (store, person) = (browser.store.clone(), sent.conversation.contact_id.clone());
                crowd.spawn(async move { store.conversations_of(workspace_id, &person, 100).await.unwrap() });
            }
            crowd.join_all().await
        };
        soon("reads", read()).await;
        // At least as long as a connection counts as one that lives.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        silence.falls.send_replace(());
        // Those who began first did not wait for the answer: nobody pays for that later.
        for _ in 0..8 {
            let mut given_up =
                pin!(browser.store.conversations_of(workspace_id, &sent.conversation.contact_id, 100));
            assert!(given_up.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        for found in soon("reads after the silence", read()).await {
            assert_eq!(found.0[0].id, sent.conversation.id);
        }
    })
    .await;
}

/// A server that is told to stop does, though its database is behind a wall.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_whose_connections_are_silent_closes() {
    crate::world::on_postgres(async |world: &World| {
        let silence = Silence::before(&world.url, true).await;
        let mut browser = world.browser();
        browser.store = Store::open(&silence.url).await.unwrap();
        browser.write("before").await;
        silence.falls.send_replace(());
        // A statement that was under way is waited for, a minute at most.
        let limit = std::time::Duration::from_mins(3);
        tokio::time::timeout(limit, browser.store.close()).await.expect("it closes");
    })
    .await;
}
