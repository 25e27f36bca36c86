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
