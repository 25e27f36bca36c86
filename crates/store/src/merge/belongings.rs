//! The one list of tables that hold what belongs to a contact, and what becomes of their rows when the contact is merged
//! into another or deleted. Merging (`merge.rs`), undoing a merge, deleting and erasing go through this list and know no
//! table of their own, so a new table needs one line here and no code.
//!
//! To add a table: if it has a column with a contact's id, add a line to [`BELONGINGS`]: [`moves`] for things that are the
//! contact's alone (an event), [`unites`] for memberships of which a contact has one at most (a tag), [`follows`] for what
//! goes along and does not come back when the merge is undone (the change log), [`stays`] for what is not touched by a
//! merge, [`apart`] for what the merge itself decides about. If its rows hang on rows of a listed table (`parts` on
//! `conversations`), add a line to [`ATTACHED`]: they go where that row goes and are deleted before it. A table that looks
//! like one of these and is none has a line, with the reason, among the exceptions of the test below, which fails for every
//! table that is nowhere.
//!
//! Not the place that says who may be merged into whom: that is `doorstep_domain::contacts`.

use sqlx::AssertSqlSafe;

use super::journal;
use crate::conn::{Conn, execute};
use crate::error::Result;

/// A table with a column that holds a contact's id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Belonging {
    /// The table.
    pub(crate) table: &'static str,
    /// The column with the contact's id.
    pub(crate) column: &'static str,
    /// A condition in SQL on the rows that count, in which `$1` is the contact; `TRUE` for all.
    pub(crate) only: &'static str,
    /// What a merge does.
    pub(crate) merged: Merged,
    /// What a deletion does.
    pub(crate) deleted: Deleted,
    /// Whether a person's export holds the rows.
    pub(crate) exported: bool,
}

/// What a merge does with the rows of the contact that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Merged {
    /// They become the survivor's.
    Moves {
        /// The columns that tell a row from others, beside the contact.
        key: &'static [&'static str],
    },
    /// They become the survivor's, unless the survivor has one with the same key: then the survivor's stays and the other
    /// goes.
    Unites {
        /// The columns that tell a membership from others of the same contact.
        key: &'static [&'static str],
    },
    /// They become the survivor's and stay there when the merge is undone.
    Follows,
    /// They stay with the contact that was merged.
    Stays,
    /// `merge.rs` decides row by row.
    Apart,
}

/// What a deletion of the contact does with the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deleted {
    /// They go, with all that is attached to them.
    Goes,
    /// They stay; the id leads nowhere.
    Stays,
}

/// A table whose rows hang on rows of another one of this list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attached {
    /// The table.
    pub(crate) table: &'static str,
    /// The column with the id of the row it hangs on.
    pub(crate) column: &'static str,
    /// The table of that row; its `id` is meant.
    pub(crate) to: &'static str,
    /// Whether a person's export holds the rows.
    pub(crate) exported: bool,
}

/// What belongs to a contact. The order is that of the deeds: what refers to another line's rows stands before it.
pub(crate) const BELONGINGS: &[Belonging] = &[
    // No index knows authors: looked for where the contact takes part.
    moves("parts", "author_id", &["id"])
        .only(
            "author_kind = 'contact' AND conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1 \
             UNION SELECT conversation_id FROM conversation_contacts WHERE contact_id = $1)",
        )
        .stays_when_deleted(),
    moves("conversations", "last_author_id", &["id"])
        .only(
            "last_author_kind = 'contact' AND (contact_id = $1 \
             OR id IN (SELECT conversation_id FROM conversation_contacts WHERE contact_id = $1))",
        )
        .stays_when_deleted(),
    unites("conversation_contacts", "contact_id", &["conversation_id"]),
    unites("message_recipients", "contact_id", &["message_id", "kind"]),
    moves("conversations", "contact_id", &["id"]),
    // What they uploaded and have not sent; what they have sent is its part's.
    moves("files", "contact_id", &["id"]),
    // Their values are in the contact's row, where the survivor's win.
    apart("contact_attributes", "contact_id"),
    // Whether they go on depends on who asks for the merge.
    apart("messenger_sessions", "contact_id"),
    // A client that comes back with an old number resumes as the survivor and must find what it had not heard yet of the
    // conversations. What was announced of the contact itself stays theirs.
    follows("changes", "contact_id").only("kind IN ('part', 'conversation')").stays_when_deleted(),
    // What is queued or logged holds words of theirs; that they are gone is announced afterwards.
    stays("webhook_deliveries", "contact_id").not_exported(),
    unites("contact_companies", "contact_id", &["company_id"]),
    unites("contact_tags", "contact_id", &["tag_id"]),
    moves("notes", "contact_id", &["id"]),
    moves("outbound_deliveries", "contact_id", &["id"]),
    unites("contact_subscriptions", "contact_id", &["subscription_type_id"]),
    unites("events", "contact_id", &["created_at", "name_id"]),
    unites("event_imports", "contact_id", &["name_id"]),
    unites("event_values", "contact_id", &["name_id", "key", "value"]),
    // Counted anew from the two above.
    apart("event_summaries", "contact_id"),
    // What was merged into the contact before is told of the contact itself.
    stays("merges", "into_id"),
    stays("merges", "from_id"),
];

/// What hangs on belongings.
pub(crate) const ATTACHED: &[Attached] = &[
    attached("merge_rows", "merge_id", "merges"),
    attached("parts", "conversation_id", "conversations"),
    attached("files", "part_id", "parts"),
    attached("webhook_attempts", "delivery_id", "webhook_deliveries").not_exported(),
    attached("conversation_contacts", "conversation_id", "conversations"),
    attached("conversation_tags", "conversation_id", "conversations"),
    attached("conversation_attribute_values", "conversation_id", "conversations"),
    attached("merge_rows", "merge_id", "merges").not_exported(),
];

const fn attached(table: &'static str, column: &'static str, to: &'static str) -> Attached {
    Attached { table, column, to, exported: true }
}

impl Attached {
    /// Says nothing about the person that is not in other rows.
    const fn not_exported(self) -> Self {
        Self { exported: false, ..self }
    }
}

const fn belonging(table: &'static str, column: &'static str, merged: Merged) -> Belonging {
    Belonging { table, column, only: "TRUE", merged, deleted: Deleted::Goes, exported: true }
}

/// See [`Merged::Moves`].
const fn moves(table: &'static str, column: &'static str, key: &'static [&'static str]) -> Belonging {
    belonging(table, column, Merged::Moves { key })
}

/// See [`Merged::Unites`].
const fn unites(table: &'static str, column: &'static str, key: &'static [&'static str]) -> Belonging {
    belonging(table, column, Merged::Unites { key })
}

/// See [`Merged::Follows`].
const fn follows(table: &'static str, column: &'static str) -> Belonging {
    belonging(table, column, Merged::Follows)
}

/// See [`Merged::Stays`].
const fn stays(table: &'static str, column: &'static str) -> Belonging {
    belonging(table, column, Merged::Stays)
}

/// See [`Merged::Apart`].
const fn apart(table: &'static str, column: &'static str) -> Belonging {
    belonging(table, column, Merged::Apart)
}

impl Belonging {
    /// Restricts the line to some rows, by a condition in SQL in which `$1` is the contact.
    const fn only(self, only: &'static str) -> Self {
        Self { only, ..self }
    }

    /// See [`Deleted::Stays`].
    const fn stays_when_deleted(self) -> Self {
        Self { deleted: Deleted::Stays, exported: false, ..self }
    }

    /// Says nothing about the person that is not in other rows.
    const fn not_exported(self) -> Self {
        Self { exported: false, ..self }
    }
}

/// Hands everything of `from` to `into`, line by line, and remembers it under the merge.
pub(crate) async fn hand_over(conn: &mut Conn, merge_id: i64, from: &str, into: &str) -> Result<()> {
    for line in BELONGINGS {
        journal::remember(conn, merge_id, line, from, into).await?;
        let Belonging { table, column, only, .. } = line;
        match line.merged {
            Merged::Stays | Merged::Apart => continue,
            Merged::Moves { .. } | Merged::Follows => {}
            Merged::Unites { key } => {
                let sql = format!(
                    "DELETE FROM {table} WHERE {column} = $1 AND {only} AND {}",
                    has_the_same(line, key)
                );
                execute!(conn, AssertSqlSafe(sql), from, into)?;
            }
        }
        let sql = format!("UPDATE {table} SET {column} = $2 WHERE {column} = $1 AND {only}");
        execute!(conn, AssertSqlSafe(sql), from, into)?;
    }
    Ok(())
}

/// The condition that the contact `$2` has a row with the same key.
pub(super) fn has_the_same(line: &Belonging, key: &[&str]) -> String {
    let Belonging { table, column, .. } = line;
    let same: Vec<String> = key.iter().map(|name| format!("other.{name} = {table}.{name}")).collect();
    format!("EXISTS (SELECT 1 FROM {table} AS other WHERE other.{column} = $2 AND {})", same.join(" AND "))
}

/// Deletes everything of a contact, with all that is attached; the contact's own row is the caller's. Gives how many rows of
/// which table went.
pub(crate) async fn delete_all(conn: &mut Conn, contact_id: &str) -> Result<Vec<(&'static str, u64)>> {
    let mut counts = Vec::new();
    for line in BELONGINGS.iter().filter(|line| line.deleted == Deleted::Goes) {
        let Belonging { table, column, only, .. } = line;
        for (table, sql) in deletions(table, &format!("{column} = $1 AND {only}")) {
            counts.push((table, execute!(conn, AssertSqlSafe(sql), contact_id)?));
        }
    }
    Ok(counts)
}

/// The statements that delete the rows of a table for which a condition holds, after what is attached to them, each with its
/// table.
pub(crate) fn deletions(table: &'static str, condition: &str) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for attached in ATTACHED.iter().filter(|attached| attached.to == table) {
        let inner = format!("{} IN (SELECT id FROM {table} WHERE {condition})", attached.column);
        all.extend(deletions(attached.table, &inner));
    }
    all.push((table, format!("DELETE FROM {table} WHERE {condition}")));
    all
}

#[cfg(test)]
mod tests {
    use super::{ATTACHED, BELONGINGS, deletions};
    use crate::Store;
    use crate::conn::{Conn, rows};

    /// Columns that look like a reference to a contact or to something of theirs, and are none. Each says why.
    const EXCEPTIONS: &[(&str, &str, &str)] = &[
        ("workspaces", "contact_count", "a number of contacts"),
        ("workspaces", "conversation_count", "a number of conversations"),
        ("contacts", "merged_into", "the signpost itself; merge.rs and contacts/end.rs follow it"),
        ("changes", "conversation_id", "the log says what was; readers skip what is gone"),
        ("changes", "part_id", "the log says what was; readers skip what is gone"),
        ("conversations", "source_id", "the conversation's own first part"),
        ("conversations", "message_id", "the message it began with, which is the team's"),
        ("conversations", "merged_into", "a conversation; its id stays when that one is gone"),
        ("conversation_tags", "part_id", "the part it was put on, which may be gone"),
        ("deleted_conversations", "conversation_id", "what is left of a conversation that is gone"),
    ];

    /// Every column of the schema: table, name, and the table it refers to, or an empty text.
    async fn columns(conn: &mut Conn) -> Vec<(String, String, String)> {
        let sql = "SELECT m.name, c.name, coalesce(f.\"table\", '') FROM sqlite_master AS m \
                   JOIN pragma_table_info(m.name) AS c \
                   LEFT JOIN pragma_foreign_key_list(m.name) AS f ON f.\"from\" = c.name \
                   WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '_sqlx_migrations'";
        rows!(conn, (String, String, String), sql).unwrap()
    }

    /// Whether a column can hold the id of a contact or of something of theirs.
    fn suspect(name: &str, refers_to: &str) -> bool {
        let listed = |table: &str| {
            BELONGINGS.iter().any(|line| line.table == table)
                || ATTACHED.iter().any(|line| line.table == table)
        };
        let names = [
            "author_id",
            "from_id",
            "into_id",
            "merged_into",
            "conversation_id",
            "part_id",
            "source_id",
            "note_id",
            "event_id",
            "session_id",
            "customer_id",
            "person_id",
            "user_id",
            "lead_id",
            "target_id",
        ];
        let counts = name.ends_with("_at")
            || ["read_by_", "unread_by_", "newest_by_"].iter().any(|start| name.starts_with(start));
        refers_to == "contacts"
            || listed(refers_to)
            || names.contains(&name)
            || (name.contains("contact") && !counts)
            || (name.contains("author") && name.ends_with("_id"))
    }

    #[tokio::test]
    async fn every_table_with_something_of_a_contact_is_listed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}/db", folder.path().display())).await.unwrap();
        let all = columns(&mut store.reader().await.unwrap()).await;
        let listed: Vec<(&str, &str)> = BELONGINGS
            .iter()
            .map(|line| (line.table, line.column))
            .chain(ATTACHED.iter().map(|line| (line.table, line.column)))
            .chain(EXCEPTIONS.iter().map(|(table, column, _)| (*table, *column)))
            .collect();
        for (table, column, refers_to) in &all {
            assert!(
                !suspect(column, refers_to) || listed.contains(&(table, column)),
                "{table}.{column} holds something of a contact: add a line to BELONGINGS or ATTACHED in \
                 merge/belongings.rs, or to the exceptions of this test"
            );
        }
        for (table, column) in listed {
            assert!(all.iter().any(|(t, c, _)| t == table && c == column), "{table}.{column} does not exist");
        }
        for attached in ATTACHED {
            assert!(all.iter().any(|(t, c, _)| t == attached.to && c == "id"), "{} has no id", attached.to);
        }
        store.close().await;
    }

    #[test]
    fn what_is_attached_goes_first() {
        let all: Vec<String> =
            deletions("conversations", "contact_id = $1").into_iter().map(|(_, sql)| sql).collect();
        assert_eq!(
            all,
            [
                "DELETE FROM files WHERE part_id IN (SELECT id FROM parts WHERE conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1))",
                "DELETE FROM parts WHERE conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1)",
                "DELETE FROM conversation_contacts WHERE conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1)",
                "DELETE FROM conversation_tags WHERE conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1)",
                "DELETE FROM conversation_attribute_values WHERE conversation_id IN (SELECT id FROM conversations WHERE contact_id = $1)",
                "DELETE FROM conversations WHERE contact_id = $1",
            ]
        );
    }
}
