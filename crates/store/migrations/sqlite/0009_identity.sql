CREATE TABLE identity_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    retired_at INTEGER
);
CREATE INDEX identity_keys_workspace ON identity_keys (workspace_id, id);
INSERT INTO identity_keys (workspace_id, name, secret, created_at)
    SELECT id, 'first key', identity_secret, created_at FROM workspaces WHERE identity_secret <> '';
UPDATE workspaces SET identity_secret = '';

CREATE TABLE identity_counts (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    day INTEGER NOT NULL,
    site TEXT NOT NULL,
    outcome TEXT NOT NULL,
    pings INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, day, site, outcome)
);

ALTER TABLE contacts ADD COLUMN email_claimed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE contacts ADD COLUMN phone_norm TEXT;
UPDATE contacts SET phone_norm = nullif(replace(replace(replace(replace(replace(replace(replace(
    phone, ' ', ''), '-', ''), '+', ''), '(', ''), ')', ''), '.', ''), '/', ''), '') WHERE phone IS NOT NULL;
CREATE INDEX contacts_same_email ON contacts (workspace_id, email_norm)
    WHERE email_norm IS NOT NULL AND merged_into IS NULL AND archived_at IS NULL;
CREATE INDEX contacts_same_phone ON contacts (workspace_id, phone_norm)
    WHERE phone_norm IS NOT NULL AND merged_into IS NULL AND archived_at IS NULL;
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE merges ADD COLUMN undone_at INTEGER;
ALTER TABLE merges ADD COLUMN journal TEXT;
CREATE TABLE merge_rows (
    merge_id INTEGER NOT NULL REFERENCES merges (id),
    line TEXT NOT NULL,
    row_key TEXT NOT NULL,
    removed TEXT,
    PRIMARY KEY (merge_id, line, row_key)
);
