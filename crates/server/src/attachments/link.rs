//! Addresses of files. Whoever has one can fetch the file until its time is over: half an hour to thirty-five minutes, in
//! steps of five, so that a page that asks again soon gets the same address and the browser its own copy.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// How long an address is good at least, seconds (M§8.6).
const GOOD: i64 = 30 * 60;
/// Steps of the end.
const STEP: i64 = 5 * 60;

/// Makes and checks addresses. Cheap to copy.
#[derive(Clone)]
pub struct Links(Arc<[u8]>);

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links")
    }
}

impl Links {
    /// By this secret, the same on all nodes.
    pub fn new(secret: &[u8]) -> Self {
        Self(secret.into())
    }

    /// The path of a file's address, good for half an hour from `now`.
    pub fn path(&self, id: &str, name: &str, now: i64) -> String {
        let until = (now + GOOD + STEP - 1) / STEP * STEP;
        let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        format!("/attachments/{id}/{until}/{}/{}", self.signature(id, until), name.replace('+', "%20"))
    }

    /// Whether an address was made here.
    pub(super) fn is_ours(&self, id: &str, until: i64, signature: &str) -> bool {
        let Ok(given) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        self.mac(id, until).verify_slice(&given).is_ok()
    }

    fn signature(&self, id: &str, until: i64) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(id, until).finalize().into_bytes())
    }

    fn mac(&self, id: &str, until: i64) -> Hmac<Sha256> {
        // Any length does for HMAC.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).unwrap_or_else(|_| Hmac::new(&[0; 64].into()));
        mac.update(id.as_bytes());
        mac.update(b"/");
        mac.update(until.to_string().as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_good_for_half_an_hour_and_for_one_file() {
        let links = Links::new(b"secret");
        let now = 1_800_000_001;
        let path = links.path("a", "Über uns/1.pdf", now);
        let parts: Vec<&str> = path.split('/').collect();
        let ["", "attachments", "a", until, signature, name] = parts[..] else { panic!("{path}") };
        let until: i64 = until.parse().unwrap();
        assert!((now + GOOD..now + GOOD + STEP).contains(&until), "{until}");
        assert_eq!(name, "%C3%9Cber%20uns%2F1.pdf");
        assert!(links.is_ours("a", until, signature));
        assert!(!links.is_ours("b", until, signature));
        assert!(!links.is_ours("a", until + 1, signature));
        assert!(!links.is_ours("a", until, ""));
        assert!(!links.is_ours("a", until, "no base64!"));
        assert!(!Links::new(b"other").is_ours("a", until, signature));
        // Asked again at once, the address is the same.
        assert_eq!(links.path("a", "x", now), links.path("a", "x", now + 60));
    }
}
