//! What comes with a message beside its words: the email of whoever must or wants to give one (P4), and the quick reply that
//! it chooses.

use serde_json::{Value, json};

use crate::conn::{Conn, rows};
use crate::error::{Error, Result};
use crate::people::edit_contact;
use crate::types::{Contact, ContactEdit, Conversation, SendMessage};

/// How many offers of quick replies are looked at, the newest ones.
const OFFERS: i64 = 20;

/// The email that comes with a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmailGiven {
    /// As it was typed, and valid.
    pub email: Option<String>,
    /// Whether a message that begins a conversation, or answers one the team began, needs one.
    pub needed: bool,
}

/// Whether nothing comes with a message, and nothing is wanted with it.
pub(super) fn is_plain(message: &SendMessage, person: &Contact) -> bool {
    let known = person.is_user() || person.email.is_some();
    message.chosen.is_none() && (known || (message.email.email.is_none() && !message.email.needed))
}

/// Keeps the email of a person who has none; refuses a first message without one where it is needed. A conversation that
/// the person has written in goes on without.
pub(super) async fn with_email(
    conn: &mut Conn,
    message: &SendMessage,
    person: Contact,
    place: &Conversation,
) -> Result<Contact> {
    if person.is_user() || person.email.is_some() {
        return Ok(person);
    }
    if let Some(email) = &message.email.email {
        let edit = ContactEdit { email: Some(email.clone()), by_person: true, ..ContactEdit::default() };
        return edit_contact(conn, message.workspace_id, &person.id, edit, message.now).await;
    }
    let first = place.pending || (place.last_author_id.is_empty() && place.preview.is_empty());
    if message.email.needed && first { Err(Error::EmailNeeded) } else { Ok(person) }
}

/// What is kept with a message that chooses a quick reply, as the API keeps it; nothing if none with this id was offered
/// there.
pub(super) async fn chosen(
    conn: &mut Conn,
    message: &SendMessage,
    place: &Conversation,
) -> Result<Option<String>> {
    let Some(uuid) = &message.chosen else { return Ok(None) };
    let sql = "SELECT metadata FROM parts WHERE conversation_id = $1 AND author_kind <> 'contact' \
               AND metadata IS NOT NULL ORDER BY id DESC LIMIT $2";
    let offers = rows!(conn, (String,), sql, place.id, OFFERS)?;
    let offered = offers.iter().filter_map(|(text,)| serde_json::from_str::<Value>(text).ok()).any(|offer| {
        let options = offer["quick_reply_options"].as_array();
        options.is_some_and(|options| options.iter().any(|option| option["uuid"] == *uuid))
    });
    Ok(offered.then(|| json!({"quick_reply_uuid": uuid}).to_string()))
}
