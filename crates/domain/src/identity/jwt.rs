//! `intercom_user_jwt` (M§6.2): claims about a user, signed by the site's server with HS256.
//!
//! Read by hand: of the many kinds of token there is exactly one here, so that no header can choose another algorithm, and
//! the crates for it bring RSA and elliptic curves (or a C library) for the kinds that are refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::hash::key_of;
use super::{Key, Refusal};

/// How far the clocks of two servers may differ, seconds.
const SKEW: f64 = 60.0;
/// Claims about the token, not about the person (RFC 7519, 4.1).
const ABOUT_THE_TOKEN: [&str; 7] = ["aud", "exp", "iat", "iss", "jti", "nbf", "sub"];

/// A token that is right.
#[derive(Debug, PartialEq)]
pub(super) struct Token {
    /// The key it was signed with.
    pub(super) key: i64,
    /// What it says about the person; `user_id` is among it.
    pub(super) says: Map<String, Value>,
    /// Whether it was right once and its time is over.
    pub(super) expired: bool,
}

/// Reads a token that one of the keys signed. An expired one is read, too: the caller decides what it is good for.
pub(super) fn read(keys: &[Key<'_>], text: &str, now: i64) -> Result<Token, Refusal> {
    let (signed, signature) = text.rsplit_once('.').ok_or(Refusal::JwtInvalid)?;
    let (header, claims) = signed.split_once('.').ok_or(Refusal::JwtInvalid)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refusal::JwtInvalid)?;
    // The signature before anything is read.
    let key = key_of(keys, signed.as_bytes(), &signature).ok_or(Refusal::JwtInvalid)?;
    let header = object(header)?;
    let extensions = header.contains_key("crit");
    if header.get("alg").and_then(Value::as_str) != Some("HS256") || extensions {
        return Err(Refusal::JwtInvalid);
    }
    let mut says = object(claims)?;
    let time = |name: &str| match says.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or(Refusal::JwtInvalid),
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds are exact for 285 million years")]
    let now = now as f64;
    let (until, from) = (time("exp")?, time("nbf")?);
    if from.is_some_and(|from| now + SKEW < from) {
        return Err(Refusal::JwtNotYet);
    }
    for name in ABOUT_THE_TOKEN {
        says.remove(name);
    }
    Ok(Token { key, says, expired: until.is_some_and(|until| now - SKEW >= until) })
}

fn object(part: &str) -> Result<Map<String, Value>, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::JwtInvalid)?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::JwtInvalid)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::identity::testing::{NOW, sign};

    const KEYS: [Key<'static>; 2] = [Key { id: 1, secret: "old" }, Key { id: 2, secret: "new" }];

    fn token(claims: &Value) -> String {
        sign("new", &json!({"alg": "HS256", "typ": "JWT"}), claims)
    }

    #[test]
    fn a_token_made_elsewhere_is_read() {
        let known = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
                     eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.\
                     SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        let read = read(&[Key { id: 7, secret: "your-256-bit-secret" }], known, NOW).unwrap();
        assert_eq!((read.key, Value::Object(read.says)), (7, json!({"name": "John Doe"})));
    }

    #[rstest]
    #[case::no_end(json!({}), Ok(false))]
    #[case::null_is_no_end(json!({"exp": null}), Ok(false))]
    #[case::still_good(json!({"exp": NOW + 1}), Ok(false))]
    #[case::within_the_skew(json!({"exp": NOW - 59}), Ok(false))]
    #[case::over(json!({"exp": NOW - 60}), Ok(true))]
    #[case::fraction(json!({"exp": 1.5}), Ok(true))]
    #[case::end_in_words(json!({"exp": "tomorrow"}), Err(Refusal::JwtInvalid))]
    #[case::soon(json!({"nbf": NOW + 60}), Ok(false))]
    #[case::not_yet(json!({"nbf": NOW + 61}), Err(Refusal::JwtNotYet))]
    fn times(#[case] claims: Value, #[case] expected: Result<bool, Refusal>) {
        assert_eq!(read(&KEYS, &token(&claims), NOW).map(|token| token.expired), expected);
    }

    #[rstest]
    #[case::none(json!({"alg": "none"}))]
    #[case::other_size(json!({"alg": "HS512"}))]
    #[case::public_key(json!({"alg": "RS256"}))]
    #[case::missing(json!({"typ": "JWT"}))]
    #[case::extensions(json!({"alg": "HS256", "crit": ["b64"]}))]
    #[case::no_object(json!(["HS256"]))]
    fn other_algorithms_are_refused_even_when_signed(#[case] header: Value) {
        assert_eq!(read(&KEYS, &sign("new", &header, &json!({})), NOW), Err(Refusal::JwtInvalid));
    }

    #[test]
    fn each_active_key_will_do_and_no_other() {
        for (secret, key) in [("old", Some(1)), ("new", Some(2)), ("other", None)] {
            let text = sign(secret, &json!({"alg": "HS256"}), &json!({"user_id": "ada"}));
            assert_eq!(read(&KEYS, &text, NOW).ok().map(|token| token.key), key);
        }
        let unsigned = sign("", &json!({"alg": "HS256"}), &json!({}));
        assert!(read(&[Key { id: 1, secret: "" }], &unsigned, NOW).is_err());
    }

    proptest! {
        #[test]
        fn a_changed_token_is_refused(at in 0_usize..200, to in "[A-Za-z0-9_.-]") {
            let text = token(&json!({"user_id": "ada", "exp": NOW + 60}));
            let at = at % text.len();
            let mut changed = text.clone();
            changed.replace_range(at..=at, &to);
            // Base64 has spare bits in its last letter, which are refused as well.
            prop_assert_eq!(read(&KEYS, &changed, NOW).is_ok(), changed == text);
        }

        #[test]
        fn anything_can_be_given(text in ".{0,80}") {
            prop_assert!(read(&KEYS, &text, NOW).is_err());
        }
    }
}
