//! Around a conversation: who answers, quick replies, the rating, the transcript, drafts in the list.

use doorstep_core::{Effect, HttpOutcome, UserAction};
use doorstep_protocol::host::{HostToFrame, Open};
use doorstep_protocol::messenger::{Author, AuthorKind, ThreadRequest};
use rstest::rstest;

use crate::server::uuid;
use crate::world::World;

/// A lead with the conversation `100` on screen.
fn talk() -> World {
    let mut world = World::new();
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "hello");
    world.settle();
    world
}

#[test]
fn the_team_has_faces_and_the_thread_says_who_answers_and_whether_they_are_away() {
    let mut world = talk();
    world.server.workspace.office = "{}".into();
    let away = Author { kind: AuthorKind::Admin, name: "Lin".into(), away: true, ..Author::default() };
    world.server.workspace.team = vec![away.clone()];
    world.reload(0);
    world.settle();
    assert!(world.view(0).workspace.faces[0].away);
    assert_eq!(world.view(0).workspace.office, "{}");
    world.server.reply("100", "Hi");
    let key = world.view(0).list.rows[0].key.clone();
    world.user(0, UserAction::OpenConversation(key));
    world.settle();
    let thread = world.view(0).thread.unwrap();
    assert_eq!((thread.title.as_str(), thread.faces.len(), thread.away), ("Ada", 1, false));
    world.server.add_by("100", away, "I am off");
    world.settle();
    let thread = world.view(0).thread.unwrap();
    assert_eq!((thread.title.as_str(), thread.away), ("Lin", true));
}

#[test]
fn words_of_another_who_takes_part_are_neither_the_persons_own_nor_a_teammates() {
    let mut world = talk();
    world.server.reply("100", "Hi");
    let ben = Author { kind: AuthorKind::Participant, name: "Ben Bell".into(), ..Author::default() };
    world.server.add_by("100", ben, "me, too");
    world.settle();
    let view = world.view(0);
    let thread = view.thread.unwrap();
    let last = thread.items.last().unwrap();
    assert_eq!((last.mine, last.author.as_ref().unwrap().initials.as_str()), (false, "BB"));
    assert_eq!(thread.title, "Ada", "the header is the teammate's");
    let row = &view.list.rows[0];
    assert_eq!((row.mine, row.name.as_str(), row.preview.as_str()), (false, "Ben Bell", "me, too"));
    world.write(0, "good");
    world.settle();
    assert!(world.view(0).list.rows[0].mine);
}

fn ending(world: &World) -> String {
    world.view(0).thread.unwrap().ending
}

fn choose(world: &mut World, text: &str) {
    world.user(0, UserAction::Part(["q", &uuid(text), text].concat()));
}

#[test]
fn quick_replies_stand_under_the_newest_message_until_one_is_chosen() {
    let mut world = talk();
    world.server.offer("100", &["Yes", "No"]);
    world.settle();
    assert!(ending(&world).starts_with("q[{\"text\":\"Yes\""));
    world.user(0, UserAction::DraftChanged("something else".into()));
    choose(&mut world, "No");
    assert_eq!(ending(&world), "", "at once");
    world.settle();
    assert_eq!(world.texts(0), ["hello", "Choose", "No"]);
    assert_eq!(world.server.chosen, [uuid("No")]);
    assert_eq!(world.view(0).thread.unwrap().composer.draft, "something else", "what was being typed stays");
}

#[test]
fn quick_replies_go_when_the_person_writes() {
    let mut world = talk();
    world.server.offer("100", &["Yes", "No"]);
    world.settle();
    world.write(0, "neither");
    assert_eq!(ending(&world), "");
    world.settle();
    assert_eq!(ending(&world), "");
    assert!(world.server.chosen.is_empty());
}

#[test]
fn a_chosen_reply_survives_an_offline_reload() {
    let mut world = talk();
    world.server.offer("100", &["Yes"]);
    world.settle();
    choose(&mut world, "Yes");
    world.tabs[0].requests.clear();
    world.reload(0);
    world.settle();
    assert_eq!(world.server.chosen, [uuid("Yes")]);
}

#[test]
fn a_closed_conversation_is_rated_until_a_remark_is_left() {
    let mut world = talk();
    assert_eq!(ending(&world), "");
    world.server.close("100");
    world.settle();
    assert_eq!(ending(&world), "r0");
    world.user(0, UserAction::Part("r2".into()));
    world.user(0, UserAction::Part("r3".into()));
    assert_eq!(world.asked(0), ["rate"], "one at a time");
    world.settle();
    world.user(0, UserAction::Part("r4".into()));
    world.settle();
    assert_eq!(ending(&world), "r4");
    world.user(0, UserAction::Part("mQuick!".into()));
    world.settle();
    assert_eq!(ending(&world), "r4.");
    world.write(0, "one more thing");
    assert_eq!(ending(&world), "", "writing opens it again");
}

/// All that was asked is answered; the socket stays away.
fn answer_all(world: &mut World) {
    while !world.tabs[0].requests.is_empty() {
        world.deliver(0, 0);
    }
}

#[test]
fn a_rating_is_shown_though_the_socket_has_not_said_what_came_before_it() {
    let mut world = talk();
    world.reload(0);
    world.deliver(0, 0);
    // Closed after the first answer: the thread's is newer than anything the socket said.
    world.server.close("100");
    world.host(0, HostToFrame::Open { open: Open::Conversation { id: "100".into() } });
    answer_all(&mut world);
    assert_eq!(ending(&world), "r0");
    world.user(0, UserAction::Part("r4".into()));
    answer_all(&mut world);
    assert_eq!(ending(&world), "r4");
}

#[rstest]
#[case(HttpOutcome::Lost)]
#[case(HttpOutcome::Answer { status: 409, body: "{}".into() })]
#[case(HttpOutcome::Answer { status: 200, body: "?".into() })]
fn a_rating_that_was_not_taken_can_be_given_again(#[case] outcome: HttpOutcome) {
    let mut world = talk();
    world.server.close("100");
    world.settle();
    world.user(0, UserAction::Part("r5".into()));
    world.fail(0, "rate", outcome);
    assert_eq!(ending(&world), "r0!");
    world.user(0, UserAction::Part("r5".into()));
    world.settle();
    assert_eq!(ending(&world), "r5");
}

#[test]
fn what_a_part_says_may_be_rubbish() {
    let mut world = talk();
    for said in ["", "q", "q1234", "qé", "r", "rx", "x1", "é", "m"] {
        world.user(0, UserAction::Part(said.into()));
    }
    assert_eq!(world.texts(0), ["hello"]);
}

#[test]
fn a_conversation_of_the_server_can_be_saved() {
    let mut world = talk();
    world.user(0, UserAction::Part("t".into()));
    let request = world.tabs[0].effects.iter().find_map(|effect| match effect {
        Effect::UsePart { name: "transcript", data } => data.split('\n').nth(1).map(str::to_owned),
        _ => None,
    });
    let request: ThreadRequest = serde_json::from_str(&request.unwrap()).unwrap();
    assert_eq!((request.conversation_id.as_str(), request.caller.session), ("100", world.session.clone()));
}

#[test]
fn drafts_stand_in_the_list_through_a_reload_and_go_with_shutdown() {
    let mut world = talk();
    world.user(0, UserAction::DraftChanged("  half a thought ".into()));
    world.user(0, UserAction::Back);
    assert_eq!(world.view(0).list.rows[0].draft, "half a thought");
    world.reload(0);
    world.settle();
    let row = world.view(0).list.rows[0].clone();
    assert_eq!((row.draft.as_str(), row.preview.as_str()), ("half a thought", "hello"));
    world.user(0, UserAction::OpenConversation(row.key));
    world.user(0, UserAction::DraftChanged(String::new()));
    world.user(0, UserAction::ShowMessages);
    assert_eq!(world.view(0).list.rows[0].draft, "");
    world.host(0, doorstep_protocol::host::HostToFrame::Shutdown);
    assert!(world.storage.is_empty(), "{:?}", world.storage);
}
