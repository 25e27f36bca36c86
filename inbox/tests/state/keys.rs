//! Shortcuts.

use doorstep_inbox::state::{Call, Effect, Event, Focus, KeyPress};
use doorstep_protocol::messenger::ConversationState;

use super::{Desk, calls};

fn press(desk: &mut Desk, key: &str, in_text: bool) -> Vec<Effect> {
    desk.on(Event::Key(KeyPress { key: key.into(), in_text }))
}

#[test]
fn j_and_k_walk_the_list_and_stop_at_its_ends() {
    let mut desk = Desk::logged_in();
    for (key, id) in [("j", "2"), ("j", "1"), ("j", "1"), ("k", "2"), ("k", "2")] {
        press(&mut desk, key, false);
        assert_eq!(desk.model().route.conversation(), Some(id));
    }
}

#[test]
fn letters_in_a_field_are_text() {
    let mut desk = Desk::reading();
    for key in ["j", "k", "r", "e", "?"] {
        assert!(press(&mut desk, key, true).is_empty(), "{key}");
    }
    assert!(!desk.model().help);
}

#[test]
fn r_replies_e_closes_and_help_is_modal() {
    let mut desk = Desk::reading();
    assert_eq!(press(&mut desk, "r", false), [Effect::Focus(Focus::Composer)]);
    let close = Call::SetState { id: "1".into(), state: ConversationState::Closed };
    assert_eq!(calls(&press(&mut desk, "e", false)), [&close]);
    press(&mut desk, "?", false);
    assert!(desk.model().help);
    assert!(press(&mut desk, "e", false).is_empty());
    press(&mut desk, "Escape", false);
    assert!(!desk.model().help);
}
