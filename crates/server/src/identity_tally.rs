//! What came of identity verification, for `/metrics` and for `doorstep workspace verification`: numbers by site and
//! outcome, never about a person. Counted in memory and handed to the store once a minute, so that a ping stays a read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Mutex;

use doorstep_domain::identity::{Verdict, VerificationMode};
use doorstep_store::IdentityNews;

/// Most sites counted apart between two hand-overs; a flood of invented ones is counted as one.
const SITES: usize = 500;
/// Longest name of a site that is kept.
const NAME: usize = 253;

/// The numbers of one process.
#[derive(Debug, Default)]
pub struct IdentityTally(Mutex<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    /// Since the start, by mode and outcome.
    totals: BTreeMap<(&'static str, &'static str), u64>,
    /// Since the last hand-over, by workspace, site and outcome.
    waiting: BTreeMap<(i64, String, &'static str), i64>,
    keys: BTreeSet<i64>,
}

impl IdentityTally {
    /// A page has named a user.
    pub fn note(&self, workspace_id: i64, mode: VerificationMode, site: &str, verdict: Verdict) {
        let outcome = match verdict {
            Verdict::Anonymous => return,
            Verdict::Proven { .. } => "proven",
            Verdict::Unproven { reason } | Verdict::Refused(reason) => reason.as_str(),
        };
        let Ok(mut numbers) = self.0.lock() else { return };
        *numbers.totals.entry((mode.as_str(), outcome)).or_default() += 1;
        if let Verdict::Proven { key } = verdict {
            numbers.keys.insert(key);
        }
        let mut place = (workspace_id, site.chars().take(NAME).collect(), outcome);
        if numbers.waiting.len() >= SITES && !numbers.waiting.contains_key(&place) {
            "others".clone_into(&mut place.1);
        }
        *numbers.waiting.entry(place).or_default() += 1;
    }

    /// What has come since the last time; `None` if nothing has.
    pub fn take(&self) -> Option<IdentityNews> {
        let mut numbers = self.0.lock().ok()?;
        if numbers.waiting.is_empty() {
            return None;
        }
        let counts = std::mem::take(&mut numbers.waiting);
        let counts =
            counts.into_iter().map(|((workspace, site, outcome), pings)| (workspace, site, outcome, pings));
        Some(IdentityNews {
            counts: counts.collect(),
            used: std::mem::take(&mut numbers.keys).into_iter().collect(),
        })
    }

    /// Lines of `/metrics`.
    pub(crate) fn render(&self, text: &mut String) {
        text.push_str(
            "# HELP doorstep_identity_pings_total Pings that name a user, by what identity verification says.\n\
             # TYPE doorstep_identity_pings_total counter\n",
        );
        let Ok(numbers) = self.0.lock() else { return };
        for ((mode, outcome), count) in &numbers.totals {
            let _ = writeln!(
                text,
                "doorstep_identity_pings_total{{mode=\"{mode}\",outcome=\"{outcome}\"}} {count}"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use doorstep_domain::identity::Refusal;

    use super::*;

    #[test]
    fn counts_by_site_and_outcome_and_hands_over_once() {
        let tally = IdentityTally::default();
        let mode = VerificationMode::Report;
        tally.note(1, mode, "shop.example", Verdict::Proven { key: 7 });
        tally.note(1, mode, "shop.example", Verdict::Unproven { reason: Refusal::Missing });
        tally.note(1, mode, "shop.example", Verdict::Unproven { reason: Refusal::Missing });
        tally.note(1, mode, "shop.example", Verdict::Anonymous);
        let news = tally.take().unwrap();
        let shop = || "shop.example".to_owned();
        assert_eq!(news.counts, [(1, shop(), "missing", 2), (1, shop(), "proven", 1)]);
        assert_eq!(news.used, [7]);
        assert!(tally.take().is_none());
        let mut text = String::new();
        tally.render(&mut text);
        assert!(
            text.contains("doorstep_identity_pings_total{mode=\"report\",outcome=\"missing\"} 2\n"),
            "{text}"
        );
    }

    #[test]
    fn invented_sites_do_not_fill_the_memory() {
        let tally = IdentityTally::default();
        for number in 0..2000 {
            let site = format!("{number}.example");
            tally.note(1, VerificationMode::Off, &site, Verdict::Unproven { reason: Refusal::Missing });
        }
        let news = tally.take().unwrap();
        assert!(news.counts.len() <= SITES + 1);
        assert_eq!(news.counts.iter().map(|(.., pings)| pings).sum::<i64>(), 2000);
    }
}
