//! What conversations are shown with beside themselves: who takes part, who has answered, tags, the first message. Read for all of
//! a page at once, so that a list costs as many statements as one conversation.

use std::collections::{HashMap, HashSet};

use super::{ConversationRecord, ConversationTag, PartRecord};
use crate::Store;
use crate::conn::{Bind, Conn, rows_bound};
use crate::error::Result;
use crate::many::{pieces, values};
use crate::tags::AppliedTag;

/// Somebody who takes part in a conversation or has written in it, as far as it shows them.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Participant {
    /// The contact's id.
    pub id: String,
    /// `user` or `lead`.
    pub role: String,
    /// The site's own id of them.
    pub external_id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Email, as it was written.
    pub email: Option<String>,
}

/// What stands around some conversations.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    others: HashMap<i64, Vec<String>>,
    teammates: HashMap<i64, Vec<i64>>,
    tags: HashMap<i64, Vec<ConversationTag>>,
    sources: HashMap<i64, PartRecord>,
    people: HashMap<String, Participant>,
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

    fn add(&mut self, found: Found) {
        let Found { place, kind, word, id, since, part_id, applied_by } = found;
        match &*kind {
            "other" => self.others.entry(place).or_default().push(word),
            "teammate" => self.teammates.entry(place).or_default().push(id),
            _ => {
                let tag = AppliedTag { id, name: word, applied_at: since, applied_by };
                self.tags.entry(place).or_default().push(ConversationTag { tag, part_id });
            }
        }
    }

    /// Its person, one of the others, or who wrote its first part; unless they were merged away or deleted meanwhile.
    pub fn person(&self, id: &str) -> Option<&Participant> {
        self.people.get(id)
    }
}

/// Somebody else who takes part in a conversation, a teammate who has written in it, or a tag on it.
#[derive(sqlx::FromRow)]
struct Found {
    place: i64,
    kind: String,
    /// A contact's id, or a tag's name.
    word: String,
    /// A teammate's or a tag's; 0 of a contact.
    id: i64,
    /// Since when; 0 of a teammate.
    since: i64,
    part_id: Option<i64>,
    applied_by: Option<i64>,
}

/// All kinds, of the conversations in `m`, each in its order. A merge may have made one of the others the conversation's own
/// person.
const FOUND: &str = "SELECT m.place, 'other' AS kind, p.contact_id AS word, CAST(0 AS BIGINT) AS id, \
    p.added_at AS since, CAST(NULL AS BIGINT) AS part_id, CAST(NULL AS BIGINT) AS applied_by FROM m \
    CROSS JOIN conversation_contacts p JOIN conversations c ON c.id = p.conversation_id \
    WHERE p.conversation_id = m.place AND p.contact_id <> c.contact_id \
    UNION ALL SELECT DISTINCT m.place, 'teammate', '', CAST(p.author_id AS BIGINT), 0, CAST(NULL AS BIGINT), \
    CAST(NULL AS BIGINT) FROM m CROSS JOIN parts p WHERE p.conversation_id = m.place AND p.author_kind = 'admin' \
    UNION ALL SELECT m.place, 'tag', t.name, t.id, c.applied_at, c.part_id, c.applied_by \
    FROM m CROSS JOIN conversation_tags c JOIN tags t ON t.id = c.tag_id WHERE c.conversation_id = m.place \
    ORDER BY since, id, word";

impl Store {
    /// What stands around these conversations of a workspace. Of people who are `known` already nothing is read.
    pub async fn surroundings(
        &self,
        workspace_id: i64,
        records: &[ConversationRecord],
        known: HashMap<String, Participant>,
    ) -> Result<Surroundings> {
        let mut around = Surroundings { people: known, ..Surroundings::default() };
        let conn = &mut self.reader().await?;
        for piece in pieces(records) {
            let (rows, binds) = values(conn, piece.iter().map(|record| [record.id.into()]));
            let sql = format!("WITH m (place) AS ({rows}) {FOUND}");
            for found in rows_bound!(&mut *conn, Found, sql, &binds)? {
                around.add(found);
            }
        }
        read_sources(conn, workspace_id, records, &mut around).await?;
        let authors = around.sources.values().filter(|part| part.author_kind == "contact");
        let mut ids: HashSet<&str> = authors.map(|part| &*part.author_id).collect();
        ids.extend(records.iter().map(|record| &*record.contact_id));
        ids.extend(around.others.values().flatten().map(String::as_str));
        ids.retain(|id| !around.people.contains_key(*id));
        let people = read_people(conn, workspace_id, &ids).await?;
        around.people.extend(people);
        Ok(around)
    }

    /// Contacts of a workspace by id, but for those who were merged away.
    pub async fn participants(
        &self,
        workspace_id: i64,
        ids: &HashSet<&str>,
    ) -> Result<HashMap<String, Participant>> {
        read_people(&mut self.reader().await?, workspace_id, ids).await
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
    ids: &HashSet<&str>,
) -> Result<HashMap<String, Participant>> {
    let ids: Vec<&str> = ids.iter().copied().collect();
    let mut people = HashMap::with_capacity(ids.len());
    for piece in pieces(&ids) {
        let (rows, mut binds) = values(conn, piece.iter().map(|id| [Bind::from(*id)]));
        binds.push(workspace_id.into());
        let sql = format!(
            "WITH m (person) AS ({rows}) SELECT k.id, k.role, k.external_id, k.name, k.email FROM m \
             CROSS JOIN contacts k WHERE k.id = m.person AND k.workspace_id = ${} AND k.merged_into IS NULL",
            binds.len()
        );
        let found = rows_bound!(&mut *conn, Participant, sql, &binds)?;
        people.extend(found.into_iter().map(|person| (person.id.clone(), person)));
    }
    Ok(people)
}
