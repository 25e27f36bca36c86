//! Replies: nothing lost, nothing doubled, in order.

use doorstep_inbox::state::{Answer, Call, Effect, Event, Kept, Progress, Timer};
use doorstep_protocol::inbox::{InboxFrame, ReplyDone};
use doorstep_protocol::messenger::{AuthorKind, Part};

use super::{Desk, away, calls, grace, part, refusal, row};

fn reply(desk: &mut Desk, client_id: &str, text: &str) -> Vec<Effect> {
    desk.on(Event::Draft(text.into()));
    desk.on(Event::Send { client_id: client_id.into() })
}

fn call(client_id: &str, body: &str) -> Call {
    Call::Reply { id: "1".into(), client_id: client_id.into(), body: body.into(), attachments: Vec::new() }
}

fn ours(client_id: &str, id: &str) -> Part {
    Part { client_id: Some(client_id.into()), ..part("1", id, AuthorKind::Admin) }
}

fn done(client_id: &str, id: &str) -> Answer {
    Answer::Reply(Box::new(ReplyDone { conversation: row("1", 60, 0), part: ours(client_id, id) }))
}

#[test]
fn a_reply_is_kept_before_it_is_sent_and_forgotten_when_taken() {
    let mut desk = Desk::reading();
    let effects = reply(&mut desk, "u1", "  hello  ");
    let kept =
        effects.iter().position(|effect| matches!(effect, Effect::Keep(kept) if kept.outbox.len() == 1));
    let sent = effects.iter().position(|effect| *effect == Effect::Call(call("u1", "hello")));
    assert!(kept.unwrap() < sent.unwrap());
    assert_eq!(desk.model().draft(), "");
    desk.on(Event::Answered(call("u1", "hello"), Ok(done("u1", "6"))));
    assert!(desk.model().outbox.is_empty());
    assert_eq!(desk.model().thread.as_ref().unwrap().parts.len(), 2);
}

#[test]
fn the_socket_may_be_first() {
    let mut desk = Desk::reading();
    reply(&mut desk, "u1", "hello");
    let frame = InboxFrame::Part { seq: 5, conversation: row("1", 60, 0), part: ours("u1", "6") };
    desk.on(Event::Socket(Box::new(frame)));
    assert!(desk.model().outbox.is_empty());
    desk.on(Event::Answered(call("u1", "hello"), Ok(done("u1", "6"))));
    assert_eq!(desk.model().thread.as_ref().unwrap().parts.len(), 2, "once");
}

#[test]
fn replies_arrive_in_the_order_they_were_written() {
    let mut desk = Desk::reading();
    reply(&mut desk, "u1", "one");
    assert!(calls(&reply(&mut desk, "u2", "two")).iter().all(|call| !matches!(call, Call::Reply { .. })));
    let effects = desk.on(Event::Answered(call("u1", "one"), Ok(done("u1", "6"))));
    assert_eq!(calls(&effects), [&call("u2", "two")]);
}

#[test]
fn a_server_that_is_away_gets_it_later() {
    let mut desk = Desk::reading();
    reply(&mut desk, "u1", "hello");
    let effects = desk.on(Event::Answered(call("u1", "hello"), Err(away())));
    assert!(matches!(effects[..], [Effect::Timer(Timer::Outbox, _)]));
    assert_eq!(desk.model().outbox[0].failures, 1);
    assert_eq!(calls(&desk.on(Event::Timer(Timer::Outbox))), [&call("u1", "hello")]);
}

#[test]
fn a_refused_reply_waits_for_the_teammate_and_holds_nothing_up() {
    let mut desk = Desk::reading();
    reply(&mut desk, "u1", "one");
    reply(&mut desk, "u2", "two");
    let effects = desk.on(Event::Answered(call("u1", "one"), Err(refusal(422))));
    assert_eq!(calls(&effects), [&call("u2", "two")]);
    assert_eq!(desk.model().outbox[0].progress, Progress::Refused("no".into()));
    desk.on(Event::DiscardReply("u1".into()));
    assert_eq!(desk.model().draft(), "one");
}

#[test]
fn a_reload_sends_what_was_waiting() {
    let mut desk = Desk::reading();
    let effects = reply(&mut desk, "u1", "hello");
    let kept = effects.iter().find_map(|effect| match effect {
        Effect::Keep(kept) => Some(kept.clone()),
        _ => None,
    });
    let text = serde_json::to_string(&kept.unwrap()).unwrap();
    let kept: Kept = serde_json::from_str(&text).unwrap();
    let (mut desk, _) = Desk::started(kept, "/inbox/conversations/1");
    let effects = desk.on(Event::Answered(Call::Me, Ok(Answer::Me(grace()))));
    assert!(calls(&effects).contains(&&call("u1", "hello")));
}

#[test]
fn empty_and_endless_replies_are_not_sent() {
    let mut desk = Desk::reading();
    for text in ["", " \n ", &"x".repeat(10_001)] {
        let effects = reply(&mut desk, "u1", text);
        assert!(calls(&effects).is_empty() && desk.model().outbox.is_empty());
    }
    reply(&mut desk, "u1", &"x".repeat(10_000));
    assert_eq!(desk.model().outbox.len(), 1);
}

#[test]
fn typing_is_told_now_and_then() {
    let mut desk = Desk::reading();
    let typing = Call::Typing { id: "1".into() };
    assert_eq!(calls(&desk.on(Event::Draft("h".into()))), [&typing]);
    assert!(calls(&desk.on(Event::Draft("he".into()))).is_empty());
    desk.now += 3;
    assert_eq!(calls(&desk.on(Event::Draft("hel".into()))), [&typing]);
}
