//! From the store's types to what goes over the wire. No decisions.

use std::collections::HashMap;

use doorstep_domain::attachment::{Attached, Attachment, read};
use doorstep_domain::faces::{Teammate, faces};
use doorstep_domain::pseudonym::pseudonym;
use doorstep_protocol::inbox;
use doorstep_protocol::messenger::{self as wire, Author, AuthorKind, ConversationState, Person, Role};
use doorstep_protocol::talk::{QuickReply, Rating};
use doorstep_store::{Admin, Contact, Conversation, ConversationRating, Part};

use crate::app::App;
use crate::attachments::Links;
use crate::error::Answer;

/// Names of a workspace's teammates.
#[derive(Clone, Debug)]
pub struct Team {
    workspace_id: i64,
    admins: Vec<Admin>,
    names: HashMap<String, String>,
    links: Links,
    now: i64,
}

impl Team {
    /// Reads them.
    pub async fn of(app: &App, workspace_id: i64) -> Answer<Self> {
        let admins = app.store.team(workspace_id).await?;
        let names = admins.iter().map(|admin| (admin.id.to_string(), admin.name.clone())).collect();
        Ok(Self { admins, names, ..Self::nobody(app, workspace_id) })
    }

    /// For what only the person themselves has a part in.
    pub fn nobody(app: &App, workspace_id: i64) -> Self {
        let (links, now) = (app.links.clone(), app.now());
        Self { workspace_id, admins: Vec::new(), names: HashMap::new(), links, now }
    }

    /// Whose they are.
    pub fn workspace_id(&self) -> i64 {
        self.workspace_id
    }

    /// Up to three faces, of those who gave the first answers before others; the company's where there is no team.
    pub fn faces(&self, answered_by: &[i64], company: &str) -> Vec<Author> {
        if self.admins.is_empty() {
            return vec![Author { kind: AuthorKind::Bot, name: company.to_owned(), ..Author::default() }];
        }
        let team = self.admins.iter().map(|admin| Teammate { id: admin.id, away: admin.away_mode_enabled });
        let shown = faces(answered_by, &team.collect::<Vec<_>>());
        shown.into_iter().map(|id| self.author("admin", &id.to_string(), Default::default())).collect()
    }

    /// A teammate.
    pub fn teammate(&self, id: i64) -> Author {
        self.author("admin", &id.to_string(), Default::default())
    }

    /// Who wrote something, for the Messenger of `viewer`. Of another contact it gets name and picture, no more: no email, not
    /// even in place of a name.
    fn author_for(
        &self,
        viewer: &Contact,
        (kind, id): (&str, &str),
        name: Option<String>,
        avatar: Option<String>,
    ) -> Author {
        // Nobody has written yet where there is no id.
        if kind != "contact" || id == viewer.id || id.is_empty() {
            return self.author(kind, id, shown(viewer));
        }
        let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| pseudonym(id));
        Author { kind: AuthorKind::Participant, name, avatar, ..Author::default() }
    }

    /// `of` are name and picture where a contact has written.
    fn author(&self, kind: &str, id: &str, of: (String, Option<String>)) -> Author {
        let known = self.admins.iter().find(|admin| kind == "admin" && admin.id.to_string() == id);
        let (kind, (name, avatar)) = match kind {
            "admin" => {
                let name = self.names.get(id).cloned().unwrap_or_default();
                (AuthorKind::Admin, (name, known.and_then(|admin| admin.avatar.clone())))
            }
            "bot" => (AuthorKind::Bot, Default::default()),
            _ => (AuthorKind::Contact, of),
        };
        let away = known.is_some_and(|admin| admin.away_mode_enabled);
        Author { kind, id: id.to_owned(), name, avatar, away }
    }

    /// A part as somebody who takes part sees it. The addresses of its files are good for half an hour.
    pub fn part(&self, mut part: Part, viewer: &Contact) -> wire::Part {
        let (name, avatar) = (part.author_name.take(), part.author_avatar.take());
        let author = self.author_for(viewer, (&part.author_kind, &part.author_id), name, avatar);
        if author.kind == AuthorKind::Participant {
            part.client_id = None;
        }
        self.written(part, author)
    }

    /// A part of a contact's conversation as teammates see it.
    pub fn part_for_team(&self, mut part: Part, contact: &Contact) -> wire::Part {
        let of = if part.author_id == contact.id {
            shown(contact)
        } else {
            let known = part.author_name.take().or_else(|| part.author_email.take());
            (known.unwrap_or_else(|| pseudonym(&part.author_id)), part.author_avatar.take())
        };
        let author = self.author(&part.author_kind, &part.author_id, of);
        self.written(part, author)
    }

    fn written(&self, part: Part, author: Author) -> wire::Part {
        let attached = read(part.attachments.as_deref());
        wire::Part {
            author,
            id: part.id.to_string(),
            conversation_id: part.conversation_id.to_string(),
            client_id: part.client_id,
            body: part.body,
            attachments: attached.into_iter().filter_map(|one| self.attachment(one)).collect(),
            created_at: part.created_at,
            replies: part.metadata.as_deref().map(replies).unwrap_or_default(),
        }
    }

    fn attachment(&self, attached: Attached) -> Option<wire::Attachment> {
        Some(match attached {
            Attached::File(file) => wire::Attachment {
                url: self.links.path(&file.id, &file.name, self.now),
                id: file.id,
                name: file.name,
                content_type: file.content_type,
                size: file.size,
                width: file.width.unwrap_or_default(),
                height: file.height.unwrap_or_default(),
            },
            Attached::Address(address) => {
                let file = Attachment::parse(&address).ok()?;
                let (name, content_type) = (file.name().to_owned(), file.content_type().to_owned());
                wire::Attachment { name, content_type, url: address, ..wire::Attachment::default() }
            }
        })
    }

    /// A conversation as somebody sees it who takes part, as the store gives it for them.
    pub fn conversation(&self, found: Conversation, viewer: &Contact) -> wire::Conversation {
        let by = (&*found.last_author_kind, &*found.last_author_id);
        wire::Conversation {
            last_author: self.author_for(viewer, by, found.last_author_name, found.last_author_avatar),
            id: found.id.to_string(),
            key: found.client_key,
            state: state(&found.state),
            preview: found.preview,
            updated_at: found.updated_at,
            dismissed_at: found.dismissed_at,
            unread: count(found.unread_by_contact),
            seen_by_team: found.seen_by_team.map(|id| id.to_string()),
            rating: rating(found.rating).as_ref().map(code).unwrap_or_default(),
        }
    }

    /// A conversation as teammates see it.
    pub fn row(&self, found: Conversation, contact: &Contact) -> inbox::ConversationRow {
        // Nobody has written yet where there is no id.
        let of = if found.last_author_id == contact.id || found.last_author_id.is_empty() {
            shown(contact)
        } else {
            let name = found.last_author_name.unwrap_or_else(|| pseudonym(&found.last_author_id));
            (name, found.last_author_avatar)
        };
        inbox::ConversationRow {
            last_author: self.author(&found.last_author_kind, &found.last_author_id, of),
            contact: contact_of(contact),
            id: found.id.to_string(),
            state: state(&found.state),
            preview: found.preview,
            updated_at: found.updated_at,
            waiting_since: found.waiting_since,
            unread: count(found.unread_by_team),
            rating: rating(found.rating),
        }
    }
}

fn rating(kept: ConversationRating) -> Option<Rating> {
    kept.rating_requested_at?;
    let rating = kept.rating_score.and_then(|score| u32::try_from(score).ok()).unwrap_or_default();
    Some(Rating { rating, remark: kept.rating_remark.unwrap_or_default() })
}

/// A rating as the person's own Messenger reads it.
fn code(rating: &Rating) -> String {
    let end = if rating.remark.is_empty() { "" } else { "." };
    format!("{}{end}", rating.rating)
}

/// The quick replies a part offers, as JSON.
fn replies(metadata: &str) -> String {
    let kept: serde_json::Value = serde_json::from_str(metadata).unwrap_or_default();
    let options: Vec<QuickReply> =
        serde_json::from_value(kept["quick_reply_options"].clone()).unwrap_or_default();
    if options.is_empty() { String::new() } else { serde_json::json!(options).to_string() }
}

/// What the person may know of themselves.
pub fn person(contact: Option<&Contact>) -> Person {
    contact.map_or_else(Person::default, |contact| Person {
        id: Some(contact.id.clone()),
        role: role(contact),
        external_id: contact.external_id.clone(),
        email: contact.email.clone(),
        name: contact.name.clone(),
    })
}

/// What teammates see of a person.
pub fn contact_of(contact: &Contact) -> inbox::Contact {
    inbox::Contact {
        id: contact.id.clone(),
        role: role(contact),
        display_name: display_name(contact),
        avatar: contact.avatar.clone(),
        name: contact.name.clone(),
        email: contact.email.clone(),
        email_verified: contact.email_verified,
        phone: contact.phone.clone(),
        external_id: contact.external_id.clone(),
        created_at: contact.created_at,
        last_seen_at: contact.last_seen_at,
        last_page: contact.last_page.clone(),
    }
}

/// Name, else email, else a pseudonym (S§1.7).
/// Name and picture.
fn shown(contact: &Contact) -> (String, Option<String>) {
    (display_name(contact), contact.avatar.clone())
}

fn display_name(contact: &Contact) -> String {
    let known = contact.name.clone().or_else(|| contact.email.clone());
    known.unwrap_or_else(|| pseudonym(&contact.id))
}

/// What others who take part call a contact: never by their email.
pub fn public_name(contact: &Contact) -> String {
    let known = contact.name.clone().filter(|name| !name.is_empty());
    known.unwrap_or_else(|| pseudonym(&contact.id))
}

fn role(contact: &Contact) -> Role {
    if contact.is_user() { Role::User } else { Role::Lead }
}

fn state(text: &str) -> ConversationState {
    match text {
        "closed" => ConversationState::Closed,
        "snoozed" => ConversationState::Snoozed,
        _ => ConversationState::Open,
    }
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
