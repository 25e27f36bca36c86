CREATE TABLE outbound_messages (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    admin_id BIGINT NOT NULL REFERENCES admins (id),
    body TEXT NOT NULL,
    banner TEXT NOT NULL,
    rules TEXT NOT NULL,
    frequency TEXT NOT NULL,
    frequency_days BIGINT,
    priority BIGINT NOT NULL,
    starts_at BIGINT,
    stops_at BIGINT,
    sent BIGINT NOT NULL DEFAULT 0,
    seen BIGINT NOT NULL DEFAULT 0,
    clicked BIGINT NOT NULL DEFAULT 0,
    dismissed BIGINT NOT NULL DEFAULT 0,
    replied BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX outbound_messages_list ON outbound_messages (workspace_id, id) WHERE deleted_at IS NULL;
CREATE INDEX outbound_messages_live ON outbound_messages (workspace_id) WHERE state = 'live' AND deleted_at IS NULL;

CREATE TABLE outbound_deliveries (
    id TEXT PRIMARY KEY,
    message_id BIGINT NOT NULL REFERENCES outbound_messages (id),
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT,
    clicked_at BIGINT,
    dismissed_at BIGINT,
    replied_at BIGINT
);
CREATE INDEX outbound_deliveries_contact ON outbound_deliveries (contact_id, message_id);
