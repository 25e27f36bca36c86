//! The card "Get notified by email" (P4, P5): after the first message of a person without an email, never blocking
//! unless the workspace requires it, not again once given.

use doorstep_protocol::host::FrameToHost;
use doorstep_protocol::messenger::{AuthorKind, EmailCollection, EmailReply, Part, Role};

use crate::messenger::Step;
use crate::model::{Model, Outgoing, Parts, Request, Thread};
use crate::outbox::HELD;
use crate::refusal::Reply;
use crate::requests::Call;
use crate::storage::SKIPPED;
use crate::view_model::{EmailCard, EmailState};
use crate::{Announcement, Effect, wire};

impl Model {
    /// Whether the workspace wants an email with a first message. While the team is there, "outside of office hours" asks
    /// after it.
    fn email_required(&self) -> bool {
        match self.workspace.email_collection {
            EmailCollection::RequiredAlways => true,
            EmailCollection::RequiredOutsideOfficeHours => self.email.demanded || self.away(),
            EmailCollection::AfterFirstMessage | EmailCollection::Never => self.email.demanded,
        }
    }

    /// Whether we know no email of somebody who may be asked for one. Users are the page's own customers.
    fn email_unknown(&self) -> bool {
        self.known && self.person.email.is_none() && self.person.role != Role::User
    }

    /// Whether somebody who may be asked has not given one.
    fn email_open(&self) -> bool {
        self.email_unknown() && self.email.given_in.is_none()
    }

    /// Whether what is written into this conversation is a first message, or one that the server holds back: a conversation
    /// that the person has written in goes on without an email.
    fn email_comes_first(&self, thread: &Thread) -> bool {
        let theirs = |part: &Part| part.author.kind == AuthorKind::Contact;
        self.email_required()
            && !thread.parts.iter().any(theirs)
            // Not loaded yet: what began with the person's words shows that it did.
            && (thread.id.is_none() || thread.state == Parts::Fresh)
    }

    /// The card of a conversation.
    pub(crate) fn email_card(&self, thread: &Thread) -> Option<EmailCard> {
        let done = self.email.given_in.as_deref() == Some(&thread.key);
        let required = self.email_comes_first(thread);
        let wrote = self.has_outgoing(&thread.key)
            || thread.parts.iter().any(|part| part.author.kind == AuthorKind::Contact);
        let invited =
            wrote && !self.email.skipped && self.workspace.email_collection != EmailCollection::Never;
        (done || self.email_open() && (required || invited)).then(|| EmailCard {
            value: self.email.value.clone(),
            state: if done { EmailState::Done } else { self.email.state },
            required,
            away: self.away(),
        })
    }

    /// Whether the composer must wait for an email.
    pub(crate) fn email_missing(&self, thread: &Thread) -> bool {
        self.email_open() && !looks_like_email(&self.email.value) && self.email_comes_first(thread)
    }

    /// The email that goes with a message.
    pub(crate) fn carried_email(&self) -> Option<String> {
        self.email.carried.then(|| self.email.value.trim().to_owned())
    }
}

impl Step<'_> {
    /// Whether the composer must wait for an email; the card then says so.
    pub(crate) fn email_blocks_sending(&mut self) -> bool {
        let missing = self.model.shown().is_some_and(|thread| self.model.email_missing(thread));
        if missing {
            self.model.email.state = EmailState::Invalid;
        }
        missing
    }

    /// A required email is given together with the first message.
    pub(crate) fn email_goes_with_message(&mut self) {
        let first = self.model.shown().is_some_and(|thread| self.model.email_comes_first(thread));
        if first && self.model.email_open() && looks_like_email(&self.model.email.value) {
            self.carry_email();
        }
    }

    fn carry_email(&mut self) {
        let form = &mut self.model.email;
        form.pending = true;
        form.carried = true;
        form.state = EmailState::Sending;
    }

    /// The server takes this message only with an email, or with a better one: it waits for that.
    pub(crate) fn hold(&mut self, client_id: &str) {
        if let Some(message) = self.model.outbox.iter_mut().find(|message| message.client_id == client_id) {
            message.not_before = HELD;
            message.failures = 1;
        }
        let form = &mut self.model.email;
        form.demanded = true;
        form.pending = false;
        form.state = EmailState::Asking;
        if std::mem::take(&mut form.carried) {
            self.email_invalid();
        }
    }

    /// The person does not want to give one.
    pub(crate) fn email_skipped(&mut self) {
        if self.model.shown().is_some_and(|thread| !self.model.email_comes_first(thread)) {
            self.model.email.skipped = true;
            let key = self.model.email_key();
            self.ask(Effect::Store { key, value: SKIPPED.to_owned() });
            self.ask(Effect::FocusComposer);
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
        let alone =
            |thread: &Thread| self.model.email_comes_first(thread) && !self.model.has_outgoing(&thread.key);
        if !looks_like_email(&self.model.email.value) {
            self.email_invalid();
        } else if self.model.shown().is_some_and(alone) {
            // It goes with the message that is still to be written.
            self.ask(Effect::FocusComposer);
        } else {
            self.model.email.state = EmailState::Sending;
            self.model.email.pending = true;
            if self.model.outbox.iter().any(Outgoing::held) {
                self.carry_email();
                for message in self.model.outbox.iter_mut().filter(|message| message.held()) {
                    message.not_before = 0;
                }
            }
        }
    }

    /// Sends the address once there is a session: before the first message is acknowledged there is none.
    pub(crate) fn want_email(&mut self) {
        if !self.model.email.pending
            || !self.model.settled
            || self.model.person.role == Role::Visitor
            || self.model.caller.session.is_none()
            || self.model.asks(&Request::Email)
            // It may bring the email along.
            || self.model.requests.iter().any(|(_, request)| matches!(request, Request::Send(_)))
        {
            return;
        }
        self.model.email.pending = false;
        let email = self.model.email.value.trim().to_owned();
        self.call(Request::Email, "email", Call { email: Some(&email), ..Call::default() });
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

    /// A message was taken: with it the email, if it brought one.
    pub(crate) fn email_arrived(&mut self) {
        if self.model.email.pending && self.model.person.email.is_some() {
            self.email_done();
        }
    }

    fn email_given(&mut self, reply: EmailReply) {
        self.take_person(reply.person);
        self.email_done();
    }

    fn email_done(&mut self) {
        let form = &mut self.model.email;
        form.pending = false;
        form.carried = false;
        form.state = EmailState::Done;
        form.given_in = self.model.current.clone().or(Some(String::new()));
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
