//! `user_hash` (M§6.1): HMAC-SHA256, in hexadecimal, of the `user_id` or, without one, of the email.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::Key;

/// The hash a site's server has to compute; `None` for an empty secret, which would prove nothing.
pub fn user_hash(secret: &str, subject: &str) -> Option<String> {
    signature(secret, subject.as_bytes()).map(hex::encode)
}

/// The key under which the hash is right. Takes the same time whichever it is.
pub(super) fn key_of_hash(keys: &[Key<'_>], subject: &str, user_hash: &str) -> Option<i64> {
    key_of(keys, subject.as_bytes(), &hex::decode(user_hash).ok()?)
}

/// The key under which a text has this signature. Takes the same time whichever it is.
pub(super) fn key_of(keys: &[Key<'_>], text: &[u8], given: &[u8]) -> Option<i64> {
    let mut found = None;
    for key in keys {
        let fits = signature(key.secret, text).map_or(Choice::from(0), |right| right.ct_eq(given));
        if bool::from(fits) {
            found = Some(key.id);
        }
    }
    found
}

fn signature(secret: &str, text: &[u8]) -> Option<Vec<u8>> {
    if secret.is_empty() {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(text);
    Some(mac.finalize().into_bytes().to_vec())
}
