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
    /// Only a lead goes into a user (P8).
    #[error("Merging can only be performed on a lead into a user")]
    Roles,
    /// Nothing says that they are one person (S§1.6, from 2.16 on).
    #[error(
        "Contacts can only be merged when they are duplicates (matching email or phone). Pass \
         skip_duplicate_validation=true to override this check."
    )]
    NotDuplicates,
}

/// Whether `from` may be merged into `into`; `duplicates_only` asks for a shared email or phone.
pub fn may_merge(from: Traits<'_>, into: Traits<'_>, duplicates_only: bool) -> Result<(), MergeRefusal> {
    if (from.role, into.role) != (Role::Lead, Role::User) {
        return Err(MergeRefusal::Roles);
    }
    let same = |a: Option<&str>, b: Option<&str>| a.is_some() && a == b;
    let (a, b) = (from.phone.and_then(digits), into.phone.and_then(digits));
    if duplicates_only && !same(from.email, into.email) && !same(a.as_deref(), b.as_deref()) {
        return Err(MergeRefusal::NotDuplicates);
    }
    Ok(())
}

/// The form phones are compared in: their digits; `None` without any.
pub fn digits(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{MergeRefusal, Role, Traits, may_merge};

    fn of(role: Role, email: &'static str, phone: &'static str) -> Traits<'static> {
        let some = |text: &'static str| Some(text).filter(|text| !text.is_empty());
        Traits { role, email: some(email), phone: some(phone) }
    }

    #[rstest]
    #[case(of(Role::Lead, "", ""), of(Role::User, "", ""), false, Ok(()))]
    #[case(of(Role::Lead, "a@b.c", ""), of(Role::User, "a@b.c", ""), true, Ok(()))]
    #[case(of(Role::Lead, "", "+44 20 7946"), of(Role::User, "x@b.c", "+44-20-7946"), true, Ok(()))]
    #[case(of(Role::Lead, "", "-"), of(Role::User, "", "-"), true, Err(MergeRefusal::NotDuplicates))]
    #[case(of(Role::Lead, "", ""), of(Role::User, "", ""), true, Err(MergeRefusal::NotDuplicates))]
    #[case(of(Role::User, "a@b.c", ""), of(Role::User, "a@b.c", ""), false, Err(MergeRefusal::Roles))]
    #[case(of(Role::Lead, "a@b.c", ""), of(Role::Lead, "a@b.c", ""), false, Err(MergeRefusal::Roles))]
    #[case(of(Role::User, "a@b.c", ""), of(Role::Lead, "a@b.c", ""), false, Err(MergeRefusal::Roles))]
    fn a_lead_goes_into_a_user(
        #[case] from: Traits<'static>,
        #[case] into: Traits<'static>,
        #[case] duplicates_only: bool,
        #[case] answer: Result<(), MergeRefusal>,
    ) {
        assert_eq!(may_merge(from, into, duplicates_only), answer);
    }

    #[rstest]
    #[case("lead", Some(Role::Lead))]
    #[case("contact", Some(Role::Lead))]
    #[case("user", Some(Role::User))]
    #[case("Visitor", None)]
    fn roles(#[case] text: &str, #[case] role: Option<Role>) {
        assert_eq!(Role::parse(text), role);
    }
}
