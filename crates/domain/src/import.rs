//! What a row of a file of leads becomes (S§5.2, step 3), so that reading the same file twice makes nobody twice. A pure
//! decision over the contacts with the row's email; reading files and writing contacts is not done here.

use crate::contacts::Role;

/// A contact with the row's email; archived ones too, blocked ones not: they are not made anew (S§1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Contact id.
    pub id: &'a str,
    /// Role.
    pub role: Role,
    /// Whether the email is proven to be theirs (P5).
    pub verified: bool,
    /// Archived.
    pub archived: bool,
    /// Last seen, or else first known; Unix seconds.
    pub active_at: i64,
}

/// What becomes of a row. Whoever it becomes is verified by it (P5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Import {
    /// The row's values go to this user where the user has none, as in a merge.
    MergeIntoUser {
        /// The user.
        id: String,
        /// The user is archived and comes back (S§5.1).
        restore: bool,
    },
    /// The row is this verified lead's.
    UpdateVerified(String),
    /// A new verified lead.
    CreateVerified,
}

/// Decides: the user active last, else the verified lead active last, else somebody new. A lead who has only typed the
/// email is not touched, and an archived lead stays archived. Of two equally active the smaller id.
pub fn import_lead(candidates: &[Candidate<'_>]) -> Import {
    let newest = |fits: fn(&Candidate<'_>) -> bool| {
        let fitting = candidates.iter().filter(|one| fits(one));
        fitting.max_by(|a, b| a.active_at.cmp(&b.active_at).then_with(|| b.id.cmp(a.id)))
    };
    if let Some(user) = newest(|one| one.role == Role::User) {
        return Import::MergeIntoUser { id: user.id.to_owned(), restore: user.archived };
    }
    match newest(|one| one.role == Role::Lead && one.verified && !one.archived) {
        Some(lead) => Import::UpdateVerified(lead.id.to_owned()),
        None => Import::CreateVerified,
    }
}
