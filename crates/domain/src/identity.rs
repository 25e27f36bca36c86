//! Identity verification by `user_hash` (M§6.1): does the page's claim come from the site's own server?
//! Not the place where people are looked up; that is [`crate::people`]. Called by the server's `ping`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// What a workspace demands of a page that names a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerificationMode {
    /// A hash is not looked for; one that is right still proves.
    #[default]
    Off,
    /// As [`VerificationMode::Off`]; the server counts what `Required` would refuse.
    Report,
    /// A user is let in with a valid hash only.
    Required,
}

impl VerificationMode {
    /// The stored form: `off`, `report`, `required`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Report => "report",
            Self::Required => "required",
        }
    }

    /// Reads the stored form.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Off, Self::Report, Self::Required].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// Result of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The hash is right: the claim may be used and is proven.
    Proven,
    /// No right hash, but the workspace does not demand one: the claim may be used and proves nothing.
    /// `reason` is what [`VerificationMode::Required`] would have refused.
    Unproven {
        /// What is wrong with the hash.
        reason: Refusal,
    },
    /// The claim must not be used.
    Refused(Refusal),
}

/// What is wrong with a `user_hash`. The texts are for the site's developer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is none.
    #[error("user_hash is missing: this workspace accepts users with identity verification only")]
    Missing,
    /// It belongs to another person, another secret, or is no hash at all.
    #[error(
        "user_hash is not valid: it must be the HMAC-SHA256 in lower-case hex of user_id (or of email, if there is \
         no user_id) under the workspace's identity verification secret"
    )]
    Invalid,
}

/// Verifies `user_hash` over `subject` (`user_id` if present, else the email, as the page gave it) against every active
/// secret. Takes the same time whichever secret fits.
pub fn verify(mode: VerificationMode, secrets: &[&str], subject: &str, user_hash: Option<&str>) -> Verdict {
    let refusal = match user_hash {
        None => Refusal::Missing,
        Some(hash) if fits(secrets, subject, hash) => return Verdict::Proven,
        Some(_) => Refusal::Invalid,
    };
    match mode {
        VerificationMode::Off | VerificationMode::Report => Verdict::Unproven { reason: refusal },
        VerificationMode::Required => Verdict::Refused(refusal),
    }
}

/// The hash a site's server has to compute; `None` for an empty secret, which would prove nothing.
pub fn user_hash(secret: &str, subject: &str) -> Option<String> {
    digest(secret, subject).map(hex::encode)
}

fn fits(secrets: &[&str], subject: &str, user_hash: &str) -> bool {
    let Ok(given) = hex::decode(user_hash) else { return false };
    let mut fits = Choice::from(0);
    for digest in secrets.iter().filter_map(|secret| digest(secret, subject)) {
        fits |= digest.ct_eq(&given);
    }
    fits.into()
}

fn digest(secret: &str, subject: &str) -> Option<Vec<u8>> {
    if secret.is_empty() {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(subject.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Refusal, Verdict, VerificationMode as Mode, user_hash, verify};

    const SECRET: &str = "key";
    const SUBJECT: &str = "The quick brown fox jumps over the lazy dog";
    /// The published test value of HMAC-SHA256 for the two above.
    const HASH: &str = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";

    #[rstest]
    #[case(Mode::Off, Some(HASH), Verdict::Proven)]
    #[case(Mode::Report, Some(HASH), Verdict::Proven)]
    #[case(Mode::Required, Some(HASH), Verdict::Proven)]
    #[case(Mode::Off, None, Verdict::Unproven { reason: Refusal::Missing })]
    #[case(Mode::Report, Some("00"), Verdict::Unproven { reason: Refusal::Invalid })]
    #[case(Mode::Required, None, Verdict::Refused(Refusal::Missing))]
    #[case(Mode::Required, Some(""), Verdict::Refused(Refusal::Invalid))]
    #[case(Mode::Required, Some("not hex"), Verdict::Refused(Refusal::Invalid))]
    #[case(Mode::Required, Some(&HASH[..62]), Verdict::Refused(Refusal::Invalid))]
    fn verdicts(#[case] mode: Mode, #[case] hash: Option<&str>, #[case] expected: Verdict) {
        assert_eq!(verify(mode, &["old secret", SECRET], SUBJECT, hash), expected);
    }

    #[test]
    fn a_workspace_without_secrets_proves_nobody() {
        let refused = Verdict::Refused(Refusal::Invalid);
        assert_eq!(verify(Mode::Required, &[], SUBJECT, Some(HASH)), refused);
        assert_eq!(verify(Mode::Required, &[""], SUBJECT, Some(HASH)), refused);
        assert_eq!(user_hash("", SUBJECT), None);
    }

    #[test]
    fn modes_are_written_and_read() {
        for mode in [Mode::Off, Mode::Report, Mode::Required] {
            assert_eq!(Mode::parse(mode.as_str()), Some(mode));
        }
        assert_eq!(Mode::parse("REQUIRED"), None);
    }

    proptest! {
        #[test]
        fn the_hash_of_one_person_proves_no_other(a in ".{1,30}", b in ".{1,30}", secret in ".{1,30}") {
            let hash = user_hash(&secret, &a).unwrap();
            let verdict = verify(Mode::Required, &[&secret], &b, Some(&hash));
            prop_assert_eq!(verdict == Verdict::Proven, a == b);
        }
    }
}
