//! The card "Get notified by email" (P4, P5): after the first message of a person without an email, never blocking
//! unless the workspace requires it, not again once given.

use doorstep_protocol::host::FrameToHost;
use doorstep_protocol::messenger::{EmailCollection, EmailReply, EmailRequest, Role};

use crate::messenger::Step;
use crate::model::{Model, Request, Thread};
use crate::refusal::Reply;
use crate::view_model::{EmailCard, EmailState};
use crate::{Announcement, Effect, wire};

impl Model {
    /// Whether the workspace wants an email before the first message. Office hours do not exist yet, so "outside of
    /// office hours" asks after the message.
    fn email_required(&self) -> bool {
        self.workspace.email_collection == EmailCollection::RequiredAlways
    }

    /// Whether we know no email of somebody who may be asked for one. Users are the page's own customers.
    fn email_unknown(&self) -> bool {
        self.known && self.person.email.is_none() && self.person.role != Role::User
    }

    /// The card of a conversation.
    pub(crate) fn email_card(&self, thread: &Thread) -> Option<EmailCard> {
        let done = self.email.given_in.as_deref() == Some(&thread.key);
        let required = self.email_required();
        let wrote = self.has_outgoing(&thread.key)
            || thread
                .parts
                .iter()
                .any(|part| part.author.kind == doorstep_protocol::messenger::AuthorKind::Contact);
        let asks = self.email_unknown()
            && self.email.given_in.is_none()
            && self.workspace.email_collection != EmailCollection::Never
            && (required || wrote);
        (asks || done).then(|| EmailCard {
            value: self.email.value.clone(),
            state: if done { EmailState::Done } else { self.email.state },
            required,
        })
    }

    /// Whether the composer must wait for an email.
    pub(crate) fn email_missing(&self) -> bool {
        self.email_required()
            && self.email_unknown()
            && self.email.given_in.is_none()
            && !looks_like_email(&self.email.value)
    }
}

impl Step<'_> {
    /// Whether the composer must wait for an email; the card then says so.
    pub(crate) fn email_blocks_sending(&mut self) -> bool {
        let missing = self.model.email_missing();
        if missing {
            self.model.email.state = EmailState::Invalid;
        }
        missing
    }

    /// A required email is given together with the first message.
    pub(crate) fn email_goes_with_message(&mut self) {
        if self.model.email_required()
            && self.model.email_unknown()
            && looks_like_email(&self.model.email.value)
        {
            self.model.email.pending = true;
            self.model.email.state = EmailState::Sending;
        }
    }

    /// The field changed.
    pub(crate) fn email_changed(&mut self, text: String) {
        let form = &mut self.model.email;
        form.value = text;
        if matches!(form.state, EmailState::Invalid | EmailState::Failed) {
            form.state = EmailState::Asking;
        }
    }

    /// The field was submitted.
    pub(crate) fn email_submitted(&mut self) {
        if matches!(self.model.email.state, EmailState::Sending | EmailState::Done) {
            return;
        }
        if looks_like_email(&self.model.email.value) {
            self.model.email.state = EmailState::Sending;
            self.model.email.pending = true;
        } else {
            self.email_invalid();
        }
    }

    /// Sends the address once there is a session: before the first message is acknowledged there is none.
    pub(crate) fn want_email(&mut self) {
        if !self.model.email.pending
            || !self.model.settled
            || self.model.person.role == Role::Visitor
            || self.model.caller.session.is_none()
            || self.model.asks(&Request::Email)
        {
            return;
        }
        self.model.email.pending = false;
        let body = EmailRequest {
            caller: self.model.caller.clone(),
            email: self.model.email.value.trim().to_owned(),
        };
        self.request(Request::Email, "email", &body);
    }

    /// The server answered.
    pub(crate) fn email_answered(&mut self, reply: &Reply<'_>) {
        match reply {
            Reply::Ok(json) => match wire::email_reply(json) {
                Some(reply) => self.email_given(reply),
                None => self.model.email.state = EmailState::Failed,
            },
            Reply::SessionLost => self.model.email.pending = true,
            Reply::Refused(error) if error.code.starts_with("parameter_") => self.email_invalid(),
            _ => self.model.email.state = EmailState::Failed,
        }
    }

    fn email_given(&mut self, reply: EmailReply) {
        let form = &mut self.model.email;
        form.state = EmailState::Done;
        form.given_in = self.model.current.clone().or(Some(String::new()));
        self.take_person(reply.person);
        self.tell(FrameToHost::EmailSupplied);
        self.ask(Effect::Announce(Announcement::EmailSaved));
    }

    fn email_invalid(&mut self) {
        self.model.email.state = EmailState::Invalid;
        self.ask(Effect::Announce(Announcement::EmailInvalid));
    }
}

/// Whether it is worth asking the server, which decides: something, one `@`, a domain with a dot, no spaces.
fn looks_like_email(text: &str) -> bool {
    let text = text.trim();
    let Some((name, domain)) = text.split_once('@') else { return false };
    let dotted =
        domain.split_once('.').is_some_and(|(before, after)| !before.is_empty() && !after.is_empty());
    !name.is_empty() && dotted && !domain.contains('@') && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::looks_like_email;

    #[rstest]
    #[case("ann@example.com", true)]
    #[case("  ann@example.com ", true)]
    #[case("ann+x@mail.example.co.uk", true)]
    #[case("jörg@bücher.example", true)]
    #[case("", false)]
    #[case("ann", false)]
    #[case("@example.com", false)]
    #[case("ann@", false)]
    #[case("ann@example", false)]
    #[case("ann@.com", false)]
    #[case("ann@example.", false)]
    #[case("a@b@example.com", false)]
    #[case("ann smith@example.com", false)]
    fn judges(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(looks_like_email(text), expected);
    }
}
