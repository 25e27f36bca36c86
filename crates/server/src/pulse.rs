//! What the Messenger shows of how the team answers: whose faces, and how soon (M§8.7). Every ping asks; the answer is made
//! from the first answers of a week and remembered for a minute.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use doorstep_domain::office_hours::{ReplyTime, Usually, median};
use doorstep_store::Store;

use crate::error::Answer;
use crate::workspace_settings::WorkspaceSettings;

/// How long first answers count, seconds.
const WEEK: i64 = 7 * 86_400;
/// How long an answer is remembered, seconds.
const REMEMBERED: i64 = 60;

/// How a team answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// Who gave the first answers, once for each.
    pub answered_by: Vec<i64>,
    /// The middle of how long they took, in seconds of office hours.
    pub median: Option<i64>,
}

/// The answers that are remembered, by workspace.
#[derive(Debug, Default)]
pub struct Pulse(Mutex<HashMap<i64, Remembered>>);

#[derive(Clone, Debug)]
struct Remembered {
    until: i64,
    /// The settings it was made with.
    hours: (String, String),
    beat: Arc<Beat>,
}

impl Pulse {
    /// How the team of a workspace answers.
    pub async fn of(
        &self,
        store: &Store,
        workspace_id: i64,
        settings: &WorkspaceSettings,
        now: i64,
    ) -> Answer<Arc<Beat>> {
        let hours = (settings.office_hours.clone(), settings.timezone.clone());
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&workspace_id).cloned();
        if let Some(known) = known
            && known.until > now
            && known.hours == hours
        {
            return Ok(known.beat);
        }
        let found = store.first_answers(workspace_id, now - WEEK).await?;
        let (office, zone) = (settings.hours(), settings.zone());
        let took = found.iter().map(|one| office.seconds_between(&zone, one.asked_at, one.answered_at));
        let beat = Arc::new(Beat {
            median: median(took.collect()),
            answered_by: found.iter().map(|one| one.admin_id).collect(),
        });
        let remembered = Remembered { until: now + REMEMBERED, hours, beat: Arc::clone(&beat) };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, one| one.until > now);
        all.insert(workspace_id, remembered);
        Ok(beat)
    }
}

impl Beat {
    /// What is said of the reply time: a word and, if the company says so, a number of hours.
    pub fn usually(&self, settings: &WorkspaceSettings) -> (&'static str, u32) {
        let said = match settings.usual_reply_time() {
            ReplyTime::Hours(hours) => return ("", hours),
            ReplyTime::Said(usually) => Some(usually),
            ReplyTime::Unsaid => None,
            ReplyTime::Dynamic => {
                self.median.and_then(|median| Usually::of(median, settings.hours().day_seconds()))
            }
        };
        (said.map_or("", Usually::as_str), 0)
    }
}
