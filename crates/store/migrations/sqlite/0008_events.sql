CREATE TABLE event_names (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    name_norm TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX event_names_name ON event_names (workspace_id, name_norm);

CREATE TABLE events (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    created_at INTEGER NOT NULL,
    name_id INTEGER NOT NULL REFERENCES event_names (id),
    metadata TEXT NOT NULL,
    PRIMARY KEY (contact_id, created_at, name_id)
) WITHOUT ROWID;

CREATE TABLE event_imports (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    name_id INTEGER NOT NULL REFERENCES event_names (id),
    count INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (contact_id, name_id)
) WITHOUT ROWID;

CREATE TABLE event_summaries (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    name_id INTEGER NOT NULL REFERENCES event_names (id),
    tracked INTEGER NOT NULL,
    count INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (contact_id, name_id)
) WITHOUT ROWID;
CREATE INDEX event_summaries_count ON event_summaries (name_id, count);
CREATE INDEX event_summaries_first ON event_summaries (name_id, first_at);
CREATE INDEX event_summaries_last ON event_summaries (name_id, last_at);

CREATE TABLE event_values (
    name_id INTEGER NOT NULL REFERENCES event_names (id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    number_value DOUBLE PRECISION,
    PRIMARY KEY (name_id, key, value, contact_id)
) WITHOUT ROWID;
CREATE INDEX event_values_number ON event_values (name_id, key, number_value) WHERE number_value IS NOT NULL;
CREATE INDEX event_values_contact ON event_values (contact_id);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    identifier TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    range_from INTEGER NOT NULL,
    range_to INTEGER NOT NULL,
    output BLOB,
    leased_until INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    expires_at INTEGER
);
CREATE UNIQUE INDEX jobs_active ON jobs (workspace_id, kind) WHERE status IN ('pending', 'in_progress');
CREATE INDEX jobs_waiting ON jobs (id) WHERE status IN ('pending', 'in_progress');
CREATE INDEX jobs_expiry ON jobs (expires_at) WHERE output IS NOT NULL;
