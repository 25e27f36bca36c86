//! The inbox's state machine, told what happens and asked what it does: no browser, no clock, no network.

mod conversations;
mod files;
mod keys;
mod replies;
mod session;

use doorstep_inbox::state::{Answer, Call, Effect, Event, Failure, Inbox, Kept, Model};
use doorstep_protocol::inbox::{Contact, ConversationList, ConversationRow, Me, Thread};
use doorstep_protocol::messenger::{Author, AuthorKind, ConversationState, Part};

/// A logged-in inbox at some time.
struct Desk {
    inbox: Inbox,
    now: i64,
}

impl Desk {
    fn started(kept: Kept, path: &str) -> (Self, Vec<Effect>) {
        let mut desk = Self { inbox: Inbox::default(), now: 1_000 };
        let effects = desk.on(Event::Started { path: path.into(), kept });
        (desk, effects)
    }

    /// Grace, with two open conversations: 2 (newer, unread) and 1.
    fn logged_in() -> Self {
        let (mut desk, _) = Self::started(Kept::default(), "/inbox");
        desk.on(Event::Answered(Call::Me, Ok(Answer::Me(grace()))));
        desk.list(vec![row("2", 20, 1), row("1", 10, 0)]);
        desk
    }

    /// As [`Desk::logged_in`], with conversation 1 open.
    fn reading() -> Self {
        let mut desk = Self::logged_in();
        desk.on(Event::Open("1".into()));
        desk.thread("1", vec![part("1", "5", AuthorKind::Contact)]);
        desk
    }

    fn list(&mut self, conversations: Vec<ConversationRow>) {
        let call = Call::List { folder: self.model().folder, before: None };
        let list = ConversationList { conversations, ..ConversationList::default() };
        self.on(Event::Answered(call, Ok(Answer::List(list))));
    }

    fn thread(&mut self, id: &str, parts: Vec<Part>) -> Vec<Effect> {
        let call = Call::Thread { id: id.into(), before: None };
        let thread = Thread { conversation: row(id, 10, 1), parts, ..Thread::default() };
        self.on(Event::Answered(call, Ok(Answer::Thread(Box::new(thread)))))
    }

    fn on(&mut self, event: Event) -> Vec<Effect> {
        self.inbox.update(event, self.now)
    }

    fn model(&self) -> &Model {
        self.inbox.model()
    }

    fn ids(&self) -> Vec<&str> {
        self.model().rows.iter().map(|row| row.id.as_str()).collect()
    }
}

fn grace() -> Me {
    Me { id: "7".into(), name: "Grace".into(), ..Me::default() }
}

fn row(id: &str, updated_at: i64, unread: u32) -> ConversationRow {
    let contact =
        Contact { id: format!("c{id}"), display_name: "Mint Telescope".into(), ..Contact::default() };
    let state = ConversationState::Open;
    ConversationRow { id: id.into(), contact, updated_at, unread, state, ..ConversationRow::default() }
}

fn part(conversation: &str, id: &str, kind: AuthorKind) -> Part {
    let author = Author { kind, ..Author::default() };
    Part { id: id.into(), conversation_id: conversation.into(), author, ..Part::default() }
}

fn away() -> Failure {
    Failure::default()
}

fn refusal(status: u16) -> Failure {
    Failure { status, message: "no".into() }
}

fn calls(effects: &[Effect]) -> Vec<&Call> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Call(call) => Some(call),
            _ => None,
        })
        .collect()
}
