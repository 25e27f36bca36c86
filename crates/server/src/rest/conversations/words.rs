//! What a body says: the words, the files and the time of a message, as the calls that write one read them.

use doorstep_domain::attachment::{Attachment, MOST};
use doorstep_domain::edit::Edit;
use doorstep_domain::message_html::MessageHtml;
use doorstep_domain::message_text::{MessageError, MessageText};
use doorstep_store::Actor;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::SharedApp;
use crate::rest::description::{Field, Kind};
use crate::rest::fields::Fields;
use crate::rest::{Answer, RestError};

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
    Field::of("attachment_urls", Kind::List(&Kind::Text(ADDRESS)), "At most 10 addresses, shown as links.");
/// What [`attachments`] refuses.
pub(in crate::rest) const ATTACHMENT_FILES: Field =
    Field::of("attachment_files", Kind::List(&Kind::Map), "Not there yet: must be empty.");
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

/// The addresses of `attachment_urls` as JSON. Nothing is fetched from them, and files themselves are not taken.
pub(super) fn attachments(fields: &Fields) -> Answer<Option<String>> {
    let given = |name: &str| fields.get(name).filter(|value| !value.is_null());
    if given("attachment_files").is_some_and(|value| value.as_array().is_none_or(|list| !list.is_empty())) {
        return Err(RestError::parameter(
            "attachment_files",
            "attachment_files are not supported yet; give attachment_urls",
        ));
    }
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
