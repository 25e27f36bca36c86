//! When a conversation's rating is asked for, and what a person may still change of it (M§8.9). Not here: how it is stored
//! and shown.

/// How much must have been said, characters in all.
const CHARACTERS: usize = 250;
/// How long after the last message a close still asks, seconds.
const WEEK: i64 = 7 * 86_400;
/// Longest remark, characters.
pub const REMARK: usize = 2_000;

/// A conversation that a teammate has closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Whether a teammate has written to the person.
    pub answered: bool,
    /// Characters that both sides have written, notes left out.
    pub characters: usize,
    /// When the last message was written, Unix seconds.
    pub last_message_at: i64,
    /// When it was closed, Unix seconds.
    pub closed_at: i64,
    /// People of the customer's side.
    pub people: usize,
    /// Whether it was asked for before.
    pub asked_before: bool,
}

/// Whether the person is asked to rate it.
pub fn is_asked(closed: &Closed) -> bool {
    closed.answered
        && closed.characters > CHARACTERS
        && closed.closed_at - closed.last_message_at <= WEEK
        && closed.people == 1
        && !closed.asked_before
}

/// A rating as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rating {
    /// 1 (terrible) to 5 (amazing); `None` before the person has rated.
    pub score: Option<i64>,
    /// What they said about it.
    pub remark: Option<String>,
}

/// What a person says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// 1 to 5.
    pub score: Option<i64>,
    /// A remark; may be given with or after the score.
    pub remark: Option<String>,
}

/// Why it is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatingError {
    /// Neither a score nor a remark.
    #[error("give `rating`, `remark` or both")]
    Nothing,
    /// Not one of the five.
    #[error("`rating` must be a whole number from 1 to 5")]
    Score,
    /// Nothing to remark on.
    #[error("give a `rating` before the remark or with it")]
    NotRated,
    /// Too long.
    #[error("`remark` has more than 2000 characters")]
    Long,
    /// Final.
    #[error("this rating can no longer be changed because a remark has already been given")]
    Locked,
}

/// The rating after what the person says; `None` if that changes nothing, so that a repetition is harmless.
pub fn rate(rating: &Rating, given: &Given) -> Result<Option<Rating>, RatingError> {
    let remark = given.remark.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if given.score.is_none() && remark.is_none() {
        return Err(RatingError::Nothing);
    }
    if given.score.is_some_and(|score| !(1..=5).contains(&score)) {
        return Err(RatingError::Score);
    }
    if remark.is_some_and(|text| text.chars().count() > REMARK) {
        return Err(RatingError::Long);
    }
    let score = given.score.or(rating.score).ok_or(RatingError::NotRated)?;
    let after = Rating {
        score: Some(score),
        remark: remark.map(ToOwned::to_owned).or_else(|| rating.remark.clone()),
    };
    if after == *rating {
        return Ok(None);
    }
    if rating.remark.is_some() { Err(RatingError::Locked) } else { Ok(Some(after)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const USUAL: Closed = Closed {
        answered: true,
        characters: 251,
        last_message_at: 1_000,
        closed_at: 1_000 + WEEK,
        people: 1,
        asked_before: false,
    };

    #[rstest]
    #[case::usual(USUAL, true)]
    #[case::nobody_answered(Closed { answered: false, ..USUAL }, false)]
    #[case::little_was_said(Closed { characters: 250, ..USUAL }, false)]
    #[case::long_ago(Closed { closed_at: 1_001 + WEEK, ..USUAL }, false)]
    #[case::several_people(Closed { people: 2, ..USUAL }, false)]
    #[case::again(Closed { asked_before: true, ..USUAL }, false)]
    fn asks(#[case] closed: Closed, #[case] asked: bool) {
        assert_eq!(is_asked(&closed), asked);
    }

    fn rating(score: i64, remark: &str) -> Rating {
        Rating {
            score: (score > 0).then_some(score),
            remark: (!remark.is_empty()).then(|| remark.to_owned()),
        }
    }

    fn given(score: i64, remark: &str) -> Given {
        let Rating { score, remark } = rating(score, remark);
        Given { score, remark }
    }

    #[rstest]
    #[case::first(rating(0, ""), given(4, ""), Ok(Some(rating(4, ""))))]
    #[case::changed(rating(4, ""), given(2, ""), Ok(Some(rating(2, ""))))]
    #[case::repeated(rating(4, ""), given(4, ""), Ok(None))]
    #[case::remark(rating(4, ""), given(0, " Quick! "), Ok(Some(rating(4, "Quick!"))))]
    #[case::both(rating(0, ""), given(5, "Quick!"), Ok(Some(rating(5, "Quick!"))))]
    #[case::remark_repeated(rating(5, "Quick!"), given(0, "Quick!"), Ok(None))]
    #[case::locked(rating(5, "Quick!"), given(1, ""), Err(RatingError::Locked))]
    #[case::second_remark(rating(5, "Quick!"), given(0, "Slow!"), Err(RatingError::Locked))]
    #[case::unrated(rating(0, ""), given(0, "Quick!"), Err(RatingError::NotRated))]
    #[case::nothing(rating(0, ""), given(0, "  "), Err(RatingError::Nothing))]
    #[case::six(rating(0, ""), given(6, ""), Err(RatingError::Score))]
    fn rates(
        #[case] before: Rating,
        #[case] said: Given,
        #[case] after: Result<Option<Rating>, RatingError>,
    ) {
        assert_eq!(rate(&before, &said), after);
    }

    #[test]
    fn long_remarks_are_refused() {
        assert_eq!(rate(&rating(1, ""), &given(0, &"é".repeat(REMARK + 1))), Err(RatingError::Long));
        assert!(rate(&rating(1, ""), &given(0, &"é".repeat(REMARK))).is_ok());
    }

    proptest! {
        #[test]
        fn a_repetition_changes_nothing(score in 0_i64..7, remark in ".{0,4}", before in 0_i64..6, said in ".{0,2}") {
            let before = rating(before, if before == 0 { "" } else { said.trim() });
            let said = given(score, &remark);
            if let Ok(Some(after)) = rate(&before, &said) {
                prop_assert!(before.remark.is_none());
                prop_assert_eq!(rate(&after, &said), Ok(None));
            }
        }
    }
}
