//! What a teammate's message does beyond the thread: previews, the sound, the title.

use doorstep_core::view_model::Screen;
use doorstep_core::{Effect, Event, Timer, UserAction};
use doorstep_protocol::host::{FrameToHost, HostToFrame};
use doorstep_protocol::messenger::Page;
use serde_json::{Map, Value, json};

use crate::world::World;

/// A lead with one conversation, the panel hidden.
fn closed() -> World {
    let mut world = World::new();
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
    world.host(0, HostToFrame::Close);
    world
}

fn answer(world: &mut World, conversation: usize, text: &str) {
    let id = world.server.conversations[conversation].id.clone();
    world.server.reply(&id, text);
    world.settle();
}

fn heights(world: &World, tab: usize) -> Vec<u32> {
    let told = world.tabs[tab].told.iter();
    told.filter_map(|order| if let FrameToHost::Preview { height } = order { Some(*height) } else { None })
        .collect()
}

fn chimes(world: &World, tab: usize) -> usize {
    world.tabs[tab].effects.iter().filter(|effect| **effect == Effect::Chime).count()
}

fn alerts(world: &World, tab: usize) -> usize {
    world.tabs[tab].told.iter().filter(|order| **order == FrameToHost::Alert).count()
}

fn set(world: &mut World, settings: Value) {
    let Value::Object(settings) = settings else { panic!("settings are an object") };
    world.host(0, HostToFrame::Update { settings, page: Page::default() });
}

#[test]
fn several_messages_of_a_conversation_are_one_preview_which_opens_it() {
    let mut world = closed();
    assert!(world.view(0).previews.is_empty());
    answer(&mut world, 0, "hi");
    answer(&mut world, 0, "are you there?");
    let [key] = &world.view(0).previews[..] else { panic!("one preview") };
    let row = world.view(0).list.rows[0].clone();
    assert_eq!((&row.key, row.preview.as_str(), row.unread), (key, "are you there?", 2));
    assert_eq!(heights(&world, 0), [84]);

    world.user(0, UserAction::OpenConversation(key.clone()));
    assert!(world.tabs[0].told.contains(&FrameToHost::Panel { open: true }));
    let view = world.view(0);
    assert_eq!((view.open, view.screen), (true, Screen::Thread));
    assert!(view.previews.is_empty());
    assert_eq!(heights(&world, 0), [84, 0]);
}

#[test]
fn three_at_most_and_a_number() {
    let mut world = closed();
    for text in ["two", "three", "four", "five"] {
        world.user(0, UserAction::StartConversation);
        world.write(0, text);
        world.settle();
    }
    world.host(0, HostToFrame::Close);
    answer(&mut world, 0, "hi");
    for index in 0..5 {
        answer(&mut world, index, "hi again");
    }
    let view = world.view(0);
    assert_eq!((view.previews.len(), view.more), (3, 3), "one of them with two messages");
    assert_eq!(view.unread, 5);
    assert_eq!(heights(&world, 0).last(), Some(&(3 * 84 + 36)));

    world.user(0, UserAction::Dismiss(Some(view.previews[0].clone())));
    assert_eq!((world.view(0).previews.len(), world.view(0).more), (3, 2));
    world.user(0, UserAction::Dismiss(None));
    assert!(world.view(0).previews.is_empty());
    assert_eq!(heights(&world, 0).last(), Some(&0));
    assert_eq!(world.view(0).unread, 5, "put away is not read");
}

#[test]
fn what_is_put_away_stays_so_in_every_tab_and_after_a_reload_until_something_new_comes() {
    let mut world = closed();
    answer(&mut world, 0, "hi");
    world.open_tab();
    world.host(1, HostToFrame::Close);
    world.settle();
    assert_eq!(world.view(1).previews.len(), 1, "unread at boot");
    world.user(0, UserAction::Dismiss(None));
    world.settle();
    assert!(world.view(0).previews.is_empty() && world.view(1).previews.is_empty());
    world.reload(0);
    world.host(0, HostToFrame::Close);
    world.settle();
    assert!(world.view(0).previews.is_empty());
    assert_eq!(world.view(0).unread, 1);
    answer(&mut world, 0, "something new");
    assert!((0..2).all(|tab| world.view(tab).previews.len() == 1));
}

#[test]
fn hidden_notifications_hide_previews_sound_and_title_but_not_the_number() {
    let mut world = closed();
    set(&mut world, json!({"hide_notifications": true}));
    world.event(0, Event::Visible(false));
    answer(&mut world, 0, "hi");
    assert!(world.view(0).previews.is_empty());
    assert_eq!((chimes(&world, 0), alerts(&world, 0), world.view(0).unread), (0, 0, 1));
    set(&mut world, json!({"hide_notifications": false}));
    assert_eq!(world.view(0).previews.len(), 1);
    set(&mut world, json!({"hide_notifications": true}));
    assert!(world.view(0).previews.is_empty());
}

#[test]
fn one_tab_makes_the_sound_and_only_for_what_is_not_read() {
    let mut world = closed();
    world.open_tab();
    world.host(1, HostToFrame::Close);
    world.settle();
    answer(&mut world, 0, "hi");
    assert_eq!((chimes(&world, 0), chimes(&world, 1)), (1, 0));
    assert_eq!(alerts(&world, 0), 0, "the page is seen");

    // Read in the other tab before its time is over.
    let key = world.view(1).list.rows[0].key.clone();
    world.user(1, UserAction::OpenConversation(key));
    world.settle();
    world.user(1, UserAction::ReachedEnd);
    world.settle();
    answer(&mut world, 0, "you read this");
    assert_eq!(world.view(0).unread, 0);
    assert_eq!((chimes(&world, 0), chimes(&world, 1)), (1, 0));
}

#[test]
fn the_title_of_one_hidden_tab_says_so() {
    let mut world = closed();
    world.open_tab();
    world.settle();
    for tab in 0..2 {
        world.event(tab, Event::Visible(false));
    }
    answer(&mut world, 0, "hi");
    assert_eq!((alerts(&world, 0), alerts(&world, 1)), (1, 0));
}

#[test]
fn the_sound_can_be_turned_off_in_every_tab_and_stays_off() {
    let mut world = closed();
    assert_eq!(world.view(0).sound, Some(true));
    world.open_tab();
    world.settle();
    world.user(1, UserAction::SoundToggled);
    world.settle();
    assert!((0..2).all(|tab| world.view(tab).sound == Some(false)));
    answer(&mut world, 0, "hi");
    assert_eq!(chimes(&world, 0), 0);
    world.reload(0);
    world.settle();
    assert_eq!(world.view(0).sound, Some(false));
    world.user(0, UserAction::SoundToggled);
    assert!(!world.storage.keys().any(|key| key.contains("muted")));
    assert_eq!(world.view(0).sound, Some(true));
}

#[test]
fn the_wish_for_silence_goes_with_a_lead_who_logs_in() {
    let mut world = closed();
    world.user(0, UserAction::SoundToggled);
    world.boot(0, json!({"user_id": "42"}));
    world.settle();
    world.reload(0);
    world.boot(0, json!({"user_id": "42"}));
    world.settle();
    assert_eq!(world.view(0).sound, Some(false));
}

#[test]
fn nothing_sounds_after_a_shutdown() {
    let mut world = closed();
    let id = world.server.conversations[0].id.clone();
    world.server.reply(&id, "hi");
    while world.socket_step(0) {}
    assert!(world.tabs[0].timers.iter().any(|(timer, ..)| *timer == Timer::Chime));
    world.host(0, HostToFrame::Shutdown);
    assert!(!world.tabs[0].timers.iter().any(|(timer, ..)| *timer == Timer::Chime));
    world.host(0, HostToFrame::Update { settings: Map::new(), page: Page::default() });
    assert_eq!(chimes(&world, 0), 0);
}

#[test]
fn a_server_that_does_not_hear_of_it_shows_it_again_at_the_next_load_only() {
    let mut world = closed();
    answer(&mut world, 0, "hi");
    world.user(0, UserAction::Dismiss(None));
    world.fail(0, "dismiss", doorstep_core::HttpOutcome::Lost);
    world.settle();
    assert!(world.view(0).previews.is_empty());
    world.reload(0);
    world.host(0, HostToFrame::Close);
    world.settle();
    assert_eq!(world.view(0).previews.len(), 1);
}
