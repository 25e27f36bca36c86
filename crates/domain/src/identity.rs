//! Identity verification (M§6): does what a page says about its user come from the site's own server? Three proofs are
//! understood: `user_hash` (`hash`), `intercom_user_jwt` (`jwt`) and encrypted settings (`encrypted`), each under any
//! of the workspace's active keys. Not the place where people are looked up; that is [`crate::people`]. Called by the
//! server's `ping`.

mod encrypted;
mod hash;
mod jwt;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

pub use self::hash::user_hash;
use crate::settings::{BootSettings, Claim};

/// What a workspace demands of a page that names a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerificationMode {
    /// A proof is not asked for; one that is right still proves.
    #[default]
    Off,
    /// As [`VerificationMode::Off`]; the server counts what `Required` would refuse.
    Report,
    /// A user is let in with a valid proof only.
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

/// An active key of a workspace. `Debug` does not show the secret.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    /// Its id.
    pub id: i64,
    /// What the site's server signs with. An empty one proves nothing.
    pub secret: &'a str,
}

impl std::fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Result of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The page names nobody.
    Anonymous,
    /// The proof is right: the claim may be used and is proven.
    Proven {
        /// The key it was made with.
        key: i64,
    },
    /// No right proof, but the workspace does not demand one: the claim may be used and proves nothing.
    /// `reason` is what [`VerificationMode::Required`] would have refused.
    Unproven {
        /// What is wrong with the proof.
        reason: Refusal,
    },
    /// The claim must not be used.
    Refused(Refusal),
}

/// What is wrong with a proof. The texts are for the site's developer; the first two are Intercom's (M§2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Refusal {
    /// There is none.
    #[error(
        "Missing user_hash. A valid user_hash is required to authenticate users when Identity Verification is enabled."
    )]
    Missing,
    /// The `user_hash` belongs to another person, another key, or is no hash at all.
    #[error("Invalid user_hash")]
    HashInvalid,
    /// The token is signed with another key or algorithm, or is no token at all.
    #[error("Invalid intercom_user_jwt: it must be signed with HS256 and an active key of this workspace")]
    JwtInvalid,
    /// The token's time is over.
    #[error("intercom_user_jwt has expired: give the Messenger a fresh one with Intercom('update', …)")]
    JwtExpired,
    /// The token's time has not begun.
    #[error("intercom_user_jwt is not valid yet (nbf): compare the clocks of the two servers")]
    JwtNotYet,
    /// The token does not say whom it is about.
    #[error("intercom_user_jwt must have the claim user_id")]
    JwtWithoutUser,
    /// The encrypted settings do not open under any key.
    #[error("intercomEncryptedPayload cannot be opened with an active key of this workspace")]
    EncryptedInvalid,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Missing,
        Self::HashInvalid,
        Self::JwtInvalid,
        Self::JwtExpired,
        Self::JwtNotYet,
        Self::JwtWithoutUser,
        Self::EncryptedInvalid,
    ];

    /// A word for counters and error codes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::HashInvalid => "hash_invalid",
            Self::JwtInvalid => "jwt_invalid",
            Self::JwtExpired => "jwt_expired",
            Self::JwtNotYet => "jwt_not_yet",
            Self::JwtWithoutUser => "jwt_without_user",
            Self::EncryptedInvalid => "encrypted_invalid",
        }
    }

    /// The setting that is wrong.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Missing | Self::HashInvalid => "user_hash",
            Self::EncryptedInvalid => "intercomEncryptedPayload",
            _ => "intercom_user_jwt",
        }
    }
}

/// What a page's settings amount to.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What came of the proof.
    pub verdict: Verdict,
    /// Who the page says this is, if that may be used.
    pub claim: Option<Claim>,
    /// The `user_id` of a token that was right until its time was over: a session that this user has may go on, for it was
    /// given while the token was good.
    pub expired_user: Option<String>,
    /// The settings, with what is signed in its place.
    pub settings: Map<String, Value>,
}

/// Looks at the proof in a page's settings. What is signed goes before what stands beside it (M§6.2). Compares with every
/// active key in constant time.
pub fn check(mode: VerificationMode, keys: &[Key<'_>], settings: &Map<String, Value>, now: i64) -> Checked {
    let mut settings = settings.clone();
    let mut said = BootSettings::read(&settings);
    let mut expired_user = None;
    let signed = match (&said.encrypted, &said.user_jwt) {
        (Some(sealed), _) => Some(encrypted::read(keys, sealed)),
        (None, Some(token)) => Some(of_token(keys, token, now, &mut expired_user)),
        (None, None) => None,
    };
    match signed {
        Some(Err(reason)) => return without_proof(mode, reason, &said, expired_user, settings),
        Some(Ok((key, says))) => {
            let names: BTreeSet<String> = says.keys().cloned().collect();
            settings.extend(says);
            said = BootSettings::read(&settings);
            let subject = if said.user_id.is_some() { "user_id" } else { "email" };
            if names.contains(subject) {
                let claim = said.claim(names);
                let verdict = if claim.is_some() { Verdict::Proven { key } } else { Verdict::Anonymous };
                return Checked { verdict, claim, expired_user: None, settings };
            }
        }
        None => {}
    }
    let Some((subject, value)) = said.subject() else {
        return Checked { verdict: Verdict::Anonymous, claim: None, expired_user: None, settings };
    };
    let reason = match &said.user_hash {
        None => Refusal::Missing,
        Some(hash) => match hash::key_of_hash(keys, value, hash) {
            Some(key) => {
                let claim = said.claim(BTreeSet::from([subject.to_owned()]));
                return Checked { verdict: Verdict::Proven { key }, claim, expired_user: None, settings };
            }
            None => Refusal::HashInvalid,
        },
    };
    without_proof(mode, reason, &said, None, settings)
}

type Signed = Result<(i64, Map<String, Value>), Refusal>;

fn of_token(keys: &[Key<'_>], token: &str, now: i64, expired_user: &mut Option<String>) -> Signed {
    let token = jwt::read(keys, token, now)?;
    let user = BootSettings::read(&token.says).user_id.ok_or(Refusal::JwtWithoutUser)?;
    if token.expired {
        *expired_user = Some(user);
        return Err(Refusal::JwtExpired);
    }
    Ok((token.key, token.says))
}

/// What is said in the open is believed where no proof is demanded.
fn without_proof(
    mode: VerificationMode,
    reason: Refusal,
    said: &BootSettings,
    expired_user: Option<String>,
    settings: Map<String, Value>,
) -> Checked {
    let claim = match mode {
        VerificationMode::Required => None,
        VerificationMode::Off | VerificationMode::Report => said.claim(BTreeSet::new()),
    };
    let verdict = if claim.is_some() { Verdict::Unproven { reason } } else { Verdict::Refused(reason) };
    Checked { verdict, claim, expired_user, settings }
}

#[cfg(test)]
pub(crate) mod testing {
    //! What a site's server does.

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use hmac::{Hmac, KeyInit, Mac};
    use serde_json::Value;
    use sha2::Sha256;

    pub(crate) const NOW: i64 = 1_800_000_000;

    pub(crate) fn sign(secret: &str, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::testing::{NOW, sign};
    use super::{Checked, Key, Refusal, Verdict, VerificationMode as Mode, check, encrypted, user_hash};

    const KEYS: [Key<'static>; 2] = [Key { id: 1, secret: "old secret" }, Key { id: 2, secret: "key" }];
    const SUBJECT: &str = "The quick brown fox jumps over the lazy dog";
    /// The published test value of HMAC-SHA256 for the two above.
    const HASH: &str = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";

    fn look(mode: Mode, settings: &Value) -> Checked {
        check(mode, &KEYS, settings.as_object().unwrap(), NOW)
    }

    fn token(claims: &Value) -> String {
        sign("key", &json!({"alg": "HS256"}), claims)
    }

    const PROVEN: Verdict = Verdict::Proven { key: 2 };

    fn unproven(reason: Refusal) -> Verdict {
        Verdict::Unproven { reason }
    }

    #[rstest]
    #[case(Mode::Off, json!({"user_id": SUBJECT, "user_hash": HASH}), PROVEN)]
    #[case(Mode::Report, json!({"user_id": SUBJECT, "user_hash": HASH}), PROVEN)]
    #[case(Mode::Required, json!({"user_id": SUBJECT, "user_hash": HASH}), PROVEN)]
    #[case(Mode::Off, json!({"user_id": SUBJECT}), unproven(Refusal::Missing))]
    #[case(Mode::Report, json!({"user_id": SUBJECT, "user_hash": "00"}), unproven(Refusal::HashInvalid))]
    #[case(Mode::Required, json!({"user_id": SUBJECT}), Verdict::Refused(Refusal::Missing))]
    #[case(Mode::Required, json!({"user_id": SUBJECT, "user_hash": ""}), Verdict::Refused(Refusal::Missing))]
    #[case(Mode::Required, json!({"user_id": SUBJECT, "user_hash": "no"}), Verdict::Refused(Refusal::HashInvalid))]
    #[case(Mode::Required, json!({"user_id": SUBJECT, "user_hash": &HASH[..62]}), Verdict::Refused(Refusal::HashInvalid))]
    #[case(Mode::Required, json!({"user_id": "other", "user_hash": HASH}), Verdict::Refused(Refusal::HashInvalid))]
    #[case::a_hash_without_a_person(Mode::Required, json!({"user_hash": HASH}), Verdict::Anonymous)]
    #[case::a_visitor(Mode::Required, json!({"name": "Ada"}), Verdict::Anonymous)]
    fn hashes(#[case] mode: Mode, #[case] settings: Value, #[case] expected: Verdict) {
        let checked = look(mode, &settings);
        assert_eq!(checked.verdict, expected);
        let used = matches!(expected, Verdict::Proven { .. } | Verdict::Unproven { .. });
        assert_eq!(checked.claim.is_some(), used);
        assert_eq!(
            checked.claim.is_some_and(|claim| claim.proven()),
            matches!(expected, Verdict::Proven { .. })
        );
    }

    #[test]
    fn without_a_user_id_the_hash_is_over_the_email() {
        let hash = user_hash("key", "Ada@Example.com").unwrap();
        let checked = look(Mode::Required, &json!({"email": "Ada@Example.com", "user_hash": hash}));
        assert!(checked.claim.unwrap().email_proven());
        let checked =
            look(Mode::Required, &json!({"user_id": 1, "email": "Ada@Example.com", "user_hash": hash}));
        assert_eq!(checked.verdict, Verdict::Refused(Refusal::HashInvalid));
    }

    #[test]
    fn what_a_token_says_goes_before_what_stands_beside_it() {
        let jwt = token(&json!({"user_id": 42, "email": "ada@example.com", "plan": "pro", "exp": NOW + 60}));
        let checked = look(
            Mode::Required,
            &json!({"intercom_user_jwt": jwt, "user_id": "eve", "email": "eve@x.com", "plan": "free", "seats": 3}),
        );
        assert_eq!(checked.verdict, PROVEN);
        let claim = checked.claim.unwrap();
        assert_eq!(
            (claim.user_id.as_deref(), claim.email.unwrap().as_str()),
            (Some("42"), "ada@example.com")
        );
        assert_eq!(Value::Object(claim.attributes.clone()), json!({"plan": "pro", "seats": 3}));
        assert_eq!(claim.signed.into_iter().collect::<Vec<_>>(), ["email", "plan", "user_id"]);
    }

    #[test]
    fn an_email_beside_a_token_is_not_proven() {
        let jwt = token(&json!({"user_id": "ada"}));
        let claim = look(Mode::Required, &json!({"intercom_user_jwt": jwt, "email": "x@y.z"})).claim.unwrap();
        assert!(claim.proven() && !claim.email_proven());
    }

    #[rstest]
    #[case::no_user(json!({"email": "a@b.co"}), Refusal::JwtWithoutUser, None)]
    #[case::blank_user(json!({"user_id": ""}), Refusal::JwtWithoutUser, None)]
    #[case::over(json!({"user_id": "ada", "exp": 1}), Refusal::JwtExpired, Some("ada"))]
    #[case::not_yet(json!({"user_id": "ada", "nbf": NOW + 1000}), Refusal::JwtNotYet, None)]
    fn tokens_that_prove_nothing(
        #[case] claims: Value,
        #[case] reason: Refusal,
        #[case] expired: Option<&str>,
    ) {
        for mode in [Mode::Off, Mode::Report, Mode::Required] {
            let alone = look(mode, &json!({"intercom_user_jwt": token(&claims)}));
            assert_eq!(
                (alone.verdict, alone.claim),
                (Verdict::Refused(reason), None),
                "nothing else names anybody"
            );
            assert_eq!(alone.expired_user.as_deref(), expired);
            // Not even a right hash beside it helps: it would outlive the token.
            let hash = user_hash("key", "ada").unwrap();
            let both = json!({"intercom_user_jwt": token(&claims), "user_id": "ada", "user_hash": hash});
            let expected = if mode == Mode::Required { Verdict::Refused(reason) } else { unproven(reason) };
            assert_eq!(look(mode, &both).verdict, expected);
        }
    }

    #[test]
    fn encrypted_settings_prove_themselves() {
        let sealed = encrypted::seal("key", [1; 12], &json!({"email": "ada@example.com", "name": "Ada"}));
        let checked = look(Mode::Required, &json!({"intercomEncryptedPayload": sealed, "name": "Eve"}));
        assert_eq!(checked.verdict, PROVEN);
        let claim = checked.claim.unwrap();
        assert!(claim.email_proven());
        assert_eq!(claim.name.as_deref(), Some("Ada"));
        // They prove nobody who stands beside them.
        let checked = look(Mode::Required, &json!({"intercomEncryptedPayload": sealed, "user_id": "eve"}));
        assert_eq!(checked.verdict, Verdict::Refused(Refusal::Missing));
        let checked = look(Mode::Off, &json!({"intercomEncryptedPayload": "AAAA"}));
        assert_eq!(checked.verdict, Verdict::Refused(Refusal::EncryptedInvalid));
        let nobody = encrypted::seal("key", [2; 12], &json!({"theme": "dark"}));
        let checked = look(Mode::Required, &json!({"intercomEncryptedPayload": nobody}));
        assert_eq!(checked.verdict, Verdict::Anonymous);
    }

    #[test]
    fn a_workspace_without_keys_proves_nobody() {
        let settings = json!({"user_id": SUBJECT, "user_hash": HASH});
        for keys in [&[][..], &[Key { id: 1, secret: "" }]] {
            let checked = check(Mode::Required, keys, settings.as_object().unwrap(), NOW);
            assert_eq!(checked.verdict, Verdict::Refused(Refusal::HashInvalid));
        }
        assert_eq!(user_hash("", SUBJECT), None);
    }

    #[test]
    fn modes_are_written_and_read() {
        for mode in [Mode::Off, Mode::Report, Mode::Required] {
            assert_eq!(Mode::parse(mode.as_str()), Some(mode));
        }
        assert_eq!(Mode::parse("REQUIRED"), None);
    }

    #[test]
    fn debug_keeps_secrets_to_itself() {
        assert!(!format!("{:?}", KEYS[0]).contains("old secret"));
    }

    proptest! {
        #[test]
        fn the_proof_of_one_person_proves_no_other(a in "[a-z]{1,9}", b in "[a-z]{1,9}", secret in ".{1,30}") {
            let hash = user_hash(&secret, &a).unwrap();
            let keys = [Key { id: 1, secret: &secret }];
            let settings = json!({"user_id": b, "user_hash": hash});
            let verdict = check(Mode::Required, &keys, settings.as_object().unwrap(), NOW).verdict;
            prop_assert_eq!(verdict == Verdict::Proven { key: 1 }, a == b);
        }
    }
}
