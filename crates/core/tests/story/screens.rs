//! Screens, unread counts, reading, live messages.

use doorstep_core::view_model::{LoadState, Screen, Status};
use doorstep_core::{Announcement, Event, HttpOutcome, Messenger, Moment, UserAction};
use doorstep_protocol::host::{FrameToHost, HostToFrame, Open};
use doorstep_protocol::live::{Change, ServerFrame};
use doorstep_protocol::messenger::Page;
use serde_json::Map;

use crate::world::World;

fn lead() -> World {
    let mut world = World::new();
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
    world
}

fn answer(world: &mut World, text: &str) {
    let id = world.server.conversations[0].id.clone();
    world.server.reply(&id, text);
}

#[test]
fn the_panel_is_drawn_once_somebody_is_about_to_look() {
    let mut messenger = Messenger::new(true);
    let mut say = |message: HostToFrame| {
        messenger.update(Event::Host(Box::new(message)), &Moment::default());
        messenger.view().near
    };
    let boot = |near| HostToFrame::Boot {
        app_id: "demo".into(),
        settings: Map::new(),
        visitor_id: "v".into(),
        device_id: "d".into(),
        session: None,
        page: Page::default(),
        open: None,
        mobile: false,
        near,
    };
    assert!(!say(boot(false)));
    assert!(say(HostToFrame::Near));
    assert!(say(boot(false)), "a second boot is an update");
    assert!(!say(HostToFrame::Shutdown));
    assert!(say(boot(true)));
    assert!(!say(HostToFrame::Shutdown));
    assert!(!say(boot(false)));
    assert!(say(HostToFrame::Open { open: Open::Default }), "whoever opens it looks at it");
}

#[test]
fn show_goes_home_or_to_the_list_when_something_is_unread() {
    let mut world = lead();
    world.user(0, UserAction::ShowHome);
    world.host(0, HostToFrame::Close);
    world.host(0, HostToFrame::Open { open: Open::Default });
    assert_eq!(world.view(0).screen, Screen::Home);
    world.host(0, HostToFrame::Close);
    answer(&mut world, "hi");
    world.settle();
    assert_eq!(
        world.tabs[0].told.iter().rev().find(|it| matches!(it, FrameToHost::Unread { .. })),
        Some(&FrameToHost::Unread { count: 1 })
    );
    world.host(0, HostToFrame::Open { open: Open::Default });
    assert_eq!(world.view(0).screen, Screen::Messages);
}

#[test]
fn reopening_keeps_the_thread() {
    let mut world = lead();
    let key = world.view(0).thread.unwrap().key;
    world.user(0, UserAction::Close);
    assert_eq!(world.tabs[0].told.last(), Some(&FrameToHost::Panel { open: false }));
    world.user(0, UserAction::LauncherClicked);
    assert_eq!(world.view(0).thread.unwrap().key, key);
}

#[test]
fn back_goes_where_one_came_from() {
    let mut world = lead();
    let key = world.view(0).thread.unwrap().key;
    world.user(0, UserAction::ShowMessages);
    world.user(0, UserAction::OpenConversation(key.clone()));
    world.user(0, UserAction::Back);
    assert_eq!(world.view(0).screen, Screen::Messages);
    world.user(0, UserAction::Back);
    assert_eq!(world.view(0).screen, Screen::Home);
    world.user(0, UserAction::OpenConversation(key));
    world.user(0, UserAction::Back);
    assert_eq!(world.view(0).screen, Screen::Home);
}

#[test]
fn the_page_is_told_what_to_reopen() {
    let mut world = lead();
    let id = world.server.conversations[0].id.clone();
    let open = Open::Conversation { id };
    assert_eq!(
        world.tabs[0].told.iter().rev().find(|it| matches!(it, FrameToHost::Screen { .. })),
        Some(&FrameToHost::Screen { open: open.clone() })
    );
    world.reload(0);
    world.host(0, HostToFrame::Open { open });
    assert_eq!(world.view(0).thread.unwrap().state, LoadState::Loading);
    world.settle();
    assert_eq!(world.texts(0), ["hello"]);
}

#[test]
fn an_unknown_conversation_leads_home() {
    for id in ["999", "someone-elses-key"] {
        let mut world = lead();
        world.reload(0);
        world.host(0, HostToFrame::Open { open: Open::Conversation { id: id.into() } });
        world.settle();
        assert_eq!(world.view(0).screen, Screen::Home, "{id}");
    }
}

#[test]
fn an_unknown_conversation_of_somebody_who_never_wrote_leads_home() {
    let mut world = World::new();
    world.host(0, HostToFrame::Open { open: Open::Messages });
    world.settle();
    world.host(0, HostToFrame::Open { open: Open::Conversation { id: "999".into() } });
    assert_eq!(world.view(0).screen, Screen::Home);
    world.user(0, UserAction::ShowMessages);
    assert!(world.view(0).list.rows.is_empty());
}

#[test]
fn new_message_fills_the_composer() {
    let mut world = World::new();
    world.host(0, HostToFrame::Open { open: Open::NewMessage { text: "I need help".into() } });
    let thread = world.view(0).thread.unwrap();
    assert_eq!((thread.composer.draft.as_str(), thread.intro), ("I need help", true));
    world.user(0, UserAction::ShowMessages);
    assert!(world.view(0).list.rows.is_empty(), "what is only typed is no conversation");
}

#[test]
fn start_conversation_sends_at_once_and_keeps_what_was_typed() {
    let mut world = World::new();
    world.host(0, HostToFrame::Open { open: Open::NewMessage { text: "half a tho".into() } });
    for text in ["Buy now", "And another"] {
        world.host(0, HostToFrame::Open { open: Open::NewMessage { text: String::new() } });
        world.host(0, HostToFrame::Send { text: text.into() });
        assert_eq!(world.texts(0), [text], "shown before the server has it");
        world.settle();
    }
    assert_eq!(world.server.conversations.len(), 2, "each in a conversation of its own");
    world.host(0, HostToFrame::Send { text: "  ".into() });
    world.settle();
    assert_eq!(world.server.conversations.len(), 2, "nothing to say, nothing sent");
    world.user(0, UserAction::StartConversation);
    assert_eq!(world.view(0).thread.unwrap().composer.draft, "half a tho");
}

#[test]
fn a_live_message_is_shown_announced_and_read_once() {
    let mut world = lead();
    world.user(0, UserAction::ReachedEnd);
    answer(&mut world, "hi");
    world.settle();
    assert_eq!(world.texts(0), ["hello", "hi"]);
    assert_eq!(
        world.tabs[0].said.last(),
        Some(&Announcement::NewMessage { from: "Ada".into(), text: "hi".into() })
    );
    assert_eq!(world.server.reads, ["2"]);
    assert_eq!(world.view(0).unread, 0);
    assert_eq!(world.view(0).thread.unwrap().title, "Ada");
}

#[test]
fn words_that_were_taken_away_go_from_the_screen() {
    let mut world = lead();
    answer(&mut world, "my password is 1234");
    world.settle();
    let said = world.tabs[0].said.len();
    world.server.redact("2");
    world.settle();
    assert_eq!(world.texts(0), ["hello", "deleted"]);
    assert_eq!(world.tabs[0].said.len(), said, "nothing new was said");
}

#[test]
fn a_conversation_that_is_gone_leaves_the_screen_and_the_list() {
    let mut world = lead();
    answer(&mut world, "hi");
    world.settle();
    world.server.delete(0);
    world.settle();
    assert_eq!(world.view(0).screen, Screen::Home);
    world.user(0, UserAction::ShowMessages);
    assert!(world.view(0).list.rows.is_empty());
    assert_eq!(world.view(0).unread, 0);
}

#[test]
fn nothing_is_read_behind_the_persons_back() {
    let mut world = lead();
    answer(&mut world, "hi");
    world.settle();
    assert!(world.server.reads.is_empty(), "the end is not on screen");
    world.event(0, Event::Visible(false));
    world.user(0, UserAction::ReachedEnd);
    world.settle();
    assert!(world.server.reads.is_empty(), "the page is hidden");
    world.event(0, Event::Visible(true));
    assert_eq!(world.view(0).unread, 0, "at once on screen");
    world.fail(0, "read", HttpOutcome::Lost);
    assert_eq!(world.view(0).unread, 1);
    world.settle();
    assert_eq!(world.server.reads, ["2"], "and tried again");
}

#[test]
fn seen_by_the_team_is_shown() {
    let mut world = lead();
    let mut about = world.server.conversations[0].clone();
    about.seen_by_team = Some("1".into());
    world.server.log.push(Change::Conversation { conversation: about });
    world.settle();
    assert_eq!(world.statuses(0), [Status::Seen]);
}

#[test]
fn typing_is_shown_and_forgotten() {
    let mut world = lead();
    let frame =
        ServerFrame::Typing { conversation_id: world.server.conversations[0].id.clone(), name: "Ada".into() };
    let id = world.tabs[0].socket.as_ref().unwrap().id;
    world.event(0, Event::SocketFrame { id, text: serde_json::to_string(&frame).unwrap() });
    assert_eq!(world.view(0).thread.unwrap().typing.as_deref(), Some("Ada"));
    world.settle();
    assert_eq!(world.view(0).thread.unwrap().typing, None);
}

#[test]
fn rubbish_on_the_socket_is_ignored() {
    let mut world = lead();
    let id = world.tabs[0].socket.as_ref().unwrap().id;
    for text in ["", "null", "{\"type\":\"next_years_frame\"}", "{\"type\":\"change\",\"seq\":9}", "<html>"] {
        world.event(0, Event::SocketFrame { id, text: text.into() });
    }
    assert_eq!(world.texts(0), ["hello"]);
}

#[test]
fn an_ended_session_is_asked_for_again() {
    let mut world = lead();
    let id = world.tabs[0].socket.as_ref().unwrap().id;
    world.server.session = None;
    let bye = ServerFrame::Bye { reason: "session_ended".into() };
    world.event(0, Event::SocketFrame { id, text: serde_json::to_string(&bye).unwrap() });
    assert!(world.tabs[0].socket.is_none());
    world.settle();
    assert_eq!(world.session.as_deref(), Some("session-2"));
    assert_eq!(world.texts(0), ["hello"]);
}

#[test]
fn groups() {
    let mut world = lead();
    answer(&mut world, "hi");
    answer(&mut world, "how can I help?");
    world.settle();
    let marks: Vec<(bool, bool)> =
        world.items(0).iter().map(|item| (item.first_of_group, item.last_of_group)).collect();
    assert_eq!(marks, [(true, true), (true, false), (false, true)]);
}

#[test]
fn the_language_asked_for_comes_first_then_the_browsers_then_the_workspaces() {
    let mut world = World::new();
    let browser = || Page { language: "gsw-CH,de".into(), ..Page::default() };
    world.host(0, HostToFrame::Update { settings: Map::default(), page: browser() });
    assert_eq!(world.view(0).language, ",gsw-CH,de,", "before anything is known of the workspace");
    world.settle();
    assert_eq!(world.view(0).language, ",gsw-CH,de,nl");
    let asked = Map::from_iter([("language_override".into(), "pt_BR".into())]);
    world.host(0, HostToFrame::Update { settings: asked, page: browser() });
    assert_eq!(world.view(0).language, "pt_BR,gsw-CH,de,nl");
}
