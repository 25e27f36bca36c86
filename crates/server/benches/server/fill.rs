//! A million contacts, each with two custom attributes and five events, and a conversation of every tenth, written straight
//! into the tables: by API that would take longer than all the rest. Indexes and triggers are taken away meanwhile, and what
//! triggers would have counted is counted at the end. Nobody else may use the database.

use sqlx::{AssertSqlSafe, Connection as _, Database as Kind, Executor, PgConnection, SqliteConnection};

use crate::is_sqlite;
use crate::support::Database;

/// How many contacts.
pub(crate) const CONTACTS: u32 = 1_000_000;
/// Events of each.
pub(crate) const EVENTS_EACH: u32 = 5;
/// One contact of so many has a conversation.
pub(crate) const CONVERSATION_OF: u32 = 10;

/// When the first did something, Unix seconds: the last five thousand did it on the last day there is.
pub(crate) const FIRST_EVENT: u32 = 1_699_961_800;

const TABLES: &str = "('contacts', 'contact_attributes', 'events', 'event_summaries', 'event_values', \
                      'conversations', 'parts')";

/// A contact's id; neighbours in number are not neighbours in the table.
pub(crate) fn id(number: u32) -> String {
    format!("{:08x}{number:016x}", number.wrapping_mul(2_654_435_761))
}

/// Fills.
pub(crate) async fn fill(database: &Database) {
    if is_sqlite(database) {
        let mut conn = SqliteConnection::connect(&database.url).await.unwrap();
        // A crash would lose it all, and it would be made again.
        for pragma in
            ["journal_mode = OFF", "synchronous = OFF", "cache_size = -500000", "foreign_keys = OFF"]
        {
            run(&mut conn, format!("PRAGMA {pragma}")).await;
        }
        let around = format!(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL \
             AND tbl_name IN {TABLES}"
        );
        let around: Vec<(String, String, String)> =
            sqlx::query_as(AssertSqlSafe(around)).fetch_all(&mut conn).await.unwrap();
        for (kind, name, _) in &around {
            run(&mut conn, format!("DROP {kind} {name}")).await;
        }
        for statement in statements("printf('%08x%016x', (i * 2654435761) % 4294967296, i)") {
            run(&mut conn, statement).await;
        }
        for (.., again) in around {
            run(&mut conn, again).await;
        }
        run(&mut conn, "ANALYZE".to_owned()).await;
        conn.close().await.unwrap();
        // What was not synchronous must not be written while reading is measured.
        std::fs::File::open(database.files().join("test.db")).unwrap().sync_all().unwrap();
    } else {
        let mut conn = PgConnection::connect(&database.url).await.unwrap();
        // Triggers, also those of foreign keys, rest.
        for setting in [
            "session_replication_role = replica",
            "synchronous_commit = off",
            "maintenance_work_mem = '256MB'",
        ] {
            run(&mut conn, format!("SET {setting}")).await;
        }
        let around = format!(
            "SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename IN {TABLES} \
             AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        );
        let around: Vec<(String, String)> =
            sqlx::query_as(AssertSqlSafe(around)).fetch_all(&mut conn).await.unwrap();
        for (name, _) in &around {
            run(&mut conn, format!("DROP INDEX {name}")).await;
        }
        let id = "lpad(to_hex((i * 2654435761) % 4294967296), 8, '0') || lpad(to_hex(i), 16, '0')";
        for statement in statements(id) {
            run(&mut conn, statement).await;
        }
        for (.., again) in around {
            run(&mut conn, again).await;
        }
        run(&mut conn, "VACUUM ANALYZE".to_owned()).await;
        // As above.
        run(&mut conn, "CHECKPOINT".to_owned()).await;
        conn.close().await.unwrap();
    }
}

async fn run<'c, C, D>(conn: &'c mut C, statement: String)
where
    D: Kind,
    for<'e> &'e mut C: Executor<'e, Database = D>,
{
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(conn).await.unwrap();
}

/// In the order of their ids, so that no index is written back and forth; `id` makes one of a number `i`.
fn statements(id: &str) -> Vec<String> {
    let people = "FROM people n CROSS JOIN workspaces w";
    let names = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {EVENTS_EACH}), \
         named (name) AS (SELECT CASE WHEN i = 1 THEN 'ordered' ELSE 'event' || i END FROM n)"
    );
    let events = "FROM people n CROSS JOIN event_names e";
    vec![
        format!(
            "CREATE TEMPORARY TABLE people AS WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL \
             SELECT i + 1 FROM n WHERE i < {CONTACTS}) SELECT i, {id} AS id FROM n ORDER BY 2"
        ),
        format!(
            "INSERT INTO contacts (id, workspace_id, role, external_id, email, email_norm, email_domain, \
             email_verified, name, custom_attributes, created_at, updated_at, last_seen_at) \
             SELECT n.id, w.id, CASE WHEN n.i % 2 = 0 THEN 'user' ELSE 'lead' END, 'x' || n.i, \
             'p' || n.i || '@example.com', 'p' || n.i || '@example.com', 'example.com', FALSE, 'Person ' || n.i, \
             '{{\"plan\":\"plan' || (n.i % 100) || '\",\"score\":' || (n.i % 100000) || '}}', \
             1600000000 + n.i, 1600000000 + n.i, 1700000000 + (n.i / 2 % 1000) * 86400 {people}"
        ),
        format!(
            "UPDATE workspaces SET contact_count = {CONTACTS}, conversation_count = {}",
            CONTACTS / CONVERSATION_OF
        ),
        format!(
            "INSERT INTO contact_attributes \
             (contact_id, name, workspace_id, text_value, number_value, created_at) \
             SELECT n.id, v.name, w.id, CASE WHEN v.name = 'plan' THEN 'plan' || (n.i % 100) END, \
             CASE WHEN v.name = 'score' THEN n.i % 100000 END, 1600000000 + n.i {people} \
             CROSS JOIN (SELECT 'plan' AS name UNION ALL SELECT 'score') v"
        ),
        "INSERT INTO data_attributes (workspace_id, model, name, data_type, options, messenger_writable, archived, \
         created_at, updated_at) SELECT w.id, 'contact', v.name, v.kind, '[]', TRUE, FALSE, 0, 0 FROM workspaces w \
         CROSS JOIN (SELECT 'plan' AS name, 'string' AS kind UNION ALL SELECT 'score', 'integer') v"
            .to_owned(),
        format!(
            "{names} INSERT INTO event_names (workspace_id, name, name_norm, created_at) \
             SELECT w.id, n.name, n.name, 0 FROM named n CROSS JOIN workspaces w"
        ),
        format!(
            "INSERT INTO events (contact_id, created_at, name_id, metadata) SELECT n.id, 1700000000 + e.id, e.id, \
             '{{\"sku\":\"sku' || (n.i % 100000) || '\"}}' {events}"
        ),
        format!(
            "INSERT INTO event_summaries (contact_id, name_id, tracked, count, first_at, last_at) \
             SELECT n.id, e.id, 1 + n.i % 1000, 1 + n.i % 1000, {FIRST_EVENT} + n.i, {FIRST_EVENT} + n.i {events}"
        ),
        format!(
            "INSERT INTO event_values (name_id, key, value, contact_id) \
             SELECT e.id, 'sku', 'sku' || (n.i % 100000), n.id {events} WHERE e.name = 'ordered' ORDER BY 1, 3, 4"
        ),
        format!(
            "INSERT INTO conversations (workspace_id, contact_id, state, created_at, updated_at, count_parts) \
             SELECT w.id, n.id, CASE WHEN n.i % 30 = 0 THEN 'open' ELSE 'closed' END, 1600000000 + n.i, \
             1600000000 + n.i, 1 {people} WHERE n.i % {CONVERSATION_OF} = 0 ORDER BY n.i"
        ),
        "INSERT INTO parts (workspace_id, conversation_id, part_type, author_kind, author_id, body, created_at) \
         SELECT c.workspace_id, c.id, 'comment', 'contact', c.contact_id, '<p>Hello</p>', c.created_at \
         FROM conversations c ORDER BY c.id"
            .to_owned(),
        // The one index that the next statement needs.
        "CREATE INDEX parts_filled ON parts (conversation_id)".to_owned(),
        "UPDATE conversations SET source_id = p.id, last_author_id = conversations.contact_id, preview = 'Hello', \
         unread_by_team = 1, newest_by_contact = p.id \
         FROM parts p WHERE p.conversation_id = conversations.id"
            .to_owned(),
        "DROP INDEX parts_filled".to_owned(),
    ]
}
