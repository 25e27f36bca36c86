ALTER TABLE contacts ADD COLUMN email_domain TEXT;
ALTER TABLE contacts ADD COLUMN avatar TEXT;
ALTER TABLE contacts ADD COLUMN owner_id BIGINT REFERENCES admins (id);
ALTER TABLE contacts ADD COLUMN signed_up_at BIGINT;
ALTER TABLE contacts ADD COLUMN last_replied_at BIGINT;
ALTER TABLE contacts ADD COLUMN last_contacted_at BIGINT;
ALTER TABLE contacts ADD COLUMN language_override TEXT;
ALTER TABLE contacts ADD COLUMN unsubscribed_from_emails BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE contacts ADD COLUMN archived_at BIGINT;
ALTER TABLE contacts ADD COLUMN blocked_at BIGINT;
UPDATE contacts SET email_domain = split_part(email_norm, '@', 2) WHERE email_norm IS NOT NULL;
CREATE INDEX contacts_created ON contacts (workspace_id, created_at, id) WHERE merged_into IS NULL AND archived_at IS NULL;
CREATE INDEX contacts_external ON contacts (workspace_id, external_id);
CREATE INDEX contacts_updated ON contacts (workspace_id, updated_at, id);
CREATE INDEX contacts_seen ON contacts (workspace_id, last_seen_at, id);

CREATE TABLE data_attributes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    model TEXT NOT NULL,
    name TEXT NOT NULL,
    data_type TEXT NOT NULL,
    description TEXT,
    options TEXT NOT NULL,
    messenger_writable BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    admin_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX data_attributes_name ON data_attributes (workspace_id, name);

CREATE TABLE contact_attributes (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    name TEXT NOT NULL,
    workspace_id BIGINT NOT NULL,
    text_value TEXT,
    number_value DOUBLE PRECISION,
    PRIMARY KEY (contact_id, name)
);
CREATE INDEX contact_attributes_text ON contact_attributes (workspace_id, name, text_value);
CREATE INDEX contact_attributes_number ON contact_attributes (workspace_id, name, number_value);

CREATE TABLE merges (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    from_id TEXT NOT NULL,
    from_role TEXT NOT NULL,
    into_id TEXT NOT NULL,
    merged_at BIGINT NOT NULL
);
CREATE INDEX merges_into ON merges (into_id, id);
ALTER TABLE contacts ADD COLUMN external_id_made BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE contacts SET external_id_made = TRUE WHERE role = 'lead';

ALTER TABLE api_tokens ADD COLUMN access TEXT NOT NULL DEFAULT 'write';
