//! What a stretch of the change log is about, read in three statements instead of three a change: a teammate's socket hears
//! of every message of its workspace.

use std::collections::HashMap;

use crate::Store;
use crate::conn::rows;
use crate::error::Result;
use crate::people::contact_columns;
use crate::threads::{conversation_columns, part_columns};
use crate::types::{Contact, Conversation, Part};

/// The conversations and parts that changes name, as they are now, and the people of those conversations. What was deleted
/// meanwhile is missing.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// By id.
    pub conversations: HashMap<i64, Conversation>,
    /// By id.
    pub contacts: HashMap<String, Contact>,
    /// New parts, by id.
    pub parts: HashMap<i64, Part>,
}

impl Store {
    /// What the changes after one number, up to and with another, are about.
    pub async fn scene(&self, workspace_id: i64, after: i64, up_to: i64) -> Result<Scene> {
        let mut conn = self.reader().await?;
        let conversations = rows!(
            &mut conn,
            Conversation,
            concat!(
                "SELECT ",
                conversation_columns!(),
                " FROM conversations c WHERE c.workspace_id = $1 AND c.id IN \
                 (SELECT h.conversation_id FROM changes h WHERE h.workspace_id = $1 AND h.seq > $2 AND h.seq <= $3)"
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
                " FROM contacts k WHERE k.workspace_id = $1 AND k.merged_into IS NULL AND k.id IN \
                 (SELECT c.contact_id FROM conversations c WHERE c.id IN \
                 (SELECT h.conversation_id FROM changes h WHERE h.workspace_id = $1 AND h.seq > $2 AND h.seq <= $3))"
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
                " FROM parts q WHERE q.workspace_id = $1 AND q.id IN (SELECT h.part_id FROM changes h \
                 WHERE h.workspace_id = $1 AND h.seq > $2 AND h.seq <= $3 AND h.kind = 'part')"
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
