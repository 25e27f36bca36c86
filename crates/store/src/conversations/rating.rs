//! Conversations' ratings (M§8.9): asked for after a close, given by the person. When it is asked for and what may still be
//! changed is `doorstep_domain::rating`.

use doorstep_domain::message_html::plain;
use doorstep_domain::rating::{Closed, Given, Rating, RatingError, is_asked, rate};
use serde_json::json;

use super::people::others;
use crate::Store;
use crate::conn::{Conn, execute, rows};
use crate::error::{Error, Result};
use crate::messages::{Author, Extras, Text, add_part, of_person};
use crate::threads::conversation;
use crate::types::Conversation;

/// Parts that are looked at to see how much was said.
const PARTS: i64 = 300;

/// A rating as it is kept with its conversation. Times are Unix seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ConversationRating {
    /// When it was asked for; `None` if it was not.
    pub rating_requested_at: Option<i64>,
    /// 1 to 5.
    pub rating_score: Option<i64>,
    /// What the person said about it.
    pub rating_remark: Option<String>,
    /// When the person first rated.
    pub rating_replied_at: Option<i64>,
    /// When the person last changed it.
    pub rating_updated_at: Option<i64>,
    /// The teammate it is about: who wrote last.
    pub rating_admin_id: Option<i64>,
}

impl Store {
    /// Asks the person for a rating of a conversation that a teammate has just closed, if it is one that is asked about.
    /// Says whether it was.
    pub async fn ask_for_rating(&self, workspace_id: i64, id: i64, now: i64) -> Result<bool> {
        self.writer
            .run(workspace_id, move |conn| Box::pin(async move { ask(conn, workspace_id, id, now).await }))
            .await
    }

    /// The person rates a conversation of theirs, or says why. A repetition changes nothing. [`Error::NotFound`] if it is not
    /// theirs or they were not asked, [`Error::Rating`].
    pub async fn rate_conversation(
        &self,
        workspace_id: i64,
        contact_id: String,
        id: i64,
        given: Given,
        now: i64,
    ) -> Result<Conversation> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let place = of_person(conn, workspace_id, &contact_id, id).await?;
                    keep(conn, &place, &given, now).await?;
                    conversation(conn, workspace_id, id).await?.ok_or(Error::NotFound("conversation"))
                })
            })
            .await
    }
}

async fn ask(conn: &mut Conn, workspace_id: i64, id: i64, now: i64) -> Result<bool> {
    let place = conversation(conn, workspace_id, id).await?.ok_or(Error::NotFound("conversation"))?;
    if place.state != "closed" || place.rating.rating_requested_at.is_some() {
        return Ok(false);
    }
    let sql = "SELECT author_kind, author_id, body, created_at FROM parts WHERE conversation_id = $1 AND shown \
               ORDER BY id DESC LIMIT $2";
    let said = rows!(conn, (String, String, String, i64), sql, id, PARTS)?;
    let by = said.iter().find(|(kind, ..)| kind == "admin").and_then(|(_, id, ..)| id.parse::<i64>().ok());
    let closed = Closed {
        answered: by.is_some(),
        characters: said.iter().map(|(_, _, body, _)| plain(body).chars().count()).sum(),
        last_message_at: said.iter().map(|(.., at)| *at).max().unwrap_or(place.created_at),
        closed_at: now,
        people: 1 + others(conn, id).await?.len(),
        asked_before: false,
    };
    if !is_asked(&closed) {
        return Ok(false);
    }
    let sql = "UPDATE conversations SET rating_requested_at = $2, rating_admin_id = $3 WHERE id = $1";
    execute!(conn, sql, id, now, by)?;
    let extras = Extras { state: Some("closed"), ..Extras::default() };
    add_part(conn, &place, &Author::bot(), &Text::event("conversation_rating_requested", extras, now))
        .await?;
    Ok(true)
}

async fn keep(conn: &mut Conn, place: &Conversation, given: &Given, now: i64) -> Result<()> {
    let kept = &place.rating;
    if kept.rating_requested_at.is_none() {
        return Err(Error::NotFound("rating"));
    }
    let before = Rating { score: kept.rating_score, remark: kept.rating_remark.clone() };
    let Some(after) = rate(&before, given).map_err(Error::Rating)? else { return Ok(()) };
    let sql = "UPDATE conversations SET rating_score = $2, rating_remark = $3, rating_updated_at = $4, \
               rating_replied_at = coalesce(rating_replied_at, $4) WHERE id = $1";
    execute!(conn, sql, place.id, after.score, &after.remark, now)?;
    let author = Author { kind: "contact", id: place.contact_id.clone() };
    if after.score != before.score {
        let details = json!({"rating": {"rating": after.score, "remark": before.remark}}).to_string();
        tell(conn, place, &author, "conversation_rating_changed", &details, now).await?;
    }
    if after.remark != before.remark {
        let details = json!({"rating": {"rating": after.score, "remark": after.remark}}).to_string();
        tell(conn, place, &author, "conversation_rating_remark_added", &details, now).await?;
    }
    Ok(())
}

/// Leaves a part without words that says what was done; the conversation stays as it is.
async fn tell(
    conn: &mut Conn,
    place: &Conversation,
    author: &Author,
    part_type: &'static str,
    details: &str,
    now: i64,
) -> Result<()> {
    let extras = Extras { event_details: Some(details), ..Extras::default() };
    add_part(conn, place, author, &Text::event(part_type, extras, now)).await?;
    Ok(())
}

impl From<RatingError> for Error {
    fn from(error: RatingError) -> Self {
        Self::Rating(error)
    }
}
