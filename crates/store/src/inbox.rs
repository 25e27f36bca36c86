//! What the teammates' inbox lists.

use crate::Store;
use crate::changes::newest_seq;
use crate::conn::{row, rows};
use crate::error::Result;
use crate::people::contact;
use crate::threads::conversation_columns;
use crate::types::{Contact, Conversation};

/// Where a page of the list goes on: after the conversation changed then, with that id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Its `updated_at`.
    pub updated_at: i64,
    /// Its id.
    pub id: i64,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct InboxPage {
    /// Conversations with their people, the most recently changed first.
    pub rows: Vec<(Conversation, Contact)>,
    /// The next page, if there is one.
    pub next: Option<Cursor>,
    /// How many conversations are open in all.
    pub open_count: i64,
    /// Everything up to this change is in the answer.
    pub seq: i64,
}

impl Store {
    /// A workspace's conversations in a state, the most recently changed first.
    pub async fn inbox(
        &self,
        workspace_id: i64,
        state: &str,
        after: Option<Cursor>,
        limit: i64,
    ) -> Result<InboxPage> {
        let mut conn = self.reader().await?;
        let seq = newest_seq(&mut conn, workspace_id).await?;
        let after = after.unwrap_or(Cursor { updated_at: i64::MAX, id: i64::MAX });
        let mut found = rows!(
            &mut conn,
            Conversation,
            concat!(
                "SELECT ",
                conversation_columns!(),
                " FROM conversations c JOIN contacts p ON p.id = c.contact_id AND p.archived_at IS NULL \
                 WHERE c.workspace_id = $1 AND c.state = $2 AND NOT c.pending \
                 AND (c.updated_at < $3 OR (c.updated_at = $3 AND c.id < $4)) \
                 ORDER BY c.updated_at DESC, c.id DESC LIMIT $5"
            ),
            workspace_id,
            state,
            after.updated_at,
            after.id,
            limit + 1
        )?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        let next =
            found.last().filter(|_| more).map(|last| Cursor { updated_at: last.updated_at, id: last.id });
        let open = row!(
            &mut conn,
            (i64,),
            "SELECT count(*) FROM conversations c JOIN contacts p ON p.id = c.contact_id AND p.archived_at IS NULL \
             WHERE c.workspace_id = $1 AND c.state = 'open' AND NOT c.pending",
            workspace_id
        )?;
        let mut rows = Vec::with_capacity(found.len());
        for conversation in found {
            if let Some(person) = contact(&mut conn, workspace_id, &conversation.contact_id).await? {
                rows.push((conversation, person));
            }
        }
        Ok(InboxPage { rows, next, open_count: open.map_or(0, |(count,)| count), seq })
    }
}
