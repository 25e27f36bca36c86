//! `trackEvent` and views of pages (P3, P11): a visitor's wait, a lead's and a user's are recorded at once, none is lost.

use doorstep_core::{HttpOutcome, UserAction};
use doorstep_protocol::host::{FrameToHost, HostToFrame};
use doorstep_protocol::messenger::{Page, Role};
use serde_json::{Value, json};

use crate::world::World;

fn names(world: &World) -> Vec<String> {
    let name = |text: &Value| -> Value { serde_json::from_str(text.as_str().unwrap()).unwrap() };
    world.server.events.iter().map(|text| name(text)["name"].as_str().unwrap().to_owned()).collect()
}

fn write(world: &mut World) {
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
}

#[test]
fn a_visitors_events_wait_until_they_are_a_lead() {
    let mut world = World::new();
    world.settle();
    world.track(0, "first");
    world.now_ms += 60_000;
    world.track(0, "second");
    world.next_timer(0);
    let ping = world.tabs[0].requests.last().unwrap();
    assert!(!ping.body.contains("first"), "not even sent: {}", ping.body);
    world.settle();
    assert_eq!((names(&world).len(), world.held.len()), (0, 2));
    write(&mut world);
    assert_eq!(world.server.person.role, Role::Lead);
    assert_eq!(names(&world), ["first", "second"]);
    assert!(world.server.events[0].as_str().unwrap().contains("1000000"), "with its own time");
    assert!(world.held.is_empty(), "the page forgets what the server has");
}

#[test]
fn a_visitor_who_never_writes_leaves_nothing() {
    let mut world = World::new();
    world.track(0, "looked");
    world.settle();
    world.reload(0);
    world.settle();
    assert!(world.server.events.is_empty() && world.server.views.is_empty());
    assert_eq!(world.held.len(), 1, "still there, should they write");
}

#[test]
fn a_leads_events_are_recorded_at_once_and_together() {
    let mut world = World::new();
    write(&mut world);
    for name in ["a", "b", "c"] {
        world.track(0, name);
    }
    assert!(world.asked(0).is_empty(), "together");
    world.next_timer(0);
    assert_eq!(world.asked(0), ["ping"]);
    world.settle();
    assert_eq!(names(&world), ["a", "b", "c"]);
}

#[test]
fn a_reload_before_the_answer_loses_nothing() {
    let mut world = World::new();
    write(&mut world);
    world.track(0, "bought");
    world.reload(0);
    world.fail(0, "ping", HttpOutcome::Lost);
    assert_eq!(world.held.len(), 1);
    world.track(0, "paid");
    world.settle();
    assert_eq!(names(&world), ["bought", "paid"]);
    assert!(world.held.is_empty());
}

#[test]
fn a_user_is_told_of_by_the_first_ping() {
    let mut world = World::new();
    world.held = vec![r#"{"name":"before"}"#.into()];
    world.reload(0);
    world.settle();
    assert!(world.server.events.is_empty());
    world.update(0, json!({"user_id": "42"}));
    world.settle();
    assert_eq!(names(&world), ["before"]);
    world.server.complaint = "no room for `x`".to_owned();
    world.track(0, "x");
    world.settle();
    let console = |order: &FrameToHost| matches!(order, FrameToHost::Console { message, .. } if message.contains("no room"));
    assert!(world.tabs[0].told.iter().any(console));
}

#[test]
fn of_many_no_ping_brings_more_than_the_server_reads() {
    let mut world = World::new();
    for number in 0..30 {
        world.track(0, &format!("{number} {}", "\u{e9}".repeat(1_500)));
    }
    write(&mut world);
    assert_eq!((world.server.events.len(), world.held.len()), (30, 0));
    let longest = world.server.longest_ping;
    assert!((20_000..60_000).contains(&longest), "{longest}");
    assert!(names(&world).is_sorted_by_key(|name| name.split(' ').next().unwrap().parse::<u8>().unwrap()));
}

#[test]
fn another_person_does_not_get_them() {
    let mut world = World::new();
    world.update(0, json!({"user_id": "1"}));
    world.track(0, "of the first");
    world.update(0, json!({"user_id": "2"}));
    assert!(world.held.is_empty());
    world.settle();
    assert!(world.server.events.is_empty());
}

#[test]
fn each_page_is_viewed_once() {
    let mut world = World::new();
    world.settle();
    let go = |world: &mut World, url: &str| {
        let page = Page { url: url.into(), ..Page::default() };
        let settings = world.given(Value::Null);
        world.host(0, HostToFrame::Update { settings, page });
        world.settle();
    };
    go(&mut world, "/a");
    assert!(world.server.views.is_empty(), "a visitor's are not recorded");
    write(&mut world);
    go(&mut world, "/a");
    go(&mut world, "/b");
    go(&mut world, "/b");
    assert_eq!(world.server.views, ["/a", "/b"]);
}
