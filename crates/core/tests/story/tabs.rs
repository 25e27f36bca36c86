//! One socket for all tabs of a person: who holds it, who takes over, and that nothing is missed.

use doorstep_core::{Event, UserAction};
use doorstep_protocol::host::{HostToFrame, Open};
use doorstep_protocol::live::{ClientFrame, ServerFrame};

use crate::world::World;

/// A lead with one conversation on screen in two tabs; the first leads.
fn two_tabs() -> World {
    let mut world = World::new();
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
    world.open_tab();
    let id = world.server.conversations[0].id.clone();
    world.host(1, HostToFrame::Open { open: Open::Conversation { id } });
    world.settle();
    assert_eq!(leaders(&world), [0]);
    world
}

fn leaders(world: &World) -> Vec<usize> {
    (0..world.tabs.len()).filter(|tab| !world.tabs[*tab].dead && world.tabs[*tab].socket.is_some()).collect()
}

fn answer(world: &mut World, text: &str) {
    let id = world.server.conversations[0].id.clone();
    world.server.reply(&id, text);
}

/// The tab's next timer fires, whichever it is.
fn wait(world: &mut World, tab: usize) {
    let at = world.tabs[tab].timers.iter().map(|(.., at)| *at).min().expect("something is waited for");
    let index = world.tabs[tab].timers.iter().position(|(.., when)| *when == at).unwrap();
    let (timer, generation, at) = world.tabs[tab].timers.remove(index);
    world.now_ms = world.now_ms.max(at);
    world.event(tab, Event::TimerFired { timer, generation });
}

#[test]
fn the_others_hear_what_the_socket_says() {
    let mut world = two_tabs();
    answer(&mut world, "hi");
    let requests = world.tabs[1].requests.len();
    world.settle();
    assert_eq!(world.texts(1), ["hello", "hi"]);
    assert_eq!(leaders(&world), [0]);
    assert_eq!(world.tabs[1].requests.len(), requests, "without asking the server");
}

#[test]
fn a_crash_of_the_leader_loses_nothing() {
    let mut world = two_tabs();
    world.crash(0);
    answer(&mut world, "are you there?");
    world.settle();
    assert_eq!(leaders(&world), [1]);
    assert_eq!(world.texts(1), ["hello", "are you there?"]);
}

#[test]
fn a_sleeping_leader_is_replaced_and_gives_way_or_takes_back() {
    let mut world = two_tabs();
    world.freeze(0);
    answer(&mut world, "are you there?");
    world.settle();
    assert_eq!(world.texts(1), ["hello"], "nobody passes it on");
    // Somebody looks at the tab: it asks who leads, and nobody answers.
    world.event(1, Event::Visible(true));
    world.settle();
    assert_eq!(leaders(&world), [1]);
    assert_eq!(world.texts(1), ["hello", "are you there?"]);
    world.thaw(0);
    answer(&mut world, "good morning");
    world.settle();
    assert_eq!(leaders(&world), [0], "the lock decides");
    for tab in 0..2 {
        assert_eq!(world.texts(tab), ["hello", "are you there?", "good morning"]);
    }
}

#[test]
fn a_leader_that_is_silent_for_long_is_replaced_unseen() {
    let mut world = two_tabs();
    world.event(1, Event::Visible(false));
    world.freeze(0);
    answer(&mut world, "are you there?");
    while leaders(&world) != [1] {
        wait(&mut world, 1);
    }
    world.settle();
    assert_eq!(world.texts(1), ["hello", "are you there?"]);
}

#[test]
fn without_locks_there_is_one_socket_all_the_same() {
    let mut world = World::new();
    world.locks = false;
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
    for _ in 1..4 {
        world.open_tab();
    }
    world.settle();
    assert_eq!(world.sockets(), 1);
    answer(&mut world, "hi");
    world.settle();
    assert!((0..4).all(|tab| world.view(tab).unread == 1));
    let [leader] = leaders(&world)[..] else { panic!("one leads") };
    world.crash(leader);
    answer(&mut world, "still here?");
    let other = (leader + 1) % 4;
    world.event(other, Event::Visible(true));
    world.settle();
    assert_eq!(leaders(&world), [other]);
    assert_eq!(world.view(other).list.rows[0].unread, 2);
}

#[test]
fn what_was_missed_is_asked_for() {
    let mut world = two_tabs();
    answer(&mut world, "one");
    while world.socket_step(0) {}
    world.tabs[1].letters.clear();
    answer(&mut world, "two");
    world.settle();
    assert_eq!(world.texts(1), ["hello", "one", "two"]);
}

#[test]
fn typing_goes_over_the_one_socket_both_ways() {
    let mut world = two_tabs();
    let conversation_id = world.server.conversations[0].id.clone();
    world.user(1, UserAction::DraftChanged("I wonder".into()));
    world.letter(0);
    let typing = ClientFrame::Typing { conversation_id: conversation_id.clone() };
    assert_eq!(world.tabs[0].said_live, [typing]);
    world.user(1, UserAction::DraftChanged("I wonder whether".into()));
    while world.letter(0) {}
    assert_eq!(world.tabs[0].said_live.len(), 1, "not at every key");

    let frame = ServerFrame::Typing { conversation_id, name: "Ada".into() };
    let id = world.tabs[0].socket.as_ref().unwrap().id;
    world.event(0, Event::SocketFrame { id, text: serde_json::to_string(&frame).unwrap() });
    world.letter(1);
    for tab in 0..2 {
        assert_eq!(world.view(tab).thread.unwrap().typing.as_deref(), Some("Ada"));
    }
}

#[test]
fn typing_is_told_after_the_clock_was_put_back() {
    let mut world = two_tabs();
    world.user(0, UserAction::DraftChanged("a".into()));
    world.now_ms -= 3 * 24 * 3_600_000;
    world.user(0, UserAction::DraftChanged("ab".into()));
    assert_eq!(world.tabs[0].said_live.len(), 2);
}

#[test]
fn a_page_that_is_kept_by_the_browser_leads_nobody() {
    let mut world = two_tabs();
    world.event(0, Event::Away(true));
    assert!(!world.tabs[0].in_tabs && world.tabs[0].claim.is_none());
    answer(&mut world, "one");
    world.settle();
    assert_eq!(leaders(&world), [1]);
    assert_eq!(world.texts(1), ["hello", "one"]);
    world.event(0, Event::Away(false));
    answer(&mut world, "two");
    world.settle();
    assert_eq!(leaders(&world), [1]);
    assert_eq!(world.texts(0), ["hello", "one", "two"]);
}

#[test]
fn a_message_written_while_the_page_was_kept_is_shown_when_it_is_back() {
    let mut world = two_tabs();
    world.event(0, Event::Away(true));
    world.write(1, "from the other tab");
    world.settle();
    world.event(0, Event::Away(false));
    world.settle();
    assert_eq!(world.texts(0), ["hello", "from the other tab"]);
}

#[test]
fn shutdown_ends_the_lead_in_every_tab() {
    let mut world = two_tabs();
    world.host(1, HostToFrame::Shutdown);
    while world.letter(0) {}
    assert_eq!(world.sockets(), 0);
    assert!(world.tabs.iter().all(|tab| tab.claim.is_none() && !tab.in_tabs));
}

#[test]
fn a_lead_who_becomes_a_user_in_one_tab_keeps_one_socket() {
    let mut world = two_tabs();
    world.boot(1, serde_json::json!({"user_id": "42"}));
    world.settle();
    world.boot(0, serde_json::json!({"user_id": "42"}));
    answer(&mut world, "welcome");
    world.settle();
    assert_eq!(world.sockets(), 1);
    assert!((0..2).all(|tab| world.view(tab).list.rows[0].preview == "welcome"));
}
