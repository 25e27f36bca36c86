//! Whatever the network does, in the end the server has each message once, in the order of writing, and every tab
//! shows what the server has.

use doorstep_core::view_model::Status;
use doorstep_core::{Event, HttpOutcome, UserAction};
use doorstep_protocol::host::{HostToFrame, Open};
use proptest::prelude::*;

use crate::world::World;

/// What may happen in between.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The person writes into the open thread.
    Write,
    /// A request goes there and back. Any of those on their way, so answers overtake each other.
    Deliver(usize),
    /// A request never arrives.
    LoseRequest(usize),
    /// A request arrives, its answer does not.
    LoseReply(usize),
    /// A request arrives twice.
    Duplicate(usize),
    /// The server fails.
    Fail(usize, u16),
    /// The socket makes a step.
    Socket,
    /// The socket breaks.
    Break,
    /// A timer fires.
    Timer,
    /// The other tab's letter arrives.
    Letter,
    /// A teammate answers.
    Reply,
    /// The tab is reloaded; the page reopens what was open.
    Reload,
    /// The end of the thread is on screen.
    ReachEnd,
    /// The network is said to be back.
    Online,
    /// The server forgets the session.
    Forget,
    /// The browser gives the lock of who leads to this tab if it is free.
    Grant,
    /// The browser puts the tab to sleep, lock and all.
    Freeze,
    /// It wakes.
    Thaw,
    /// The page is left and comes back as the browser kept it.
    Away,
    /// The person looks at another conversation, or at the list.
    Wander,
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0..4_usize;
    prop_oneof![
        5 => Just(Step::Write),
        6 => which.clone().prop_map(Step::Deliver),
        1 => which.clone().prop_map(Step::LoseRequest),
        2 => which.clone().prop_map(Step::LoseReply),
        1 => which.clone().prop_map(Step::Duplicate),
        1 => (which, prop_oneof![Just(500), Just(503), Just(429), Just(408)]).prop_map(|(at, status)| Step::Fail(at, status)),
        5 => Just(Step::Socket),
        1 => Just(Step::Break),
        3 => Just(Step::Timer),
        2 => Just(Step::Letter),
        1 => Just(Step::Reply),
        1 => Just(Step::Reload),
        1 => Just(Step::ReachEnd),
        1 => Just(Step::Online),
        1 => Just(Step::Forget),
        3 => Just(Step::Grant),
        1 => Just(Step::Freeze),
        2 => Just(Step::Thaw),
        1 => Just(Step::Away),
        1 => Just(Step::Wander),
    ]
}

fn apply(world: &mut World, tab: usize, key: &str, step: Step, written: &mut Vec<String>) {
    if world.tabs[tab].dead {
        if matches!(step, Step::Thaw | Step::Reload) {
            world.thaw(tab);
        }
        return;
    }
    match step {
        Step::Write => {
            world.host(tab, HostToFrame::Open { open: Open::Conversation { id: key.to_owned() } });
            let text = format!("{tab}:{}", written.len());
            world.write(tab, &text);
            written.push(text);
        }
        Step::Deliver(at) => world.deliver(tab, at),
        Step::LoseRequest(at) => {
            if let Some(request) = world.take_request(tab, at) {
                world.event(tab, Event::Http { id: request.id, outcome: HttpOutcome::Lost });
            }
        }
        Step::LoseReply(at) => {
            if let Some(request) = world.take_request(tab, at) {
                world.server.answer(request.operation, &request.body);
                world.event(tab, Event::Http { id: request.id, outcome: HttpOutcome::Lost });
            }
        }
        Step::Duplicate(at) => {
            if let Some(request) = world.take_request(tab, at) {
                world.server.answer(request.operation, &request.body);
                let outcome = world.server.answer(request.operation, &request.body);
                world.event(tab, Event::Http { id: request.id, outcome: outcome.clone() });
                world.event(tab, Event::Http { id: request.id, outcome });
            }
        }
        Step::Fail(at, status) => {
            if let Some(request) = world.take_request(tab, at) {
                let outcome = HttpOutcome::Answer { status, body: "<html>".into() };
                world.event(tab, Event::Http { id: request.id, outcome });
            }
        }
        Step::Socket => drop(world.socket_step(tab)),
        Step::Break => world.socket_break(tab),
        Step::Timer => drop(world.next_timer(tab)),
        Step::Letter => drop(world.letter(tab)),
        Step::Reply => {
            if let Some(id) = world.server.conversations.first().map(|about| about.id.clone()) {
                world.server.reply(&id, &format!("answer {}", world.server.parts.len()));
            }
        }
        Step::Reload => {
            world.reload(tab);
            world.host(tab, HostToFrame::Open { open: Open::Conversation { id: key.to_owned() } });
        }
        Step::ReachEnd => world.user(tab, UserAction::ReachedEnd),
        Step::Online => world.event(tab, Event::Online(true)),
        Step::Forget => world.server.session = None,
        Step::Grant => drop(world.grant(tab)),
        Step::Freeze => world.freeze(tab),
        Step::Thaw => {}
        Step::Away => {
            world.event(tab, Event::Away(true));
            // What is said meanwhile is not heard.
            world.tabs[tab].letters.clear();
            world.event(tab, Event::Away(false));
        }
        Step::Wander => world.host(tab, HostToFrame::Open { open: Open::Messages }),
    }
}

/// How many tabs.
const TABS: usize = 3;

/// All tabs are in one conversation, which the first began; then anything happens; then the network works.
fn run(steps: Vec<(usize, Step)>) -> Result<(), TestCaseError> {
    let mut world = World::new();
    for _ in 1..TABS {
        world.open_tab();
    }
    world.user(0, UserAction::StartConversation);
    let key = world.view(0).thread.unwrap().key;
    let mut written = vec!["first".to_owned()];
    world.write(0, "first");
    for tab in 1..TABS {
        world.letter(tab);
        world.host(tab, HostToFrame::Open { open: Open::Conversation { id: key.clone() } });
    }
    for (tab, step) in steps {
        apply(&mut world, tab, &key, step, &mut written);
    }
    for tab in 0..TABS {
        if world.tabs[tab].dead {
            world.thaw(tab);
        }
    }
    world.settle();
    let rows: Vec<_> = (0..TABS).map(|tab| world.view(tab).list.rows).collect();
    let truth = world.server.conversations[0].clone();
    for (tab, rows) in rows.iter().enumerate() {
        let [row] = &rows[..] else {
            return Err(TestCaseError::fail(format!("tab {tab}: one row, not {rows:?}")));
        };
        prop_assert_eq!(&row.preview, &truth.preview, "tab {}: the list knows the newest message", tab);
        prop_assert_eq!(row.unread, truth.unread, "tab {}: and what is unread", tab);
    }
    prop_assert_eq!(world.sockets(), 1, "one socket for all tabs");
    for tab in 0..TABS {
        world.host(tab, HostToFrame::Open { open: Open::Conversation { id: key.clone() } });
    }
    world.settle();
    let stored = world.server.bodies(&key);
    for tab in 0..TABS {
        let mine = |text: &&String| text.starts_with(&format!("{tab}:"));
        let expected: Vec<&String> = written.iter().filter(mine).collect();
        let got: Vec<&String> = stored.iter().filter(mine).collect();
        prop_assert_eq!(expected, got, "tab {}: each message once, in the order of writing", tab);
    }
    prop_assert_eq!(stored.iter().filter(|text| *text == "first").count(), 1);
    prop_assert_eq!(world.server.conversations.len(), 1, "all in one conversation");
    for tab in 0..TABS {
        while world.view(tab).thread.is_some_and(|thread| thread.more) {
            world.user(tab, UserAction::LoadOlder);
            world.settle();
        }
        prop_assert_eq!(&world.texts(tab), &stored, "tab {} shows what the server has", tab);
        let settled = world.statuses(tab).iter().all(|status| matches!(status, Status::Sent | Status::Seen));
        prop_assert!(settled, "tab {} has nothing left to send", tab);
        let mut keys: Vec<String> = world.items(tab).into_iter().map(|item| item.key).collect();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), stored.len(), "keys are unique");
    }
    prop_assert!(!world.storage.keys().any(|key| key.contains(".out.")), "the stored outbox is empty");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn each_message_once_and_in_order(steps in prop::collection::vec((0..TABS, step()), 0..80)) {
        run(steps)?;
    }
}
