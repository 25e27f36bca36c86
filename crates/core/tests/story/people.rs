//! Who is who: P1, P2, P7, P9, P10, refused identities, lost sessions, retired visitor ids.

use doorstep_core::view_model::{LoadState, Notice, Screen, Status, ViewModel};
use doorstep_core::{Effect, Event, HttpOutcome, UserAction};
use doorstep_protocol::host::{FrameToHost, HostToFrame, Open};
use doorstep_protocol::messenger::{ErrorBody, Role};
use serde_json::json;

use crate::server::no;
use crate::world::World;

/// A lead with one conversation on screen.
fn lead() -> World {
    let mut world = World::new();
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
    assert_eq!(world.server.person.role, Role::Lead);
    world
}

#[test]
fn a_visitor_has_no_socket_until_the_first_message() {
    let mut world = World::new();
    world.settle();
    assert!(world.tabs[0].socket.is_none());
    assert!(world.session.is_none());
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
    assert!(world.tabs[0].socket.is_some());
    assert_eq!(world.session.as_deref(), Some("session-1"));
}

#[test]
fn a_returning_lead_sees_the_conversation() {
    let mut world = lead();
    let id = world.server.conversations[0].id.clone();
    world.server.reply(&id, "hi there");
    world.reload(0);
    world.settle();
    let view = world.view(0);
    assert_eq!(view.unread, 1);
    assert_eq!(view.home.recent.unwrap().preview, "hi there");
}

#[test]
fn boot_as_user_keeps_the_open_thread() {
    let mut world = lead();
    let key = world.view(0).thread.unwrap().key;
    world.user(0, UserAction::DraftChanged("and one more thing".into()));
    world.boot(0, json!({"app_id": "demo", "user_id": "42"}));
    world.host(0, HostToFrame::Open { open: Open::Default });
    world.settle();
    world.user(0, UserAction::OpenConversation(key.clone()));
    let thread = world.view(0).thread.unwrap();
    assert_eq!((thread.key, thread.items.len()), (key, 1));
    assert_eq!(thread.composer.draft, "and one more thing");
    world.write(0, "and one more thing");
    world.settle();
    assert_eq!(world.texts(0), ["hello", "and one more thing"]);
    assert_eq!(world.server.conversations.len(), 1, "conversation ids do not change");
    let told = world.tabs[0].told.iter().rev().find_map(|order| match order {
        FrameToHost::Person { person } => Some(person.clone()),
        _ => None,
    });
    assert_eq!(told.unwrap()["type"], "user");
}

#[test]
fn what_waits_goes_as_the_user() {
    let mut world = lead();
    world.write(0, "not yet there");
    world.fail(0, "send", HttpOutcome::Lost);
    world.update(0, json!({"app_id": "demo", "user_id": "42"}));
    assert!(!world.asked(0).contains(&"send"), "not before the server knows the user");
    world.settle();
    assert_eq!(world.texts(0), ["hello", "not yet there"]);
    assert!(!world.storage.keys().any(|key| key.contains(".out.")), "{:?}", world.storage);
}

#[test]
fn another_user_sees_nothing_of_the_former() {
    let mut world = World::new();
    world.update(0, json!({"app_id": "demo", "user_id": "1"}));
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "secret");
    world.user(0, UserAction::DraftChanged("secret too".into()));
    world.event(0, Event::Visible(false));
    world.update(0, json!({"app_id": "demo", "user_id": "2"}));
    assert_eq!(world.session, None);
    let view = world.view(0);
    assert!(view.thread.is_none() && view.list.rows.is_empty());
    assert!(world.storage.is_empty(), "{:?}", world.storage);
    let ping = world.tabs[0].requests.iter().rev().find(|request| request.operation == "ping").unwrap();
    assert!(ping.body.contains("\"2\"") && ping.body.contains("\"session\":null"), "{}", ping.body);
}

#[test]
fn a_refused_identity_is_reported_once_and_the_visitor_stays() {
    let mut world = World::new();
    let message = "Missing user_hash. The visitor stays anonymous.".to_owned();
    world.server.refusal =
        Some(ErrorBody { code: "identity_missing".into(), message, ..ErrorBody::default() });
    world.update(0, json!({"app_id": "demo", "user_id": "42"}));
    world.settle();
    world.update(0, json!({"app_id": "demo", "user_id": "42", "page_title": "x"}));
    world.settle();
    let lines: Vec<&FrameToHost> =
        world.tabs[0].told.iter().filter(|order| matches!(order, FrameToHost::Console { .. })).collect();
    let [FrameToHost::Console { level, message }] = lines[..] else { panic!("one line, not {lines:?}") };
    assert_eq!(level, "error");
    assert_eq!(message, "Intercom Messenger error: Missing user_hash. The visitor stays anonymous.");
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
    assert_eq!(world.server.person.role, Role::Lead);
}

#[test]
fn a_lost_session_is_made_anew_and_nothing_is_lost() {
    let mut world = lead();
    world.server.session = None;
    world.write(0, "still here");
    world.settle();
    assert_eq!(world.texts(0), ["hello", "still here"]);
    assert_eq!(world.session.as_deref(), Some("session-2"));
}

#[test]
fn a_server_that_forgets_every_session_is_not_asked_in_a_loop() {
    let mut world = lead();
    world.write(0, "hello?");
    world.fail(0, "send", no(401, "session_invalid"));
    assert_eq!(world.asked(0), ["ping"]);
    world.deliver(0, 0);
    world.fail(0, "send", no(401, "session_invalid"));
    assert!(world.asked(0).iter().all(|operation| *operation != "ping"), "the second ping waits");
    world.settle();
    assert_eq!(world.texts(0), ["hello", "hello?"]);
}

#[test]
fn a_retired_visitor_goes_on_as_another() {
    let mut world = World::new();
    world.server.retired.push("visitor-1".into());
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
    assert_eq!(world.texts(0), ["hello"]);
    assert_ne!(world.visitor, "visitor-1");
    assert_eq!(world.server.person.external_id.as_ref(), Some(&world.visitor));
}

#[test]
fn shutdown_leaves_nothing_in_any_tab() {
    let mut world = lead();
    world.open_tab();
    world.settle();
    world.write(0, "on its way");
    let late = world.take_request(0, 0).unwrap();
    world.user(0, UserAction::DraftChanged("typed".into()));
    world.event(0, Event::Visible(false));
    world.tabs[0].effects.clear();
    world.host(0, HostToFrame::Shutdown);
    while world.letter(1) {}
    for tab in 0..2 {
        assert_eq!(world.view(tab), ViewModel { framed: true, ..ViewModel::default() }, "tab {tab}");
        assert!(world.tabs[tab].socket.is_none());
        assert!(world.tabs[tab].timers.is_empty(), "{:?}", world.tabs[tab].timers);
        assert!(!world.tabs[tab].in_tabs);
        assert_eq!(world.tabs[tab].told.last(), Some(&FrameToHost::Gone));
    }
    assert!(world.tabs[0].effects.contains(&Effect::CloseSocket));
    assert!(world.storage.is_empty(), "{:?}", world.storage);
    // What comes late belongs to nobody.
    world.tabs[0].effects.clear();
    let outcome = world.server.answer(late.operation, &late.body);
    world.event(0, Event::Http { id: late.id, outcome });
    world.event(0, Event::SocketClosed { id: 1 });
    world.event(0, Event::TimerFired { timer: doorstep_core::Timer::Outbox, generation: 0 });
    assert!(world.tabs[0].effects.is_empty(), "{:?}", world.tabs[0].effects);
}

#[test]
fn shutdown_twice_or_unbooted_is_answered() {
    let mut world = World::new();
    for _ in 0..2 {
        world.host(0, HostToFrame::Shutdown);
        assert_eq!(world.tabs[0].told.last(), Some(&FrameToHost::Gone));
    }
}

#[test]
fn late_answers_do_not_reach_the_next_person() {
    let mut world = lead();
    world.write(0, "of the first person");
    let late = world.take_request(0, 0).unwrap();
    let outcome = world.server.answer(late.operation, &late.body);
    world.host(0, HostToFrame::Shutdown);
    world.server = crate::server::Server::default();
    world.visitor = "visitor-2".into();
    world.session = None;
    world.boot(0, json!({"app_id": "demo"}));
    world.event(0, Event::Http { id: late.id, outcome });
    world.settle();
    assert!(world.view(0).list.rows.is_empty());
    assert_eq!(world.session, None);
}

#[test]
fn a_failing_first_ping_shows_and_recovers() {
    let mut world = World::new();
    world.fail(0, "ping", HttpOutcome::Lost);
    assert_eq!(world.view(0).home.state, LoadState::Failed);
    world.user(0, UserAction::Retry);
    world.settle();
    assert_eq!(world.view(0).home.state, LoadState::Ready);
}

#[test]
fn a_refused_workspace_says_so_and_does_not_insist() {
    let mut world = World::new();
    world.fail(0, "ping", no(404, "app_unknown"));
    world.settle();
    assert_eq!(
        world.view(0).notice,
        Some(Notice::Refused { message: "app_unknown, says the server".into() })
    );
    assert!(world.asked(0).is_empty());
}

#[test]
fn messages_wait_while_the_first_ping_fails() {
    let mut world = World::new();
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    assert_eq!(world.statuses(0), [Status::Sending]);
    world.fail(0, "ping", HttpOutcome::Lost);
    assert_eq!(world.statuses(0), [Status::NotDelivered]);
    assert_eq!(world.view(0).screen, Screen::Thread);
    world.settle();
    assert_eq!(world.statuses(0), [Status::Sent]);
}

#[test]
fn a_fresh_token_is_shown_to_the_server_at_once() {
    let mut world = World::new();
    world.update(0, json!({"app_id": "demo", "intercom_user_jwt": "old"}));
    world.settle();
    let pings = |world: &World| {
        let all = world.tabs[0].requests.iter().filter(|request| request.operation == "ping");
        all.map(|request| request.body.clone()).collect::<Vec<_>>()
    };
    let before = pings(&world).len();
    world.update(0, json!({"app_id": "demo", "intercom_user_jwt": "new"}));
    let after = pings(&world);
    assert_eq!(after.len(), before + 1);
    assert!(after.last().unwrap().contains("\"new\""));
}

#[test]
fn a_session_lasts_as_the_server_says_whatever_the_browsers_clock() {
    for days in [-400, 0, 400] {
        let mut world = World::new();
        world.server.max_age = 600;
        world.now_ms += days * 24 * 3_600_000;
        world.settle();
        world.user(0, UserAction::StartConversation);
        world.write(0, "hello");
        world.settle();
        let ages = world.tabs[0].told.iter().filter_map(|order| match order {
            FrameToHost::Session { token: Some(_), max_age } => Some(*max_age),
            _ => None,
        });
        assert!(ages.into_iter().all(|age| age == 600), "{days} days off");
    }
}

#[test]
fn a_lead_merged_into_another_goes_on_as_the_survivor_and_loses_nothing() {
    let mut world = lead();
    world.user(0, UserAction::DraftChanged("half a".into()));
    world.write(0, "on its way");
    world.server.person.id = Some("survivor".into());
    let person = world.server.person.clone();
    world.server.log.push(doorstep_protocol::live::Change::Person { person });
    while world.socket_step(0) {}
    assert_eq!(world.texts(0), ["hello", "on its way"]);
    world.settle();
    assert_eq!(world.server.bodies(&world.server.conversations[0].id), ["hello", "on its way"]);
    assert_eq!(world.texts(0), ["hello", "on its way"]);
    assert_eq!(world.sockets(), 1);
}

#[test]
fn what_the_survivor_does_not_have_leaves_the_screen() {
    let mut world = lead();
    world.server.person.id = Some("survivor".into());
    let gone = world.server.conversations.remove(0);
    let person = world.server.person.clone();
    world.server.log.push(doorstep_protocol::live::Change::Person { person });
    world.settle();
    assert!(world.view(0).list.rows.is_empty(), "without {gone:?}");
    assert_eq!(world.view(0).screen, Screen::Messages);
}
