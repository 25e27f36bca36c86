CREATE TABLE identity_keys (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    retired_at BIGINT
);
CREATE INDEX identity_keys_workspace ON identity_keys (workspace_id, id);
INSERT INTO identity_keys (workspace_id, name, secret, created_at)
    SELECT id, 'first key', identity_secret, created_at FROM workspaces WHERE identity_secret <> '';
UPDATE workspaces SET identity_secret = '';

CREATE TABLE identity_counts (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    day BIGINT NOT NULL,
    site TEXT NOT NULL,
    outcome TEXT NOT NULL,
    pings BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, day, site, outcome)
);

ALTER TABLE contacts ADD COLUMN email_claimed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE contacts ADD COLUMN phone_norm TEXT;
UPDATE contacts SET phone_norm = nullif(regexp_replace(phone, '[^0-9]', '', 'g'), '') WHERE phone IS NOT NULL;
CREATE INDEX contacts_same_email ON contacts (workspace_id, email_norm)
    WHERE email_norm IS NOT NULL AND merged_into IS NULL AND archived_at IS NULL;
CREATE INDEX contacts_same_phone ON contacts (workspace_id, phone_norm)
    WHERE phone_norm IS NOT NULL AND merged_into IS NULL AND archived_at IS NULL;
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE merges ADD COLUMN undone_at BIGINT;
ALTER TABLE merges ADD COLUMN journal TEXT;
CREATE TABLE merge_rows (
    merge_id BIGINT NOT NULL REFERENCES merges (id),
    line TEXT NOT NULL,
    row_key TEXT NOT NULL,
    removed TEXT,
    PRIMARY KEY (merge_id, line, row_key)
);
