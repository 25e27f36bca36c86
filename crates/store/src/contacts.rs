//! Contacts as the REST API sees them: whole records, written field by field, listed, searched, ended. What the
//! Messenger needs of a person is in `people.rs`; who is who in `identify.rs`.

mod attached;
pub(crate) mod attributes;
mod duplicates;
mod end;
mod privacy;
pub(crate) mod read;
mod search;
mod whole;
mod write;

pub use attached::{Attached, AttachedKind, Attachments};
pub(crate) use search::found;
pub use search::{ContactPage, ContactQuery, SortField};

use doorstep_domain::contacts::{Role, Traits};
use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use serde_json::{Map, Value};

use crate::visits::LastVisit;

/// A contact with everything that is known of them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ContactRecord {
    /// 24 hexadecimal digits.
    pub id: String,
    /// `lead` or `user`.
    pub role: String,
    /// A user's own id; a lead's visitor UUID.
    pub external_id: Option<String>,
    /// Email as written.
    pub email: Option<String>,
    /// The form it is compared in.
    pub email_norm: Option<String>,
    /// What stands after its @.
    pub email_domain: Option<String>,
    /// Whether it is proven (P5).
    pub email_verified: bool,
    /// Name.
    pub name: Option<String>,
    /// Phone as written.
    pub phone: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// The teammate who looks after them.
    pub owner_id: Option<i64>,
    /// JSON object.
    pub custom_attributes: String,
    /// Language they asked for.
    pub language_override: Option<String>,
    /// Whether they want no email.
    pub unsubscribed_from_emails: bool,
    /// First known.
    pub created_at: i64,
    /// Last changed.
    pub updated_at: i64,
    /// Signed up at the site.
    pub signed_up_at: Option<i64>,
    /// Last seen at the site.
    pub last_seen_at: Option<i64>,
    /// Wrote last.
    pub last_replied_at: Option<i64>,
    /// Was written to last.
    pub last_contacted_at: Option<i64>,
    /// Archived: invisible until they come back.
    pub archived_at: Option<i64>,
    /// Blocked: may not come back.
    pub blocked_at: Option<i64>,
    /// The contact they were merged into.
    pub merged_into: Option<String>,
    /// What their browser said last.
    #[sqlx(flatten)]
    pub visit: LastVisit,
}

impl ContactRecord {
    /// The role.
    pub fn role(&self) -> Role {
        if self.role == "user" { Role::User } else { Role::Lead }
    }

    pub(crate) fn traits(&self) -> Traits<'_> {
        Traits { role: self.role(), email: self.email_norm.as_deref(), phone: self.phone.as_deref() }
    }
}

/// What a contact's fields shall be. Absent ones stay as they are, or empty for a new contact.
#[derive(Clone, Debug, Default)]
pub struct ContactWrite {
    /// A lead can become a user, never the other way (S§1.3).
    pub role: Option<Role>,
    /// The site's own id.
    pub external_id: Edit<String>,
    /// Email, parsed.
    pub email: Edit<Email>,
    /// Whether the email is proven; a changed one is not unless this says so (P5).
    pub email_verified: Option<bool>,
    /// Phone.
    pub phone: Edit<String>,
    /// Name.
    pub name: Edit<String>,
    /// Address of a picture.
    pub avatar: Edit<String>,
    /// A teammate of the workspace.
    pub owner_id: Edit<i64>,
    /// Unix seconds.
    pub signed_up_at: Edit<i64>,
    /// Unix seconds.
    pub last_seen_at: Edit<i64>,
    /// A language tag.
    pub language_override: Edit<String>,
    /// Whether they want no email.
    pub unsubscribed_from_emails: Option<bool>,
    /// Values by name; `null` removes. Only attributes of the workspace can be written.
    pub custom_attributes: Map<String, Value>,
}

pub use duplicates::{DuplicateGroup, Shared};

/// What is under an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactLookup {
    /// A contact; it may be archived or blocked.
    Found(Box<ContactRecord>),
    /// It was merged; this is the id that goes on.
    Merged(String),
    /// Nothing.
    Unknown,
}

/// One merge into a contact.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Merge {
    /// Grows.
    pub id: i64,
    /// The contact that is gone.
    pub from_id: String,
    /// What it was.
    pub from_role: String,
    /// When.
    pub merged_at: i64,
    /// Whether it can be undone, if that is not too late.
    pub undoable: bool,
}
