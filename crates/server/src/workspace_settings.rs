//! What a workspace shows, as it is stored: JSON text in the workspace's row. Unknown keys and wrong values fall back to
//! the defaults, so that an older server reads a newer one's row.

use doorstep_domain::events::KEYS;
use doorstep_domain::messenger_styles::{MessengerStyles, is_colour};
use doorstep_domain::office_hours::{OfficeHours, ReplyTime};
use doorstep_domain::trusted_domains::TrustedDomains;
use doorstep_protocol::messenger::{self as wire, EmailCollection};
use doorstep_protocol::talk::Office;
use serde::{Deserialize, Serialize};

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
pub struct WorkspaceSettings {
    /// Side of the launcher: `right` or `left`.
    pub alignment: String,
    /// Distance from the bottom, px.
    pub vertical_padding: u32,
    /// Distance from the side, px.
    pub horizontal_padding: u32,
    /// CSS colour of buttons.
    pub action_color: String,
    /// CSS colour behind the greeting.
    pub background_color: String,
    /// Looks under names, of which a page chooses one with `messenger_style_id`: JSON; empty for none.
    pub styles: String,
    /// Hides the launcher; the site has its own.
    pub hide_default_launcher: bool,
    /// Sets the visitor cookie at page load instead of at the first act.
    pub eager: bool,
    /// Home's first line; empty for the language's own.
    pub greeting: String,
    /// Home's second line.
    pub introduction: String,
    /// First line of a new conversation.
    pub team_intro: String,
    /// When the team replies, in the company's own words; empty for the language's own.
    pub reply_time: String,
    /// How soon that is: `dynamic` (as the team did in the last week), `minutes`, `hour`, `hours`, `day`, a number of hours,
    /// or `none` (M§8.7).
    pub expected_reply_time: String,
    /// When the team is there, by the clock of `timezone`: `mon-fri 09:00-17:00, sat 10:00-14:00`, or `always`.
    pub office_hours: String,
    /// Said for a while in place of all that: "Slower than usual this week".
    pub special_notice: String,
    /// Whether people are asked to rate conversations that were closed (M§8.9).
    pub conversation_ratings: bool,
    /// Language for those whose own the Messenger does not speak, such as `de` or `pt-BR`; empty for English.
    pub language: String,
    /// Whether a teammate's message makes a sound in the Messenger.
    pub sound: bool,
    /// When to ask for an email (P4).
    pub email_collection: EmailCollection,
    /// The sites the Messenger may appear on, with commas between them; any if empty (M§6.4).
    pub trusted_domains: String,
    /// Where days begin, such as `Europe/Berlin` (IANA); UTC if it is not known.
    pub timezone: String,
    /// How many metadata keys of an event are kept, 1 to 100; further ones are ignored (S§3.1).
    pub event_metadata_keys: u32,
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self {
            alignment: "right".to_owned(),
            vertical_padding: 20,
            horizontal_padding: 20,
            action_color: "#1f5fff".to_owned(),
            background_color: "#12245b".to_owned(),
            styles: String::new(),
            hide_default_launcher: false,
            eager: false,
            greeting: String::new(),
            introduction: String::new(),
            team_intro: String::new(),
            reply_time: String::new(),
            expected_reply_time: "dynamic".to_owned(),
            office_hours: OfficeHours::DEFAULT.to_owned(),
            special_notice: String::new(),
            conversation_ratings: true,
            language: String::new(),
            sound: true,
            email_collection: EmailCollection::AfterFirstMessage,
            trusted_domains: String::new(),
            timezone: "UTC".to_owned(),
            event_metadata_keys: 10,
        }
    }
}

impl WorkspaceSettings {
    /// Reads the stored text.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The text to store.
    pub fn text(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Refuses what cannot be shown: the setting's name and what would be right.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        self.check_values().map_err(|(key, right)| (key, right.to_owned()))?;
        MessengerStyles::parse(&self.styles).map(drop).map_err(|error| ("styles", error.to_string()))
    }

    fn check_values(&self) -> Result<(), (&'static str, &'static str)> {
        if !["left", "right"].contains(&self.alignment.as_str()) {
            return Err(("alignment", "use left or right"));
        }
        for (key, value) in
            [("action_color", &self.action_color), ("background_color", &self.background_color)]
        {
            if !is_colour(value) {
                return Err((key, "use a colour such as #2f6b46"));
            }
        }
        let tag = |text: &str| {
            text.split('-')
                .all(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
        };
        if !self.language.is_empty() && !tag(&self.language) {
            return Err(("language", "use a language tag such as de or pt-BR"));
        }
        if TrustedDomains::parse(&self.trusted_domains).is_err() {
            return Err((
                "trusted_domains",
                "use hosts such as example.com or *.example.com with commas between them; localhost cannot be listed",
            ));
        }
        if jiff::tz::TimeZone::get(&self.timezone).is_err() {
            return Err(("timezone", "use an IANA name such as Europe/Berlin"));
        }
        if OfficeHours::parse(&self.office_hours).is_err() {
            return Err((
                "office_hours",
                "use days and times in steps of half an hour, such as mon-fri 09:00-17:00, sat 10:00-14:00, or always",
            ));
        }
        if ReplyTime::parse(&self.expected_reply_time).is_none() {
            return Err((
                "expected_reply_time",
                "use dynamic, minutes, hour, hours, day, none, or a number of hours up to 720",
            ));
        }
        if !(1..=100).contains(&self.event_metadata_keys) {
            return Err(("event_metadata_keys", "use a number from 1 to 100"));
        }
        Ok(())
    }

    /// How many metadata keys of an event are kept.
    pub fn metadata_keys(&self) -> usize {
        usize::try_from(self.event_metadata_keys).unwrap_or(KEYS).clamp(1, 100)
    }

    /// The sites the Messenger may appear on.
    pub fn trusted(&self) -> TrustedDomains {
        TrustedDomains::parse(&self.trusted_domains).unwrap_or_default()
    }

    /// Looks under names.
    pub fn messenger_styles(&self) -> MessengerStyles {
        MessengerStyles::parse(&self.styles).unwrap_or_default()
    }

    /// Where days begin.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.timezone).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// When the team is there.
    pub fn hours(&self) -> OfficeHours {
        OfficeHours::parse(&self.office_hours).unwrap_or_default()
    }

    /// How soon it says that it replies.
    pub fn usual_reply_time(&self) -> ReplyTime {
        ReplyTime::parse(&self.expected_reply_time).unwrap_or_default()
    }

    /// Whether a first message needs an email at this time (P4).
    pub fn needs_email(&self, now: i64) -> bool {
        match self.email_collection {
            EmailCollection::RequiredAlways => true,
            EmailCollection::RequiredOutsideOfficeHours => self.hours().at(&self.zone(), now).away,
            EmailCollection::AfterFirstMessage | EmailCollection::Never => false,
        }
    }

    /// What the Messenger is told. `usually` is how soon the team replies, in a word or in hours.
    pub fn shown(
        self,
        name: String,
        team: Vec<wire::Author>,
        usually: (&str, u32),
        now: i64,
    ) -> wire::Workspace {
        let presence = self.hours().at(&self.zone(), now);
        let office = Office {
            notice: self.special_notice,
            reply_time: self.reply_time,
            usually: usually.0.to_owned(),
            hours: usually.1,
            away: presence.away,
            changes: presence.changes,
        };
        wire::Workspace {
            name,
            // Nothing to say is said by nothing, so that no Messenger looks for words for it.
            office: if office == Office::default() {
                String::new()
            } else {
                serde_json::json!(office).to_string()
            },
            greeting: self.greeting,
            introduction: self.introduction,
            team_intro: self.team_intro,
            language: self.language,
            action_color: self.action_color,
            background_color: self.background_color,
            email_collection: self.email_collection,
            team,
            sound: self.sound,
        }
    }
}
