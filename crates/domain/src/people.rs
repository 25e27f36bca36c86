//! Who is who (P1, P2, P7, P8, P9): given the people a request points at, what shall happen to them. Pure decisions;
//! the store looks the people up, calls [`decide`], and carries the decision out in one operation.

use crate::settings::Claim;

/// Somebody a request points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Contact id.
    pub id: String,
    /// Whether a user (else a lead).
    pub is_user: bool,
}

/// What a request points at, as looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Whose live session it carries.
    pub by_session: Option<Known>,
    /// The live lead of its visitor id, if that id was not retired.
    pub by_visitor: Option<Known>,
    /// The user the page names, if the page names one that exists.
    pub by_claim: Option<Known>,
    /// Whether the page names a user at all (and may: identity verification has been passed where it is demanded).
    pub claimed: bool,
}

/// What shall happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// An unknown visitor: nothing is stored (P1).
    Nobody,
    /// The session's own person.
    Keep(String),
    /// A returning lead without a session: gets a new one.
    Return(String),
    /// The lead becomes the user in place, keeping id, conversations and session (P7, P9).
    Convert(String),
    /// The lead's conversations go to the user; the lead is gone (P7, P8, P9).
    Merge {
        /// The lead.
        from: String,
        /// The user.
        into: String,
    },
    /// An existing user logs in; a session of somebody else, if any, is revoked.
    LogIn(String),
    /// A user seen for the first time, without a lead to become; a session of somebody else, if any, is revoked.
    Create,
}

/// Decides. Never merges users with each other, never a lead into a lead, never anything on a bare email of a lead.
pub fn decide(found: &Found) -> Decision {
    let session_lead = found.by_session.as_ref().filter(|person| !person.is_user);
    let lead = session_lead.or(found.by_visitor.as_ref().filter(|person| !person.is_user));
    // A lead found by the visitor id is not this user's, if the browser is somebody else's session right now.
    let session_user = found.by_session.as_ref().filter(|person| person.is_user);
    if !found.claimed {
        return match (&found.by_session, lead) {
            (Some(person), _) => Decision::Keep(person.id.clone()),
            (None, Some(lead)) => Decision::Return(lead.id.clone()),
            (None, None) => Decision::Nobody,
        };
    }
    match (&found.by_claim, session_user, lead) {
        (Some(user), Some(current), _) if user.id == current.id => Decision::Keep(user.id.clone()),
        (Some(user), None, Some(lead)) => Decision::Merge { from: lead.id.clone(), into: user.id.clone() },
        (Some(user), Some(_), _) | (Some(user), None, None) => Decision::LogIn(user.id.clone()),
        (None, Some(_), _) | (None, None, None) => Decision::Create,
        (None, None, Some(lead)) => Decision::Convert(lead.id.clone()),
    }
}

/// Whether leads with a user's email join the user who has just been identified (P8): the claim proves the email itself,
/// or proves the user, whose email is verified. A page that proves the user only may name any email. `email` is the user's,
/// normalised.
pub fn leads_join(claim: &Claim, email: &str, verified: bool) -> bool {
    let same = claim.email.as_ref().is_some_and(|claimed| claimed.normalised() == email);
    claim.proven() && (verified || (same && claim.email_proven()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const NO: Option<Known> = None;

    fn lead(id: &str) -> Known {
        Known { id: id.to_owned(), is_user: false }
    }

    fn user(id: &str) -> Known {
        Known { id: id.to_owned(), is_user: true }
    }

    fn merge(from: &str, into: &str) -> Decision {
        Decision::Merge { from: from.to_owned(), into: into.to_owned() }
    }

    #[rstest]
    #[case::p1_unknown_visitor(NO, NO, NO, false, Decision::Nobody)]
    #[case::session_of_a_lead(lead("l"), lead("l"), NO, false, Decision::Keep("l".into()))]
    #[case::session_of_a_user_on_a_logged_out_page(user("u"), NO, NO, false, Decision::Keep("u".into()))]
    #[case::returning_lead(NO, lead("l"), NO, false, Decision::Return("l".into()))]
    #[case::p7_lead_becomes_a_new_user(lead("l"), lead("l"), NO, true, Decision::Convert("l".into()))]
    #[case::p7_returning_lead_becomes_a_new_user(NO, lead("l"), NO, true, Decision::Convert("l".into()))]
    #[case::p8_lead_merges_into_the_user(lead("l"), lead("l"), user("u"), true, merge("l", "u"))]
    #[case::p8_session_lead_goes_before_cookie_lead(lead("a"), lead("b"), user("u"), true, merge("a", "u"))]
    #[case::same_user_again(user("u"), NO, user("u"), true, Decision::Keep("u".into()))]
    #[case::another_user_at_this_browser(user("u"), NO, user("v"), true, Decision::LogIn("v".into()))]
    #[case::another_new_user_at_this_browser(user("u"), NO, NO, true, Decision::Create)]
    #[case::foreign_lead_stays_when_users_change(user("u"), lead("l"), user("v"), true, Decision::LogIn("v".into()))]
    #[case::user_logs_in_at_a_fresh_browser(NO, NO, user("u"), true, Decision::LogIn("u".into()))]
    #[case::first_log_in_ever(NO, NO, NO, true, Decision::Create)]
    fn decides(
        #[case] by_session: impl Into<Option<Known>>,
        #[case] by_visitor: impl Into<Option<Known>>,
        #[case] by_claim: impl Into<Option<Known>>,
        #[case] claimed: bool,
        #[case] decision: Decision,
    ) {
        let (by_session, by_visitor, by_claim) = (by_session.into(), by_visitor.into(), by_claim.into());
        assert_eq!(decide(&Found { by_session, by_visitor, by_claim, claimed }), decision);
    }
}
