//! Whose faces the Messenger shows: up to three teammates who were first to answer new conversations in the last week,
//! filled up with others so that it is never blank (M§8.7).

/// Most faces.
const FACES: usize = 3;

/// A teammate as far as this is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Teammate {
    /// Their id.
    pub id: i64,
    /// Whether they are away.
    pub away: bool,
}

/// The ids of those to show. `answers` are the teammates who gave the first answers of the week, once for each answer;
/// `team` is everybody, the first ones first.
pub fn faces(answers: &[i64], team: &[Teammate]) -> Vec<i64> {
    let count = |id: i64| answers.iter().filter(|answer| **answer == id).count();
    let mut all: Vec<(std::cmp::Reverse<usize>, bool, i64)> = team
        .iter()
        .map(|teammate| {
            let answered = count(teammate.id);
            // Who is away is shown for what they did, not to fill a place.
            (std::cmp::Reverse(answered), answered == 0 && teammate.away, teammate.id)
        })
        .collect();
    all.sort_by_key(|(answered, filler_away, _)| (*answered, *filler_away));
    all.into_iter().take(FACES).map(|(.., id)| id).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::busiest_first(&[4, 3, 4], &[], &[4, 3, 1])]
    #[case::nobody_answered(&[], &[], &[1, 2, 3])]
    #[case::fillers_are_there(&[], &[1, 2], &[3, 4, 1])]
    #[case::who_answered_is_shown_away(&[2], &[2, 1], &[2, 3, 4])]
    #[case::who_left_is_not(&[9, 9, 2], &[], &[2, 1, 3])]
    fn shows(#[case] answers: &[i64], #[case] away: &[i64], #[case] expected: &[i64]) {
        let team: Vec<Teammate> = (1..=4).map(|id| Teammate { id, away: away.contains(&id) }).collect();
        assert_eq!(faces(answers, &team), expected);
    }

    #[test]
    fn a_small_team_is_shown_whole() {
        let one = [Teammate { id: 7, away: true }];
        assert_eq!(faces(&[], &one), [7]);
        assert!(faces(&[7], &[]).is_empty());
    }
}
