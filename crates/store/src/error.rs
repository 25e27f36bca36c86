//! What can go wrong behind the store's door. Database errors are sorted here once, so that callers never look at them.

use doorstep_domain::contacts::MergeRefusal;

/// Why an operation did not happen. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The row does not exist or belongs to somebody else.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// Something with this unique value exists already.
    #[error("{0} is already taken")]
    Conflict(&'static str),
    /// Another user has this external id or email.
    #[error("a contact matching those details already exists with id={id}")]
    Duplicate {
        /// The other one.
        id: String,
        /// Whether that one is archived.
        archived: bool,
    },
    /// A user can never be a lead again.
    #[error("a user cannot become a lead")]
    UserStaysUser,
    /// The contact is blocked.
    #[error("the contact is blocked")]
    Blocked,
    /// The only active key of identity verification, while proofs are demanded.
    #[error("the last active key cannot be retired while identity verification is required")]
    LastKey,
    /// The two contacts may not be merged.
    #[error("{0}")]
    NotMerged(MergeRefusal),
    /// The survivor of a merge was itself merged since.
    #[error("the contact it was merged into was merged since; undo that merge first")]
    MergedOn,
    /// A custom attribute that does not exist, is archived, or is of another type.
    #[error("custom attribute {name}: {message}")]
    Attribute {
        /// Its name.
        name: String,
        /// What would be right.
        message: String,
    },
    /// The person said no themselves; the company cannot say yes for them (S§9).
    #[error("the person opted out themselves")]
    PersonSaidNo,
    /// A tag that segments ask for is not deleted; their names.
    #[error("segments ask for the tag: {}", .0.join(", "))]
    TagInUse(Vec<String>),
    /// A custom attribute that segments ask for is not archived.
    #[error("segments ask for the attribute")]
    AttributeInUse,
    /// The workspace has as many custom attributes as it may have.
    #[error("a workspace has at most {0} custom attributes")]
    TooManyAttributes(i64),
    /// The contact belongs to as many companies as it may (S§3.3).
    #[error("the contact belongs to too many companies")]
    TooManyCompanies,
    /// A new name for an event, and no room for it.
    #[error("a workspace has at most {} names of events", doorstep_domain::events::NAMES)]
    TooManyEventNames,
    /// A first message that must bring an email (P4).
    #[error("the first message needs an email")]
    EmailNeeded,
    /// A rating that is not taken.
    #[error("{0}")]
    Rating(doorstep_domain::rating::RatingError),
    /// The workspace has as many live outbound messages as it may have.
    #[error("a workspace has at most {} live outbound messages; pause one", doorstep_domain::outbound::LIVE)]
    TooManyLive,
    /// The visitor id was retired by `shutdown` (P10).
    #[error("the visitor id was retired")]
    VisitorRetired,
    /// Neither a live session nor a visitor id.
    #[error("neither a live session nor a visitor id was given")]
    NoCaller,
    /// An upload that cannot be attached: unknown, another's, used already or not there yet; its id.
    #[error("upload {0} is unknown, somebody else's, attached already or not finished")]
    File(String),
    /// More bytes wait for their messages than may.
    #[error("too many uploaded files wait for their messages")]
    TooMuchWaiting,
    /// The database address cannot be used.
    #[error("database address: {0}")]
    Address(String),
    /// The database did not answer, or refused.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
}

/// Result of every operation.
pub type Result<T> = std::result::Result<T, Error>;

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Whether a unique index refused a row.
pub(crate) fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
