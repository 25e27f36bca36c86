//! Files: chosen, uploaded, sent with the message; failed, taken out, lost by a reload; addresses that end.

use doorstep_core::view_model::Status;
use doorstep_core::{Effect, Event, HttpOutcome, Timer, UserAction};
use doorstep_protocol::messenger::{Attachment, SendRequest, ThreadRequest};

use serde_json::Value;

use crate::server::no;
use crate::world::World;

fn ready() -> World {
    let mut world = World::new();
    world.settle();
    world.user(0, UserAction::StartConversation);
    world
}

fn shown(files: &str) -> Vec<Value> {
    if files.is_empty() { Vec::new() } else { serde_json::from_str(files).unwrap() }
}

impl World {
    fn choose(&mut self, tab: usize, id: &str) {
        let said = [id, "\n", id, ".png\n7\nblob:x\n"].concat();
        self.said(tab, &["f", &said].concat());
    }

    fn said(&mut self, tab: usize, said: &str) {
        self.user(tab, UserAction::Part(said.to_owned()));
    }

    /// What the part was told: ids to upload, with lines behind them, and ids to forget.
    fn told(&self, tab: usize) -> impl Iterator<Item = &str> {
        self.tabs[tab].effects.iter().filter_map(|it| match it {
            Effect::UsePart { name: "attach", data } => Some(data.as_str()),
            _ => None,
        })
    }

    fn uploads(&self, tab: usize) -> Vec<String> {
        self.told(tab).filter_map(|data| Some(data.split_once('\n')?.0.to_owned())).collect()
    }

    fn ended(&mut self, tab: usize, id: &str, outcome: &HttpOutcome) {
        let said = match outcome {
            HttpOutcome::Lost => format!("{id} 0 "),
            HttpOutcome::Answer { status, body } => format!("{id} {status} {body}"),
        };
        self.said(tab, &["u", &said].concat());
    }

    fn uploaded(&mut self, tab: usize, id: &str) {
        let body = format!(r#"{{"id":"up-{id}"}}"#);
        self.ended(tab, id, &HttpOutcome::Answer { status: 200, body });
    }

    fn composer_files(&self, tab: usize) -> Vec<Value> {
        shown(&self.view(tab).thread.unwrap().composer.files)
    }

    fn sent(&self) -> Vec<SendRequest> {
        let all = self.tabs.iter().flat_map(|tab| &tab.effects);
        all.filter_map(|it| match it {
            Effect::Http { operation: "send", body, .. } => serde_json::from_str(body).ok(),
            _ => None,
        })
        .collect()
    }
}

#[test]
fn a_message_waits_for_its_uploads_and_goes_with_them() {
    let mut world = ready();
    for id in ["a", "b", "c"] {
        world.choose(0, id);
    }
    assert_eq!(world.uploads(0), ["a", "b"], "not more than two at once");
    assert!(world.view(0).thread.unwrap().composer.can_send, "files are enough");
    world.said(0, "ua 40");
    assert_eq!(world.composer_files(0)[0]["percent"], 40);
    world.user(0, UserAction::Send);
    assert!(world.composer_files(0).is_empty());
    assert_eq!(shown(&world.items(0)[0].files).len(), 3);
    assert_eq!(world.statuses(0), [Status::Sending]);
    world.uploaded(0, "a");
    assert_eq!(world.uploads(0), ["a", "b", "c"]);
    world.uploaded(0, "b");
    assert!(world.sent().is_empty());
    world.uploaded(0, "c");
    assert_eq!(world.sent()[0].attachments, ["up-a", "up-b", "up-c"]);
    world.settle();
    assert_eq!(world.statuses(0), [Status::Sent]);
    let dropped = world.told(0).filter(|data| !data.contains('\n')).count();
    assert_eq!(dropped, 3, "the browser need not keep the bytes");
    assert!(world.storage.is_empty(), "{:?}", world.storage);
}

#[test]
fn what_failed_is_tried_again_or_taken_out() {
    let mut world = ready();
    world.choose(0, "a");
    world.ended(0, "a", &HttpOutcome::Lost);
    assert_eq!(world.composer_files(0)[0]["problem"], "attach.failed");
    assert!(!world.view(0).thread.unwrap().composer.can_send);
    world.said(0, "ya");
    assert_eq!(world.uploads(0), ["a", "a"]);
    world.ended(0, "a", &no(413, "file_too_large"));
    assert_eq!(world.composer_files(0)[0]["problem"], "attach.too_large");
    world.said(0, "ya");
    assert_eq!(world.uploads(0).len(), 2, "it would not get smaller");
    world.said(0, "xa");
    assert!(world.composer_files(0).is_empty());
    assert!(world.storage.is_empty(), "{:?}", world.storage);
}

#[test]
fn a_message_whose_file_fails_says_so_and_goes_without_it() {
    let mut world = ready();
    world.choose(0, "a");
    world.write(0, "look");
    world.ended(0, "a", &HttpOutcome::Lost);
    assert_eq!(world.statuses(0), [Status::Refused { message: String::new() }]);
    assert!(world.sent().is_empty());
    world.said(0, "xa");
    world.settle();
    assert_eq!(world.statuses(0), [Status::Sent]);
    assert!(world.sent()[0].attachments.is_empty());
    // One that holds nothing else goes with its file.
    world.choose(0, "b");
    world.user(0, UserAction::Send);
    world.ended(0, "b", &HttpOutcome::Lost);
    world.said(0, "xb");
    assert_eq!(world.items(0).len(), 1);
    assert!(world.storage.is_empty(), "{:?}", world.storage);
}

#[test]
fn the_network_comes_back() {
    let mut world = ready();
    world.choose(0, "a");
    world.user(0, UserAction::Send);
    world.ended(0, "a", &HttpOutcome::Lost);
    world.event(0, Event::Online(true));
    assert_eq!(world.uploads(0), ["a", "a"]);
    world.uploaded(0, "a");
    world.settle();
    assert_eq!(world.statuses(0), [Status::Sent]);
}

#[test]
fn a_reload_says_what_was_lost() {
    let mut world = ready();
    world.choose(0, "a");
    world.choose(0, "b");
    world.uploaded(0, "a");
    world.user(0, UserAction::Send);
    world.choose(0, "c");
    let tab = 0;
    world.reload(tab);
    world.settle();
    world.user(tab, UserAction::ShowMessages);
    let key = world.view(tab).list.rows[0].key.clone();
    world.user(tab, UserAction::OpenConversation(key));
    let item = world.items(tab)[0].clone();
    assert_eq!(item.status, Status::Refused { message: String::new() });
    let files = shown(&item.files);
    let problems: Vec<&Value> = files.iter().map(|file| &file["problem"]).collect();
    assert_eq!(problems, ["", "attach.failed"]);
    assert_eq!(world.composer_files(tab)[0]["problem"], "attach.failed");
    // Without the one that was lost it goes.
    world.said(tab, "xb");
    world.settle();
    assert_eq!(world.sent()[0].attachments, ["up-a"]);
}

#[test]
fn a_server_that_forgot_an_upload_gets_it_once_more() {
    let mut world = ready();
    world.choose(0, "a");
    world.uploaded(0, "a");
    world.user(0, UserAction::Send);
    world.fail(0, "send", no(422, "upload_unknown"));
    assert_eq!(world.uploads(0), ["a", "a"]);
    world.uploaded(0, "a");
    world.fail(0, "send", no(422, "upload_unknown"));
    assert!(matches!(world.statuses(0)[0], Status::Refused { .. }), "not for ever");
}

#[test]
fn addresses_are_renewed_while_the_thread_is_open_and_nothing_moves() {
    let mut world = ready();
    world.write(0, "hello");
    world.settle();
    let id = world.server.conversations[0].id.clone();
    let file = Attachment { id: "f".into(), url: "/attachments/f".into(), width: 2, ..Attachment::default() };
    let part = world.server.reply_with(&id, file);
    world.settle();
    assert_eq!(shown(&world.items(0)[1].files)[0]["url"], "/attachments/f");
    world.tabs[0].effects.clear();
    let links = world.tabs[0].timers.iter().find(|(timer, ..)| *timer == Timer::Links).copied();
    let (timer, generation, at) = links.unwrap();
    assert!(at < world.now_ms + 30 * 60 * 1_000, "before they end");
    world.now_ms = at;
    world.event(0, Event::TimerFired { timer, generation });
    world.settle();
    let asked: Vec<ThreadRequest> = world.tabs[0]
        .effects
        .iter()
        .filter_map(|it| match it {
            Effect::Http { operation: "thread", body, .. } => serde_json::from_str(body).ok(),
            _ => None,
        })
        .collect();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].back_to.as_deref(), Some(part.as_str()));
    assert!(!world.tabs[0].effects.contains(&Effect::ScrollToEnd));
}
