//! All rate limits, in one place. Each limit is a bucket per key (visitor, session, network address, email) that
//! refills steadily. Kept in this process's memory: with several nodes each counts for itself.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::AppError;
use crate::session::SecretHash;

/// How many of what in how long. 0 switches a limit off.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Rate limits (0 switches one off)")]
pub struct LimitArgs {
    /// Messages one visitor may send in a minute.
    #[arg(long, env = "DOORSTEP_LIMIT_MESSAGES", default_value_t = 60, value_name = "PER_MINUTE")]
    pub limit_messages: u32,
    /// Other Messenger calls (ping, thread, read, …) one visitor or session may make in a minute.
    #[arg(long, env = "DOORSTEP_LIMIT_CALLS", default_value_t = 240, value_name = "PER_MINUTE")]
    pub limit_calls: u32,
    /// Files one visitor, session or teammate may upload in a minute.
    #[arg(long, env = "DOORSTEP_LIMIT_UPLOADS", default_value_t = 60, value_name = "PER_MINUTE")]
    pub limit_uploads: u32,
    /// Messenger calls and socket connections one network address may make in a minute; many people can share one.
    #[arg(long, env = "DOORSTEP_LIMIT_ADDRESS", default_value_t = 1200, value_name = "PER_MINUTE")]
    pub limit_address: u32,
    /// Attempts to log in to the inbox, per network address and email, in a minute.
    #[arg(long, env = "DOORSTEP_LIMIT_LOG_IN", default_value_t = 10, value_name = "PER_MINUTE")]
    pub limit_log_in: u32,
    /// REST calls one API token may make in a minute, counted in windows of ten seconds.
    #[arg(long, env = "DOORSTEP_LIMIT_REST", default_value_t = 10_000, value_name = "PER_MINUTE")]
    pub limit_rest: u32,
}

impl Default for LimitArgs {
    fn default() -> Self {
        Self {
            limit_messages: 60,
            limit_calls: 240,
            limit_uploads: 60,
            limit_address: 1200,
            limit_log_in: 10,
            limit_rest: 10_000,
        }
    }
}

/// One limit.
struct Limit<K: Hash + Eq + Clone>(Option<DefaultKeyedRateLimiter<K>>);

impl<K: Hash + Eq + Clone> Limit<K> {
    fn per_minute(count: u32) -> Self {
        Self(NonZeroU32::new(count).map(|count| RateLimiter::keyed(Quota::per_minute(count))))
    }

    fn check(&self, key: &K) -> Result<(), AppError> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(key).map_err(|refusal| {
            let wait = refusal.wait_time_from(DefaultClock::default().now());
            AppError::rate_limited(whole_seconds(wait))
        })
    }

    fn forget_idle(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Who is counted in the Messenger: the session if there is one, else the visitor id. SHA-256 of it, so that keys have
/// one size and no secret stays in memory.
pub type CallerKey = SecretHash;

/// Every limit of the process.
pub struct Limits {
    messages: Limit<CallerKey>,
    calls: Limit<CallerKey>,
    uploads: Limit<CallerKey>,
    address: Limit<String>,
    log_in: Limit<(String, String)>,
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limits")
    }
}

impl Limits {
    /// Empty buckets for these limits.
    pub fn new(args: &LimitArgs) -> Self {
        Self {
            messages: Limit::per_minute(args.limit_messages),
            calls: Limit::per_minute(args.limit_calls),
            uploads: Limit::per_minute(args.limit_uploads),
            address: Limit::per_minute(args.limit_address),
            log_in: Limit::per_minute(args.limit_log_in),
        }
    }

    /// One message of this caller.
    pub fn message(&self, caller: &CallerKey) -> Result<(), AppError> {
        self.messages.check(caller)
    }

    /// One other Messenger call of this caller.
    pub fn call(&self, caller: &CallerKey) -> Result<(), AppError> {
        self.calls.check(caller)
    }

    /// One file of this caller.
    pub fn upload(&self, caller: &CallerKey) -> Result<(), AppError> {
        self.uploads.check(caller)
    }

    /// Any Messenger call or socket of this network address.
    pub fn address(&self, address: &str) -> Result<(), AppError> {
        self.address.check(&address.to_owned())
    }

    /// One attempt to log in.
    pub fn log_in(&self, address: &str, email: &str) -> Result<(), AppError> {
        self.log_in.check(&(address.to_owned(), email.to_lowercase()))
    }

    /// Drops buckets that are full again; called now and then, so that memory follows the traffic.
    pub fn forget_idle(&self) {
        self.messages.forget_idle();
        self.calls.forget_idle();
        self.uploads.forget_idle();
        self.address.forget_idle();
        self.log_in.forget_idle();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_bucket_refuses_with_the_wait_and_zero_means_no_limit() {
        let limits = Limits::new(&LimitArgs { limit_log_in: 2, limit_messages: 0, ..LimitArgs::default() });
        assert!(limits.log_in("192.0.2.1", "ada@example.com").is_ok());
        assert!(limits.log_in("192.0.2.1", "ADA@example.com").is_ok());
        let refusal = limits.log_in("192.0.2.1", "ada@example.com").unwrap_err();
        assert_eq!(refusal.code, "rate_limit_exceeded");
        assert!(refusal.retry_after.is_some_and(|seconds| (1..=30).contains(&seconds)));
        assert!(limits.log_in("192.0.2.2", "ada@example.com").is_ok());
        for _ in 0..1000 {
            assert!(limits.message(&[0; 32]).is_ok());
        }
    }
}
