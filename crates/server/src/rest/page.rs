//! Pages of lists: `per_page` and `starting_after`, in the query or, for searches, in the body's `pagination`; either is
//! read everywhere (S§1.4, S§9). Some lists are counted by `page`, which [`Asked::numbered`] reads (S§8.2). A cursor is opaque: base64url of a JSON array.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_domain::edit::Edit;
use serde::Deserialize;
use serde_json::{Value, json};

use super::description::Shape::{Object, Text, Whole, Word};
use super::description::{Field, Param, Schema, key};
use super::fields::Fields;
use super::{Answer, RestError};

/// Most entries of a page.
const MOST: i64 = 150;

/// Longest cursor.
const CURSOR: usize = 1000;

/// The query's part of a page.
pub(super) const PER_PAGE: Param = Param::number("per_page", 1, MOST, "Most entries of the page.");
/// The query's other part.
pub(super) const STARTING_AFTER: Param =
    Param::text("starting_after", "The cursor from `pages.next` of the page before.");
/// Archived ones too.
pub(super) const INCLUDE_ARCHIVED: Param =
    Param::flag("include_archived", "Beyond Intercom: archived ones too.");

/// A search's part of a page.
pub(super) const PAGINATION: Field = Field::object(
    "pagination",
    &[
        Field::number("per_page", "Most entries of the page, 1 to 150."),
        Field::text_up_to("starting_after", CURSOR, "The cursor from `pages.next` of the page before."),
    ],
    "The page that is asked for.",
);

/// The number of a page, for clients that count.
pub(super) const PAGE: Param = Param::number("page", 1, DEEPEST, "The page's number, from 1.");

/// `pages` of a list.
pub(super) const PAGES: Schema = Schema::new(
    "cursor_pages",
    "Where a page stands in its list; `next` is absent on the last one.",
    &[
        key("type", Word(&["pages"])),
        key("page", Whole),
        key("per_page", Whole),
        key("total_pages", Whole),
        key("next", Object(&[key("page", Whole), key("starting_after", Text)])).optional(),
    ],
);

/// Entries that can be reached by a page's number.
const DEEPEST: i64 = 10_000;

/// `?per_page=&starting_after=`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct PageQuery {
    per_page: Option<String>,
    page: Option<String>,
    starting_after: Option<String>,
    /// Archived ones too.
    #[serde(default)]
    pub include_archived: Option<String>,
}

/// The page that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// Most entries.
    pub per_page: i64,
    /// Its number, from 1.
    pub page: i64,
    /// Sort value and id of the last entry before it.
    pub after: Option<(i64, String)>,
}

impl Asked {
    /// Reads the query, and the body's `pagination` before it.
    pub(super) fn read(query: &PageQuery, body: &Fields, default: i64) -> Answer<Self> {
        let pagination = body.object("pagination")?.unwrap_or_default();
        let per_page = match pagination.number("per_page")? {
            Edit::Set(number) => Some(number.to_string()),
            Edit::Keep | Edit::Clear => query.per_page.clone(),
        };
        let per_page = match per_page.filter(|text| !text.is_empty()) {
            None => default,
            Some(text) => {
                text.parse().ok().filter(|number| (1..=MOST).contains(number)).ok_or_else(|| {
                    RestError::parameter("per_page", format!("per_page must be a number from 1 to {MOST}"))
                })?
            }
        };
        let cursor = match pagination.text_up_to("starting_after", CURSOR)? {
            Edit::Set(cursor) => Some(cursor),
            Edit::Keep | Edit::Clear => query.starting_after.clone(),
        };
        let Some(cursor) = cursor.filter(|text| !text.is_empty()) else {
            return Ok(Self { per_page, page: 1, after: None });
        };
        let wrong = || {
            RestError::parameter(
                "starting_after",
                "starting_after must be a cursor from `pages.next` of an earlier answer",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(cursor.as_bytes()).map_err(|_| wrong())?;
        let (value, id, page): (i64, String, i64) = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        if id.contains('\0') {
            return Err(wrong());
        }
        Ok(Self { per_page, page: page.max(1), after: Some((value, id)) })
    }

    /// The same for lists whose clients count pages: without a cursor, `page` says how many come before.
    pub(super) fn numbered(query: &PageQuery, body: &Fields, default: i64) -> Answer<Self> {
        let mut asked = Self::read(query, body, default)?;
        if asked.after.is_none()
            && let Some(text) = query.page.as_ref().filter(|text| !text.is_empty())
        {
            asked.page = text
                .parse()
                .ok()
                .filter(|number| *number >= 1)
                .ok_or_else(|| RestError::parameter("page", "page must be a number from 1 on"))?;
            if asked.offset() > DEEPEST {
                let message =
                    format!("pages end after {DEEPEST} entries; go on with `pages.next.starting_after`");
                return Err(RestError::parameter("page", message));
            }
        }
        Ok(asked)
    }

    /// How many entries come before the page, where the cursor does not say it.
    pub(super) fn offset(&self) -> i64 {
        if self.after.is_some() { 0 } else { (self.page - 1).saturating_mul(self.per_page) }
    }

    /// The `pages` of an answer; `last` is the last entry's sort value and id, if there are more.
    pub(super) fn pages(&self, total: i64, last: Option<(i64, &str)>) -> Value {
        let total_pages = (total + self.per_page - 1) / self.per_page;
        let mut pages = json!({
            "type": "pages", "page": self.page, "per_page": self.per_page, "total_pages": total_pages,
        });
        if let Some((value, id)) = last {
            let page = self.page.saturating_add(1);
            let cursor = URL_SAFE_NO_PAD.encode(json!([value, id, page]).to_string());
            pages["next"] = json!({"page": page, "starting_after": cursor});
        }
        pages
    }
}
