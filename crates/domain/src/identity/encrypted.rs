//! Encrypted mode (M§3.4): settings that the site's server encrypted, so that the page's readers do not see them. Base64 of
//! twelve bytes of nonce, the text and its tag; AES-256-GCM under the SHA-256 of the secret. Nobody without the secret can
//! make one, so what is inside is proven.

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{Key, Refusal};

const NONCE: usize = 12;

/// Decrypts settings; gives the key's id with them.
pub(super) fn read(keys: &[Key<'_>], text: &str) -> Result<(i64, Map<String, Value>), Refusal> {
    let bytes = STANDARD.decode(text.trim()).map_err(|_| Refusal::EncryptedInvalid)?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(Refusal::EncryptedInvalid)?;
    let nonce = Nonce::try_from(nonce).map_err(|_| Refusal::EncryptedInvalid)?;
    for key in keys.iter().filter(|key| !key.secret.is_empty()) {
        let cipher = Aes256Gcm::new(&Sha256::digest(key.secret.as_bytes()));
        if let Ok(plain) = cipher.decrypt(&nonce, sealed) {
            let says = serde_json::from_slice(&plain).map_err(|_| Refusal::EncryptedInvalid)?;
            return Ok((key.id, says));
        }
    }
    Err(Refusal::EncryptedInvalid)
}

/// What the site's server does; for tests and examples. `nonce` must never be used twice.
#[cfg(test)]
pub(crate) fn seal(secret: &str, nonce: [u8; NONCE], settings: &Value) -> String {
    let cipher = Aes256Gcm::new(&Sha256::digest(secret.as_bytes()));
    let sealed = cipher.encrypt(&Nonce::from(nonce), settings.to_string().as_bytes()).unwrap();
    STANDARD.encode([&nonce[..], &sealed].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const KEYS: [Key<'static>; 2] = [Key { id: 1, secret: "old" }, Key { id: 2, secret: "new" }];

    #[test]
    fn each_active_key_opens_and_no_other() {
        for (secret, key) in [("old", Some(1)), ("new", Some(2)), ("other", None), ("", None)] {
            let text = seal(secret, [7; NONCE], &json!({"user_id": "ada"}));
            let read = read(&KEYS, &text).ok();
            assert_eq!(read.as_ref().map(|(id, _)| *id), key);
            assert!(read.is_none_or(|(_, says)| Value::Object(says) == json!({"user_id": "ada"})));
        }
    }

    /// Made with Node's `crypto`: secret `key`, nonce of zeros.
    #[test]
    fn opens_what_another_program_sealed() {
        let known = "AAAAAAAAAAAAAAAAWgZS/5lNQUNqUbPMpii40wMP1F63X2ad/iE1Mfd12LHkWykgz9okTe/SeI1GQhGgXPK9MV+n8Xe2OE0=";
        let read = read(&[Key { id: 3, secret: "key" }], known).unwrap();
        assert_eq!(
            (read.0, Value::Object(read.1)),
            (3, json!({"user_id": "ada", "email": "ada@example.com"}))
        );
    }

    proptest! {
        #[test]
        fn anything_can_be_given(text in "[A-Za-z0-9+/]{0,80}={0,2}") {
            prop_assert!(read(&KEYS, &text).is_err());
        }
    }
}
