ALTER TABLE conversations ADD COLUMN pending BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE conversations ADD COLUMN message_id INTEGER;
ALTER TABLE conversations ADD COLUMN source_type TEXT NOT NULL DEFAULT 'conversation';
ALTER TABLE conversations ADD COLUMN source_subject TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN source_url TEXT;
ALTER TABLE conversations ADD COLUMN delivered_as TEXT NOT NULL DEFAULT 'customer_initiated';
ALTER TABLE conversations ADD COLUMN team_assignee_id INTEGER;
ALTER TABLE conversations ADD COLUMN priority TEXT NOT NULL DEFAULT 'none';
ALTER TABLE conversations ADD COLUMN custom_attributes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE conversations ADD COLUMN company_id TEXT;
ALTER TABLE conversations ADD COLUMN merged_into INTEGER;
ALTER TABLE conversations ADD COLUMN last_contact_reply_at INTEGER;
ALTER TABLE conversations ADD COLUMN first_admin_reply_at INTEGER;
ALTER TABLE conversations ADD COLUMN last_admin_reply_at INTEGER;
ALTER TABLE conversations ADD COLUMN first_assignment_at INTEGER;
ALTER TABLE conversations ADD COLUMN last_assignment_at INTEGER;
ALTER TABLE conversations ADD COLUMN assigned_before_reply_at INTEGER;
ALTER TABLE conversations ADD COLUMN last_assignment_admin_reply_at INTEGER;
ALTER TABLE conversations ADD COLUMN first_close_at INTEGER;
ALTER TABLE conversations ADD COLUMN last_close_at INTEGER;
ALTER TABLE conversations ADD COLUMN last_closed_by_id INTEGER;
ALTER TABLE conversations ADD COLUMN count_reopens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN count_assignments INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN count_parts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversations_source ON conversations (workspace_id, (coalesce(message_id, source_id)));

ALTER TABLE parts ADD COLUMN state TEXT;
ALTER TABLE parts ADD COLUMN team_assigned_to INTEGER;
ALTER TABLE parts ADD COLUMN attachments TEXT;
ALTER TABLE parts ADD COLUMN metadata TEXT;
ALTER TABLE parts ADD COLUMN event_details TEXT;
ALTER TABLE parts ADD COLUMN reply_seconds INTEGER;
ALTER TABLE parts ADD COLUMN updated_at INTEGER;

UPDATE conversations SET
    last_contact_reply_at = (SELECT max(p.created_at) FROM parts p
        WHERE p.conversation_id = conversations.id AND p.author_kind = 'contact'),
    first_admin_reply_at = (SELECT min(p.created_at) FROM parts p
        WHERE p.conversation_id = conversations.id AND p.author_kind = 'admin' AND p.shown),
    last_admin_reply_at = (SELECT max(p.created_at) FROM parts p
        WHERE p.conversation_id = conversations.id AND p.author_kind = 'admin' AND p.shown),
    first_assignment_at = (SELECT min(p.created_at) FROM parts p
        WHERE p.conversation_id = conversations.id AND p.assigned_to IS NOT NULL),
    last_assignment_at = (SELECT max(p.created_at) FROM parts p
        WHERE p.conversation_id = conversations.id AND p.assigned_to IS NOT NULL),
    first_close_at = (SELECT min(p.created_at) FROM parts p
        WHERE p.conversation_id = conversations.id AND p.part_type = 'close'),
    last_close_at = (SELECT max(p.created_at) FROM parts p
        WHERE p.conversation_id = conversations.id AND p.part_type = 'close'),
    count_assignments = (SELECT count(*) FROM parts p
        WHERE p.conversation_id = conversations.id AND p.assigned_to IS NOT NULL),
    count_parts = (SELECT count(*) FROM parts p
        WHERE p.conversation_id = conversations.id AND p.id <> coalesce(conversations.source_id, 0));

CREATE TABLE conversation_contacts (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    workspace_id INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, contact_id)
);
CREATE INDEX conversation_contacts_contact ON conversation_contacts (contact_id);

CREATE TABLE conversation_tags (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL,
    workspace_id INTEGER NOT NULL,
    part_id INTEGER,
    applied_at INTEGER NOT NULL,
    applied_by INTEGER,
    PRIMARY KEY (conversation_id, tag_id)
);
CREATE INDEX conversation_tags_tag ON conversation_tags (tag_id, conversation_id);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    admin_id INTEGER NOT NULL REFERENCES admins (id),
    message_type TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    template TEXT,
    email_state TEXT,
    created_at INTEGER NOT NULL
);

CREATE TABLE message_recipients (
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    PRIMARY KEY (message_id, contact_id, kind)
);
CREATE INDEX message_recipients_contact ON message_recipients (contact_id);

CREATE TABLE deleted_conversations (
    conversation_id INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    metrics_retained BOOLEAN NOT NULL,
    deleted_at INTEGER NOT NULL
);
CREATE INDEX deleted_conversations_at ON deleted_conversations (workspace_id, deleted_at, conversation_id);

CREATE TABLE conversation_attributes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    data_type TEXT NOT NULL,
    required BOOLEAN NOT NULL,
    multiline BOOLEAN NOT NULL,
    team_ids TEXT NOT NULL,
    options TEXT NOT NULL,
    reference TEXT,
    archived BOOLEAN NOT NULL,
    admin_id INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX conversation_attributes_name ON conversation_attributes (workspace_id, name) WHERE NOT archived;

CREATE TABLE conversation_attribute_values (
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    workspace_id INTEGER NOT NULL,
    text_value TEXT,
    number_value DOUBLE PRECISION,
    PRIMARY KEY (conversation_id, name)
);
CREATE INDEX conversation_attribute_values_text ON conversation_attribute_values (workspace_id, name, text_value);
CREATE INDEX conversation_attribute_values_number ON conversation_attribute_values (workspace_id, name, number_value);
