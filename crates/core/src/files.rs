//! Files of a message: chosen, uploaded, sent with it. The browser keeps their bytes (`parts/attach.js`) and knows them by an
//! id of its own; here is what becomes of them. The part says `f` and lines about a file that was chosen, `x` and `y` and the id
//! of one to take out or to try again, `u` and how an upload goes; it is told an id to forget, or id, workspace and caller to
//! upload. A reload loses bytes that are not uploaded: such a file says that it failed,
//! and its message waits for the person to take it out or to give the message up.

use doorstep_protocol::messenger::{Attachment, Part};
use serde::Serialize;
use serde_json::Value;

use crate::messenger::Step;
use crate::model::{Model, Outgoing};
use crate::refusal::Reply;
use crate::storage::NEW;
use crate::tabs::TabMessage;
use crate::{Announcement, Effect, HttpOutcome, json, wire};

/// Text of a file that could not be uploaded, and may be tried again.
pub(crate) const FAILED: &str = "attach.failed";

/// Uploads at once: more would hold up what else is asked.
const AT_ONCE: usize = 2;
/// Most files of a message (the server's limit).
const MOST: usize = 10;

/// A file of a message that is not at the server yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct File {
    /// The browser's id.
    pub(crate) id: String,
    /// Name.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) size: i64,
    /// The server's id, once it is uploaded.
    pub(crate) upload: Option<String>,
    /// Where it is: of one that waits its picture's address, good in this page only; of a sent one the server's.
    pub(crate) url: String,
    /// Width and height in pixels of a sent picture; 0 for others.
    pub(crate) pixels: (i64, i64),
    /// The text that says what is wrong with it; empty for nothing.
    pub(crate) problem: String,
    /// How much of it is uploaded, in hundredths; `None` before it begins.
    pub(crate) percent: Option<u32>,
}

impl File {
    /// Whether it waits to be uploaded.
    fn waits(&self) -> bool {
        self.upload.is_none() && self.problem.is_empty() && self.percent.is_none()
    }

    fn is_going(&self) -> bool {
        self.upload.is_none() && self.problem.is_empty() && self.percent.is_some()
    }
}

/// What is attached to a part.
pub(crate) fn attached(part: &Part) -> Vec<File> {
    let file = |file: &Attachment| File {
        name: file.name.clone(),
        size: file.size,
        url: file.url.clone(),
        pixels: (file.width, file.height),
        ..File::default()
    };
    part.attachments.iter().map(file).collect()
}

/// What `parts/attach.js` draws files of.
pub(crate) fn shown(files: &[File]) -> String {
    if files.is_empty() { String::new() } else { serde_json::to_string(files).unwrap_or_default() }
}

/// Whether a message with these files can be sent to the server.
pub(crate) fn uploaded(files: &[File]) -> bool {
    files.iter().all(|file| file.upload.is_some())
}

/// Whether something is wrong with one of them.
pub(crate) fn stuck(files: &[File]) -> bool {
    files.iter().any(|file| !file.problem.is_empty())
}

impl Model {
    fn files(&mut self) -> impl Iterator<Item = &mut File> {
        let waiting = self.outbox.iter_mut().flat_map(|message| &mut message.files);
        self.conversations.iter_mut().flat_map(|thread| &mut thread.files).chain(waiting)
    }

    /// Where the files of a composer are stored.
    pub(crate) fn files_key(&self, conversation: &str) -> String {
        [&self.person_prefix(), "files.", conversation].concat()
    }

    fn file(&mut self, id: &str) -> Option<&mut File> {
        self.files().find(|file| file.id == id)
    }
}

impl Step<'_> {
    /// The person chose a file: lines of the browser's id, the name, the size, the address of its picture and what the
    /// browser saw is wrong with it.
    pub(crate) fn file_chosen(&mut self, said: &str) {
        let mut lines = said.split('\n').map(str::to_owned);
        let mut next = || lines.next().unwrap_or_default();
        let (id, name, size) = (next(), next(), next().parse().unwrap_or_default());
        let file = File { id, name, size, url: next(), problem: next(), ..File::default() };
        let Some(key) = self.model.shown().map(|thread| thread.key.clone()) else { return };
        if let Some(thread) = self.model.find_mut(&key).filter(|thread| thread.files.len() < MOST) {
            thread.files.push(file);
            self.write_files(&key);
        }
    }

    /// Uploads whatever waits for it.
    pub(crate) fn want_uploads(&mut self) {
        let going = self.model.files().filter(|file| file.is_going()).count();
        if !self.model.settled || going >= AT_ONCE {
            return;
        }
        let Some(file) = self.model.files().find(|file| file.waits()) else { return };
        file.percent = Some(0);
        let id = file.id.clone();
        let caller = serde_json::to_string(&self.model.caller).unwrap_or_default();
        let data = [&*id, "\n", &self.model.app_id, "\n", &caller].concat();
        self.ask(Effect::UsePart { name: "attach", data });
        self.want_uploads();
    }

    /// What the browser says of an upload: `ID HUNDREDTHS` while it goes, `ID STATUS BODY` at its end, status 0 for no
    /// answer and for bytes that are gone.
    pub(crate) fn upload_said(&mut self, said: &str) {
        let (id, rest) = said.split_once(' ').unwrap_or((said, ""));
        if let Some((status, body)) = rest.split_once(' ') {
            let status = status.parse().unwrap_or_default();
            self.upload_ended(id, &HttpOutcome::Answer { status, body: body.to_owned() });
        } else if let Some(file) = self.model.file(id) {
            file.percent = rest.parse().ok();
        }
    }

    fn upload_ended(&mut self, id: &str, outcome: &HttpOutcome) {
        let reply = Reply::of(outcome);
        let Some(file) = self.model.file(id).filter(|file| file.is_going()) else { return };
        file.percent = None;
        match &reply {
            Reply::Ok(json) => {
                match json::parse(json).and_then(|value| Some(value.get("id")?.as_str()?.to_owned())) {
                    Some(upload) => file.upload = Some(upload),
                    None => FAILED.clone_into(&mut file.problem),
                }
            }
            // It waits for who we are then.
            Reply::SessionLost => self.session_lost(),
            Reply::VisitorRetired => self.take_new_visitor_id(),
            Reply::Later | Reply::Busy => FAILED.clone_into(&mut file.problem),
            Reply::Refused(error) => {
                match error.code.as_str() {
                    "file_too_large" => "attach.too_large",
                    "file_type_refused" => "attach.type",
                    "file_empty" => "attach.empty",
                    _ => FAILED,
                }
                .clone_into(&mut file.problem);
            }
        }
        self.file_changed(id);
    }

    /// Keeps what became of a file.
    fn file_changed(&mut self, id: &str) {
        let holds = |files: &[File]| files.iter().any(|file| file.id == id);
        if let Some(message) = self.model.outbox.iter().find(|message| holds(&message.files)).cloned() {
            self.store_message(&message);
            if stuck(&message.files) {
                self.ask(Effect::Announce(Announcement::Refused));
            }
        } else if let Some(thread) = self.model.conversations.iter().find(|thread| holds(&thread.files)) {
            let key = thread.key.clone();
            self.write_files(&key);
        }
    }

    /// The person takes a file out, of the composer or of a message that waits. Its upload ends.
    pub(crate) fn file_removed(&mut self, id: &str) {
        self.ask(Effect::UsePart { name: "attach", data: id.to_owned() });
        let mut changed = None;
        for thread in &mut self.model.conversations {
            if thread.files.iter().any(|file| file.id == id) {
                thread.files.retain(|file| file.id != id);
                changed = Some(thread.key.clone());
            }
        }
        if let Some(key) = changed {
            self.write_files(&key);
            return;
        }
        let theirs = |message: &&mut Outgoing| {
            // What is whole may be on its way already.
            !uploaded(&message.files) && message.files.iter().any(|file| file.id == id)
        };
        let Some(message) = self.model.outbox.iter_mut().find(theirs) else { return };
        message.files.retain(|file| file.id != id);
        let message = message.clone();
        if message.body.is_empty() && message.files.is_empty() {
            self.give_up(&message.client_id);
        } else {
            self.store_message(&message);
        }
    }

    /// Removes a message here and in the other tabs, with the bytes of its files.
    pub(crate) fn give_up(&mut self, client_id: &str) {
        self.tell_tabs(&TabMessage::Deleted { client_id: client_id.to_owned() });
        self.forget_message(client_id);
    }

    /// The browser need not keep the bytes any longer.
    pub(crate) fn drop_files(&mut self, files: &[File]) {
        for file in files {
            self.ask(Effect::UsePart { name: "attach", data: file.id.clone() });
        }
    }

    /// Tries again what failed and may go better now; `only` one file, or all.
    pub(crate) fn retry_files(&mut self, only: Option<&str>) {
        for file in self.model.files() {
            if file.problem == FAILED && only.is_none_or(|id| file.id == id) {
                file.problem.clear();
            }
        }
    }

    /// Writes the files of a composer.
    pub(crate) fn write_files(&mut self, conversation: &str) {
        let name = self.model.draft_name(conversation);
        let Some(thread) = self.model.find(conversation) else { return };
        let files = thread.files.clone();
        let key = self.model.files_key(&name);
        let value = serde_json::to_string(&files).unwrap_or_default();
        self.ask(if files.is_empty() { Effect::Remove { key } } else { Effect::Store { key, value } });
        if name == NEW {
            self.model.new_files = files;
        }
    }

    /// Stored files of a composer; what is there now wins.
    pub(crate) fn adopt_files(&mut self, name: &str, value: &Value) {
        let files = wire::files(value);
        if name == NEW && self.model.new_files.is_empty() {
            self.model.new_files.clone_from(&files);
        }
        let key = self.draft_place(name);
        if let Some(thread) = key.and_then(|key| self.model.find_mut(&key))
            && thread.files.is_empty()
        {
            thread.files = files;
        }
    }
}
