//! Archiving, blocking and deleting contacts (S§1.5), and giving the archived ones back.

use doorstep_domain::topics::Topic;
use serde_json::json;

use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, rows};
use crate::contacts::ContactRecord;
use crate::contacts::read::record;
use crate::conversations;
use crate::error::{Error, Result};
use crate::merge::belongings;
use crate::participants;
use crate::people::told;
use crate::types::ChangeKind;

impl Store {
    /// Makes a contact and their conversations invisible until they come back, or visible again. Gives the contact;
    /// doing it twice is no failure.
    pub async fn archive_contact(
        &self,
        workspace_id: i64,
        id: String,
        archived: bool,
        now: i64,
    ) -> Result<ContactRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let found = live(conn, workspace_id, &id).await?;
                    if found.archived_at.is_some() != archived {
                        let at = archived.then_some(now);
                        execute!(
                            conn,
                            "UPDATE contacts SET archived_at = $2, updated_at = $3 WHERE id = $1",
                            &id,
                            at,
                            now
                        )?;
                        let topic = if archived { Topic::ContactArchived } else { Topic::ContactUnarchived };
                        announce(conn, News::contact(workspace_id, &id, now).topic(topic)).await?;
                        participants::tell_others(conn, workspace_id, &id, now).await?;
                    }
                    live(conn, workspace_id, &id).await
                })
            })
            .await
    }

    /// Archives a contact for good: their sessions end, and neither ping nor API makes them anew.
    pub async fn block_contact(&self, workspace_id: i64, id: String, now: i64) -> Result<ContactRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let before = live(conn, workspace_id, &id).await?;
                    execute!(
                        conn,
                        "UPDATE contacts SET blocked_at = coalesce(blocked_at, $2), \
                         archived_at = coalesce(archived_at, $2), updated_at = $2 WHERE id = $1",
                        &id,
                        now
                    )?;
                    let sql = "UPDATE messenger_sessions SET revoked_at = $2 WHERE contact_id = $1 AND revoked_at IS NULL";
                    execute!(conn, sql, &id, now)?;
                    told(conn, workspace_id, &id, ChangeKind::SessionEnded, now).await?;
                    let topic = before.archived_at.is_none().then_some(Topic::ContactArchived);
                    announce(conn, News::contact(workspace_id, &id, now).topic(topic)).await?;
                    participants::tell_others(conn, workspace_id, &id, now).await?;
                    live(conn, workspace_id, &id).await
                })
            })
            .await
    }

    /// Removes a contact, their conversations and what was merged into them. There is no way back.
    pub async fn delete_contact(&self, workspace_id: i64, id: String, now: i64) -> Result<ContactRecord> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let found = live(conn, workspace_id, &id).await?;
                    gone(conn, workspace_id, &found, now).await?;
                    Ok(found)
                })
            })
            .await
    }
}

/// Removes a contact, what belongs to them and what was merged into them, and says so. Gives how many rows of which table
/// went.
pub(super) async fn gone(
    conn: &mut Conn,
    workspace_id: i64,
    found: &ContactRecord,
    now: i64,
) -> Result<Vec<(&'static str, u64)>> {
    let mut counts = Vec::new();
    conversations::go_along(conn, workspace_id, &found.id, now).await?;
    for merged in merged_into(conn, workspace_id, &found.id).await? {
        counts.extend(belongings::delete_all(conn, &merged).await?);
        execute!(conn, "DELETE FROM contacts WHERE id = $1", &merged)?;
    }
    counts.extend(belongings::delete_all(conn, &found.id).await?);
    execute!(conn, "DELETE FROM contacts WHERE id = $1", &found.id)?;
    told(conn, workspace_id, &found.id, ChangeKind::SessionEnded, now).await?;
    let detail = json!({"external_id": found.external_id});
    let news = News::contact(workspace_id, &found.id, now);
    announce(conn, news.topic(Topic::ContactDeleted).detail(&detail)).await?;
    Ok(counts)
}

/// A contact that was not merged away; archived and blocked ones too.
pub(super) async fn live(conn: &mut Conn, workspace_id: i64, id: &str) -> Result<ContactRecord> {
    let found = record(conn, workspace_id, id).await?.filter(|found| found.merged_into.is_none());
    found.ok_or(Error::NotFound("contact"))
}

/// Everything that was merged into a contact, directly or not.
pub(super) async fn merged_into(conn: &mut Conn, workspace_id: i64, id: &str) -> Result<Vec<String>> {
    let (mut all, mut look) = (Vec::new(), vec![id.to_owned()]);
    while let Some(next) = look.pop() {
        let sql = "SELECT id FROM contacts WHERE workspace_id = $1 AND merged_into = $2";
        for (found,) in rows!(conn, (String,), sql, workspace_id, &next)? {
            look.push(found.clone());
            all.push(found);
        }
    }
    Ok(all)
}
