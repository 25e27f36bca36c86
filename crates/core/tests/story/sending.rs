//! Sending, rule by rule: stored before sent, tried again, refused, once per conversation at a time.

use doorstep_core::view_model::{Connection, Status};
use doorstep_core::{Effect, Event, HttpOutcome, UserAction};
use doorstep_protocol::host::{HostToFrame, Open};
use rstest::rstest;

use crate::server::no;
use crate::world::World;

/// A visitor in a new conversation, the first ping answered.
fn ready() -> World {
    let mut world = World::new();
    world.settle();
    world.user(0, UserAction::StartConversation);
    world
}

#[test]
fn a_message_is_stored_before_it_is_sent() {
    let mut world = ready();
    world.tabs[0].effects.clear();
    world.write(0, "hello");
    let effects = &world.tabs[0].effects;
    let stored =
        effects.iter().position(|it| matches!(it, Effect::Store { key, .. } if key.contains(".out.")));
    let sent = effects.iter().position(|it| matches!(it, Effect::Http { operation: "send", .. }));
    assert!(stored.unwrap() < sent.unwrap());
    assert_eq!(world.statuses(0), [Status::Sending]);
    assert_eq!(world.view(0).thread.unwrap().composer.draft, "", "the composer is empty at once");
}

#[test]
fn the_key_of_a_message_outlives_its_acknowledgement() {
    let mut world = ready();
    world.write(0, "hello");
    let before = world.items(0)[0].key.clone();
    world.settle();
    assert_eq!(world.items(0)[0].key, before);
    assert_eq!(world.statuses(0), [Status::Sent]);
    assert!(world.storage.is_empty(), "nothing stays behind: {:?}", world.storage);
}

#[rstest]
#[case::lost(HttpOutcome::Lost)]
#[case::broken(HttpOutcome::Answer { status: 500, body: String::new() })]
#[case::timeout(HttpOutcome::Answer { status: 408, body: String::new() })]
#[case::busy(no(429, "rate_limit_exceeded"))]
#[case::captive_portal(HttpOutcome::Answer { status: 200, body: "<html>Log in</html>".into() })]
#[case::empty(HttpOutcome::Answer { status: 200, body: String::new() })]
fn what_fails_is_tried_again(#[case] outcome: HttpOutcome) {
    let mut world = ready();
    world.write(0, "hello");
    world.fail(0, "send", outcome);
    assert_eq!(world.statuses(0), [Status::NotDelivered]);
    assert_eq!(world.view(0).connection, Connection::Connecting);
    assert!(!world.asked(0).contains(&"send"), "not at once");
    world.settle();
    assert_eq!(world.statuses(0), [Status::Sent]);
    assert_eq!(world.server.parts.len(), 1);
    assert_eq!(world.view(0).connection, Connection::Fine);
}

#[rstest]
#[case::invalid(no(400, "parameter_invalid"))]
#[case::blocked(no(403, "blocked"))]
#[case::conflict(no(409, "conflict"))]
#[case::not_json(HttpOutcome::Answer { status: 413, body: "<html>".into() })]
fn what_is_refused_waits_for_the_person(#[case] outcome: HttpOutcome) {
    let mut world = ready();
    world.write(0, "hello");
    world.fail(0, "send", outcome);
    world.settle();
    assert!(matches!(world.statuses(0)[..], [Status::Refused { .. }]));
    assert!(world.storage.keys().any(|key| key.contains(".out.")), "and survives a reload");
    let key = world.items(0)[0].key.clone();
    world.user(0, UserAction::RetryMessage(key));
    world.settle();
    assert_eq!(world.statuses(0), [Status::Sent]);
}

#[test]
fn the_servers_words_are_shown_and_the_message_can_be_deleted() {
    let mut world = ready();
    world.write(0, "refuse me");
    world.write(0, "but not me");
    world.settle();
    assert_eq!(
        world.statuses(0),
        [Status::Sent, Status::Refused { message: "parameter_invalid, says the server".into() }],
        "one refused message does not hold up the next"
    );
    let key = world.items(0)[1].key.clone();
    world.user(0, UserAction::DeleteMessage(key));
    assert_eq!(world.texts(0), ["but not me"]);
    assert!(!world.storage.keys().any(|key| key.contains(".out.")));
}

#[test]
fn one_message_at_a_time() {
    let mut world = ready();
    for text in ["one", "two", "three"] {
        world.write(0, text);
    }
    assert_eq!(world.asked(0).iter().filter(|operation| **operation == "send").count(), 1);
    world.settle();
    assert_eq!(world.texts(0), ["one", "two", "three"]);
}

#[test]
fn what_waits_survives_a_reload() {
    let mut world = ready();
    world.write(0, "hello");
    world.fail(0, "send", HttpOutcome::Lost);
    world.reload(0);
    world.user(0, UserAction::ShowMessages);
    let row = world.view(0).list.rows.remove(0);
    assert_eq!((row.preview.as_str(), row.mine), ("hello", true));
    world.user(0, UserAction::OpenConversation(row.key));
    assert_eq!(world.statuses(0), [Status::Sending], "shown before the server has said anything");
    world.settle();
    assert_eq!(world.texts(0), ["hello"]);
    assert_eq!(world.server.parts.len(), 1);
}

#[test]
fn nothing_waits_once_the_network_is_back() {
    let mut world = ready();
    world.event(0, Event::Online(false));
    assert_eq!(world.view(0).connection, Connection::Offline);
    world.write(0, "hello");
    world.fail(0, "send", HttpOutcome::Lost);
    world.event(0, Event::Online(true));
    assert!(world.asked(0).contains(&"send"));
}

#[test]
fn stored_rubbish_is_removed() {
    let mut world = World::new();
    world.storage.insert("doorstep.demo.v-visitor-1.out.x".into(), "{\"client_id\":\"y\"".into());
    world
        .storage
        .insert("doorstep.demo.v-visitor-1.out.z".into(), "{\"client_id\":\"other\",\"key\":\"k\"}".into());
    world.reload(0);
    assert!(world.storage.is_empty(), "{:?}", world.storage);
}

#[rstest]
#[case("", false, None)]
#[case("  \n ", false, None)]
#[case("hello", true, None)]
fn what_may_be_sent(#[case] draft: &str, #[case] can_send: bool, #[case] too_long: Option<u32>) {
    let mut world = ready();
    world.user(0, UserAction::DraftChanged(draft.into()));
    let composer = world.view(0).thread.unwrap().composer;
    assert_eq!((composer.can_send, composer.too_long), (can_send, too_long));
}

#[test]
fn the_limit_counts_characters() {
    let mut world = ready();
    world.user(0, UserAction::DraftChanged("é".repeat(10_000)));
    assert!(world.view(0).thread.unwrap().composer.can_send);
    world.write(0, &"é".repeat(10_002));
    let composer = world.view(0).thread.unwrap().composer;
    assert_eq!((composer.can_send, composer.too_long), (false, Some(2)));
    assert!(world.items(0).is_empty(), "nothing was sent, nothing is lost");
    assert_eq!(composer.draft.chars().count(), 10_002);
}

#[test]
fn drafts_survive_a_reload() {
    let mut world = ready();
    world.user(0, UserAction::DraftChanged("half a thou".into()));
    world.event(0, Event::Visible(false));
    world.reload(0);
    world.user(0, UserAction::StartConversation);
    assert_eq!(world.view(0).thread.unwrap().composer.draft, "half a thou");
    world.write(0, "half a thought");
    world.settle();
    assert!(world.storage.is_empty(), "{:?}", world.storage);
}

#[test]
fn a_draft_survives_a_reload_that_brings_its_conversation_back_by_the_servers_name() {
    let mut world = ready();
    world.write(0, "hello");
    world.settle();
    world.user(0, UserAction::DraftChanged("half a thou".into()));
    world.event(0, Event::Visible(false));
    let id = world.server.conversations[0].id.clone();
    world.reload(0);
    world.host(0, HostToFrame::Open { open: Open::Conversation { id } });
    world.settle();
    assert_eq!(world.view(0).thread.unwrap().composer.draft, "half a thou");
    assert_eq!(world.view(0).list.rows.len(), 1);
    // Once it is sent no name has it any more.
    world.write(0, "half a thought");
    world.settle();
    assert!(world.storage.is_empty(), "{:?}", world.storage);
}

#[test]
fn a_clock_put_back_while_a_message_waits_does_not_make_it_wait_longer() {
    let mut world = World::new();
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.fail(0, "send", HttpOutcome::Lost);
    world.now_ms -= 3 * 24 * 3_600_000;
    world.event(0, Event::Visible(true));
    assert_eq!(world.asked(0), ["send"]);
}
