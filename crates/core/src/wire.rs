//! Reading what others send: the server's JSON, the page's, the other tabs'.
//!
//! The types are `doorstep_protocol`'s, and so are their names on the wire; they are read by hand here because serde's
//! derived readers of these few types weigh more than the rest of the widget together. The tests hold this file to
//! serde's own writing of every type. Missing and wrongly typed fields read as their defaults; `None` means that what
//! came is not the thing at all.

use doorstep_protocol::host::{HostToFrame, Open};
use doorstep_protocol::live::{Change, ServerFrame};
use doorstep_protocol::messenger::{
    Attachment, Author, AuthorKind, Conversation, ConversationState, EmailCollection, EmailReply, ErrorBody,
    Page, Part, Person, PingReply, Role, SendReply, Session, ThreadReply, Workspace,
};
use serde_json::{Map, Value};

use crate::files::{FAILED, File};
use crate::json::parse;
use crate::model::Outgoing;
use crate::tabs::TabMessage;

fn text(value: &Value, name: &str) -> String {
    maybe_text(value, name).unwrap_or_default()
}

fn maybe_text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn number(value: &Value, name: &str) -> i64 {
    value.get(name).and_then(Value::as_i64).unwrap_or_default()
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or_default()
}

fn list<T>(value: &Value, name: &str, read: fn(&Value) -> T) -> Vec<T> {
    value
        .get(name)
        .and_then(Value::as_array)
        .map(|items| items.iter().map(read).collect())
        .unwrap_or_default()
}

/// A member that must be an object.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get(name).filter(|member| member.is_object())
}

fn map(value: &Value, name: &str) -> Map<String, Value> {
    value.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Answer to `ping`.
pub(crate) fn ping_reply(json: &str) -> Option<PingReply> {
    let value = &parse(json)?;
    Some(PingReply {
        session: session(value),
        person: person(member(value, "person")?),
        workspace: workspace(member(value, "workspace")?),
        conversations: list(value, "conversations", conversation),
        seq: number(value, "seq"),
        refusal: member(value, "refusal").map(error),
        complaint: text(value, "complaint"),
    })
}

/// Answer to `send`.
pub(crate) fn send_reply(json: &str) -> Option<SendReply> {
    let value = &parse(json)?;
    Some(SendReply {
        session: session(value),
        person: person(member(value, "person")?),
        conversation: conversation(member(value, "conversation")?),
        part: part(member(value, "part")?),
        seq: number(value, "seq"),
    })
}

/// Answer to `thread`.
pub(crate) fn thread_reply(json: &str) -> Option<ThreadReply> {
    let value = &parse(json)?;
    Some(ThreadReply {
        conversation: conversation(member(value, "conversation")?),
        parts: list(value, "parts", part),
        more: flag(value, "more"),
        seq: number(value, "seq"),
    })
}

/// Answer to `email`.
pub(crate) fn email_reply(json: &str) -> Option<EmailReply> {
    Some(EmailReply { person: person(member(&parse(json)?, "person")?) })
}

/// Answer to `rate`.
pub(crate) fn rate_reply(json: &str) -> Option<Conversation> {
    Some(conversation(member(&parse(json)?, "conversation")?))
}

/// The body of a refusal; empty when it is not ours.
pub(crate) fn error_reply(json: &str) -> ErrorBody {
    parse(json).as_ref().and_then(|value| member(value, "error")).map(error).unwrap_or_default()
}

/// A frame of the socket.
pub(crate) fn server_frame(json: &str) -> Option<ServerFrame> {
    let value = &parse(json)?;
    Some(match value.get("type")?.as_str()? {
        "welcome" => ServerFrame::Welcome { seq: number(value, "seq") },
        "change" => ServerFrame::Change {
            seq: number(value, "seq"),
            change: Box::new(change(member(value, "change")?)?),
        },
        "typing" => {
            ServerFrame::Typing { conversation_id: text(value, "conversation_id"), name: text(value, "name") }
        }
        "beat" => ServerFrame::Beat,
        "bye" => ServerFrame::Bye { reason: text(value, "reason") },
        _ => return None,
    })
}

fn change(value: &Value) -> Option<Change> {
    Some(match value.get("kind")?.as_str()? {
        "part" => Change::Part {
            conversation: conversation(member(value, "conversation")?),
            part: part(member(value, "part")?),
        },
        "conversation" => Change::Conversation { conversation: conversation(member(value, "conversation")?) },
        "person" => Change::Person { person: person(member(value, "person")?) },
        _ => return None,
    })
}

/// What the page says.
pub fn host_to_frame(json: &str) -> Option<HostToFrame> {
    let value = &parse(json)?;
    Some(match value.get("type")?.as_str()? {
        "boot" => HostToFrame::Boot {
            app_id: text(value, "app_id"),
            settings: map(value, "settings"),
            visitor_id: text(value, "visitor_id"),
            device_id: text(value, "device_id"),
            session: maybe_text(value, "session"),
            page: page(value),
            open: value.get("open").and_then(open),
            mobile: flag(value, "mobile"),
            // An embed script of an earlier version does not say.
            near: value.get("near").and_then(Value::as_bool) != Some(false),
        },
        "near" => HostToFrame::Near,
        "update" => HostToFrame::Update { settings: map(value, "settings"), page: page(value) },
        "open" => HostToFrame::Open { open: open(value.get("open")?)? },
        "send" => HostToFrame::Send { text: text(value, "text") },
        "close" => HostToFrame::Close,
        "visible" => HostToFrame::Visible { visible: flag(value, "visible") },
        "mobile" => HostToFrame::Mobile { mobile: flag(value, "mobile") },
        "shutdown" => HostToFrame::Shutdown,
        _ => return None,
    })
}

fn open(value: &Value) -> Option<Open> {
    Some(match value.get("at")?.as_str()? {
        "default" => Open::Default,
        "home" => Open::Home,
        "messages" => Open::Messages,
        "new_message" => Open::NewMessage { text: text(value, "text") },
        "conversation" => Open::Conversation { id: text(value, "id") },
        // Whatever the page calls it, it is never shown as HTML (`view.rs`).
        "outbound" => Open::Outbound {
            id: text(value, "id"),
            part: Box::new(Part { id: String::from("0"), ..part(value.get("part")?) }),
        },
        _ => return None,
    })
}

fn page(value: &Value) -> Page {
    let page = value.get("page").unwrap_or(&Value::Null);
    Page {
        url: text(page, "url"),
        title: text(page, "title"),
        referrer: text(page, "referrer"),
        language: text(page, "language"),
    }
}

fn session(value: &Value) -> Option<Session> {
    let session = member(value, "session")?;
    Some(Session {
        token: maybe_text(session, "token")?,
        expires_at: number(session, "expires_at"),
        max_age: number(session, "max_age"),
    })
}

fn person(value: &Value) -> Person {
    Person {
        id: maybe_text(value, "id"),
        role: match value.get("role").and_then(Value::as_str) {
            Some("lead") => Role::Lead,
            Some("user") => Role::User,
            _ => Role::Visitor,
        },
        external_id: maybe_text(value, "external_id"),
        email: maybe_text(value, "email"),
        name: maybe_text(value, "name"),
    }
}

fn workspace(value: &Value) -> Workspace {
    Workspace {
        name: text(value, "name"),
        greeting: text(value, "greeting"),
        introduction: text(value, "introduction"),
        team_intro: text(value, "team_intro"),
        language: text(value, "language"),
        action_color: text(value, "action_color"),
        background_color: text(value, "background_color"),
        email_collection: match value.get("email_collection").and_then(Value::as_str) {
            Some("required_always") => EmailCollection::RequiredAlways,
            Some("required_outside_office_hours") => EmailCollection::RequiredOutsideOfficeHours,
            Some("never") => EmailCollection::Never,
            _ => EmailCollection::AfterFirstMessage,
        },
        team: list(value, "team", author),
        office: text(value, "office"),
        sound: flag(value, "sound"),
    }
}

fn author(value: &Value) -> Author {
    Author {
        kind: match value.get("kind").and_then(Value::as_str) {
            Some("admin") => AuthorKind::Admin,
            Some("bot") => AuthorKind::Bot,
            Some("participant") => AuthorKind::Participant,
            _ => AuthorKind::Contact,
        },
        id: text(value, "id"),
        name: text(value, "name"),
        avatar: maybe_text(value, "avatar"),
        away: flag(value, "away"),
    }
}

fn conversation(value: &Value) -> Conversation {
    Conversation {
        id: text(value, "id"),
        key: maybe_text(value, "key"),
        state: match value.get("state").and_then(Value::as_str) {
            Some("closed") => ConversationState::Closed,
            Some("snoozed") => ConversationState::Snoozed,
            _ => ConversationState::Open,
        },
        preview: text(value, "preview"),
        last_author: author(value.get("last_author").unwrap_or(&Value::Null)),
        updated_at: number(value, "updated_at"),
        unread: u32::try_from(number(value, "unread")).unwrap_or_default(),
        dismissed_at: number(value, "dismissed_at"),
        seen_by_team: maybe_text(value, "seen_by_team"),
        rating: text(value, "rating"),
    }
}

fn part(value: &Value) -> Part {
    Part {
        id: text(value, "id"),
        conversation_id: text(value, "conversation_id"),
        client_id: maybe_text(value, "client_id"),
        author: author(value.get("author").unwrap_or(&Value::Null)),
        body: text(value, "body"),
        created_at: number(value, "created_at"),
        replies: text(value, "replies"),
        attachments: list(value, "attachments", attachment),
    }
}

fn attachment(value: &Value) -> Attachment {
    Attachment {
        id: text(value, "id"),
        name: text(value, "name"),
        url: text(value, "url"),
        content_type: String::new(),
        size: number(value, "size"),
        width: number(value, "width"),
        height: number(value, "height"),
    }
}

fn error(value: &Value) -> ErrorBody {
    ErrorBody {
        code: text(value, "code"),
        message: text(value, "message"),
        field: maybe_text(value, "field"),
    }
}

/// A stored message.
pub(crate) fn outgoing(value: &Value) -> Option<Outgoing> {
    Some(Outgoing {
        client_id: maybe_text(value, "client_id")?,
        key: maybe_text(value, "key").filter(|key| !key.is_empty())?,
        conversation_id: maybe_text(value, "conversation_id"),
        body: text(value, "body"),
        files: value.get("files").map(files).unwrap_or_default(),
        at_ms: number(value, "at_ms"),
        reply: maybe_text(value, "reply"),
        refused: maybe_text(value, "refused"),
        ..Outgoing::default()
    })
}

/// Stored files. One that is not uploaded has lost its bytes with its page.
pub(crate) fn files(value: &Value) -> Vec<File> {
    let file = |value: &Value| {
        let upload = maybe_text(value, "upload");
        let problem = if upload.is_none() { FAILED } else { "" }.to_owned();
        let (id, name) = (text(value, "id"), text(value, "name"));
        File { id, name, size: number(value, "size"), upload, problem, ..File::default() }
    };
    value.as_array().map(|files| files.iter().map(file).collect()).unwrap_or_default()
}

/// What another tab says, and the identity it says it under.
pub(crate) fn letter(json: &str) -> Option<(String, TabMessage)> {
    let value = &parse(json)?;
    let what = match value.get("what")?.as_str()? {
        "queued" => TabMessage::Queued { message: outgoing(value.get("message")?)? },
        "delivered" => TabMessage::Delivered { client_id: text(value, "client_id") },
        "deleted" => TabMessage::Deleted { client_id: text(value, "client_id") },
        "where" => TabMessage::Where,
        "heard" => TabMessage::Heard {
            by: text(value, "by"),
            since: number(value, "since"),
            text: text(value, "text"),
        },
        "muted" => TabMessage::Muted { muted: !text(value, "text").is_empty() },
        "say" => TabMessage::Say { text: text(value, "text") },
        "shutdown" => TabMessage::Shutdown,
        _ => return None,
    };
    Some((text(value, "from"), what))
}

#[cfg(test)]
mod tests;
