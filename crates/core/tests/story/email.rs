//! The email card (P4, P5).

use doorstep_core::view_model::{EmailCard, EmailState};
use doorstep_core::{HttpOutcome, UserAction};
use doorstep_protocol::host::FrameToHost;
use doorstep_protocol::messenger::EmailCollection;
use rstest::rstest;
use serde_json::json;

use crate::world::World;

fn ready(collection: EmailCollection) -> World {
    let mut world = World::new();
    world.server.email_collection = collection;
    world.settle();
    world.user(0, UserAction::StartConversation);
    world
}

fn card(world: &World) -> Option<EmailCard> {
    world.view(0).thread.unwrap().email_card
}

fn state(world: &World) -> EmailState {
    card(world).unwrap().state
}

#[test]
fn asks_after_the_first_message_and_never_again() {
    let mut world = ready(EmailCollection::AfterFirstMessage);
    assert_eq!(card(&world), None, "not before");
    world.write(0, "hello");
    assert_eq!(state(&world), EmailState::Asking, "at once, not only when acknowledged");
    world.settle();
    world.user(0, UserAction::EmailChanged("ann@example.com".into()));
    world.user(0, UserAction::EmailSubmitted);
    assert_eq!(state(&world), EmailState::Sending);
    world.settle();
    assert_eq!(state(&world), EmailState::Done);
    assert_eq!(world.server.person.email.as_deref(), Some("ann@example.com"));
    assert_eq!(world.tabs[0].told.iter().filter(|order| **order == FrameToHost::EmailSupplied).count(), 1);
    world.user(0, UserAction::StartConversation);
    world.write(0, "another thing");
    world.settle();
    assert_eq!(card(&world), None, "not in another conversation");
    world.reload(0);
    world.settle();
    let key = world.view(0).list.rows[0].key.clone();
    world.user(0, UserAction::OpenConversation(key));
    world.settle();
    assert_eq!(card(&world), None, "not after a reload");
}

#[rstest]
#[case::not_an_address("ann at example")]
#[case::the_server_says_so("ann@example.invalid")]
fn an_invalid_email_keeps_what_was_typed(#[case] text: &str) {
    let mut world = ready(EmailCollection::AfterFirstMessage);
    world.write(0, "hello");
    world.settle();
    world.user(0, UserAction::EmailChanged(text.into()));
    world.user(0, UserAction::EmailSubmitted);
    world.settle();
    assert_eq!(card(&world).map(|card| (card.value, card.state)), Some((text.into(), EmailState::Invalid)));
    world.user(0, UserAction::EmailChanged("ann@example.com".into()));
    assert_eq!(state(&world), EmailState::Asking);
}

#[rstest]
#[case(HttpOutcome::Lost)]
#[case(HttpOutcome::Answer { status: 500, body: String::new() })]
#[case(HttpOutcome::Answer { status: 200, body: "?".into() })]
fn a_failure_can_be_submitted_again(#[case] outcome: HttpOutcome) {
    let mut world = ready(EmailCollection::AfterFirstMessage);
    world.write(0, "hello");
    world.settle();
    world.user(0, UserAction::EmailChanged("ann@example.com".into()));
    world.user(0, UserAction::EmailSubmitted);
    world.fail(0, "email", outcome);
    assert_eq!(state(&world), EmailState::Failed);
    world.user(0, UserAction::EmailSubmitted);
    world.settle();
    assert_eq!(state(&world), EmailState::Done);
}

#[test]
fn an_email_given_before_the_message_arrived_waits_for_it() {
    let mut world = ready(EmailCollection::AfterFirstMessage);
    world.write(0, "hello");
    world.user(0, UserAction::EmailChanged("ann@example.com".into()));
    world.user(0, UserAction::EmailSubmitted);
    assert_eq!(world.asked(0), ["send"]);
    world.settle();
    assert_eq!(state(&world), EmailState::Done);
}

#[test]
fn required_means_the_first_message_waits() {
    let mut world = ready(EmailCollection::RequiredAlways);
    assert!(card(&world).unwrap().required);
    world.write(0, "hello");
    assert!(world.items(0).is_empty());
    assert_eq!(state(&world), EmailState::Invalid, "the card says what is missing");
    world.user(0, UserAction::EmailChanged("ann@example.com".into()));
    assert!(world.view(0).thread.unwrap().composer.can_send);
    world.user(0, UserAction::Send);
    world.settle();
    assert_eq!(world.texts(0), ["hello"]);
    assert_eq!(world.server.person.email.as_deref(), Some("ann@example.com"));
}

#[test]
fn never_means_never() {
    let mut world = ready(EmailCollection::Never);
    world.write(0, "hello");
    world.settle();
    assert_eq!(card(&world), None);
}

#[test]
fn users_are_not_asked() {
    let mut world = ready(EmailCollection::AfterFirstMessage);
    world.update(0, json!({"app_id": "demo", "user_id": "42"}));
    world.settle();
    world.write(0, "hello");
    world.settle();
    assert_eq!(card(&world), None);
}

/// Away, and back in an hour.
fn away(world: &mut World) {
    world.server.workspace.office =
        json!({"away": true, "changes": [world.now_ms / 1_000 + 3600]}).to_string();
}

#[test]
fn what_is_not_wanted_is_not_asked_twice() {
    let mut world = ready(EmailCollection::AfterFirstMessage);
    world.write(0, "hello");
    world.settle();
    world.user(0, UserAction::EmailSkipped);
    assert_eq!(card(&world), None);
    world.reload(0);
    world.settle();
    world.user(0, UserAction::StartConversation);
    world.write(0, "another thing");
    world.settle();
    assert_eq!(card(&world), None, "not after a reload either");
    world.host(0, doorstep_protocol::host::HostToFrame::Shutdown);
    assert!(world.storage.is_empty(), "{:?}", world.storage);
}

#[test]
fn what_is_required_cannot_be_skipped() {
    let mut world = ready(EmailCollection::RequiredAlways);
    world.user(0, UserAction::EmailSkipped);
    assert!(card(&world).unwrap().required);
}

#[test]
fn the_email_comes_with_the_message_that_needs_it() {
    let mut world = ready(EmailCollection::RequiredAlways);
    world.server.needs_email = true;
    world.user(0, UserAction::EmailChanged("ann@example.com".into()));
    world.write(0, "hello");
    assert_eq!(world.asked(0), ["send"], "in one request");
    assert_eq!(state(&world), EmailState::Sending);
    world.settle();
    assert_eq!((world.texts(0), state(&world)), (vec!["hello".to_owned()], EmailState::Done));
    assert_eq!(world.tabs[0].told.iter().filter(|order| **order == FrameToHost::EmailSupplied).count(), 1);
}

#[test]
fn an_email_given_before_anything_is_written_waits_for_the_message() {
    let mut world = ready(EmailCollection::RequiredAlways);
    world.server.needs_email = true;
    world.user(0, UserAction::EmailChanged("ann@example.con".into()));
    world.user(0, UserAction::EmailSubmitted);
    assert_eq!(state(&world), EmailState::Asking, "it may still be mended");
    world.user(0, UserAction::EmailChanged("ann@example.com".into()));
    world.write(0, "hello");
    world.settle();
    assert_eq!(world.server.person.email.as_deref(), Some("ann@example.com"));
}

#[test]
fn required_while_the_team_is_away_follows_the_clock() {
    let mut world = ready(EmailCollection::RequiredOutsideOfficeHours);
    assert_eq!(card(&world), None, "there, and nothing written");
    away(&mut world);
    world.reload(0);
    world.tabs[0].requests.clear();
    world.reload(0);
    world.deliver(0, 0);
    world.user(0, UserAction::StartConversation);
    let shown = card(&world).unwrap();
    assert!(shown.required && shown.away);
    world.user(0, UserAction::DraftChanged("hello".into()));
    assert!(!world.view(0).thread.unwrap().composer.can_send);
    // The hour passes on this page.
    world.now_ms += 3_600_000;
    world.user(0, UserAction::DraftChanged("hello!".into()));
    assert_eq!(card(&world), None);
    assert!(world.view(0).thread.unwrap().composer.can_send);
}

#[test]
fn a_conversation_goes_on_when_the_team_leaves() {
    let mut world = ready(EmailCollection::RequiredOutsideOfficeHours);
    world.write(0, "hello");
    world.settle();
    world.server.needs_email = true;
    away(&mut world);
    world.update(0, json!({"app_id": "demo", "name": "Ann"}));
    world.settle();
    world.write(0, "still there?");
    world.settle();
    assert_eq!(world.texts(0), ["hello", "still there?"]);
    assert!(!card(&world).unwrap().required, "asked, not demanded");
}

#[rstest]
#[case::the_team_has_just_left("", EmailState::Asking)]
#[case::the_server_knows_better("ann@example.invalid", EmailState::Invalid)]
fn a_message_the_server_holds_back_waits_for_an_email(#[case] typed: &str, #[case] told: EmailState) {
    let collection =
        if typed.is_empty() { EmailCollection::AfterFirstMessage } else { EmailCollection::RequiredAlways };
    let mut world = ready(collection);
    world.server.needs_email = true;
    world.user(0, UserAction::EmailChanged(typed.into()));
    world.write(0, "hello");
    world.settle();
    assert_eq!((world.texts(0), state(&world)), (vec!["hello".to_owned()], told), "it is not lost");
    assert!(world.server.parts.is_empty() && world.asked(0).is_empty(), "and not sent in vain");
    assert!(card(&world).unwrap().required);
    world.user(0, UserAction::EmailChanged("ann@example.com".into()));
    world.user(0, UserAction::EmailSubmitted);
    world.settle();
    assert_eq!(world.server.parts.len(), 1);
    assert_eq!(
        (state(&world), world.server.person.email.as_deref()),
        (EmailState::Done, Some("ann@example.com"))
    );
}

#[test]
fn a_message_that_is_held_back_survives_a_reload() {
    let mut world = ready(EmailCollection::AfterFirstMessage);
    world.server.needs_email = true;
    world.write(0, "hello");
    world.settle();
    world.reload(0);
    world.settle();
    let key = world.view(0).list.rows[0].key.clone();
    world.user(0, UserAction::OpenConversation(key));
    world.user(0, UserAction::EmailChanged("ann@example.com".into()));
    world.user(0, UserAction::EmailSubmitted);
    world.settle();
    assert_eq!(world.server.parts.len(), 1);
}
