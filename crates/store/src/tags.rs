//! Tags: one list of names a workspace, put on contacts here, on conversations and companies where those are. Names are one
//! whatever their case (S§3.4).
//!
//! Who adds another table that says what a tag is on, adds it to [`MEMBERSHIPS`].

use doorstep_domain::segments::mentions;
use doorstep_domain::topics::Topic;
use serde_json::json;

use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};
use crate::workspaces::taken;

/// What deletes a tag's memberships before the tag itself goes.
const MEMBERSHIPS: [&str; 3] = [
    "DELETE FROM contact_tags WHERE tag_id = $1",
    "DELETE FROM company_tags WHERE tag_id = $1",
    "DELETE FROM conversation_tags WHERE tag_id = $1",
];

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Tag {
    /// Id.
    pub id: i64,
    /// Name as it was first written, or renamed.
    pub name: String,
}

/// A tag on something.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AppliedTag {
    /// Id of the tag.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Since when.
    pub applied_at: i64,
    /// The teammate who put it there, if one did.
    pub applied_by: Option<i64>,
}

/// Which tag is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagRef {
    /// By id.
    Id(i64),
    /// By name, whatever its case.
    Name(String),
}

impl Store {
    /// All tags, by name.
    pub async fn tags(&self, workspace_id: i64) -> Result<Vec<Tag>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT id, name FROM tags WHERE workspace_id = $1 ORDER BY name_norm, id";
        Ok(rows!(&mut conn, Tag, sql, workspace_id)?)
    }

    /// One tag.
    pub async fn tag(&self, workspace_id: i64, id: i64) -> Result<Option<Tag>> {
        by_id(&mut self.reader().await?, workspace_id, id).await
    }

    /// The tag of a name, made if there is none.
    pub async fn create_tag(&self, workspace_id: i64, name: String, now: i64) -> Result<Tag> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move { find_or_make(conn, workspace_id, &name, now).await })
            })
            .await
    }

    /// Gives a tag another name. [`Error::NotFound`], [`Error::Conflict`] if another tag has it.
    pub async fn rename_tag(&self, workspace_id: i64, id: i64, name: String) -> Result<Tag> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let sql = "UPDATE tags SET name = $3, name_norm = $4 WHERE id = $1 AND workspace_id = $2";
                    let done = execute!(conn, sql, id, workspace_id, name.trim(), norm(&name));
                    done.map_err(taken("tag name"))?;
                    by_id(conn, workspace_id, id).await?.ok_or(Error::NotFound("tag"))
                })
            })
            .await
    }

    /// Removes a tag from everything and forgets it. [`Error::NotFound`]; [`Error::TagInUse`] when segments ask for it.
    pub async fn delete_tag(&self, workspace_id: i64, id: i64) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    by_id(conn, workspace_id, id).await?.ok_or(Error::NotFound("tag"))?;
                    let segments = segments_of(conn, workspace_id, id).await?;
                    if !segments.is_empty() {
                        return Err(Error::TagInUse(segments));
                    }
                    for sql in MEMBERSHIPS {
                        execute!(conn, sql, id)?;
                    }
                    execute!(conn, "DELETE FROM tags WHERE id = $1", id)?;
                    Ok(())
                })
            })
            .await
    }

    /// A contact's tags, the first put on first.
    pub async fn contact_tags(&self, contact_id: &str) -> Result<Vec<AppliedTag>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT t.id, t.name, c.applied_at, c.applied_by FROM contact_tags c JOIN tags t ON t.id = c.tag_id \
                   WHERE c.contact_id = $1 ORDER BY c.applied_at, t.id";
        Ok(rows!(&mut conn, AppliedTag, sql, contact_id)?)
    }

    /// Puts a tag on contacts; one that has it keeps it as it was. A name that is no tag's yet is made one. All or none:
    /// [`Error::NotFound`] if the tag or one of the contacts is not there.
    pub async fn tag_contacts(
        &self,
        workspace_id: i64,
        tag: TagRef,
        contacts: Vec<String>,
        applied_by: Option<i64>,
        now: i64,
    ) -> Result<AppliedTag> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let tag = match tag {
                        TagRef::Id(id) => {
                            by_id(conn, workspace_id, id).await?.ok_or(Error::NotFound("tag"))?
                        }
                        TagRef::Name(name) => find_or_make(conn, workspace_id, &name, now).await?,
                    };
                    let mut applied = AppliedTag { id: tag.id, name: tag.name, applied_at: now, applied_by };
                    for contact_id in &contacts {
                        if let Some(before) = on_contact(conn, workspace_id, contact_id, tag.id).await? {
                            applied = before;
                            continue;
                        }
                        execute!(
                            conn,
                            "INSERT INTO contact_tags (contact_id, tag_id, applied_at, applied_by) \
                             VALUES ($1, $2, $3, $4)",
                            contact_id,
                            tag.id,
                            now,
                            applied_by
                        )?;
                        tell(conn, workspace_id, contact_id, (applied.id, &applied.name), true, now).await?;
                    }
                    Ok(applied)
                })
            })
            .await
    }

    /// Takes a tag off contacts and gives it as it was on the last of them. All or none: [`Error::NotFound`] if the tag or
    /// one of the contacts is not there, or `strict` and a contact has no such tag.
    pub async fn untag_contacts(
        &self,
        workspace_id: i64,
        tag: TagRef,
        contacts: Vec<String>,
        strict: bool,
        now: i64,
    ) -> Result<AppliedTag> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let tag = find(conn, workspace_id, &tag).await?.ok_or(Error::NotFound("tag"))?;
                    let mut gone =
                        AppliedTag { id: tag.id, name: tag.name, applied_at: now, applied_by: None };
                    for contact_id in &contacts {
                        match on_contact(conn, workspace_id, contact_id, tag.id).await? {
                            Some(before) => gone = before,
                            None if strict => return Err(Error::NotFound("tag")),
                            None => continue,
                        }
                        let sql = "DELETE FROM contact_tags WHERE contact_id = $1 AND tag_id = $2";
                        execute!(conn, sql, contact_id, tag.id)?;
                        tell(conn, workspace_id, contact_id, (gone.id, &gone.name), false, now).await?;
                    }
                    Ok(gone)
                })
            })
            .await
    }
}

/// Names are compared so.
fn norm(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A tag by id.
pub(crate) async fn by_id(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<Option<Tag>> {
    let sql = "SELECT id, name FROM tags WHERE id = $1 AND workspace_id = $2";
    Ok(row!(conn, Tag, sql, id, workspace_id)?)
}

/// The tag that is meant.
pub(crate) async fn find(conn: &mut Conn, workspace_id: i64, tag: &TagRef) -> Result<Option<Tag>> {
    match tag {
        TagRef::Id(id) => by_id(conn, workspace_id, *id).await,
        TagRef::Name(name) => {
            let sql = "SELECT id, name FROM tags WHERE workspace_id = $1 AND name_norm = $2";
            Ok(row!(conn, Tag, sql, workspace_id, norm(name))?)
        }
    }
}

/// The tag of a name, made if there is none.
pub(crate) async fn find_or_make(conn: &mut Conn, workspace_id: i64, name: &str, now: i64) -> Result<Tag> {
    if let Some(found) = find(conn, workspace_id, &TagRef::Name(name.to_owned())).await? {
        return Ok(found);
    }
    let sql = "INSERT INTO tags (workspace_id, name, name_norm, created_at) VALUES ($1, $2, $3, $4) RETURNING id, name";
    let made = row!(conn, Tag, sql, workspace_id, name.trim(), norm(name), now)?;
    made.ok_or(Error::NotFound("workspace"))
}

/// The tag as it is on a contact of the workspace, if it is.
async fn on_contact(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    tag_id: i64,
) -> Result<Option<AppliedTag>> {
    let sql = "SELECT id FROM contacts WHERE id = $1 AND workspace_id = $2 AND merged_into IS NULL";
    row!(conn, (String,), sql, contact_id, workspace_id)?.ok_or(Error::NotFound("contact"))?;
    let sql = "SELECT t.id, t.name, c.applied_at, c.applied_by FROM contact_tags c JOIN tags t ON t.id = c.tag_id \
               WHERE c.contact_id = $1 AND c.tag_id = $2";
    Ok(row!(conn, AppliedTag, sql, contact_id, tag_id)?)
}

/// Names of the segments whose query asks for a tag.
async fn segments_of(conn: &mut Conn, workspace_id: i64, tag_id: i64) -> Result<Vec<String>> {
    let sql = "SELECT name, query FROM segments WHERE workspace_id = $1 AND query IS NOT NULL ORDER BY created_at, id";
    let all = rows!(conn, (String, String), sql, workspace_id)?;
    let asks = |query: &str| {
        serde_json::from_str(query).is_ok_and(|query| mentions(&query, "tag_id", &tag_id.to_string()))
    };
    Ok(all.into_iter().filter(|(_, query)| asks(query)).map(|(name, _)| name).collect())
}

/// A contact whose tags changed has changed.
async fn tell(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    (id, name): (i64, &str),
    is_on: bool,
    now: i64,
) -> Result<()> {
    let sql = "UPDATE contacts SET updated_at = $2 WHERE id = $1 RETURNING role";
    let is_user = row!(conn, (String,), sql, contact_id, now)?.is_some_and(|(role,)| role == "user");
    let topic = match (is_user, is_on) {
        (true, true) => Topic::ContactUserTagCreated,
        (true, false) => Topic::ContactUserTagDeleted,
        (false, true) => Topic::ContactLeadTagCreated,
        (false, false) => Topic::ContactLeadTagDeleted,
    };
    let tag = json!({"tag": {"type": "tag", "id": id.to_string(), "name": name}});
    announce(conn, News::contact(workspace_id, contact_id, now).topic(topic).detail(&tag)).await
}
