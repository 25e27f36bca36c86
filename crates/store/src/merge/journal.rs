//! What a merge remembers so that it can be undone for thirty days: which rows moved, which went because the survivor had
//! the same, and which values the survivor took over. Rows go by `belongings.rs` and need no code here. What came into being
//! since the merge stays with the survivor, and so does a conversation the survivor has written in since: nobody is shown
//! what they have not seen already.

use doorstep_domain::contacts::{Outcome, outcome};
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;

use super::belongings::{BELONGINGS, Belonging, Merged, has_the_same};
use crate::changes::{News, announce};
use crate::conn::{Bind, Conn, execute, execute_bound, row, rows};
use crate::contacts::read::record;
use crate::contacts::{ContactRecord, attributes};
use crate::error::{Error, Result};
use crate::events;
use crate::participants;
use crate::people::is_retired;
use crate::{Store, visits};

/// How long a merge can be undone, seconds: thirty days.
pub const UNDO: i64 = 30 * 24 * 3600;

/// Columns a survivor takes over when it has no value, with what goes along with them.
const TAKEN: [(&str, &[&str]); 15] = [
    ("email", &["email_norm", "email_domain"]),
    ("name", &[]),
    ("phone", &["phone_norm"]),
    ("avatar", &[]),
    ("owner_id", &[]),
    ("last_page", &[]),
    ("language_override", &[]),
    ("browser", &["browser_version", "os"]),
    ("browser_language", &[]),
    ("referrer", &[]),
    ("utm_campaign", &[]),
    ("utm_content", &[]),
    ("utm_medium", &[]),
    ("utm_source", &[]),
    ("utm_term", &[]),
];
/// Times of which a survivor keeps the later one.
const TIMES: [&str; 3] = ["last_seen_at", "last_replied_at", "last_contacted_at"];

/// A merge that was undone.
#[derive(Clone, Debug)]
pub struct Undone {
    /// The contact that is there again.
    pub contact: ContactRecord,
    /// The one it had been merged into.
    pub survivor: ContactRecord,
}

impl Store {
    /// Undoes a merge (S§9: Intercom cannot). [`Error::NotFound`] for one that is unknown, undone already, older than
    /// thirty days or made before merges were remembered; [`Error::MergedOn`] while the survivor is itself merged.
    pub async fn undo_merge(&self, workspace_id: i64, merge_id: i64, now: i64) -> Result<Undone> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move { undo(conn, workspace_id, merge_id, now).await })
            })
            .await
    }

    /// Forgets how to undo merges that are older than thirty days.
    pub async fn forget_old_merges(&self, now: i64) -> Result<()> {
        self.writer
            .run(0, move |conn| {
                Box::pin(async move {
                    let sql = "DELETE FROM merge_rows WHERE merge_id IN \
                               (SELECT id FROM merges WHERE merged_at < $1 AND journal IS NOT NULL)";
                    execute!(conn, sql, now - UNDO)?;
                    let sql = "UPDATE merges SET journal = NULL WHERE merged_at < $1 AND journal IS NOT NULL";
                    execute!(conn, sql, now - UNDO)?;
                    Ok(())
                })
            })
            .await
    }
}

/// Begins the record of a merge, before anything moves, and gives its id.
pub(super) async fn begin(conn: &mut Conn, from: &str, into: &str, now: i64) -> Result<i64> {
    let journal = about(conn, from, into).await?.to_string();
    let made = row!(
        conn,
        (i64,),
        "INSERT INTO merges (workspace_id, from_id, from_role, into_id, merged_at, journal) \
         SELECT workspace_id, id, role, $2, $3, $4 FROM contacts WHERE id = $1 RETURNING id",
        from,
        into,
        now,
        journal
    )?;
    Ok(made.ok_or(Error::NotFound("contact"))?.0)
}

/// What the survivor takes over, and what the other loses.
async fn about(conn: &mut Conn, from: &str, into: &str) -> Result<Value> {
    let (lost, kept) = (columns_of(conn, from).await?, columns_of(conn, into).await?);
    let mut fields = Map::new();
    for (name, _) in TAKEN {
        if outcome(lost.get(name), kept.get(name)) == Some(Outcome::Adopted) {
            fields.insert(name.to_owned(), lost[name].clone());
        }
    }
    let mut times = Map::new();
    for name in TIMES {
        times.insert(name.to_owned(), json!([kept.get(name), lost.get(name)]));
    }
    let (lost_values, kept_values) =
        (attributes::read(conn, from).await?, attributes::read(conn, into).await?);
    let adopted: Map<String, Value> =
        lost_values.into_iter().filter(|(name, _)| !kept_values.contains_key(name)).collect();
    Ok(json!({
        "visitor_id": lost.get("visitor_id"),
        "fields": fields,
        "times": times,
        "attributes": adopted,
    }))
}

/// A contact's columns that a merge looks at, without the empty ones.
async fn columns_of(conn: &mut Conn, id: &str) -> Result<Map<String, Value>> {
    type Texts = (
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
        Option<String>,
    );
    type Numbers = (Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let sql = "SELECT email, name, phone, avatar, last_page, language_override, visitor_id FROM contacts WHERE id = $1";
    let texts = row!(conn, Texts, sql, id)?.ok_or(Error::NotFound("contact"))?;
    let sql = "SELECT owner_id, last_seen_at, last_replied_at, last_contacted_at FROM contacts WHERE id = $1";
    let numbers = row!(conn, Numbers, sql, id)?.ok_or(Error::NotFound("contact"))?;
    let visit = visits::known(conn, id).await?;
    let all = json!({
        "email": texts.0, "name": texts.1, "phone": texts.2, "avatar": texts.3, "last_page": texts.4,
        "language_override": texts.5, "visitor_id": texts.6, "owner_id": numbers.0, "last_seen_at": numbers.1,
        "last_replied_at": numbers.2, "last_contacted_at": numbers.3, "browser": visit.browser,
        "browser_language": visit.browser_language, "referrer": visit.referrer, "utm_campaign": visit.utm_campaign,
        "utm_content": visit.utm_content, "utm_medium": visit.utm_medium, "utm_source": visit.utm_source,
        "utm_term": visit.utm_term,
    });
    let Value::Object(mut all) = all else { return Ok(Map::new()) };
    all.retain(|_, value| !value.is_null());
    Ok(all)
}

/// The text of a row's key, in SQL.
fn key_in_sql(table: &str, key: &[&str]) -> String {
    let parts: Vec<String> = key.iter().map(|name| format!("CAST({table}.{name} AS TEXT)")).collect();
    parts.join(" || ':' || ")
}

/// Remembers the rows of a line that are about to move, and those that are about to go because the survivor has the same.
pub(super) async fn remember(
    conn: &mut Conn,
    merge_id: i64,
    line: &Belonging,
    from: &str,
    into: &str,
) -> Result<()> {
    let Belonging { table, column, only, .. } = line;
    let (Merged::Moves { key } | Merged::Unites { key }) = line.merged else { return Ok(()) };
    let row_key = key_in_sql(table, key);
    let place = format!("{merge_id}, '{table}.{column}', {row_key}");
    let these = format!("FROM {table} WHERE {column} = $1 AND {only}");
    if !matches!(line.merged, Merged::Unites { .. }) {
        let sql = format!("INSERT INTO merge_rows (merge_id, line, row_key) SELECT {place} {these}");
        execute!(conn, AssertSqlSafe(sql), from)?;
        return Ok(());
    }
    let same = has_the_same(line, key);
    let sql =
        format!("INSERT INTO merge_rows (merge_id, line, row_key) SELECT {place} {these} AND NOT {same}");
    execute!(conn, AssertSqlSafe(sql), from, into)?;
    let function = if matches!(conn, Conn::Sqlite(_)) { "json_object" } else { "json_build_object" };
    let pairs: Vec<String> = columns(conn, table)
        .await?
        .iter()
        .map(|(name, _)| format!("'{name}', CAST({table}.{name} AS TEXT)"))
        .collect();
    let row = format!("CAST({function}({}) AS TEXT)", pairs.join(", "));
    let sql = format!(
        "INSERT INTO merge_rows (merge_id, line, row_key, removed) SELECT {place}, {row} {these} AND {same}"
    );
    execute!(conn, AssertSqlSafe(sql), from, into)?;
    Ok(())
}

/// The columns of a table with their types in SQL.
pub(crate) async fn columns(conn: &mut Conn, table: &str) -> Result<Vec<(String, String)>> {
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
        Conn::Postgres(_) => {
            "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
    };
    Ok(rows!(conn, (String, String), sql, table)?)
}

async fn undo(conn: &mut Conn, workspace_id: i64, merge_id: i64, now: i64) -> Result<Undone> {
    let sql = "SELECT from_id, into_id, journal FROM merges WHERE id = $1 AND workspace_id = $2 \
               AND undone_at IS NULL AND journal IS NOT NULL AND merged_at >= $3";
    let found = row!(conn, (String, String, String), sql, merge_id, workspace_id, now - UNDO)?;
    let (from, into, journal) = found.ok_or(Error::NotFound("merge"))?;
    let survivor = record(conn, workspace_id, &into).await?.ok_or(Error::NotFound("merge"))?;
    if survivor.merged_into.is_some() {
        return Err(Error::MergedOn);
    }
    let journal: Value = serde_json::from_str(&journal).map_err(|_| Error::NotFound("merge"))?;
    leave_what_goes_on(conn, merge_id, &into).await?;
    let sql = "SELECT CAST(row_key AS BIGINT) FROM merge_rows WHERE merge_id = $1 AND line IN ('conversations.contact_id', \
               'conversation_contacts.contact_id') ORDER BY 1";
    let conversations = rows!(conn, (i64,), sql, merge_id)?;
    for line in BELONGINGS {
        take_back(conn, merge_id, line, &from, &into).await?;
    }
    for contact in [&from, &into] {
        events::resum(conn, contact).await?;
        participants::recount(conn, contact).await?;
    }
    give_values_back(conn, workspace_id, &into, &journal).await?;
    bring_back(conn, workspace_id, &from, journal["visitor_id"].as_str(), now).await?;
    execute!(conn, "UPDATE merges SET undone_at = $2, journal = NULL WHERE id = $1", merge_id, now)?;
    execute!(conn, "DELETE FROM merge_rows WHERE merge_id = $1", merge_id)?;
    execute!(conn, "UPDATE contacts SET updated_at = $2 WHERE id = $1", &into, now)?;
    announce(conn, News::contact(workspace_id, &into, now)).await?;
    announce(conn, News::contact(workspace_id, &from, now)).await?;
    for (conversation,) in conversations {
        announce(conn, News::conversation(workspace_id, &from, conversation, now)).await?;
    }
    let contact = record(conn, workspace_id, &from).await?.ok_or(Error::NotFound("contact"))?;
    let survivor = record(conn, workspace_id, &into).await?.ok_or(Error::NotFound("contact"))?;
    Ok(Undone { contact, survivor })
}

/// Conversations the survivor has written in since the merge stay: going back, they would show the survivor's words to
/// whoever sits at the other's browser.
async fn leave_what_goes_on(conn: &mut Conn, merge_id: i64, into: &str) -> Result<()> {
    let sql = "SELECT c.id FROM conversations c WHERE CAST(c.id AS TEXT) IN \
               (SELECT row_key FROM merge_rows WHERE merge_id = $1 AND removed IS NULL AND line = CASE \
               WHEN c.contact_id = $2 THEN 'conversations.contact_id' ELSE 'conversation_contacts.contact_id' END) AND EXISTS \
               (SELECT 1 FROM parts p WHERE p.conversation_id = c.id AND p.author_kind = 'contact' AND p.author_id = $2 \
               AND CAST(p.id AS TEXT) NOT IN \
               (SELECT row_key FROM merge_rows WHERE merge_id = $1 AND line = 'parts.author_id'))";
    for (conversation,) in rows!(conn, (i64,), sql, merge_id, into)? {
        let sql = "DELETE FROM merge_rows WHERE merge_id = $1 AND row_key = $2 \
                   AND line IN ('conversations.contact_id', 'conversations.last_author_id', 'conversation_contacts.contact_id')";
        execute!(conn, sql, merge_id, conversation.to_string())?;
        let sql = "DELETE FROM merge_rows WHERE merge_id = $1 AND line = 'parts.author_id' AND row_key IN \
                   (SELECT CAST(id AS TEXT) FROM parts WHERE conversation_id = $2)";
        execute!(conn, sql, merge_id, conversation)?;
    }
    Ok(())
}

/// Gives the rows of a line back, as far as the survivor still has them.
async fn take_back(conn: &mut Conn, merge_id: i64, line: &Belonging, from: &str, into: &str) -> Result<()> {
    let Belonging { table, column, only, .. } = line;
    let (Merged::Moves { key } | Merged::Unites { key }) = line.merged else { return Ok(()) };
    let row_key = key_in_sql(table, key);
    let sql = format!(
        "UPDATE {table} SET {column} = $2 WHERE {column} = $1 AND {only} AND {row_key} IN \
         (SELECT row_key FROM merge_rows WHERE merge_id = {merge_id} AND line = '{table}.{column}' AND removed IS NULL)"
    );
    execute!(conn, AssertSqlSafe(sql), into, from)?;
    let sql = format!(
        "SELECT removed FROM merge_rows WHERE merge_id = {merge_id} AND line = '{table}.{column}' \
         AND removed IS NOT NULL ORDER BY row_key"
    );
    let removed = rows!(conn, (String,), AssertSqlSafe(sql))?;
    if removed.is_empty() {
        return Ok(());
    }
    let types = columns(conn, table).await?;
    for (text,) in removed {
        insert_again(conn, table, &types, &text).await?;
    }
    Ok(())
}

/// Inserts a row that went. One whose tag or company is gone meanwhile stays away.
async fn insert_again(conn: &mut Conn, table: &str, types: &[(String, String)], text: &str) -> Result<()> {
    let values: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let mut binds = Vec::new();
    let (mut names, mut places) = (Vec::new(), Vec::new());
    for (name, kind) in types {
        if let Some(Value::String(value)) = values.get(name) {
            binds.push(Bind::Text(value.clone()));
            names.push(name.as_str());
            places.push(format!("CAST(${} AS {kind})", binds.len()));
        }
    }
    let identity = if matches!(conn, Conn::Postgres(_)) { "OVERRIDING SYSTEM VALUE " } else { "" };
    let sql = format!("INSERT INTO {table} ({}) {identity}VALUES ({})", names.join(", "), places.join(", "));
    execute!(conn, "SAVEPOINT inserted_again")?;
    if execute_bound!(conn, sql, &binds).is_err() {
        execute!(conn, "ROLLBACK TO SAVEPOINT inserted_again")?;
    }
    execute!(conn, "RELEASE SAVEPOINT inserted_again")?;
    Ok(())
}

/// What the survivor took over goes, unless it was changed since.
async fn give_values_back(conn: &mut Conn, workspace_id: i64, into: &str, journal: &Value) -> Result<()> {
    for (name, along) in TAKEN {
        let adopted = match &journal["fields"][name] {
            Value::String(text) => Bind::Text(text.clone()),
            Value::Number(number) => Bind::Int(number.as_i64().unwrap_or_default()),
            _ => continue,
        };
        let along: String = along.iter().fold(String::new(), |text, column| text + ", " + column + " = NULL");
        let proof = if name == "email" { ", email_verified = FALSE, email_claimed = FALSE" } else { "" };
        let sql = format!("UPDATE contacts SET {name} = NULL{along}{proof} WHERE id = $1 AND {name} = $2");
        execute_bound!(conn, sql, &[Bind::Text(into.to_owned()), adopted])?;
    }
    for name in TIMES {
        let [before, taken] = [&journal["times"][name][0], &journal["times"][name][1]].map(Value::as_i64);
        if let Some(taken) = taken.filter(|taken| before.is_none_or(|before| before < *taken)) {
            let sql = format!("UPDATE contacts SET {name} = $2 WHERE id = $1 AND {name} = $3");
            execute!(conn, AssertSqlSafe(sql), into, before, taken)?;
        }
    }
    let adopted = journal["attributes"].as_object().cloned().unwrap_or_default();
    if !adopted.is_empty() {
        let mut values = attributes::read(conn, into).await?;
        values.retain(|name, value| adopted.get(name) != Some(value));
        attributes::write(conn, workspace_id, into, values).await?;
    }
    Ok(())
}

/// The merged contact is there again, with its visitor id if that is still to be had.
async fn bring_back(
    conn: &mut Conn,
    workspace_id: i64,
    from: &str,
    visitor_id: Option<&str>,
    now: i64,
) -> Result<()> {
    let mut visitor = None;
    if let Some(id) = visitor_id
        && !is_retired(conn, workspace_id, id).await?
    {
        let sql =
            "SELECT id FROM contacts WHERE workspace_id = $1 AND visitor_id = $2 AND merged_into IS NULL";
        visitor = row!(conn, (String,), sql, workspace_id, id)?.is_none().then(|| id.to_owned());
    }
    let sql = "UPDATE contacts SET merged_into = NULL, visitor_id = $2, updated_at = $3 WHERE id = $1";
    execute!(conn, sql, from, visitor, now)?;
    let values = attributes::read(conn, from).await?;
    attributes::write(conn, workspace_id, from, values).await
}
