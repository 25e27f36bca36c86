//! What stands below a conversation's messages: quick replies that the team's newest message offers, or, once it is closed,
//! the rating (M§8.9). Both are drawn by parts, which get a text and say what the person does in one:
//!
//! | to the part | from the part |
//! |---|---|
//! | `q` and the JSON of the quick replies | `q`, the UUID of the one that was chosen, its text |
//! | `r`, the rating, `.` when it is final, `!` when the server did not take what was last said | `r` and a digit; `m` and a remark |
//! | what `files.rs` says | `f`, `x`, `y`, `u`: see there |
//! | | `t`: save the conversation as a file |

use doorstep_protocol::messenger::{AuthorKind, ConversationState};

use crate::Effect;
use crate::messenger::Step;
use crate::model::{Model, Parts, Request, Thread};
use crate::refusal::Reply;
use crate::requests::Call;
use crate::wire;

/// Length of a UUID.
const UUID: usize = 36;

impl Model {
    /// What is to be drawn below a conversation's messages; empty for nothing.
    pub(crate) fn ending(&self, thread: &Thread) -> String {
        let rating = &thread.about.rating;
        // What is newest here may have newer ones at the server.
        let last = thread.parts.last().filter(|_| thread.state != Parts::Behind);
        let newest = last.filter(|part| part.author.kind != AuthorKind::Contact);
        if self.has_outgoing(&thread.key) {
            String::new()
        } else if thread.about.state == ConversationState::Closed && !rating.is_empty() {
            let failed = self.rating_failed.as_deref() == Some(&thread.key);
            ["r", rating, if failed { "!" } else { "" }].concat()
        } else {
            match newest {
                Some(part) if !part.replies.is_empty() => ["q", &part.replies].concat(),
                _ => String::new(),
            }
        }
    }
}

impl Step<'_> {
    /// The person did something in a part. What does not read is ignored.
    pub(crate) fn part_said(&mut self, said: &str) {
        let Some(rest) = said.get(1..) else { return };
        match said.as_bytes()[0] {
            b'q' => {
                if let (Some(uuid), Some(text)) = (rest.get(..UUID), rest.get(UUID..))
                    && !self.email_blocks_sending()
                {
                    self.queue(text.to_owned(), Some(uuid.to_owned()), Vec::new());
                }
            }
            b'r' => self.rate(rest.as_bytes().first().map(|digit| i64::from(digit.wrapping_sub(b'0'))), None),
            b'm' => self.rate(None, Some(rest)),
            b't' => self.save_transcript(),
            b'f' => self.file_chosen(rest),
            b'x' => self.file_removed(rest),
            b'y' => self.retry_files(Some(rest)),
            b'u' => self.upload_said(rest),
            _ => {}
        }
    }

    fn rate(&mut self, rating: Option<i64>, remark: Option<&str>) {
        let Some(thread) = self.model.shown() else { return };
        let request = Request::Rate(thread.key.clone());
        let id = thread.id.clone();
        if id.is_some() && !self.model.asks(&request) {
            self.model.rating_failed = None;
            let call = Call { conversation_id: id.as_deref(), rating, remark, ..Call::default() };
            self.call(request, "rate", call);
        }
    }

    /// The server answered a `rate`, or did not.
    pub(crate) fn rated(&mut self, key: String, reply: &Reply<'_>) {
        let about = match reply {
            Reply::Ok(json) => wire::rate_reply(json),
            _ => None,
        };
        match about {
            // It has no number, and follows what was said: nothing we know is newer.
            Some(about) => {
                let known = self.model.find(&key).map_or(0, |thread| thread.as_of);
                self.merge_conversation(about, known);
            }
            None => self.model.rating_failed = Some(key),
        }
    }

    /// Saves the conversation on screen, if the server has it.
    fn save_transcript(&mut self) {
        let id = self.model.shown().and_then(|thread| thread.id.clone());
        if id.is_some() {
            let request = self.written(Call { conversation_id: id.as_deref(), ..Call::default() });
            let data = [&*self.model.app_id, "\n", &request, "\n", &self.model.workspace.name].concat();
            self.ask(Effect::UsePart { name: "transcript", data });
        }
    }
}
