//! Files of replies: picked, uploaded, sent with the reply. The browser keeps their bytes by an id of its own
//! (`browser/files.rs`); a reload loses what was picked and not sent.

use super::event::{Answer, Call, Effect, Failure};
use super::model::{Model, Picked};

/// Most files of a reply; the server's limit.
const MOST: usize = 10;
/// Addresses of files are asked for again after this long, seconds: they are good for thirty minutes.
const RENEW: i64 = 25 * 60;

/// The teammate picked a file.
pub(super) fn picked(model: &mut Model, id: String, name: String) -> Vec<Effect> {
    let Some(conversation) = model.route.conversation().map(str::to_owned) else { return Vec::new() };
    let files = model.files.entry(conversation).or_default();
    if files.len() >= MOST {
        return Vec::new();
    }
    files.push(Picked { id: id.clone(), name: name.clone(), ..Picked::default() });
    vec![Effect::Call(Call::Upload { id, name })]
}

/// The teammate takes one out.
pub(super) fn removed(model: &mut Model, id: &str) -> Vec<Effect> {
    for files in model.files.values_mut() {
        files.retain(|file| file.id != id);
    }
    vec![Effect::DropFile(id.to_owned())]
}

/// An upload ended.
pub(super) fn uploaded(model: &mut Model, id: &str, outcome: Result<Answer, Failure>) -> Vec<Effect> {
    let Some(file) = model.files.values_mut().flatten().find(|file| file.id == id) else { return Vec::new() };
    match outcome {
        Ok(Answer::Upload(reply)) => file.upload = Some(reply.id),
        Ok(_) => {}
        Err(failure) if failure.message.is_empty() => {
            file.problem = Some("The server cannot be reached".to_owned());
        }
        Err(failure) => file.problem = Some(failure.message),
    }
    vec![Effect::DropFile(id.to_owned())]
}

/// Whether the files of the composer let a reply be sent.
pub fn ready(files: &[Picked]) -> bool {
    files.iter().all(|file| file.upload.is_some())
}

/// Asks for the thread again before the addresses of its files end.
pub(super) fn renew(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(thread) = &mut model.thread else { return Vec::new() };
    let any = thread.parts.iter().any(|part| !part.attachments.is_empty());
    if !any || now - thread.loaded_at < RENEW {
        return Vec::new();
    }
    thread.loaded_at = now;
    thread.renews = true;
    vec![Effect::Call(Call::Thread { id: thread.id.clone(), before: None })]
}
