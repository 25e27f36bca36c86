//! Tags on conversations (S§2.3). The tags themselves are in `tags.rs`.

use doorstep_domain::topics::Topic;
use serde_json::json;

use super::{Actor, actions, light, record};
use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row};
use crate::error::{Error, Result};
use crate::messages::changed;
use crate::tags::AppliedTag;

/// A tag on a conversation.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ConversationTag {
    /// The tag, since when it is there, and who put it there.
    #[sqlx(flatten)]
    pub tag: AppliedTag,
    /// The newest part when it was put on.
    pub part_id: Option<i64>,
}

impl Store {
    /// Puts a tag on a conversation, or leaves the one that is there. [`Error::NotFound`] for the conversation, the `tag`
    /// or the teammate (`admin`).
    pub async fn tag_conversation(
        &self,
        workspace_id: i64,
        id: i64,
        tag_id: i64,
        admin_id: i64,
        now: i64,
    ) -> Result<ConversationTag> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    record(conn, workspace_id, id).await?;
                    let place = light(conn, workspace_id, id).await?;
                    actions::author(conn, &place, &Actor::Admin(admin_id)).await?;
                    known(conn, workspace_id, tag_id).await?;
                    let sql = "INSERT INTO conversation_tags (conversation_id, tag_id, workspace_id, part_id, applied_by, \
                               applied_at) VALUES ($1, $2, $3, (SELECT max(p.id) FROM parts p \
                               WHERE p.conversation_id = $1), $4, $5) ON CONFLICT (conversation_id, tag_id) DO NOTHING";
                    if execute!(conn, sql, id, tag_id, workspace_id, admin_id, now)? > 0 {
                        let applied = one(conn, id, tag_id).await?;
                        touched(conn, id, now).await?;
                        let tag = json!({"type": "tag", "id": tag_id.to_string(), "name": applied.tag.name});
                        let news = News::of(&place, now);
                        let news = news.within(id, applied.part_id).topic(Topic::ConversationPartTagCreated);
                        announce(conn, news.detail(&json!({"tag": tag}))).await?;
                    }
                    one(conn, id, tag_id).await
                })
            })
            .await
    }

    /// Takes a tag off a conversation, and gives it. [`Error::NotFound`] for the conversation, the teammate (`admin`) or
    /// the `tag`, also if it is not on it.
    pub async fn untag_conversation(
        &self,
        workspace_id: i64,
        id: i64,
        tag_id: i64,
        admin_id: i64,
        now: i64,
    ) -> Result<ConversationTag> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    record(conn, workspace_id, id).await?;
                    let place = light(conn, workspace_id, id).await?;
                    actions::author(conn, &place, &Actor::Admin(admin_id)).await?;
                    let found = one(conn, id, tag_id).await?;
                    let sql = "DELETE FROM conversation_tags WHERE conversation_id = $1 AND tag_id = $2";
                    execute!(conn, sql, id, tag_id)?;
                    touched(conn, id, now).await?;
                    changed(conn, &place, None, now).await?;
                    Ok(found)
                })
            })
            .await
    }
}

async fn touched(conn: &mut Conn, id: i64, now: i64) -> Result<()> {
    execute!(conn, "UPDATE conversations SET updated_at = $2 WHERE id = $1", id, now)?;
    Ok(())
}

async fn known(conn: &mut Conn, workspace_id: i64, tag_id: i64) -> Result<()> {
    let sql = "SELECT id FROM tags WHERE id = $1 AND workspace_id = $2";
    row!(conn, (i64,), sql, tag_id, workspace_id)?.map(drop).ok_or(Error::NotFound("tag"))
}

async fn one(conn: &mut Conn, id: i64, tag_id: i64) -> Result<ConversationTag> {
    let sql = "SELECT t.id, t.name, c.part_id, c.applied_at, c.applied_by FROM conversation_tags c \
               JOIN tags t ON t.id = c.tag_id WHERE c.conversation_id = $1 AND c.tag_id = $2";
    row!(conn, ConversationTag, sql, id, tag_id)?.ok_or(Error::NotFound("tag"))
}
