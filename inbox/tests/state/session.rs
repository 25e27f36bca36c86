//! Logging in and out, and the socket's life.

use doorstep_inbox::state::{Answer, Call, Effect, Event, Kept, Outgoing, Session, Timer};
use doorstep_protocol::inbox::LogIn;
use rstest::rstest;

use super::{Desk, away, calls, grace, refusal};

#[test]
fn asks_who_is_logged_in_then_loads_and_listens() {
    let (mut desk, effects) = Desk::started(Kept::default(), "/inbox");
    assert_eq!(calls(&effects), [&Call::Me]);
    let effects = desk.on(Event::Answered(Call::Me, Ok(Answer::Me(grace()))));
    assert!(matches!(calls(&effects)[..], [Call::List { before: None, .. }]));
    assert!(effects.contains(&Effect::OpenSocket { since: 0 }));
}

#[test]
fn nobody_logged_in_shows_the_form_without_a_reproach() {
    let (mut desk, _) = Desk::started(Kept::default(), "/inbox");
    desk.on(Event::Answered(Call::Me, Err(refusal(401))));
    assert_eq!(desk.model().session, Session::Out { busy: false, problem: None });
}

#[test]
fn a_server_that_is_away_is_asked_again() {
    let (mut desk, _) = Desk::started(Kept::default(), "/inbox");
    let effects = desk.on(Event::Answered(Call::Me, Err(away())));
    assert_eq!(desk.model().session, Session::Unreachable);
    assert!(matches!(effects[..], [Effect::Timer(Timer::Session, _)]));
    assert_eq!(calls(&desk.on(Event::Timer(Timer::Session))), [&Call::Me]);
}

#[rstest]
#[case(401, "Email or password is wrong.")]
#[case(429, "Too many attempts. Wait a few minutes and try again.")]
#[case(0, "The server cannot be reached. Check your connection and try again.")]
fn a_refused_log_in_says_why(#[case] status: u16, #[case] words: &str) {
    let (mut desk, _) = Desk::started(Kept::default(), "/inbox");
    desk.on(Event::Answered(Call::Me, Err(refusal(401))));
    let form = LogIn { email: "a@b.example".into(), password: "x".into() };
    desk.on(Event::LogIn { email: form.email.clone(), password: form.password.clone() });
    desk.on(Event::Answered(Call::LogIn(form), Err(refusal(status))));
    assert_eq!(desk.model().session, Session::Out { busy: false, problem: Some(words.into()) });
}

#[rstest]
#[case("", "x", "Enter your email address.")]
#[case("a@b.example", "", "Enter your password.")]
fn an_empty_form_is_not_sent(#[case] email: &str, #[case] password: &str, #[case] words: &str) {
    let (mut desk, _) = Desk::started(Kept::default(), "/inbox");
    let effects = desk.on(Event::LogIn { email: email.into(), password: password.into() });
    assert!(effects.is_empty());
    assert_eq!(desk.model().session, Session::Out { busy: false, problem: Some(words.into()) });
}

#[test]
fn anothers_drafts_and_replies_are_neither_shown_nor_sent() {
    let mine = Outgoing { client_id: "u".into(), conversation_id: "1".into(), ..Outgoing::default() };
    let kept = Kept { owner: "8".into(), drafts: [("1".into(), "secret".into())].into(), outbox: vec![mine] };
    let (mut desk, _) = Desk::started(kept, "/inbox");
    let effects = desk.on(Event::Answered(Call::Me, Ok(Answer::Me(grace()))));
    assert!(desk.model().drafts.is_empty() && desk.model().outbox.is_empty());
    assert!(!calls(&effects).iter().any(|call| matches!(call, Call::Reply { .. })));
}

#[test]
fn a_session_that_ends_keeps_what_was_typed_for_the_next_log_in() {
    let mut desk = Desk::reading();
    desk.on(Event::Draft("half a".into()));
    let effects = desk.on(Event::Answered(Call::Typing { id: "1".into() }, Err(refusal(401))));
    assert!(effects.contains(&Effect::CloseSocket));
    assert!(matches!(&desk.model().session, Session::Out { problem: Some(_), .. }));
    desk.on(Event::Answered(Call::Me, Ok(Answer::Me(grace()))));
    assert_eq!(desk.model().draft(), "half a");
}

#[test]
fn logging_out_leaves_nothing() {
    let mut desk = Desk::reading();
    desk.on(Event::Draft("half a".into()));
    let effects = desk.on(Event::Answered(Call::LogOut, Ok(Answer::Nothing)));
    assert!(effects.contains(&Effect::Keep(Kept::default())));
    assert!(effects.contains(&Effect::CloseSocket));
    assert!(desk.model().rows.is_empty() && desk.model().thread.is_none());
}

#[test]
fn the_socket_comes_back_where_it_was() {
    let mut desk = Desk::logged_in();
    desk.on(Event::SocketWelcome { seq: 42 });
    let effects = desk.on(Event::SocketClosed);
    assert!(matches!(effects[..], [Effect::Timer(Timer::Socket, _)]));
    assert_eq!(desk.on(Event::Timer(Timer::Socket)), [Effect::OpenSocket { since: 42 }]);
}
