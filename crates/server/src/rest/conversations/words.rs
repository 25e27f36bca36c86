//! What a body says: the words, the files and the time of a message, as the calls that write one read them.

use doorstep_domain::attachment::{Attachment, MOST};
use doorstep_domain::edit::Edit;
use doorstep_domain::message_html::MessageHtml;
use doorstep_domain::message_text::{MessageError, MessageText};
use doorstep_store::{Actor, FileOwner};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::SharedApp;
use crate::attachments::{Incoming, ReceiveError, receive_bytes};
use crate::rest::description::{Field, Kind};
use crate::rest::fields::Fields;
use crate::rest::{Answer, Caller, RestError};

/// Longest body a client may send, in characters; what is too long for a message is refused by the domain.
const BODY: usize = 100_000;
/// Longest address a client may send, in characters; what is too long for a file is refused by the domain.
const ADDRESS: usize = 10_000;
/// Most answers to choose from.
const OPTIONS: usize = 10;

/// What [`body_of`] reads.
pub(in crate::rest) const BODY_FIELD: Field =
    Field::text_up_to("body", BODY, "The words: text of a contact, text or a little HTML of a teammate.");
/// What [`attachments`] reads.
pub(in crate::rest) const ATTACHMENT_URLS: Field =
    Field::of("attachment_urls", Kind::List(&Kind::Text(ADDRESS)), "At most 10 addresses of files.");
/// What [`files`] reads.
pub(in crate::rest) const ATTACHMENT_FILES: Field = Field::of(
    "attachment_files",
    Kind::List(&Kind::Object(&[
        Field::text("name", "The name of the file.").needed(),
        Field::text("content_type", "What it is, as type/subtype."),
        Field::of("data", Kind::Bytes, "The file itself.").needed(),
    ])),
    "At most 10 files; with any of them, attachment_urls count for nothing.",
);
/// What [`written_at`] reads.
pub(in crate::rest) const CREATED_AT: Field =
    Field::time("created_at", "When it was written, for what is brought over from elsewhere.");
/// What [`reply_options`] reads.
pub(super) const REPLY_OPTIONS: Field = Field::of(
    "reply_options",
    Kind::List(&Kind::Object(&[
        Field::text("text", "What is shown.").needed(),
        Field::text("uuid", "A UUID.").needed(),
    ])),
    "Answers to choose from; of a contact the one that was chosen.",
);

/// The text of a message, if there is one.
pub(in crate::rest) fn body_of(fields: &Fields) -> Answer<Option<String>> {
    Ok(fields.text_up_to("body", BODY)?.over(None))
}

/// Safe HTML and preview. Contacts write text, teammates' programs may send a little HTML.
pub(super) fn words(actor: &Actor, body: &str) -> Answer<(String, String)> {
    let wrong = |error: MessageError| RestError::parameter("body", error.to_string());
    if let Actor::Contact(_) = actor {
        let text = MessageText::parse(body).map_err(wrong)?;
        return Ok((text.html(), text.preview()));
    }
    let message = MessageHtml::parse(body).map_err(wrong)?;
    Ok((message.html, message.preview))
}

/// What is attached to a message.
#[derive(Clone, Debug, Default)]
pub(in crate::rest) struct Files {
    /// Addresses, as JSON.
    pub(in crate::rest) addresses: Option<String>,
    /// Ids of files that were sent along and are stored now.
    pub(in crate::rest) ids: Vec<String>,
}

impl Files {
    /// Whether there are none.
    pub(in crate::rest) fn is_empty(&self) -> bool {
        self.addresses.is_none() && self.ids.is_empty()
    }
}

/// Reads both fields, and stores the files: the last thing to do before the message itself, because what is then refused
/// leaves them to wait for a day.
pub(in crate::rest) async fn attached(app: &SharedApp, caller: &Caller, fields: &Fields) -> Answer<Files> {
    // Both are read, so that what is wrong is refused whichever counts.
    let addresses = addresses(fields)?;
    let files = files(fields)?;
    if files.is_empty() {
        return Ok(Files { addresses, ids: Vec::new() });
    }
    let mut ids = Vec::with_capacity(files.len());
    for (name, said, bytes) in files {
        let incoming = Incoming { workspace_id: caller.workspace.id, owner: FileOwner::Program, name, said };
        let facts = receive_bytes(app, incoming, bytes.into()).await.map_err(|error| match error {
            ReceiveError::Refused(error) => RestError::parameter("attachment_files", error.to_string()),
            ReceiveError::Store(error) => error.into(),
            ReceiveError::BrokeOff | ReceiveError::Storage(_) => RestError::storage(&error),
        })?;
        ids.push(facts.id);
    }
    Ok(Files { addresses: None, ids })
}

/// Name, kind and bytes of each file.
fn files(fields: &Fields) -> Answer<Vec<(String, String, Vec<u8>)>> {
    let mut files = Vec::new();
    for file in fields.entries("attachment_files", MOST)?.unwrap_or_default() {
        let (name, said, data) = (file.text("name")?, file.text("content_type")?, file.bytes("data")?);
        let name = name.over(None).ok_or_else(|| RestError::missing(&file.path("name")))?;
        let data = data.ok_or_else(|| RestError::missing(&file.path("data")))?;
        let said = said.over(None).unwrap_or_default();
        files.push((name, said, data));
    }
    Ok(files)
}

/// The addresses of `attachment_urls` as JSON. Nothing is fetched from them.
pub(super) fn addresses(fields: &Fields) -> Answer<Option<String>> {
    let given = |name: &str| fields.get(name).filter(|value| !value.is_null());
    let Some(value) = given("attachment_urls") else { return Ok(None) };
    let wrong = |what: &str| RestError::parameter("attachment_urls", format!("attachment_urls {what}"));
    let list = value.as_array().ok_or_else(|| wrong("must be an array of addresses"))?;
    if list.len() > MOST {
        return Err(wrong("must have at most 10 entries"));
    }
    let mut addresses = Vec::with_capacity(list.len());
    for item in list {
        let address = item.as_str().ok_or_else(|| wrong("must be an array of addresses"))?;
        let parsed = Attachment::parse(address).map_err(|error| wrong(&error.to_string()))?;
        addresses.push(parsed.as_str().to_owned());
    }
    Ok((!addresses.is_empty()).then(|| json!(addresses).to_string()))
}

/// `created_at`, for what is brought over from elsewhere; now without.
pub(in crate::rest) fn written_at(app: &SharedApp, fields: &Fields) -> Answer<i64> {
    match fields.time("created_at")? {
        Edit::Set(at) if at > app.now() => {
            Err(RestError::parameter("created_at", "created_at must not be in the future"))
        }
        Edit::Set(at) => Ok(at),
        Edit::Keep | Edit::Clear => Ok(app.now()),
    }
}

/// Answers to choose from, or the one that was chosen: their texts and ids.
pub(super) fn reply_options(fields: &Fields) -> Answer<Vec<(String, String)>> {
    let mut options = Vec::new();
    for option in fields.entries("reply_options", OPTIONS)?.unwrap_or_default() {
        let text = option.text("text")?.over(None).filter(|text| !text.trim().is_empty());
        let text = text.ok_or_else(|| RestError::missing(&option.path("text")))?;
        let uuid = option.text("uuid")?.over(None).filter(|text| Uuid::parse_str(text).is_ok());
        let uuid = uuid.ok_or_else(|| RestError::parameter(option.path("uuid"), "uuid must be a UUID"))?;
        options.push((text, uuid));
    }
    Ok(options)
}

/// What a quick reply keeps beside its words.
pub(super) fn quick_metadata(actor: &Actor, options: &[(String, String)]) -> Option<String> {
    if let Actor::Contact(_) = actor {
        return Some(json!({"quick_reply_uuid": options.first()?.1}).to_string());
    }
    let option = |(text, uuid): &(String, String)| json!({"text": text, "uuid": uuid});
    let options: Vec<Value> = options.iter().map(option).collect();
    Some(json!({"quick_reply_options": options}).to_string())
}
