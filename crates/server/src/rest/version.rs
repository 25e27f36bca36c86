//! `Intercom-Version`: which edition of the API a call speaks (S§1.0).

use axum::http::HeaderMap;

use super::{Answer, RestError};

/// A 2.x version by its second number, 10 to 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u8);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "2.{}", self.0)
    }
}

impl Version {
    /// The oldest spoken.
    pub const OLDEST: Self = Self(10);
    /// The last that has assignment rules run by call.
    pub const V2_11: Self = Self(11);
    /// `find_by_external_id` and `block`.
    pub const V2_14: Self = Self(14);
    /// `emails`, notes of companies.
    pub const V2_15: Self = Self(15);
    /// 410 after a merge, duplicates only, `email_verified`, `merge_history`.
    pub const V2_16: Self = Self(16);
    /// What a call without the header speaks: the version the official clients are generated from (S§8.1).
    pub const DEFAULT: Self = Self::V2_14;

    /// All that are spoken, as the header names them.
    pub fn all() -> impl Iterator<Item = String> {
        (Self::OLDEST.0..=Self::V2_16.0).map(|minor| Self(minor).to_string())
    }

    /// Reads the header.
    pub fn of(headers: &HeaderMap) -> Answer<Self> {
        let Some(value) = headers.get("intercom-version") else { return Ok(Self::DEFAULT) };
        Self::parse(value.to_str().unwrap_or_default().trim()).ok_or_else(|| {
            RestError::version_invalid("Intercom-Version must be 2.10 to 2.16, or be left out for 2.14")
        })
    }

    /// Reads a version's name.
    pub fn parse(text: &str) -> Option<Self> {
        if ["Preview", "Unstable"].contains(&text) {
            return Some(Self::V2_16);
        }
        let number = text.strip_prefix("2.").and_then(|minor| minor.parse().ok()).map(Self);
        number.filter(|version| (Self::OLDEST..=Self::V2_16).contains(version))
    }

    /// Its name.
    pub fn name(self) -> String {
        format!("2.{}", self.0)
    }

    /// Refuses a call that came with a later version.
    pub fn needs(self, since: Self) -> Answer<()> {
        if self >= since { Ok(()) } else { Err(Self::lacking()) }
    }

    /// Refuses a call that went with a later version.
    pub fn ends(self, last: Self) -> Answer<()> {
        if self <= last { Ok(()) } else { Err(Self::lacking()) }
    }

    fn lacking() -> RestError {
        RestError::version_invalid("Requested resource is not available in current API version.")
    }
}
