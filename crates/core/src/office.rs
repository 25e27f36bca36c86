//! Whether the team is there, and what is said of it: the server tells when that changes, so that a panel that is open for
//! hours says what is true (M§8.7). How the words read is the view's.

use crate::Timer;
use crate::messenger::Step;
use crate::model::Model;
use crate::view_model::Presence;

/// Until the team is back, seconds: at these the words change.
const STEPS: [i64; 5] = [3 * 3600, 2 * 3600, 3600, 1800, 0];

/// Longest wait for a change, seconds; browsers count no more than 24 days.
const LONGEST: i64 = 86_400;

impl Model {
    /// Whether nobody of the team is there, and when that changes.
    fn office(&self) -> (bool, Option<i64>) {
        let changes = &self.workspace.office_changes;
        let passed = changes.iter().take_while(|at| **at <= self.now).count();
        (self.workspace.away ^ (passed % 2 == 1), changes.get(passed).copied())
    }

    /// Whether nobody of the team is there.
    pub(crate) fn away(&self) -> bool {
        self.office().0
    }

    /// What is said of when the team answers.
    pub(crate) fn presence(&self) -> Presence {
        let from = &self.workspace;
        if !from.notice.is_empty() {
            return Presence::Own(from.notice.clone());
        }
        match self.office() {
            (true, Some(at)) => back(at, at - self.now),
            (true, None) => Presence::Away,
            (false, _) if !from.reply_time.is_empty() => Presence::Own(from.reply_time.clone()),
            (false, _) if from.usually_hours > 0 => Presence::Within(from.usually_hours),
            (false, _) if from.usually.is_empty() => Presence::Silent,
            (false, _) => Presence::Usually(from.usually.clone()),
        }
    }
}

/// Rounded up to half an hour, then to whole hours; the time itself from more than three hours on.
fn back(at: i64, left: i64) -> Presence {
    match left {
        ..=1800 => Presence::BackIn(30),
        1801..=10_800 => Presence::BackIn(u32::try_from((left + 3599) / 3600).unwrap_or_default() * 60),
        _ => Presence::BackAt(at),
    }
}

impl Step<'_> {
    /// While the panel is open: looks again when something else is to be said.
    pub(crate) fn want_office(&mut self) {
        let (away, change) = self.model.office();
        let Some(at) = change.filter(|_| self.model.open) else { return };
        let left = at - self.model.now;
        let step = STEPS.into_iter().find(|step| *step < left && (away || *step == 0)).unwrap_or_default();
        let due = at - step;
        if self.model.office_due != due {
            self.model.office_due = due;
            let wait = (left - step).min(LONGEST);
            self.set_timer(Timer::Office, u32::try_from(wait).unwrap_or_default() * 1_000);
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::five_minutes(300, Presence::BackIn(30))]
    #[case::half_an_hour(1800, Presence::BackIn(30))]
    #[case::a_little_more(1801, Presence::BackIn(60))]
    #[case::an_hour(3600, Presence::BackIn(60))]
    #[case::from_5_35_to_8(145 * 60, Presence::BackIn(180))]
    #[case::three_hours(3 * 3600, Presence::BackIn(180))]
    #[case::longer(3 * 3600 + 1, Presence::BackAt(9))]
    #[case::weekend(60 * 3600, Presence::BackAt(9))]
    fn rounds_up(#[case] left: i64, #[case] expected: Presence) {
        assert_eq!(back(9, left), expected);
    }
}
