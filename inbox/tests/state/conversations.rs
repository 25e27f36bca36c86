//! The list, the thread and the person.

use doorstep_inbox::state::{Answer, Call, Effect, Event, Failure, Field, Focus, Folder, Load};
use doorstep_protocol::inbox::{Contact, ConversationRow, InboxFrame};
use doorstep_protocol::messenger::{AuthorKind, ConversationState};

use super::{Desk, away, calls, part, row};

fn heard(desk: &mut Desk, conversation: ConversationRow, id: &str) -> Vec<Effect> {
    let part = part(&conversation.id, id, AuthorKind::Contact);
    desk.on(Event::Socket(Box::new(InboxFrame::Part { seq: 9, conversation, part })))
}

#[test]
fn a_new_message_moves_its_conversation_to_the_top() {
    let mut desk = Desk::logged_in();
    heard(&mut desk, row("1", 30, 1), "6");
    assert_eq!(desk.ids(), ["1", "2"]);
    heard(&mut desk, row("3", 40, 1), "7");
    assert_eq!(desk.ids(), ["3", "1", "2"]);
    assert_eq!((desk.model().open_count(), desk.model().unread()), (3, 3));
}

#[test]
fn a_closed_conversation_leaves_the_open_list_and_comes_back() {
    let mut desk = Desk::logged_in();
    let closed = ConversationRow { state: ConversationState::Closed, ..row("2", 50, 0) };
    desk.on(Event::Socket(Box::new(InboxFrame::Conversation {
        seq: 9,
        conversation: closed,
        seen_by_contact: None,
    })));
    assert_eq!(desk.ids(), ["1"]);
    heard(&mut desk, row("2", 60, 1), "8");
    assert_eq!(desk.ids(), ["2", "1"]);
}

#[test]
fn a_deleted_conversation_leaves_the_list_and_the_screen() {
    let mut desk = Desk::reading();
    let gone = |id: &str| Event::Socket(Box::new(InboxFrame::Gone { seq: 9, conversation_id: id.into() }));
    assert!(desk.on(gone("3")).is_empty());
    assert_eq!(desk.ids(), ["2", "1"]);
    let effects = desk.on(gone("1"));
    assert_eq!(desk.ids(), ["2"]);
    assert!(desk.model().thread.is_none());
    assert!(effects.contains(&Effect::Path("/inbox".into())), "{effects:?}");
    assert!(effects.contains(&Effect::Focus(Focus::Row("2".into()))), "{effects:?}");
    assert!(desk.model().problem.is_some(), "the teammate is told why");
}

#[test]
fn what_is_read_is_told_once() {
    let mut desk = Desk::logged_in();
    let effects = desk.on(Event::Open("2".into()));
    assert!(effects.contains(&Effect::Path("/inbox/conversations/2".into())));
    let seen = Call::Seen { id: "2".into(), part_id: "6".into() };
    assert_eq!(calls(&desk.thread("2", vec![part("2", "6", AuthorKind::Contact)])), [&seen]);
    assert_eq!(desk.model().unread(), 0);
    let effects = heard(&mut desk, row("2", 30, 1), "7");
    assert_eq!(calls(&effects), [&Call::Seen { id: "2".into(), part_id: "7".into() }]);
    assert!(heard(&mut desk, row("2", 30, 0), "7").is_empty(), "the same part again");
}

#[test]
fn parts_stand_in_order_and_once() {
    let mut desk = Desk::reading();
    heard(&mut desk, row("1", 30, 1), "10");
    heard(&mut desk, row("1", 30, 1), "9");
    desk.thread("1", vec![part("1", "5", AuthorKind::Contact), part("1", "9", AuthorKind::Contact)]);
    let parts = &desk.model().thread.as_ref().unwrap().parts;
    assert_eq!(parts.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["5", "9", "10"]);
}

#[test]
fn a_thread_that_cannot_be_loaded_can_be_tried_again() {
    let mut desk = Desk::logged_in();
    desk.on(Event::Open("1".into()));
    let call = Call::Thread { id: "1".into(), before: None };
    desk.on(Event::Answered(call.clone(), Err(away())));
    assert_eq!(desk.model().thread.as_ref().unwrap().state, Load::Failed);
    assert_eq!(calls(&desk.on(Event::RetryThread)), [&call]);
}

#[test]
fn an_answer_for_a_list_left_meanwhile_is_ignored() {
    let mut desk = Desk::logged_in();
    desk.on(Event::ShowFolder(Folder::Closed));
    desk.on(Event::Answered(
        Call::List { folder: Folder::Open, before: None },
        Ok(Answer::List(doorstep_protocol::inbox::ConversationList {
            conversations: vec![row("1", 1, 0)],
            ..Default::default()
        })),
    ));
    assert!(desk.ids().is_empty());
    assert_eq!(desk.model().list, Load::Loading);
}

#[test]
fn the_address_bar_leads() {
    let mut desk = Desk::reading();
    desk.on(Event::Path("/inbox".into()));
    assert!(desk.model().thread.is_none());
    let effects = desk.on(Event::Path("/inbox/conversations/2".into()));
    assert_eq!(calls(&effects), [&Call::Thread { id: "2".into(), before: None }]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Path(_))), "it is there already");
}

#[test]
fn a_refused_email_keeps_what_was_typed() {
    let mut desk = Desk::reading();
    assert!(desk.on(Event::Edit(Field::Email)).iter().any(|effect| matches!(effect, Effect::Focus(_))));
    desk.on(Event::EditChanged("nope".into()));
    let effects = desk.on(Event::EditSave);
    let call = calls(&effects)[0].clone();
    assert!(desk.on(Event::EditSave).is_empty(), "it is on its way");
    let failure = Failure { status: 422, message: "an email address has exactly one @".into() };
    desk.on(Event::Answered(call.clone(), Err(failure)));
    let edit = desk.model().edit.clone().unwrap();
    assert_eq!((edit.value.as_str(), edit.busy), ("nope", false));
    assert_eq!(edit.problem.as_deref(), Some("an email address has exactly one @"));
    let contact = Contact { id: "c1".into(), email: Some("a@b.example".into()), ..Contact::default() };
    desk.on(Event::Answered(call, Ok(Answer::Contact(Box::new(contact)))));
    assert!(desk.model().edit.is_none());
    let shown = desk.model().thread.as_ref().unwrap().row.as_ref().unwrap();
    assert_eq!(shown.contact.email.as_deref(), Some("a@b.example"));
}
