//! Who an inbound mail is from (P6; S§6.2). A pure decision over the contacts with the sender's address; reading the mail
//! and storing it is not done here. To be called for a mail that is no answer within a known thread.

use crate::contacts::Role;

/// A contact with the sender's address; archived ones too, blocked ones not: their mail is refused before (S§1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Contact id.
    pub id: &'a str,
    /// Role.
    pub role: Role,
    /// Whether the address is proven to be theirs (P5).
    pub verified: bool,
    /// Last seen, or else first known; Unix seconds.
    pub active_at: i64,
}

/// Whose the mail is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// This contact's.
    Attach(String),
    /// A new lead's, who is verified: the mail came from the address.
    NewVerifiedLead,
}

/// Decides: the user seen last, else the verified lead active last, else somebody new. A lead who is not verified has
/// only typed the address, so the mail is not shown to them. Of two equally active the smaller id.
pub fn sender_of_mail(candidates: &[Candidate<'_>]) -> Sender {
    let newest = |role: Role| {
        let fitting =
            candidates.iter().filter(|one| one.role == role && (role == Role::User || one.verified));
        fitting.max_by(|a, b| a.active_at.cmp(&b.active_at).then_with(|| b.id.cmp(a.id)))
    };
    match newest(Role::User).or_else(|| newest(Role::Lead)) {
        Some(found) => Sender::Attach(found.id.to_owned()),
        None => Sender::NewVerifiedLead,
    }
}
