//! Files of replies: uploaded first, sent with the reply; addresses that end.

use doorstep_inbox::state::{Answer, Call, Effect, Event, Failure};
use doorstep_protocol::messenger::{Attachment, AuthorKind, UploadReply};

use super::{Desk, calls, part, row};

fn pick(desk: &mut Desk, id: &str) -> Vec<Effect> {
    desk.on(Event::Picked { id: id.into(), name: [id, ".png"].concat() })
}

fn upload(id: &str) -> Call {
    Call::Upload { id: id.into(), name: [id, ".png"].concat() }
}

fn uploaded(id: &str) -> Answer {
    Answer::Upload(UploadReply { id: ["up-", id].concat(), ..UploadReply::default() })
}

#[test]
fn a_reply_waits_for_its_files() {
    let mut desk = Desk::reading();
    assert_eq!(calls(&pick(&mut desk, "a")), [&upload("a")]);
    assert!(calls(&desk.on(Event::Send { client_id: "u1".into() })).is_empty());
    desk.on(Event::Answered(upload("a"), Ok(uploaded("a"))));
    let effects = desk.on(Event::Send { client_id: "u1".into() });
    let sent = Call::Reply {
        id: "1".into(),
        client_id: "u1".into(),
        body: String::new(),
        attachments: vec!["up-a".into()],
    };
    assert_eq!(calls(&effects), [&sent]);
    assert!(desk.model().picked().is_empty());
}

#[test]
fn what_was_refused_says_why_and_can_be_taken_out() {
    let mut desk = Desk::reading();
    pick(&mut desk, "a");
    let failure = Failure { status: 422, message: "no".into() };
    desk.on(Event::Answered(upload("a"), Err(failure)));
    assert_eq!(desk.model().picked()[0].problem.as_deref(), Some("no"));
    let effects = desk.on(Event::Unpick("a".into()));
    assert!(effects.contains(&Effect::DropFile("a".into())));
    assert!(desk.model().picked().is_empty());
}

#[test]
fn addresses_are_renewed_without_moving_the_thread() {
    let mut desk = Desk::reading();
    let mut with = part("1", "9", AuthorKind::Contact);
    with.attachments = vec![Attachment { url: "/old".into(), ..Attachment::default() }];
    let frame =
        doorstep_protocol::inbox::InboxFrame::Part { seq: 5, conversation: row("1", 60, 0), part: with };
    desk.on(Event::Socket(Box::new(frame)));
    assert!(calls(&desk.on(Event::Tick)).is_empty());
    desk.now += 26 * 60;
    assert_eq!(calls(&desk.on(Event::Tick)), [&Call::Thread { id: "1".into(), before: None }]);
    assert!(calls(&desk.on(Event::Tick)).is_empty(), "once");
}
