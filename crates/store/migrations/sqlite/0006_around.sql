CREATE TABLE tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    name_norm TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX tags_name ON tags (workspace_id, name_norm);

CREATE TABLE contact_tags (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    tag_id INTEGER NOT NULL REFERENCES tags (id),
    applied_at INTEGER NOT NULL,
    applied_by INTEGER REFERENCES admins (id),
    PRIMARY KEY (contact_id, tag_id)
);
CREATE INDEX contact_tags_tag ON contact_tags (tag_id, contact_id);

CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    contact_id TEXT REFERENCES contacts (id),
    company_id TEXT,
    admin_id INTEGER REFERENCES admins (id),
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX notes_contact ON notes (contact_id, id);
CREATE INDEX notes_company ON notes (company_id, id);

CREATE TABLE subscription_types (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    state TEXT NOT NULL,
    consent_type TEXT NOT NULL,
    translations TEXT NOT NULL,
    content_types TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX subscription_types_workspace ON subscription_types (workspace_id, id);
INSERT INTO subscription_types (workspace_id, state, consent_type, translations, content_types, created_at)
SELECT id, 'live', 'opt_out',
    '[{"name":"Announcements","description":"News about the product","locale":"en"}]', '["email"]', created_at
FROM workspaces;

CREATE TABLE contact_subscriptions (
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    subscription_type_id INTEGER NOT NULL REFERENCES subscription_types (id),
    opted_in BOOLEAN NOT NULL,
    said_by TEXT NOT NULL,
    said_at INTEGER NOT NULL,
    PRIMARY KEY (contact_id, subscription_type_id)
);
CREATE INDEX contact_subscriptions_type ON contact_subscriptions (subscription_type_id, contact_id);

ALTER TABLE contacts ADD COLUMN unsubscribed_by TEXT;
UPDATE contacts SET unsubscribed_by = 'company' WHERE unsubscribed_from_emails;

CREATE TABLE segments (
    id TEXT PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    person_type TEXT NOT NULL,
    query TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX segments_workspace ON segments (workspace_id, created_at, id);
INSERT INTO segments (id, workspace_id, name, person_type, query, created_at, updated_at)
SELECT lower(hex(randomblob(12))), w.id, u.name, u.person_type, u.query, w.created_at, w.created_at
FROM workspaces w CROSS JOIN (
    SELECT 'All users' AS name, 'user' AS person_type, NULL AS query
    UNION ALL SELECT 'All leads', 'contact', NULL
    UNION ALL SELECT 'Active', 'user', '{"field":"last_seen_at","operator":">","value":{"days_ago":30}}'
    UNION ALL SELECT 'New', 'user', '{"field":"created_at","operator":">","value":{"days_ago":30}}'
) u;

ALTER TABLE contacts ADD COLUMN browser TEXT;
ALTER TABLE contacts ADD COLUMN browser_version TEXT;
ALTER TABLE contacts ADD COLUMN browser_language TEXT;
ALTER TABLE contacts ADD COLUMN os TEXT;
ALTER TABLE contacts ADD COLUMN referrer TEXT;
ALTER TABLE contacts ADD COLUMN utm_campaign TEXT;
ALTER TABLE contacts ADD COLUMN utm_content TEXT;
ALTER TABLE contacts ADD COLUMN utm_medium TEXT;
ALTER TABLE contacts ADD COLUMN utm_source TEXT;
ALTER TABLE contacts ADD COLUMN utm_term TEXT;

-- How many contacts a list shows, kept by the database itself so that no operation can forget it.
ALTER TABLE workspaces ADD COLUMN contact_count INTEGER NOT NULL DEFAULT 0;
UPDATE workspaces SET contact_count = (
    SELECT count(*) FROM contacts k
    WHERE k.workspace_id = workspaces.id AND k.merged_into IS NULL AND k.archived_at IS NULL AND k.blocked_at IS NULL
);
CREATE TRIGGER contacts_count_born AFTER INSERT ON contacts
WHEN NEW.merged_into IS NULL AND NEW.archived_at IS NULL AND NEW.blocked_at IS NULL
BEGIN
    UPDATE workspaces SET contact_count = contact_count + 1 WHERE id = NEW.workspace_id;
END;
CREATE TRIGGER contacts_count_gone AFTER DELETE ON contacts
WHEN OLD.merged_into IS NULL AND OLD.archived_at IS NULL AND OLD.blocked_at IS NULL
BEGIN
    UPDATE workspaces SET contact_count = contact_count - 1 WHERE id = OLD.workspace_id;
END;
CREATE TRIGGER contacts_count_hidden AFTER UPDATE OF merged_into, archived_at, blocked_at ON contacts
WHEN (OLD.merged_into IS NULL AND OLD.archived_at IS NULL AND OLD.blocked_at IS NULL)
    AND NOT (NEW.merged_into IS NULL AND NEW.archived_at IS NULL AND NEW.blocked_at IS NULL)
BEGIN
    UPDATE workspaces SET contact_count = contact_count - 1 WHERE id = NEW.workspace_id;
END;
CREATE TRIGGER contacts_count_shown AFTER UPDATE OF merged_into, archived_at, blocked_at ON contacts
WHEN (NEW.merged_into IS NULL AND NEW.archived_at IS NULL AND NEW.blocked_at IS NULL)
    AND NOT (OLD.merged_into IS NULL AND OLD.archived_at IS NULL AND OLD.blocked_at IS NULL)
BEGIN
    UPDATE workspaces SET contact_count = contact_count + 1 WHERE id = NEW.workspace_id;
END;
