//! The states, by name. A new view, or a new state of one, gets its line here.

use doorstep_core::view_model::{
    Connection, ConversationList, EmailCard, EmailState, Home, Launcher, LoadState, Notice, Screen, Thread,
    ViewModel, Workspace,
};

use crate::inbox_of_ann::{
    asked, attaching, drafting, files, many, new_thread, replies, rich, rows, statuses, talk, thread,
};
use crate::people::team;

/// All of them.
pub(crate) fn all() -> Vec<(&'static str, ViewModel)> {
    let ready = LoadState::Ready;
    let recent = || rows().into_iter().next();
    vec![
        ("home", home(None, ready)),
        ("home-recent", ViewModel { unread: 2, ..home(recent(), ready) }),
        ("home-loading", home(None, LoadState::Loading)),
        ("home-failed", home(None, LoadState::Failed)),
        ("home-long-names", ViewModel { workspace: long_names(), ..home(rows().pop(), ready) }),
        ("list", ViewModel { unread: 2, ..list(true, ready) }),
        ("list-empty", list(false, ready)),
        ("list-loading", list(false, LoadState::Loading)),
        ("list-failed", list(false, LoadState::Failed)),
        ("thread-new", on_thread(new_thread())),
        ("thread-talk", on_thread(thread(talk()))),
        ("thread-rich", on_thread(thread(rich()))),
        ("thread-statuses", on_thread(thread(statuses()))),
        ("thread-many", on_thread(Thread { more: true, ..thread(many()) })),
        ("thread-loading-older", on_thread(Thread { more: true, loading_older: true, ..thread(talk()) })),
        ("thread-typing", on_thread(Thread { typing: Some("Grace Hopper".to_owned()), ..thread(talk()) })),
        ("thread-closed", on_thread(Thread { closed: true, ..thread(talk()) })),
        ("thread-away", on_thread(Thread { away: true, ..new_thread() })),
        ("thread-replies", on_thread(Thread { ending: replies(), ..thread(talk()) })),
        ("rating-asked", on_thread(rated("r0"))),
        ("rating-given", on_thread(rated("r4"))),
        ("rating-failed", on_thread(rated("r2!"))),
        ("rating-done", on_thread(rated("r5."))),
        ("thread-loading", on_thread(Thread { state: LoadState::Loading, ..thread(Vec::new()) })),
        ("thread-failed", on_thread(Thread { state: LoadState::Failed, ..thread(Vec::new()) })),
        ("email-asking", on_thread(asked(EmailState::Asking, "", false))),
        ("email-required", on_thread(asked(EmailState::Asking, "ann@", true))),
        ("email-sending", on_thread(asked(EmailState::Sending, "ann@example.com", false))),
        ("email-away", on_thread(away(asked(EmailState::Asking, "", true)))),
        ("email-invalid", on_thread(asked(EmailState::Invalid, "ann@example", false))),
        ("email-failed", on_thread(asked(EmailState::Failed, "ann@example.com", false))),
        ("email-done", on_thread(asked(EmailState::Done, "", false))),
        ("composer-lines", on_thread(drafting(LINES, None))),
        ("composer-too-long", on_thread(drafting(LINES, Some(41)))),
        ("thread-files", on_thread(thread(files()))),
        ("composer-files", on_thread(attaching())),
        ("preview", ViewModel { unread: 1, open: false, previews: previewed(1), ..list(true, ready) }),
        ("preview-many", ViewModel { unread: 3, open: false, previews: previewed(3), ..list(true, ready) }),
        ("notice-offline", ViewModel { connection: Connection::Offline, ..on_thread(thread(statuses())) }),
        ("notice-connecting", ViewModel { connection: Connection::Connecting, ..list(true, ready) }),
        ("notice-older-failed", ViewModel { notice: Some(Notice::OlderFailed), ..on_thread(thread(talk())) }),
        ("notice-refused", ViewModel { notice: Some(refused()), ..home(None, ready) }),
        ("launcher", launcher(0, false)),
        ("launcher-unread", launcher(3, false)),
        ("launcher-many", launcher(120, false)),
        ("launcher-open", launcher(0, true)),
    ]
}

const LINES: &str = "Thank you!\n\nI would also like to know whether the green one is still there, and whether it comes \
                     with the long cable or the short one.\nI'd take either.\nBest,\nAnn\n(The one from yesterday)";

fn base(screen: Screen) -> ViewModel {
    ViewModel {
        booted: true,
        near: true,
        open: true,
        framed: true,
        screen,
        workspace: Workspace {
            name: "Lovelace & Sons".to_owned(),
            office: r#"{"usually":"minutes","away":false,"changes":[]}"#.to_owned(),
            faces: team(),
            ..Workspace::default()
        },
        ..ViewModel::default()
    }
}

fn long_names() -> Workspace {
    Workspace {
        name: "The Honourable Company of Makers of Extraordinarily Long Names".to_owned(),
        greeting: "Welcome to the help centre of the Honourable Company 👋".to_owned(),
        introduction: "Which of our extraordinary products may we help you with?".to_owned(),
        ..base(Screen::Home).workspace
    }
}

fn home(recent: Option<doorstep_core::view_model::ConversationRow>, state: LoadState) -> ViewModel {
    ViewModel { home: Home { recent, state }, ..base(Screen::Home) }
}

fn list(some: bool, state: LoadState) -> ViewModel {
    let rows = if some { rows() } else { Vec::new() };
    ViewModel { list: ConversationList { rows, state }, ..base(Screen::Messages) }
}

/// The conversations whose news stand over the launcher.
fn previewed(count: usize) -> Vec<String> {
    rows().into_iter().take(count).map(|row| row.key).collect()
}

fn away(mut thread: Thread) -> Thread {
    thread.email_card = thread.email_card.map(|card| EmailCard { away: true, ..card });
    thread
}

fn rated(ending: &str) -> Thread {
    Thread { closed: true, ending: ending.to_owned(), ..thread(talk()) }
}

fn on_thread(thread: Thread) -> ViewModel {
    ViewModel { thread: Some(thread), ..base(Screen::Thread) }
}

fn refused() -> Notice {
    Notice::Refused { message: "This workspace does not allow the Messenger on example.com".to_owned() }
}

/// As the ES module draws it.
fn launcher(unread: u32, open: bool) -> ViewModel {
    let drawn = Launcher { visible: true, ..Launcher::default() };
    let state = LoadState::Ready;
    ViewModel {
        framed: false,
        open,
        unread,
        launcher: drawn,
        home: Home { recent: None, state },
        ..base(Screen::Home)
    }
}
