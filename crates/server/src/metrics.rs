//! The counters behind `/metrics`, in Prometheus' text format. A handful of numbers needs no metrics library; whoever
//! wants histograms puts a proxy in front.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::identity_tally::IdentityTally;

/// Counters of one process. All methods can be called from anywhere.
#[derive(Debug, Default)]
pub struct Metrics {
    messenger_sockets: AtomicI64,
    inbox_sockets: AtomicI64,
    messages_accepted: AtomicU64,
    replies_accepted: AtomicU64,
    /// Number of answers by HTTP status. A map behind a lock: one short update a request.
    answers: Mutex<BTreeMap<u16, u64>>,
    /// What came of identity verification.
    pub identity: IdentityTally,
}

/// Whose socket is counted.
#[derive(Clone, Copy, Debug)]
pub enum SocketKind {
    /// A visitor's.
    Messenger,
    /// A teammate's.
    Inbox,
}

/// Counts a socket as open until dropped.
#[derive(Debug)]
pub struct OpenSocket<'a>(&'a AtomicI64);

impl Drop for OpenSocket<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// Counts a socket as open for as long as the answer lives.
    pub fn socket(&self, kind: SocketKind) -> OpenSocket<'_> {
        let gauge = match kind {
            SocketKind::Messenger => &self.messenger_sockets,
            SocketKind::Inbox => &self.inbox_sockets,
        };
        gauge.fetch_add(1, Ordering::Relaxed);
        OpenSocket(gauge)
    }

    /// A visitor's message was stored (repetitions are not counted).
    pub fn message_accepted(&self) {
        self.messages_accepted.fetch_add(1, Ordering::Relaxed);
    }

    /// A teammate's reply was stored.
    pub fn reply_accepted(&self) {
        self.replies_accepted.fetch_add(1, Ordering::Relaxed);
    }

    /// An HTTP answer went out.
    pub fn answered(&self, status: u16) {
        if let Ok(mut answers) = self.answers.lock() {
            *answers.entry(status).or_default() += 1;
        }
    }

    /// The text of `/metrics`.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let gauges = [("messenger", &self.messenger_sockets), ("inbox", &self.inbox_sockets)];
        text.push_str("# HELP doorstep_sockets Open WebSockets.\n# TYPE doorstep_sockets gauge\n");
        for (kind, value) in gauges {
            let _ = writeln!(text, "doorstep_sockets{{kind=\"{kind}\"}} {}", value.load(Ordering::Relaxed));
        }
        text.push_str(
            "# HELP doorstep_messages_total Messages stored.\n# TYPE doorstep_messages_total counter\n",
        );
        let counters = [("contact", &self.messages_accepted), ("admin", &self.replies_accepted)];
        for (author, value) in counters {
            let _ = writeln!(
                text,
                "doorstep_messages_total{{author=\"{author}\"}} {}",
                value.load(Ordering::Relaxed)
            );
        }
        self.identity.render(&mut text);
        text.push_str("# HELP doorstep_http_answers_total HTTP answers by status.\n");
        text.push_str("# TYPE doorstep_http_answers_total counter\n");
        if let Ok(answers) = self.answers.lock() {
            for (status, count) in answers.iter() {
                let _ = writeln!(text, "doorstep_http_answers_total{{status=\"{status}\"}} {count}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_rendered() {
        let metrics = Metrics::default();
        let socket = metrics.socket(SocketKind::Inbox);
        metrics.message_accepted();
        metrics.answered(200);
        metrics.answered(200);
        let text = metrics.render();
        assert!(text.contains("doorstep_sockets{kind=\"inbox\"} 1\n"));
        assert!(text.contains("doorstep_messages_total{author=\"contact\"} 1\n"));
        assert!(text.contains("doorstep_http_answers_total{status=\"200\"} 2\n"));
        drop(socket);
        assert!(metrics.render().contains("doorstep_sockets{kind=\"inbox\"} 0\n"));
    }
}
