CREATE TABLE workspaces (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    identity_mode TEXT NOT NULL,
    identity_secret TEXT NOT NULL,
    settings TEXT NOT NULL,
    seq BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

CREATE TABLE node_secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE admins (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    email TEXT NOT NULL,
    email_norm TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE admin_sessions (
    hash TEXT PRIMARY KEY,
    admin_id BIGINT NOT NULL REFERENCES admins (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE api_tokens (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE contacts (
    id TEXT PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    role TEXT NOT NULL,
    external_id TEXT,
    visitor_id TEXT,
    email TEXT,
    email_norm TEXT,
    email_verified BOOLEAN NOT NULL,
    name TEXT,
    phone TEXT,
    custom_attributes TEXT NOT NULL,
    last_page TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_seen_at BIGINT,
    merged_into TEXT
);
CREATE UNIQUE INDEX contacts_user ON contacts (workspace_id, external_id) WHERE role = 'user' AND merged_into IS NULL;
CREATE UNIQUE INDEX contacts_visitor ON contacts (workspace_id, visitor_id) WHERE merged_into IS NULL;
CREATE INDEX contacts_email ON contacts (workspace_id, email_norm);

CREATE TABLE retired_visitors (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    visitor_id TEXT NOT NULL,
    retired_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, visitor_id)
);

CREATE TABLE messenger_sessions (
    hash TEXT PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    visitor_id TEXT,
    device_id TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX messenger_sessions_contact ON messenger_sessions (contact_id);

CREATE TABLE conversations (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    client_key TEXT,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    waiting_since BIGINT,
    read_by_contact BIGINT NOT NULL DEFAULT 0,
    read_by_team BIGINT NOT NULL DEFAULT 0,
    preview TEXT NOT NULL DEFAULT '',
    last_author_kind TEXT NOT NULL DEFAULT 'contact',
    last_author_id TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX conversations_key ON conversations (workspace_id, client_key);
CREATE INDEX conversations_contact ON conversations (contact_id, updated_at);
CREATE INDEX conversations_state ON conversations (workspace_id, state, updated_at);

CREATE TABLE parts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    conversation_id BIGINT NOT NULL REFERENCES conversations (id),
    client_id TEXT,
    part_type TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_id TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX parts_client ON parts (workspace_id, client_id);
CREATE INDEX parts_conversation ON parts (conversation_id, id);

CREATE TABLE changes (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    conversation_id BIGINT,
    part_id BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, seq)
);
CREATE INDEX changes_contact ON changes (contact_id, seq);
