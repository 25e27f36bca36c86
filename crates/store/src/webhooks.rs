//! Webhooks: who wants to hear of what (`subscriptions.rs`), the queue of what is to be sent (`queue.rs`), and what became
//! of it (`log.rs`). What a notification holds and the sending are the server's; when it is tried again is
//! `doorstep_domain::webhooks`.
//!
//! The change log is the source. A cursor of each workspace (`workspaces.announced_seq`) says up to which change deliveries
//! have been queued; it moves in the transaction that queues them, so that nothing is lost or queued twice by however many
//! nodes. A delivery that is being sent is leased: a node that dies leaves it to be sent again.

mod log;
mod queue;
mod subscriptions;

use doorstep_domain::topics::Topic;

/// A subscription's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionState {
    /// Notifications are queued and sent.
    Active,
    /// Notifications are queued and wait.
    Paused,
    /// Nothing is queued: the receiver said 410, or failed for too long.
    Disabled,
}

impl SubscriptionState {
    /// The stored and spoken word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Paused, Self::Disabled].into_iter().find(|state| state.as_str() == text)
    }
}

/// How a subscriber wants to be told.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscriptionTerms {
    /// Where notifications are posted.
    pub url: String,
    /// Of what; `ping` is always meant.
    pub topics: Vec<Topic>,
    /// The key of the signatures. Not logged.
    pub secret: String,
    /// The API's version whose shapes the items have.
    pub api_version: String,
    /// Times of contacts as ISO 8601 texts, as Intercom has them in webhooks (S§4.2), not Unix seconds.
    pub iso_times: bool,
    /// Its state.
    pub state: SubscriptionState,
}

impl std::fmt::Debug for SubscriptionTerms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SubscriptionTerms").field("topics", &self.topics).finish_non_exhaustive()
    }
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Id.
    pub id: i64,
    /// Workspace.
    pub workspace_id: i64,
    /// How its subscriber wants to be told.
    pub terms: SubscriptionTerms,
    /// Why it is disabled.
    pub state_reason: Option<String>,
    /// Nothing is sent before (429).
    pub throttled_until: i64,
    /// Nothing has arrived since.
    pub failing_since: Option<i64>,
    /// Made.
    pub created_at: i64,
    /// Last changed.
    pub updated_at: i64,
}

/// A notification to queue.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// For whom.
    pub subscription_id: i64,
    /// Of which change; `None` for a ping.
    pub seq: Option<i64>,
    /// Its id in the envelope; `None` for a ping (S§4.2).
    pub notification_id: Option<String>,
    /// What it is about.
    pub topic: Topic,
    /// Whom; empty for nobody.
    pub contact_id: String,
    /// `data.item`, as JSON text.
    pub item: String,
    /// When it happened.
    pub created_at: i64,
}

/// A delivery as it is logged.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Delivery {
    /// Id.
    pub id: i64,
    /// For whom.
    pub subscription_id: i64,
    /// Of which change.
    pub seq: Option<i64>,
    /// Its id in the envelope.
    pub notification_id: Option<String>,
    /// What it is about.
    pub topic: String,
    /// `data.item`, as JSON text.
    pub item: String,
    /// `pending`, `delivered`, or `failed` for one that is tried no more.
    pub state: String,
    /// Attempts since it was queued.
    pub attempts: i64,
    /// When it is tried next.
    pub due_at: i64,
    /// First attempt.
    pub first_sent_at: Option<i64>,
    /// Delivered, or given up.
    pub ended_at: Option<i64>,
    /// When it happened.
    pub created_at: i64,
}

/// A delivery that is this node's to send until its lease ends.
#[derive(Clone, Debug)]
pub struct Due {
    /// The delivery.
    pub delivery: Delivery,
    /// For whom.
    pub subscription: Subscription,
    /// The public id of their workspace.
    pub app_id: String,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Attempt {
    /// When.
    pub attempted_at: i64,
    /// `delivered`, or what went wrong, in words.
    pub outcome: String,
    /// The answer's status.
    pub status: Option<i64>,
    /// How long it took, milliseconds.
    pub duration_ms: i64,
    /// The beginning of the answer's body.
    pub response: Option<String>,
}
