//! Around a conversation: when the team is there, quick replies, the rating, drafts in the list.

use doorstep_core::view_model::{Presence, RatingCard};
use doorstep_core::{HttpOutcome, UserAction};
use doorstep_protocol::messenger::{Author, AuthorKind};
use rstest::rstest;

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

fn presence(world: &World) -> Presence {
    world.view(0).workspace.presence
}

#[rstest]
#[case("", 0, "", Presence::Silent)]
#[case("minutes", 0, "", Presence::Usually("minutes".into()))]
#[case("", 5, "", Presence::Within(5))]
#[case("day", 0, "In a while", Presence::Own("In a while".into()))]
fn says_how_soon_the_team_replies(
    #[case] usually: &str,
    #[case] hours: u32,
    #[case] own: &str,
    #[case] expected: Presence,
) {
    let mut world = World::new();
    usually.clone_into(&mut world.server.workspace.usually);
    world.server.workspace.usually_hours = hours;
    own.clone_into(&mut world.server.workspace.reply_time);
    world.settle();
    assert_eq!(presence(&world), expected);
}

#[test]
fn the_words_follow_the_clock_while_the_panel_is_open() {
    let mut world = World::new();
    let now = world.now_ms / 1_000;
    world.server.workspace.away = true;
    world.server.workspace.usually = "hours".into();
    // Back in five hours, for eight.
    world.server.workspace.office_changes = vec![now + 5 * 3600, now + 13 * 3600];
    world.deliver(0, 0);
    let back = now + 5 * 3600;
    let mut seen = vec![presence(&world)];
    while world.now_ms < (now + 14 * 3600) * 1_000 && world.next_timer(0) {
        let next = presence(&world);
        if seen.last() != Some(&next) {
            seen.push(next);
        }
    }
    assert_eq!(
        seen,
        [
            Presence::BackAt(back),
            Presence::BackIn(180),
            Presence::BackIn(120),
            Presence::BackIn(60),
            Presence::BackIn(30),
            Presence::Usually("hours".into()),
            Presence::Away,
        ]
    );
}

#[test]
fn a_notice_stands_in_place_of_all_that() {
    let mut world = World::new();
    world.server.workspace.away = true;
    world.server.workspace.notice = "Moving house".into();
    world.settle();
    assert_eq!(presence(&world), Presence::Own("Moving house".into()));
}

#[test]
fn there_is_always_a_face_and_the_thread_says_who_answers() {
    let mut world = talk();
    assert_eq!(world.view(0).workspace.faces[0].name, "Acme", "a team of nobody has the company's");
    let away = Author {
        kind: AuthorKind::Admin,
        id: "2".into(),
        name: "Lin".into(),
        away: true,
        ..Author::default()
    };
    world.server.workspace.team = vec![away];
    world.reload(0);
    world.settle();
    assert!(world.view(0).workspace.faces[0].away);
    world.server.reply("100", "Hi");
    let key = world.view(0).list.rows[0].key.clone();
    world.user(0, UserAction::OpenConversation(key));
    world.settle();
    let thread = world.view(0).thread.unwrap();
    assert_eq!((thread.title.as_str(), thread.faces.len()), ("Ada", 1));
}

#[test]
fn quick_replies_stand_under_the_newest_message_until_one_is_chosen() {
    let mut world = talk();
    let offered = |world: &World| world.view(0).thread.unwrap().replies.len();
    world.server.offer("100", &["Yes", "No"]);
    world.settle();
    assert_eq!(offered(&world), 2);
    world.user(0, UserAction::DraftChanged("something else".into()));
    world.user(0, UserAction::ChooseReply("uuid-Maybe".into()));
    assert_eq!(offered(&world), 2, "what was not offered cannot be chosen");
    world.user(0, UserAction::ChooseReply("uuid-No".into()));
    assert_eq!(offered(&world), 0, "at once");
    world.user(0, UserAction::ChooseReply("uuid-No".into()));
    world.settle();
    assert_eq!(world.texts(0), ["hello", "Choose", "No"]);
    assert_eq!(world.server.chosen, ["uuid-No"]);
    assert_eq!(world.view(0).thread.unwrap().composer.draft, "something else", "what was being typed stays");
}

#[test]
fn quick_replies_go_when_the_person_writes() {
    let mut world = talk();
    world.server.offer("100", &["Yes", "No"]);
    world.settle();
    world.write(0, "neither");
    assert!(world.view(0).thread.unwrap().replies.is_empty());
    world.settle();
    assert!(world.view(0).thread.unwrap().replies.is_empty());
    assert!(world.server.chosen.is_empty());
}

#[test]
fn a_chosen_reply_survives_an_offline_reload() {
    let mut world = talk();
    world.server.offer("100", &["Yes"]);
    world.settle();
    world.user(0, UserAction::ChooseReply("uuid-Yes".into()));
    world.tabs[0].requests.clear();
    world.reload(0);
    world.settle();
    assert_eq!(world.server.chosen, ["uuid-Yes"]);
}

fn rating(world: &World) -> Option<RatingCard> {
    world.view(0).thread.unwrap().rating
}

fn card(rating: u32, locked: bool, failed: bool) -> RatingCard {
    RatingCard { rating, locked, failed }
}

#[test]
fn a_closed_conversation_is_rated_until_a_remark_is_left() {
    let mut world = talk();
    assert_eq!(rating(&world), None);
    world.server.close("100");
    world.settle();
    assert_eq!(rating(&world), Some(card(0, false, false)));
    world.user(0, UserAction::Rate(2));
    world.user(0, UserAction::Rate(3));
    assert_eq!(world.asked(0), ["rate"], "one at a time");
    world.settle();
    world.user(0, UserAction::Rate(4));
    world.settle();
    assert_eq!(rating(&world), Some(card(4, false, false)));
    world.user(0, UserAction::Remark("Quick!".into()));
    world.settle();
    assert_eq!(rating(&world), Some(card(4, true, false)));
    world.write(0, "one more thing");
    assert_eq!(rating(&world), None, "writing opens it again");
}

#[rstest]
#[case(HttpOutcome::Lost)]
#[case(HttpOutcome::Answer { status: 409, body: "{}".into() })]
#[case(HttpOutcome::Answer { status: 200, body: "?".into() })]
fn a_rating_that_was_not_taken_can_be_given_again(#[case] outcome: HttpOutcome) {
    let mut world = talk();
    world.server.close("100");
    world.settle();
    world.user(0, UserAction::Rate(5));
    world.fail(0, "rate", outcome);
    assert_eq!(rating(&world), Some(card(0, false, true)));
    world.user(0, UserAction::Rate(5));
    world.settle();
    assert_eq!(rating(&world), Some(card(5, false, false)));
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
