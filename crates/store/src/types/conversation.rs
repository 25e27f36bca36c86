//! Conversations and their parts, as the Messenger and the inbox read them.

use super::Contact;

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Conversation {
    /// Id.
    pub id: i64,
    /// Workspace.
    pub workspace_id: i64,
    /// Whose.
    pub contact_id: String,
    /// The key its client made.
    pub client_key: Option<String>,
    /// `open`, `closed` or `snoozed`.
    pub state: String,
    /// Begun.
    pub created_at: i64,
    /// Newest part.
    pub updated_at: i64,
    /// Since when the person waits.
    pub waiting_since: Option<i64>,
    /// Newest part the person has seen; 0 for none.
    pub read_by_contact: i64,
    /// Newest part a teammate has seen; 0 for none.
    pub read_by_team: i64,
    /// The person wants no notice of parts this old or older; Unix seconds.
    pub dismissed_at: i64,
    /// Plain text of the newest part.
    pub preview: String,
    /// Who wrote it.
    pub last_author_kind: String,
    /// Their id.
    pub last_author_id: String,
    /// Teammates' parts the person has not seen.
    pub unread_by_contact: i64,
    /// The person's parts no teammate has seen.
    pub unread_by_team: i64,
    /// The newest of the person's own parts that a teammate has seen.
    pub seen_by_team: Option<i64>,
    /// So far only a message of the team: no conversation for teammates and programs before the person answers.
    pub pending: bool,
    /// Whether it is assigned to somebody who is away and wants answers to go to all.
    pub assigned_away: bool,
    /// What its person says of it.
    #[sqlx(flatten)]
    pub rating: crate::ConversationRating,
    /// Contacts who take part beside its person, the longest there first: ids with spaces between them; `None` for nobody.
    pub others: Option<String>,
    /// The name of whoever wrote the newest part, if that is a contact who is not who looks at it.
    pub last_author_name: Option<String>,
    /// The address of their picture.
    pub last_author_avatar: Option<String>,
}

impl Conversation {
    /// Contacts who take part beside its person.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.others.as_deref().unwrap_or_default().split_whitespace()
    }

    /// Everybody who takes part, its person first.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.contact_id).chain(self.others())
    }
}

/// One entry of a thread.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Part {
    /// Id; grows within a conversation.
    pub id: i64,
    /// Conversation.
    pub conversation_id: i64,
    /// The id its client made.
    pub client_id: Option<String>,
    /// `contact`, `admin` or `bot`.
    pub author_kind: String,
    /// Their id.
    pub author_id: String,
    /// Name of the contact who wrote it.
    pub author_name: Option<String>,
    /// Their email: for the team, never for others who take part.
    pub author_email: Option<String>,
    /// The address of their picture.
    pub author_avatar: Option<String>,
    /// Safe HTML.
    pub body: String,
    /// What is attached, as `doorstep_domain::attachment::read` reads it.
    pub attachments: Option<String>,
    /// JSON object: quick replies.
    pub metadata: Option<String>,
    /// When it was stored.
    pub created_at: i64,
    /// Whether the person may see it: notes and what has no words are the team's.
    pub shown: bool,
}

/// Some parts of a conversation, oldest first.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The conversation.
    pub conversation: Conversation,
    /// Its person.
    pub contact: Contact,
    /// Parts.
    pub parts: Vec<Part>,
    /// Whether there are older ones.
    pub more: bool,
    /// Everything up to this change is in the answer.
    pub seq: i64,
}
