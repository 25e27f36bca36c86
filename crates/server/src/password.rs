//! Passwords of teammates: argon2id with the library's recommended cost, off the async threads. Not for random secrets
//! (`session.rs`), whose entropy needs no slow hash.

use std::sync::OnceLock;

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

/// Shortest password a teammate may have, in characters.
pub const SHORTEST: usize = 10;
/// Longest password that is hashed, in bytes: a bound on the work one request can cause.
pub const LONGEST: usize = 1024;

/// Hashing failed: practically out of memory, or the blocking pool is gone.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct PasswordError(String);

/// Hashes a password into a PHC string.
pub async fn hash(password: String) -> Result<String, PasswordError> {
    tokio::task::spawn_blocking(move || hash_now(&password))
        .await
        .map_err(|error| PasswordError(error.to_string()))?
}

fn hash_now(password: &str) -> Result<String, PasswordError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| PasswordError(error.to_string()))
}

/// Whether `password` belongs to `stored`. Without a stored hash (an unknown email) the same work is done against a
/// hash of nothing, and the answer is `false`: the two cases take the same time.
pub async fn verify(password: String, stored: Option<String>) -> Result<bool, PasswordError> {
    tokio::task::spawn_blocking(move || {
        let known = stored.is_some();
        let hash = match stored {
            Some(hash) => hash,
            None => decoy()?.to_owned(),
        };
        let matches = Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok();
        Ok(matches && known)
    })
    .await
    .map_err(|error| PasswordError(error.to_string()))?
}

/// A hash nobody's password has, made once.
fn decoy() -> Result<&'static str, PasswordError> {
    static DECOY: OnceLock<String> = OnceLock::new();
    if let Some(hash) = DECOY.get() {
        return Ok(hash);
    }
    let hash = hash_now(&crate::session::readable_secret())?;
    Ok(DECOY.get_or_init(|| hash))
}

/// Why a chosen password is refused, if it is.
pub fn refusal(password: &str) -> Option<String> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(format!("the password has {length} characters; choose at least {SHORTEST}"));
    }
    if password.len() > LONGEST {
        return Some(format!("the password has {} bytes; choose at most {LONGEST}", password.len()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_others_are_not() {
        let stored = hash("correct horse".to_owned()).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!verify("wrong horse".to_owned(), Some(stored)).await.unwrap());
        assert!(!verify("correct horse".to_owned(), None).await.unwrap());
    }

    #[test]
    fn short_and_huge_passwords_are_refused() {
        assert!(refusal("short").unwrap().contains("at least 10"));
        assert!(refusal(&"x".repeat(2000)).is_some());
        assert_eq!(refusal("long enough"), None);
    }
}
