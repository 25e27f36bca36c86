//! What a stretch of the change log is about, read in three statements instead of three a change: a teammate's socket hears
//! of every message of its workspace.

use std::collections::HashMap;

use crate::Store;
use crate::conn::rows;
use crate::error::Result;
use crate::people::contact_columns;
use crate::threads::{conversation_columns, part_columns, part_tables};
use crate::types::{Change, Contact, Conversation, Part};

/// The conversations and parts that changes name, as they are now, and the people of those conversations. What was deleted
/// meanwhile is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// By id.
    pub conversations: HashMap<i64, Conversation>,
    /// By id.
    pub contacts: HashMap<String, Contact>,
    /// New parts, by id.
    pub parts: HashMap<i64, Part>,
}

/// All changes of a commit that wrote nothing but usual messages (`messages/usual.rs`), and what they name: a socket that
/// has told everything before them need not read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// Each of a new part, in their order.
    pub changes: Vec<Change>,
    /// As the commit left it.
    pub scene: Scene,
}

/// What the changes name, each once.
macro_rules! named {
    ($column:literal) => {
        concat!(
            "SELECT DISTINCT h.",
            $column,
            " AS named FROM changes h WHERE h.workspace_id = $1 AND h.seq > $2 AND h.seq <= $3"
        )
    };
}

impl Store {
    /// What the changes after one number, up to and with another, are about.
    pub async fn scene(&self, workspace_id: i64, after: i64, up_to: i64) -> Result<Scene> {
        let mut conn = self.reader().await?;
        // `CROSS JOIN` has SQLite begin with the changes, and not read all of the workspace's rows where it does not know how
        // many there are.
        let conversations = rows!(
            &mut conn,
            Conversation,
            concat!(
                "SELECT ",
                conversation_columns!(),
                " FROM (",
                named!("conversation_id"),
                ") h CROSS JOIN conversations c WHERE c.id = h.named AND c.workspace_id = $1"
            ),
            workspace_id,
            after,
            up_to
        )?;
        let contacts = rows!(
            &mut conn,
            Contact,
            concat!(
                "SELECT ",
                contact_columns!(),
                " FROM (SELECT DISTINCT c.contact_id AS person FROM (",
                named!("conversation_id"),
                ") h CROSS JOIN conversations c WHERE c.id = h.named) p CROSS JOIN contacts k \
                 WHERE k.id = p.person AND k.workspace_id = $1 AND k.merged_into IS NULL"
            ),
            workspace_id,
            after,
            up_to
        )?;
        let parts = rows!(
            &mut conn,
            Part,
            concat!(
                "SELECT ",
                part_columns!(),
                " FROM (",
                named!("part_id"),
                " AND h.kind = 'part') h CROSS JOIN ",
                part_tables!(),
                " WHERE q.id = h.named AND q.workspace_id = $1"
            ),
            workspace_id,
            after,
            up_to
        )?;
        Ok(Scene {
            conversations: conversations.into_iter().map(|found| (found.id, found)).collect(),
            contacts: contacts.into_iter().map(|found| (found.id.clone(), found)).collect(),
            parts: parts.into_iter().map(|found| (found.id, found)).collect(),
        })
    }
}
