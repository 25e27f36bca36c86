//! What the teammate sees and what is to be done, as values: [`Inbox::update`] takes an [`Event`] and gives [`Effect`]s.
//! Time and ids come in with events; nothing here asks a clock, a browser or the network.

mod event;
pub mod files;
mod list;
mod model;
pub mod outbox;
pub mod person;
pub mod route;
mod session;
mod thread;
pub mod time;

pub use event::{Answer, Call, Effect, Event, Failure, Focus, Kept, KeyPress, Timer};
pub use model::{Edit, Field, Folder, Load, Model, OpenThread, Outgoing, Picked, Progress, Session};

/// The inbox.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    model: Model,
}

impl Inbox {
    /// What is on screen.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Takes an event in. `now` is Unix seconds.
    pub fn update(&mut self, event: Event, now: i64) -> Vec<Effect> {
        self.model.now = now;
        let model = &mut self.model;
        match event {
            Event::Started { path, kept } => session::started(model, &path, kept),
            Event::Path(path) => thread::go(model, &path),
            Event::Tick => files::renew(model),
            Event::Answered(call, outcome) => answered(model, call, outcome),
            Event::SocketWelcome { seq } => session::welcome(model, seq),
            Event::Socket(frame) => list::frame(model, *frame),
            Event::SocketClosed => session::socket_closed(model),
            Event::Timer(timer) => match timer {
                Timer::Outbox => outbox::pump(model),
                Timer::Socket => session::open_socket(model),
                Timer::Typing => {
                    model.typing = None;
                    Vec::new()
                }
                Timer::Session => session::ask(model),
            },
            Event::Online => {
                let mut effects = session::open_socket(model);
                effects.extend(outbox::pump(model));
                effects
            }
            Event::LogIn { email, password } => session::log_in(model, email, password),
            Event::LogOut => vec![Effect::Call(Call::LogOut)],
            Event::RetrySession => session::ask(model),
            Event::ShowFolder(folder) => list::show(model, folder),
            Event::MoreRows => list::more(model),
            Event::Open(id) => thread::open(model, id),
            Event::Back => thread::back(model),
            Event::RetryThread => thread::load(model, None),
            Event::OlderParts => thread::older(model),
            Event::Draft(text) => outbox::draft(model, text),
            Event::Picked { id, name } => files::picked(model, id, name),
            Event::Unpick(id) => files::removed(model, &id),
            Event::Send { client_id } => outbox::send(model, client_id),
            Event::RetryReply(client_id) => outbox::retry(model, &client_id),
            Event::DiscardReply(client_id) => outbox::discard(model, &client_id),
            Event::SetState(state) => thread::set_state(model, state),
            Event::ShowPerson(shown) => {
                model.person_shown = shown;
                Vec::new()
            }
            Event::Edit(field) => person::edit(model, field),
            Event::EditChanged(value) => person::changed(model, value),
            Event::EditSave => person::save(model),
            Event::EditCancel => person::cancel(model),
            Event::ShowHelp(shown) => {
                model.help = shown;
                Vec::new()
            }
            Event::Key(key) => list::key(model, &key),
        }
    }
}

fn answered(model: &mut Model, call: Call, outcome: Result<Answer, Failure>) -> Vec<Effect> {
    if outcome.as_ref().err().is_some_and(|failure| failure.status == 401) && !matches!(call, Call::LogIn(_))
    {
        outbox::pause(model, &call);
        return session::ended(model);
    }
    match (call, outcome) {
        (Call::Me | Call::LogIn(_), Ok(Answer::Me(me))) => session::logged_in(model, me),
        (Call::LogOut, Ok(_)) => session::logged_out(model),
        (Call::Me, Err(_)) => session::unreachable(model),
        (Call::LogIn(_), Err(failure)) => session::refused(model, &failure),
        (Call::List { folder, before }, outcome) => list::loaded(model, folder, before.as_deref(), outcome),
        (Call::Thread { id, before }, outcome) => thread::loaded(model, &id, before.as_deref(), outcome),
        (Call::Reply { id, client_id, .. }, outcome) => outbox::answered(model, &id, &client_id, outcome),
        (Call::Upload { id, .. }, outcome) => files::uploaded(model, &id, outcome),
        (Call::SetState { .. }, outcome) => thread::state_set(model, outcome),
        (Call::EditContact { .. }, outcome) => person::saved(model, outcome),
        (Call::LogOut, Err(_)) => {
            model.problem = Some("You are still logged in: the server cannot be reached.".to_owned());
            Vec::new()
        }
        // Said again when the next part is seen.
        (Call::Seen { .. } | Call::Typing { .. }, _) | (Call::Me | Call::LogIn(_), Ok(_)) => Vec::new(),
    }
}
