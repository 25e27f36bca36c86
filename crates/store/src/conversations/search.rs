//! Listing and searching conversations (S§2.5), by key, the most recently changed first.

use doorstep_domain::search::{Field, Query};

use super::{ConversationRecord, is_read};
use crate::Store;
use crate::conn::{Bind, rows_bound};
use crate::error::Result;
use crate::search_sql::{Holds, Place, Sql};

/// Which conversations.
#[derive(Clone, Debug)]
pub struct ConversationQuery {
    /// What must hold; all of them without.
    pub filter: Option<Query>,
    /// The least recently changed first.
    pub ascending: bool,
    /// Time of change and id of the last one before this page.
    pub after: Option<(i64, i64)>,
    /// Most conversations of the page.
    pub limit: i64,
}

/// Some conversations.
#[derive(Clone, Debug)]
pub struct ConversationPage {
    /// At most as many as asked for.
    pub conversations: Vec<ConversationRecord>,
    /// Whether there are more.
    pub more: bool,
    /// How many there are in all.
    pub total: i64,
}

impl Store {
    /// Conversations of people who are not archived.
    pub async fn search_conversations(
        &self,
        workspace_id: i64,
        query: &ConversationQuery,
    ) -> Result<ConversationPage> {
        let mut conn = self.reader().await?;
        let mut sql = Sql::new(place, workspace_id);
        sql.text.push_str(
            " FROM conversations c JOIN contacts k ON k.id = c.contact_id AND k.archived_at IS NULL",
        );
        sql.text.push_str(" WHERE c.workspace_id = $1");
        if let Some(filter) = &query.filter {
            sql.text.push_str(" AND ");
            sql.query(filter);
        }
        let count = format!("SELECT count(*){}", sql.text);
        let total = rows_bound!(&mut conn, (i64,), count, &sql.binds)?.first().map_or(0, |(count,)| *count);
        let (than, order) = if query.ascending { (">", "ASC") } else { ("<", "DESC") };
        if let Some((at, id)) = query.after {
            let (at, id) = (sql.bind(Bind::Int(at)), sql.bind(Bind::Int(id)));
            let beyond =
                format!(" AND (c.updated_at {than} {at} OR (c.updated_at = {at} AND c.id {than} {id}))");
            sql.text.push_str(&beyond);
        }
        let limit = sql.bind(Bind::Int(query.limit + 1));
        let text = format!(
            "SELECT c.*, {} AS is_read{} ORDER BY c.updated_at {order}, c.id {order} LIMIT {limit}",
            is_read!(),
            sql.text
        );
        let mut conversations = rows_bound!(&mut conn, ConversationRecord, text, &sql.binds)?;
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let more = conversations.len() > limit;
        conversations.truncate(limit);
        Ok(ConversationPage { conversations, more, total })
    }
}

fn place(field: &Field) -> Place {
    let name = match field {
        Field::Attribute(name) => return Place::Attribute(name.clone()),
        Field::Event(..) => return Place::Nowhere,
        Field::Own(name) => *name,
    };
    match name {
        "id" => Place::Column("c.id", Holds::Whole),
        "created_at" => Place::Column("c.created_at", Holds::Whole),
        "updated_at" => Place::Column("c.updated_at", Holds::Whole),
        "waiting_since" => Place::Column("c.waiting_since", Holds::Whole),
        "snoozed_until" => Place::Column("c.snoozed_until", Holds::Whole),
        "admin_assignee_id" => Place::Column("c.admin_assignee_id", Holds::Whole),
        "state" => Place::Column("c.state", Holds::Text),
        "open" => Place::Column("(c.state <> 'closed')", Holds::Bool),
        "read" => Place::Column(is_read!(), Holds::Bool),
        "contact_ids" | "source.author.id" => Place::Column("c.contact_id", Holds::Text),
        "source.author.type" => Place::Column("k.role", Holds::Text),
        "source.author.name" => Place::Column("k.name", Holds::Text),
        "source.author.email" => Place::Column("k.email_norm", Holds::Email),
        "source.id" => Place::Column("c.source_id", Holds::Whole),
        "source.type" => Place::Column("'conversation'", Holds::Text),
        "source.delivered_as" => Place::Column("'customer_initiated'", Holds::Text),
        "source.body" => Place::Words("(SELECT s.body FROM parts s WHERE s.id = c.source_id)"),
        _ => Place::Nowhere,
    }
}
