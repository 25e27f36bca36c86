//! A server of few lines that keeps the promises of the real one: repeating a `send` changes nothing, numbers grow,
//! sockets resume.

use doorstep_core::HttpOutcome;
use doorstep_protocol::host::EVENTS;
use doorstep_protocol::live::{Change, ServerFrame};
use doorstep_protocol::messenger::{
    Attachment, Author, AuthorKind, Conversation, ConversationState, DismissRequest, EmailCollection,
    EmailReply, EmailRequest, ErrorBody, ErrorReply, Part, Person, PingReply, PingRequest, ReadRequest, Role,
    SendReply, SendRequest, Session, ThreadReply, ThreadRequest, Workspace,
};
use doorstep_protocol::talk::{QuickReply, RateReply, RateRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Parts in one answer, unless a test says otherwise.
const WINDOW: usize = 3;

/// The server's memory, for one person in front of one browser.
#[derive(Default)]
pub(crate) struct Server {
    pub(crate) person: Person,
    pub(crate) session: Option<String>,
    pub(crate) retired: Vec<String>,
    pub(crate) email_collection: EmailCollection,
    /// Whether a first message is refused without an email.
    pub(crate) needs_email: bool,
    /// What else the workspace shows.
    pub(crate) workspace: Workspace,
    /// The quick replies that came, by UUID.
    pub(crate) chosen: Vec<String>,
    pub(crate) refusal: Option<ErrorBody>,
    pub(crate) conversations: Vec<Conversation>,
    pub(crate) parts: Vec<Part>,
    pub(crate) log: Vec<Change>,
    pub(crate) reads: Vec<String>,
    /// What was recorded, in the order of coming.
    pub(crate) events: Vec<Value>,
    /// Addresses of the pages whose views were recorded.
    pub(crate) views: Vec<String>,
    pub(crate) complaint: String,
    /// Parts in one answer.
    pub(crate) page: Option<usize>,
    /// Bytes.
    pub(crate) longest_ping: usize,
    /// Seconds a session lasts; 0 for a server that does not say.
    pub(crate) max_age: i64,
    sessions_made: u32,
}

impl Server {
    /// Answers one request.
    pub(crate) fn answer(&mut self, operation: &str, body: &str) -> HttpOutcome {
        match operation {
            "ping" => {
                self.longest_ping = self.longest_ping.max(body.len());
                self.ping(&read(body))
            }
            "send" => self.send(&read(body)),
            "thread" => self.thread(&read(body)),
            "email" => self.email(&read(body)),
            "read" => self.read(&read(body)),
            "rate" => self.rate(&read(body)),
            "dismiss" => self.dismiss(&read(body)),
            other => panic!("no such operation: {other}"),
        }
    }

    fn seq(&self) -> i64 {
        i64::try_from(self.log.len()).unwrap()
    }

    fn session(&mut self) -> Option<Session> {
        if self.person.role == Role::Visitor {
            return None;
        }
        if self.session.is_none() {
            self.sessions_made += 1;
            self.session = Some(format!("session-{}", self.sessions_made));
        }
        self.session.clone().map(|token| Session { token, expires_at: 10_000_000, max_age: self.max_age })
    }

    fn ping(&mut self, request: &PingRequest) -> HttpOutcome {
        if let (Some(user), None) = (request.settings.get("user_id"), &self.refusal) {
            self.person.role = Role::User;
            self.person.id = Some("contact".into());
            self.person.external_id = user.as_str().map(str::to_owned);
        }
        if self.person.role != Role::Visitor {
            let told = request.settings.get(EVENTS).and_then(Value::as_array).cloned().unwrap_or_default();
            for event in told {
                if !self.events.contains(&event) {
                    self.events.push(event);
                }
            }
            self.views.extend(request.viewed.then(|| request.page.url.clone()));
        }
        let session = self.session();
        ok(&PingReply {
            session,
            person: self.person.clone(),
            workspace: Workspace {
                name: "Acme".into(),
                email_collection: self.email_collection,
                language: "nl".into(),
                sound: true,
                ..self.workspace.clone()
            },
            conversations: if self.person.role == Role::Visitor {
                vec![]
            } else {
                self.conversations.clone()
            },
            seq: self.seq(),
            refusal: self.refusal.clone(),
            complaint: self.complaint.clone(),
        })
    }

    fn send(&mut self, request: &SendRequest) -> HttpOutcome {
        if let Some(refusal) = self.refuse(request.caller.session.as_ref()) {
            return refusal;
        }
        let visitor = request.caller.visitor_id.clone().unwrap();
        if self.retired.contains(&visitor) {
            return no(409, "visitor_retired");
        }
        if request.body.contains("refuse me") {
            return no(400, "parameter_invalid");
        }
        let begun = self
            .conversations
            .iter()
            .any(|it| request.conversation_id.as_ref() == Some(&it.id) || request.conversation_key == it.key);
        if request.email.as_ref().is_some_and(|email| email.ends_with(".invalid")) {
            return email_refused("parameter_invalid");
        }
        if self.needs_email && !begun && self.person.email.is_none() && request.email.is_none() {
            return email_refused("parameter_not_found");
        }
        if self.person.role == Role::Visitor {
            self.person = Person {
                id: Some("contact".into()),
                role: Role::Lead,
                external_id: Some(visitor),
                ..Person::default()
            };
        }
        if self.person.email.is_none() {
            self.person.email.clone_from(&request.email);
        }
        self.chosen.extend(request.reply_uuid.clone());
        let known =
            self.parts.iter().find(|part| part.client_id.as_ref() == Some(&request.client_id)).cloned();
        let part = known.unwrap_or_else(|| {
            let conversation = self.find_or_begin(request);
            let author = Author { kind: AuthorKind::Contact, ..Author::default() };
            self.add(&conversation, Some(request.client_id.clone()), author, &request.body)
        });
        let conversation =
            self.conversations.iter().find(|it| it.id == part.conversation_id).unwrap().clone();
        let (session, seq) = (self.session(), self.seq());
        ok(&SendReply { session, person: self.person.clone(), conversation, part, seq })
    }

    fn refuse(&self, session: Option<&String>) -> Option<HttpOutcome> {
        let unknown = session.is_some() && session != self.session.as_ref();
        unknown.then(|| no(401, "session_invalid"))
    }

    fn find_or_begin(&mut self, request: &SendRequest) -> String {
        let known = self.conversations.iter().find(|conversation| {
            request.conversation_id.as_ref() == Some(&conversation.id)
                || request.conversation_id.is_none() && request.conversation_key == conversation.key
        });
        if let Some(known) = known {
            return known.id.clone();
        }
        assert!(request.conversation_id.is_none(), "the client names a conversation that does not exist");
        let id = (100 + self.conversations.len()).to_string();
        self.conversations.push(Conversation {
            id: id.clone(),
            key: request.conversation_key.clone(),
            ..Conversation::default()
        });
        // The name of a showing: the conversation begins with the outbound message.
        if request.conversation_key.as_ref().is_some_and(|key| key.as_bytes().get(14) == Some(&b'8')) {
            let author = Author { kind: AuthorKind::Admin, name: "Grace".into(), ..Author::default() };
            self.add(&id, None, author, "<p>Can I help?</p>");
        }
        id
    }

    fn add(&mut self, conversation: &str, client_id: Option<String>, author: Author, body: &str) -> Part {
        let number = self.parts.len() + 1;
        let created_at = 1_000 + i64::try_from(number).unwrap();
        let part = Part {
            attachments: Vec::new(),
            id: number.to_string(),
            conversation_id: conversation.to_owned(),
            client_id,
            author: author.clone(),
            body: body.to_owned(),
            created_at,
            replies: String::new(),
        };
        self.parts.push(part.clone());
        let about = self.conversations.iter_mut().find(|it| it.id == conversation).unwrap();
        about.unread += u32::from(matches!(author.kind, AuthorKind::Admin | AuthorKind::Participant));
        body.clone_into(&mut about.preview);
        about.last_author = author;
        about.updated_at = created_at;
        self.log.push(Change::Part { conversation: about.clone(), part: part.clone() });
        part
    }

    /// Somebody says something.
    pub(crate) fn add_by(&mut self, conversation: &str, author: Author, body: &str) {
        self.add(conversation, None, author, body);
    }

    /// A teammate answers.
    pub(crate) fn reply(&mut self, conversation: &str, body: &str) {
        let author = Author { kind: AuthorKind::Admin, name: "Ada".into(), ..Author::default() };
        self.add(conversation, None, author, body);
    }

    /// A teammate answers with a file. Gives the part's id.
    pub(crate) fn reply_with(&mut self, conversation: &str, file: Attachment) -> String {
        self.reply(conversation, "");
        let part = self.parts.last_mut().unwrap();
        part.attachments = vec![file];
        let part = part.clone();
        let id = part.id.clone();
        let conversation = self.conversations.iter().find(|it| it.id == conversation).unwrap().clone();
        *self.log.last_mut().unwrap() = Change::Part { conversation, part };
        id
    }

    /// A program offers answers.
    pub(crate) fn offer(&mut self, conversation: &str, options: &[&str]) {
        self.reply(conversation, "Choose");
        let option = |text: &&str| QuickReply { text: (*text).to_owned(), uuid: uuid(text) };
        let part = self.parts.last_mut().unwrap();
        part.replies = serde_json::to_string(&options.iter().map(option).collect::<Vec<_>>()).unwrap();
        let part = part.clone();
        let conversation = self.conversations.iter().find(|it| it.id == conversation).unwrap().clone();
        *self.log.last_mut().unwrap() = Change::Part { conversation, part };
    }

    /// A teammate closes a conversation, and its person is asked for a rating.
    pub(crate) fn close(&mut self, conversation: &str) {
        let about = self.conversations.iter_mut().find(|it| it.id == conversation).unwrap();
        about.state = ConversationState::Closed;
        about.rating = "0".into();
        self.log.push(Change::Conversation { conversation: about.clone() });
    }

    fn rate(&mut self, request: &RateRequest) -> HttpOutcome {
        let about = self.conversations.iter_mut().find(|it| it.id == request.conversation_id).unwrap();
        if about.rating.ends_with('.') {
            return no(409, "conflict");
        }
        if let Some(given) = request.rating {
            about.rating = given.to_string();
        }
        if request.remark.is_some() {
            about.rating.push('.');
        }
        let about = about.clone();
        self.log.push(Change::Conversation { conversation: about.clone() });
        ok(&RateReply { conversation: about })
    }

    /// A program takes a part's words away.
    pub(crate) fn redact(&mut self, part: &str) {
        let part = self.parts.iter_mut().find(|it| it.id == part).unwrap();
        "deleted".clone_into(&mut part.body);
        let part = part.clone();
        let about = self.conversations.iter().find(|it| it.id == part.conversation_id).unwrap();
        self.log.push(Change::Part { conversation: about.clone(), part });
    }

    /// A program deletes a conversation.
    pub(crate) fn delete(&mut self, index: usize) {
        let gone = self.conversations.remove(index);
        let conversation = Conversation { id: gone.id, ..Conversation::default() };
        self.log.push(Change::Conversation { conversation });
    }

    fn thread(&mut self, request: &ThreadRequest) -> HttpOutcome {
        if let Some(refusal) = self.refuse(request.caller.session.as_ref()) {
            return refusal;
        }
        let Some(conversation) = self.conversations.iter().find(|it| it.id == request.conversation_id) else {
            return no(404, "not_found");
        };
        let before: usize = request.before.as_ref().map_or(usize::MAX, |id| id.parse().unwrap());
        let after: usize = request.after.as_ref().map_or(0, |id| id.parse().unwrap());
        let all: Vec<Part> = self
            .parts
            .iter()
            .filter(|part| {
                let id = part.id.parse::<usize>().unwrap();
                part.conversation_id == conversation.id && id < before && id > after
            })
            .cloned()
            .collect();
        let left_out = all.len().saturating_sub(self.page.unwrap_or(WINDOW));
        let from = if after > 0 { 0 } else { left_out };
        ok(&ThreadReply {
            conversation: conversation.clone(),
            parts: all[from..all.len() - (left_out - from)].to_vec(),
            more: left_out > 0,
            seq: self.seq(),
        })
    }

    fn email(&mut self, request: &EmailRequest) -> HttpOutcome {
        if let Some(refusal) = self.refuse(request.caller.session.as_ref()) {
            return refusal;
        }
        if request.email.ends_with(".invalid") {
            return no(400, "parameter_invalid");
        }
        self.person.email = Some(request.email.clone());
        ok(&EmailReply { person: self.person.clone() })
    }

    fn read(&mut self, request: &ReadRequest) -> HttpOutcome {
        if let Some(refusal) = self.refuse(request.caller.session.as_ref()) {
            return refusal;
        }
        self.reads.push(request.part_id.clone());
        if let Some(about) = self.conversations.iter_mut().find(|it| it.id == request.conversation_id) {
            about.unread = 0;
            self.log.push(Change::Conversation { conversation: about.clone() });
        }
        HttpOutcome::Answer { status: 200, body: "{}".into() }
    }

    fn dismiss(&mut self, request: &DismissRequest) -> HttpOutcome {
        if let Some(refusal) = self.refuse(request.caller.session.as_ref()) {
            return refusal;
        }
        if let Some(about) = self.conversations.iter_mut().find(|it| it.id == request.conversation_id) {
            about.dismissed_at = request.updated_at;
            self.log.push(Change::Conversation { conversation: about.clone() });
        }
        HttpOutcome::Answer { status: 200, body: "{}".into() }
    }

    /// What a socket says that has everything up to `since`: the next frame, and what it then has.
    pub(crate) fn frame(&self, since: i64) -> (String, i64) {
        let frame = match self.log.get(usize::try_from(since).unwrap()) {
            Some(change) => ServerFrame::Change { seq: since + 1, change: Box::new(change.clone()) },
            None => ServerFrame::Welcome { seq: since },
        };
        let seq = self.seq().min(since + 1);
        (serde_json::to_string(&frame).unwrap(), seq)
    }

    /// Bodies of all parts of the conversation that the client began with `key`, in order.
    pub(crate) fn bodies(&self, key: &str) -> Vec<String> {
        let Some(about) = self.conversations.iter().find(|it| it.key.as_deref() == Some(key) || it.id == key)
        else {
            return Vec::new();
        };
        self.parts
            .iter()
            .filter(|part| part.conversation_id == about.id)
            .map(|part| part.body.clone())
            .collect()
    }
}

/// A UUID that says what it is of.
pub(crate) fn uuid(text: &str) -> String {
    format!("{text:->36}")
}

fn read<T: DeserializeOwned>(body: &str) -> T {
    serde_json::from_str(body).unwrap()
}

fn ok(reply: &impl Serialize) -> HttpOutcome {
    HttpOutcome::Answer { status: 200, body: serde_json::to_string(reply).unwrap() }
}

fn email_refused(code: &str) -> HttpOutcome {
    let error = ErrorBody { code: code.into(), message: String::new(), field: Some("email".into()) };
    HttpOutcome::Answer { status: 422, body: serde_json::to_string(&ErrorReply { error }).unwrap() }
}

/// A refusal.
pub(crate) fn no(status: u16, code: &str) -> HttpOutcome {
    let error = ErrorBody { code: code.into(), message: format!("{code}, says the server"), field: None };
    HttpOutcome::Answer { status, body: serde_json::to_string(&ErrorReply { error }).unwrap() }
}
