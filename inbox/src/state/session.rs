//! Logging in and out, and the socket that lives as long as the log-in.

use doorstep_protocol::inbox::{LogIn, Me};

use super::event::{Call, Effect, Failure, Kept, Timer};
use super::model::{Folder, Load, Model, Progress, Session};
use super::route::Route;
use super::{outbox, thread};

/// How long to wait before the socket is opened again, by how often it failed.
const AGAIN_MS: [u32; 5] = [500, 1_000, 3_000, 8_000, 20_000];

pub(super) fn started(model: &mut Model, path: &str, kept: Kept) -> Vec<Effect> {
    model.route = Route::parse(path);
    model.drafts = kept.drafts;
    model.outbox = kept.outbox;
    model.owner = kept.owner;
    vec![Effect::Call(Call::Me)]
}

pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    model.session = Session::Asking;
    vec![Effect::Call(Call::Me)]
}

pub(super) fn unreachable(model: &mut Model) -> Vec<Effect> {
    model.session = Session::Unreachable;
    vec![Effect::Timer(Timer::Session, 5_000)]
}

pub(super) fn log_in(model: &mut Model, email: String, password: String) -> Vec<Effect> {
    let problem = if email.trim().is_empty() {
        Some("Enter your email address.".to_owned())
    } else if password.is_empty() {
        Some("Enter your password.".to_owned())
    } else {
        None
    };
    let busy = problem.is_none();
    model.session = Session::Out { busy, problem };
    if busy { vec![Effect::Call(Call::LogIn(LogIn { email, password }))] } else { Vec::new() }
}

pub(super) fn refused(model: &mut Model, failure: &Failure) -> Vec<Effect> {
    let problem = match failure.status {
        401 => "Email or password is wrong.".to_owned(),
        429 => "Too many attempts. Wait a few minutes and try again.".to_owned(),
        0 => "The server cannot be reached. Check your connection and try again.".to_owned(),
        _ if failure.message.is_empty() => "The server could not log you in. Try again.".to_owned(),
        _ => failure.message.clone(),
    };
    model.session = Session::Out { busy: false, problem: Some(problem) };
    Vec::new()
}

pub(super) fn logged_in(model: &mut Model, me: Me) -> Vec<Effect> {
    if model.owner != me.id {
        // Another teammate's drafts are not ours to see or send.
        model.drafts.clear();
        model.outbox.clear();
        model.owner.clone_from(&me.id);
    }
    model.session = Session::In(me);
    model.list = Load::Loading;
    model.rows.clear();
    let mut effects = vec![
        model.keep(),
        Effect::Call(Call::List { folder: model.folder, before: None }),
        Effect::OpenSocket { since: model.seq },
    ];
    if let Some(id) = model.route.conversation().map(str::to_owned) {
        effects.extend(thread::open(model, id));
    }
    effects.extend(outbox::pump(model));
    effects
}

/// The server no longer knows the log-in. What was typed stays, for the next log-in of the same teammate.
pub(super) fn ended(model: &mut Model) -> Vec<Effect> {
    let was_in = model.me().is_some();
    let problem = was_in.then(|| "Your session has ended. Log in to go on.".to_owned());
    model.session = Session::Out { busy: false, problem };
    model.rows.clear();
    model.thread = None;
    model.live = false;
    model.was_live = false;
    for reply in &mut model.outbox {
        if reply.progress == Progress::Sending {
            reply.progress = Progress::Queued;
        }
    }
    vec![Effect::CloseSocket]
}

/// The teammate logged out: nothing of them stays in this browser.
pub(super) fn logged_out(model: &mut Model) -> Vec<Effect> {
    *model = Model {
        now: model.now,
        session: Session::Out { busy: false, problem: None },
        folder: Folder::Open,
        ..Model::default()
    };
    vec![Effect::CloseSocket, model.keep(), Effect::Path(Route::List.path())]
}

pub(super) fn open_socket(model: &mut Model) -> Vec<Effect> {
    if model.me().is_none() || model.live {
        return Vec::new();
    }
    vec![Effect::OpenSocket { since: model.seq }]
}

pub(super) fn welcome(model: &mut Model, seq: i64) -> Vec<Effect> {
    model.live = true;
    model.was_live = true;
    model.socket_failures = 0;
    model.seq = model.seq.max(seq);
    outbox::pump(model)
}

pub(super) fn socket_closed(model: &mut Model) -> Vec<Effect> {
    model.live = false;
    if model.me().is_none() {
        return Vec::new();
    }
    let index = (model.socket_failures as usize).min(AGAIN_MS.len() - 1);
    model.socket_failures += 1;
    // The socket does not say why: a call does.
    let ask = (model.socket_failures > 1)
        .then_some(Effect::Call(Call::List { folder: model.folder, before: None }));
    ask.into_iter().chain([Effect::Timer(Timer::Socket, AGAIN_MS[index])]).collect()
}
