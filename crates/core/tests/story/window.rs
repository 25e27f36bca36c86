//! Long threads: what is held stays small, and nothing of it is ever out of order or missing.

use doorstep_core::{Announcement, UserAction};

use crate::world::World;

/// As many parts as the real server gives.
const PAGE: usize = 20;
/// What is held at most.
const WINDOW: usize = 100;

/// A lead whose thread has messages 0 to `count`, open at its end; every message but the first is a teammate's.
fn long(count: usize) -> World {
    let mut world = World::new();
    world.server.page = Some(PAGE);
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "0");
    world.settle();
    world.user(0, UserAction::ReachedEnd);
    receive(&mut world, 1..count);
    world
}

fn receive(world: &mut World, numbers: std::ops::Range<usize>) {
    let id = world.server.conversations[0].id.clone();
    for number in numbers {
        world.server.reply(&id, &number.to_string());
        while world.socket_step(0) {}
    }
    world.settle();
}

/// The first and the last message that are held. They must be in order and without a hole.
fn span(world: &World) -> (usize, usize) {
    let held: Vec<usize> = world.texts(0).iter().map(|text| text.parse().unwrap()).collect();
    let (first, last) = (*held.first().unwrap(), *held.last().unwrap());
    assert_eq!(held, (first..=last).collect::<Vec<_>>());
    assert!(held.len() <= WINDOW, "{} are held", held.len());
    (first, last)
}

fn up(world: &mut World) -> bool {
    world.user(0, UserAction::LeftEnd);
    world.user(0, UserAction::LoadOlder);
    world.settle();
    world.view(0).thread.unwrap().more
}

#[test]
fn a_thousand_messages_received_are_not_all_held() {
    let world = long(1_000);
    let (first, last) = span(&world);
    assert_eq!(last, 999);
    assert!(first >= 999 - WINDOW);
    let thread = world.view(0).thread.unwrap();
    assert!(thread.more && !thread.newer);
    assert_eq!(world.view(0).unread, 0, "all were read");
}

#[test]
fn older_ones_push_the_newest_out_and_the_way_back_brings_them_in() {
    let mut world = long(1_000);
    while up(&mut world) {
        span(&world);
    }
    assert_eq!(span(&world), (0, WINDOW - 1));
    assert!(world.view(0).thread.unwrap().newer);
    let mut steps = 0;
    while world.view(0).thread.unwrap().newer {
        let (_, before) = span(&world);
        world.user(0, UserAction::LoadNewer);
        world.user(0, UserAction::LoadNewer);
        world.settle();
        assert!(span(&world).1 > before);
        steps += 1;
    }
    assert_eq!((span(&world).1, steps), (999, (1_000 - WINDOW).div_ceil(PAGE)));
}

#[test]
fn what_comes_while_older_ones_are_read_is_said_counted_and_found_at_the_end() {
    let mut world = long(400);
    for _ in 0..4 {
        up(&mut world);
    }
    let before = span(&world);
    receive(&mut world, 400..402);
    assert_eq!(span(&world), before, "what is read does not move");
    assert_eq!(
        world.tabs[0].said.last(),
        Some(&Announcement::NewMessage { from: "Ada".into(), text: "401".into() })
    );
    let thread = world.view(0).thread.unwrap();
    assert_eq!((thread.unread, world.view(0).unread), (2, 1));
    world.user(0, UserAction::ReachedEnd);
    world.settle();
    assert_eq!(world.view(0).unread, 1, "the end of what is held is not the thread's end");
    world.user(0, UserAction::ToEnd);
    world.settle();
    assert_eq!(span(&world).1, 401);
    assert_eq!(world.view(0).unread, 0);
}

#[test]
fn many_that_come_while_older_ones_are_read_do_not_pile_up() {
    let mut world = long(60);
    world.user(0, UserAction::LeftEnd);
    receive(&mut world, 60..400);
    let (first, last) = span(&world);
    assert!(first < 60 && last < 399, "{first} to {last}");
    while world.view(0).thread.unwrap().newer {
        world.user(0, UserAction::LoadNewer);
        world.settle();
    }
    assert_eq!(span(&world).1, 399);
}

#[test]
fn a_page_that_comes_late_leaves_no_hole() {
    let mut world = long(400);
    for _ in 0..3 {
        up(&mut world);
    }
    world.user(0, UserAction::LoadNewer);
    let request = world.take_request(0, 0).unwrap();
    // Overtaken: the person went to the end meanwhile.
    world.user(0, UserAction::ToEnd);
    world.user(0, UserAction::ReachedEnd);
    world.settle();
    let outcome = world.server.answer(request.operation, &request.body);
    world.event(0, doorstep_core::Event::Http { id: request.id, outcome });
    world.settle();
    assert_eq!(span(&world).1, 399);
}

#[test]
fn what_the_person_writes_while_reading_older_ones_stands_at_the_end() {
    let mut world = long(400);
    for _ in 0..4 {
        up(&mut world);
    }
    world.write(0, "400");
    world.settle();
    assert_eq!(span(&world).1, 400);
    assert!(!world.view(0).thread.unwrap().newer);
}

#[test]
fn a_lost_connection_does_not_throw_the_reader_to_the_end() {
    let mut world = long(400);
    for _ in 0..4 {
        up(&mut world);
    }
    let before = span(&world);
    world.socket_break(0);
    world.settle();
    assert_eq!(span(&world), before);
}
