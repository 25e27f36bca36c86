//! Listing and searching conversations (S§2.5), by key, the most recently changed first.

use std::collections::HashMap;

use doorstep_domain::search::{Field, Query};

use super::{ConversationRecord, Participant, record_columns};
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
    /// Whose they are, by id.
    pub people: HashMap<String, Participant>,
    /// Whether there are more.
    pub more: bool,
    /// How many there are in all.
    pub total: i64,
}

#[derive(sqlx::FromRow)]
struct Counted {
    #[sqlx(flatten)]
    conversation: ConversationRecord,
    total: Option<i64>,
    person_role: String,
    person_external_id: Option<String>,
    person_name: Option<String>,
    person_email: Option<String>,
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
        sql.text.push_str(" WHERE c.workspace_id = $1 AND NOT c.pending");
        if let Some(filter) = &query.filter {
            sql.text.push_str(" AND ");
            sql.query(filter);
        }
        let counted = match &query.filter {
            Some(_) => format!("SELECT count(*){}", sql.text),
            None => ALL.to_owned(),
        };
        let asked = sql.binds.len();
        let (than, order) = if query.ascending { (">", "ASC") } else { ("<", "DESC") };
        if let Some((at, id)) = query.after {
            let (at, id) = (sql.bind(Bind::Int(at)), sql.bind(Bind::Int(id)));
            let beyond =
                format!(" AND (c.updated_at {than} {at} OR (c.updated_at = {at} AND c.id {than} {id}))");
            sql.text.push_str(&beyond);
        }
        let limit = sql.bind(Bind::Int(query.limit + 1));
        // Of all of them the number is soon had, and comes with the page.
        let total = if query.filter.is_none() { ALL } else { "SELECT CAST(NULL AS BIGINT)" };
        let text = format!(
            "SELECT {}, ({total}) AS total, k.role AS person_role, k.external_id AS person_external_id, \
             k.name AS person_name, k.email AS person_email{} ORDER BY c.updated_at {order}, c.id {order} LIMIT {limit}",
            record_columns!(),
            sql.text
        );
        let rows = rows_bound!(&mut conn, Counted, text, &sql.binds)?;
        let total = match rows.first().and_then(|row| row.total) {
            Some(total) => total,
            None => rows_bound!(&mut conn, (i64,), counted, &sql.binds[..asked])?
                .first()
                .map_or(0, |(count,)| *count),
        };
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        let mut page = ConversationPage {
            conversations: Vec::with_capacity(rows.len()),
            people: HashMap::new(),
            more,
            total,
        };
        for row in rows.into_iter().take(limit) {
            let person = Participant {
                id: row.conversation.contact_id.clone(),
                role: row.person_role,
                external_id: row.person_external_id,
                name: row.person_name,
                email: row.person_email,
            };
            page.people.insert(person.id.clone(), person);
            page.conversations.push(row.conversation);
        }
        Ok(page)
    }
}

/// How many there are in all: triggers keep the first of its numbers (migration 17), the second is read off an index.
const ALL: &str = "SELECT (SELECT conversation_count FROM workspaces WHERE id = $1) \
                   - (SELECT count(*) FROM contacts k JOIN conversations c ON c.contact_id = k.id AND NOT c.pending \
                   WHERE k.workspace_id = $1 AND k.archived_at IS NOT NULL)";
/// Whether the person of `c` has seen all of the team's messages.
const READ: &str = "(NOT EXISTS (SELECT 1 FROM parts u WHERE u.conversation_id = c.id AND u.author_kind = 'admin' \
                    AND u.shown AND u.id > c.read_by_contact))";
/// The median of the team's answers, as `record_columns!` has it.
const MEDIAN: &str = "(SELECT x.reply_seconds FROM (SELECT r.reply_seconds, count(*) OVER () AS many, \
                      row_number() OVER (ORDER BY r.reply_seconds) AS place FROM parts r \
                      WHERE r.conversation_id = c.id AND r.reply_seconds IS NOT NULL) x \
                      WHERE x.place = (x.many + 1) / 2)";
/// The teammate whose message a conversation began with.
macro_rules! sender {
    ($column:literal) => {
        concat!(
            "(SELECT m.",
            $column,
            " FROM parts s JOIN admins m ON CAST(m.id AS TEXT) = s.author_id WHERE s.id = c.source_id)"
        )
    };
}

fn place(field: &Field) -> Place {
    let name = match field {
        Field::Attribute(name) => {
            let values = "c.id IN (SELECT a.conversation_id FROM conversation_attribute_values a";
            return Place::Attribute(name.clone(), values);
        }
        Field::Event(..) => return Place::Nowhere,
        Field::Own(name) => *name,
    };
    if let Some(name) = name.strip_prefix("statistics.") {
        return statistic(name);
    }
    if let Some(name) = name.strip_prefix("conversation_rating.") {
        return rating(name);
    }
    match name {
        "id" => Place::Column("c.id", Holds::Whole),
        "created_at" => Place::Column("c.created_at", Holds::Whole),
        "updated_at" => Place::Column("c.updated_at", Holds::Whole),
        "waiting_since" => Place::Column("c.waiting_since", Holds::Whole),
        "snoozed_until" => Place::Column("c.snoozed_until", Holds::Whole),
        "admin_assignee_id" => Place::Column("c.admin_assignee_id", Holds::Whole),
        "team_assignee_id" => Place::Column("c.team_assignee_id", Holds::Whole),
        "state" => Place::Column("c.state", Holds::Text),
        "priority" => Place::Column("c.priority", Holds::Text),
        "open" => Place::Column("(c.state <> 'closed')", Holds::Bool),
        "read" => Place::Column(READ, Holds::Bool),
        "ai_agent_participated" => Place::Column("(1 = 0)", Holds::Bool),
        "contact_ids" => Place::Either {
            id: "c.id",
            of: [
                ("SELECT o.id FROM conversations o WHERE", "o.contact_id"),
                ("SELECT t.conversation_id FROM conversation_contacts t WHERE", "t.contact_id"),
            ],
        },
        "teammate_ids" => Place::Among {
            own: Some("CAST(c.admin_assignee_id AS TEXT)"),
            table: "SELECT 1 FROM parts t WHERE t.conversation_id = c.id AND t.author_kind = 'admin'",
            column: "t.author_id",
        },
        "tag_ids" => Place::Among {
            own: None,
            table: "SELECT 1 FROM conversation_tags t WHERE t.conversation_id = c.id",
            column: "CAST(t.tag_id AS TEXT)",
        },
        _ => source(name),
    }
}

/// The message it began with.
fn source(name: &str) -> Place {
    match name {
        "source.id" => Place::Column("coalesce(c.message_id, c.source_id)", Holds::Whole),
        "source.type" => Place::Column("c.source_type", Holds::Text),
        "source.delivered_as" => Place::Column("c.delivered_as", Holds::Text),
        "source.subject" => Place::Column("c.source_subject", Holds::Text),
        "source.url" => Place::Column("c.source_url", Holds::Text),
        "source.body" => Place::Words("(SELECT s.body FROM parts s WHERE s.id = c.source_id)"),
        "source.author.id" => {
            Place::Column("(SELECT s.author_id FROM parts s WHERE s.id = c.source_id)", Holds::Text)
        }
        "source.author.type" => Place::Column(
            "(CASE WHEN c.delivered_as = 'admin_initiated' THEN 'admin' ELSE k.role END)",
            Holds::Text,
        ),
        "source.author.name" => Place::Column(
            concat!(
                "(CASE WHEN c.delivered_as = 'admin_initiated' THEN ",
                sender!("name"),
                " ELSE k.name END)"
            ),
            Holds::Text,
        ),
        "source.author.email" => Place::Column(
            concat!(
                "(CASE WHEN c.delivered_as = 'admin_initiated' THEN ",
                sender!("email_norm"),
                " ELSE k.email_norm END)"
            ),
            Holds::Email,
        ),
        _ => Place::Nowhere,
    }
}

/// What its person says of it. Nothing is told of a rating that was not given yet but when it was asked for.
fn rating(name: &str) -> Place {
    match name {
        "requested_at" => Place::Column("c.rating_requested_at", Holds::Whole),
        "replied_at" => Place::Column("c.rating_replied_at", Holds::Whole),
        "score" => Place::Column("c.rating_score", Holds::Whole),
        "remark" => Place::Column("c.rating_remark", Holds::Text),
        "contact_id" => {
            Place::Column("(CASE WHEN c.rating_score IS NULL THEN NULL ELSE c.contact_id END)", Holds::Text)
        }
        _ => Place::Column("CAST(c.rating_admin_id AS TEXT)", Holds::Text),
    }
}

fn statistic(name: &str) -> Place {
    let column = match name {
        "time_to_assignment" => "(c.assigned_before_reply_at - c.first_replied_at)",
        "time_to_admin_reply" => "(c.first_admin_reply_at - c.first_replied_at)",
        "time_to_first_close" => "(c.first_close_at - coalesce(c.first_replied_at, c.created_at))",
        "time_to_last_close" => "(c.last_close_at - coalesce(c.first_replied_at, c.created_at))",
        "median_time_to_reply" => MEDIAN,
        "first_contact_reply_at" => "c.first_replied_at",
        "first_assignment_at" => "c.first_assignment_at",
        "first_admin_reply_at" => "c.first_admin_reply_at",
        "first_close_at" => "c.first_close_at",
        "last_assignment_at" => "c.last_assignment_at",
        "last_assignment_admin_reply_at" => "c.last_assignment_admin_reply_at",
        "last_contact_reply_at" => "c.last_contact_reply_at",
        "last_admin_reply_at" => "c.last_admin_reply_at",
        "last_close_at" => "c.last_close_at",
        "last_closed_by_id" => return Place::Column("CAST(c.last_closed_by_id AS TEXT)", Holds::Text),
        "count_reopens" => "c.count_reopens",
        "count_assignments" => "c.count_assignments",
        "count_conversation_parts" => "c.count_parts",
        _ => return Place::Nowhere,
    };
    Place::Column(column, Holds::Whole)
}
