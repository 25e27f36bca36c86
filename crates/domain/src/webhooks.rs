//! The rules of delivering webhooks (S§4.1): how a body is signed, what an answer means, when the next attempt is.
//! Not here: what a notification holds, and the sending itself; both are the server's.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;

/// How long a receiver may take for an answer (S§4.1).
pub const TIME_OUT: Duration = Duration::from_secs(5);
/// How long a notification is tried, seconds: three days.
pub const GIVES_UP: i64 = 3 * 24 * 3600;
/// A subscription that has had nothing but failures for this long is disabled, seconds: a week (S§4.1).
pub const SUSPENDED: i64 = 7 * 24 * 3600;

/// The wait before the first repetition, seconds (S§4.1).
const FIRST_WAIT: i64 = 60;
/// The longest wait, seconds.
const LONGEST_WAIT: i64 = 6 * 3600;
/// What `Retry-After` may ask for, seconds (S§4.1).
const THROTTLES: (i64, i64) = (60, 2 * 3600);

/// `X-Hub-Signature`: `sha1=` and the HMAC of the raw body in lower-case hex.
pub fn signature_sha1(secret: &str, body: &[u8]) -> String {
    format!("sha1={}", hex::encode(mac::<Hmac<Sha1>>(secret, body)))
}

/// `X-Hub-Signature-256`: the same with SHA-256.
pub fn signature_sha256(secret: &str, body: &[u8]) -> String {
    format!("sha256={}", hex::encode(mac::<Hmac<Sha256>>(secret, body)))
}

fn mac<M: Mac + KeyInit>(secret: &str, body: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length.
    M::new_from_slice(secret.as_bytes()).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(body);
            mac.finalize().into_bytes().to_vec()
        },
    )
}

/// What an answer, or none, means for the notification and its subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has arrived.
    Delivered,
    /// 410: the receiver wants no more; the subscription is disabled.
    Gone,
    /// 429: nothing is sent to this subscription for so many seconds.
    Throttled(i64),
    /// To be tried again.
    Failed,
}

/// Judges a status; `None` when there was no answer. `retry_after` is the header's seconds, for 429.
pub fn judge(status: Option<u16>, retry_after: Option<i64>) -> Verdict {
    match status {
        Some(200..=299) => Verdict::Delivered,
        Some(410) => Verdict::Gone,
        Some(429) => {
            let (least, most) = THROTTLES;
            Verdict::Throttled(retry_after.unwrap_or(least).clamp(least, most))
        }
        // Redirects are not followed: they would lead past the check of the address.
        _ => Verdict::Failed,
    }
}

/// Seconds until the attempt after `attempts` failed ones: a minute, then twice as long each time up to six hours, of
/// which `chance` (thousandths) takes away up to a half, so that many notifications that failed together do not come back
/// together.
pub fn wait_after(attempts: i64, chance: u16) -> i64 {
    if attempts <= 1 {
        return FIRST_WAIT;
    }
    let doublings = u32::try_from(attempts - 1).unwrap_or(u32::MAX).min(16);
    let wait = (FIRST_WAIT << doublings).min(LONGEST_WAIT);
    wait - wait * i64::from(chance.min(1000)) / 2000
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{GIVES_UP, Verdict, judge, signature_sha1, signature_sha256, wait_after};

    /// The vector of S§4.1.
    #[test]
    fn signatures() {
        let body = br#"{"type":"notification_event","app_id":"abc123","topic":"ping","data":{"type":"notification_event_data","item":{"type":"ping","message":"hello"}}}"#;
        assert_eq!(body.len(), 145);
        let secret = "test_client_secret";
        assert_eq!(signature_sha1(secret, body), "sha1=0ceaab6433ff538f2cbc2de5ef56c25b749a9c04");
        // RFC 4231, test case 2.
        assert_eq!(
            signature_sha256("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[rstest]
    #[case(Some(200), None, Verdict::Delivered)]
    #[case(Some(204), None, Verdict::Delivered)]
    #[case(Some(301), None, Verdict::Failed)]
    #[case(Some(307), None, Verdict::Failed)]
    #[case(Some(400), None, Verdict::Failed)]
    #[case(Some(404), None, Verdict::Failed)]
    #[case(Some(410), None, Verdict::Gone)]
    #[case(Some(429), None, Verdict::Throttled(60))]
    #[case(Some(429), Some(1), Verdict::Throttled(60))]
    #[case(Some(429), Some(600), Verdict::Throttled(600))]
    #[case(Some(429), Some(99_999), Verdict::Throttled(7200))]
    #[case(Some(503), Some(600), Verdict::Failed)]
    #[case(None, None, Verdict::Failed)]
    fn answers(#[case] status: Option<u16>, #[case] retry_after: Option<i64>, #[case] verdict: Verdict) {
        assert_eq!(judge(status, retry_after), verdict);
    }

    #[rstest]
    #[case(1, 900, 60)]
    #[case(2, 0, 120)]
    #[case(2, 500, 90)]
    #[case(3, 0, 240)]
    #[case(9, 0, 15_360)]
    #[case(10, 1000, 10_800)]
    #[case(10_000, 0, 21_600)]
    fn waits(#[case] attempts: i64, #[case] chance: u16, #[case] seconds: i64) {
        assert_eq!(wait_after(attempts, chance), seconds);
    }

    proptest! {
        #[test]
        fn waits_are_bounded_and_three_days_are_a_handful_of_attempts(chances in prop::collection::vec(0..=1000_u16, 64)) {
            let (mut at, mut attempts) = (0, 0_i64);
            for chance in chances {
                attempts += 1;
                let wait = wait_after(attempts, chance);
                prop_assert!((60..=21_600).contains(&wait));
                at += wait;
                if at > GIVES_UP {
                    break;
                }
            }
            prop_assert!(at > GIVES_UP && (12..=40).contains(&attempts), "{attempts} attempts in {at} s");
        }
    }
}
