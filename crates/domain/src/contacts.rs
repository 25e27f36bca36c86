//! Rules about contacts that hold whoever asks: the roles, what may be merged into what, who is a duplicate of whom
//! (P7, P8; S§1.2, S§1.3, S§1.6). The store applies them inside its operations.

/// What a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Known by their conversation or email, not by the site's own id.
    Lead,
    /// Somebody the site knows.
    User,
}

impl Role {
    /// The stored and spoken word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::User => "user",
        }
    }

    /// Reads the word; `contact` is the API's older word for a lead.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "lead" | "contact" => Some(Self::Lead),
            "user" => Some(Self::User),
            _ => None,
        }
    }
}

/// What two contacts are compared by.
#[derive(Clone, Copy, Debug)]
pub struct Traits<'a> {
    /// Role.
    pub role: Role,
    /// Normalised email.
    pub email: Option<&'a str>,
    /// Phone as written.
    pub phone: Option<&'a str>,
}

/// Why two contacts are not merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefusal {
    /// Only a lead goes into a user (P8), or into a lead where the call allows that.
    #[error("Merging can only be performed on a lead into a user")]
    Roles,
    /// One contact, named twice.
    #[error("A contact cannot be merged into itself")]
    Same,
    /// Nothing says that they are one person (S§1.6, from 2.16 on).
    #[error(
        "Contacts can only be merged when they are duplicates (matching email or phone). Pass \
         skip_duplicate_validation=true to override this check."
    )]
    NotDuplicates,
}

impl MergeRefusal {
    /// The word of the preview (S§1.6).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Roles => "invalid_merge_role_pair",
            Self::Same => "same_contact",
            Self::NotDuplicates => "no_shared_identifier",
        }
    }
}

/// What a merge is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MergeRules {
    /// The two must share an email or phone.
    pub duplicates_only: bool,
    /// A lead may go into a lead (beyond Intercom, S§9).
    pub leads: bool,
}

/// Why `from` may not be merged into `into`; empty if it may. Users never go into anybody: they are the site's.
pub fn merge_refusals(
    from: Traits<'_>,
    into: Traits<'_>,
    same: bool,
    rules: MergeRules,
) -> Vec<MergeRefusal> {
    let mut refusals = Vec::new();
    let fitting = match (from.role, into.role) {
        (Role::Lead, Role::User) => true,
        (Role::Lead, Role::Lead) => rules.leads,
        (Role::User, _) => false,
    };
    if !fitting {
        refusals.push(MergeRefusal::Roles);
    }
    if same {
        refusals.push(MergeRefusal::Same);
    }
    if rules.duplicates_only && !share_identifier(from, into) {
        refusals.push(MergeRefusal::NotDuplicates);
    }
    refusals
}

/// Whether a contact's email is proven after a write (P5): as the writer says, else as before if it is the same email.
/// `before` and `after` are normalised; `said` is the API's `email_verified`, which people and teammates cannot give.
pub fn email_proven(verified: bool, before: Option<&str>, after: Option<&str>, said: Option<bool>) -> bool {
    after.is_some() && said.unwrap_or(verified && before == after)
}

/// What becomes of a value of the contact that goes (S§1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The survivor has none and takes it over.
    Adopted,
    /// The survivor's own stays.
    Discarded,
}

/// What becomes of a value; nothing if there is none or both are the same.
pub fn outcome<T: PartialEq>(from: Option<&T>, into: Option<&T>) -> Option<Outcome> {
    match (from, into) {
        (Some(_), None) => Some(Outcome::Adopted),
        (Some(lost), Some(kept)) if lost != kept => Some(Outcome::Discarded),
        _ => None,
    }
}

/// Whether two share an email or phone.
fn share_identifier(from: Traits<'_>, into: Traits<'_>) -> bool {
    let same = |a: Option<&str>, b: Option<&str>| a.is_some() && a == b;
    let (a, b) = (from.phone.and_then(digits), into.phone.and_then(digits));
    same(from.email, into.email) || same(a.as_deref(), b.as_deref())
}

/// The form phones are compared in: their digits; `None` without any.
pub fn digits(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{MergeRefusal, MergeRules, Outcome, Role, Traits, merge_refusals, outcome};

    fn of(role: Role, email: &'static str, phone: &'static str) -> Traits<'static> {
        let some = |text: &'static str| Some(text).filter(|text| !text.is_empty());
        Traits { role, email: some(email), phone: some(phone) }
    }

    #[rstest]
    #[case(of(Role::Lead, "", ""), of(Role::User, "", ""), false, &[])]
    #[case(of(Role::Lead, "a@b.c", ""), of(Role::User, "a@b.c", ""), true, &[])]
    #[case(of(Role::Lead, "", "+44 20 7946"), of(Role::User, "x@b.c", "+44-20-7946"), true, &[])]
    #[case(of(Role::Lead, "", "-"), of(Role::User, "", "-"), true, &[MergeRefusal::NotDuplicates])]
    #[case(of(Role::Lead, "", ""), of(Role::User, "", ""), true, &[MergeRefusal::NotDuplicates])]
    #[case(of(Role::User, "a@b.c", ""), of(Role::User, "a@b.c", ""), false, &[MergeRefusal::Roles])]
    #[case(of(Role::Lead, "a@b.c", ""), of(Role::Lead, "a@b.c", ""), false, &[MergeRefusal::Roles])]
    #[case(of(Role::User, "", ""), of(Role::Lead, "", ""), true, &[MergeRefusal::Roles, MergeRefusal::NotDuplicates])]
    fn a_lead_goes_into_a_user(
        #[case] from: Traits<'static>,
        #[case] into: Traits<'static>,
        #[case] duplicates_only: bool,
        #[case] answer: &[MergeRefusal],
    ) {
        let rules = MergeRules { duplicates_only, leads: false };
        assert_eq!(merge_refusals(from, into, false, rules), answer);
    }

    #[rstest]
    #[case(Role::Lead, Role::Lead, false, &[])]
    #[case(Role::Lead, Role::Lead, true, &[MergeRefusal::Same])]
    #[case(Role::Lead, Role::User, false, &[])]
    #[case(Role::User, Role::User, false, &[MergeRefusal::Roles])]
    #[case(Role::User, Role::Lead, false, &[MergeRefusal::Roles])]
    fn a_lead_goes_into_a_lead_where_that_is_allowed(
        #[case] from: Role,
        #[case] into: Role,
        #[case] same: bool,
        #[case] answer: &[MergeRefusal],
    ) {
        let rules = MergeRules { duplicates_only: false, leads: true };
        assert_eq!(merge_refusals(of(from, "", ""), of(into, "", ""), same, rules), answer);
    }

    #[rstest]
    #[case(None, None, None)]
    #[case(None, Some(1), None)]
    #[case(Some(1), Some(1), None)]
    #[case(Some(1), None, Some(Outcome::Adopted))]
    #[case(Some(1), Some(2), Some(Outcome::Discarded))]
    fn values(#[case] from: Option<i32>, #[case] into: Option<i32>, #[case] expected: Option<Outcome>) {
        assert_eq!(outcome(from.as_ref(), into.as_ref()), expected);
    }
}
