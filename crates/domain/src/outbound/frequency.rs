//! How often one person gets the same message. The browser keeps what it showed; of leads and users the server knows as
//! well, so that another browser does not begin anew.

/// How often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frequency {
    /// Once.
    #[default]
    Once,
    /// Once a visit; only the browser knows what a visit is.
    EveryVisit,
    /// Again after this many days.
    EveryDays(u16),
    /// Once a visit, until the person did something with it: clicked, dismissed or replied.
    UntilInteraction,
}

/// What was shown to a person before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// When last; `None` for never.
    pub last_at: Option<i64>,
    /// Whether they ever did something with it.
    pub interacted: bool,
}

/// A day in seconds.
const DAY: i64 = 86_400;
/// Most days.
pub const DAYS: u16 = 365;

impl Frequency {
    /// Reads the word, and the days that belong to `every_days`.
    pub fn parse(word: &str, days: Option<i64>) -> Result<Self, FrequencyError> {
        Ok(match word {
            "once" => Self::Once,
            "every_visit" => Self::EveryVisit,
            "until_interaction" => Self::UntilInteraction,
            "every_days" => {
                let days =
                    days.and_then(|days| u16::try_from(days).ok()).filter(|days| (1..=DAYS).contains(days));
                Self::EveryDays(days.ok_or(FrequencyError::Days)?)
            }
            _ => return Err(FrequencyError::Word),
        })
    }

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::EveryVisit => "every_visit",
            Self::EveryDays(_) => "every_days",
            Self::UntilInteraction => "until_interaction",
        }
    }

    /// The days of `every_days`.
    pub fn days(self) -> Option<u16> {
        match self {
            Self::EveryDays(days) => Some(days),
            _ => None,
        }
    }

    /// Whether somebody may get it again.
    pub fn allows(self, before: History, now: i64) -> bool {
        let Some(last_at) = before.last_at else { return true };
        match self {
            Self::Once => false,
            Self::EveryVisit => true,
            Self::EveryDays(days) => now - last_at >= i64::from(days) * DAY,
            Self::UntilInteraction => !before.interacted,
        }
    }
}

/// Why something is no frequency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrequencyError {
    /// Not one of the words.
    #[error("must be once, every_visit, every_days or until_interaction")]
    Word,
    /// Without the number of days, or with too many.
    #[error("must be a number of days from 1 to {DAYS}")]
    Days,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{DAY, Frequency, FrequencyError, History};

    #[rstest]
    #[case(Frequency::Once, None, false, true)]
    #[case(Frequency::Once, Some(0), false, false)]
    #[case(Frequency::EveryVisit, Some(0), true, true)]
    #[case(Frequency::EveryDays(2), Some(0), true, false)]
    #[case(Frequency::EveryDays(1), Some(0), true, true)]
    #[case(Frequency::UntilInteraction, Some(0), false, true)]
    #[case(Frequency::UntilInteraction, Some(0), true, false)]
    fn who_may_get_it_again(
        #[case] frequency: Frequency,
        #[case] last_at: Option<i64>,
        #[case] interacted: bool,
        #[case] allowed: bool,
    ) {
        assert_eq!(frequency.allows(History { last_at, interacted }, DAY), allowed);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for frequency in
            [Frequency::Once, Frequency::EveryVisit, Frequency::EveryDays(30), Frequency::UntilInteraction]
        {
            assert_eq!(Frequency::parse(frequency.as_str(), frequency.days().map(i64::from)), Ok(frequency));
        }
        assert_eq!(Frequency::parse("daily", None), Err(FrequencyError::Word));
        for days in [None, Some(0), Some(-1), Some(366)] {
            assert_eq!(Frequency::parse("every_days", days), Err(FrequencyError::Days));
        }
    }
}
