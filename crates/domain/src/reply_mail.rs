//! When a person is told by email that the team has replied (S§6.3): if they have not seen the reply in the Messenger for a
//! while, and one mail for what came together. A pure decision for one conversation; sending is not done here.

/// Seconds a reply waits to be seen, unless the workspace says otherwise.
pub const DELAY: i64 = 120;
/// The longest a workspace can let it wait, seconds.
pub const LONGEST_DELAY: i64 = 600;

/// A teammate's reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The part.
    pub part_id: i64,
    /// Written, Unix seconds.
    pub at: i64,
}

/// A conversation, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen<'a> {
    /// The teammates' replies, in any order.
    pub replies: &'a [Reply],
    /// The newest part the person has seen; who writes has seen what stands above.
    pub seen_up_to: i64,
    /// The newest part they were told of.
    pub told_up_to: i64,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing: all is seen or told.
    Nothing,
    /// Look again at this time, Unix seconds.
    At(i64),
    /// One mail with these parts, in their order.
    Now(Vec<i64>),
}

/// Decides. Each further reply starts the waiting again, so that a mail holds what came together; `delay` is held between 0
/// and [`LONGEST_DELAY`] seconds.
pub fn mail_due(conversation: Unseen<'_>, delay: i64, now: i64) -> Due {
    let known = conversation.seen_up_to.max(conversation.told_up_to);
    let waiting = || conversation.replies.iter().filter(|reply| reply.part_id > known);
    let Some(last) = waiting().map(|reply| reply.at).max() else { return Due::Nothing };
    let at = last.saturating_add(delay.clamp(0, LONGEST_DELAY));
    if now < at {
        return Due::At(at);
    }
    let mut parts: Vec<i64> = waiting().map(|reply| reply.part_id).collect();
    parts.sort_unstable();
    Due::Now(parts)
}
