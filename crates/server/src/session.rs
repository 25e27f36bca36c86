//! Secrets: sessions of visitors and teammates, API tokens. 32 random bytes, shown as 43 characters of base64url,
//! stored as SHA-256 only. Not passwords: those have little entropy and go through `password.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// SHA-256 of a secret: what the database keeps.
pub type SecretHash = [u8; 32];

/// A fresh secret together with its hash. `Debug` shows neither.
#[derive(Clone)]
pub struct Secret {
    text: String,
    hash: SecretHash,
}

impl Secret {
    /// A new random secret.
    pub fn fresh() -> Self {
        let mut bytes = [0_u8; 32];
        rand::fill(&mut bytes[..]);
        let text = URL_SAFE_NO_PAD.encode(bytes);
        let hash = hash_of(&text);
        Self { text, hash }
    }

    /// The secret itself, to be given to its owner once.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What to store.
    pub fn hash(&self) -> SecretHash {
        self.hash
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The hash under which a secret given by a client would be stored. Any text is allowed: a wrong one is simply not found.
pub fn hash_of(text: &str) -> SecretHash {
    Sha256::digest(text.as_bytes()).into()
}

/// A random password or signing secret a person may have to type or paste: 24 characters of base64url (144 bits).
pub fn readable_secret() -> String {
    let mut bytes = [0_u8; 18];
    rand::fill(&mut bytes[..]);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_hash_to_what_is_looked_up() {
        let (a, b) = (Secret::fresh(), Secret::fresh());
        assert_ne!(a.text(), b.text());
        assert_eq!(a.text().len(), 43);
        assert_eq!(hash_of(a.text()), a.hash());
        assert!(!format!("{a:?}").contains(a.text()));
    }
}
