CREATE TABLE event_names (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    name_norm TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX event_names_name ON event_names (workspace_id, name_norm);

CREATE TABLE events (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    created_at BIGINT NOT NULL,
    name_id BIGINT NOT NULL REFERENCES event_names (id),
    metadata TEXT NOT NULL,
    PRIMARY KEY (contact_id, created_at, name_id)
);

CREATE TABLE event_imports (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    name_id BIGINT NOT NULL REFERENCES event_names (id),
    count BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (contact_id, name_id)
);

CREATE TABLE event_summaries (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    name_id BIGINT NOT NULL REFERENCES event_names (id),
    tracked BIGINT NOT NULL,
    count BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (contact_id, name_id)
);
CREATE INDEX event_summaries_count ON event_summaries (name_id, count);
CREATE INDEX event_summaries_first ON event_summaries (name_id, first_at);
CREATE INDEX event_summaries_last ON event_summaries (name_id, last_at);

CREATE TABLE event_values (
    name_id BIGINT NOT NULL REFERENCES event_names (id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    number_value DOUBLE PRECISION,
    PRIMARY KEY (name_id, key, value, contact_id)
);
CREATE INDEX event_values_number ON event_values (name_id, key, number_value) WHERE number_value IS NOT NULL;
CREATE INDEX event_values_contact ON event_values (contact_id);

CREATE TABLE jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    identifier TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    range_from BIGINT NOT NULL,
    range_to BIGINT NOT NULL,
    output BYTEA,
    leased_until BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    expires_at BIGINT
);
CREATE UNIQUE INDEX jobs_active ON jobs (workspace_id, kind) WHERE status IN ('pending', 'in_progress');
CREATE INDEX jobs_waiting ON jobs (id) WHERE status IN ('pending', 'in_progress');
CREATE INDEX jobs_expiry ON jobs (expires_at) WHERE output IS NOT NULL;
