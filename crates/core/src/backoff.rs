//! How long to wait before trying again: doubling from one second to half a minute, with jitter, so that the clients
//! of a restarted server do not all come back in the same moment.

/// Longest wait, in milliseconds.
const LONGEST: u32 = 30_000;

/// Milliseconds before the attempt after `failures` failures: between half and all of 1 s, 2 s, 4 s, … 30 s.
pub(crate) fn delay_ms(failures: u32, random: u32) -> u32 {
    let doublings = failures.saturating_sub(1).min(5);
    let full = (1_000_u32 << doublings).min(LONGEST);
    let half = full / 2;
    half + random % (half + 1)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::delay_ms;

    #[rstest]
    #[case::first(1, 500, 1_000)]
    #[case::second(2, 1_000, 2_000)]
    #[case::sixth(6, 15_000, 30_000)]
    #[case::no_overflow(u32::MAX, 15_000, 30_000)]
    fn waits_between_half_and_all(#[case] failures: u32, #[case] least: u32, #[case] most: u32) {
        assert_eq!(delay_ms(failures, 0), least);
        for random in [1, 77, 12_345, u32::MAX] {
            let delay = delay_ms(failures, random);
            assert!((least..=most).contains(&delay), "{delay} is not within {least}..={most}");
        }
    }
}
