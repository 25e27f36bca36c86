//! An outbound message that a visitor opens: it stands in the thread before there is a conversation, and gives way to the
//! message itself when they have answered.

use doorstep_core::UserAction;
use doorstep_core::view_model::{Body, Screen};
use doorstep_protocol::host::{FrameToHost, HostToFrame, Open};
use doorstep_protocol::messenger::{Author, AuthorKind, Part, Role};

use crate::world::World;

const KEY: &str = "0f8c2a34-9d1e-8b7a-8f00-00000000002a";

fn opened() -> Open {
    let author = Author { kind: AuthorKind::Admin, name: "Grace".into(), ..Author::default() };
    let part =
        Part { id: "0".into(), author, body: "Can I help? <b>".into(), created_at: 5, ..Part::default() };
    Open::Outbound { id: KEY.into(), part: Box::new(part) }
}

fn open(world: &mut World) {
    world.host(0, HostToFrame::Open { open: opened() });
}

#[test]
fn it_is_shown_as_plain_text_without_a_request() {
    let mut world = World::new();
    world.settle();
    let before = world.asked(0).len();
    open(&mut world);
    let thread = world.view(0).thread.unwrap();
    assert_eq!((&*thread.title, thread.intro, thread.items.len()), ("Grace", false, 1));
    assert_eq!(thread.items[0].body, Body::Text("Can I help? <b>".into()));
    assert_eq!(world.asked(0).len(), before);
    // The page is told what to show again, without the words: those it has.
    let told = world.tabs[0].told.iter().rev().find(|it| matches!(it, FrameToHost::Screen { .. }));
    let json = serde_json::to_string(told.unwrap()).unwrap();
    assert_eq!(json, format!(r#"{{"type":"screen","open":{{"at":"outbound","id":"{KEY}"}}}}"#));
}

#[test]
fn an_answer_makes_the_conversation_with_the_message_in_it_once() {
    let mut world = World::new();
    world.settle();
    open(&mut world);
    world.write(0, "Yes, please");
    assert_eq!(world.texts(0), ["Can I help? <b>", "Yes, please"]);
    world.settle();
    assert_eq!(world.server.person.role, Role::Lead);
    assert_eq!(world.server.conversations[0].key.as_deref(), Some(KEY));
    assert_eq!(world.texts(0), ["<p>Can I help?</p>", "Yes, please"]);
    assert_eq!(world.view(0).screen, Screen::Thread);
    // Opened again, it is the conversation.
    world.user(0, UserAction::ShowHome);
    open(&mut world);
    assert_eq!(world.texts(0), ["<p>Can I help?</p>", "Yes, please"]);
}

#[test]
fn a_page_change_keeps_it_and_what_is_typed() {
    let mut world = World::new();
    world.settle();
    open(&mut world);
    world.user(0, UserAction::DraftChanged("Yes".into()));
    world.reload(0);
    open(&mut world);
    world.settle();
    assert_eq!(world.texts(0), ["Can I help? <b>"]);
    let thread = world.view(0).thread.unwrap();
    assert_eq!(thread.key, KEY);
}

#[test]
fn left_without_an_answer_it_is_no_conversation() {
    let mut world = World::new();
    world.settle();
    open(&mut world);
    world.user(0, UserAction::ShowMessages);
    assert!(world.view(0).list.rows.is_empty());
}
