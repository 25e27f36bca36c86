//! What conversations are shown with beside themselves: who takes part, who has answered, tags, the first message. Read for all of
//! a page at once, so that a list costs as many statements as one conversation.

use std::collections::{HashMap, HashSet};

use super::{ConversationRecord, ConversationTag, PartRecord};
use crate::Store;
use crate::conn::{Bind, Conn, rows_bound};
use crate::contacts::ContactRecord;
use crate::error::Result;
use crate::many::{pieces, values};

/// What stands around some conversations.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    others: HashMap<i64, Vec<String>>,
    teammates: HashMap<i64, Vec<i64>>,
    tags: HashMap<i64, Vec<ConversationTag>>,
    sources: HashMap<i64, PartRecord>,
    people: HashMap<String, ContactRecord>,
}

impl Surroundings {
    /// Contacts who take part beside the conversation's own person, the longest there first.
    pub fn others(&self, conversation_id: i64) -> &[String] {
        self.others.get(&conversation_id).map_or(&[], Vec::as_slice)
    }

    /// Teammates who have written in it, by id.
    pub fn teammates(&self, conversation_id: i64) -> &[i64] {
        self.teammates.get(&conversation_id).map_or(&[], Vec::as_slice)
    }

    /// The tags on it, the oldest first.
    pub fn tags(&self, conversation_id: i64) -> &[ConversationTag] {
        self.tags.get(&conversation_id).map_or(&[], Vec::as_slice)
    }

    /// The part it began with.
    pub fn source(&self, record: &ConversationRecord) -> Option<&PartRecord> {
        self.sources.get(&record.source_id?)
    }

    /// Its person, one of the others, or who wrote its first part; unless they were merged away or deleted meanwhile.
    pub fn person(&self, id: &str) -> Option<&ContactRecord> {
        self.people.get(id)
    }
}

#[derive(sqlx::FromRow)]
struct Applied {
    place: i64,
    #[sqlx(flatten)]
    tag: ConversationTag,
}

impl Store {
    /// What stands around these conversations of a workspace.
    pub async fn surroundings(
        &self,
        workspace_id: i64,
        records: &[ConversationRecord],
    ) -> Result<Surroundings> {
        let mut around = Surroundings::default();
        let conn = &mut self.reader().await?;
        for piece in pieces(records) {
            let ids = || piece.iter().map(|record| [record.id.into()]);
            let (rows, binds) = values(conn, ids());
            // A merge may have made one of them the conversation's own person.
            let sql = format!(
                "WITH m (place) AS ({rows}) SELECT m.place, p.contact_id FROM m \
                 CROSS JOIN conversation_contacts p JOIN conversations c ON c.id = p.conversation_id \
                 WHERE p.conversation_id = m.place AND p.contact_id <> c.contact_id ORDER BY p.added_at, p.contact_id"
            );
            for (place, id) in rows_bound!(&mut *conn, (i64, String), sql, &binds)? {
                around.others.entry(place).or_default().push(id);
            }
            let sql = format!(
                "WITH m (place) AS ({rows}) SELECT DISTINCT m.place, CAST(p.author_id AS BIGINT) FROM m \
                 CROSS JOIN parts p WHERE p.conversation_id = m.place AND p.author_kind = 'admin' ORDER BY 1, 2"
            );
            for (place, id) in rows_bound!(&mut *conn, (i64, i64), sql, &binds)? {
                around.teammates.entry(place).or_default().push(id);
            }
            let sql = format!(
                "WITH m (place) AS ({rows}) SELECT m.place, t.id, t.name, c.part_id, c.applied_at, c.applied_by \
                 FROM m CROSS JOIN conversation_tags c JOIN tags t ON t.id = c.tag_id \
                 WHERE c.conversation_id = m.place ORDER BY c.applied_at, t.id"
            );
            for Applied { place, tag } in rows_bound!(&mut *conn, Applied, sql, &binds)? {
                around.tags.entry(place).or_default().push(tag);
            }
        }
        read_sources(conn, workspace_id, records, &mut around).await?;
        read_people(conn, workspace_id, records, &mut around).await?;
        Ok(around)
    }
}

async fn read_sources(
    conn: &mut Conn,
    workspace_id: i64,
    records: &[ConversationRecord],
    around: &mut Surroundings,
) -> Result<()> {
    let ids: Vec<i64> = records.iter().filter_map(|record| record.source_id).collect();
    for piece in pieces(&ids) {
        let (rows, mut binds) = values(conn, piece.iter().map(|id| [(*id).into()]));
        binds.push(workspace_id.into());
        let sql = format!(
            "WITH m (part) AS ({rows}) SELECT p.* FROM m CROSS JOIN parts p \
             WHERE p.id = m.part AND p.workspace_id = ${}",
            binds.len()
        );
        let found = rows_bound!(&mut *conn, PartRecord, sql, &binds)?;
        around.sources.extend(found.into_iter().map(|part| (part.id, part)));
    }
    Ok(())
}

async fn read_people(
    conn: &mut Conn,
    workspace_id: i64,
    records: &[ConversationRecord],
    around: &mut Surroundings,
) -> Result<()> {
    let authors = around.sources.values().filter(|part| part.author_kind == "contact");
    let mut ids: HashSet<&str> = authors.map(|part| &*part.author_id).collect();
    ids.extend(records.iter().map(|record| &*record.contact_id));
    ids.extend(around.others.values().flatten().map(String::as_str));
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut people = HashMap::with_capacity(ids.len());
    for piece in pieces(&ids) {
        let (rows, mut binds) = values(conn, piece.iter().map(|id| [Bind::from(*id)]));
        binds.push(workspace_id.into());
        let sql = format!(
            "WITH m (person) AS ({rows}) SELECT k.* FROM m CROSS JOIN contacts k \
             WHERE k.id = m.person AND k.workspace_id = ${} AND k.merged_into IS NULL",
            binds.len()
        );
        let found = rows_bound!(&mut *conn, ContactRecord, sql, &binds)?;
        people.extend(found.into_iter().map(|contact| (contact.id.clone(), contact)));
    }
    around.people = people;
    Ok(())
}
