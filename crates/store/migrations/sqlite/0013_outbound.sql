CREATE TABLE outbound_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    admin_id INTEGER NOT NULL REFERENCES admins (id),
    body TEXT NOT NULL,
    banner TEXT NOT NULL,
    rules TEXT NOT NULL,
    frequency TEXT NOT NULL,
    frequency_days INTEGER,
    priority INTEGER NOT NULL,
    starts_at INTEGER,
    stops_at INTEGER,
    sent INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0,
    clicked INTEGER NOT NULL DEFAULT 0,
    dismissed INTEGER NOT NULL DEFAULT 0,
    replied INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
);
CREATE INDEX outbound_messages_list ON outbound_messages (workspace_id, id) WHERE deleted_at IS NULL;
CREATE INDEX outbound_messages_live ON outbound_messages (workspace_id) WHERE state = 'live' AND deleted_at IS NULL;

CREATE TABLE outbound_deliveries (
    id TEXT PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES outbound_messages (id),
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    created_at INTEGER NOT NULL,
    seen_at INTEGER,
    clicked_at INTEGER,
    dismissed_at INTEGER,
    replied_at INTEGER
);
CREATE INDEX outbound_deliveries_contact ON outbound_deliveries (contact_id, message_id);
